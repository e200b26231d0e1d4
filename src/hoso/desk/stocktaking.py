"""Taking stock of a place: open, read labels, compare, close.

What is expected and what is found goes as far as the reader may see; a label of something
hidden is a label nobody knows, to him.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from heapq import nlargest

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.comparing import Line, Sight
from hoso.desk.desk import Desk
from hoso.desk.shelving import canonical, resolve, stacks
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records.model import Document, Dossier, Site
from hoso.stacks import stocktaking
from hoso.stacks.model import Count, Place, Scan
from hoso.stacks.places import KINDS, lineage
from hoso.stacks.stocktaking import Outcome

__all__ = [
    "CountView",
    "Line",
    "ScanAnswer",
    "close",
    "count_named",
    "exported",
    "listed",
    "look",
    "open_",
    "scan",
]

#: Most labels that are taken at once, from a file.
MOST_AT_ONCE = 20_000
#: Things that are compared between one label and the next, some 0.1 ms each.
MOST_COMPARED = 500
#: How many of the labels read last are shown.
LATEST = 8


@dataclass(frozen=True)
class CountView:
    """A stock-take as it stands.

    :ivar outcome: ``None`` where there is much to compare and nobody asked for it.
    :ivar latest: what is to be said of the labels read last, with who read them, newest first.
    """

    count: Count
    lines: tuple[Line, ...]
    outcome: Outcome | None
    scans: int
    here: str
    latest: tuple[tuple[Scan, Line], ...]
    may_count: bool


@dataclass(frozen=True)
class ScanAnswer:
    """What became of labels that were read: how many, how many were new, the last one's meaning."""

    read: int
    new: int
    last: Place | Dossier | Document | None
    text: str
    marked: bool


def count_named(desk: Desk, uid: str) -> Count:
    """Return a stock-take; unknown and hidden are one answer."""
    found = stacks(desk).counts.get(ids.from_text(uid) or 0)
    if found is None or not desk.sees(found):
        raise Missing
    count: Count = found
    return count


@act("paper.counts-listed", Permission.PAPER_VIEW, told=False)
def listed(desk: Desk, _site: Site, *, most: int = 200) -> list[Count]:
    """Return the stock-takes one may see: those under way first, then the newest."""
    found = [count for count in stacks(desk).counts.values() if desk.sees(count)]
    found.sort(key=lambda count: (not count.is_open, count.opened_at), reverse=False)
    open_ones = [count for count in found if count.is_open]
    closed = [count for count in found if not count.is_open][::-1]
    return [*open_ones, *closed][:most]


@act("paper.count-opened", Permission.PAPER_COUNT)
def open_(desk: Desk, place: Place) -> Count:
    """Begin to take stock of a place and all that is in it."""
    count = stocktaking.open_count(stacks(desk), place, at=desk.now, by=desk.identity.login)
    desk.about(count)
    desk.say(place=place.code)
    return count


@act("paper.labels-read", Permission.PAPER_COUNT)
def scan(desk: Desk, count: Count, *, texts: Sequence[str]) -> ScanAnswer:
    """Take labels as they were read, in this order; the same label again is the same scan.

    The label of a place says where one is from here on.
    """
    wanted = [line for text in texts if (line := one_line(text))]
    faults = []
    if not wanted:
        faults.append(Fault("text", "Read a label, or type what stands on it."))
    if len(wanted) > MOST_AT_ONCE:
        said = "These are {count} labels; give at most {most} at once."
        faults.append(Fault("text", said, {"count": len(wanted), "most": MOST_AT_ONCE}))
    if faults:
        raise Invalid(faults)
    before = set(count.scans.keys()) if len(wanted) > 1 else set()
    login, new, thing = desk.identity.login, 0, None
    here = count.cursors.get(login, "")
    text = ""
    for raw in wanted:
        thing = resolve(desk, raw)
        text = canonical(thing) if thing is not None else raw[: stocktaking.LONGEST_SCAN]
        at = here
        if isinstance(thing, Place):
            at, here = _stands_at(desk, count, thing, here), thing.code
        new += text not in count.scans if len(wanted) == 1 else text not in before
        before.add(text)
        stocktaking.read_label(count, text, here=at, at=desk.now, by=login)
    count.cursors[login] = here
    desk.say(place=count.place.code, read=len(wanted), new=new)
    if len(wanted) == 1:
        desk.say(label=text)
    # A Vietnamese keyboard turns what a scanner types into letters with marks.
    marked = thing is None and not text.isascii()
    return ScanAnswer(len(wanted), new, thing, text, marked)


def _stands_at(desk: Desk, count: Count, place: Place, here: str) -> str:
    """Return the larger place whose label was read before this one's; "" where none was."""
    cursor = stacks(desk).places.get(here)
    for step in lineage(cursor) if cursor is not None else ():
        if KINDS.index(step.kind) < KINDS.index(place.kind):
            return step.code if canonical(step) in count.scans else ""
    return ""


@act("paper.count-seen", Permission.PAPER_VIEW, told=False)
def look(desk: Desk, count: Count, *, whole: bool = True) -> CountView:
    """Return a stock-take as it stands: the mismatch list, what was read last.

    :param whole: compare however much there is; else only what one page can show, so that
        the next label need not wait.
    """
    return _view(desk, count, whole=whole)


def _view(desk: Desk, count: Count, *, whole: bool) -> CountView:
    sight = Sight(desk, count)
    shown = whole or not count.is_open or sight.expected_most() <= MOST_COMPARED
    outcome = sight.outcome() if shown else None
    latest = nlargest(LATEST, count.scans.values(), key=lambda one: one.at)
    return CountView(
        count=count,
        lines=sight.lines(outcome) if outcome is not None else (),
        outcome=outcome,
        scans=len(count.scans),
        here=count.cursors.get(desk.identity.login, ""),
        latest=tuple((one, sight.judged(one)) for one in latest),
        may_count=desk.may(count, Permission.PAPER_COUNT),
    )


@act("paper.count-exported", Permission.PAPER_VIEW)
def exported(desk: Desk, count: Count) -> CountView:
    """Return a stock-take to be taken away as a table; the journal knows of it."""
    desk.say(place=count.place.code)
    return _view(desk, count, whole=True)


@act("paper.count-closed", Permission.PAPER_COUNT)
def close(
    desk: Desk, count: Count, *, conclusion: str, witness: str, scans: int | None = None
) -> Outcome:
    """Close a stock-take: its findings are kept as they are now, signed by two names.

    :param scans: how many labels the closer saw; where more were read since, look again.
    """
    if count.is_open and scans is not None and scans != len(count.scans):
        latest = max(count.scans.values(), key=lambda one: one.at, default=None)
        if latest is None:
            raise Conflict(by=count.opened_by, at=count.opened_at)
        raise Conflict(by=latest.by, at=latest.at)
    outcome = Sight(desk, count).outcome()
    stocktaking.close_count(
        stacks(desk),
        count,
        outcome,
        conclusion=conclusion,
        witness=witness,
        at=desk.now,
        by=desk.identity.login,
    )
    desk.say(
        place=count.place.code,
        conclusion=count.conclusion,
        witness=count.witness,
        found=outcome.count(stocktaking.FOUND),
        missing=outcome.count(stocktaking.MISSING),
        mismatches=len(outcome.mismatches),
    )
    return outcome
