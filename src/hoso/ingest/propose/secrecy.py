"""The secrecy stamp: alone in its line, in capitals, in the upper half of the first page."""

from __future__ import annotations

import re

from hoso.ingest.classifiers import Classifiers
from hoso.ingest.propose.lines import Sheet
from hoso.ingest.propose.proposal import Proposal

__all__ = ["read_level"]


def read_level(sheet: Sheet, data: Classifiers) -> Proposal | None:
    """Return the level a stamp gives; None where there is none: nobody guesses a secret."""
    best: Proposal | None = None
    for line in sheet.lines:
        if line.y0 > 0.5 or line.capitals < 0.9:
            continue
        # "Độ mật: TỐI MẬT" and a stamp's frame are allowed around it.
        words = re.sub(r"[^a-z ]+", " ", line.plain).split()
        said = " ".join(words).removeprefix("do mat ").strip()
        level = data.stamps.get(said)
        if level is None:
            continue
        if best is None or level > best.value:
            best = Proposal(level, 0.95 * line.confidence, line.page, line.box, "level.stamp")
    return best
