"""Pictures as a PDF holds them: taken over as they are coded where that can be, else coded.

Black and white goes as CCITT group 4, everything else as JPEG.  What a file's own coding is
and whether a PDF can hold it is decided by its header alone, so a page of 300 dpi costs no
more than a copy of its bytes.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from hoso.ingest.pages.raster import is_grey
from hoso.ingest.renditions.colour import is_profile
from hoso.ingest.renditions.tiff import read_directories
from hoso.ingest.renditions.writing import Reference, Writer

__all__ = ["Coded", "code", "is_taken", "jpeg_facts", "taken_over", "whole_jpeg"]

QUALITY = 75  # of JPEG, where a picture must be coded
_KEPT_KEYS = frozenset(
    {
        "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode",
        "/ImageMask", "/Mask", "/SMask", "/Filter", "/DecodeParms", "/Length",
    }
)  # fmt: skip
_PROFILE_KEYS = frozenset({"/N", "/Range", "/Filter", "/DecodeParms"})
_FILTERS = frozenset(
    {
        "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode",
        "/ASCII85Decode", "/ASCIIHexDecode", "/LZWDecode",
    }
)  # fmt: skip
# In coded rows FF is followed by 00, or marks a place to restart (ITU-T T.81, B.1.1.2).
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_CHANNELS = {"/DeviceGray": 1, "/DeviceRGB": 3, "/CalGray": 1, "/CalRGB": 3}


@dataclass(frozen=True)
class Coded:
    """A coded picture: its bytes and what a PDF must say of them."""

    data: bytes
    width: int
    height: int
    filter: str
    space: Any
    bits: int = 8
    parameters: dict[str, Any] = field(default_factory=dict)
    decode: tuple[int, ...] = ()

    def write(self, writer: Writer) -> Reference:
        """Write the picture and return its number."""
        entries = {
            "/Type": "/XObject",
            "/Subtype": "/Image",
            "/Width": self.width,
            "/Height": self.height,
            "/ColorSpace": self.space,
            "/BitsPerComponent": self.bits,
            "/Filter": self.filter,
        }
        if self.parameters:
            entries["/DecodeParms"] = self.parameters
        if self.decode:
            entries["/Decode"] = self.decode
        return writer.add_stream(entries, self.data)


def code(picture: Any) -> Coded:
    """Code a picture of Pillow's; black and white, grey and RGB are told apart here."""
    if picture.mode == "1":
        return _group4(picture)
    if picture.mode not in {"L", "RGB"}:
        picture = picture.convert("RGB")
    if picture.mode == "RGB" and is_grey(picture):
        picture = picture.convert("L")
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY)
    space = "/DeviceGray" if picture.mode == "L" else "/DeviceRGB"
    return Coded(kept.getvalue(), picture.width, picture.height, "/DCTDecode", space)


def _group4(picture: Any) -> Coded:
    kept = io.BytesIO()
    # One strip: a PDF wants the picture in one piece (tag 278 is RowsPerStrip).
    picture.save(kept, "TIFF", compression="group4", tiffinfo={278: picture.height})
    data = kept.getvalue()
    frame = read_directories(data)[0]
    begin, length = frame.blocks(data)[0]
    # PhotometricInterpretation 0: what the code calls black is black.
    black_is_one = frame.number(262, 0) == 1
    parameters = {"/K": -1, "/Columns": picture.width, "/Rows": picture.height}
    if black_is_one:
        parameters["/BlackIs1"] = True
    return Coded(
        data[begin : begin + length],
        picture.width,
        picture.height,
        "/CCITTFaxDecode",
        "/DeviceGray",
        1,
        parameters,
    )


@dataclass(frozen=True)
class JpegFacts:
    """What the frame header of a JPEG says; *adobe* is the transform its maker states."""

    width: int
    height: int
    channels: int
    bits: int
    adobe: int | None


def jpeg_facts(data: bytes) -> JpegFacts | None:
    """Read the markers before the picture; None where it is not a JPEG a PDF can hold."""
    if data[:2] != b"\xff\xd8":
        return None
    at, adobe = 2, None
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + length]
        if marker in {0xC0, 0xC1, 0xC2} and len(body) >= 6:
            bits, height, width, channels = struct.unpack_from(">BHHB", body)
            return JpegFacts(width, height, channels, bits, adobe)
        if marker in {0xD9, 0xDA} or (0xC3 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}):
            return None  # no frame, or one coded in a way PDF does not know
        if marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        at += 2 + length
    return None


def whole_jpeg(data: bytes) -> Coded | None:
    """Take over a JPEG as it is; None where it must be coded anew (CMYK, 12 bits)."""
    facts = jpeg_facts(data)
    data = data[: _end_of_jpeg(data)]
    if facts is None or facts.bits != 8 or facts.channels not in {1, 3} or not facts.height:
        return None
    space = "/DeviceGray" if facts.channels == 1 else "/DeviceRGB"
    return Coded(data, facts.width, facts.height, "/DCTDecode", space)


def _end_of_jpeg(data: bytes) -> int:
    """Return where a JPEG ends; what follows it is not of the picture."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA:
            following = _MARKER.search(data, at)
            if following is None:
                break
            at = following.start()
    return len(data)


def taken_over(picture: Any, writer: Writer) -> Reference:
    """Copy a picture of another PDF, its coding untouched; ``is_taken`` has said it can be."""
    instead: dict[str, Any] = {}
    space = picture.get("/ColorSpace")
    if space is not None:
        instead["/ColorSpace"] = _space(space, writer)
    for key in ("/SMask", "/Mask"):
        mask = picture.get(key)
        if isinstance(mask, pikepdf.Stream):
            instead[key] = taken_over(mask, writer)
    if "/LZWDecode" not in _filters(picture):
        return writer.take_stream(picture, _KEPT_KEYS, instead=instead)
    # ISO 19005-2, 6.1.7.2 has no LZW, for a patent that has run out: the same rows, deflated.
    entries = {
        key: instead.get(key) or writer.taken(value)
        for key, value in picture.items()
        if key in _KEPT_KEYS - {"/Length", "/Filter", "/DecodeParms"}
    }
    return writer.add_stream(entries, bytes(picture.read_bytes()), pack=True)


def is_taken(picture: Any, *, depth: int = 0) -> bool:
    """Tell whether PDF/A takes a picture of a PDF as it is coded.

    Not CMYK and spot colours, JPEG 2000, 12 bits, nor pictures that lie in another file.
    """
    if depth > 1 or "/F" in picture or "/FFilter" in picture:
        return False
    names = _filters(picture)
    if not _FILTERS.issuperset(names):
        return False
    channels = 1 if picture.get("/ImageMask", False) else _channels(picture.get("/ColorSpace"))
    if channels is None:
        return False
    if "/DCTDecode" in names:
        if names[-1] != "/DCTDecode":
            return False
        facts = jpeg_facts(_jpeg_head(picture, names))
        if facts is None or facts.bits != 8 or facts.channels != channels:
            return False
    elif int(picture.get("/BitsPerComponent", 1)) not in {1, 2, 4, 8, 16}:
        return False
    masks = [picture.get(key) for key in ("/SMask", "/Mask")]
    return all(
        is_taken(mask, depth=depth + 1) and "/Matte" not in mask
        for mask in masks
        if isinstance(mask, pikepdf.Stream)
    )


def _filters(picture: Any) -> list[str]:
    said = picture.get("/Filter", [])
    return [str(said)] if isinstance(said, pikepdf.Name) else [str(each) for each in said]


def _jpeg_head(picture: Any, names: list[str]) -> bytes:
    # With another filter around it the JPEG is its inner coding.
    if len(names) == 1:
        return bytes(picture.read_raw_bytes())
    return bytes(picture.get_stream_buffer(pikepdf.StreamDecodeLevel.generalized))


def _channels(space: Any) -> int | None:
    """Return the number of channels of a colour space PDF/A takes beside sRGB, else None."""
    if isinstance(space, pikepdf.Name):
        return _CHANNELS.get(str(space))
    if not isinstance(space, pikepdf.Array) or not len(space):
        return None
    kind = str(space[0])
    if kind == "/ICCBased":
        count = int(space[1].get("/N", 0))
        return count if count in {1, 3} else None
    if kind == "/Indexed":
        return 1 if _channels(space[1]) is not None else None
    return _CHANNELS.get(kind)


def _space(space: Any, writer: Writer) -> Any:
    """Return a colour space as it is written: the plain one where its profile is none."""
    if not isinstance(space, pikepdf.Array):
        return writer.taken(space)
    kind = str(space[0])
    if kind == "/Indexed":
        _, base, *rest = list(space)
        return [kind, _space(base, writer), *(writer.taken(each) for each in rest)]
    if kind != "/ICCBased":
        return writer.taken(space)
    profile = space[1]
    channels = int(profile.N)
    try:
        good = is_profile(bytes(profile.read_bytes()), channels)
    except pikepdf.PdfError:
        good = False
    if good:
        return [kind, writer.take_stream(profile, _PROFILE_KEYS)]
    return "/DeviceGray" if channels == 1 else "/DeviceRGB"
