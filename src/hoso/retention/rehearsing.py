"""What another schedule would change, said before anybody adopts it (pure).

Two decisions for one dossier, made of the same facts on the same day under two laws, are
compared without their holds: a hold stops both alike, and is said beside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hoso.retention.schedule import Decision

__all__ = ["KINDS", "Kind", "Move", "kind_of"]

Kind = Literal[
    "due-at-once",
    "no-longer-permanent",
    "earlier",
    "no-longer-known",
    "permanent",
    "later",
    "known",
    "other-rule",
]
#: Every way a dossier may move, what wants the most care first.
KINDS: tuple[Kind, ...] = (
    "due-at-once",
    "no-longer-permanent",
    "earlier",
    "no-longer-known",
    "permanent",
    "later",
    "known",
    "other-rule",
)


@dataclass(frozen=True)
class Move:
    """A dossier that another schedule would keep to another day, or under another rule."""

    record: int
    code: str
    name: str
    unit: str
    retention_class: str
    kind: Kind
    before: Decision
    after: Decision
    is_held: bool


def kind_of(before: Decision, after: Decision) -> Kind | None:
    """Say how a record would move; ``None`` where nothing changes for it."""
    old, new = before.without_holds or before, after.without_holds or after
    if new.state == "due" and old.state != "due":
        return "due-at-once"
    if old.state == "permanent" and new.state != "permanent":
        return "no-longer-permanent"
    if new.state == "permanent" and old.state != "permanent":
        return "permanent"
    if old.expires != new.expires or (old.state == "unknown") != (new.state == "unknown"):
        return _by_date(old, new)
    return "other-rule" if (old.rule, old.period) != (new.rule, new.period) else None


def _by_date(old: Decision, new: Decision) -> Kind:
    if new.expires is None:
        return "no-longer-known" if new.state == "unknown" else "later"
    if old.expires is None:
        return "known"
    return "earlier" if new.expires < old.expires else "later"
