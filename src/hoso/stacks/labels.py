"""Labels for boxes, folders and dossiers: what is in their code, and sheets of them to print.

The code says ``hoso:place:<code>``, ``hoso:dossier:<uid>`` or ``hoso:document:<uid>``: plain
letters, so that a scanner that types like a keyboard can bring it into any field.  The words
beside it are for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from textwrap import shorten

from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.typesetting import qr_code, typeset

__all__ = ["LAYOUTS", "MOST", "Label", "Layout", "label_text", "parse_label", "sheet"]

_PREFIX = "hoso"
_KINDS = ("place", "dossier", "document")
#: Most labels of one print: thirty sheets of the small ones.
MOST = 720


@dataclass(frozen=True)
class Layout:
    """A sheet of labels on A4: columns, rows, and the size of one label in millimetres.

    ``title`` and ``line`` are the most characters for which there is room.
    """

    key: str
    columns: int
    rows: int
    width: float
    height: float
    title: int
    line: int

    @property
    def on_a_sheet(self) -> int:
        return self.columns * self.rows


#: Sheets sold everywhere, each label the same part of 210 mm by 297 mm, without gaps.
LAYOUTS = {
    "small": Layout("small", 3, 8, 70.0, 37.125, 38, 27),
    "middle": Layout("middle", 2, 7, 105.0, 42.428, 78, 42),
    "large": Layout("large", 2, 4, 105.0, 74.25, 90, 42),
}


@dataclass(frozen=True)
class Label:
    """One label.

    :ivar code: text of the square code.
    :ivar kind: what it is stuck on, in words: "Hộp", "Hồ sơ".
    :ivar number: the code as people say it, set largest.
    :ivar title: what it is called; "" where that must not stand on the outside.
    :ivar lines: further lines, small: where it stands, whose it is.
    """

    code: str
    kind: str
    number: str
    title: str = ""
    lines: tuple[str, ...] = ()


def label_text(kind: str, key: str) -> str:
    """Return what the code on a label says."""
    if kind not in _KINDS:
        raise ValueError(kind)
    return f"{_PREFIX}:{kind}:{key}"


def parse_label(text: str) -> tuple[str, str] | None:
    """Return kind and key of what a label says; ``None`` where it is not one of ours."""
    prefix, _, rest = text.strip().partition(":")
    kind, _, key = rest.partition(":")
    if prefix.lower() != _PREFIX or kind.lower() not in _KINDS or not key:
        return None
    return kind.lower(), key


def sheet(labels: Sequence[Label], *, layout: str, start: int = 1, title: str = "") -> bytes:
    """Return sheets of labels as a PDF, the first label at position *start* of the first sheet.

    :param start: from 1, row by row; a sheet that is partly used goes in again.
    """
    faults = []
    known = LAYOUTS.get(layout)
    if known is None:
        faults.append(Fault("layout", "Choose a size of labels from the list."))
    elif not 1 <= start <= known.on_a_sheet:
        said = "A sheet of these has labels 1 to {most}."
        faults.append(Fault("start", said, {"most": known.on_a_sheet}))
    if not labels:
        faults.append(Fault("what", "There is nothing to print a label for."))
    elif len(labels) > MOST:
        said = "These are {count} labels; print at most {most} at a time."
        faults.append(Fault("what", said, {"count": len(labels), "most": MOST}))
    if faults or known is None:
        raise Invalid(faults)
    data = {
        "title": title,
        "columns": known.columns,
        "rows": known.rows,
        "width": known.width,
        "height": known.height,
        "skip": start - 1,
        "labels": [
            {
                # A quarter of it may be rubbed off; the label leaves it its white rim.
                "square": qr_code(label.code, level="Q", quiet=False),
                "kind": label.kind,
                "number": label.number,
                "title": shorten(label.title, known.title, placeholder="…"),
                "lines": [shorten(line, known.line, placeholder="…") for line in label.lines],
            }
            for label in labels
        ],
    }
    template = resources.files("hoso.stacks").joinpath("labels.typ").read_bytes()
    # No time in it: the same labels are the same bytes.
    return typeset(template, data, timestamp=0)
