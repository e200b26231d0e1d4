"""What stands on a receipt, as text; apart from what sets it in type, which is heavy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Entry", "Receipt"]


@dataclass(frozen=True)
class Entry:
    """One file (or a paper split off it) as the receipt lists it; ``digest`` is SHA-256."""

    number: str
    name: str
    digest: str
    size: str
    pages: str
    outcome: str
    where: str
    part: bool = False


@dataclass(frozen=True)
class Receipt:
    """All that stands on a receipt, as text in the reader's language.

    :ivar declared: (label, value) of what a person stated.
    :ivar columns: headings of the equation; ``equation`` its rows, as many cells each.
    :ivar verdicts: sentences on how it adds up, and what the person who closed it explained.
    :ivar heads: headings of the list of files.
    :ivar closing: sentences below the list; ``hands`` who signs on paper.
    """

    language: str
    site: str
    unit: str
    heading: str
    number: str
    made: str
    declared: Sequence[tuple[str, str]]
    equation_heading: str
    columns: Sequence[str]
    equation: Sequence[Sequence[str]]
    total: Sequence[str]
    verdicts: Sequence[str]
    files_heading: str
    heads: Sequence[str]
    files: Sequence[Entry]
    closing: Sequence[str]
    hands: Sequence[str]
    page: str
