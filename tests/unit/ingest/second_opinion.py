"""A second reader for the tests: reads the same on every page, and says what it was asked."""

from __future__ import annotations

from typing import Any

ASKED: list[tuple[tuple[int, int], int]] = []
TEXT = "Quyết định về việc bổ nhiệm cán bộ"


def words_of(grey: Any, *, dpi: int) -> list[list[Any]]:
    """Return the words of TEXT, side by side."""
    ASKED.append((grey.size, dpi))
    return [
        [word, 88.0, [0.1 * at, 0.1, 0.1 * at + 0.09, 0.12], 0]
        for at, word in enumerate(TEXT.split())
    ]
