"""What comes about by a date, once a day: marks of secrecy that end, seals that are wanting.

Run by housekeeping and by ``bin/hoso marks sweep``.  Asking costs a look at one key while nothing
has ended; seals are looked at when the day changes and at the first round, since a profile may
have been changed between two starts.
"""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from hoso.app.house import House
from hoso.desk import lapsing
from hoso.desk.desk import Desk
from hoso.desk.mark_register import register_of
from hoso.desk.stubs import is_approved, is_secret
from hoso.records.model import Document, Dossier

__all__ = ["MarkSweep", "seal_secrets", "sweep_marks"]

#: Most records of one commit.
_AT_ONCE = 200


class MarkSweep:
    """Sweeps once for each round of housekeeping, and looks at seals once a day."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._day: date | None = None

    def run(self) -> int:
        """Tell of what ended; return how many marks."""
        count = sweep_marks(self._house)
        today = self._house.clock.today()
        if today != self._day:
            seal_secrets(self._house)
            self._day = today
        return count


def sweep_marks(house: House) -> int:
    """Tell the journal of every mark that ended before today; return how many."""
    if not _anything_ended(house):
        return 0

    def some(connection: Any) -> int:
        desk = Desk(house, connection, lapsing.KEEPER, via="housekeeping")
        return lapsing.sweep(desk, desk.site, limit=_AT_ONCE)

    count = 0
    while told := house.databases.attempt(some, note="marks that ended"):
        count += told
    return count


def _anything_ended(house: House) -> bool:
    today = house.clock.today().isoformat()
    with house.databases.connection() as connection:
        kept = connection.root().get("marks")
        return kept is not None and any(islice(kept.ends.keys(max=today), 1))


def seal_secrets(house: House) -> int:
    """Seal papers that are secret on an installation that is not approved; return how many.

    Those that become secret by an act are sealed by that act; these were there before, or the
    profile was another.
    """
    if is_approved(house.rulebook):
        return 0
    with house.databases.connection() as connection:
        wanting = list(_unsealed(house, connection.root()))
    for start in range(0, len(wanting), _AT_ONCE):
        numbers = wanting[start : start + _AT_ONCE]

        def some(connection: Any, numbers: list[int] = numbers) -> None:
            desk = Desk(house, connection, lapsing.KEEPER, via="housekeeping")
            lapsing.seal_found(desk, desk.site, numbers=numbers)

        house.databases.attempt(some, note="secrets sealed")
    return len(wanting)


def _unsealed(house: House, root: Any) -> Any:
    if root.get("marks") is None:
        return
    kept, known = register_of(root), root["site"].by_id
    for number in {*kept.bearing, *kept.bare}:
        record = known.get(number)
        papers = record.values() if isinstance(record, Dossier) else (record,)
        for one in papers:
            if isinstance(one, Document) and not one.stub and is_secret(house, one):
                yield one.id
