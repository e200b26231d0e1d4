"""Born-digital pages made fit for PDF/A-2b by pikepdf: letters and lines stay what they are.

pikepdf repairs what can be repaired without touching what shows (output intent, annotation
flags, encodings of fonts) and judges by a list of what it knows to conform: a page it does
not know all of is not taken, and the copy shows a picture of it instead.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary

from hoso.ingest.renditions.colour import srgb
from hoso.ingest.renditions.layer import Sheet
from hoso.ingest.renditions.scan import SHOWS, Marks

__all__ = [
    "SAVING",
    "drop_idle_fonts",
    "is_taken",
    "opened",
    "prepare",
    "put_words",
    "take_page",
    "unfit",
]

SAVING: dict[str, Any] = {
    "deterministic_id": True,
    "object_stream_mode": pikepdf.ObjectStreamMode.generate,
    "stream_decode_level": pikepdf.StreamDecodeLevel.generalized,
    "compress_streams": True,
    "force_version": "1.7",
}
# Constructs that pikepdf leaves unchecked and veraPDF takes: the fonts Typst writes.
_UNCHECKED = frozenset(
    {("pikepdf:font-program", "CIDFontType0: CFF FDArray FontMatrix is not supported")}
)
_CUT = ("/Annots", "/AA", "/StructParents", "/Thumb", "/PieceInfo", "/Metadata", "/B", "/PresSteps",
        "/Trans", "/Dur", "/LastModified", "/SeparationInfo", "/AF")  # fmt: skip


def opened(path: Path) -> Any:
    """Open a PDF to take pages from; what is stamped on them becomes part of them."""
    document = pikepdf.open(path, suppress_warnings=True)
    if any("/Annots" in page.obj for page in document.pages):
        document.flatten_annotations()
    return document


def take_page(document: Any, page: Any, sheet: Sheet) -> Any:
    """Append a page of another file to *document* without what PDF/A has no use for."""
    made = _cut(document, page)
    if sheet.turn or "/Rotate" in made.obj:
        made.obj.Rotate = sheet.turn
    return made


def _cut(document: Any, page: Any) -> Any:
    document.pages.append(page)
    made = document.pages[-1]
    for key in _CUT:
        if key in made.obj:
            del made.obj[key]
    return made


def put_words(document: Any, page: Any, marks: Marks, written: bytes) -> Any:
    """Put the words that were read over a page, in place of an earlier invisible layer."""
    kept = pikepdf.unparse_content_stream(marks.kept)
    page.obj.Contents = document.make_stream(b"q\n" + kept + b"\nQ\n" + written)
    resources = page.obj.get("/Resources", Dictionary())
    own = document.make_indirect(Dictionary(dict(resources.items())))
    fonts = own.get("/Font", Dictionary())
    own.Font = Dictionary(dict(fonts.items()))
    page.obj.Resources = own
    return own


def unfit(document: Any, number: int | None = None) -> str | None:
    """Say why PDF/A does not take page *number* (all pages where None) as it is; None if it does."""
    from pikepdf import pdfa

    with pikepdf.new() as alone, tempfile.TemporaryFile() as kept:
        chosen = document.pages if number is None else [document.pages[number - 1]]
        for page in chosen:
            _cut(alone, page)
        alone.remove_unreferenced_resources()
        pdfa.prepare(alone, "2b", output_intent=srgb())
        alone.save(kept, **pdfa.resolve_save_kwargs("2b"))
        kept.seek(0)
        report = pdfa.validate_written(kept, "2b")
    found = next(_against(report), None)
    return f"{found.rule}: {str(found.message)[:80]}" if found is not None else None


def _against(report: Any) -> Iterator[Any]:
    """Give what speaks against a file, without what the library says it cannot check."""
    for found in report.findings:
        if found.kind == "violation" or (found.rule, found.message) not in _UNCHECKED:
            yield found


def drop_idle_fonts(document: Any) -> bool:
    """Take out fonts that are chosen and never written with; tell whether there were any.

    Some programs open every page with Helvetica, embedded nowhere, and write with another.
    """
    changed = False
    for page in document.pages:
        try:
            instructions = list(pikepdf.parse_content_stream(page))
            idle = _idle_choices(page, instructions)
        except (pikepdf.PdfError, KeyError, TypeError, ValueError):
            continue  # the check says what is wrong with it
        if idle:
            kept = [each for at, each in enumerate(instructions) if at not in idle]
            page.obj.Contents = document.make_stream(pikepdf.unparse_content_stream(kept))
            changed = True
    return changed


def _idle_choices(page: Any, instructions: list[Any]) -> set[int]:
    chosen: set[int] = set()
    used: set[int | None] = set()
    current: int | None = None
    stack: list[int | None] = []
    for at, instruction in enumerate(instructions):
        name = str(instruction.operator)
        if name == "Tf":
            chosen.add(at)
            current = at
        elif name == "q":
            stack.append(current)
        elif name == "Q":
            current = stack.pop() if stack else current
        elif name in SHOWS:
            used.add(current)
        elif name == "Do":
            painted = page.obj.Resources.XObject[str(instruction.operands[0])]
            if painted.get("/Subtype") == "/Form":
                used.add(current)  # a form inherits the font
    return chosen - used


def prepare(document: Any) -> list[str]:
    """Make the whole of *document* fit, but for what it says of itself; return notes."""
    from pikepdf import pdfa

    document.remove_unreferenced_resources()
    result = pdfa.prepare(document, "2b", output_intent=srgb())
    return [sentence for level, sentence in result.messages() if level == "warning"]


def is_taken(path: Path) -> bool:
    """Tell whether a copy that has converted pages is taken for PDF/A-2b as it was written."""
    from pikepdf import pdfa

    return next(_against(pdfa.validate_written(path, "2b")), None) is None
