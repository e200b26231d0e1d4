"""Which records bear marks, which of them end soon, and whom that must still be told.

An index of what the records say themselves (``records.model.MarkRegister``), kept by a listener
of every change; the lists ask each record again before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from BTrees.LLBTree import LLTreeSet

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.records.marking import has_lapsed, in_force, is_undetermined
from hoso.records.model import Document, Dossier, Mark, MarkRegister, Site

__all__ = [
    "HORIZONS",
    "MarkLine",
    "Marks",
    "ending",
    "ending_before",
    "forget",
    "is_owed",
    "keep_marks",
    "listed",
    "note",
    "note_seal",
    "register_of",
    "settle",
    "to_seal",
    "told_of_end",
]

#: Days ahead in which ends of terms are listed; an extension is decided 60 days before [K].
HORIZONS = (60, 90)
#: Most lines of one list.
MOST = 500
#: Days for which what ended by itself stays on the list.
LATELY = 90


@dataclass(frozen=True)
class MarkLine:
    """A record with the mark it is listed for.

    :ivar day: the last day of the term, or the day by which holders are to be told; "" none.
    :ivar number: place of the decision in the chain, from 0; -1 where there is none.
    """

    record: Any
    mark: Mark | None
    day: str
    number: int = -1


@dataclass(frozen=True)
class Marks:
    """What wants a look: ends of terms, notices to be sent, levels nobody determined."""

    ending: tuple[MarkLine, ...]
    owed: tuple[MarkLine, ...]
    ended: tuple[MarkLine, ...]
    bare: tuple[MarkLine, ...]
    endless: tuple[MarkLine, ...]


def register_of(root: Any) -> MarkRegister:
    """Return the register, made where there is none yet."""
    found: MarkRegister | None = root.get("marks")
    if found is None:
        found = root["marks"] = MarkRegister()
    return found


def keep_marks(root: Any, record: Any) -> None:
    """Bring the register up to what a record is now; a listener of every change."""
    if not isinstance(record, Document | Dossier):
        return
    if not record.marks and not is_undetermined(record):
        # Most papers never bear one: nothing is touched for them, nobody meets.
        if root.get("marks") is not None:
            _take(root["marks"].bare, record.id)
        return
    note(register_of(root), record)


def forget(root: Any, record: Any) -> None:
    """Let go of a record that is no more; that its marks ended and were told of stays known."""
    register: MarkRegister | None = root.get("marks")
    if register is None:
        return
    _take(register.bearing, record.id)
    _take(register.bare, record.id)
    if register.sealed is not None:
        _take(register.sealed, record.id)
    until = register.end_of.pop(record.id, "")
    if until:
        register.ends.pop(_end(until, record.id), None)


def note_seal(root: Any, record: Document, *, sealed: bool) -> None:
    """Write down whether the bytes of a paper are behind a seal."""
    register: MarkRegister | None = root.get("marks")
    if not sealed and (register is None or register.sealed is None):
        return
    register = register_of(root)
    if register.sealed is None:
        register.sealed = LLTreeSet()
    _set(register.sealed, record.id, sealed)


def to_seal(root: Any, dossier: Dossier, *, every: bool) -> Iterator[Document]:
    """Yield papers of a dossier that may have to be put behind a seal, and load no others.

    :param every: whether the dossier makes all of them secret; else those that are by themselves.
    """
    register: MarkRegister | None = root.get("marks")
    if register is None and not every:
        return
    sealed = register.sealed if register is not None else None
    for uid in dossier.names():
        number = ids.from_text(uid) or 0
        own = register is not None and (number in register.bearing or number in register.bare)
        if (every or own) and (sealed is None or number not in sealed):
            yield dossier[uid]


def note(register: MarkRegister, record: Any) -> None:
    """Write down what a record says of its marks."""
    gone = isinstance(record, Document) and record.state in {"refused", "split"}
    newest = record.marks[-1] if record.marks else None
    bears = newest is not None and newest.act != "lifted" and not gone
    _set(register.bearing, record.id, bears)
    _set(register.bare, record.id, is_undetermined(record) and not gone)
    until = newest.until if newest is not None and bears else ""
    known = register.end_of.get(record.id, "")
    if known != until:
        if known:
            register.ends.pop(_end(known, record.id), None)
            del register.end_of[record.id]
        # What has ended and was told of does not come back with a clock that goes back.
        if until and _told(record, until) not in register.told:
            register.ends[_end(until, record.id)] = record.id
            register.end_of[record.id] = until


def _take(kept: Any, number: int) -> None:
    if number in kept:
        kept.remove(number)


def _set(kept: Any, number: int, there: bool) -> None:  # noqa: FBT001
    if there and number not in kept:
        kept.add(number)
    elif not there:
        _take(kept, number)


def _end(until: str, number: int) -> str:
    return f"{until}:{number:020d}"


def _told(record: Any, until: str) -> str:
    return f"{record.id:020d}:{until}"


def ending_before(root: Any, day: date) -> list[tuple[str, int]]:
    """Return (last day, id) of the marks whose term ends before a day, the earliest first."""
    kept: MarkRegister | None = root.get("marks")
    if kept is None:
        return []
    return [(key[:10], number) for key, number in kept.ends.items(max=day.isoformat())]


def told_of_end(root: Any, record: Any, until: str, *, at: str, notice_by: str) -> None:
    """Note that the journal has heard of the end of a mark: once, whatever clocks do."""
    register = register_of(root)
    register.told[_told(record, until)] = at
    register.ends.pop(_end(until, record.id), None)
    if record.id in register.end_of:
        del register.end_of[record.id]
    if notice_by:
        _owe(register, record, len(record.marks), notice_by)


def _of(record: Any, number: int) -> str:
    return f"{record.id:020d}:{number:04d}"


def _owe(register: MarkRegister, record: Any, number: int, day: str) -> None:
    register.owed[f"{day}:{_of(record, number)}"] = record.id
    register.owed_by[_of(record, number)] = day


def is_owed(root: Any, record: Any, number: int) -> str:
    """Return the day by which holders are to be told of a decision; "" where nothing is owed.

    :param number: place in the chain; one behind the last stands for an end by itself.
    """
    kept: MarkRegister | None = root.get("marks")
    return kept.owed_by.get(_of(record, number), "") if kept is not None else ""


def settle(root: Any, record: Any, number: int, *, owed_by: str = "", at: str = "") -> None:
    """Note that a notice is owed by a day, or that it was sent at an instant."""
    register = register_of(root)
    if owed_by:
        _owe(register, record, number, owed_by)
        return
    day = register.owed_by.pop(_of(record, number), "")
    register.owed.pop(f"{day}:{_of(record, number)}", None)
    register.notified[_of(record, number)] = at


@act("mark.listed", Permission.MARK_VIEW)
def listed(desk: Desk, _site: Site, *, days: int = max(HORIZONS)) -> Marks:
    """Return the marks that want a look, among the records one may know of."""
    kept: MarkRegister | None = desk.root.get("marks")
    if kept is None:
        return Marks((), (), (), (), ())
    today = desk.today
    last = (today + timedelta(days=days + 1)).isoformat()
    lately = (today - timedelta(days=LATELY)).isoformat()
    found = Marks(
        ending=_lines(desk, ((n, k[:10], -1) for k, n in kept.ends.items(max=last)), _ends),
        owed=_lines(desk, ((n, k[:10], int(k[-4:])) for k, n in kept.owed.items()), _any),
        ended=_lines(desk, ((n, "", -1) for n in kept.bearing), _ended_since(lately)),
        bare=_lines(desk, ((n, "", -1) for n in kept.bare), _bare),
        endless=_lines(desk, ((n, "", -1) for n in kept.bearing), _endless),
    )
    desk.say(ending=len(found.ending), owed=len(found.owed), bare=len(found.bare))
    return found


@act("mark.glanced", Permission.MARK_VIEW, told=False)
def ending(desk: Desk, _site: Site, *, days: int = min(HORIZONS)) -> tuple[MarkLine, ...]:
    """Return the marks whose term ends within so many days, for a reader's first page."""
    kept: MarkRegister | None = desk.root.get("marks")
    if kept is None:
        return ()
    last = (desk.today + timedelta(days=days + 1)).isoformat()
    return _lines(desk, ((n, k[:10], -1) for k, n in kept.ends.items(max=last)), _ends)


def _lines(desk: Desk, rows: Iterator[tuple[int, str, int]], wanted: Any) -> tuple[MarkLine, ...]:
    lines: list[MarkLine] = []
    for number, day, place in rows:
        record = desk.site.by_id.get(number)
        # The index finds, the object decides.
        if not isinstance(record, Document | Dossier) or not desk.may(record, Permission.MARK_VIEW):
            continue
        newest = record.marks[-1] if record.marks else None
        line = MarkLine(record, newest, day or (newest.until if newest is not None else ""), place)
        if wanted(line, desk.today):
            lines.append(line)
            if len(lines) == MOST:
                break
    return tuple(lines)


def _any(_line: MarkLine, _today: date) -> bool:
    return True


def _ends(line: MarkLine, today: date) -> bool:
    mark = in_force(line.record.marks, today)
    return mark is not None and bool(mark.until)


def _bare(line: MarkLine, _today: date) -> bool:
    return is_undetermined(line.record)


def _endless(line: MarkLine, today: date) -> bool:
    mark = in_force(line.record.marks, today)
    return mark is not None and not mark.until


def _ended_since(day: str) -> Any:
    def wanted(line: MarkLine, today: date) -> bool:
        return has_lapsed(line.record.marks, today) and line.day >= day

    return wanted
