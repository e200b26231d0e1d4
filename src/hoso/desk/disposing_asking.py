"""Gather what the rules of disposal must know of a dossier, from the objects of the moment."""

from __future__ import annotations

from collections.abc import Iterator

from hoso.access.accounts import accounts_of, same_person
from hoso.desk.desk import Desk
from hoso.desk.keeping import decision_of
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.kernel.errors import Forbidden
from hoso.records import filing
from hoso.records.marking import highest
from hoso.records.model import Document, Dossier, Reason, Unit
from hoso.records.units import lineage
from hoso.retention.disposing.asking import Asked, hints, objections
from hoso.retention.disposing.deciding import not_the_same
from hoso.retention.disposing.freezing import contents_of, freeze
from hoso.retention.disposing.model import DisposalLine, DisposalList, Frozen
from hoso.retention.interfaces import IDisposalObjector
from hoso.retention.schedule import Decision
from hoso.stacks import lending
from hoso.stacks.places import stacks_of

__all__ = [
    "against",
    "frozen_now",
    "hints_on",
    "lent_out",
    "level_on_list",
    "not_about_oneself",
    "three_persons",
    "twins_of",
]


def against(
    desk: Desk,
    dossier: Dossier,
    *,
    basis: str,
    unit: Unit,
    frozen: Frozen | None = None,
    decision: Decision | None = None,
) -> tuple[Reason, ...]:
    """Return everything that stands against destroying a dossier now.

    :param unit: the unit of the list.
    :param frozen: what it was proposed under; ``None`` where it is being proposed.
    :param decision: today's decision, where it was just asked.
    """
    known = decision or decision_of(desk.root, desk.rulebook, dossier, on=desk.today)
    return objections(
        Asked(
            basis=basis,
            decision=known,
            contents=contents_of(dossier),
            frozen=frozen,
            on=desk.today,
            is_walled=dossier.walled,
            is_of_list_unit=unit in lineage(dossier.unit),
            lent=tuple(lent_out(desk, dossier)),
            working=sum(queue.waits(desk.root, paper) for paper in dossier.values()),
            lonely=_lonely(desk, dossier) if basis == "duplicate" else 0,
            others=tuple(_others(desk, dossier)),
        )
    )


def _others(desk: Desk, dossier: Dossier) -> Iterator[Reason]:
    plugins = desk.house.plugins
    for name in plugins.names(IDisposalObjector):
        found = plugins.get(IDisposalObjector, name)
        yield from found.objections(desk.root, dossier, on=desk.today)


def lent_out(desk: Desk, dossier: Dossier) -> Iterator[str]:
    """Yield who has paper of a dossier: of the folder, or of a sheet in it."""
    stacks = stacks_of(desk.root) if desk.root.get("stacks") is not None else None
    if stacks is None or not stacks.out:
        return
    for number in (dossier.id, *(found for found in map(ids.from_text, dossier) if found)):
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


def frozen_now(desk: Desk, dossier: Dossier, decision: Decision) -> Frozen:
    """Return today's decision as it stays with the list."""
    return freeze(
        desk.rulebook,
        decision,
        contents_of(dossier),
        on=desk.today,
        digest=desk.rulebook.digest,
    )


def hints_on(dossier: Dossier) -> tuple[Reason, ...]:
    """Return what a reviewer should look at."""
    papers = list(dossier.values())
    return hints(
        secret=sum(bool(paper.marks) for paper in (dossier, *papers)),
        withdrawn=sum(paper.state == "withdrawn" for paper in papers),
        uncompared=sum(not paper.compared_at and not paper.stub for paper in papers),
        without_bytes=sum(paper.stub for paper in papers),
    )


def level_on_list(desk: Desk, dossier: Dossier) -> int:
    """Return the level a list has that names the dossier and its papers."""
    return highest([dossier, *dossier.values()], desk.today)


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
    return line.record == dossier and line.state not in {"dropped", "kept", "restored"}
