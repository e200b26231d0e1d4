"""Handovers as their two sides see them: the lists, one with what changed since, its papers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoso.access.accounts import same_person
from hoso.access.permissions import Permission
from hoso.desk import handover_papers
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.handover_papers import now_in
from hoso.kernel import ids
from hoso.kernel.errors import Missing
from hoso.personnel.handover import DossierLine, differences
from hoso.personnel.model import Handover, careers_of
from hoso.records.model import Rendition, Site, Unit
from hoso.retention.disposing import book

__all__ = ["HandoverView", "glance", "known_handover", "listed", "look", "take"]


@dataclass(frozen=True)
class HandoverView:
    """A handover as one of its two sides sees it.

    :ivar side: ``out`` for who sends, ``in`` for who receives; who is both sees it as ``out``.
    :ivar destroyed: codes of the dossiers on the list that were destroyed since: whose they were
        and what lay in them is not shown any more; the signed papers themselves say it still.
    :ivar changes: (dossier, paper, what) in which the dossiers differ from the list now.
    :ivar late: calendar days past the day it was to be signed for.
    """

    handover: Handover
    source: Unit | None
    target: Unit | None
    lines: tuple[DossierLine, ...]
    changes: tuple[tuple[str, str, str], ...]
    late: int
    may_send: bool
    may_receive: bool
    side: str
    destroyed: frozenset[str] = frozenset()


def known_handover(desk: Desk, number: str) -> Handover:
    """Return a handover by its number or uid, whoever asks; :class:`Missing` where none is."""
    known = careers_of(desk.root)
    uid = known.numbers.get(number) or ids.from_text(number) or 0
    found: Handover | None = known.handovers.get(uid)
    if found is None:
        raise Missing
    return found


def _sides(desk: Desk, handover: Handover) -> tuple[Unit | None, Unit | None, bool, bool]:
    source = desk.site.unit_by_key.get(handover.source)
    target = desk.site.unit_by_key.get(handover.target) if handover.target else None
    sends = source is not None and desk.may(source, Permission.CUSTODY_SEND)
    answering = target if handover.target else source
    receives = answering is not None and desk.may(answering, Permission.CUSTODY_RECEIVE)
    return source, target, sends, receives


def _view(desk: Desk, handover: Handover, *, whole: bool) -> HandoverView | None:
    source, target, sends, receives = _sides(desk, handover)
    # The list tells titles: who is not cleared for what it lists knows nothing of it.
    if not (sends or receives) or desk.identity.clearance < handover.level:
        return None
    lines = handover_papers.frozen_lines(handover) if whole else ()
    open_ = handover.is_open
    late = (desk.today - date.fromisoformat(handover.due)).days if open_ else 0
    mine = same_person(desk.root, handover.sent_by, desk.identity.login)
    return HandoverView(
        handover,
        source,
        target,
        tuple(lines),
        tuple(differences(lines, now_in(desk, handover))) if whole and open_ else (),
        max(0, late),
        may_send=sends and open_,
        may_receive=receives and open_ and not (handover.target and mine),
        side="out" if sends else "in",
        destroyed=frozenset(line.code for line in lines if _is_destroyed(desk, line)),
    )


def _is_destroyed(desk: Desk, line: DossierLine) -> bool:
    kept = book.book_if_any(desk.root)
    return kept is not None and (ids.from_text(line.uid) or 0) in kept.destroyed


@act("custody.listed-all", Permission.CUSTODY_RECEIVE, told=False)
def listed(
    desk: Desk, _site: Site, *, late: bool = False, closed: bool = False
) -> list[HandoverView]:
    """Return the handovers of one's units, the first due first.

    :param late: only those not signed for in time.
    :param closed: those that are over instead, the last first.
    """
    known = careers_of(desk.root)
    if closed:
        numbers = [known.numbers[key] for key in reversed(list(known.numbers))]
        found = [one for one in map(known.handovers.get, numbers) if not one.is_open][:200]
    else:
        found = [known.handovers[number] for _, number in known.open_handovers]
    views = (_view(desk, one, whole=False) for one in found)
    return [view for view in views if view is not None and (view.late or not late)]


@act("custody.glanced", Permission.CUSTODY_RECEIVE, told=False)
def glance(desk: Desk, _site: Site) -> list[HandoverView]:
    """Return what waits for this reader's signature or answer, for the first page."""
    return [
        view
        for view in listed(desk, desk.site)
        if (view.may_receive and view.handover.state == "sent")
        or (view.may_send and view.handover.state == "disputed")
    ]


@act("custody.seen", Permission.CUSTODY_RECEIVE)
def look(desk: Desk, _site: Site, *, handover: str) -> HandoverView:
    """Return one handover with its list and what changed since."""
    found = known_handover(desk, handover)
    view = _view(desk, found, whole=True)
    if view is None:
        raise Missing
    desk.say(handover=found.number)
    return view


@act("custody.paper-taken", Permission.CUSTODY_RECEIVE)
def take(desk: Desk, _site: Site, *, handover: str, name: str) -> Rendition:
    """Return a paper of a handover: list.json, list.csv, list.pdf, answer.pdf."""
    found = known_handover(desk, handover)
    view = _view(desk, found, whole=False)
    rendition: Rendition | None = found.renditions.get(name)
    if view is None or rendition is None:
        raise Missing
    desk.say(handover=found.number, name=name, sha256=rendition.sha256)
    return rendition
