"""Bars, drawn as SVG: the same picture on a page and in a paper.

Nothing in it moves, asks or is styled in place: classes for a page's own sheet of styles, plain
fills beside them for a paper that has none.  On a page lengths are in hundredths of the width that there is, so
that letters keep their size from a telephone to a wall; a paper says how wide it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

__all__ = ["Bar", "Chart", "svg"]

#: Letters of a label that stand on one line at the narrowest.
_LETTERS = 40
_LINES = 2
_LINE, _BAR, _GAP, _TOP = 19, 13, 11, 2
#: Of a count that is not nought something is to be seen.
_LEAST = 0.7
#: Fills by place, as ``hoso.css`` has them in the light; neighbours differ in darkness too.
_FILLS = ("#17604a", "#a9a491", "#a1211b", "#774f00", "#46525c")


@dataclass(frozen=True)
class Bar:
    """One line: what it is called, its length in parts, and the length as people read it."""

    label: str
    parts: tuple[int, ...]
    shown: str

    @property
    def length(self) -> int:
        return sum(self.parts)


@dataclass(frozen=True)
class Chart:
    """Bars under one title; ``says`` tells in a sentence what is to be seen.

    :ivar key: unique on its page.
    :ivar parts: what the parts of a bar are, where there is more than one.
    :ivar full: the length that is the whole width; 0 for that of the longest bar.
    """

    key: str
    title: str
    says: str
    bars: tuple[Bar, ...]
    parts: tuple[str, ...] = ()
    full: int = 0


def svg(chart: Chart, *, width: int = 0) -> str:
    """Return the picture.

    :param width: of a paper's picture, in its own units; 0 for as wide as the page has room.
    """
    lines = [_lines(bar.label) for bar in chart.bars]
    height = _TOP + sum(len(one) * _LINE + _BAR + _GAP for one in lines)
    full = chart.full or max((bar.length for bar in chart.bars), default=0) or 1
    wide = width or 100
    size = f'width="{width}" viewBox="0 0 {width} {height}"' if width else 'width="100%"'
    family = ' font-family="Libertinus Serif" font-size="13"' if width else ""
    return "".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" height="{height}" '
                f'{size}{family} aria-labelledby="{escape(chart.key)}-title {escape(chart.key)}-says">'
            ),
            f'<title id="{escape(chart.key)}-title">{escape(chart.title)}</title>',
            f'<desc id="{escape(chart.key)}-says">{escape(chart.says)}</desc>',
            *_drawn(chart.bars, lines, unit="" if width else "%", scale=wide / full, wide=wide),
            "</svg>",
        ]
    )


def _lines(label: str) -> list[str]:
    found = wrap(label, _LETTERS) or [""]
    if len(found) > _LINES:
        found = [*found[: _LINES - 1], f"{found[_LINES - 1][: _LETTERS - 1]}…"]
    return found


def _drawn(
    bars: Sequence[Bar], lines: Sequence[list[str]], *, unit: str, scale: float, wide: int
) -> Iterator[str]:
    at = _TOP
    for bar, label in zip(bars, lines, strict=True):
        yield (
            f'<text class="count" x="{wide}{unit}" y="{at + 13}" text-anchor="end" '
            f'font-weight="bold">{escape(bar.shown)}</text>'
        )
        for line in label:
            yield f'<text x="0" y="{at + 13}">{escape(line)}</text>'
            at += _LINE
        yield (
            f'<rect class="track" x="0" y="{at}" width="{wide}{unit}" height="{_BAR}" '
            'fill="#e9e6db"/>'
        )
        x, least = 0.0, _LEAST * wide / 100
        for number, part in enumerate(bar.parts):
            length = max(part * scale, least) if part else 0.0
            if length:
                yield (
                    f'<rect class="part-{number + 1}" x="{x:.2f}{unit}" y="{at}" '
                    f'width="{length:.2f}{unit}" height="{_BAR}" fill="{_FILLS[number % 5]}"/>'
                )
            x += length
        at += _BAR + _GAP
