"""Heads of days: listed, printed for a folder on paper, written out to be kept elsewhere.

A digest on paper is what nobody who can write to the machine's files can change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit.journal import book_of, ledger_of
from hoso.audit.sealing import head_of
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel.errors import Missing
from hoso.kernel.typesetting import qr_code, typeset
from hoso.records.model import Site

__all__ = ["DayHead", "heads", "print_head"]

_GROUP = 8


@dataclass(frozen=True)
class DayHead:
    """The head of a sealed day.

    :ivar bundles: 0 for days that were sealed before there were any.
    :ivar said: what others said of it: "signature", "timestamp".
    """

    day: str
    digest: str
    previous: str
    at: str
    entries: int
    bundles: int
    said: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The digest in groups of eight, as it is printed and read aloud."""
        return tuple(self.digest[i : i + _GROUP] for i in range(0, len(self.digest), _GROUP))


@act("journal.heads-read", Permission.JOURNAL_VERIFY)
def heads(desk: Desk, _site: Site, *, before: str = "", limit: int = 31) -> tuple[DayHead, ...]:
    """Return heads of days, newest first; *before* a day."""
    days = book_of(desk.journal).seals.keys(None, before or None, excludemax=bool(before))
    return tuple(_head(desk, day) for day in reversed(list(days)[-limit:]))


def _head(desk: Desk, day: str) -> DayHead:
    head: Any = head_of(desk.journal, day)
    if head is None:
        raise Missing
    said = ledger_of(desk.journal).said
    return DayHead(
        day=day,
        digest=head[4],
        previous=head[1],
        at=head[2],
        entries=sum(count for _, count, _ in head[3]),
        bundles=head[5] if len(head) > len(("day", "previous", "at", "shards", "digest")) else 0,
        said=tuple(kind for _, kind in said.keys((day, ""), (day, "~"))),
    )


@act("journal.head-printed", Permission.JOURNAL_VERIFY)
def print_head(
    desk: Desk, _site: Site, *, day: str, words: Callable[[DayHead], Mapping[str, Any]]
) -> bytes:
    """Return the head of a day on one page as PDF.

    :param words: what stands on the sheet, in the reader's language.
    """
    head = _head(desk, day)
    desk.say(day=day, digest=head.digest)
    return typeset(
        (resources.files("hoso.audit") / "head.typ").read_bytes(),
        {**words(head), "groups": head.groups},
        texts={"square": qr_code(f"HOSO-JOURNAL {head.day} {head.digest}", level="M")},
    )
