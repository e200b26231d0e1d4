"""Permits: what a second person agreed to, kept with the very words of the deed.

The rules that no channel may bend stand here: who asks does not agree, who agreed does not
carry out, what was agreed to is done once, as it was asked, and within its days.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from hoso.access.agreed.model import Permit, Permits, Word
from hoso.kernel import ids
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Conflict, Forbidden

__all__ = [
    "agree",
    "ask",
    "asked_by",
    "digest_of",
    "has_lapsed",
    "open_permits",
    "overtake",
    "permit_of",
    "refuse",
    "to_use",
    "use",
    "withdraw",
]

KEY = "permits"


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"a permit cannot keep {type(value).__name__}")


def digest_of(verb: str, record: str, words: Mapping[str, Any]) -> str:
    """Return what a deed is known by: the same act, record and words give the same digest."""
    said = [verb, record, sorted((name, _plain(value)) for name, value in words.items())]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def permit_of(root: Any, uid: str) -> Permit | None:
    """Return a permit by uid."""
    number = ids.from_text(uid)
    kept = root.get(KEY)
    found: Permit | None = kept.by_id.get(number) if kept is not None and number else None
    return found


def ask(
    root: Any,
    verb: str,
    *,
    record: str,
    permission: str,
    words: Mapping[str, Any],
    reason: str,
    by: str,
    at: str,
    today: date,
    days: int,
) -> Permit:
    """Ask a second person; raise ``Conflict`` where the same is asked already."""
    kept = root.get(KEY)
    if kept is None:
        kept = root[KEY] = Permits()
    digest = digest_of(verb, record, words)
    for earlier in _with_digest(kept, digest):
        if not has_lapsed(earlier, today=today, days=days):
            raise Conflict(
                "{by} asked for this at {at} already; see the list of what waits for a second "
                "person.",
                by=earlier.asked_by,
                at=earlier.asked_at,
            )
    frozen: tuple[Word, ...] = tuple(sorted((name, _plain(v)) for name, v in words.items()))
    permit = Permit(
        verb,
        record,
        permission=permission,
        words=frozen,
        digest=digest,
        reason=reason,
        by=by,
        at=at,
    )
    while permit.id in kept.by_id:
        permit.id = ids.new_id()
    kept.by_id[permit.id] = permit
    kept.open.insert((digest, permit.id))
    kept.by_asker.insert((by, at, permit.id))
    return permit


def _with_digest(kept: Permits, digest: str) -> Iterator[Permit]:
    for _digest, number in kept.open.keys((digest, 0), (digest, 1 << 62)):
        yield kept.by_id[number]


def has_lapsed(permit: Permit, *, today: date, days: int) -> bool:
    """Say whether a permit went unanswered or unused for too long."""
    if permit.state == "agreed":
        return today.isoformat() > permit.good_until
    if permit.state == "asked":
        # Civil days, as the calendar on the wall: the day of asking is not counted.
        return (today - timedelta(days=days)).isoformat() > civil_day(permit.asked_at)
    return False


def open_permits(root: Any) -> Iterator[Permit]:
    """Yield what may still be decided, used, or has lapsed without anybody saying so."""
    kept = root.get(KEY)
    if kept is not None:
        for _digest, number in kept.open:
            yield kept.by_id[number]


def asked_by(root: Any, login: str, *, limit: int) -> list[Permit]:
    """Return what an account asked for, the last first."""
    kept = root.get(KEY)
    if kept is None:
        return []
    found = list(kept.by_asker.keys((login, ""), (login, "\U0010ffff")))
    return [kept.by_id[number] for _login, _at, number in found[: -limit - 1 : -1]]


def _close(root: Any, permit: Permit, state: str) -> None:
    permit.state = state
    key = (permit.digest, permit.id)
    if key in root[KEY].open:
        root[KEY].open.remove(key)


def _undecided(permit: Permit) -> None:
    if permit.state != "asked":
        raise Conflict(by=permit.decided_by or permit.asked_by, at=permit.decided_at or "?")


def agree(
    permit: Permit, *, by: str, at: str, note: str, today: date, days: int, same: bool = False
) -> None:
    """Let the second person agree; the asker cannot, by whichever of the own accounts.

    :param same: whether the two logins belong to one person.
    """
    _undecided(permit)
    if by == permit.asked_by or same:
        raise Forbidden(reason="Who asks does not agree: another person must.")
    if has_lapsed(permit, today=today, days=days):
        raise Conflict("This was not answered in time and has lapsed; it must be asked again.")
    permit.state = "agreed"
    permit.decided_by, permit.decided_at, permit.note = by, at, note
    permit.good_until = (today + timedelta(days=days)).isoformat()


def refuse(root: Any, permit: Permit, *, by: str, at: str, note: str) -> None:
    """Let the second person refuse."""
    _undecided(permit)
    permit.decided_by, permit.decided_at, permit.note = by, at, note
    _close(root, permit, "refused")


def withdraw(root: Any, permit: Permit, *, by: str, at: str) -> None:
    """Let the asker take the request back, agreed to or not, as long as it was not used."""
    if permit.asked_by != by:
        raise Forbidden(reason="Only who asked takes a request back.")
    if permit.state not in {"asked", "agreed"}:
        raise Conflict(by=permit.used_by or permit.decided_by, at=permit.used_at or "?")
    if permit.state == "asked":
        permit.decided_at = at
    _close(root, permit, "withdrawn")


def overtake(root: Any, permit: Permit, *, at: str) -> None:
    """Close a permit since what it is about is another by now: it must be asked anew."""
    if permit.state == "asked":
        permit.decided_at = at
    _close(root, permit, "withdrawn")


def to_use(root: Any, digest: str, *, today: date, days: int) -> Permit | None:
    """Return the agreed permit for a deed, if there is one in its days."""
    kept = root.get(KEY)
    if kept is None:
        return None
    for permit in _with_digest(kept, digest):
        if permit.state == "agreed" and not has_lapsed(permit, today=today, days=days):
            return permit
    return None


def use(root: Any, permit: Permit, *, by: str, at: str, same: bool = False) -> None:
    """Spend a permit on the deed it was given for.

    :param same: whether *by* and who agreed are one person.
    """
    if by == permit.decided_by or same:
        raise Forbidden(reason="Who agreed does not carry it out: another person must.")
    permit.used_by, permit.used_at = by, at
    _close(root, permit, "used")
