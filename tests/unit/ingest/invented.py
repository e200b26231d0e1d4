"""Typesets the papers of ``invented.toml``, which the rules were not tuned to, and scores them.

Three ways to see each: as the PDF a word processor makes, as recognition would spoil the same
words (seeded noise of the kinds real scans show), and, slowly, as a scan that is recognised.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from hoso.ingest.pages.digital import read_pages
from hoso.ingest.pages.layer import open_text

__all__ = ["SPOILT", "pages_of", "papers", "pdf_of", "spoilt"]

HERE = Path(__file__).parent

_SOURCE = """
#let d = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 18mm))
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi", hyphenate: false)
#set par(justify: true, leading: 0.6em, spacing: 0.8em)
#let lines(all, ..look) = for (i, one) in all.enumerate() {
  if i > 0 { linebreak() }
  text(..look, one)
}
#let paper(d) = {
  if not d.bare {
    if d.alone {
      align(center, lines(("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"), weight: "bold"))
    } else {
      grid(columns: (1fr, 1.25fr), column-gutter: 3mm, row-gutter: 3mm, align: center,
        { lines(d.over, size: 11.5pt)
          if d.over.len() > 0 { linebreak() }
          lines(d.body, size: 11.5pt, weight: "bold") },
        { lines(d.right, size: 11.5pt, weight: "bold") },
        { d.number; v(1.5mm, weak: true); lines(d.under, size: 12pt)
          if d.stamp != "" { v(2mm); box(stroke: 1pt, inset: 2mm, text(weight: "bold", d.stamp)) } },
        text(style: "italic", d.date))
    }
  }
  v(3mm)
  align(center, lines(d.title, weight: "bold", size: 14pt))
  if d.subject.len() > 0 { align(center, lines(d.subject, weight: "bold")) }
  if d.dear.len() > 0 { v(2mm); align(center, lines(d.dear)) }
  if d.authority.len() > 0 { v(1mm); align(center, lines(d.authority, weight: "bold")) }
  v(2mm)
  for one in d.text {
    if one == upper(one) { align(center, text(weight: "bold", one)) }
    else { par(first-line-indent: (amount: 10mm, all: true), one) }
  }
  v(4mm)
  let to = { text(weight: "bold", style: "italic", size: 12pt, d.to_word); linebreak(); lines(d.to, size: 11pt) }
  let sign(one) = align(center, { lines(one.at("as"), weight: "bold"); v(20mm); text(weight: "bold", one.name) })
  block(breakable: false, if d.signed.len() == 2 {
    grid(columns: (1fr, 1fr), ..d.signed.map(sign))
    if d.to.len() > 0 { to }
  } else if d.signed.len() == 1 {
    grid(columns: (1fr, 1.1fr), if d.to.len() > 0 { to } else [], sign(d.signed.at(0)))
  })
}
#paper(d)
#if d.attached != none { pagebreak(); paper(d.attached) }
#if d.more.len() > 0 {
  pagebreak()
  align(center, text(weight: "bold", d.more.at(0)))
  for one in d.more.slice(1) { par(one) }
}
"""

_BLANK: dict[str, Any] = {
    "over": [], "body": [], "number": "", "under": [], "stamp": "", "date": "", "title": [],
    "subject": [], "dear": [], "authority": [], "text": [], "to": [], "to_word": "Nơi nhận:",
    "signed": [], "alone": False, "bare": False, "attached": None, "more": [],
    "right": ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"],
}  # fmt: skip

_compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


def papers() -> list[dict[str, Any]]:
    """Return the papers, each with what is ``said`` in it."""
    return list(tomllib.loads((HERE / "invented.toml").read_text(encoding="utf-8"))["paper"])


def pdf_of(paper: Mapping[str, Any]) -> bytes:
    """Set one in type."""
    data = _BLANK | dict(paper)
    if data["attached"]:
        data["attached"] = _BLANK | data["attached"]
    made = _compiler.compile(
        input=_SOURCE.encode(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        timestamp=86400,
    )
    assert isinstance(made, bytes)
    return made


def pages_of(paper: Mapping[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return its pages as they are read from the text layer."""
    path = folder / "paper.pdf"
    path.write_bytes(pdf_of(paper))
    with open_text(str(path)) as document:
        count = len(document)
    read = read_pages(str(path), "application/pdf", list(range(1, count + 1)), str(folder))
    return [read.done[number] for number in sorted(read.done)]


# What recognition makes of letters on real scans; the second of a pair comes out for the first.
SPOILT = (
    *(("ố", "ó"), ("ộ", "ô"), ("ễ", "ê"), ("ậ", "â"), ("ị", "i"), ("ỏ", "ó"), ("ủ", "ú")),
    *(("Ế", "É"), ("Ộ", "Ô"), ("Ở", "Ớ"), ("Ủ", "Ú"), ("Ị", "I"), ("Ố", "Ó"), ("Ậ", "Â")),
    *(("Đ", "D"), ("Đ", "B"), ("Đ", "P"), ("đ", "d"), ("l", "1"), ("I", "l"), ("ư", "u")),
    *(("ơ", "o"), ("g", "q"), ("rn", "m"), ("C", "G"), ("ữ", "ü"), ("ầ", "a"), ("Ầ", "À")),
)


def spoilt(pages: list[dict[str, Any]], seed: int, *, share: float = 0.12) -> list[dict[str, Any]]:
    """Return pages as recognition might have read them: *share* of the words has one wrong letter.

    Figures stay what they are: what is wrong with them shows in their confidence, which is a
    matter of the real scans.  The two columns of the head may come out in one line.
    """
    chance = random.Random(seed)
    made = []
    for page in pages:
        words = []
        for printed, _, box, line in page["words"]:
            text, confidence = printed, 96.5
            if chance.random() < share and not any(map(str.isdigit, text)):
                for _ in range(6):
                    right, wrong = chance.choice(SPOILT)
                    if right in text:
                        text, confidence = text.replace(right, wrong, 1), 78.0
                        break
            word = [text, confidence, box, line]
            words.append([*word, 99.5] if any(map(str.isdigit, text)) else word)
        text = " ".join(word[0] for word in words)
        made.append({"page": page["page"], "source": "ocr", "words": words, "text": text,
                     "aspect": page["aspect"], "turn": 0, "notes": []})  # fmt: skip
    return made
