"""Which plug-ins and listeners a site has, in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hoso.access.days import keep_days
from hoso.app.settings import home
from hoso.desk.archive_receipts import ArchiveAnswers, FrozenCopies
from hoso.desk.checking import keep_comparing
from hoso.desk.checklists import settle_for
from hoso.desk.disposing_custody import HandoverUnderWay
from hoso.desk.entries import papers_rest_on
from hoso.desk.forecasting import keep_birth
from hoso.desk.interfaces import House
from hoso.desk.keeping import reschedule
from hoso.desk.kept_copies import ImportLists, ServiceFacts, TakenDescriptions
from hoso.desk.mark_register import keep_marks
from hoso.desk.stubs import keep_apart
from hoso.desk.trays import keep_tray
from hoso.kernel.components import Plugins
from hoso.preservation.formats.bagit import BagIt
from hoso.preservation.formats.eark import EarkSip
from hoso.preservation.formats.tt05 import TT05
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.schemas import Schemas, place
from hoso.records.events import RecordEvent
from hoso.records.model import Document, Dossier
from hoso.retention.calendar import line_of
from hoso.retention.interfaces import IDisposalObjector, IHoldsCopies
from hoso.search.changes import note_change

__all__ = ["registered", "subscribe"]


def registered() -> Plugins:
    """Return the plug-ins every site has."""
    plugins = Plugins()
    schemas = Schemas(place(home()))
    formats: tuple[Any, ...] = (
        BagIt(),
        EarkSip(schemas),
        TT05(schemas, kind="SIP"),
        TT05(schemas, kind="AIP"),
    )
    for one in formats:
        plugins.register(IPackageFormat, one, name=one.profile)
    plugins.register(IDisposalObjector, ArchiveAnswers(), name=ArchiveAnswers.name)
    plugins.register(IDisposalObjector, HandoverUnderWay(), name=HandoverUnderWay.name)
    for copies in (FrozenCopies(), ImportLists(), ServiceFacts(), TakenDescriptions()):
        plugins.register(IHoldsCopies, copies, name=copies.name)
    return plugins


def subscribe(house: House, changed: Callable[[bool], None]) -> None:
    """Let index and retention listen to what happens to records.

    :param changed: called after each commit that touched a record.
    """

    def note(event: RecordEvent, root: Any) -> None:
        record = event.record
        dossier = record.dossier if isinstance(record, Document) else record
        noted = {record.id}
        if isinstance(dossier, Dossier):
            # Papers are kept as long as their dossier, and held with it.
            before = line_of(root["retention-calendar"], dossier.id)
            reschedule(house, root, record)
            kept_anew = line_of(root["retention-calendar"], dossier.id) != before
            held = type(event) is RecordEvent
            if kept_anew or (dossier is record and (held or papers_rest_on(dossier))):
                noted.add(-dossier.id)
            elif held:
                noted.add(dossier.id)
        else:
            # A paper that was taken back out of a dossier no longer counts for its period.
            reschedule(house, root, record)
        note_change(root, noted)
        keep_days(root, record)
        # The hook wakes the follower; it would look by itself within a second.
        transaction = root._p_jar.transaction_manager.get()  # noqa: SLF001
        transaction.addAfterCommitHook(changed)

    def lay(event: RecordEvent, root: Any) -> None:
        keep_tray(root, event.record)

    def second_look(event: RecordEvent, root: Any) -> None:
        keep_comparing(house, root, event)

    def apart(event: RecordEvent, root: Any) -> None:
        keep_apart(house, root, event)

    def marks(event: RecordEvent, root: Any) -> None:
        keep_marks(root, event.record)

    def service(event: RecordEvent, root: Any) -> None:
        settle_for(root, event.record)
        keep_birth(house, root, event.record)

    # First what changes the record itself, then what is told of it.
    house.subscribers.subscribe(RecordEvent, apart)
    house.subscribers.subscribe(RecordEvent, marks)
    house.subscribers.subscribe(RecordEvent, note)
    house.subscribers.subscribe(RecordEvent, lay)
    house.subscribers.subscribe(RecordEvent, second_look)
    house.subscribers.subscribe(RecordEvent, service)
