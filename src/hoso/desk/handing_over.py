"""Handing dossiers over: a frozen, signed list goes with them; custody moves when it is signed for.

First the sender freezes and signs the list; nothing moves.  The receiver checks it against what
he holds, counts, and signs, and only then custody changes; or he refuses it, or disputes it and the
sender answers.  The journal of either side names the digest of the other's paper.  The receiver
of another agency signs on paper: who sent it records that paper, for him.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hoso.access.accounts import same_person
from hoso.access.permissions import Permission
from hoso.definitions import working_days
from hoso.desk import account_events, handover_papers
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.handover_papers import Tells, manifest_of, now_in, papers_there
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.personnel.handover import DossierLine, differences, faults_of_step
from hoso.personnel.model import Counted, Handover, Said, careers_of
from hoso.records import filing
from hoso.records.events import Moved
from hoso.records.model import Dossier, Rendition, Site, Unit

__all__ = [
    "HandoverView",
    "answer_dispute",
    "dispute",
    "glance",
    "listed",
    "look",
    "recall",
    "receive",
    "refuse",
    "send",
    "take",
]

_LONGEST = 1000
#: Most dossiers of one list; a longer one is sent as several.
_MOST = 500


@dataclass(frozen=True)
class HandoverView:
    """A handover as one of its two sides sees it.

    :ivar side: ``out`` for who sends, ``in`` for who receives; who is both sees it as ``out``.
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


# Sending -----------------------------------------------------------------------------------


@act("custody.sent", Permission.CUSTODY_SEND)
def send(
    desk: Desk,
    unit: Unit,
    *,
    codes: Sequence[str],
    target: str = "",
    agency: str = "",
    decision: str,
    envelope: str,
    told: Tells,
    reason: str,
) -> Handover:
    """Freeze the list of dossiers that *unit* hands over, sign it and send it.

    :param target: key of the receiving unit of this house; or ``agency`` names another body.
    :param envelope: number of the sealed envelope, or "" where no paper goes along.
    :param reason: what the signature says it is for.
    """
    agency, decision = one_line(agency)[:_LONGEST], one_line(decision)[:_LONGEST]
    faults: list[Fault] = []
    to = desk.site.unit_by_key.get(target) if target else None
    if bool(target) == bool(agency):
        faults.append(Fault("target", "Choose the receiving unit, or name the other agency."))
    elif target and to is None:
        faults.append(Fault("target", "Choose the unit that receives the dossiers."))
    elif to is unit:
        faults.append(Fault("target", "This unit keeps the dossiers already."))
    if not decision:
        faults.append(Fault("decision", "State the number of the transfer decision."))
    dossiers = _to_hand_over(desk, unit, codes, faults)
    if faults:
        raise Invalid(faults)
    known = careers_of(desk.root)
    handover = Handover(_number(desk), unit.key, at=desk.now, by=desk.identity.login)
    handover.target, handover.agency = target, agency
    handover.decision, handover.envelope = decision, one_line(envelope)[:80]
    handover.lines = tuple(dossier.id for dossier in dossiers)
    handover.due = _due(desk).isoformat()
    known.handovers[handover.id] = handover
    known.numbers[handover.number] = handover.id
    # Its blobs go where the database keeps them.
    desk.connection.add(handover)
    manifest = manifest_of(desk, handover, dossiers)
    handover.level = max(line.level for line in manifest.dossiers)
    handover.manifest = handover_papers.keep_list(desk, handover, manifest, told=told, why=reason)
    _step(desk, handover, "sent", digest=handover.manifest)
    known.open_handovers.insert((handover.due, handover.id))
    for dossier in dossiers:
        known.under_way[dossier.id] = handover.id
        desk.tell("custody.listed", dossier, handover=handover.number, manifest=handover.manifest)
    desk.say(
        handover=handover.number,
        to=target or agency,
        decision=decision,
        envelope=handover.envelope,
        dossiers=len(dossiers),
        manifest=handover.manifest,
        due=handover.due,
    )
    return handover


def _to_hand_over(
    desk: Desk, unit: Unit, codes: Sequence[str], faults: list[Fault]
) -> list[Dossier]:
    under_way, found = careers_of(desk.root).under_way, []
    wanted = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if not wanted:
        faults.append(Fault("codes", "Name the dossiers that are handed over."))
    if len(wanted) > _MOST:
        faults.append(Fault("codes", "Name at most {most} dossiers in one list.", {"most": _MOST}))
        return []
    for code in wanted:
        dossier = desk.site.dossiers.get(code)
        if dossier is None or not desk.sees(dossier):
            faults.append(Fault("codes", "There is no dossier {code}.", {"code": code}))
        elif dossier.unit is not unit:
            said = "{code} is not kept by this unit."
            faults.append(Fault("codes", said, {"code": code}))
        elif dossier.id in under_way:
            said = "{code} is in another handover that is not closed."
            faults.append(Fault("codes", said, {"code": code}))
        elif not desk.may(dossier, Permission.CUSTODY_SEND) or not papers_there(desk, dossier):
            said = "{code} is handed over by somebody who may see all of it."
            faults.append(Fault("codes", said, {"code": code}))
        else:
            found.append(dossier)
    return found


def _number(desk: Desk) -> str:
    """Return the next number of the year; two senders at once conflict, and one goes again."""
    numbers, year = careers_of(desk.root).numbers, desk.today.year
    taken = numbers.keys(f"{year}-", f"{year}-~")
    last = max((int(number.rpartition("-")[2]) for number in taken), default=0)
    return f"{year}-{last + 1:04d}"


def _due(desk: Desk) -> date:
    deadline = desk.rulebook.deadlines["custody-answer"]
    days = working_days.workdays(desk.rulebook.profile)
    return working_days.due_day(deadline, desk.today, days)


def _step(desk: Desk, handover: Handover, step: str, *, text: str = "", digest: str = "") -> None:
    said = Said(step, desk.now, desk.identity.login, text, digest)
    handover.steps = (*handover.steps, said)
    filing.touch(handover, at=desk.now, by=desk.identity.login)


# Answering ---------------------------------------------------------------------------------


@act("custody.received", Permission.CUSTODY_RECEIVE)
def receive(
    desk: Desk,
    unit: Unit,
    *,
    handover: str,
    envelope: str,
    counted: Mapping[str, str],
    notes: Mapping[str, str],
    told: Tells,
    reason: str,
    signed_by: str = "",
    revision: int | None = None,
) -> Handover:
    """Check a handover against its list and sign for it; custody moves with the signature.

    :param unit: the receiving unit; of another agency the unit that sent it, which records the
        minutes that came back signed.
    :param envelope: the number read on the envelope.
    :param counted: by code of dossier, how many papers were counted.
    :param notes: by code of dossier, what was noted.
    :param signed_by: of another agency, who signed and the number of the minutes.
    """
    found = _to_answer(desk, unit, handover, step="receive", revision=revision)
    frozen = handover_papers.frozen_lines(found)
    signed_by = one_line(signed_by)[:_LONGEST]
    faults = list(_count_faults(desk, found, frozen, envelope, counted))
    if found.agency and not signed_by:
        said = "State who signed for the other agency, and the number of the minutes."
        faults.append(Fault("signed_by", said))
    if faults:
        raise Invalid(faults)
    found.envelope_found = one_line(envelope)[:80]
    found.counted = tuple(
        Counted(line.code, int(counted[line.code]), one_line(notes.get(line.code, ""))[:_LONGEST])
        for line in frozen
    )
    found.state = "received"
    # The sheet is made before the last step, so that its digest can stand in it.
    found.answer = handover_papers.keep_answer(
        desk, found, frozen, told=told, why=reason, signed_by=signed_by
    )
    _step(desk, found, "received", text=signed_by, digest=found.answer)
    _close(desk, found)
    _move(desk, found)
    desk.say(
        handover=found.number,
        manifest=found.manifest,
        answer=found.answer,
        dossiers=len(found.lines),
        signed_by=signed_by,
    )
    # The sender's side of the same: an entry under his unit that names the receiver's paper.
    source = desk.site.unit_by_key.get(found.source)
    if source is not None and source is not unit:
        desk.tell(
            "custody.countersigned",
            source,
            handover=found.number,
            manifest=found.manifest,
            answer=found.answer,
        )
    return found


def _count_faults(
    desk: Desk,
    handover: Handover,
    frozen: Sequence[DossierLine],
    envelope: str,
    counted: Mapping[str, str],
) -> list[Fault]:
    faults = []
    if one_line(envelope) != handover.envelope:
        said = "The list names another envelope. Read it again; if it differs, dispute the list."
        faults.append(Fault("envelope", said))
    for line in frozen:
        text = counted.get(line.code, "").strip()
        if not text.isascii() or not text.isdigit() or len(text) > 6:
            said = "{code}: state how many papers you counted."
            faults.append(Fault(f"count-{line.code}", said, {"code": line.code}))
        elif int(text) != len(line.papers):
            said = "{code}: the list has another number of papers. Count again, or dispute it."
            faults.append(Fault(f"count-{line.code}", said, {"code": line.code}))
    if changes := differences(frozen, now_in(desk, handover)):
        codes = ", ".join(dict.fromkeys(code for code, _, _ in changes))
        said = "Changed since the list was signed: {codes}. Dispute it, or have it sent anew."
        faults.append(Fault("handover", said, {"codes": codes}))
    return faults


def _move(desk: Desk, handover: Handover) -> None:
    at, by = desk.now, desk.identity.login
    target = desk.site.unit_by_key.get(handover.target) if handover.target else None
    for number in handover.lines:
        dossier = desk.site.by_id.get(number)
        if not isinstance(dossier, Dossier):
            continue
        before = dossier.unit.key
        if target is not None:
            filing.transfer(dossier, target, at=at, by=by)
        elif not _is_gone(dossier):
            filing.record_status(
                dossier,
                status="CHUYEN_DI",
                effective=desk.today.isoformat(),
                evidence="",
                at=at,
                by=by,
            )
        desk.tell(
            "custody.moved",
            dossier,
            handover=handover.number,
            before=before,
            after=handover.target or handover.agency,
            manifest=handover.manifest,
            answer=handover.answer,
        )
        desk.notify([Moved(dossier, tightens=True)])
        account_events.follow(desk, dossier)


def _is_gone(dossier: Dossier) -> bool:
    return bool(dossier.status_events) and dossier.status_events[-1].status == "CHUYEN_DI"


def _close(desk: Desk, handover: Handover) -> None:
    known = careers_of(desk.root)
    known.open_handovers.discard((handover.due, handover.id))
    for number in handover.lines:
        if known.under_way.get(number) == handover.id:
            del known.under_way[number]


@act("custody.refused", Permission.CUSTODY_RECEIVE)
def refuse(
    desk: Desk, unit: Unit, *, handover: str, reason: str, revision: int | None = None
) -> Handover:
    """Send a handover back: nothing moved, and the sender keeps what he has."""
    found = _to_answer(desk, unit, handover, step="refuse", revision=revision)
    text = _words(reason, "reason", "State why it is refused.")
    found.state = "refused"
    _step(desk, found, "refused", text=text)
    _close(desk, found)
    desk.say(handover=found.number, manifest=found.manifest, reason=text)
    return found


@act("custody.disputed", Permission.CUSTODY_RECEIVE)
def dispute(
    desk: Desk, unit: Unit, *, handover: str, reason: str, revision: int | None = None
) -> Handover:
    """Say in what the list and what arrived differ; the sender answers before anything moves."""
    found = _to_answer(desk, unit, handover, step="dispute", revision=revision)
    text = _words(reason, "reason", "State in what they differ.")
    found.state = "disputed"
    _step(desk, found, "disputed", text=text)
    desk.say(handover=found.number, manifest=found.manifest, reason=text)
    return found


@act("custody.dispute-answered", Permission.CUSTODY_SEND)
def answer_dispute(
    desk: Desk, unit: Unit, *, handover: str, reason: str, revision: int | None = None
) -> Handover:
    """Answer what the receiver disputed; he checks again."""
    found = _of_sender(desk, unit, handover, step="answer", revision=revision)
    text = _words(reason, "reason", "State the answer.")
    found.state = "sent"
    _step(desk, found, "answered", text=text)
    desk.say(handover=found.number, manifest=found.manifest, reason=text)
    return found


@act("custody.recalled", Permission.CUSTODY_SEND)
def recall(
    desk: Desk, unit: Unit, *, handover: str, reason: str, revision: int | None = None
) -> Handover:
    """Call a handover back that nobody has signed for; the dossiers may be listed anew."""
    found = _of_sender(desk, unit, handover, step="recall", revision=revision)
    text = _words(reason, "reason", "State why it is called back.")
    found.state = "recalled"
    _step(desk, found, "recalled", text=text)
    _close(desk, found)
    desk.say(handover=found.number, manifest=found.manifest, reason=text)
    return found


def _words(text: str, field: str, wanting: str) -> str:
    text = one_line(text)[:_LONGEST]
    if not text:
        raise Invalid([Fault(field, wanting)])
    return text


def _to_answer(desk: Desk, unit: Unit, number: str, *, step: str, revision: int | None) -> Handover:
    found = _known(desk, number)
    # Of another agency the sender's officer records what came back.
    if unit.key != (found.target or found.source):
        raise Missing
    filing.check_revision(found, revision)
    if found.target and same_person(desk.root, found.sent_by, desk.identity.login):
        raise Forbidden(reason="Who sent it does not sign for it; ask the receiving officer.")
    if faults := faults_of_step(step, found.state):
        raise Invalid(faults)
    return found


def _of_sender(desk: Desk, unit: Unit, number: str, *, step: str, revision: int | None) -> Handover:
    found = _known(desk, number)
    if unit.key != found.source:
        raise Missing
    filing.check_revision(found, revision)
    if faults := faults_of_step(step, found.state):
        raise Invalid(faults)
    return found


# Looking -----------------------------------------------------------------------------------


def _known(desk: Desk, number: str) -> Handover:
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
    )


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
    found = _known(desk, handover)
    view = _view(desk, found, whole=True)
    if view is None:
        raise Missing
    desk.say(handover=found.number)
    return view


@act("custody.paper-taken", Permission.CUSTODY_RECEIVE)
def take(desk: Desk, _site: Site, *, handover: str, name: str) -> Rendition:
    """Return a paper of a handover: list.json, list.csv, list.pdf, answer.pdf."""
    found = _known(desk, handover)
    view = _view(desk, found, whole=False)
    rendition: Rendition | None = found.renditions.get(name)
    if view is None or rendition is None:
        raise Missing
    desk.say(handover=found.number, name=name, sha256=rendition.sha256)
    return rendition
