"""Look once a day through all dossiers for what each lacks, a few hundred in a transaction.

Cut off anywhere, the next round goes on where it was.
"""

from __future__ import annotations

from typing import Any

from hoso.app.house import House
from hoso.desk import compliance
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER

__all__ = ["look_through"]

_AT_ONCE = 300
#: Transactions of one round of housekeeping; the rest of a large site waits for the next.
_ROUNDS = 100


def look_through(house: House, *, rounds: int = _ROUNDS) -> bool:
    """Look at the next dossiers; say whether some of today's are left."""

    def some(connection: Any) -> bool:
        desk = Desk(house, connection, KEEPER, via="housekeeping")
        return compliance.look_through(desk, desk.site, most=_AT_ONCE)

    note = "dossiers looked through"
    return all(house.databases.attempt(some, note=note) for _ in range(rounds))
