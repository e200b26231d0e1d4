"""The preservation copy: what a paper shows, page by page, as two-layer PDF/A-2b.

A scanned page keeps its pictures as they are coded and gets the words that were read as an
invisible layer; a born-digital page keeps its letters and lines and is made fit for PDF/A by
pikepdf; what PDF/A does not take becomes a picture with the words behind it, and the report
says so.  The original is only read.

The same leaves with the same ``made_at`` give the same bytes.  Pages are taken one by one and
written at once, so a large paper needs no more memory than a small one; only the letters and
fonts of born-digital pages are held until the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hoso.ingest.renditions import converted
from hoso.ingest.renditions.about import About, declare
from hoso.ingest.renditions.glyphless import Letters, embed
from hoso.ingest.renditions.layer import FONT, Sheet, operators
from hoso.ingest.renditions.leaves import Copied, Leaf, ranges
from hoso.ingest.renditions.picture_files import PictureFile
from hoso.ingest.renditions.pictures import Coded, code, is_taken, taken_over
from hoso.ingest.renditions.previews import drawn
from hoso.ingest.renditions.scan import Placed, look_through, sheet_of
from hoso.ingest.renditions.writing import Reference, Writer, written
from hoso.ingest.verdict import Reason, reason

__all__ = ["COPY_DPI", "make_copy"]

COPY_DPI = 200  # of pages drawn as pictures: what ND 30/2020 asks of a scan at least


def make_copy(
    leaves: Sequence[Leaf],
    target: Path,
    *,
    title: str,
    made_at: datetime,
    language: str = "vi",
) -> Copied:
    """Write the copy of *leaves*, in their order, to *target*, whole or not at all.

    *made_at* knows its zone.  Raises ``ValueError`` where there is nothing to copy or a leaf
    names no page; what the libraries raise for files that cannot be read comes through.
    """
    if not leaves:
        raise ValueError("a paper without pages has no copy")
    about = About(title, made_at, language)
    half = target.with_name(f".{target.name}")
    try:
        with ExitStack() as stack:
            sources = _Sources(stack)
            plan = [_planned(leaf, sources) for leaf in leaves]
            plan = _fitting(plan, leaves, sources)
            _write(plan, leaves, sources, about, half)
            if any(each.way == "converted" for each in plan) and not converted.is_taken(half):
                plan = [each.as_picture("together") for each in plan]
                _write(plan, leaves, sources, about, half)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return Copied(tuple(each.way for each in plan), tuple(_notes(plan)))


def _notes(plan: Sequence[_Planned]) -> Iterator[Reason]:
    """Tell each reason once, with its pages."""
    pages: dict[tuple[str, str], list[int]] = {}
    for at, each in enumerate(plan, 1):
        if each.why:
            pages.setdefault((each.why, each.what), []).append(at)
    for (why, what), numbers in pages.items():
        yield reason(why, pages=ranges(numbers), **({"what": what} if what else {}))


class _Sources:
    """The files the leaves come from, opened once for all their pages."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._open: dict[Path, Any] = {}

    def __getitem__(self, path: Path) -> Any:
        if path not in self._open:
            with path.open("rb") as file:
                is_pdf = b"%PDF-" in file.read(1024)
            opener = converted.opened if is_pdf else PictureFile
            self._open[path] = self._stack.enter_context(closing(opener(path)))
        return self._open[path]

    def number(self, path: Path) -> int:
        """Return which of the files it is."""
        return list(self._open).index(path)

    def page(self, leaf: Leaf) -> Any:
        """Return the page of a PDF; ``ValueError`` where there is none."""
        pages = self[leaf.scan].pages
        if not 1 <= leaf.page <= len(pages):
            raise ValueError(f"the file has {len(pages)} pages; there is no page {leaf.page}")
        return pages[leaf.page - 1]


# --- what is done with each page ---------------------------------------------------------------


@dataclass(frozen=True)
class _Planned:
    """How a page is made: *way*, its box, its *pictures* where they are all it shows.

    *worded*: the words that were read are laid over a page that is otherwise converted.
    *why* is the code of the note that says why it is kept as a picture, *what* its detail.
    """

    way: str
    sheet: Sheet | None = None
    pictures: tuple[Placed, ...] = ()
    worded: bool = False
    why: str = ""
    what: str = ""

    def as_picture(self, what: str) -> _Planned:
        """Return the same page kept as a picture, if it would have been converted."""
        if self.way != "converted":
            return self
        return _Planned("pictured", self.sheet, why="pictured-parts", what=what)


def _planned(leaf: Leaf, sources: _Sources) -> _Planned:
    if isinstance(sources[leaf.scan], PictureFile):
        return _Planned("scan")
    page = sources.page(leaf)
    sheet = sheet_of(page, leaf.turn)
    marks = look_through(page, sheet)
    scan = marks.is_scan(sheet)
    if not marks.others and (scan or not marks.pictures):
        if all(is_taken(each.picture) for each in marks.pictures):
            return _Planned("scan", sheet, tuple(marks.pictures))
        return _Planned("pictured", sheet, why="pictured-coding")
    if leaf.source in {"layer", "none"} or scan:
        return _Planned("converted", sheet, worded=leaf.source == "ocr")
    # Letters of an old encoding, or of none: what is searched must be what the copy holds.
    return _Planned("pictured", sheet, why="pictured-text")


def _fitting(plan: list[_Planned], leaves: Sequence[Leaf], sources: _Sources) -> list[_Planned]:
    """Ask whether PDF/A takes the pages to be converted: together, and only then one by one."""
    wanted: dict[Path, set[int]] = {}
    for at, each in enumerate(plan):
        if each.way == "converted":
            wanted.setdefault(leaves[at].scan, set()).add(leaves[at].page)
    reasons: dict[tuple[Path, int], str] = {}
    for path, numbers in wanted.items():
        for number, why in converted.unfit(sources[path], sorted(numbers)).items():
            reasons[path, number] = why
    return [
        each.as_picture(reasons[leaf.scan, leaf.page])
        if (leaf.scan, leaf.page) in reasons
        else each
        for each, leaf in zip(plan, leaves, strict=True)
    ]


# --- writing -----------------------------------------------------------------------------------


def _write(
    plan: list[_Planned], leaves: Sequence[Leaf], sources: _Sources, about: About, target: Path
) -> None:
    """Write all pages but the converted ones, then lay those between them."""
    layers: list[converted.Layer] = []
    with target.open("wb") as file:
        sheets = _Sheets(Writer(file))
        for at, planned in enumerate(plan):
            leaf = leaves[at]
            if planned.way != "converted":
                sheets.add(leaf, planned, sources)
                continue
            page, sheet = sources.page(leaf), planned.sheet
            words = sheets.text(leaf, sheet) if planned.worded and sheet is not None else b""
            layers.append(converted.Layer(at, page, planned.sheet, words))
        if layers:
            sheets.add_shelf()
        sheets.finish(about)
    if layers:
        converted.lay_between(target, layers, about)


class _Sheets:
    """Writes pages that show pictures."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._letters = Letters()
        self._font = writer.reserve()
        self._tree = writer.reserve()
        self._pages: list[Reference] = []

    def text(self, leaf: Leaf, sheet: Sheet) -> bytes:
        """Return the layer of a leaf's words."""
        return operators(leaf.words, sheet, self._letters)

    def add(self, leaf: Leaf, planned: _Planned, sources: _Sources) -> None:
        """Write one page."""
        source, sheet = sources[leaf.scan], planned.sheet
        if isinstance(source, PictureFile):
            taken = source.frame(leaf.page)
            flat = Sheet(0.0, 0.0, taken.width, taken.height, turn=leaf.turn % 360)
            self._add_coded(leaf, flat, taken.coded, taken.matrix)
        elif planned.way == "pictured" and sheet is not None:
            picture = drawn(str(leaf.scan), leaf.page, dpi=COPY_DPI)
            # The picture is as the page shows by itself; only the leaf's own turn is left.
            width, height = sheet.turned_back(leaf.turn).shown
            flat = Sheet(0.0, 0.0, width, height, turn=leaf.turn % 360)
            self._add_coded(leaf, flat, code(picture), (width, 0.0, 0.0, height, 0.0, 0.0))
        elif sheet is not None:
            self._writer.take_from(sources.number(leaf.scan))
            names, painted = {}, []
            for number, placed in enumerate(planned.pictures):
                names[f"/Im{number}"] = taken_over(placed.picture, self._writer)
                painted.append(b"q %s %s cm /Im%d Do Q\n" % (
                    placed.ink.encode("ascii"), _numbers(placed.matrix), number,
                ))  # fmt: skip
            self._add_page(leaf, sheet, names, b"".join(painted))

    def _add_coded(self, leaf: Leaf, sheet: Sheet, coded: Coded, matrix: Sequence[float]) -> None:
        names = {"/Im0": coded.write(self._writer)}
        self._add_page(leaf, sheet, names, b"q %s cm /Im0 Do Q\n" % _numbers(matrix))

    def _add_page(
        self, leaf: Leaf, sheet: Sheet, names: dict[str, Reference], painted: bytes
    ) -> None:
        words = self.text(leaf, sheet)
        resources: dict[str, Any] = {"/XObject": names} if names else {}
        if words:
            resources["/Font"] = {FONT: self._font}
        page: dict[str, Any] = {
            "/Type": "/Page",
            "/Parent": self._tree,
            "/MediaBox": [sheet.left, sheet.bottom, sheet.right, sheet.top],
            "/Resources": resources,
            "/Contents": self._writer.add_stream({}, painted + words, pack=True),
        }
        if sheet.turn:
            page["/Rotate"] = sheet.turn
        self._pages.append(self._writer.add(page))

    def add_shelf(self) -> None:
        """Write a page that only holds the font, for pages that come from elsewhere."""
        resources = {"/Font": {FONT: self._font}} if len(self._letters) else {}
        page = {"/Type": "/Page", "/Parent": self._tree, "/MediaBox": [0, 0, 3, 3]}
        self._pages.append(self._writer.add(page | {"/Resources": resources}))

    def finish(self, about: About) -> None:
        """Write what belongs to all pages, and the end."""
        writer = self._writer
        if len(self._letters):
            embed(writer, self._letters, self._font)
        else:
            writer.add(None, self._font)
        tree = {"/Type": "/Pages", "/Kids": self._pages, "/Count": len(self._pages)}
        writer.add(tree, self._tree)
        writer.finish(*declare(writer, about, self._tree))


def _numbers(values: Sequence[float]) -> bytes:
    return b" ".join(written(float(each)) for each in values)
