"""Chosen pages of an original as a file of their own, without touching a single picture.

A scanned stack is one file and many papers.  Pages are taken over as they are: streams of a
PDF and strips of a TIFF byte for byte, so that the part is as good evidence as the whole.
The same pages of the same file always make the same bytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pikepdf
from PIL import Image

from hoso.ingest.gate.findings import MEGAPIXELS_LIMIT
from hoso.ingest.pages.typed import pages_of, readable
from hoso.ingest.renditions.tiff import UnusableTiff, take_frames
from hoso.ingest.verdict import Reason, reason

__all__ = ["part"]


def part(path: str, mime: str, pages: Sequence[int], target: str) -> dict[str, Any]:
    """Write *pages* (from 1, in the order given) of the file at *path* to *target*, whole or not.

    Returns ``mime`` and ``pages`` of the new file and ``notes``.  Raises ``ValueError`` where
    a page does not exist or the kind of file has none.
    """
    if not pages:
        raise ValueError("no pages were chosen")
    goal = Path(target)
    half = goal.with_name(f".{goal.name}")
    notes: list[Reason] = []
    try:
        if mime == "application/pdf":
            notes = _of_pdf(path, pages, half)
        elif mime == "image/tiff":
            notes = _of_tiff(path, pages, half)
        elif mime == "text/plain":
            notes = _of_text(path, pages, half)
        elif set(pages) == {1} and len(pages) == 1:
            shutil.copyfile(path, half)
        else:
            raise ValueError(f"a file of kind {mime} has one page")
        half.replace(goal)
    finally:
        half.unlink(missing_ok=True)
    return {"mime": mime, "pages": len(pages), "notes": [each.as_dict() for each in notes]}


def _of_pdf(source: str, pages: Sequence[int], target: Path) -> list[Reason]:
    # The streams are fetched when the part is written: both stay open until then.
    with pikepdf.open(source, suppress_warnings=True) as whole, pikepdf.new() as made:
        _must_exist(pages, len(whole.pages))
        for number in pages:
            made.pages.append(whole.pages[number - 1])
        signed = False
        for page in made.pages:
            signed |= _loosen(page.obj)
        if "/OCProperties" in whole.Root:
            # Without it, layers that are switched off would show.
            made.Root.OCProperties = made.copy_foreign(whole.make_indirect(whole.Root.OCProperties))
        # Scanners give all pages one dictionary of all pictures.
        made.remove_unreferenced_resources()
        made.save(
            target,
            min_version=whole.pdf_version,
            deterministic_id=True,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        )
    return [reason("signature-in-whole")] if signed else []


def _loosen(page: Any) -> bool:
    """Cut what ties a page to the rest of its file; tell whether it showed a signature."""
    for key in ("/StructParents", "/B", "/PresSteps", "/AA"):
        if key in page:
            del page[key]
    signed = False
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return False
    for each in annotations:
        if not isinstance(each, pikepdf.Dictionary) or each.get("/Subtype") != "/Widget":
            continue
        field = each if "/FT" in each else each.get("/Parent", each)
        signed |= field.get("/FT") == "/Sig"
        # The form stays behind; what the field shows is in its appearance.
        for key in ("/Parent", "/V", "/Kids"):
            if key in each:
                del each[key]
    return signed


def _of_tiff(source: str, pages: Sequence[int], target: Path) -> list[Reason]:
    try:
        take_frames(source, pages, target)
    except UnusableTiff as why:
        _packed_anew(source, pages, target)
        return [reason("packed-anew", why=str(why))]
    return []


def _packed_anew(source: str, pages: Sequence[int], target: Path) -> None:
    """Decode frames, since old methods keep parts of one anywhere in the file, and pack them."""
    frames = []
    with Image.open(source) as file:
        _must_exist(pages, getattr(file, "n_frames", 1))
        for number in pages:
            file.seek(number - 1)
            if file.width * file.height > MEGAPIXELS_LIMIT * 1_000_000:
                raise ValueError(f"the picture of page {number} is too large")
            frames.append(file.copy())
    first, *others = frames
    first.save(
        target, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate"
    )


def _of_text(source: str, pages: Sequence[int], target: Path) -> list[Reason]:
    typed = pages_of(readable(Path(source).read_bytes()))
    _must_exist(pages, len(typed))
    target.write_text("\f".join(typed[number - 1] for number in pages), "utf-8", newline="")
    return []


def _must_exist(pages: Sequence[int], total: int) -> None:
    missing = [number for number in pages if not 1 <= number <= total]
    if missing:
        raise ValueError(f"the file has {total} pages; there is no page {missing[0]}")
