"""How several packages of one dossier stand as one: where they are, what the archive said (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from hoso.preservation.delivery.model import Export

__all__ = ["all_taken", "state_of", "way_of"]

#: The first of these that one of them is in says where the whole set is.
_FIRST = ("blocked", "rejected", "answered", "frozen")
_WAYS = ("stuck", "stopped", "under-way", "waiting")


def state_of(exports: Sequence[Export]) -> str:
    """Return the state of packages that go together, the master first."""
    states = {one.state for one in exports}
    return next((one for one in _FIRST if one in states), exports[0].state)


def way_of(exports: Sequence[Export], destination: str) -> str:
    """Return how far packages are that go together: what holds them up, or that all are there."""
    ways = {
        one.sendings[destination].state if destination in one.sendings else "waiting"
        for one in exports
    }
    if ways == {"sent", "waiting"}:
        return "under-way"
    return next((one for one in _WAYS if one in ways), "sent")


def all_taken(exports: Sequence[Export]) -> bool:
    """Say whether the archive has accepted every one of them."""
    return all(one.state in {"answered", "accepted"} for one in exports)
