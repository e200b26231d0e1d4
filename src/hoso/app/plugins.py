"""Which plug-ins and listeners a site has, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hoso.desk.checking import keep_comparing
from hoso.desk.interfaces import House
from hoso.desk.keeping import reschedule
from hoso.desk.trays import keep_tray
from hoso.kernel.components import Plugins
from hoso.preservation.formats.bagit import BagIt
from hoso.preservation.interfaces import IPackageFormat
from hoso.records.events import Moved, RecordEvent
from hoso.records.model import Dossier
from hoso.search.changes import note_change
from hoso.search.interfaces import Change

__all__ = ["registered", "subscribe"]


def registered() -> Plugins:
    """Return the plug-ins every site has."""
    plugins = Plugins()
    plugins.register(IPackageFormat, BagIt(), name="bagit")
    return plugins


def subscribe(house: House, changed: Callable[[bool], None]) -> None:
    """Let index and retention listen to what happens to records.

    :param changed: called after each commit that touched a record.
    """

    def note(event: RecordEvent, root: Any) -> None:
        record = event.record
        ids = [record.id]
        if isinstance(event, Moved) and isinstance(record, Dossier):
            # Name, unit and wall are part of what its papers say to the index.
            ids += [document.id for document in record.values()]
        change = note_change(root, ids)
        # The hook wakes the follower; it would look by itself within a second.
        transaction = root._p_jar.transaction_manager.get()  # noqa: SLF001
        transaction.addAfterCommitHook(changed)
        if event.tightens:
            # Totals and facets must not go on counting what was just taken from sight.
            transaction.addAfterCommitHook(_hide, args=(house, ids, change))

    def schedule(event: RecordEvent, root: Any) -> None:
        reschedule(house, root, event.record)

    def lay(event: RecordEvent, root: Any) -> None:
        keep_tray(root, event.record)

    def second_look(event: RecordEvent, root: Any) -> None:
        keep_comparing(house, root, event)

    house.subscribers.subscribe(RecordEvent, note)
    house.subscribers.subscribe(RecordEvent, lay)
    house.subscribers.subscribe(RecordEvent, second_look)
    house.subscribers.subscribe(RecordEvent, schedule)


def _hide(committed: bool, house: House, ids: list[int], change: Change) -> None:  # noqa: FBT001
    if committed:
        house.engine.tighten(ids, change)
