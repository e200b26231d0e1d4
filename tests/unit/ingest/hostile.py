"""Files that mean harm, or look as if: made here, byte by byte, so that none is stored.

Programs are dead stubs and actions name a documentation address; nothing here can do harm.
"""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from functools import cache, reduce

import pikepdf
from PIL import Image

__all__ = [
    "chain_of_forms",
    "content_pdf",
    "docx",
    "jbig2_header",
    "jpeg",
    "lzw_zeros",
    "many_pages",
    "noise",
    "one_page",
    "picture",
    "png",
    "saved",
    "stream",
    "tiff",
    "tower_of_forms",
    "zipped",
]


def stream(body: bytes, entries: str = "") -> bytes:
    """A stream object's text."""
    return f"<< /Length {len(body)} {entries} >>\nstream\n".encode() + body + b"\nendstream"


def assembled(objects: Mapping[int, bytes], *, trailer: str = "") -> bytes:
    """A PDF of numbered objects; 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    top = max(objects) + 1
    out += f"xref\n0 {top}\n0000000000 65535 f \n".encode()
    for number in range(1, top):
        if number in places:
            out += f"{places[number]:010d} 00000 n \n".encode()
        else:
            out += b"0000000000 00000 f \n"
    out += f"trailer << /Size {top} /Root 1 0 R {trailer} >>\n".encode()
    return bytes(out + f"startxref\n{start}\n%%EOF\n".encode())


def one_page(
    *,
    catalog: str = "",
    page: str = "",
    content: bytes = b"BT /F1 12 Tf 72 720 Td (Hello) Tj ET",
    content_entries: str = "",
    more: Mapping[int, bytes] | None = None,
    media: str = "[0 0 595 842]",
    resources: str = "/Font << /F1 5 0 R >>",
) -> bytes:
    """A page of text, with whatever is added to catalog, page, content or objects (from 10)."""
    objects = {
        1: f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: (
            f"<< /Type /Page /Parent 2 0 R /MediaBox {media} /Contents 4 0 R "
            f"/Resources << {resources} >> {page} >>"
        ).encode(),
        4: stream(content, content_entries),
        5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    }
    return assembled({**objects, **(more or {})})


def content_pdf(packed: bytes, filters: str) -> bytes:
    """A page whose content is packed by *filters*."""
    return one_page(content=packed, content_entries=f"/Filter {filters}")


def picture(entries: str, data: bytes = b"\0") -> bytes:
    """A page with one picture of the given dictionary."""
    return one_page(
        more={10: stream(data, f"/Type /XObject /Subtype /Image {entries}")},
        resources="/XObject << /I 10 0 R >>",
        content=b"q 500 0 0 500 0 0 cm /I Do Q",
    )


def tower_of_forms(levels: int, calls: int) -> bytes:
    """Forms that each draw the next *calls* times."""
    more = {}
    for level in range(levels):
        number = 10 + level
        inner = f"/Resources << /XObject << /X {number + 1} 0 R >> >>" if level < levels - 1 else ""
        body = b"/X Do " * calls if level < levels - 1 else b"0 0 1 1 re f"
        more[number] = stream(body, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {inner}")
    return one_page(more=more, resources="/XObject << /X 10 0 R >>", content=b"/X Do")


def chain_of_forms(*numbers: int) -> bytes:
    """Forms in a circle: each draws the next, the last the first."""
    more = {}
    for number, after in zip(numbers, (*numbers[1:], numbers[0]), strict=True):
        more[number] = stream(
            b"/X Do",
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
            f"/Resources << /XObject << /X {after} 0 R >> >>",
        )
    return one_page(more=more, resources=f"/XObject << /X {numbers[0]} 0 R >>", content=b"/X Do")


def many_pages(count: int) -> bytes:
    document = pikepdf.new()
    for _ in range(count):
        document.add_blank_page()
    return saved(document)


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def lzw_zeros(count: int) -> bytes:
    """At least *count* zero bytes, packed by LZW with codes as long as they get."""
    bits = ""
    made = 0

    def put(code: int, width: int) -> None:
        nonlocal bits
        bits += f"{code:0{width}b}"

    while made < count:
        put(256, 9)
        put(0, 9)
        made += 1
        size = 258
        length = 1
        while size < 4094 and made < count:
            size += 1
            length += 1
            width = 9 if size < 512 else 10 if size < 1024 else 11 if size < 2048 else 12
            # The code about to be defined: the previous entry and its own first byte.
            put(size - 1, width)
            made += length
    put(257, 12)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8)


def jbig2_header(width: int, height: int) -> bytes:
    """A page information segment that claims a size."""
    body = struct.pack(">IIII", width, height, 0, 0) + b"\0\0\0"
    return struct.pack(">IBBBI", 0, 48, 0, 1, len(body)) + body


def jpeg(size: tuple[int, int] = (320, 200), **options: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 40).save(out, "JPEG", **options)
    return out.getvalue()


def png(size: tuple[int, int] = (320, 200)) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, 200).save(out, "PNG")
    return out.getvalue()


def tiff(frames: int = 1, size: tuple[int, int] = (320, 200), **options: object) -> bytes:
    out = io.BytesIO()
    pages = [Image.effect_noise(size, 40).convert("1") for _ in range(frames)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], **options)
    return out.getvalue()


def zipped(entries: Mapping[str, bytes], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return out.getvalue()


def docx(*more: str) -> bytes:
    names = ("[Content_Types].xml", "word/document.xml", *more)
    return zipped(dict.fromkeys(names, b"<x/>"))


def noise(count: int, *, seed: int = 7) -> bytes:
    """Bytes that are nothing, as scanners leave them; no mark of another format among them."""
    return bytes(random.Random(seed).choices(range(0x80, 0xC0), k=count))


@cache
def spaces(count: int) -> bytes:
    """So many spaces, deflated; made once, of one deflated mebibyte again and again.

    A full flush makes what follows readable by itself (RFC 1951), so the pieces may be repeated.
    """
    whole, rest = divmod(count, 1 << 20)
    deflate = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    piece = b" " * (1 << 20)
    one = deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)
    last = deflate.compress(piece[:rest]) + deflate.flush()
    check = reduce(lambda sum_, body: zlib.adler32(body, sum_), [*[piece] * whole, piece[:rest]], 1)
    return b"\x78\xda" + one * whole + last + check.to_bytes(4)


def packed(body: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        body = zlib.compress(body, 9)
    return body


def circle_of_directories(offsets: Sequence[int]) -> bytes:
    """A TIFF whose page directories lead in a circle."""
    out = bytearray(b"II*\0" + struct.pack("<I", offsets[0]))
    for at, after in zip(offsets, (*offsets[1:], offsets[0]), strict=True):
        out += b"\0" * (at - len(out))
        tags = [(256, 3, 1, 8), (257, 3, 1, 8), (273, 4, 1, 4), (279, 4, 1, 4)]
        out += struct.pack("<H", len(tags))
        for tag in tags:
            out += struct.pack("<HHII", *tag)
        out += struct.pack("<I", after)
    return bytes(out)
