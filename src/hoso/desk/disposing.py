"""Lists of what may be destroyed: put together, found, corrected.

A disposal goes through four hands.  Here an archivist proposes a list of a unit's dossiers;
``desk.disposing_review`` has the council and its votes, and the head's decision;
``desk.disposing_executing`` carries it out.  Every step begins from a state of the list
(:class:`~hoso.retention.disposing.model.DisposalList`), and what stands against a dossier is
asked on the object each time (``desk.disposing_asking``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.disposing_asking import (
    against,
    dossier_around,
    frozen_now,
    hints_on,
    level_on_list,
)
from hoso.desk.keeping import decision_of
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records import filing
from hoso.records.model import Document, Dossier, Reason, Site, Unit
from hoso.records.units import subtree
from hoso.retention.disposing import book
from hoso.retention.disposing.asking import BASES
from hoso.retention.disposing.deciding import must_be
from hoso.retention.disposing.model import (
    DisposalLine,
    DisposalList,
    Happening,
)

__all__ = [
    "add_lines",
    "drop_line",
    "find",
    "happened",
    "keep_line",
    "listing",
    "propose",
    "touch",
]

#: Most lines of one list: a council can look at so many.
MOST = 2000


def find(desk: Desk, name: str) -> DisposalList:
    """Return a list by number (``XH-2026-so-noi-vu-01``) or uid, where one may see it."""
    known = book.book_if_any(desk.root)
    found = known.lists.get(ids.from_text(name.strip()) or 0) if known is not None else None
    if found is None:
        prefix, _, rest = name.strip().partition("-")
        year, _, rest = rest.partition("-")
        key, _, count = rest.rpartition("-")
        unit = desk.site.unit_by_key.get(key)
        if prefix == "XH" and unit is not None and year.isdecimal() and count.isdecimal():
            found = book.at_number(desk.root, unit, year=int(year[:4]), count=int(count[:5]))
    if found is None or not desk.may(found, Permission.DISPOSAL_VIEW):
        raise Missing
    return found


# A list ----------------------------------------------------------------------------------


@act("disposal.proposed", Permission.DISPOSAL_PROPOSE)
def propose(
    desk: Desk,
    unit: Unit,
    *,
    title: str,
    explanation: str,
    codes: Iterable[str],
    basis: str = "expired",
    notes: Mapping[str, str] | None = None,
) -> DisposalList:
    """Propose records of a unit for destruction; all faults at once, nothing half done.

    :param explanation: the thuyết minh: why these, how they were found.
    :param codes: codes or uids of dossiers; of single papers, uids or ``<code>/<uid>``.
    :param basis: ``expired`` (period over, by sweep), ``worthless`` (the same, by hand) or
        ``duplicate`` (each of their papers is kept elsewhere with the same bytes).
    :param notes: what to say of single records, by code.
    """
    faults: list[Fault] = []
    title = statement("title", title, faults, wanting="State what the list is called.")
    explanation = explanation.strip()
    if not explanation:
        faults.append(
            Fault("explanation", "Explain the list: the council and an auditor will ask why.")
        )
    records = _wanted(desk, unit, codes, basis, faults)
    if not records and not faults:
        faults.append(Fault("records", "Choose at least one dossier."))
    if faults:
        raise Invalid(faults)
    year = desk.today.year
    count = book.next_count(desk.root, unit, year)
    list_ = DisposalList(
        f"XH-{year}-{unit.key}-{count:02d}",
        unit,
        title=title,
        at=desk.now,
        by=desk.identity.login,
        name=desk.identity.name,
    )
    list_.explanation = explanation
    list_.changed_at, list_.changed_by = desk.now, desk.identity.login
    book.add(desk.root, list_, year=year, count=count)
    _put_on(desk, list_, records, basis=basis, notes=notes or {})
    desk.about(list_)
    desk.say(number=list_.number, title=title, basis=basis, lines=len(records))
    return list_


def _wanted(
    desk: Desk, unit: Unit, codes: Iterable[str], basis: str, faults: list[Fault]
) -> list[Dossier | Document]:
    if basis not in BASES:
        faults.append(Fault("basis", "Choose why the dossiers are proposed."))
        return []
    known = book.book_if_any(desk.root)
    found: dict[int, Dossier | Document] = {}
    for code in dict.fromkeys(one_line(code) for code in codes):
        field = f"records.{code}"
        try:
            record: Dossier | Document = _named(desk, code)
        except Missing:
            said = "There is no dossier and no filed paper {code}."
            faults.append(Fault(field, said, {"code": code}))
            continue
        if not desk.may(record, Permission.DISPOSAL_PROPOSE):
            said = "You may not propose the dossier {code}."
            faults.append(Fault(field, said, {"code": code}))
            continue
        if known is not None and record.id in known.on_list:
            said = "The dossier {code} is on the list {number} already."
            facts = {"code": code, "number": known.lists[known.on_list[record.id]].number}
            faults.append(Fault(field, said, facts))
            continue
        said_against = against(desk, record, basis=basis, unit=unit)
        faults += [Fault(field, one.message, dict(one.facts)) for one in said_against]
        found[record.id] = record
    for record in found.values():
        around = dossier_around(record)
        if around is not None and around is not record and around.id in found:
            said = "The paper {code} goes or stays with its dossier, which is on this list too."
            faults.append(Fault(f"records.{record.uid}", said, {"code": record.uid}))
    if len(found) > MOST:
        faults.append(Fault("records", "Put at most {most} dossiers on one list.", {"most": MOST}))
    return list(found.values())


def _named(desk: Desk, code: str) -> Dossier | Document:
    """Return a dossier by code or uid, or a filed paper by uid, also behind its dossier's code."""
    before, _, last = code.rpartition("/")
    record: Dossier | Document = desk.find(last if before else code, (Dossier, Document))
    around = dossier_around(record)
    if around is None or before not in {"", around.code}:
        raise Missing
    return record


def _put_on(
    desk: Desk,
    list_: DisposalList,
    records: Iterable[Dossier | Document],
    *,
    basis: str,
    notes: Mapping[str, str],
) -> None:
    kept = book.book_of(desk.root)
    first = (list_.lines.maxKey() if list_.lines else 0) + 1
    for number, record in enumerate(records, first):
        decision = decision_of(desk.root, desk.rulebook, record, on=desk.today)
        line = DisposalLine(number, record, basis=basis, frozen=frozen_now(desk, record, decision))
        line.level = level_on_list(desk, record)
        line.note = one_line(notes.get(line.code, ""))
        line.hints = hints_on(desk, record, basis=basis)
        line.suggestion = "look" if line.hints else "destroy"
        happened(desk, line, "proposed")
        list_.lines[number] = line
        list_.level = max(list_.level, line.level)
        book.put_on_list(kept, line, list_)


def happened(desk: Desk, line: DisposalLine, state: str, why: tuple[Reason, ...] = ()) -> None:
    """Bring a line into a state, and keep when, by whom and why."""
    line.state = state
    line.reasons = why
    step = Happening(state, desk.now, desk.identity.login, desk.identity.name, why)
    line.history = (*line.history, step)


def touch(desk: Desk, list_: DisposalList) -> None:
    """Count a change of a list, so that who saw an older state is told."""
    filing.touch(list_, at=desk.now, by=desk.identity.login)


def keep_line(
    desk: Desk, list_: DisposalList, line: DisposalLine, state: str, *, why: str = ""
) -> None:
    """End a line so that its dossier stays and may be proposed again."""
    reasons = (Reason("said", "{why}", (("why", why),)),) if why else ()
    happened(desk, line, state, reasons)
    book.release(book.book_of(desk.root), line, list_)
    if list_.state != "refused" and all(
        one.state in {"kept", "dropped"} for one in list_.lines.values()
    ):
        list_.state, list_.closed_at = "closed", desk.now


@act("disposal.lines-added", Permission.DISPOSAL_PROPOSE)
def add_lines(
    desk: Desk,
    list_: DisposalList,
    *,
    codes: Iterable[str],
    basis: str = "expired",
    revision: int | None,
) -> None:
    """Put more dossiers onto a list that no council reviews yet."""
    filing.check_revision(list_, revision)
    must_be(list_, "proposed")
    faults: list[Fault] = []
    records = _wanted(desk, list_.unit, codes, basis, faults)
    if len(list_.lines) + len(records) > MOST:
        faults.append(Fault("records", "Put at most {most} dossiers on one list.", {"most": MOST}))
    if not records and not faults:
        faults.append(Fault("records", "Choose at least one dossier."))
    if faults:
        raise Invalid(faults)
    _put_on(desk, list_, records, basis=basis, notes={})
    touch(desk, list_)
    desk.say(number=list_.number, lines=len(records), basis=basis)


@act("disposal.line-dropped", Permission.DISPOSAL_PROPOSE)
def drop_line(
    desk: Desk, list_: DisposalList, *, number: int, why: str, revision: int | None
) -> None:
    """Take a dossier off a list that is not reviewed to its end; the line stays, with the reason."""
    filing.check_revision(list_, revision)
    must_be(list_, "proposed", "under-review")
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the dossier is taken off the list.")
    line: DisposalLine | None = list_.lines.get(number)
    if line is None or line.state != "proposed":
        faults.append(Fault("line", "There is no line {number} to take off.", {"number": number}))
    if faults or line is None:
        raise Invalid(faults)
    keep_line(desk, list_, line, "dropped", why=why)
    touch(desk, list_)
    desk.say(number=list_.number, line=number, of=line.uid, why=why)


# Found -----------------------------------------------------------------------------------


@act("disposal.listed", Permission.DISPOSAL_VIEW, told=False)
def listing(desk: Desk, _site: Site, *, unit: str = "", state: str = "") -> list[DisposalList]:
    """Return the lists one may see, the newest first.

    :param unit: key of a unit, for its lists and those of units below.
    """
    top = desk.site.unit_by_key.get(unit) if unit else None
    if unit and (top is None or not desk.sees(top)):
        raise Missing
    units = subtree(top) if top is not None else iter(desk.site.unit_by_number.values())
    found = book.lists_of(desk.root, units)
    return [
        one for one in found if desk.may(one, Permission.DISPOSAL_VIEW) and state in {"", one.state}
    ]
