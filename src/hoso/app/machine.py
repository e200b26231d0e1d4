"""The machine at one paper: a transaction of its own for each thing that is done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hoso.app.house import House
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.records.model import Document

__all__ = ["AWAY", "at_paper"]

#: What became of a paper where the virus scanner does not answer: it goes on waiting.
AWAY = "scanner-away"


def at_paper(
    house: House, document: int, work: Callable[[Desk, Document], Any], *, note: str
) -> Any:
    """Return what *work* answers, done anew where writers met; ``None`` where there is no paper.

    :param note: what the transaction says of itself.
    """

    def attempt(connection: Any) -> Any:
        desk = Desk(house, connection, MACHINE, via="worker")
        record = desk.site.by_id.get(document)
        return work(desk, record) if isinstance(record, Document) else None

    return house.databases.attempt(attempt, note=note)
