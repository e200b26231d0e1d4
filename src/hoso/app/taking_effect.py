"""What the day of a leaving brings: accounts shut, retention and index told; once a round.

Run by housekeeping.  Asking costs a look at one key while nobody's day has come.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from hoso.app.house import House
from hoso.desk import forecasting, lapsing, leaving
from hoso.desk.desk import Desk
from hoso.personnel.model import careers_of

__all__ = ["gather_births", "take_effect"]

_AT_ONCE = 50


def take_effect(house: House) -> int:
    """Let every leaving whose day has come take effect; return how many."""
    if not _anything_came(house):
        return 0

    def some(connection: Any) -> int:
        desk = Desk(house, connection, lapsing.KEEPER, via="housekeeping")
        return leaving.take_effect(desk, limit=_AT_ONCE)

    count = 0
    while begun := house.databases.attempt(some, note="leavings that took effect"):
        count += begun
    return count


def _anything_came(house: House) -> bool:
    today = house.clock.today().isoformat()
    with house.databases.connection() as connection:
        coming = careers_of(connection.root()).coming
        return any(islice(coming.keys(max=(today, 1 << 62)), 1))


def gather_births(house: House) -> None:
    """Gather who serves, on a site that was begun before that was kept; harmless afterwards."""
    with house.databases.connection() as connection:
        if careers_of(connection.root()).births_known:
            return
    code = ""

    def some(connection: Any) -> str:
        return forecasting.gather_births(house, connection.root(), after=code)

    while code := house.databases.attempt(some, note="who serves"):
        pass
