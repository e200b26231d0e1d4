"""The preservation copy: what a paper shows, page by page, as two-layer PDF/A-2b.

A scanned page keeps its pictures as they are coded and gets the words that were read as an
invisible layer; a born-digital page keeps its letters and lines and is made fit for PDF/A by
pikepdf; what PDF/A does not take becomes a picture with the words behind it, and the report
says so.  The original is only read.

The same leaves with the same ``made_at`` give the same bytes.  Pages are taken one by one:
pictures of other PDFs are fetched while the copy is written, coded ones wait in a file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from hoso.ingest.pages.raster import page_picture
from hoso.ingest.renditions import converted
from hoso.ingest.renditions.about import declare
from hoso.ingest.renditions.glyphless import Letters, embed
from hoso.ingest.renditions.layer import FONT, Sheet, operators
from hoso.ingest.renditions.leaves import Copied, Leaf
from hoso.ingest.renditions.picture_files import PictureFile
from hoso.ingest.renditions.pictures import Coded, code, taken_over
from hoso.ingest.renditions.scan import Marks, look_through, sheet_of

__all__ = ["COPY_DPI", "make_copy"]

COPY_DPI = 200  # of pages drawn as pictures: what ND 30/2020 asks of a scan at least
_PILED = 24 << 20  # bytes of coded pictures held before they are put aside


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
    half = target.with_name(f".{target.name}")
    if not leaves:
        raise ValueError("a paper without pages has no copy")
    about = {"title": title, "made_at": made_at, "language": language}
    try:
        maker = _made(leaves, half, about, converts=True)
        if "converted" in maker.methods and not converted.is_taken(half):
            maker = _made(leaves, half, about, converts=False)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
    return Copied(tuple(maker.methods), tuple(maker.notes))


def _made(leaves: Sequence[Leaf], half: Path, about: Any, *, converts: bool) -> _Maker:
    with ExitStack() as stack:
        maker = _Maker(stack, converts=converts)
        for leaf in leaves:
            maker.add(leaf)
        maker.finish(half, **about)
    return maker


class _Pile:
    """Coded pictures on their way into the copy: held, then put aside in a file.

    qpdf keeps what it is given in memory until it writes; what lies in another PDF it
    fetches when it writes.
    """

    def __init__(self, document: Any, stack: ExitStack) -> None:
        self._document = document
        self._stack = stack
        self._waiting: list[tuple[Any, str, Coded]] = []
        self._size = 0

    def put(self, coded: Coded, names: Any, name: str) -> None:
        """Have *coded* stand under *name* in the dictionary *names* when all is written."""
        self._waiting.append((names, name, coded))
        self._size += len(coded.data)
        if self._size > _PILED:
            self._put_aside()

    def finish(self) -> None:
        """Let every picture stand where it belongs."""
        for names, name, coded in self._waiting:
            names[name] = coded.embed(self._document)
        self._waiting.clear()

    def _put_aside(self) -> None:
        file = self._stack.enter_context(
            tempfile.TemporaryFile()  # noqa: SIM115 -- the stack closes it
        )
        with pikepdf.new() as aside:
            aside.add_blank_page()
            aside.Root.Kept = Array([coded.embed(aside) for _, _, coded in self._waiting])
            aside.save(file, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        file.seek(0)
        kept = self._stack.enter_context(pikepdf.open(file)).Root.Kept
        for (names, name, _), picture in zip(self._waiting, kept, strict=True):
            names[name] = self._document.copy_foreign(picture)
        self._waiting.clear()
        self._size = 0


class _Maker:
    """Takes leaves one by one."""

    def __init__(self, stack: ExitStack, *, converts: bool) -> None:
        self._stack = stack
        self._converts = converts
        self._document = stack.enter_context(pikepdf.new())
        self._pile = _Pile(self._document, stack)
        self._letters = Letters()
        self._texts: list[Any] = []  # resources that want the font
        self._sources: dict[Path, Any] = {}
        self._fit: dict[Path, bool] = {}  # sources all of whose pages PDF/A takes
        self.methods: list[str] = []
        self.notes: list[str] = []

    def add(self, leaf: Leaf) -> None:
        """Append one page."""
        source = self._source(leaf.scan)
        if isinstance(source, PictureFile):
            self._add_picture_file(leaf, source)
            return
        if not 1 <= leaf.page <= len(source.pages):
            raise ValueError(
                f"the file has {len(source.pages)} pages; there is no page {leaf.page}"
            )
        page = source.pages[leaf.page - 1]
        sheet = sheet_of(page, leaf.turn)
        marks = look_through(page, sheet)
        scan = marks.is_scan(sheet)
        if not marks.others and (scan or not marks.pictures) and self._add_scan(leaf, sheet, marks):
            return
        if leaf.source in {"layer", "none"} or scan:
            self._add_converted(leaf, page, sheet, marks, worded=leaf.source == "ocr")
        else:
            # Its own text is not what was read: letters of an old encoding, or of none.
            self._add_pictured(leaf, sheet, "its own text is not what it shows")

    def _source(self, path: Path) -> Any:
        """Return a file opened, once for all its pages."""
        if path not in self._sources:
            with path.open("rb") as file:
                is_pdf = b"%PDF-" in file.read(1024)
            opener = converted.opened if is_pdf else PictureFile
            self._sources[path] = self._stack.enter_context(closing(opener(path)))
        return self._sources[path]

    # --- the three ways ----------------------------------------------------------------------

    def _add_scan(self, leaf: Leaf, sheet: Sheet, marks: Marks) -> bool:
        """Take over the pictures of a page; False where PDF/A does not take one of them."""
        pictures = Dictionary()
        painted = []
        for number, placed in enumerate(marks.pictures):
            picture = taken_over(placed.picture, self._document)
            if picture is None:
                return self._add_pictured(leaf, sheet, None)
            pictures[f"/Im{number}"] = picture
            matrix = " ".join(_number(each) for each in placed.matrix)
            painted.append(f"q {placed.ink} {matrix} cm /Im{number} Do Q\n")
        self._add_page(leaf, sheet, pictures, "".join(painted))
        self.methods.append("scan")
        return True

    def _add_picture_file(self, leaf: Leaf, source: PictureFile) -> None:
        taken = source.frame(leaf.page)
        sheet = Sheet(0.0, 0.0, taken.width, taken.height, turn=leaf.turn % 360)
        matrix = " ".join(_number(each) for each in taken.matrix)
        pictures = Dictionary()
        self._add_page(leaf, sheet, pictures, f"q {matrix} cm /Im0 Do Q\n")
        self._pile.put(taken.coded, pictures, "/Im0")
        self.methods.append("scan")

    def _add_pictured(self, leaf: Leaf, sheet: Sheet, why: str | None) -> bool:
        """Draw a page and put the words behind the picture."""
        picture = page_picture(str(leaf.scan), "application/pdf", leaf.page, dpi=COPY_DPI)
        coded = code(picture)
        # The picture is as the page shows by itself; only the leaf's own turn is left.
        own = Sheet(
            sheet.left, sheet.bottom, sheet.right, sheet.top, (sheet.turn - leaf.turn) % 360
        )
        width, height = own.shown
        flat = Sheet(0.0, 0.0, width, height, turn=leaf.turn % 360)
        pictures = Dictionary()
        matrix = f"{_number(width)} 0 0 {_number(height)} 0 0"
        self._add_page(leaf, flat, pictures, f"q {matrix} cm /Im0 Do Q\n")
        self._pile.put(coded, pictures, "/Im0")
        self.methods.append("pictured")
        if why:
            self.notes.append(f"{len(self.methods)}: kept as a picture: {why}")
        return True

    def _add_page(self, leaf: Leaf, sheet: Sheet, pictures: Any, painted: str) -> None:
        resources = self._document.make_indirect(Dictionary(XObject=pictures))
        written = operators(leaf.words, sheet, self._letters)
        if written:
            self._texts.append(resources)
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([sheet.left, sheet.bottom, sheet.right, sheet.top]),
            Resources=resources,
            Contents=self._document.make_stream(painted.encode("ascii") + written),
        )
        if sheet.turn:
            page.Rotate = sheet.turn
        self._document.pages.append(pikepdf.Page(self._document.make_indirect(page)))

    def _add_converted(
        self, leaf: Leaf, page: Any, sheet: Sheet, marks: Marks, *, worded: bool
    ) -> None:
        why = self._unfit(leaf)
        if why:
            self._add_pictured(leaf, sheet, why)
            return
        made = converted.take_page(self._document, page, sheet)
        if worded:
            resources = converted.put_words(
                self._document, made, marks, operators(leaf.words, sheet, self._letters)
            )
            self._texts.append(resources)
        self.methods.append("converted")

    def _unfit(self, leaf: Leaf) -> str | None:
        """Ask once for all pages of a file; only where one is not taken, for each."""
        if not self._converts:
            return "PDF/A does not take the pages together"
        source = self._sources[leaf.scan]
        if leaf.scan not in self._fit:
            fit = converted.unfit(source) is None
            if not fit and converted.drop_idle_fonts(source):
                fit = converted.unfit(source) is None
            self._fit[leaf.scan] = fit
        return None if self._fit[leaf.scan] else converted.unfit(source, leaf.page)

    # --- the end -----------------------------------------------------------------------------

    def finish(self, target: Path, *, title: str, made_at: datetime, language: str) -> None:
        """Write everything to *target*."""
        self._pile.finish()
        if self._texts:
            font = embed(self._document, self._letters)
            for resources in self._texts:
                fonts = resources.get("/Font", Dictionary())
                fonts[FONT] = font
                resources.Font = fonts
        if "converted" in self.methods:
            self.notes += converted.prepare(self._document)
        declare(self._document, title=title, made_at=made_at, language=language)
        self._document.save(target, **converted.SAVING)


def _number(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"
