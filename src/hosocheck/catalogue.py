"""Compare what a package says with what the catalogue says, fact by fact."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hosocheck.described import Described
from hosocheck.findings import Expected, Paper
from hosocheck.reading import Reading
from hosocheck.sources import Openable

__all__ = ["against_catalogue", "against_digest", "against_each_other"]


def against_digest(reading: Reading, path: Path | Openable, digest: str) -> None:
    """Compare the digest that covers every byte with the one noted when it was built."""
    noted = path
    if isinstance(path, Path) and path.is_dir():
        listed = path / "tagmanifest-sha256.txt"
        noted = listed if listed.exists() else path / "METS.xml"
    with noted.open("rb") as stream:
        found = hashlib.sha256()
        while chunk := stream.read(1 << 20):
            found.update(chunk)
        if found.hexdigest() != digest.lower():
            reading.error(
                "CAT-DIGEST", noted.name, "does not have the digest noted when it was built"
            )


def against_each_other(reading: Reading, said: Sequence[Described]) -> None:
    """Descriptions of one package must say the same."""
    for one in said:
        for other in said[:1]:
            if one is other:
                continue
            if None not in (one.documents, other.documents) and one.documents != other.documents:
                reading.error(
                    "OWN-COUNT",
                    one.path,
                    f"counts {one.documents} documents, {other.path} {other.documents}",
                )
            if None not in (one.title, other.title) and not _same_title(one.title, other.title):
                reading.error("OWN-TITLE", one.path, f"has another title than {other.path}")
            if None not in (one.span, other.span) and one.span != other.span:
                reading.error("OWN-SAME", one.path, f"has other days than {other.path}")
            if not _agree(one.titles, other.titles):
                reading.error(
                    "OWN-SAME", one.path, f"has other titles of documents than {other.path}"
                )
            if None not in (one.days, other.days) and one.days != other.days:
                reading.error(
                    "OWN-SAME", one.path, f"has other dates of documents than {other.path}"
                )


def against_catalogue(
    reading: Reading,
    said: Sequence[Described],
    payload: set[str],
    expected: Expected,
    *,
    one_each: bool = False,
) -> None:
    """Compare the files of the dossier (*payload*) and every description with the catalogue.

    :param one_each: whether of every document just one of its files leaves (TT 05/2025 art. 8).
    """
    here = Counter((reading.hashes[name][0], reading.sizes[name]) for name in payload)
    kept = Counter((digest.lower(), size) for digest, size in expected.files)
    if one_each and expected.papers:
        kept = _one_of_each(here, expected.papers)
    for digest, size in sorted((kept - here).elements()):
        reading.error("CAT-FILE", "", f"lacks a file of {size} bytes with SHA-256 {digest}")
    for digest, size in sorted((here - kept).elements()):
        reading.error("CAT-FILE", "", f"has a file of {size} bytes too many, SHA-256 {digest}")
    if not said:
        reading.error("CAT-DESCRIBED", "", "describes no dossier")
    for one in said:
        _description(reading, one, expected)
        if one.files is not None:
            _listed(reading, one, payload)


def _one_of_each(
    here: Counter[tuple[str, int]], papers: Sequence[Paper]
) -> Counter[tuple[str, int]]:
    """Return one file of each document: one that is there, else its first."""
    left, kept = here.copy(), Counter[tuple[str, int]]()
    for paper in papers:
        files = [(digest.lower(), size) for digest, size in paper.files]
        found = next((file for file in files if left[file] > 0), files[0] if files else None)
        if found is not None:
            left[found] -= 1
            kept[found] += 1
    return kept


def _description(reading: Reading, one: Described, expected: Expected) -> None:
    path = one.path
    if one.identifier is not None and one.identifier != expected.identifier:
        reading.error("CAT-NAME", path, f"is not of the dossier {expected.identifier}")
    if expected.code and one.code is not None and one.code != expected.code:
        reading.error("CAT-NAME", path, f"has the number {one.code}, the catalogue {expected.code}")
    if expected.title and one.title is not None and not _same_title(one.title, expected.title):
        reading.error("CAT-NAME", path, f"has the title {one.title!r}, the catalogue another")
    if one.documents is not None and one.documents != expected.documents:
        reading.error(
            "CAT-COUNT",
            path,
            f"describes {one.documents} documents, the catalogue {expected.documents}",
        )
    for fact, day in expected.dates:
        if fact in one.facts and one.facts[fact] != day:
            reading.error("CAT-DATE", path, f"has {one.facts[fact]} as {fact}, the catalogue {day}")
    if expected.papers:
        _papers(reading, one, expected.papers)


def _papers(reading: Reading, one: Described, papers: Sequence[Paper]) -> None:
    for paper in papers:
        if not one.uids:
            break
        if paper.uid not in one.uids:
            reading.error("CAT-COUNT", one.path, f"lacks the document {paper.uid}")
            continue
        title, day = one.uids[paper.uid]
        if title != _nfc(paper.title):
            reading.error("CAT-NAME", one.path, f"has another title for {paper.uid}: {title!r}")
        if day != paper.date:
            reading.error(
                "CAT-DATE", one.path, f"dates {paper.uid} {day!r}, the catalogue {paper.date!r}"
            )
    if not _agree(one.titles, Counter(_nfc(paper.title) for paper in papers)):
        reading.error("CAT-NAME", one.path, "has other titles of documents than the catalogue")
    if one.days is not None and one.days != Counter(paper.date for paper in papers):
        reading.error("CAT-DATE", one.path, "has other dates of documents than the catalogue")


def _listed(reading: Reading, one: Described, payload: set[str]) -> None:
    there = Counter((reading.sizes[name], *reading.hashes[name]) for name in payload)
    listed = Counter((size, sha256, sha512) for _, size, sha256, sha512 in one.files or ())
    paths = {path for path, *_ in one.files or ()}
    known = {name for name in payload if any(name.endswith(f"/{p}") or name == p for p in paths)}
    if there != listed or (paths and len(known) != len(payload)):
        reading.error("CAT-FILE", one.path, "does not describe the files that are there")


def _same_title(one: str | None, other: str | None) -> bool:
    """Compare titles of a dossier; that of the circular says what kind it is before the name."""
    short, long = sorted((_nfc(one or ""), _nfc(other or "")), key=len)
    return short == long or (bool(short) and long.endswith(f": {short}"))


def _agree(one: Counter[str] | None, other: Counter[str] | None) -> bool:
    """Compare titles of documents; where one has none, the other may say what it likes."""
    if one is None or other is None:
        return True
    mine, theirs = one - other, other - one
    del mine[""], theirs[""]
    left, right = mine.total(), theirs.total()
    return left <= other[""] and right <= one[""] and one.total() == other.total()


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
