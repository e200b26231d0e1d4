"""Gather what the rules of disposal must know of a dossier, from the objects of the moment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from hoso.access.accounts import accounts_of, same_person
from hoso.desk.desk import Desk
from hoso.desk.keeping import decision_of
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.errors import Forbidden
from hoso.preservation.delivery.covering import is_signed_for, uncovered
from hoso.records import filing
from hoso.records.destroying import scans_behind
from hoso.records.marking import highest
from hoso.records.model import Document, Dossier, Reason, Unit
from hoso.records.units import lineage
from hoso.retention import holds
from hoso.retention.disposing import book
from hoso.retention.disposing.archive_first import goes_first_to_archive
from hoso.retention.disposing.asking import Asked, Part, hints, objections
from hoso.retention.disposing.deciding import not_the_same
from hoso.retention.disposing.freezing import contents_of, freeze
from hoso.retention.disposing.model import DisposalLine, DisposalList, Frozen
from hoso.retention.facts import HoldFact
from hoso.retention.interfaces import IDisposalObjector
from hoso.retention.parting import class_of_part
from hoso.retention.schedule import Decision
from hoso.stacks import lending
from hoso.stacks.places import stacks_of

__all__ = [
    "against",
    "dossier_around",
    "frozen_now",
    "hints_on",
    "lent_out",
    "level_on_list",
    "not_about_oneself",
    "papers_of",
    "proposers",
    "three_persons",
    "twins_of",
]


def dossier_around(record: Dossier | Document) -> Dossier | None:
    """Return the dossier a record is, or lies in; of a paper in the bin, the one it lay in."""
    return record if isinstance(record, Dossier) else record.dossier


def papers_of(record: Dossier | Document) -> list[Document]:
    """Return the papers that go with a record."""
    return [record] if isinstance(record, Document) else list(record.values())


def against(
    desk: Desk,
    record: Dossier | Document,
    *,
    basis: str,
    unit: Unit,
    frozen: Frozen | None = None,
    decision: Decision | None = None,
) -> tuple[Reason, ...]:
    """Return everything that stands against destroying a dossier or a single paper now.

    :param unit: the unit of the list.
    :param frozen: what it was proposed under; ``None`` where it is being proposed.
    :param decision: today's decision, where it was just asked.
    """
    dossier = dossier_around(record)
    if dossier is None:
        return (Reason("unfiled", "The paper lies in no dossier any more."),)
    known = decision or decision_of(desk.root, desk.rulebook, record, on=desk.today)
    papers = papers_of(record)
    known = replace(known, holds=(*known.holds, *_holds_behind(desk, papers)))
    archive = _not_taken_over(desk, dossier, papers, decision=known, frozen=frozen)
    whole = record is dossier
    return objections(
        Asked(
            basis=basis,
            decision=known,
            contents=contents_of(record),
            frozen=frozen,
            on=desk.today,
            is_walled=dossier.walled,
            is_of_list_unit=unit in lineage(dossier.unit),
            lent=tuple(lent_out(desk, record)),
            working=sum(queue.waits(desk.root, paper) for paper in papers),
            lonely=_lonely(desk, dossier) if basis == "duplicate" and whole else 0,
            others=(*_others(desk, dossier), *archive),
            part=_part(desk, dossier, record) if isinstance(record, Document) else None,
            parts_out=len(book.parts_of(book.book_if_any(desk.root), dossier.id)) if whole else 0,
        )
    )


def _part(desk: Desk, dossier: Dossier, paper: Document) -> Part:
    known = book.book_if_any(desk.root)
    listed = known.on_list.get(dossier.id) if known is not None else None
    return Part(
        has_own_period=bool(class_of_part(desk.rulebook, dossier.type, paper.type)),
        is_rested_on=any(event.evidence == paper.uid for event in dossier.status_events),
        listed_with=known.lists[listed].number if known is not None and listed else "",
    )


def _not_taken_over(
    desk: Desk,
    dossier: Dossier,
    papers: list[Document],
    *,
    decision: Decision,
    frozen: Frozen | None,
) -> Iterator[Reason]:
    """Yield what is wanting of the archive's receipt, where one must be there first."""
    types = [paper.type for paper in papers]
    now = goes_first_to_archive(desk.rulebook, dossier.type, types, decision=decision)
    if not now and not (frozen is not None and frozen.transfer_first):
        return
    if not is_signed_for(desk.root, dossier.uid):
        yield Reason(
            "not-taken-over",
            "It goes to the archive first, and no archive has signed for it yet. Send a package "
            "and take the receipt in.",
        )
    elif wanting := uncovered(desk.root, dossier.uid, papers):
        yield Reason(
            "not-taken-over",
            "It goes to the archive first: {count} of its papers are not among what the archive "
            "signed for, or were changed since. Send them as they are now.",
            (("count", len(wanting)),),
        )


def _holds_behind(desk: Desk, papers: list[Document]) -> Iterator[HoldFact]:
    """Yield the holds on scans that papers were split off: they have their pages, and go with them."""
    scans = {scan.id for paper in papers for scan in scans_behind(desk.site, paper)}
    yield from holds.in_force(desk.root["retention-holds"], *scans, on=desk.today)


def _others(desk: Desk, dossier: Dossier) -> Iterator[Reason]:
    plugins = desk.house.plugins
    for name in plugins.names(IDisposalObjector):
        found = plugins.get(IDisposalObjector, name)
        yield from found.objections(desk.root, dossier, on=desk.today)


def lent_out(desk: Desk, record: Dossier | Document) -> Iterator[str]:
    """Yield who has paper of a record: of the folder, or of a sheet in it."""
    stacks = stacks_of(desk.root) if desk.root.get("stacks") is not None else None
    dossier = dossier_around(record)
    if stacks is None or not stacks.out or dossier is None:
        return
    # The uids, not the papers: nobody need load a dossier to ask for its sheets.
    own = (record.uid,) if isinstance(record, Document) else dossier
    for number in (dossier.id, *(found for found in map(ids.from_text, own) if found)):
        loan = lending.loan_of(stacks, number)
        if loan is not None:
            yield loan.borrower


def twins_of(desk: Desk, paper: Document) -> Iterator[Document]:
    """Yield filed papers of the same bytes in other dossiers, whoever may see them."""
    for other in filing.of_bytes(desk.site, paper.sha256) if paper.sha256 else ():
        filed = other.state == "filed" and other.dossier is not None
        if filed and other.dossier is not paper.dossier:
            yield other


def _lonely(desk: Desk, dossier: Dossier) -> int:
    return sum(next(twins_of(desk, paper), None) is None for paper in dossier.values())


def frozen_now(desk: Desk, record: Dossier | Document, decision: Decision) -> Frozen:
    """Return today's decision as it stays with the list."""
    dossier = dossier_around(record)
    types = [paper.type for paper in papers_of(record)]
    return freeze(
        desk.rulebook,
        decision,
        contents_of(record),
        on=desk.today,
        digest=desk.rulebook.digest,
        transfer_first=dossier is not None
        and goes_first_to_archive(desk.rulebook, dossier.type, types, decision=decision),
    )


def hints_on(desk: Desk, record: Dossier | Document, *, basis: str) -> tuple[Reason, ...]:
    """Return what a reviewer should look at."""
    papers = papers_of(record)
    marked: list[Dossier | Document] = [*dict.fromkeys((record, *papers))]
    copied = [] if basis == "duplicate" else papers
    return hints(
        secret=sum(bool(one.marks) for one in marked),
        elsewhere=sum(next(twins_of(desk, paper), None) is not None for paper in copied),
        withdrawn=sum(paper.state == "withdrawn" for paper in papers),
        uncompared=sum(not paper.compared_at and not paper.stub for paper in papers),
        without_bytes=sum(paper.stub for paper in papers),
    )


def level_on_list(desk: Desk, record: Dossier | Document) -> int:
    """Return the level a list has that names a dossier and its papers, or one paper of it."""
    dossier = dossier_around(record)
    around = [dossier] if dossier is not None else []
    return highest([*around, *papers_of(record)], desk.today)


def proposers(list_: DisposalList) -> set[str]:
    """Return who proposed anything on a list: who began it, and who added lines to it later."""
    steps = (step for line in list_.lines.values() for step in line.history)
    return {list_.proposed_by} | {step.by for step in steps if step.state == "proposed"}


def three_persons(desk: Desk, *others: str, reason: str) -> None:
    """Refuse where this person did another of the three steps, by whichever account."""

    def same(one: str, other: str) -> bool:
        return same_person(desk.root, one, other)

    not_the_same(desk.identity.login, *others, same=same, reason=reason)


def not_about_oneself(desk: Desk, list_: DisposalList) -> None:
    """Refuse where a dossier that may still go is about this very person."""
    account = accounts_of(desk.root).by_login.get(desk.identity.login)
    own = account.dossier if account is not None else 0
    if own and any(_is_about(line, own) for line in list_.lines.values()):
        raise Forbidden(reason="A dossier on the list is about yourself: another person must.")


def _is_about(line: DisposalLine, dossier: int) -> bool:
    return dossier in {line.record, line.of_dossier} and line.state not in {
        "dropped",
        "kept",
        "restored",
    }
