"""Set separator sheets and labels in type: Typst in, the bytes of a PDF out.

The fonts are those inside the typst wheel, nothing is read from the system; what people read
on the sheets comes translated from whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hoso.ingest.sheets.codes import Label, Separator, payload
from hoso.kernel.typesetting import qr_code, typeset

__all__ = ["GRIDS", "MOST", "Grid", "Sheet", "labels", "separators"]

#: Most sheets, and most sheets of labels, set in one go.
MOST = 200


@dataclass(frozen=True)
class Sheet:
    """One separator sheet: its code, and what a person reads on it.

    ``lines`` are (label, value): the dossier, the kind of paper.
    """

    code: Separator
    heading: str
    lines: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True)
class Grid:
    """How labels lie on an A4 sheet, in millimetres; ``step`` is from one column to the next."""

    columns: int
    rows: int
    width: float
    height: float
    step: float
    left: float
    top: float
    symbol: float
    text: float

    @property
    def places(self) -> int:
        return self.columns * self.rows


#: Sheets of stickers on the market, by the number of labels on one.
GRIDS: Mapping[str, Grid] = {
    "24": Grid(3, 8, 70, 37, 70, 0, 0.5, 27, 12),
    "65": Grid(5, 13, 38.1, 21.2, 40.6, 4.75, 10.7, 16.5, 8),
}


def separators(sheets: Sequence[Sheet], *, title: str, language: str = "vi") -> bytes:
    """Return separator sheets as a PDF, one a page; both sides of those scanned on both."""
    symbols: dict[str, str] = {}
    pages = []
    for sheet in sheets[:MOST]:
        name = _symbol(symbols, payload(sheet.code), level="H")
        side = {
            "heading": sheet.heading,
            "code": name,
            "lines": [list(line) for line in sheet.lines],
            "hint": sheet.hint,
        }
        pages += [side] * sheet.code.sides
    data = {"title": title, "language": language, "pages": pages}
    return _set("separator.typ", data, symbols)


def labels(
    serials: Sequence[str],
    *,
    grid: Grid,
    skip: int = 0,
    title: str,
    note: str,
    language: str = "vi",
) -> bytes:
    """Return sheets of labels as a PDF.

    :param skip: stickers that are gone already from the first sheet.
    """
    symbols: dict[str, str] = {}
    stickers: list[dict[str, str] | None] = [None] * (skip % grid.places)
    for serial in serials[: MOST * grid.places]:
        half = len(serial) // 2
        name = _symbol(symbols, payload(Label(serial)), level="M")
        stickers.append({"code": name, "first": f"{serial[:half]}-", "second": serial[half:]})
    data = {
        "title": title,
        "language": language,
        "note": note,
        "grid": asdict(grid),
        "sheets": [
            stickers[start : start + grid.places] for start in range(0, len(stickers), grid.places)
        ],
    }
    return _set("labels.typ", data, symbols)


def _symbol(symbols: dict[str, str], text: str, *, level: str) -> str:
    """Draw a QR symbol once; return the name under which the sheet finds it."""
    name = f"code:{text}"
    if name not in symbols:
        symbols[name] = qr_code(text, level=level)
    return name


def _set(template: str, data: Mapping[str, Any], symbols: Mapping[str, str]) -> bytes:
    return typeset(Path(__file__).with_name(template).read_bytes(), data, texts=symbols)
