"""Born-digital pages made fit for PDF/A-2b by pikepdf: letters and lines stay what they are.

pikepdf repairs what can be repaired without touching what shows (output intent, annotation
flags, encodings of fonts) and judges by a list of what it knows to conform: a page it does
not know all of is not taken, and the copy shows a picture of it instead.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Dictionary

from hoso.ingest.renditions.about import About, declare_again
from hoso.ingest.renditions.colour import srgb
from hoso.ingest.renditions.layer import FONT, Sheet
from hoso.ingest.renditions.scan import SHOWS, look_through

__all__ = ["Layer", "is_taken", "lay_between", "opened", "unfit"]

_SAVING: dict[str, Any] = {
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
    # Not mapped into memory: what is mapped counts as used.
    document = pikepdf.open(path, suppress_warnings=True, access_mode=pikepdf.AccessMode.stream)
    if any("/Annots" in page.obj for page in document.pages):
        document.flatten_annotations()
    return document


@dataclass(frozen=True)
class Layer:
    """A page to be laid in at place *at* (from 0), with the words to be written over it."""

    at: int
    page: Any
    sheet: Sheet | None
    words: bytes


def lay_between(target: Path, layers: Sequence[Layer], about: About) -> None:
    """Lay pages between those of the copy at *target*, whose last page only holds the font."""
    half = target.with_name(f"{target.name}.joined")
    try:
        # Not mapped into memory: what is mapped counts as used.
        with pikepdf.open(target, access_mode=pikepdf.AccessMode.stream) as document:
            font = document.pages[-1].obj.Resources.get("/Font", {}).get(FONT)
            del document.pages[-1]
            for layer in layers:
                made = _cut(document, layer.page)
                if layer.sheet is not None and (layer.sheet.turn or "/Rotate" in made.obj):
                    made.obj.Rotate = layer.sheet.turn
                if layer.words and layer.sheet is not None:
                    _put_words(document, made, layer, font)
                document.pages.insert(layer.at, made)
                del document.pages[-1]
            document.remove_unreferenced_resources()
            _prepare(document)
            declare_again(document, about)
            document.save(half, **_SAVING)
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _cut(document: Any, page: Any) -> Any:
    document.pages.append(page)
    made = document.pages[-1]
    for key in _CUT:
        if key in made.obj:
            del made.obj[key]
    return made


def _put_words(document: Any, page: Any, layer: Layer, font: Any) -> None:
    """Put the words that were read over a page, in place of an earlier invisible layer."""
    kept = look_through(layer.page, layer.sheet or Sheet(0, 0, 1, 1)).kept
    shown = pikepdf.unparse_content_stream(kept)
    page.obj.Contents = document.make_stream(b"q\n" + shown + b"\nQ\n" + layer.words)
    resources = page.obj.get("/Resources", Dictionary())
    own = document.make_indirect(Dictionary(dict(resources.items())))
    own.Font = Dictionary(dict(own.get("/Font", Dictionary()).items()))
    own.Font[FONT] = font
    page.obj.Resources = own


def unfit(document: Any, numbers: Sequence[int]) -> dict[int, str]:
    """Return why PDF/A does not take pages (from 1) of a PDF as they are; empty where it does.

    All are tried together first: fonts are shared, and looking through them is what takes time.
    """
    if not numbers or _why_not(document, numbers) is None:
        return {}
    if _drop_idle_fonts(document, numbers) and _why_not(document, numbers) is None:
        return {}
    found = {number: _why_not(document, [number]) for number in numbers}
    return {number: why for number, why in found.items() if why is not None}


def _why_not(document: Any, numbers: Sequence[int]) -> str | None:
    from pikepdf import pdfa

    with pikepdf.new() as alone, tempfile.TemporaryFile() as kept:
        for number in numbers:
            _cut(alone, document.pages[number - 1])
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


def _drop_idle_fonts(document: Any, numbers: Sequence[int]) -> bool:
    """Take out fonts that are chosen and never written with; tell whether there were any.

    Some programs open every page with Helvetica, embedded nowhere, and write with another.
    """
    changed = False
    for number in numbers:
        page = document.pages[number - 1]
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


def _prepare(document: Any) -> None:
    """Repair what pikepdf can repair; the output intent is there already."""
    from pikepdf import pdfa

    pdfa.prepare(document, "2b", output_intent=None)


def is_taken(path: Path) -> bool:
    """Tell whether a copy that has converted pages is taken for PDF/A-2b as it was written."""
    from pikepdf import pdfa

    return next(_against(pdfa.validate_written(path, "2b")), None) is None
