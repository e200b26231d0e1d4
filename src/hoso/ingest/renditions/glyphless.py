"""A font without ink: it carries the words that were read, and draws nothing.

Fonts that draw would have to be shipped, embedded and paid for in every file.  This one is
made here: TrueType with one glyph, 500 of 1000 units wide, which is a stroke there and back and
so covers nothing (PDFium passes over glyphs without extent when the text runs upwards).  It is
used as a CID font whose codes are given to letters as they turn up, with a ToUnicode table that says which letter each
code is.  So any letter of any script can be searched and copied (ISO 32000-1, 9.7 and 9.10.3),
and the font is embedded as PDF/A wants of every font (ISO 19005-2, 6.2.11.4).
"""

from __future__ import annotations

import struct

from hoso.ingest.renditions.writing import Raw, Reference, Writer

__all__ = ["NAME", "WIDTH", "Letters", "embed", "program"]

NAME = "HosoText"
WIDTH = 500  # of 1000 units to the em, for every letter
_MOST = 0xFFFE  # codes of two bytes
_MADE = 3029529600  # 2000-01-01 in seconds since 1904: the bytes stay the same
_UNKNOWN = "\ufffd"
_TABLES_ORDER = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")


class Letters:
    """Gives each letter its code, in the order they turn up."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def hexadecimal(self, text: str) -> str:
        """Return *text* as the inside of a hexadecimal string of the font's codes."""
        codes = self._codes
        return "".join(f"{codes.get(letter) or self._new(letter):04X}" for letter in text)

    def _new(self, letter: str) -> int:
        if len(self._codes) >= _MOST:
            letter = _UNKNOWN if _UNKNOWN in self._codes else next(iter(self._codes))
            return self._codes[letter]
        if 0xD800 <= ord(letter) <= 0xDFFF:
            letter = _UNKNOWN  # half a letter is none
        return self._codes.setdefault(letter, len(self._codes) + 1)

    def __len__(self) -> int:
        return len(self._codes)

    def to_unicode(self) -> bytes:
        """Return the table that says which letter a code is (Adobe technical note 5411)."""
        lines = [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            "/CMapName /Adobe-Identity-UCS def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<0000> <FFFF>",
            "endcodespacerange",
        ]
        pairs = [
            f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>"
            for letter, code in self._codes.items()
        ]
        for begin in range(0, len(pairs), 100):  # as many as a block may have
            some = pairs[begin : begin + 100]
            lines += [f"{len(some)} beginbfchar", *some, "endbfchar"]
        lines += [
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
        return "\n".join(lines).encode("ascii")


def embed(writer: Writer, letters: Letters, number: Reference) -> None:
    """Write the font for the letters met so far, under a number given before."""
    coded = program()
    descriptor = writer.add(
        {
            "/Type": "/FontDescriptor",
            "/FontName": f"/{NAME}",
            "/Flags": 5,  # fixed pitch, symbolic
            "/FontBBox": [0, 0, WIDTH, 1000],
            "/ItalicAngle": 0,
            "/Ascent": 1000,
            "/Descent": 0,
            "/CapHeight": 1000,
            "/StemV": 80,
            "/FontFile2": writer.add_stream({"/Length1": len(coded)}, coded, pack=True),
        }
    )
    glyphs = b"\0\0" + b"\0\1" * len(letters)
    descendant = writer.add(
        {
            "/Type": "/Font",
            "/Subtype": "/CIDFontType2",
            "/BaseFont": f"/{NAME}",
            "/CIDSystemInfo": {
                "/Registry": Raw(b"(Adobe)"),
                "/Ordering": Raw(b"(Identity)"),
                "/Supplement": 0,
            },
            "/DW": WIDTH,
            "/FontDescriptor": descriptor,
            "/CIDToGIDMap": writer.add_stream({}, glyphs, pack=True),
        }
    )
    writer.add(
        {
            "/Type": "/Font",
            "/Subtype": "/Type0",
            "/BaseFont": f"/{NAME}",
            "/Encoding": "/Identity-H",
            "/DescendantFonts": [descendant],
            "/ToUnicode": writer.add_stream({}, letters.to_unicode(), pack=True),
        },
        number,
    )


def program() -> bytes:
    """Return the font program: the six tables a CID font of type 2 needs (ISO 32000-1, table 126)."""
    # Two points on one contour: from the corner below on the left to that above on the right.
    stroke = struct.pack(">hhhhh", 1, 0, 0, WIDTH, 1000)
    stroke += struct.pack(">HHBBhh", 1, 0, 0x31, 0x01, WIDTH, 1000)
    tables = {
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            0x00010000,
            0x00010000,
            0,  # the sum over the file, below
            0x5F0F3CF5,
            0,
            1000,  # units to the em
            _MADE,
            _MADE,
            0,
            0,
            WIDTH,
            1000,
            0,
            8,
            2,
            0,  # short places
            0,
        ),
        b"hhea": struct.pack(
            ">IhhhHhhhhhhhhhhhH", 0x00010000, 1000, 0, 0, WIDTH, 0, 0, WIDTH, 1, *[0] * 7, 1
        ),
        b"hmtx": struct.pack(">Hhh", WIDTH, 0, 0),
        b"maxp": struct.pack(">IH13H", 0x00010000, 2, 2, 1, *[0] * 4, 1, *[0] * 6),
        b"loca": struct.pack(">3H", 0, 0, len(stroke) // 2),
        b"glyf": stroke,
    }
    head = _assembled(tables)
    adjusted = (0xB1B0AFBA - _sum(head)) & 0xFFFFFFFF
    whole = tables[b"head"]
    tables[b"head"] = whole[:8] + struct.pack(">I", adjusted) + whole[12:]
    return _assembled(tables, sums_of={**tables, b"head": whole})


def _assembled(tables: dict[bytes, bytes], *, sums_of: dict[bytes, bytes] | None = None) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    directory = struct.pack(
        ">IHHHH", 0x00010000, count, 16 << power, power, 16 * count - (16 << power)
    )
    offset = len(directory) + 16 * count
    body = b""
    for tag in _TABLES_ORDER:
        data = tables[tag]
        total = _sum((sums_of or tables)[tag])
        directory += struct.pack(">4sIII", tag, total, offset + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    return directory + body


def _sum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return int(sum(struct.unpack(f">{len(padded) // 4}I", padded))) & 0xFFFFFFFF
