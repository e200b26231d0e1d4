"""What lies in a place against what should, as far as one reader sees it.

A stock-take of a whole store asks of thousands of records whether the reader may know of
them; each is asked once a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.desk.desk import Desk
from hoso.desk.shelving import home_of, loan_on, resolve, stacks, visible
from hoso.kernel import ids
from hoso.records.model import Document, Dossier
from hoso.stacks import stocktaking
from hoso.stacks.labels import parse_label
from hoso.stacks.model import Count, Finding, Place, Scan
from hoso.stacks.places import subtree
from hoso.stacks.stocktaking import Expected, Outcome, Read

__all__ = ["Line", "Sight", "Thing"]

Thing = Place | Dossier | Document


@dataclass(frozen=True)
class Line:
    """A finding with what it is about, as far as one may see: a place, a record, or a text."""

    what: str
    kind: str
    key: str
    thing: Thing | None
    belongs: str
    found: str
    lent_to: str


class Sight:
    """One reader's look at one stock-take, within one transaction."""

    def __init__(self, desk: Desk, count: Count) -> None:
        self._desk = desk
        self._count = count
        self._records: dict[int, bool] = {}
        self._inside = {
            place.code: place.parent.code if place.parent is not None else ""
            for place in subtree(count.place)
        }

    def expected_most(self) -> int:
        """Return how many things there are to compare at most, hidden ones too; never shown."""
        held = sum(len(place.contents) for place in subtree(self._count.place))
        return held + len(self._inside) + len(self._count.scans)

    def outcome(self) -> Outcome:
        """Compare; of a closed stock-take return what was kept, as far as the reader sees it."""
        count = self._count
        if not count.is_open:
            kept = (f for f in count.lines.values() if f.kind == "label" or self.thing(f))
            return Outcome(tuple(kept))
        own = ("place", count.place.code)
        reads = [
            read for read in map(self.read, count.scans.values()) if (read.kind, read.key) != own
        ]
        return stocktaking.compare(self._expected(), reads, inside=self._inside)

    def lines(self, outcome: Outcome) -> tuple[Line, ...]:
        """Return the findings with the things they are about."""
        return tuple(
            Line(f.what, f.kind, f.key, self.thing(f), f.belongs, f.found, f.note)
            for f in outcome.lines
        )

    def judged(self, scan: Scan) -> Line:
        """Return what is to be said of one label as soon as it is read."""
        read = self.read(scan)
        if (read.kind, read.key) == ("place", self._count.place.code):
            found = Finding(stocktaking.FOUND, read.kind, read.key, "", "", "")
        else:
            found = stocktaking.judge(read, self._inside)
        return Line(*found[:3], self.thing(found), *found[3:])

    def thing(self, finding: Finding) -> Thing | None:
        """Return what a finding is about, if the reader may know of it."""
        return self._named(finding.kind, finding.key)

    def read(self, scan: Scan) -> Read:
        """Return what a scan means now."""
        meant = parse_label(scan.text)
        thing = self._named(*meant) if meant is not None else resolve(self._desk, scan.text)
        if thing is None:
            return Read(scan.text, here=scan.here)
        if isinstance(thing, Place):
            parent = thing.parent.code if thing.parent is not None else ""
            return Read(scan.text, "place", thing.code, scan.here, parent)
        place, _, _ = home_of(self._desk, thing)
        loan = loan_on(self._desk, thing)
        return Read(
            scan.text,
            _kind(thing),
            thing.uid,
            scan.here,
            place.code if place is not None else "",
            loan.borrower if loan is not None else "",
        )

    def _named(self, kind: str, key: str) -> Thing | None:
        if kind == "place":
            place: Place | None = stacks(self._desk).places.get(key.upper())
            return place if place is not None and self._desk.sees(place) else None
        number = ids.from_text(key) or 0 if kind != "label" else 0
        record = self._desk.site.by_id.get(number)
        seen = isinstance(record, Dossier | Document) and self._sees(number, record)
        return record if seen else None

    def _sees(self, number: int, record: object) -> bool:
        known = self._records.get(number)
        if known is None:
            known = self._records[number] = visible(self._desk, record)
        return known

    def _expected(self) -> Iterator[Expected]:
        for place in subtree(self._count.place):
            if not self._desk.sees(place):
                continue
            if place is not self._count.place and place.parent is not None:
                yield Expected("place", place.code, place.parent.code)
            for number in place.contents.values():
                record = self._desk.site.by_id.get(number)
                if record is not None and self._sees(number, record):
                    loan = loan_on(self._desk, record)
                    lent_to = loan.borrower if loan is not None else ""
                    yield Expected(_kind(record), record.uid, place.code, lent_to)


def _kind(record: Dossier | Document) -> str:
    return "dossier" if isinstance(record, Dossier) else "document"
