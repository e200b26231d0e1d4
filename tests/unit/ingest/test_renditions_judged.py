"""veraPDF, which we do not build with, takes every kind of copy we make for PDF/A-2b.

One start of its engine judges all files at once; ``bench/pdfa.py`` does the whole corpus.
"""

from __future__ import annotations

import pikepdf
import pytest
from PIL import Image
from renditions import (
    MADE_AT,
    WORDS,
    bytes_of,
    drawn,
    jpeg_stream,
    placed,
    scan_pdf,
    typed_pdf,
)

from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.leaves import Leaf
from hoso.testing.pdfa import judge


def masked(path):
    """A scan in layers, as some scanners write: a background, and ink as a stencil over it."""
    with pikepdf.new() as made:
        page = placed(made, jpeg_stream(made, drawn()))
        ink = pikepdf.Stream(made, bytes(50 * 50))
        ink.Type, ink.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        ink.Width, ink.Height, ink.BitsPerComponent, ink.ImageMask = 400, 50, 1, True
        soft = pikepdf.Stream(made, bytes(16))
        soft.Type, soft.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        soft.Width, soft.Height, soft.BitsPerComponent = 4, 4, 8
        soft.ColorSpace = pikepdf.Name.DeviceGray
        page.obj.Resources.XObject["/Ink"] = made.make_indirect(ink)
        faded = jpeg_stream(made, drawn(size=(100, 140)), SMask=made.make_indirect(soft))
        page.obj.Resources.XObject["/Faded"] = faded
        page.contents_add(b"q 0 0.2 0.6 rg 100 0 0 12 20 20 cm /Ink Do Q")
        page.contents_add(b"q 40 0 0 56 200 20 cm /Faded Do Q")
        made.save(path)
    return path


def with_profile(path, *, good):
    """A scan whose picture has a colour profile, or what calls itself one."""
    from hoso.ingest.renditions.colour import srgb

    with pikepdf.new() as made:
        picture = jpeg_stream(made, drawn())
        profile = made.make_stream(srgb() if good else b"no profile", N=3)
        picture.ColorSpace = pikepdf.Array([pikepdf.Name.ICCBased, profile])
        placed(made, picture)
        made.save(path)
    return path


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    """The verdicts on one copy of each kind, by the name of the kind; judged in one go."""
    here = tmp_path_factory.mktemp("judged")
    scan, typed = scan_pdf(here / "scan.pdf"), typed_pdf(here / "typed.pdf", pages=2)
    bare = typed_pdf(here / "bare.pdf", embedded=False)
    for name, mode in [
        ("grey.jpg", "L"),
        ("cmyk.jpg", "CMYK"),
        ("palette.png", "P"),
        ("fax.tif", "1"),
    ]:
        drawn(mode).save(here / name, **({"compression": "group4"} if mode == "1" else {}))
    Image.new("I;16", (300, 400), 0x8000).save(here / "deep.png")
    (here / "lying.jpg").write_bytes(bytes_of(drawn(), "JPEG", exif=b"Exif\0\0" + _turned_tag()))
    kinds = {
        "scan": [Leaf(scan, 1, 0, WORDS, "ocr")],
        "turned": [Leaf(scan, 1, 90, WORDS, "ocr")],
        "layers": [Leaf(masked(here / "masked.pdf"), 1, 0, WORDS, "ocr")],
        "profile": [Leaf(with_profile(here / "icc.pdf", good=True), 1, 0, WORDS, "ocr")],
        "no profile": [Leaf(with_profile(here / "bad.pdf", good=False), 1, 0, WORDS, "ocr")],
        "fax": [Leaf(here / "fax.tif", 1, 180, WORDS, "ocr")],
        "palette": [Leaf(here / "palette.png")],
        "16 bits": [Leaf(here / "deep.png")],
        "CMYK": [Leaf(here / "cmyk.jpg", 1, 0, WORDS, "ocr"), Leaf(here / "grey.jpg")],
        "typed": [Leaf(typed, 2, 0, WORDS, "layer"), Leaf(here / "lying.jpg")],
        "pictured": [Leaf(bare, 1, 270, WORDS, "layer")],
        "mixed": [Leaf(scan, 1, 0, WORDS, "ocr"), Leaf(typed, 1, 90), Leaf(here / "fax.tif")],
    }
    copies = {name: here / f"copy of {name}.pdf" for name in kinds}
    for name, leaves in kinds.items():
        make_copy(leaves, copies[name], title="Quyết định", made_at=MADE_AT)
    said = judge([*copies.values(), scan, here / "deep.png"])
    return {name: said[path] for name, path in copies.items()} | {
        "original": said[scan],
        "no PDF": said[here / "deep.png"],
    }


def _turned_tag():
    tags = Image.Exif()
    tags[0x0112] = 6
    return tags.tobytes()[6:]


@pytest.mark.parametrize(
    "kind",
    [
        "scan", "turned", "layers", "profile", "no profile", "fax", "palette", "16 bits", "CMYK",
        "typed", "pictured", "mixed",
    ],
)  # fmt: skip
def test_every_kind_of_copy_is_taken(verdicts, kind):
    assert [] == verdicts[kind]


def test_the_judge_says_no_to_what_is_none(verdicts):
    # ISO 19005-2: 6.6.2.1 wants metadata, 6.2.4.3 an output intent for device colours.
    assert "6.6.2.1-1" in verdicts["original"]
    assert any(clause.startswith("6.2.4.3") for clause in verdicts["original"])
    assert verdicts["no PDF"][0].startswith("unreadable")
