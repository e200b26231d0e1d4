"""What people's corrections taught: noted when a paper is filed, shown, forgotten, switched off.

A lesson belongs to the unit in whose tray the paper lay, and holds for the units below.  Undoing
a filing, or describing the paper anew, takes its part in the lessons back.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest import queue
from hoso.ingest.learning import lessons
from hoso.ingest.learning.lessons import Correction, Known
from hoso.ingest.learning.model import Lesson, Lessons
from hoso.ingest.model import Reading
from hoso.kernel import ids
from hoso.kernel.errors import Missing
from hoso.records.marking import level_of
from hoso.records.model import Document, Site, Unit
from hoso.records.units import lineage

__all__ = [
    "Learnt",
    "Line",
    "forget",
    "form_code",
    "learn",
    "listing",
    "named",
    "readings_of",
    "suggestions",
    "switch",
    "unlearn",
]

#: Papers a lesson remembers; more do not make it surer.
REMEMBERED = 100


@dataclass(frozen=True)
class Line:
    """One lesson as a page shows it.

    :ivar writings: what was written, in how many papers, by whom and when last.
    :ivar proposes: what is shown for this reading from now on; ``None`` where nothing is.
    """

    lesson: Lesson
    unit: Unit
    writings: tuple[tuple[str, int, str, str], ...]
    proposes: str | None


@dataclass(frozen=True)
class Learnt:
    """All lessons of the units one works at, and which of these units want none."""

    lines: tuple[Line, ...]
    units: tuple[tuple[Unit, bool], ...]


def named(found: Mapping[str, Any], kind: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Bring proposals under the names of the form: the subject is the title.

    The proposed ``type`` is the form of a paper (Quyết định); its kind in the dossier is
    proposed apart.
    """
    names = {"subject": "title", "type": "form"}
    by_field = {names.get(key, key): dict(value) for key, value in found.items() if value}
    if kind:
        by_field["type"] = dict(kind)
    return by_field


def form_code(rulebook: Rulebook, text: str) -> str:
    """Return the code of a form as the list holds it: a paper says "QUYẾT ĐỊNH"."""
    wanted = text.casefold()
    codes = (code for code, term in rulebook.forms.items() if term.label.vi.casefold() == wanted)
    return next(codes, text)


def readings_of(rulebook: Rulebook, reading: Reading | None) -> dict[str, dict[str, Any]]:
    """Return what was read, by the fields of the form and as its controls hold it."""
    if reading is None:
        return {}
    found = json.loads(reading.proposals) if reading.proposals else {}
    kind = json.loads(reading.type_proposal) if reading.type_proposal else None
    by_field = named(found, kind)
    if "form" in by_field:
        by_field["form"]["value"] = form_code(rulebook, str(by_field["form"].get("value")))
    return {name: one for name, one in by_field.items() if one.get("value")}


def _kept(root: Any) -> Lessons | None:
    found: Lessons | None = root.get("learnt")
    return found


def _is_off(kept: Lessons, unit: Unit) -> bool:
    return any(step.number in kept.off for step in lineage(unit))


def suggestions(desk: Desk, document: Document) -> dict[str, dict[str, Any]]:
    """Return the proposals for a paper that rest on lessons; the readings themselves stay."""
    kept = _kept(desk.root)
    if kept is None or _is_off(kept, document.unit):
        return {}
    reading = queue.reading_of(desk.root, document)
    read = readings_of(desk.rulebook, reading)
    return lessons.suggest(_asked(kept, document.unit, read), read)


def _asked(kept: Lessons, unit: Unit, read: Mapping[str, Mapping[str, Any]]) -> Iterator[Known]:
    """Yield the lessons a reading may ask: a handful of look-ups, whatever was learnt."""
    values = {name: str(one["value"]) for name, one in read.items()}
    agencies = {values.get("agency", "")}
    for place in lineage(unit):
        for found in _look_up(kept, place, {"agency": values.get("agency", "")}, agency=""):
            known = _known(found)
            if known.proposes:
                agencies.add(known.proposes)
            yield known
        for agency in agencies:
            yield from map(_known, _look_up(kept, place, values, agency=agency))


def _look_up(
    kept: Lessons, unit: Unit, values: Mapping[str, str], *, agency: str
) -> Iterator[Lesson]:
    for field, read in lessons.asked(values):
        number = kept.by_key.get(lessons.key_of(unit.number, field, read=read, agency=agency))
        if number is not None:
            yield kept.by_id[number]


def _known(lesson: Lesson) -> Known:
    return Known(
        lesson.id,
        lesson.agency,
        lesson.field,
        lesson.read,
        {written: len(papers) for written, _by, _at, papers in lesson.writings},
    )


def _taught(desk: Desk, document: Document) -> Iterator[Correction]:
    read = readings_of(desk.rulebook, queue.reading_of(desk.root, document))
    values = {name: str(one["value"]) for name, one in read.items()}
    written = {name: str(getattr(document, name)) for name in lessons.FIELDS}
    return lessons.corrections(values, written)


def _key(document: Document, taught: Correction) -> str:
    return lessons.key_of(
        document.unit.number, taught.field, read=taught.read, agency=document.agency
    )


def learn(desk: Desk, document: Document) -> None:
    """Note what the description of a paper, as a person left it, teaches about its reading."""
    kept = _kept(desk.root)
    if level_of(document, desk.today) > Document.level or (
        kept is not None and _is_off(kept, document.unit)
    ):
        # Lessons are read by everybody at the tray, so a secret paper teaches nothing.
        return
    for taught in _taught(desk, document):
        key = _key(document, taught)
        number = kept.by_key.get(key) if kept is not None else None
        if number is None and taught.read == taught.written:
            continue  # that a reading stood is worth noting only against a lesson
        if kept is None:
            kept = desk.root["learnt"] = Lessons()
        if number is None:
            number = ids.to_text(ids.new_id())
            place = "" if taught.field == "agency" else lessons.agency_key(document.agency)
            kept.by_id[number] = Lesson(
                number,
                unit=document.unit.number,
                agency=place,
                field=taught.field,
                read=taught.read,
            )
            kept.by_key[key] = number
        _note(desk, kept.by_id[number], taught.written, document.id)


def _note(desk: Desk, lesson: Lesson, written: str, paper: int) -> None:
    before = {text: papers for text, _by, _at, papers in lesson.writings}
    papers = before.get(written, ())
    if paper in papers:
        return
    line = (written, desk.identity.login, desk.now, (*papers, paper)[-REMEMBERED:])
    others = tuple(one for one in lesson.writings if one[0] != written)
    lesson.writings = (*others, line)


def unlearn(desk: Desk, document: Document) -> None:
    """Take back what a paper taught: its filing was undone, or it is described anew."""
    kept = _kept(desk.root)
    if kept is None:
        return
    for taught in _taught(desk, document):
        key = _key(document, taught)
        number = kept.by_key.get(key)
        if number is None:
            continue
        lesson = kept.by_id[number]
        left = [
            (text, by, at, tuple(paper for paper in papers if paper != document.id))
            for text, by, at, papers in lesson.writings
        ]
        lesson.writings = tuple(one for one in left if one[3])
        if not lesson.writings:
            _drop(kept, lesson)


def _drop(kept: Lessons, lesson: Lesson) -> None:
    del kept.by_id[lesson.id]
    for key in [key for key, number in kept.by_key.items() if number == lesson.id]:
        del kept.by_key[key]


@act("learnt.listed", Permission.INTAKE_WORK, told=False)
def listing(desk: Desk, _site: Site) -> Learnt:
    """Return every lesson of the units at whose trays one works, the latest first."""
    kept = _kept(desk.root)
    mine = {
        unit.number: unit
        for unit in desk.site.unit_by_number.values()
        if desk.may(unit, Permission.INTAKE_WORK)
    }
    found = kept.by_id.values() if kept is not None else ()
    lines = [_line(lesson, mine[lesson.unit]) for lesson in found if lesson.unit in mine]
    lines.sort(key=lambda line: max(at for _text, _times, _by, at in line.writings), reverse=True)
    off = kept.off if kept is not None else ()
    return Learnt(
        tuple(lines), tuple((unit, number in off) for number, unit in sorted(mine.items()))
    )


def _line(lesson: Lesson, unit: Unit) -> Line:
    writings = tuple((text, len(papers), by, at) for text, by, at, papers in lesson.writings)
    return Line(lesson, unit, writings, _known(lesson).proposes)


@act("learnt.forgotten", Permission.INTAKE_FILE)
def forget(desk: Desk, unit: Unit, *, lesson: str) -> None:
    """Forget a lesson; what was filed under it stays as it is."""
    kept = _kept(desk.root)
    found = kept.by_id.get(lesson) if kept is not None else None
    if kept is None or found is None or found.unit != unit.number:
        raise Missing
    desk.say(field=found.field, read=found.read, lesson=lesson)
    _drop(kept, found)


@act("learnt.switched", Permission.INTAKE_FILE)
def switch(desk: Desk, unit: Unit, *, on: bool) -> None:
    """Let a unit, with all below it, learn and be shown lessons, or not."""
    kept = _kept(desk.root)
    if kept is None:
        kept = desk.root["learnt"] = Lessons()
    if not on:
        kept.off.insert(unit.number)
    elif unit.number in kept.off:
        kept.off.remove(unit.number)
    desk.say(on=on)
