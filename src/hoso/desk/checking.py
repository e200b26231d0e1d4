"""The second look: compare a filed paper with its original on paper; undo a filing.

"Đã đối chiếu với bản giấy" is a fact with a name and a date.  It is stated by another person
than the one who filed or described the paper, and falls when the description changes.  What
waits for it is kept by unit as an index (``records.model.Comparing``); of a unit whose papers
are many, a share may be drawn (``checking.second_person_share`` of the profile's settings).

A filing is undone by who did it, on the same day, while nobody else has touched the paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.desk.keeping import holds_on
from hoso.desk.learning import unlearn
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records import filing
from hoso.records.events import DocumentChanged, DossierChanged, Moved
from hoso.records.model import Comparing, Document, Dossier, Unit
from hoso.records.units import subtree

__all__ = [
    "Comparison",
    "compare",
    "keep_comparing",
    "may_compare",
    "to_compare",
    "unfile",
    "why_not_unfiled",
]

#: Lines of one page of what waits to be compared.
PAGE = 50
#: Ids are drawn at random, so their remainder draws a fair share.
_PARTS = 10_000


@dataclass(frozen=True)
class Comparison:
    """Papers that wait to be compared, the longest filed first.

    :ivar after: where the next page begins, "" at the end.
    """

    unit: Unit
    documents: tuple[Document, ...]
    after: str


def _drawn(house: House, document: Document) -> bool:
    share = float(house.rulebook.profile.settings["checking"]["second_person_share"])
    return int(document.id) % _PARTS < share * _PARTS


def keep_comparing(house: House, root: Any, event: Any) -> None:
    """Keep the lists of what waits to be compared; a listener of every change."""
    record = event.record
    if isinstance(record, Document):
        _keep(house, root, record)
    elif isinstance(event, Moved) and isinstance(record, Dossier):
        _move_along(root, record)


def _move_along(root: Any, dossier: Dossier) -> None:
    """Let what waits in a dossier wait at the unit that keeps it now.

    Whether a paper waits rests on the paper, so those that do not wait are not read.
    """
    kept: Comparing | None = root.get("comparing")
    if kept is None:
        return
    unit = dossier.unit.number
    for number in map(ids.from_text, dossier):
        if number is None:
            continue
        before = kept.unit_of.get(number, unit)
        if before != unit:
            kept.put(number, unit=unit, since=kept.by_unit[before][number])


def _keep(house: House, root: Any, document: Document) -> None:
    kept: Comparing | None = root.get("comparing")
    dossier = document.dossier
    waits = (
        dossier is not None
        and document.state == "filed"
        and not document.compared_at
        and _drawn(house, document)
    )
    if not waits or dossier is None:
        if kept is not None:
            kept.take_out(document.id)
        return
    if kept is None:
        kept = root["comparing"] = Comparing()
    kept.put(document.id, unit=dossier.unit.number, since=document.filed_at)


@act("document.compare-listed", Permission.DOCUMENT_EDIT, told=False)
def to_compare(desk: Desk, unit: Unit, *, after: str = "", limit: int = PAGE) -> Comparison:
    """Return filed papers of *unit* and below that a second person has not compared yet.

    Papers this reader filed or described are another's to compare, and are left out.

    :param after: what an earlier page gave, to go on there.
    """
    found: list[Document] = []
    for since, document in _waiting(desk, unit, after=after):
        if may_compare(desk, document):
            found.append(document)
            if len(found) == limit:
                return Comparison(unit, tuple(found), _mark(since, document.id))
    return Comparison(unit, tuple(found), "")


def _waiting(desk: Desk, unit: Unit, *, after: str) -> Iterator[tuple[str, Document]]:
    kept: Comparing | None = desk.root.get("comparing")
    if kept is None:
        return
    lines = sorted(
        (since, number)
        for below in subtree(unit)
        for number, since in kept.by_unit.get(below.number, {}).items()
    )
    for since, number in lines:
        if _mark(since, number) <= after:
            continue
        record = desk.site.by_id.get(number)
        # The index finds, the object decides.
        if isinstance(record, Document):
            yield since, record


def _mark(since: str, number: int) -> str:
    return f"{since}:{number:020d}"


def may_compare(desk: Desk, document: Document) -> bool:
    """Say whether this reader is the second person for a paper that waits for one."""
    return (
        document.dossier is not None
        and document.state == "filed"
        and not document.compared_at
        and desk.identity.login not in {document.filed_by, document.checked_by}
        and desk.may(document, Permission.DOCUMENT_EDIT)
    )


@act("document.compared", Permission.DOCUMENT_EDIT)
def compare(desk: Desk, document: Document, *, revision: int) -> None:
    """State that pages and description were compared with the paper, as a second person."""
    if document.dossier is None:
        raise Missing
    filing.check_revision(document, revision)
    faults = []
    if document.state != "filed":
        faults.append(Fault("compared", "This paper is not filed."))
    if desk.identity.login in {document.filed_by, document.checked_by}:
        faults.append(
            Fault("compared", "Somebody else than who filed and described it compares it.")
        )
    if faults:
        raise Invalid(faults)
    filing.touch(document, at=desk.now, by=desk.identity.login)
    document.compared_at, document.compared_by = desk.now, desk.identity.login
    desk.say(filed_by=document.filed_by)
    desk.notify([DocumentChanged(document)])


# Undo ------------------------------------------------------------------------------------


def why_not_unfiled(desk: Desk, document: Document) -> str:
    """Return why this reader cannot undo the filing of a paper; "" where he can."""
    dossier = document.dossier
    if dossier is None or document.state != "filed":
        return "This paper is not filed."
    if document.filed_by != desk.identity.login:
        return "Only who filed a paper undoes that; ask for it to be withdrawn."
    if civil_day(document.filed_at) != desk.today.isoformat():
        return "A filing is undone on the same day only. Withdraw the paper, with the reason."
    touched = document.checked_at not in {"", document.filed_at} or document.compared_at
    by_machine = document.changed_by.startswith("machine:")
    if touched or not (by_machine or document.changed_at == document.filed_at):
        return "The paper was changed since. Withdraw it, with the reason."
    if any(event.evidence == document.uid for event in dossier.status_events):
        return "A status of the person rests on this paper. Withdraw it, with the reason."
    if holds_on(desk.root, document, on=desk.today):
        return "The record is on hold; the hold must be lifted first."
    if queue.waits(desk.root, document):
        return "The paper is still being read. Wait until its pages are shown."
    return ""


@act("document.unfiled", Permission.INTAKE_FILE)
def unfile(desk: Desk, document: Document, *, revision: int) -> None:
    """Undo a filing of today: the paper lies in its tray again, described as it was."""
    dossier = document.dossier
    if dossier is None:
        raise Missing
    why_not = why_not_unfiled(desk, document)
    if why_not:
        raise Invalid([Fault("unfiled", why_not)], message=why_not)
    filing.check_revision(document, revision)
    desk.say(out_of=dossier.code)
    unlearn(desk, document)
    desk.move(document, "waiting", reason="undone")
    filing.take_back(desk.site, document, at=desk.now, by=desk.identity.login)
    desk.notify([DocumentChanged(document, tightens=True), DossierChanged(dossier)])
