"""What holds files, as people know it: on which record it is decided, who may know, its name."""

from __future__ import annotations

from hoso.desk.desk import Desk
from hoso.desk.every_file import Holder
from hoso.ingest.bulk.model import Import
from hoso.kernel import ids
from hoso.personnel.model import Handover
from hoso.preservation.delivery.model import Export
from hoso.preservation.taking.model import TakenPackage
from hoso.records.model import Batch, Document, Dossier, Site, Unit
from hoso.retention.disposing.book import book_if_any
from hoso.retention.disposing.model import DisposalList

__all__ = ["Decided", "called", "decided_on", "kind_of", "may_know"]

#: What deeds on files are decided on.
Decided = Document | Batch | Dossier | DisposalList | Unit | Site

_KINDS = {
    Batch: "batch",
    DisposalList: "disposal-list",
    Export: "frozen-package",
    Handover: "handover",
    Import: "import",
    TakenPackage: "taken-package",
}


def _is_out(desk: Desk, document: Document) -> bool:
    """Say whether a paper is out of the tree: in the bin, by itself or with its dossier."""
    return document.id not in desk.site.by_id


def kind_of(desk: Desk, holder: Holder) -> str:
    """Return the word for what a file belongs to: ``paper``, ``binned``, or one of ``_KINDS``."""
    if isinstance(holder, Document):
        return "binned" if _is_out(desk, holder) else "paper"
    return _KINDS[type(holder)]


def decided_on(desk: Desk, holder: Holder) -> Decided:
    """Return the record on which it is decided who may do something about a file.

    A paper in the bin is under no address any more: it belongs to the list that took it out.
    """
    if isinstance(holder, Document):
        return _list_of(desk, holder) if _is_out(desk, holder) else holder
    if isinstance(holder, Batch | DisposalList):
        return holder
    if isinstance(holder, Export):
        dossier = desk.site.by_id.get(ids.from_text(holder.dossier) or 0)
        number = ids.from_text(holder.dossier) or 0
        return dossier if isinstance(dossier, Dossier) else _list_at(desk, number)
    if isinstance(holder, Handover):
        unit: Unit | None = desk.site.unit_by_key.get(holder.source)
        return unit if unit is not None else desk.site
    found: Unit = holder.unit
    return found


def _list_of(desk: Desk, document: Document) -> DisposalList | Site:
    dossier = document.dossier
    for number in (document.id, dossier.id if dossier is not None else 0):
        found = _list_at(desk, number)
        if isinstance(found, DisposalList):
            return found
    return desk.site


def _list_at(desk: Desk, number: int) -> DisposalList | Site:
    disposals = book_if_any(desk.root)
    found = disposals.on_list.get(number) if disposals is not None else None
    if disposals is None or found is None:
        return desk.site
    list_: DisposalList = disposals.lists[found]
    return list_


def may_know(desk: Desk, holder: Holder) -> bool:
    """Say whether this reader may know what a file belongs to."""
    record = decided_on(desk, holder)
    if isinstance(record, Site):
        return False
    # The list of a handover tells titles.
    level = holder.level if isinstance(holder, Handover) else 0
    return desk.sees(record) and desk.identity.clearance >= level


def called(desk: Desk, holder: Holder) -> str:
    """Return what people call it, for who may know."""
    if isinstance(holder, Document):
        if not _is_out(desk, holder):
            return holder.title or holder.uid
        record = decided_on(desk, holder)
        return record.number if isinstance(record, DisposalList) else holder.uid
    if isinstance(holder, Batch):
        return holder.title or holder.number
    if isinstance(holder, Export):
        return f"{holder.code}, {holder.profile}"
    if isinstance(holder, TakenPackage):
        return holder.identifier or holder.name
    if isinstance(holder, Import):
        return holder.list_name.decode(errors="replace") or holder.uid
    return holder.number
