"""A box of three hundred pages as offices have them, made anew for a test; counted by hand.

What lies in it, by kind of file (the sums below are done on paper, not by the code):

=========================  =====  =====  ==========================================
files                      files  pages  what is on the pages
=========================  =====  =====  ==========================================
``scan-01.pdf``                1      9  2 separators (4 sides), 2 papers of 2, 1 blank
``scan-02.pdf``                1      8  2 separators (4 sides), papers of 3 and 1
``scan-03`` to ``06.pdf``      4     52  3 separators (6 sides), papers of 3, 1, 2, 1 blank each
``scan-07.tif``                1      3  one paper, no separator
``scan-08.jpg``                1      1  one paper
``may-..pdf``                 31    212  written by a computer: 10 of 15, 19 of 3, one of 4 and 1
``lai-..pdf``                  3     15  the bytes of a 3-, an 8- and a 4-page file again
``hong-cut.pdf``               1      ?  cut off in the middle
``hong-noise.pdf``             1      ?  noise under the name of a PDF
``bom.pdf``                    1      ?  one page that unpacks to a gigabyte
=========================  =====  =====  ==========================================

One page of ``scan-01`` lies upside down; one page of ``scan-02`` is there twice.
"""

from __future__ import annotations

import functools
import io
import json
import random
import shutil
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2
import typst
from PIL import Image

from hoso.ingest.sheets.codes import Separator
from hoso.ingest.sheets.printing import Sheet, separators

__all__ = ["COUNTS", "Counts", "fill"]

_DPI = 200


@dataclass(frozen=True)
class Counts:
    """What a right count of the box says; pages of the three bad files are nobody's to know."""

    files: int = 45
    stored: int = 39
    duplicates: int = 3
    quarantined: int = 1
    refused: int = 2
    pages: int = 300
    pages_in_papers: int = 253
    pages_separators: int = 32
    pages_blank: int = 5  # of those in papers: a person drops them, nobody else
    pages_duplicate: int = 15
    scans_split: int = 6
    parts: int = 16
    papers_waiting: int = 49


COUNTS = Counts()

_PAPERS = """
#set page(paper: "a4", margin: (x: 26mm, y: 20mm))
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi")
#let papers = json(bytes(sys.inputs.papers))
#for (index, it) in papers.enumerate() {
  if index > 0 { pagebreak() }
  if it.blank { [] } else {
    grid(columns: (1fr, 1.4fr), align: center,
      [#upper(it.agency)], [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM*\\ *Độc lập - Tự do - Hạnh phúc*])
    grid(columns: (1fr, 1.4fr), align: center,
      [Số: #it.number/QĐ-PNV], [_Mẫu Giang, ngày #it.day tháng 3 năm 2019_])
    v(6mm)
    align(center)[*QUYẾT ĐỊNH*\\ *#it.subject*]
    v(4mm)
    for line in it.lines { par[#line] }
  }
}
"""
_LISTS = """
#set page(paper: "a4", margin: 20mm, numbering: "1")
#set text(font: "Libertinus Serif", size: 12pt, lang: "vi")
#let data = json(bytes(sys.inputs.papers))
#for page in range(data.pages) {
  if page > 0 { pagebreak() }
  [= Danh sách số #data.name, tờ #(page + 1)]
  for row in range(18) [#(row + 1). Ông Lê Văn Mẫu #data.words.at(calc.rem(page * 7 + row, data.words.len())), hệ số #(2 + row * 0.33) \\ ]
}
"""
_WORDS = (
    "điều động công tác", "nâng bậc lương thường xuyên", "cử đi đào tạo", "bổ nhiệm lại",
    "tiếp nhận viên chức", "nghỉ hưởng chế độ hưu trí", "khen thưởng cuối năm", "hợp đồng làm việc",
    "bồi dưỡng nghiệp vụ văn thư", "thuyên chuyển đơn vị", "chuyển ngạch công chức",
)  # fmt: skip


def fill(folder: Path, *, dossier: str, type_: str = "D05", seed: int = 300) -> list[Path]:
    """Write the files of the box into *folder*, in the order they are scanned.

    :param dossier: code of the dossier that the separator sheets name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []

    def write(name: str, content: bytes) -> None:
        path = folder / name
        path.write_bytes(content)
        made.append(path)

    draw = random.Random(seed)  # noqa: S311 - a box, not a secret
    sheet = _Sheets(dossier, type_, draw)
    write("scan-01.pdf", sheet.pdf("SS2BSS2", upside_down=8))
    write("scan-02.pdf", sheet.pdf("SS3SS1", twice=4, grey=True))
    for number in range(3, 7):
        write(f"scan-{number:02d}.pdf", sheet.pdf("SS3SS1BSS2"))
    write("scan-07.tif", sheet.tiff(3))
    write("scan-08.jpg", sheet.jpeg())
    for number, pages in enumerate([15] * 10 + [3] * 19 + [4, 1], start=1):
        write(f"may-{number:02d}.pdf", _list(number, pages))
    for number, of in enumerate(("may-11.pdf", "scan-02.pdf", "may-30.pdf"), start=1):
        made.append(Path(shutil.copyfile(folder / of, folder / f"lai-{number}.pdf")))
    whole = (folder / "may-12.pdf").read_bytes()
    write("hong-cut.pdf", whole[: len(whole) * 6 // 10])
    write("hong-noise.pdf", b"\x01noise" + draw.randbytes(64 << 10))
    write("bom.pdf", _bomb())
    return made


class _Sheets:
    """Sets papers and separator sheets in type and lays them under a scanner."""

    def __init__(self, dossier: str, type_: str, draw: random.Random) -> None:
        self._draw = draw
        self._number = 10
        code = Separator(dossier, type_, 2)
        lines = (("Hồ sơ", dossier), ("Loại", type_))
        sheets = [Sheet(code, "TỜ NGĂN CÁCH", lines)]
        self._sides = _pictures(separators(sheets, title="Tờ ngăn cách"))

    def pages(self, order: str, *, upside_down: int = 0, twice: int = 0) -> list[Image.Image]:
        """Return pages as pictures: ``S`` one side of a separator, ``B`` a blank, ``3`` a paper.

        :param upside_down: the page (from 1) that lies the wrong way round.
        :param twice: the page that is a second scan of the page before it.
        """
        pictures: list[Image.Image] = []
        for sign in order:
            if sign == "S":
                pictures.append(self._sides[len(pictures) % 2].copy())
            elif sign == "B":
                pictures.append(Image.new("L", pictures[0].size, 247))
            else:
                pictures += _pictures(self._paper(int(sign)))
        if twice:
            pictures[twice - 1] = pictures[twice - 2].copy()
        if upside_down:
            pictures[upside_down - 1] = pictures[upside_down - 1].transpose(
                Image.Transpose.ROTATE_180
            )
        return [self._scanned(picture) for picture in pictures]

    def _scanned(self, picture: Image.Image) -> Image.Image:
        """Shift the sheet a little and dust it: no two scans of a sheet are the same bytes."""
        moved = Image.new("L", picture.size, 247)
        moved.paste(picture, (self._draw.randint(-6, 6), self._draw.randint(-6, 6)))
        for _ in range(12):
            at = self._draw.randrange(moved.width - 2), self._draw.randrange(moved.height - 2)
            moved.paste(90, (*at, at[0] + 2, at[1] + 2))
        return moved

    def _paper(self, pages: int) -> bytes:
        papers = []
        for _ in range(pages):
            self._number += 1
            said = self._draw.choice(_WORDS)
            papers.append(
                {
                    "blank": False,
                    "agency": "Phòng Nội vụ Mẫu Giang",
                    "number": self._number,
                    "day": f"{self._number % 27 + 1:02d}",
                    "subject": f"Về việc {said}",
                    "lines": list(self._lines(said)),
                }
            )
        return _set(_PAPERS, papers)

    def _lines(self, said: str) -> Iterator[str]:
        yield f"Căn cứ tờ trình số {self._number}/TTr-PNV về việc {said};"
        for article in range(1, self._draw.randint(4, 9)):
            words = " và ".join(self._draw.sample(_WORDS, 2))
            yield f"Điều {article}. Giao bộ phận số {self._draw.randint(2, 99)} thực hiện {words}."

    def pdf(self, order: str, *, grey: bool = False, **odd: int) -> bytes:
        """Return pages as a scanner writes them into a PDF: fax-like, or grey JPEG."""
        first, *more = [
            page if grey else page.point(_black_or_white, mode="1")
            for page in self.pages(order, **odd)
        ]
        out = io.BytesIO()
        first.save(out, "PDF", resolution=_DPI, save_all=True, append_images=more)
        return out.getvalue()

    def tiff(self, pages: int) -> bytes:
        first, *more = [page.point(_black_or_white, mode="1") for page in self.pages(str(pages))]
        out = io.BytesIO()
        dots = (_DPI, _DPI)
        first.save(out, "TIFF", compression="group4", dpi=dots, save_all=True, append_images=more)
        return out.getvalue()

    def jpeg(self) -> bytes:
        out = io.BytesIO()
        self.pages("1")[0].save(out, "JPEG", quality=70, dpi=(_DPI, _DPI))
        return out.getvalue()


def _black_or_white(level: int) -> int:
    return 255 if level > 160 else 0


def _pictures(pdf: bytes) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=_DPI / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


@functools.cache
def _press() -> typst.Compiler:
    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


def _set(source: str, papers: Any) -> bytes:
    made = _press().compile(
        input=source.encode(),
        format="pdf",
        sys_inputs={"papers": json.dumps(papers, ensure_ascii=False)},
        timestamp=86400,
    )
    if not isinstance(made, bytes):
        raise TypeError(type(made).__name__)
    return made


def _list(number: int, pages: int) -> bytes:
    words: Sequence[str] = _WORDS[number % 5 :]
    return _set(_LISTS, {"name": f"{number:03d}", "pages": pages, "words": words})


def _bomb() -> bytes:
    """Return a PDF of one page whose content unpacks to a gigabyte of blanks."""
    megabyte = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    # A full flush forgets what went before, so one packed megabyte can stand for each of them.
    once = packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH)
    check = 1
    for _ in range(1024):
        check = zlib.adler32(megabyte, check)
    packed = b"\x78\xda" + once * 1024 + b"\x03\x00" + check.to_bytes(4, "big")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n"
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table
    return bytes(out)
