"""What the checks of one file have found so far, and the limits they go by."""

from __future__ import annotations

from typing import Any

from hoso.ingest.verdict import Reason, reason, worst

__all__ = [
    "EXPANSION_LIMIT",
    "MEGAPIXELS_LIMIT",
    "PAGES_LIMIT",
    "PAGE_SIDE_LIMIT",
    "SIZE_LIMIT",
    "Findings",
]

SIZE_LIMIT = 500 << 20  # bytes
PAGES_LIMIT = 2000
MEGAPIXELS_LIMIT = 200  # A0 at 400 dpi
PAGE_SIDE_LIMIT = 14400  # points: ISO 32000-1 annex C.2
EXPANSION_LIMIT = 200  # unpacked to packed; text compresses to 1:20, blank scans to 1:150


class Findings:
    """Collects reasons and notes, each once."""

    def __init__(self) -> None:
        self.mime: str | None = None
        self.puid: str | None = None
        self.pages: int | None = None
        self.signed = False
        self.identified: list[tuple[str, str, str]] = []
        self.reasons: list[Reason] = []
        self.notes: list[Reason] = []

    def add(self, code: str, **facts: Any) -> None:
        """Record why the file may not simply come in."""
        self._once(self.reasons, reason(code, **facts))

    def note(self, code: str, **facts: Any) -> None:
        """Record something worth showing."""
        self._once(self.notes, reason(code, **facts))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "outcome": worst(self.reasons),
            "mime": self.mime,
            "puid": self.puid,
            "pages": self.pages,
            "signed": self.signed,
            "identified": self.identified,
            "reasons": [each.as_dict() for each in self.reasons],
            "notes": [each.as_dict() for each in self.notes],
        }

    @staticmethod
    def _once(where: list[Reason], what: Reason) -> None:
        # Five hundred pages with one fault are one thing to tell.
        if not any(
            each.code == what.code and each.facts.get("what") == what.facts.get("what")
            for each in where
        ):
            where.append(what)
