"""Forms that count once: sent again, by a second click or from history, they do nothing more.

Most deeds cannot be done twice: a revision was seen, a code is taken, the paper is filed.  What
could (another box, another hold, another request) carries a word that was made for that one
form.  It is spent in the transaction of the deed, so that a form that was refused can be
corrected and sent again, and of two that come at the same moment one is told.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.kernel.clock import stamp
from hoso.kernel.errors import Conflict

__all__ = ["COUNTED", "FIELD", "includeme", "new_word", "spend"]

#: Acts that would be done twice by a form sent twice.
COUNTED = frozenset(
    {"batch.opened", "consent.asked", "retention.hold-placed", "retention.holds-placed"}
)
FIELD = "once"
KEY = "spent-forms"
#: How long a page is open at most: a session ends before.
_LASTS = timedelta(days=2)
_LONGEST = 40
#: Words forgotten at a time; more than are spent.
_AT_ONCE = 20


def new_word() -> str:
    """Return a word for one form."""
    return secrets.token_urlsafe(12)


def spend(root: Any, word: str, *, now: Any) -> None:
    """Spend a word; raise ``Conflict`` where that was done before."""
    kept = root.get(KEY)
    if kept is None:
        kept = root[KEY] = OOBTree()
    if word in kept:
        raise Conflict(
            "This form was sent already, and what it asked for is done. Look at what stands there."
        )
    kept[word] = stamp(now)
    oldest = stamp(now - _LASTS)
    # Words are drawn: beginning anywhere, the old ones are met sooner or later.
    some = [old for old, _ in zip(kept.keys(min=word), range(_AT_ONCE), strict=False)]
    for old in some:
        if kept[old] < oldest:
            del kept[old]


def _counted(view: Any, info: Any) -> Any:
    verb = str(info.options.get("permission") or "").removeprefix("act:")
    if verb not in COUNTED:
        return view

    def answer(context: Any, request: Any) -> Any:
        word = request.POST.get(FIELD, "") if request.method == "POST" else ""
        if isinstance(word, str) and 0 < len(word) <= _LONGEST:
            spend(request.connection.root(), word, now=request.house.clock.now())
        return view(context, request)

    return answer


_counted.options = ()  # type: ignore[attr-defined]


def includeme(config: Any) -> None:
    config.add_view_deriver(_counted, name="counted")
