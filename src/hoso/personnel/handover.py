"""The list of a handover and what the receiver finds against it (pure).

The list is frozen when it is sent: canonical JSON (sorted keys, no blanks, one line feed at the
end), whose SHA-256 both sides name in their journals; the same rows as CSV for a spreadsheet.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from hoso.kernel.errors import Fault

__all__ = [
    "DossierLine",
    "Manifest",
    "PaperLine",
    "canonical",
    "differences",
    "digest_of",
    "faults_of_step",
    "rows",
    "table",
]

#: What may be done in which state, and by which side.
_STEPS: Mapping[str, tuple[str, ...]] = {
    "receive": ("sent",),
    "dispute": ("sent",),
    "refuse": ("sent", "disputed"),
    "answer": ("disputed",),
    "recall": ("sent", "disputed"),
}

_AGAINST: Mapping[str, Fault] = {
    "received": Fault("handover", "This handover is received and closed."),
    "refused": Fault("handover", "This handover was refused and has gone back."),
    "recalled": Fault("handover", "This handover was called back by who sent it."),
    "disputed": Fault("handover", "There is a dispute about it. Who sent it answers first."),
    "sent": Fault("handover", "Nothing is in dispute; the receiver has not answered yet."),
}

_HEAD = (
    "dossier",
    "name",
    "dossier_pages",
    "paper",
    "type",
    "number",
    "date",
    "title",
    "pages",
    "sha256",
    "size",
    "kept_on_paper_at",
)


@dataclass(frozen=True)
class PaperLine:
    """One filed paper; ``place`` is the code of the place its sheets lie at, "" none."""

    uid: str
    type: str
    number: str
    date: str
    title: str
    pages: int
    sha256: str
    size: int
    place: str


@dataclass(frozen=True)
class DossierLine:
    """One dossier with its papers in the order of their uids; ``place`` that of its folder."""

    code: str
    uid: str
    name: str
    type: str
    level: int
    place: str
    papers: tuple[PaperLine, ...]

    @property
    def pages(self) -> int:
        return sum(paper.pages for paper in self.papers)


@dataclass(frozen=True)
class Manifest:
    """What is handed over, from whom to whom, on which decision."""

    number: str
    source: str
    target: str
    agency: str
    decision: str
    envelope: str
    sent_at: str
    sent_by: str
    dossiers: tuple[DossierLine, ...]


def canonical(manifest: Manifest) -> bytes:
    """Write the list so that the same list is the same bytes everywhere."""
    text = json.dumps(asdict(manifest), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a list or an answer, by which the other side's journal names it."""
    return hashlib.sha256(content).hexdigest()


def rows(manifest: Manifest) -> Iterable[tuple[str, ...]]:
    """Yield a row for each paper; a dossier without papers has one row of its own."""
    for dossier in manifest.dossiers:
        head = (dossier.code, dossier.name, str(dossier.pages))
        if not dossier.papers:
            yield (*head, "", "", "", "", "", "0", "", "", dossier.place)
        for paper in dossier.papers:
            yield (
                *head,
                paper.uid,
                paper.type,
                paper.number,
                paper.date,
                paper.title,
                str(paper.pages),
                paper.sha256,
                str(paper.size),
                paper.place or dossier.place,
            )


def table(manifest: Manifest) -> bytes:
    """Return the rows as CSV with a byte order mark, as spreadsheets want it.

    A cell that a spreadsheet would take for a formula is quoted with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD)
    for row in rows(manifest):
        writer.writerow([f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def differences(
    frozen: Iterable[DossierLine], now: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str, str]]:
    """Return (code, uid, what) of all in which dossiers differ from the list that was sent.

    :param now: by code of dossier, the SHA-256 of each paper filed there now, by uid.
    """
    found: list[tuple[str, str, str]] = []
    for dossier in frozen:
        there = now.get(dossier.code)
        if there is None:
            found.append((dossier.code, "", "gone"))
            continue
        listed = {paper.uid: paper.sha256 for paper in dossier.papers}
        for uid in sorted(listed.keys() | there.keys()):
            if uid not in there:
                found.append((dossier.code, uid, "missing"))
            elif uid not in listed:
                found.append((dossier.code, uid, "added"))
            elif listed[uid] != there[uid]:
                found.append((dossier.code, uid, "changed"))
    return found


def faults_of_step(step: str, state: str) -> list[Fault]:
    """Say whether a step may be taken in a state."""
    if state in _STEPS[step]:
        return []
    return [_AGAINST[state]]
