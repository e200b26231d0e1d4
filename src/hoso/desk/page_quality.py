"""The quality gate of single pages: accept a page as it is, or send it back to the scanner.

What the machine found is kept with the reading; what a person said of it is a fact of its own.
A page that is sent back stays shown until a new scan takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from BTrees.LLBTree import LLTreeSet

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.pages import pages_read
from hoso.ingest import queue
from hoso.ingest.model import Judged, Reading
from hoso.ingest.pages.likeness import twins
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid
from hoso.records.leaves import leaves_of
from hoso.records.model import Batch, Document, Unit
from hoso.records.units import subtree

__all__ = [
    "CODES",
    "AlikeIn",
    "SentBack",
    "accept",
    "alike_in_batch",
    "judged_of",
    "send_back",
    "sent_back",
]

#: What may be wrong with the picture of a page; ``other`` is what only a person sees.
CODES = (
    "blank", "skewed", "cut-edge", "dark", "low-resolution", "turned", "duplicate-page",
    "like-neighbour", "hard-to-read", "other",
)  # fmt: skip
#: Most pages of a batch that are compared with each other.
MOST_COMPARED = 4000
ACCEPTED, SENT_BACK = "accepted", "sent-back"


@dataclass(frozen=True)
class SentBack:
    """A page to be scanned again: of which paper, as shown, and why."""

    document: Document
    page: int
    codes: tuple[str, ...]
    at: str
    by: str


@dataclass(frozen=True)
class AlikeIn:
    """Two pages of a batch that look the same, and in how many of 64 bits their prints differ."""

    one: Document
    one_page: int
    other: Document
    other_page: int
    bits: int


@act("page.accepted", Permission.INTAKE_WORK)
def accept(desk: Desk, document: Document, *, page: int) -> None:
    """Accept the picture of a page as it is."""
    _judge(desk, document, page, ACCEPTED, ())


@act("page.sent-back", Permission.INTAKE_WORK)
def send_back(desk: Desk, document: Document, *, page: int, code: str = "") -> None:
    """Ask for a page to be scanned again; *code* says why, else what the machine found.

    :raises Invalid: where the page does not exist or the code is none of ``CODES``.
    """
    if code and code not in CODES:
        raise Invalid([Fault("code", "There is no such reason.")])
    _judge(desk, document, page, SENT_BACK, (code,) if code else ())


def _judge(desk: Desk, document: Document, page: int, verdict: str, codes: Sequence[str]) -> None:
    leaves = leaves_of(document)
    if not 1 <= page <= len(leaves):
        raise Invalid([Fault("page", "There is no page {page}.", {"page": page})])
    found = {one.number: one for one in pages_read(document)}.get(page)
    if not codes and found is not None:
        codes = [str(one.get("code")) for one in found.findings]
    reading = _reading(desk, document)
    leaf = leaves[page - 1]
    code = ",".join(dict.fromkeys(codes)) or "other"
    fresh = Judged(leaf.scan, leaf.page, verdict, code, desk.now, desk.identity.login)
    others = (one for one in reading.judged if (one.scan, one.page) != (leaf.scan, leaf.page))
    reading.judged = (*others, fresh)
    _note(desk, document, reading)
    desk.say(page=page, code=code)


def _reading(desk: Desk, document: Document) -> Reading:
    known = queue.reading_of(desk.root, document)
    if known is None:
        raise Invalid([Fault("page", "The paper is not read yet.")])
    return known


def _note(desk: Desk, document: Document, reading: Reading) -> None:
    """Keep the list of papers with a page to be scanned again; a few, so one set."""
    intake = queue.intake_of(desk.root)
    if intake.sent_back is None:
        intake.sent_back = LLTreeSet()
    wanted = any(one.verdict == SENT_BACK for one in reading.judged)
    if wanted and document.id not in intake.sent_back:
        intake.sent_back.insert(document.id)
    elif not wanted and document.id in intake.sent_back:
        intake.sent_back.remove(document.id)


def judged_of(desk: Desk, document: Document) -> dict[int, Judged]:
    """Return what a person said of each page, by its number as shown."""
    reading = queue.reading_of(desk.root, document)
    said = {(one.scan, one.page): one for one in reading.judged} if reading is not None else {}
    return {
        number: said[leaf.scan, leaf.page]
        for number, leaf in enumerate(leaves_of(document), 1)
        if (leaf.scan, leaf.page) in said
    }


@act("pages.sent-back-listed", Permission.INTAKE_WORK, told=False)
def sent_back(desk: Desk, unit: Unit, *, batch: str = "") -> list[SentBack]:
    """Return the pages of a unit (and below) that are to be scanned again, oldest first.

    :param batch: uid of a batch, for its pages only.
    """
    mine = {below.number for below in subtree(unit) if desk.may(below, Permission.INTAKE_WORK)}
    found: list[SentBack] = []
    for number in queue.intake_of(desk.root).sent_back or ():
        document = desk.site.by_id.get(number)
        if not isinstance(document, Document) or document.state in {"split", "refused"}:
            continue
        place = document.dossier.unit if document.dossier is not None else document.unit
        if place.number not in mine or not desk.sees(document):
            continue
        if batch and document.batch != batch:
            continue
        found += _of_paper(desk, document)
    return sorted(found, key=lambda one: (one.at, one.document.uid, one.page))


def _of_paper(desk: Desk, document: Document) -> Iterator[SentBack]:
    for page, said in sorted(judged_of(desk, document).items()):
        if said.verdict == SENT_BACK:
            yield SentBack(document, page, tuple(said.code.split(",")), said.at, said.by)


@act("pages.alike-listed", Permission.INTAKE_WORK, told=False)
def alike_in_batch(desk: Desk, batch: Batch) -> list[AlikeIn]:
    """Return the pages of a batch that look the same, of papers one may see.

    A page that a person accepted is not told again.
    """
    prints: list[tuple[tuple[Document, int], str]] = []
    for document in _papers(desk, batch):
        accepted = {n for n, one in judged_of(desk, document).items() if one.verdict == ACCEPTED}
        prints += [
            ((document, page.number), page.print)
            for page in pages_read(document)
            if page.print and page.number not in accepted
        ]
    # Each page is compared with all before it: more are no batch of one day.
    return [AlikeIn(*one, *other, bits) for one, other, bits in twins(prints[:MOST_COMPARED])]


def _papers(desk: Desk, batch: Batch) -> Iterator[Document]:
    """Yield the papers that came in with a batch, parts instead of the scans they were."""
    seen: set[str] = set()
    waiting = [arrival.document for arrival in batch.arrivals.values() if arrival.document]
    while waiting:
        uid = waiting.pop(0)
        document = desk.site.by_id.get(ids.from_text(uid) or 0)
        if uid in seen or not isinstance(document, Document):
            continue
        seen.add(uid)
        if document.state == "split":
            waiting += document.parts
        elif document.state != "refused" and desk.sees(document):
            yield document
