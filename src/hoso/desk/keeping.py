"""How long a dossier is kept and why; what is due.

The calendar finds candidates, from what is noted of a dossier's contents; for what is acted on,
``decision_of`` asks the papers themselves.  Holds are placed and lifted in ``desk.holding``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Invalid, Missing
from hoso.records.model import Document, Dossier, Site
from hoso.retention import calendar, contents, holds, laws, parting
from hoso.retention.evolve import lying_in
from hoso.retention.facts import Facts, HoldFact, StatusFact
from hoso.retention.laws import Book
from hoso.retention.model import Calendar, Contents, Evaluation, Holds
from hoso.retention.schedule import Decision, decide, roll_up, with_holds, without_rule
from hoso.search.changes import note_change

__all__ = [
    "LISTS",
    "DueLine",
    "KeepingView",
    "Standing",
    "Under",
    "all_lines",
    "as_seen",
    "decided_under",
    "decision_of",
    "due",
    "evaluate_one",
    "facts_of",
    "first_due",
    "forget",
    "holds_on",
    "judged",
    "judged_under",
    "keeping_of",
    "listed",
    "prepare",
    "reschedule",
    "standing",
    "why",
]

#: What may be listed apart: what is due, and what only a person can bring further.
LISTS = ("due", "unknown", "unverified", "no-rule", "no-end", "to-come")

#: Stands for the words of a hold that are not for this reader.
_HIDDEN = "…"


@dataclass(frozen=True)
class KeepingView:
    """What holds for a record today, and the holds on it."""

    decision: Decision
    holds: tuple[HoldFact, ...]


@dataclass(frozen=True)
class DueLine:
    """One line of the list: a dossier with the decision asked now."""

    dossier: Dossier
    decision: Decision


@dataclass(frozen=True)
class Standing:
    """How far the calendar is under the rules in force.

    ``done`` of ``total`` dossiers have been looked at again since the rules changed; what a
    list shows before ``is_done`` may lack some.
    """

    digest: str
    before: str
    is_done: bool
    done: int = 0
    total: int = 0
    changed: int = 0
    began: str = ""
    ended: str = ""


@dataclass(frozen=True)
class Under:
    """Under which rulebook the calendar's decision for a record was made, and today's.

    ``then`` is that decision made again, where it differs from today's and the old law is kept.
    """

    decided: str
    today: str
    then: Decision | None = None

    @property
    def is_today(self) -> bool:
        return self.decided in {"", self.today}


def prepare(root: Any, rulebook: Any = None) -> None:
    """Make retention's own store in a new database."""
    made = (
        ("retention-calendar", Calendar),
        ("retention-holds", Holds),
        ("retention-contents", Contents),
    )
    for key, make in made:
        if key not in root:
            root[key] = make()
    if rulebook is not None and "retention-evaluation" not in root:
        # Nothing was decided under any other rulebook.
        root["retention-evaluation"] = Evaluation(rulebook.digest)
        root["retention-evaluation"].ended = "founding"
        laws.keep(root, rulebook)


@lru_cache(maxsize=4096)
def _date(text: str) -> PartialDate | None:
    # Whoever decides for all dossiers meets the same few thousand days again and again.
    return PartialDate.parse(text) if text else None


def holds_on(root: Any, record: Any, *, on: date | None = None) -> tuple[HoldFact, ...]:
    """Return the holds that cover a record: on it, on what it is in, on what is in it.

    :param on: the day; without one, every hold that the house has not told of as over.
    """
    kept: Holds = root["retention-holds"]
    if isinstance(record, Document):
        dossier = record.dossier
        around = (record.id, dossier.id) if dossier is not None else (record.id,)
        return holds.in_force(kept, *around, on=on)
    return holds.on_dossier(kept, record.id, on=on)


def facts_of(record: Dossier, *, retention_class: str, on_hold: tuple[HoldFact, ...] = ()) -> Facts:
    """Return what retention is told of a dossier for one class of what it keeps."""
    ended = _date(record.ended)
    return Facts(
        retention_class=retention_class,
        events=tuple(StatusFact(e.status, _date(e.effective)) for e in record.status_events),
        ended=ended,
        is_open=record.state == "open" and ended is None,
        contract_end=ended,
        born=_date(record.birth_date),
        holds=on_hold,
    )


def _parts(
    law: Book, dossier: Dossier, kinds: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield (retention class, document date) of what the dossier keeps, each pair once.

    The date of a paper counts only where a rule of its class counts from it.
    """
    own = law.dossier_types[dossier.type].retention
    seen = {(own, "")}
    yield own, ""
    dated: dict[str, bool] = {}
    for type_, written in kinds:
        known = law.document_types.get(type_)
        if known is None:
            continue
        class_ = known.retention
        if class_ not in dated:
            rules = law.retention_classes[class_].rules
            dated[class_] = any(
                law.retention_rules[rule].trigger == "document-dated" for rule in rules
            )
        part = (class_, written if dated[class_] else "")
        if part not in seen:
            seen.add(part)
            yield part


def _decided_for(
    law: Book,
    dossier: Dossier,
    kinds: Iterable[tuple[str, str]],
    *,
    on_hold: tuple[HoldFact, ...],
    on: date,
) -> Decision:
    if dossier.type not in law.dossier_types:
        return with_holds(without_rule(dossier.type), on_hold)
    kinds = list(kinds)
    (own, _), *others = _parts(law, dossier, kinds)
    facts = facts_of(dossier, retention_class=own, on_hold=on_hold)
    decisions = [decide(law, facts, on=on)]
    # A kind that is no longer in the list may be one that is kept for ever.
    strangers = {type_ for type_, _ in kinds if type_ not in law.document_types}
    decisions += [with_holds(without_rule(type_), on_hold) for type_ in sorted(strangers)]
    for part, dated in others:
        also = replace(facts, retention_class=part, document_date=_date(dated))
        decisions.append(decide(law, also, on=on))
    return roll_up(decisions)


def decision_of(root: Any, rulebook: Book, record: Any, *, on: date) -> Decision:
    """Decide how long a dossier or one of its papers is kept, as known on a day.

    Reads the papers themselves: what is irreversible rests on this and on nothing else.
    A paper is kept as long as its dossier, but where the item itself gives it a period of its
    own (``retention.parting``).

    :param rulebook: the one in force, or what was kept of an older one (``laws.law_under``).
    """
    dossier = record.dossier if isinstance(record, Document) else record
    if dossier is None:
        raise Missing("The paper is not filed; its period is decided when it is.")
    kinds = ((type_, written) for _, type_, written in lying_in(dossier))
    on_hold = holds_on(root, record, on=on)
    whole = _decided_for(rulebook, dossier, kinds, on_hold=on_hold, on=on)
    if record is dossier:
        return whole
    return _own(rulebook, dossier, record, whole=whole, on_hold=on_hold, on=on) or whole


def _own(
    law: Book,
    dossier: Dossier,
    paper: Document,
    *,
    whole: Decision,
    on_hold: tuple[HoldFact, ...],
    on: date,
) -> Decision | None:
    """Decide for a paper with a period of its own; ``None`` where it goes with its dossier."""
    class_ = parting.class_of_part(law, dossier.type, paper.type)
    if not class_:
        return None
    facts = facts_of(dossier, retention_class=class_, on_hold=on_hold)
    facts = replace(facts, document_date=_date(paper.date))
    return parting.decide_part(law, facts, whole=whole, on=on)


def judged(root: Any, law: Book, dossier: Dossier, *, on: date) -> Decision:
    """Decide for a dossier by what is noted of its contents, without loading its papers."""
    return judged_under(root, (law,), dossier, on=on)[0]


def judged_under(root: Any, books: Sequence[Book], dossier: Dossier, *, on: date) -> list[Decision]:
    """Decide for a dossier as ``judged`` does, under each of several laws."""
    kinds = list(contents.kinds_of(root["retention-contents"], dossier.id))
    on_hold = holds_on(root, dossier, on=on)
    return [_decided_for(law, dossier, kinds, on_hold=on_hold, on=on) for law in books]


def keeping_of(desk: Desk, record: Any) -> KeepingView:
    """Return what holds for a record today, as this reader may know it."""
    decision = decision_of(desk.root, desk.rulebook, record, on=desk.today)
    shown = as_seen(desk, decision, record)
    return KeepingView(shown, shown.holds)


def as_seen(desk: Desk, decision: Decision, record: Any) -> Decision:
    """Return a decision without the words of holds on nothing but papers this reader may not see.

    That something is held is said: the dossier is kept for it.  Why, and for whom, would tell of
    the paper.
    """
    shown = tuple(
        fact if _knows(desk, fact, record) else replace(fact, reason=_HIDDEN, authority=_HIDDEN)
        for fact in decision.holds
    )
    if shown == decision.holds:
        return decision
    return with_holds(decision.without_holds or decision, shown)


def _knows(desk: Desk, fact: HoldFact, record: Any) -> bool:
    kept: Holds = desk.root["retention-holds"]
    hold = kept.by_id[fact.id]
    around: Any = record.dossier if isinstance(record, Document) else record
    if hold.placed_by == desk.identity.login or not {record.id, around.id}.isdisjoint(hold.members):
        return True
    inside = kept.inside.keys((around.id, hold.id), (around.id, hold.id + 1))
    papers = (desk.site.by_id.get(paper) for _, _, paper in inside if paper in hold.members)
    return any(
        paper is not None and desk.sees(paper) and desk.may(paper, Permission.RETENTION_VIEW)
        for paper in papers
    )


def decided_under(desk: Desk, record: Any, *, on: date) -> Under:
    """Say under which rulebook the calendar's decision was made, and what it was then.

    A paper's decision rests on the same rules as that of its dossier.
    """
    dossier = record.dossier if isinstance(record, Document) else record
    if dossier is None:
        raise Missing("The paper is not filed; its period is decided when it is.")
    line = calendar.line_of(desk.root["retention-calendar"], dossier.id)
    today = desk.rulebook.digest
    if line is None or line.digest == today:
        return Under(line.digest if line is not None else "", today)
    law = laws.law_under(desk.root, line.digest)
    then = decision_of(desk.root, law, record, on=on) if law is not None else None
    return Under(line.digest, today, then and as_seen(desk, then, record))


# The calendar ------------------------------------------------------------------------------


def reschedule(house: House, root: Any, record: Any) -> None:
    """Note in the calendar what now holds for a dossier; listens to events.

    What the index says of the dossier and its papers rests on the calendar.  Where a paper
    changed in a way that no period can rest on, nothing is decided anew.
    """
    known: Contents = root["retention-contents"]
    kept: Calendar = root["retention-calendar"]
    if isinstance(record, Document):
        touched = _note_paper(root, known, record)
        dossier = record.dossier
        if dossier is not None and dossier.id not in kept.records:
            touched.add(dossier.id)
        for number in touched:
            found = root["site"].by_id.get(number)
            if isinstance(found, Dossier):
                _evaluate_and_note(house, root, found)
    elif isinstance(record, Dossier):
        if record.id not in kept.records:
            contents.lay_down(known, record.id, lying_in(record))
        _evaluate_and_note(house, root, record)


def _evaluate_and_note(house: House, root: Any, dossier: Dossier) -> None:
    if evaluate_one(root, house.rulebook, dossier, on=house.clock.today()):
        note_change(root, [-dossier.id])


def _note_paper(root: Any, known: Contents, paper: Document) -> set[int]:
    """Note where a paper lies; return the dossiers whose period that may change."""
    dossier = paper.dossier
    now = dossier.id if dossier is not None else 0
    before = contents.dossier_of(known, paper.id)
    if before != now:
        holds.lies(root["retention-holds"], paper.id, dossier=now, before=before)
    if dossier is None or paper.state == "withdrawn":
        return contents.take_out(known, paper.id)
    return contents.put(known, paper.id, dossier=now, type_=paper.type, date=paper.date)


def evaluate_one(root: Any, rulebook: Book, dossier: Dossier, *, on: date) -> bool:
    """Decide for one dossier and note it in the calendar.

    :return: whether the index must hear of it; the caller tells it.
    """
    kept: Calendar = root["retention-calendar"]
    before = calendar.line_of(kept, dossier.id)
    decision = judged(root, rulebook, dossier, on=on)
    calendar.note(kept, dossier.id, decision=decision, digest=rulebook.digest)
    first = parting.first_due(
        rulebook,
        dossier.type,
        contents.kinds_of(root["retention-contents"], dossier.id),
        facts=facts_of(dossier, retention_class=""),
        whole=decision,
        on=on,
    )
    calendar.note_parts(kept, dossier.id, first)
    after = calendar.line_of(kept, dossier.id)
    return _kept_differently(before, after)


def _kept_differently(before: calendar.Line | None, after: calendar.Line | None) -> bool:
    if before is None or after is None:
        return before is not after
    return (before.state, before.expires) != (after.state, after.expires)


def forget(root: Any, dossier: Dossier) -> None:
    """Take a dossier that is no more out of the calendar and out of what is noted of it.

    Holds stay on record with the record they named.
    """
    calendar.forget(root["retention-calendar"], dossier.id)
    contents.forget(root["retention-contents"], dossier.id)


def standing(root: Any, rulebook: Any) -> Standing:
    """Say how far the calendar is under the rules in force."""
    digest = rulebook.digest
    run: Evaluation | None = root.get("retention-evaluation")
    if run is None:
        return Standing(digest, "", is_done=not root["retention-calendar"].records)
    if run.digest != digest:
        return Standing(digest, run.digest, is_done=False)
    return Standing(
        digest,
        run.before,
        is_done=bool(run.ended),
        done=run.done,
        total=run.total,
        changed=run.changed,
        began=run.began,
        ended=run.ended,
    )


# Lists -------------------------------------------------------------------------------------


@act("retention.due-listed", Permission.RETENTION_VIEW)
def due(desk: Desk, _site: Site, *, on: date, unit: str = "") -> list[DueLine]:
    """Return what is due on a day, and what is held or not known and would need a person.

    Costs by what is listed, not by what is kept.
    """
    lines = list(_lines(desk, on=on, unit=unit))
    desk.say(on=on.isoformat(), lines=len(lines))
    return lines


@act("retention.listed", Permission.RETENTION_VIEW)
def listed(desk: Desk, _site: Site, *, which: str, on: date, unit: str = "") -> list[DueLine]:
    """Return one list of what a person must look at: see ``LISTS``.

    ``unverified`` are periods that would be over, were they checked; ``no-rule`` dossiers
    without a rule; ``no-end`` those whose event has no date that can be used; ``unknown`` both;
    ``to-come`` events recorded for a day to come.
    """
    if which not in LISTS:
        raise Invalid(
            message="There is no such list. Choose one of: {lists}.", lists=", ".join(LISTS)
        )
    kept: Calendar = desk.root["retention-calendar"]
    numbers = {
        "due": lambda: calendar.due_by(kept, on),
        "unverified": lambda: calendar.expired_unverified(kept, on),
        "to-come": lambda: calendar.come(kept, date.max),
    }.get(which, lambda: calendar.unknown(kept))()
    lines = [
        line
        for line in _decided(desk, numbers, on=on, unit=unit, every=True)
        if _belongs(line.decision, which)
    ]
    desk.say(list=which, on=on.isoformat(), lines=len(lines))
    return lines


def _belongs(decision: Decision, which: str) -> bool:
    without = decision.without_holds or decision
    if which == "due":
        return decision.state == "due"
    if which == "no-rule":
        return without.state == "unknown" and without.trigger is None
    if which == "no-end":
        return without.state == "unknown" and without.trigger is not None
    return True


@act("retention.due-glanced", Permission.RETENTION_VIEW, told=False)
def first_due(desk: Desk, _site: Site, *, on: date, limit: int = 50) -> list[DueLine]:
    """Return the first lines of what is due, for a reader's first page."""
    return list(islice(_lines(desk, on=on, unit=""), limit))


def _lines(desk: Desk, *, on: date, unit: str) -> Iterator[DueLine]:
    kept: Calendar = desk.root["retention-calendar"]
    # No record is in two of them: each is due, doubtful or unknown.
    numbers = chain(
        calendar.due_by(kept, on),
        calendar.expired_unverified(kept, on),
        calendar.unknown(kept),
    )
    yield from _decided(desk, numbers, on=on, unit=unit)


def _decided(
    desk: Desk, numbers: Iterable[int], *, on: date, unit: str, every: bool = False
) -> Iterator[DueLine]:
    for number in numbers:
        dossier = desk.site.by_id.get(number)
        if not isinstance(dossier, Dossier) or not desk.may(dossier, Permission.RETENTION_VIEW):
            continue
        if unit and dossier.unit.key != unit:
            continue
        decision = as_seen(desk, judged(desk.root, desk.rulebook, dossier, on=on), dossier)
        if every or decision.state in {"due", "held", "unknown"}:
            yield DueLine(dossier, decision)


@act("retention.all-listed", Permission.RETENTION_VIEW)
def all_lines(desk: Desk, _site: Site, *, on: date) -> Iterator[DueLine]:
    """Return the decision for every dossier one may see; a long list, one at a time."""
    numbers = (dossier.id for dossier in desk.site.dossiers.values())
    return _decided(desk, numbers, on=on, unit="", every=True)


@act("retention.why-asked", Permission.RETENTION_VIEW)
def why(desk: Desk, record: Any, *, on: date, under: str = "") -> Decision:
    """Return the decision for one record with its explanation.

    :param under: the digest of an older rulebook, or its first letters, to decide under it.
    """
    law: Book = desk.rulebook
    if under:
        law = _law_of(desk, under)
    decision = as_seen(desk, decision_of(desk.root, law, record, on=on), record)
    desk.say(state=decision.state, rule=decision.rule, rulebook=law.digest)
    return decision


def _law_of(desk: Desk, under: str) -> Book:
    found = [digest for digest in laws.known(desk.root) if digest.startswith(under)]
    law = laws.law_under(desk.root, found[0]) if len(found) == 1 else None
    if law is None:
        raise Invalid(
            message="No one rulebook {under} was kept here; there are: {known}.",
            under=under,
            known=", ".join(digest[:12] for digest in laws.known(desk.root)),
        )
    return law
