"""Set a planned paper in type: Typst in, the bytes of a PDF out.

The same paper gives the same bytes in every process: the fonts are those inside the typst
wheel, the creation time is the date of the paper, and nothing is read from the system.
"""

from __future__ import annotations

import datetime as dt
import json

import typst

from hoso.demo.province import Paper
from hoso.demo.stock import Stock
from hoso.demo.wording import page_data
from hoso.kernel.dates import PartialDate

__all__ = ["Press"]

# PDF counts time from 1970 here; an older or undated paper gets the first day of that count.
_EPOCH = dt.datetime(1970, 1, 2, tzinfo=dt.UTC)


class Press:
    """A compiler that stays warm: a paper takes about 16 ms, the first of an office 10 more."""

    def __init__(self, stock: Stock) -> None:
        self._stock = stock
        self._compiler = typst.Compiler(
            root=str(stock.folder), font_paths=typst.Fonts(include_system_fonts=False)
        )
        self._seals: dict[str, str] = {}

    def render(self, paper: Paper) -> bytes:
        """Return the paper as a PDF."""
        layout = self._stock.recipes[paper.recipe].layout
        source = f'#import "/{layout}.typ": page-of\n#page-of(json(bytes(sys.inputs.data)))\n'
        data = json.dumps(page_data(paper, self._stock), ensure_ascii=False, sort_keys=True)
        made = self._compiler.compile(
            input=source.encode(),
            format="pdf",
            sys_inputs={"data": data, "stamp": self._seal(paper.office or paper.unit)},
            timestamp=int(_created(paper.date).timestamp()),
            pdf_tags=False,
        )
        return _bytes(made)

    def _seal(self, office: str) -> str:
        if office not in self._seals:
            below, inside = self._stock.letterheads[office].stamp
            source = (
                '#import "/stamp.typ": seal-of\n'
                "#show: it => seal-of(sys.inputs.below, sys.inputs.inside)\n"
            )
            drawn = self._compiler.compile(
                input=source.encode(),
                format="svg",
                sys_inputs={"below": f"★ {below} ★", "inside": inside},
            )
            self._seals[office] = _bytes(drawn).decode()
        return self._seals[office]


def _bytes(made: object) -> bytes:
    if not isinstance(made, bytes):
        raise TypeError(f"typst gave {type(made).__name__}, not the bytes of one file")
    return made


def _created(date: str) -> dt.datetime:
    if not date:
        return _EPOCH
    partial = PartialDate.parse(date)
    made = dt.datetime(partial.year, partial.month or 1, partial.day or 1, 8, tzinfo=dt.UTC)
    return max(made, _EPOCH)
