"""Handing dossiers over: a frozen, signed list goes with them; custody moves when it is signed for.

First the sender freezes and signs the list; nothing moves.  The receiver checks it against what
he holds, counts, and signs, and only then custody changes; or he refuses it, or disputes it and the
sender answers.  The journal of either side names the digest of the other's paper.  The receiver
of another agency signs on paper: who sent it records that paper, for him.  A person's dossier goes
to another agency only when it is recorded that the person left: a handover moves papers, and
never says by the way that somebody has gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from hoso.access.accounts import same_person
from hoso.access.permissions import Permission
from hoso.definitions import working_days
from hoso.desk import account_events, handover_papers
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.handover_checks import count_faults, of_who_serves, to_hand_over
from hoso.desk.handover_papers import Tells, manifest_of
from hoso.desk.handover_views import known_handover
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.personnel.handover import faults_of_step
from hoso.personnel.model import Counted, Handover, Said, careers_of
from hoso.records import filing
from hoso.records.events import Moved
from hoso.records.model import Dossier, Unit

__all__ = [
    "answer_dispute",
    "dispute",
    "recall",
    "receive",
    "refuse",
    "send",
]

_LONGEST = 1000


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
    dossiers = to_hand_over(desk, unit, codes, faults)
    if agency:
        faults.extend(of_who_serves(desk, dossiers))
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
    faults = list(count_faults(desk, found, frozen, envelope, counted))
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
    found = known_handover(desk, number)
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
    found = known_handover(desk, number)
    if unit.key != found.source:
        raise Missing
    filing.check_revision(found, revision)
    if faults := faults_of_step(step, found.state):
        raise Invalid(faults)
    return found
