"""The equation of a batch: what was declared, what came in, and where every page is (pure).

Nothing here is ever stored: a batch keeps what came through the door, the papers know where
they are, and both are put together whenever somebody asks.  So a number cannot grow stale,
and a page that is nowhere shows as one.

A scan that was split counts its pages where its parts are; pages set apart (separators, blank
ones) count apart.  What nobody could count yet is unknown and never nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["APART", "PLACES", "Counted", "Declared", "File", "Line", "Paper", "Tally", "tally"]

#: Where a file or a paper can be, in the order the equation is told.
PLACES = (
    "filed",
    "waiting",
    "reading",
    "quarantined",
    "refused",
    "withdrawn",
    "split",
    "already-here",
)
#: What pages can be that are in no paper: separator sheets, blank pages, those set apart
#: otherwise; those a split lost, and those it gave to two papers (both must be nought).
APART = ("separator", "blank", "set-apart", "missing", "twice")

_ELSEWHERE = "already-here"
_KINDS = {
    "separator": "separator",
    "separator-back": "separator",
    "blank": "blank",
    _ELSEWHERE: _ELSEWHERE,
}
_STATES = {"received": "reading", "reading": "reading"}
#: A part of a part of a part; deeper is no work of people.
_DEEPEST = 8


@dataclass(frozen=True)
class Declared:
    """What a person counted by hand: sheets (0: not counted), and sides scanned of each."""

    sheets: int = 0
    sides: int = 1

    @property
    def pages(self) -> int | None:
        """Pages there should be, or ``None`` where nobody counted."""
        return self.sheets * self.sides or None


@dataclass(frozen=True)
class File:
    """One file as it came to the door.

    :ivar key: names it inside the batch.
    :ivar outcome: ``received``, ``duplicate`` or ``refused`` (by the door, so not stored).
    :ivar paper: uid of its paper, "" where none was made.
    :ivar again: whether the same name and bytes had come with this batch before.
    """

    key: int
    outcome: str
    paper: str = ""
    again: bool = False


@dataclass(frozen=True)
class Paper:
    """What a paper says of itself.

    :ivar pages: pages of its file, ``None`` where nobody has counted them.
    :ivar dropped: pages of the file that are not shown, by number, and why.
    :ivar parts: uids of what its scan was split into.
    :ivar taken: pages of the scan it was split off, in order; ``()`` for a file of its own.
    :ivar source: uid of that scan.
    """

    uid: str
    state: str
    pages: int | None = None
    dropped: tuple[tuple[int, str], ...] = ()
    parts: tuple[str, ...] = ()
    taken: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Counted:
    """A file, or a part of one, at its place.

    :ivar file: key of the file it came in with.
    :ivar paper: uid, "" for what the door refused.
    :ivar pages: pages counted at this place; ``None`` unknown.
    :ivar apart: pages of it that are in no paper, by what they are.
    :ivar part: whether it was split off a scan.
    """

    file: int
    paper: str
    place: str
    pages: int | None
    apart: Mapping[str, int] = field(default_factory=dict)
    part: bool = False


@dataclass(frozen=True)
class Line:
    """One term of the equation: files and pages at a place, and files of unknown length."""

    place: str
    files: int
    parts: int
    pages: int
    unknown: int


@dataclass(frozen=True)
class Tally:
    """The equation of a batch at this moment.

    :ivar received: files that came in, each once; ``again`` those that came once more.
    :ivar scanned: their pages as far as they are known; ``unknown`` counts the other files.
    :ivar stored: those of the pages whose file is kept here.
    :ivar lines: one for each of ``PLACES``; their files sum up to ``received``.
    :ivar apart: pages in no paper, one for each of ``APART``.
    """

    declared: Declared
    received: int
    again: int
    scanned: int
    stored: int
    unknown: int
    lines: tuple[Line, ...]
    apart: Mapping[str, int]
    counted: tuple[Counted, ...]
    repeated: tuple[int, ...] = ()

    def at(self, place: str) -> Line:
        """Return the term of one place."""
        return next(line for line in self.lines if line.place == place)

    @property
    def difference(self) -> int | None:
        """Scanned less declared pages, as far as known; ``None`` where nobody declared any."""
        return None if self.declared.pages is None else self.scanned - self.declared.pages

    @property
    def still_reading(self) -> bool:
        return bool(self.at("reading").files or self.at("reading").parts)

    @property
    def adds_up(self) -> bool:
        """Whether every file has a place, and every known page is in one paper or set apart."""
        files = sum(line.files for line in self.lines)
        pages = sum(line.pages for line in self.lines) + sum(
            -count if kind == "twice" else count for kind, count in self.apart.items()
        )
        return (
            files == self.received
            and pages == self.scanned
            and not self.apart["missing"]
            and not self.apart["twice"]
        )

    def as_json(self) -> dict[str, Any]:
        """Return the equation as commands and programs are told it."""
        return {
            "declared": self.declared.pages,
            "received": self.received,
            "again": self.again,
            "scanned": self.scanned,
            "stored": self.stored,
            "unknown": self.unknown,
            "difference": self.difference,
            "adds_up": self.adds_up,
            "places": {
                line.place: {"files": line.files, "parts": line.parts, "pages": line.pages}
                for line in self.lines
            },
            "apart": dict(self.apart),
        }

    @property
    def wants_a_word(self) -> bool:
        """Whether there is something that only a person can explain."""
        return bool(self.difference) or not self.adds_up


def tally(declared: Declared, files: Iterable[File], papers: Mapping[str, Paper]) -> Tally:
    """Put files and papers together.

    :param papers: by uid: those of the files, and all parts of those that were split.
    """
    counted: list[Counted] = []
    repeated: list[int] = []
    received = scanned = stored = unknown = 0
    for file in files:
        if file.again:
            repeated.append(file.key)
            continue
        received += 1
        paper = papers.get(file.paper)
        pages = paper.pages if paper is not None else None
        if pages is None:
            unknown += 1
        else:
            scanned += pages
            if paper is not None and paper.state != "refused":
                stored += pages
        counted += _of_file(file, paper, papers)
    sums: Counter[str] = Counter()
    for one in counted:
        sums.update(one.apart)
    return Tally(
        declared=declared,
        received=received,
        again=len(repeated),
        scanned=scanned,
        stored=stored,
        unknown=unknown,
        lines=tuple(_line(place, counted) for place in PLACES),
        apart={kind: sums[kind] for kind in APART},
        counted=tuple(counted),
        repeated=tuple(repeated),
    )


def _line(place: str, counted: list[Counted]) -> Line:
    here = [one for one in counted if one.place == place]
    return Line(
        place,
        files=sum(not one.part for one in here),
        parts=sum(one.part for one in here),
        pages=sum(one.pages or 0 for one in here),
        unknown=sum(one.pages is None for one in here),
    )


def _of_file(file: File, paper: Paper | None, papers: Mapping[str, Paper]) -> Iterator[Counted]:
    if file.outcome == "refused" or paper is None:
        yield Counted(file.key, file.paper, "refused", None)
    elif file.outcome == "duplicate":
        yield Counted(file.key, paper.uid, "already-here", paper.pages)
    else:
        yield from _of_paper(file.key, paper, papers, depth=0)


def _of_paper(
    key: int, paper: Paper, papers: Mapping[str, Paper], *, depth: int
) -> Iterator[Counted]:
    place = _STATES.get(paper.state, paper.state)
    pages = len(paper.taken) if paper.taken else paper.pages
    apart = Counter(_kind(why) for _page, why in paper.dropped)
    part = depth > 0
    if place != "split" or depth > _DEEPEST:
        left = None if pages is None else pages - apart.total()
        yield Counted(key, paper.uid, place, left, apart, part)
        return
    known = [papers[uid] for uid in paper.parts if uid in papers]
    parts = [one for one in known if one.source == paper.uid]
    # Pages of a part that was here before are in that paper, and counted so.
    elsewhere = apart.pop(_ELSEWHERE, 0)
    gone = {page for page, _why in paper.dropped}
    if known and not parts:
        # A page scanned again: it is shown in the paper that it was scanned for.
        left = None if pages is None else pages - len(gone)
        yield Counted(key, paper.uid, "split", 0, apart, part)
        yield Counted(
            key, known[0].uid, _STATES.get(known[0].state, known[0].state), left, {}, True
        )
        return
    claimed = Counter(page for one in parts for page in one.taken)
    apart["twice"] = claimed.total() - len(claimed) + len(gone & claimed.keys())
    apart["missing"] = max((pages or 0) - len(claimed.keys() | gone), 0)
    yield Counted(key, paper.uid, "split", 0, apart, part)
    if elsewhere:
        yield Counted(key, paper.uid, _ELSEWHERE, elsewhere, {}, True)
    for one in parts:
        yield from _of_paper(key, one, papers, depth=depth + 1)


def _kind(why: str) -> str:
    # A separator that is scanned on both sides is two pages (``ingest.splitting.plan.APART``).
    return _KINDS.get(why, "set-apart")
