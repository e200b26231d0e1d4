"""What a fuzzer is let loose on, and what counts as a wrong answer.

Two kinds of target.  *Files* go the way every file goes, through the sandbox: whatever the
bytes, there is a verdict, each page is accounted for, nothing is written elsewhere, and the
next good file is read as if nothing had been.  *Parsers* are our own code on foreign bytes, in
this process: they may refuse in the one way they promise, never break down.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from PIL import Image, ImageDraw

from hoso.ingest.bulk.mapping import from_toml
from hoso.ingest.bulk.separated import separator_of
from hoso.ingest.frames import TooLong, decode_length
from hoso.ingest.gate import images, kinds, streams
from hoso.ingest.pages import legacy
from hoso.ingest.reading import Reader
from hoso.ingest.renditions.tiff import UnusableTiff, read_directories
from hoso.ingest.sheets import codes
from hoso.kernel import dates, text
from hoso.kernel.errors import Invalid
from hoso.search import language

__all__ = ["PARSERS", "FileTarget", "Parser", "mutated", "parse_any", "seeds"]


@dataclass(frozen=True)
class Parser:
    """Our code on foreign bytes, and the ways it may refuse."""

    parse: Callable[[bytes], Any]
    refuses: tuple[type[BaseException], ...] = ()


def _said(found: bytes) -> str:
    return found.decode("utf-8", "replace")


def _name(given: bytes) -> None:
    shown = text.shown_name(given)
    safe = text.safe_file_name(shown)
    if "/" in safe or "\0" in safe or safe in {"", ".", ".."} or not safe.isascii():
        raise AssertionError(safe)
    if any(sign in shown for sign in "\n\r\0\u202e"):
        raise AssertionError(shown)


def _streams(raw: bytes) -> None:
    raw = raw.ljust(2, b"\0")
    known = sorted(streams.CODECS)
    chosen = [known[raw[0] % len(known)], known[raw[1] % len(known)]]
    found = streams.measure(raw[2:], chosen, raw[0] & 1, cap=1 << 22)
    if found.size > (1 << 22) + (1 << 20) and not found.capped:
        raise AssertionError(found.size)


def _code(raw: bytes) -> None:
    found = codes.read(_said(raw))
    if found is not None and codes.read(codes.payload(found)) != found:
        raise AssertionError(found)


def _legacy(raw: bytes) -> None:
    said = _said(raw)
    old = legacy.detect(said)
    if old is not None:
        legacy.convert(said, old)


def _date(raw: bytes) -> None:
    found = dates.parse_typed(_said(raw))
    if dates.PartialDate.parse(str(found)) != found:
        raise AssertionError(found)


#: Our parsers by name.
PARSERS: Mapping[str, Parser] = {
    "tiff": Parser(read_directories, (UnusableTiff,)),
    "streams": Parser(_streams),
    "jbig2": Parser(streams.jbig2_pixels),
    "jpeg": Parser(images.jpeg_size),
    "tail": Parser(kinds.foreign_tail),
    "code": Parser(_code),
    "legacy": Parser(_legacy),
    "query": Parser(lambda raw: language.parse(_said(raw)), (Invalid,)),
    "date": Parser(_date, (ValueError,)),
    "name": Parser(_name),
    "mapping": Parser(lambda raw: from_toml(_said(raw)), (Invalid,)),
    "separator": Parser(lambda raw: separator_of(_said(raw))),
    "frame": Parser(lambda raw: decode_length(raw[:4].ljust(4, b"\0")), (TooLong,)),
}


def parse_any(raw: bytes) -> None:
    """Give bytes to the parser that their first byte names."""
    if not raw:
        return
    parser = PARSERS[sorted(PARSERS)[raw[0] % len(PARSERS)]]
    try:
        parser.parse(raw[1:])
    except parser.refuses:
        return


# Files ---------------------------------------------------------------------------------------


def seeds() -> dict[str, bytes]:
    """Return small good files of every kind that is taken in, by name."""
    page = Image.new("L", (240, 320), 250)
    ImageDraw.Draw(page).text((20, 40), "QUYET DINH SO 14/QD-PNV", fill=10)
    bilevel = page.point(lambda level: 255 if level > 128 else 0, mode="1")
    typed = typst.compile(
        '#set text(font: "Libertinus Serif")\n= Quyết định số 14/QĐ-PNV\nÔng Lê Văn Mẫu.'
        "\n#pagebreak()\nTrang hai.".encode(),
        format="pdf",
        timestamp=86400,
    )
    return {
        "typed.pdf": typed,
        "scan.pdf": _saved(bilevel, "PDF", resolution=100, save_all=True, append_images=[bilevel]),
        "grey.pdf": _saved(page, "PDF", resolution=100),
        "fax.tif": _saved(
            bilevel, "TIFF", compression="group4", save_all=True, append_images=[bilevel]
        ),
        "grey.tif": _saved(page, "TIFF", compression="tiff_lzw"),
        "photo.jpg": _saved(page.convert("RGB"), "JPEG", quality=60),
        "page.png": _saved(page, "PNG"),
        "typed.txt": "Quyết định số 14/QĐ-PNV ngày 5 tháng 3 năm 2019\n".encode() * 3,
    }


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


_ODD = (
    b"", b"\0", b"\xff" * 4, b"-1", b"0", b"4294967295", b"99999999999999999999", b"obj", b"endobj",
    b"/Length 2147483647", b"/Kids [1 0 R]", b"/JavaScript", b"/Launch", b"stream\r\n", b"[" * 2000,
    b"<<" * 500, b"%PDF-1.7", b"%%EOF", b"\x89PNG\r\n", b"II*\0\x08\0\0\0", b"\xff\xd8\xff", b"PK\x03\x04",
)  # fmt: skip


def mutated(draw: random.Random, seed: bytes, other: bytes) -> bytes:
    """Return *seed* after one to six accidents; *other* is a file to splice in."""
    found = bytearray(seed)
    for _ in range(draw.randint(1, 6)):
        if not found:
            break
        at = draw.randrange(len(found))
        accident = draw.randrange(7)
        if accident == 0:
            found[at] ^= 1 << draw.randrange(8)
        elif accident == 1:
            del found[at : at + draw.choice((1, 8, 200, len(found)))]
        elif accident == 2:
            found[at:at] = draw.choice(_ODD)
        elif accident == 3:
            odd = draw.choice(_ODD)
            found[at : at + len(odd)] = odd
        elif accident == 4:
            found[at:at] = found[at : at + draw.randint(1, 400)] * draw.choice((1, 3, 40))
        elif accident == 5:
            start = draw.randrange(len(other) or 1)
            found[at:at] = other[start : start + draw.randint(1, 2000)]
        else:
            digits = [place for place, value in enumerate(found) if 48 <= value <= 57]
            if digits:
                found[draw.choice(digits)] = draw.randint(48, 57)
    return bytes(found)


class FileTarget:
    """Takes one file after the other to the readers and looks whether the answer can be right."""

    def __init__(self, reader: Reader, folder: Path) -> None:
        self._reader = reader
        self._folder = folder
        self._count = 0
        self.outcomes: dict[str, int] = {}

    def take(self, content: bytes) -> str:
        """Return the outcome of a file; raise AssertionError with what is wrong in it."""
        self._count += 1
        place = self._folder / f"{self._count:06d}"
        place.mkdir()
        path, out = place / "file", place / "out"
        path.write_bytes(content)
        verdict = self._reader.inspect(path, name="../../x.pdf")
        outcome = verdict.outcome
        _holds(outcome in {"accepted", "quarantined", "refused"}, outcome)
        _holds(outcome == "accepted" or bool(verdict.reasons), "set aside without a reason")
        _holds(not content or verdict.sha256 == hashlib.sha256(content).hexdigest(), "digest")
        if outcome == "accepted":
            total = verdict.pages or 0
            _holds(1 <= total <= 2000, f"{total} pages")
            found = self._reader.read(path, verdict, out)
            _holds(found.complete, "not complete")
            _holds([page.number for page in found.pages] == [*range(1, total + 1)], "pages lost")
            _holds(
                all(
                    0 <= edge <= 1
                    for page in found.pages
                    for word in page.words
                    for edge in word[2]
                ),
                "box",
            )
        _holds(path.read_bytes() == content, "the file was changed")
        strangers = {each.name for each in self._folder.iterdir()} - {place.name}
        _holds(not strangers, f"written elsewhere: {strangers}")
        _clear(place)
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1
        return outcome


def _holds(right: bool, said: str) -> None:  # noqa: FBT001 - a sentence with its doubt
    if not right:
        raise AssertionError(said)


def _clear(folder: Path) -> None:
    for each in sorted(folder.rglob("*"), reverse=True):
        each.rmdir() if each.is_dir() else each.unlink()
    folder.rmdir()
