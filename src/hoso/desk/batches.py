"""Batches: a box of paper is declared, every file of it is told, and the sum is shown.

A batch writes down what a person counted and what came to the door, never a sum: that is
made anew whenever somebody asks (``hoso.ingest.counting``).  A closed batch takes no more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.arrivals import hold_still, in_order, note, ready_for, tally_of, written
from hoso.desk.declaring import DECLARED, Scanner, declared, scanner_of
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.ingest.counting import Tally
from hoso.kernel import ids
from hoso.kernel.errors import Fault, HosoError, Invalid, Missing
from hoso.kernel.text import one_line, shown_name
from hoso.records import filing
from hoso.records.model import Arrival, Batch, Document, Site, Unit

__all__ = [
    "DECLARED",
    "BatchView",
    "Batches",
    "Scanner",
    "close",
    "correct",
    "find",
    "listing",
    "look",
    "open_",
    "reopen",
    "scanner_of",
    "turn_away",
]


@dataclass(frozen=True)
class Batches:
    """Batches of the units one works for, open ones first, newest first."""

    batches: tuple[Batch, ...]
    total: int


@dataclass(frozen=True)
class BatchView:
    """A batch with its equation and every file, oldest first.

    :ivar papers: the papers of files and parts one may see, by uid.
    """

    batch: Batch
    tally: Tally
    arrivals: tuple[tuple[int, Arrival], ...]
    papers: Mapping[str, Document]
    may_close: bool


def _numbers(desk: Desk) -> LOBTree:
    """Return (unit, year, number) to the id of a batch: there is no counter to meet at."""
    if "batch-numbers" not in desk.root:
        desk.root["batch-numbers"], desk.root["batches-open"] = LOBTree(), LLTreeSet()
    found: LOBTree = desk.root["batch-numbers"]
    return found


def _at(unit: Unit, year: int, count: int) -> int:
    return unit.number << 34 | year << 20 | count


def _place(batch: Batch) -> int:
    year, _, rest = batch.number.partition("-")
    return _at(batch.unit, int(year), int(rest.rpartition("-")[2]))


def _in_year(desk: Desk, unit: Unit, year: int) -> int:
    """Return the number the next batch of a unit and year gets; who opens one also is told."""
    taken = _numbers(desk).keys(_at(unit, year, 0), _at(unit, year + 1, 0) - 1)
    return (taken[-1] & 0xFFFFF if taken else 0) + 1


def find(desk: Desk, name: str) -> Batch:
    """Return a batch by number or uid, where one may see it."""
    year, _, rest = name.strip().partition("-")
    key, _, count = rest.rpartition("-")
    unit = desk.site.unit_by_key.get(key)
    known = "batch-numbers" in desk.root
    if known and unit is not None and year.isdecimal() and count.isdecimal():
        number = _numbers(desk).get(_at(unit, int(year[:4]), int(count[:6])))
        record = desk.site.by_id.get(number or 0)
        if isinstance(record, Batch) and desk.sees(record):
            return record
        raise Missing
    found: Batch = desk.find(name.strip(), Batch)
    return found


@act("batch.opened", Permission.INTAKE_WORK)
def open_(desk: Desk, unit: Unit, *, typed: Mapping[str, str]) -> Batch:
    """Declare a batch of a unit; say all faults at once.

    :param typed: ``DECLARED`` as a person wrote them; ``sheets`` may be left out.
    """
    values = declared(desk, typed)
    year = desk.today.year
    count = _in_year(desk, unit, year)
    batch = Batch(f"{year}-{unit.key}-{count:03d}", unit)
    batch.opened_at = batch.changed_at = desk.now
    batch.opened_by = batch.changed_by = desk.identity.login
    _write(batch, values)
    _numbers(desk)[_at(unit, year, count)] = batch.id
    desk.root["batches-open"].add(_at(unit, year, count))
    desk.site.batches.add(batch.uid, batch)
    desk.site.by_id[batch.id] = batch
    desk.about(batch)
    desk.say(number=batch.number, sheets=batch.sheets, sides=batch.sides)
    return batch


@act("batch.corrected", Permission.INTAKE_WORK)
def correct(desk: Desk, batch: Batch, *, typed: Mapping[str, str], revision: int | None) -> None:
    """Correct what was declared of an open batch; what was said before is in the journal."""
    filing.check_revision(batch, revision)
    if batch.state != "open":
        raise Invalid([Fault("sheets", "The batch is closed. Reopen it first.")])
    before = (batch.sheets, batch.sides)
    _write(batch, declared(desk, typed))
    filing.touch(batch, at=desk.now, by=desk.identity.login)
    desk.say(sheets=batch.sheets, sides=batch.sides, before=f"{before[0]} x {before[1]}")


def _write(batch: Batch, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(batch, name, value)


@act("batch.listed", Permission.INTAKE_WORK, told=False)
def listing(
    desk: Desk, _site: Site, *, unit: str = "", offset: int = 0, limit: int = 50
) -> Batches:
    """Return batches of the units one works for; the open ones come first."""
    mine = {
        one.number: one
        for one in desk.site.unit_by_number.values()
        if unit in {"", one.key} and desk.may(one, Permission.INTAKE_WORK)
    }
    if "batch-numbers" not in desk.root:
        return Batches((), 0)
    opened = [key for key in desk.root["batches-open"] if key >> 34 in mine]
    others = set(opened)
    places = [
        key
        for number in mine
        for key in _numbers(desk).keys(number << 34, (number + 1) << 34, excludemax=True)
        if key not in others
    ]
    # Newest first inside each half: by year and number, units beside each other.
    by_age = sorted(opened, key=_age, reverse=True) + sorted(places, key=_age, reverse=True)
    records = (desk.site.by_id.get(_numbers(desk)[key]) for key in by_age[offset : offset + limit])
    return Batches(tuple(one for one in records if isinstance(one, Batch)), len(by_age))


def _age(place: int) -> tuple[int, int]:
    return place & (1 << 34) - 1, place


@act("batch.shown", Permission.INTAKE_WORK, told=False)
def look(desk: Desk, batch: Batch) -> BatchView:
    """Return a batch with its equation and its files."""
    sum_ = tally_of(desk, batch)
    papers = {}
    for one in sum_.counted:
        document = desk.site.by_id.get(ids.from_text(one.paper) or 0)
        if isinstance(document, Document) and desk.sees(document):
            papers[one.paper] = document
    return BatchView(
        batch,
        sum_,
        tuple(in_order(batch)),
        papers,
        desk.may(batch, Permission.INTAKE_FILE),
    )


@act("batch.turned-away", Permission.INTAKE_WORK)
def turn_away(
    desk: Desk,
    batch: Batch,
    *,
    name: bytes,
    size: int,
    reason: str | HosoError,
    source: str = "upload",
) -> None:
    """Write down a file that could not be stored: too large, unreadable, still being written."""
    ready_for(desk, batch, batch.unit)
    note(
        desk,
        batch,
        name=name,
        source=source,
        outcome="refused",
        size=size,
        reason=written(reason),
    )
    desk.say(name=shown_name(name), size=size, why=str(reason))


@act("batch.closed", Permission.INTAKE_FILE)
def close(desk: Desk, batch: Batch, *, because: str, revision: int | None) -> Tally:
    """Close a batch: nothing is being read, and what does not add up is explained."""
    filing.check_revision(batch, revision)
    if batch.state != "open":
        raise Invalid([Fault("because", "The batch is closed already.")])
    hold_still(desk, batch)
    sum_ = tally_of(desk, batch)
    if sum_.still_reading:
        reading = sum_.at("reading")
        left = Fault(
            "because",
            "Papers of this batch are still being read: {n}. Close it when they are read.",
            {"n": reading.files + reading.parts},
        )
        raise Invalid([left])
    faults: list[Fault] = []
    if sum_.wants_a_word or one_line(because):
        wanting = "State why declared and scanned pages differ."
        because = statement("because", because, faults, wanting=wanting)
    if faults:
        raise Invalid(faults)
    batch.state = "closed"
    batch.closed_at, batch.closed_by, batch.closing = desk.now, desk.identity.login, because
    desk.root["batches-open"].discard(_place(batch))
    filing.touch(batch, at=desk.now, by=desk.identity.login)
    desk.say(files=sum_.received, pages=sum_.scanned, declared=sum_.declared.pages, why=because)
    return sum_


@act("batch.reopened", Permission.INTAKE_FILE)
def reopen(desk: Desk, batch: Batch, *, why: str, revision: int | None) -> None:
    """Open a closed batch again, with the reason; its receipts stay what they are."""
    filing.check_revision(batch, revision)
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why the batch is opened again.")
    if batch.state != "closed":
        faults.append(Fault("why", "The batch is open."))
    if faults:
        raise Invalid(faults)
    batch.state, batch.closing = "open", ""
    batch.closed_at = batch.closed_by = ""
    desk.root["batches-open"].add(_place(batch))
    filing.touch(batch, at=desk.now, by=desk.identity.login)
    desk.say(why=why)
