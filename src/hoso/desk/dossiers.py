"""Dossiers: look at, open, describe, change standing, close.

How somebody leaves is an act of its own (``desk.leaving``), with its preview and all it brings
about; the standings it sets cannot be set here.  A dossier goes to another keeper by a handover
(``desk.handing_over``): nothing moves before the receiver has signed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.definitions.values import DocumentType, Section
from hoso.desk import account_events
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.keeping import KeepingView, keeping_of
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line
from hoso.personnel.model import standing_leaving
from hoso.records import filing
from hoso.records.completeness import Completeness, completeness
from hoso.records.events import DossierChanged, Moved
from hoso.records.marking import highest, level_of
from hoso.records.model import Document, Dossier, StatusEvent, Unit
from hoso.records.standing import status_at
from hoso.retention.disposing.book import is_taken

__all__ = [
    "DossierView",
    "SectionView",
    "TypeView",
    "change_status",
    "close",
    "edit",
    "look",
    "open_",
    "visible_documents",
]


#: Most characters of a person's name or a matter's title.
LONGEST_NAME = 300


@dataclass(frozen=True)
class TypeView:
    """Papers of one type in the order of their dates."""

    type: DocumentType
    documents: tuple[Document, ...]
    missing: bool


@dataclass(frozen=True)
class SectionView:
    """One physical section of the folder, A to M."""

    section: Section
    types: tuple[TypeView, ...]
    count: int


@dataclass(frozen=True)
class DossierView:
    """A dossier as a folder, as far as one may see into it.

    :ivar level: the dossier's own, today; ``highest`` the highest mark on it or on a paper in it
        that this reader may know of.
    """

    dossier: Dossier
    standing: StatusEvent | None
    sections: tuple[SectionView, ...]
    completeness: Completeness
    keeping: KeepingView | None
    count: int
    may: Mapping[str, bool]
    level: int = 0
    highest: int = 0


def visible_documents(desk: Desk, dossier: Dossier) -> list[Document]:
    """Return the papers of a dossier that one may know of."""
    return [d for d in dossier.values() if desk.may(d, Permission.DOCUMENT_VIEW)]


def required_types(rulebook: Rulebook, dossier: Dossier, status: str) -> tuple[str, ...]:
    """Return the document types a dossier must hold at its stage of service."""
    kind = rulebook.dossier_types.get(dossier.type)
    if kind is None:
        return ()
    stages = ["recruitment"] if status == "TAP_SU" else list(kind.required)
    return tuple(key for stage in stages for key in kind.required.get(stage, ()))


@act("dossier.seen", Permission.DOSSIER_VIEW)
def look(desk: Desk, dossier: Dossier) -> DossierView:
    """Return the dossier with its papers by section."""
    rulebook = desk.rulebook
    documents = visible_documents(desk, dossier)
    by_type: dict[str, list[Document]] = {}
    for document in documents:
        by_type.setdefault(document.type, []).append(document)
    standing = status_at(dossier.status_events, desk.today)
    # Of what one may see: counted over all papers, a kind that is neither shown nor missing
    # would tell of a paper above one's level.
    present = {d.type for d in documents if d.state == "filed"}
    whole = completeness(
        required_types(rulebook, dossier, standing.status if standing else ""), present
    )
    sections = []
    for section in rulebook.sections.values():
        types = []
        for type_ in rulebook.document_types.values():
            if type_.section != section.key:
                continue
            papers = sorted(by_type.get(type_.key, ()), key=lambda d: (d.date or "9999", d.uid))
            missing = type_.key in whole.missing
            if papers or missing:
                types.append(TypeView(type_, tuple(papers), missing))
        if types:
            count = sum(len(view.documents) for view in types)
            sections.append(SectionView(section, tuple(types), count))
    may = {
        name: desk.may(dossier, permission)
        for name, permission in {
            "edit": Permission.DOSSIER_EDIT,
            "status": Permission.DOSSIER_STATUS,
            "hold": Permission.RETENTION_HOLD,
            "retention": Permission.RETENTION_VIEW,
            "export": Permission.EXPORT_BUILD,
            "file": Permission.INTAKE_FILE,
            "journal": Permission.JOURNAL_VIEW,
        }.items()
    }
    keeping = keeping_of(desk, dossier) if may["retention"] else None
    return DossierView(
        dossier,
        standing,
        tuple(sections),
        whole,
        keeping,
        len(documents),
        may,
        level=level_of(dossier, desk.today),
        highest=highest([dossier, *documents], desk.today),
    )


@act("dossier.opened", Permission.DOSSIER_OPEN)
def open_(
    desk: Desk,
    unit: Unit,
    *,
    code: str,
    type_: str,
    name: str,
    birth_date: str = "",
    gender: str = "",
) -> Dossier:
    """Open a dossier kept by *unit*."""
    faults: list[Fault] = []
    code, name = one_line(code), one_line(name)
    kind = desk.rulebook.dossier_types.get(type_)
    if not code or not all(c.isalnum() or c in "-." for c in code) or len(code) > 40:
        faults.append(
            Fault("code", "Write the dossier number with letters, digits, dots and dashes.")
        )
    elif code in desk.site.dossiers or is_taken(desk.root, code):
        faults.append(Fault("code", "There is a dossier {code} already.", {"code": code}))
    if kind is None:
        faults.append(Fault("type", "Choose what kind of dossier this is."))
    _check_name(name, faults)
    born = _date("birth_date", birth_date, faults)
    _check_person(desk, born, gender, faults)
    if faults:
        raise Invalid(faults)
    dossier = filing.open_dossier(
        desk.site,
        code=code,
        type_=type_,
        name=name,
        unit=unit,
        at=desk.now,
        by=desk.identity.login,
    )
    dossier.birth_date, dossier.gender = born, gender
    dossier.level = kind.level if kind is not None else 1
    desk.about(dossier)
    desk.say(code=code, type=type_)
    desk.notify([DossierChanged(dossier)])
    account_events.follow(desk, dossier)
    return dossier


def _date(field: str, text: str, faults: list[Fault]) -> str:
    if not text.strip():
        return ""
    try:
        return str(parse_typed(text))
    except ValueError:
        faults.append(
            Fault(
                field,
                "Write the date as 05/09/2024, or 09/2024, or 2024; leave it empty "
                "where it is not known.",
            )
        )
        return text


def _check_name(name: str, faults: list[Fault]) -> None:
    if not name:
        faults.append(Fault("name", "State the person's full name, or the matter."))
    elif len(name) > LONGEST_NAME:
        faults.append(Fault("name", "Use at most {most} characters.", {"most": LONGEST_NAME}))


def _check_person(desk: Desk, born: str, gender: str, faults: list[Fault]) -> None:
    if gender and gender not in desk.rulebook.vocabularies["gender"].terms:
        faults.append(Fault("gender", "There is no such gender in the list."))
    if born > desk.today.isoformat() and not any(f.field == "birth_date" for f in faults):
        faults.append(Fault("birth_date", "The date of birth lies in the future."))


@act("dossier.described", Permission.DOSSIER_EDIT)
def edit(
    desk: Desk, dossier: Dossier, *, name: str, birth_date: str, gender: str, revision: int
) -> None:
    """Correct what the dossier says of its person."""
    filing.check_revision(dossier, revision)
    faults: list[Fault] = []
    _check_name(one_line(name), faults)
    born = _date("birth_date", birth_date, faults)
    _check_person(desk, born, gender, faults)
    if faults:
        raise Invalid(faults)
    desk.say(before=f"{dossier.name}|{dossier.birth_date}|{dossier.gender}")
    dossier.name, dossier.birth_date, dossier.gender = one_line(name), born, gender
    filing.touch(dossier, at=desk.now, by=desk.identity.login)
    desk.say(after=f"{dossier.name}|{dossier.birth_date}|{dossier.gender}")
    desk.notify([Moved(dossier)])


@act("dossier.status-changed", Permission.DOSSIER_STATUS)
def change_status(
    desk: Desk, dossier: Dossier, *, status: str, effective: str, evidence: str, revision: int
) -> StatusEvent:
    """Record a change in the person's standing (S4-85), resting on a document.

    A standing that a way of leaving sets is refused: it is recorded as that leaving, and taken
    back by undoing it.
    """
    filing.check_revision(dossier, revision)
    faults: list[Fault] = []
    if status not in desk.rulebook.vocabularies["dossier-status"].terms:
        faults.append(Fault("status", "Choose the new standing from the list."))
    since = _date("effective", effective, faults)
    faults.extend(_of_leaving(desk, dossier, status, since))
    document = next((d for d in visible_documents(desk, dossier) if d.uid == evidence), None)
    if evidence and document is None:
        faults.append(Fault("evidence", "The decision must be a paper in this dossier."))
    if since and dossier.birth_date and since < dossier.birth_date:
        faults.append(Fault("effective", "This lies before the date of birth."))
    if faults:
        raise Invalid(faults)
    event = filing.record_status(
        dossier,
        status=status,
        effective=since,
        evidence=evidence,
        at=desk.now,
        by=desk.identity.login,
    )
    desk.say(status=status, effective=since, evidence=evidence)
    desk.notify([Moved(dossier)])
    account_events.follow(desk, dossier)
    return event


def _of_leaving(desk: Desk, dossier: Dossier, status: str, since: str) -> Iterator[Fault]:
    """Yield what would go round the act that records or undoes a leaving."""
    terms = desk.rulebook.statuses
    way = next((one for one in desk.rulebook.leaving.values() if one.status == status), None)
    if way is not None:
        said = "{status} is recorded under “Leaving service”, where you see what it brings about."
        yield Fault("status", said, {"status": terms[status].label})
        return
    found = standing_leaving(desk.root, dossier)
    # Another standing of the same date would silently stand in the place of the leaving.
    if found is not None and since and since == found.effective:
        said = "{status} is recorded from this date on. If that is wrong, undo it there."
        facts = {"status": terms[found.status].label if found.status in terms else found.status}
        yield Fault("effective", said, facts)


@act("dossier.closed", Permission.DOSSIER_EDIT)
def close(desk: Desk, dossier: Dossier, *, ended: str, revision: int) -> None:
    """Say that the work of a dossier has ended, and when."""
    filing.check_revision(dossier, revision)
    faults: list[Fault] = []
    since = _date("ended", ended, faults)
    if faults:
        raise Invalid(faults)
    dossier.ended, dossier.state = since, "closed"
    filing.touch(dossier, at=desk.now, by=desk.identity.login)
    desk.say(ended=since)
    desk.notify([Moved(dossier)])
