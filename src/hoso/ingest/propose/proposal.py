"""One proposal: a value, how sure, where it stands, which rule made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from hoso.ingest.propose.lines import Line, joined

__all__ = ["FIELDS", "Proposal", "from_lines"]

FIELDS = (
    "type", "number", "symbol", "date", "agency", "subject", "signer", "person", "level", "section",
)  # fmt: skip


@dataclass(frozen=True)
class Proposal:
    """What a rule proposes for one field."""

    value: Any
    confidence: float
    page: int | None
    box: list[float] | None
    rule: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, as ``hoso extract --json`` prints them."""
        return {
            "value": self.value,
            "confidence": round(max(0.0, min(1.0, self.confidence)), 3),
            "page": self.page,
            "box": None if self.box is None else [round(edge, 4) for edge in self.box],
            "rule": self.rule,
        }


def from_lines(value: Any, lines: Iterable[Line], rule: str, *, factor: float = 1.0) -> Proposal:
    """Make a proposal that rests on *lines*: as sure as they were read, times the rule's own."""
    lines = list(lines)
    letters = sum(line.letters for line in lines) or 1
    sure = sum(line.confidence * line.letters for line in lines) / letters
    return Proposal(value, sure * factor, lines[0].page if lines else None, joined(lines), rule)
