"""Pictures as a PDF holds them: taken over as they are coded where that can be, else coded.

Black and white goes as CCITT group 4, everything else as JPEG.  What a file's own coding is
and whether a PDF can hold it is decided by its header alone, so a page of 300 dpi costs no
more than a copy of its bytes.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from hoso.ingest.pages.raster import is_grey
from hoso.ingest.renditions.colour import is_profile
from hoso.ingest.renditions.tiff import read_directories

__all__ = ["Coded", "code", "jpeg_facts", "taken_over", "whole_jpeg"]

QUALITY = 75  # of JPEG, where a picture must be coded
_KEPT_KEYS = frozenset(
    {
        "/Type", "/Subtype", "/Width", "/Height", "/ColorSpace", "/BitsPerComponent", "/Decode",
        "/ImageMask", "/Mask", "/SMask", "/Filter", "/DecodeParms", "/Length",
    }
)  # fmt: skip
# LZW is read and written anew as Flate when the file is saved; ISO 19005-2, 6.1.7.2.
_FILTERS = frozenset(
    {
        "/FlateDecode", "/DCTDecode", "/CCITTFaxDecode", "/JBIG2Decode", "/RunLengthDecode",
        "/ASCII85Decode", "/ASCIIHexDecode", "/LZWDecode",
    }
)  # fmt: skip
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

    def embed(self, document: Any) -> Any:
        """Put the picture into *document* and return it."""
        made = pikepdf.Stream(document, self.data)
        made.Type, made.Subtype = Name.XObject, Name.Image
        made.Width, made.Height = self.width, self.height
        made.ColorSpace, made.BitsPerComponent = self.space, self.bits
        made.Filter = Name(self.filter)
        if self.parameters:
            made.DecodeParms = Dictionary(self.parameters)
        if self.decode:
            made.Decode = Array(list(self.decode))
        return document.make_indirect(made)


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
    space = Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB
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
        Name.DeviceGray,
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
    if facts is None or facts.bits != 8 or facts.channels not in {1, 3} or not facts.height:
        return None
    space: Any = Name.DeviceGray if facts.channels == 1 else Name.DeviceRGB
    return Coded(data, facts.width, facts.height, "/DCTDecode", space)


def taken_over(picture: Any, document: Any) -> Any | None:
    """Copy a picture of another PDF into *document*, its coding untouched.

    None where PDF/A does not take it as it is: CMYK and spot colours, JPEG 2000, 12 bits,
    pictures that lie in another file.
    """
    if not _is_taken(picture):
        return None
    made = document.copy_foreign(picture)
    for key in list(made.keys()):
        if key not in _KEPT_KEYS:
            del made[key]
    _mend_space(made)
    for key in ("/SMask", "/Mask"):
        mask = made.get(key)
        if isinstance(mask, pikepdf.Stream):
            for inner in list(mask.keys()):
                if inner not in _KEPT_KEYS:
                    del mask[inner]
    return made


def _is_taken(picture: Any, *, depth: int = 0) -> bool:
    if depth > 1 or "/F" in picture or "/FFilter" in picture:
        return False
    filters = picture.get("/Filter", [])
    names = [str(filters)] if isinstance(filters, pikepdf.Name) else [str(each) for each in filters]
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
        _is_taken(mask, depth=depth + 1) and "/Matte" not in mask
        for mask in masks
        if isinstance(mask, pikepdf.Stream)
    )


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


def _mend_space(picture: Any) -> None:
    """Put the plain colour space where the profile is none that PDF/A takes."""
    space = picture.get("/ColorSpace")
    if not isinstance(space, pikepdf.Array):
        return
    if str(space[0]) == "/Indexed":
        space[1] = _plain(space[1])
    else:
        picture.ColorSpace = _plain(space)


def _plain(space: Any) -> Any:
    if not isinstance(space, pikepdf.Array) or str(space[0]) != "/ICCBased":
        return space
    profile = space[1]
    channels = int(profile.N)
    try:
        good = is_profile(bytes(profile.read_bytes()), channels)
    except pikepdf.PdfError:
        good = False
    if good:
        for key in list(profile.keys()):
            if key not in {"/N", "/Filter", "/DecodeParms", "/Length", "/Range"}:
                del profile[key]
        return space
    return Name.DeviceGray if channels == 1 else Name.DeviceRGB
