"""Which dossier a paper may belong in: by code, by name, by birth, each with its reasons.

Candidates are looked up among what the reader may see; ``ingest.propose.matching`` judges them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.desk import Desk
from hoso.desk.documents import text_of
from hoso.desk.searching import dossiers_named
from hoso.ingest.propose.matching import Candidate, codes_in, rank
from hoso.records.model import Document, Dossier

__all__ = ["CERTAIN", "MOST_CODES", "Suggested", "suggested"]

#: Why a dossier may be the only one meant: its code on the paper, or whom the paper is about.
CERTAIN = frozenset({"code", "number", "name"})
#: Codes on a paper that are looked up; a list of staff names many.
MOST_CODES = 200


@dataclass(frozen=True)
class Suggested:
    """A dossier the paper may belong to, and why (``ingest.propose.matching.Match``).

    :ivar certain: nobody else may be meant; it may stand in the field.
    """

    dossier: Dossier
    reasons: tuple[str, ...]
    certain: bool


def suggested(
    desk: Desk, document: Document, proposals: Mapping[str, Any]
) -> tuple[Suggested, ...]:
    """Return dossiers the paper may belong to; several of one name are all shown."""
    if document.into:
        meant = desk.site.dossiers.get(document.into)
        if meant is not None and desk.sees(meant):
            return (Suggested(meant, ("meant",), certain=True),)
    text = text_of(document)
    person = proposals.get("person") or {}
    found: dict[str, Dossier] = {}
    for code in codes_in(text)[:MOST_CODES]:
        dossier = desk.site.dossiers.get(code)
        if isinstance(dossier, Dossier) and desk.sees(dossier):
            found[dossier.code] = dossier
    if person.get("value"):
        found.update((one.code, one) for one in dossiers_named(desk, str(person["value"])))
    candidates = [
        Candidate(one.code, one.name, birth=one.birth_date, unit=one.unit.name)
        for one in found.values()
    ]
    return tuple(
        Suggested(
            found[match.candidate.code],
            match.reasons,
            certain=not match.ambiguous and match.reasons[0] in CERTAIN,
        )
        for match in rank(text, proposals, candidates)
    )
