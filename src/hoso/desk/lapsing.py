"""Marks that end by themselves: told once, by a machine, on the day behind the last.

The level of a record is computed for the day, so nothing here opens anything.  What is done is
what a computation cannot do: the journal hears that a mark ended, the index is told to look
again, and the notice that holders are owed (Law 29/2018/QH14 art. 22) is put on the list.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from hoso.access.identity import Held, Identity
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.mark_register import ending_before, told_of_end
from hoso.records.events import DocumentChanged, Moved
from hoso.records.marking import has_lapsed
from hoso.records.model import Document, Dossier, Site

__all__ = ["KEEPER", "seal_found", "sweep"]

#: The identity under which the house tells of what came about by a date.
KEEPER = Identity(
    login="machine:keeper",
    name="hoso",
    clearance=4,
    roles=(Held("keeper-machine", 0, "", "", "installation"),),
)


@act("mark.swept", Permission.MARK_VIEW, told=False)
def sweep(desk: Desk, _site: Site, *, limit: int = 200) -> int:
    """Tell of marks that ended before today, each once; return how many, at most *limit*."""
    told = 0
    for until, number in ending_before(desk.root, desk.today)[:limit]:
        record = desk.site.by_id.get(number)
        if not isinstance(record, Document | Dossier):
            continue
        mark = record.marks[-1] if record.marks else None
        if mark is None or mark.until != until or not has_lapsed(record.marks, desk.today):
            continue
        law = desk.rulebook.secrecy_law(until)
        days = law.notice_days if law is not None else 0
        by = date.fromisoformat(until) + timedelta(days=1 + days) if days else None
        told_of_end(desk.root, record, until, at=desk.now, notice_by=by.isoformat() if by else "")
        desk.tell("mark.ended", record, until=until, level=mark.level, decision=mark.decision)
        kind = Moved if isinstance(record, Dossier) else DocumentChanged
        desk.notify([kind(record)])
        told += 1
    return told


@act("stub.sealed", Permission.MARK_VIEW, told=False)
def seal_found(desk: Desk, _site: Site, *, numbers: Sequence[int]) -> None:
    """Seal papers that lay open before anybody knew, each told under its own record."""
    for number in numbers:
        document = desk.site.by_id.get(number)
        if isinstance(document, Document) and not document.stub:
            # The listener seals; it is asked of every change.
            desk.notify([DocumentChanged(document, tightens=True)])
            if document.stub:
                desk.tell("stub.sealed", document)
