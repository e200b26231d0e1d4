"""What a copy is made of, and what came of it: plain values, for both sides of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.ingest.verdict import Reason

__all__ = ["Copied", "Leaf", "ranges"]


@dataclass(frozen=True)
class Leaf:
    """One page of the copy: page *page* (from 1) of the file *scan*, turned clockwise by *turn*.

    *words* stand where they are on the page as shown, that is after turning; *source* says
    where they came from: ``layer`` (the page's own text), ``converted`` (of an old encoding),
    ``ocr`` or ``none``.
    """

    scan: Path
    page: int = 1
    turn: int = 0
    words: Sequence[Sequence[Any]] = ()
    source: str = "none"


@dataclass(frozen=True)
class Copied:
    """How each page was made (``scan``, ``converted``, ``pictured``), and what is worth knowing."""

    methods: tuple[str, ...]
    notes: tuple[Reason, ...]

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.methods)


def ranges(numbers: Sequence[int]) -> str:
    """Write page numbers as people do: 1, 3–5."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
