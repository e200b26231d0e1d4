"""Which statutory component (A01 to M04) a paper is, by the phrases of the rulebook.

From it follows the section of the dossier (A to M) the paper belongs in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hoso.ingest.classifiers import plain
from hoso.ingest.propose.proposal import Proposal

__all__ = ["propose_type", "section_of"]

_HEAD_WEIGHT = 4.0
_FIRST_PAGE = 3000  # characters
_COMPONENT = re.compile(r"([A-M])\d{2}")

_folded = lru_cache(maxsize=1 << 12)(plain)  # the phrases are the same for every paper


def propose_type(
    text: str, document_types: Mapping[str, Sequence[str]], *, head: str = ""
) -> dict[str, Any] | None:
    """Return the best type as {value, confidence, rule}; None where no phrase occurs.

    *head* is the form's name and the subject: a phrase there says what the paper is, a phrase
    in the text only what it mentions.  Long phrases count more, for they are rarer.
    """
    page = f" {plain(text[:_FIRST_PAGE])} "
    title = f" {plain(head)} "
    scores: dict[str, float] = {}
    in_head: dict[str, bool] = {}
    for key, phrases in document_types.items():
        best = 0.0
        for phrase in map(_folded, phrases):
            worth = math.sqrt(len(phrase.split()) * len(phrase))
            if phrase and phrase in title:
                best = max(best, _HEAD_WEIGHT * worth)
                in_head[key] = True
            elif phrase and phrase in page:
                # The earlier, the more likely its title.
                place = page.find(phrase) / max(1, len(page))
                best = max(best, worth * (1.5 - place))
        if best:
            scores[key] = best
    if not scores:
        return None
    ranked = sorted(scores.items(), key=lambda each: (-each[1], each[0]))
    value, top = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    margin = (top - second) / top
    certain = 0.75 if in_head.get(value) else 0.4
    return {
        "value": value,
        "confidence": round(certain + 0.2 * margin, 3),
        "rule": "type.phrase-in-title" if in_head.get(value) else "type.phrase",
    }


def section_of(typed: Mapping[str, Any] | None) -> Proposal | None:
    """Return the section of the dossier a component stands in: its letter, as sure as itself."""
    found = _COMPONENT.fullmatch(str(typed["value"])) if typed else None
    if typed is None or found is None:
        return None
    return Proposal(found[1], float(typed["confidence"]), None, None, "section.of-component")
