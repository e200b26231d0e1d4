"""Have a package read again by :mod:`hosocheck`, which shares no line with what built it.

This is the one door of the house to the second reader; what is expected is taken from the
records themselves, not from the package that was made of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hoso.kernel.text import nfc
from hoso.records.filing import is_scan
from hoso.records.model import Document, Dossier, Rendition
from hosocheck import PROFILES, Expected, Finding, Openable, Paper, Verdict, check_together
from hosocheck import check as read_again

__all__ = [
    "PROFILES",
    "Expected",
    "Finding",
    "Openable",
    "Paper",
    "Told",
    "Verdict",
    "check",
    "check_together",
    "described_only",
    "expected_of",
]


class Told(tuple[Finding, ...]):
    """Findings inside a sentence; a page says them in its own language."""

    __slots__ = ()

    def __str__(self) -> str:
        return "; ".join(f"{one.path}: {one.what}" for one in self)


def check(
    path: Path | Openable,
    *,
    expected: Expected | None = None,
    profile: str = "",
    schemas: Sequence[Path] = (),
    now: datetime | None = None,
) -> Verdict:
    """Judge the package at *path* by the clock *now*; see :func:`hosocheck.check`."""
    return read_again(path, expected=expected, profile=profile, schemas=schemas, now=now)


def expected_of(dossier: Dossier, papers: Iterable[Document], *, digest: str = "") -> Expected:
    """Return what the catalogue says should leave with these papers of a dossier.

    :param digest: the one noted when the package was built, over all of its bytes.
    """
    listed = tuple(
        Paper(
            paper.uid,
            nfc(paper.title),
            paper.date or "",
            tuple((one.sha256.lower(), one.size) for one in _leaving(paper)),
        )
        for paper in papers
    )
    days = {"birth_date": dossier.birth_date, "ended": dossier.ended}
    return Expected(
        identifier=dossier.uid,
        documents=len(listed),
        files=tuple(file for paper in listed for file in paper.files),
        digest=digest,
        code=dossier.code,
        title=nfc(dossier.name),
        dates=tuple((fact, day) for fact, day in days.items() if day),
        papers=listed,
    )


def described_only(expected: Expected) -> Expected:
    """Return what should leave of a dossier with a master, which describes and holds no files."""
    papers = tuple(replace(paper, files=()) for paper in expected.papers)
    return replace(expected, files=(), papers=papers)


def _leaving(paper: Document) -> Iterable[Rendition]:
    for name, rendition in paper.renditions.items():
        if is_scan(name) or name in {"original", "copy", "text"}:
            yield rendition
