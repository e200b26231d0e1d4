"""The reading room: takes one paper, has it checked and read, hands in what was found.

Nothing here runs inside a long transaction: the readers work on the original's file and on
a folder of their own, and short transactions say what came of it.  A paper whose reading was
cut off is taken up again at the page where it stopped.
"""

from __future__ import annotations

import gzip
import json
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hoso.app.copying import Copying
from hoso.app.house import House
from hoso.app.machine import AWAY, at_paper
from hoso.app.parting import Parting, lay_page
from hoso.desk import reading, setting_aside
from hoso.desk.desk import Desk
from hoso.desk.pages import kept_pages
from hoso.desk.reading import HandedIn, Made
from hoso.ingest.gate.viruses import Scanner, Unreachable
from hoso.ingest.pages.files import PICTURES, page_file
from hoso.ingest.reading import PageReading, Reader, Reading
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.sandbox import Sandbox
from hoso.ingest.signers import known_signers
from hoso.ingest.splitting.pages import facts_kept
from hoso.ingest.verdict import Verdict, worst
from hoso.kernel import ids
from hoso.records import filing
from hoso.records import model as records
from hoso.records.model import Document, Reason
from hoso.storage.blobs import Spooled, spool, spool_bytes

__all__ = ["ReadingRoom"]

log = logging.getLogger(__name__)

OnPage = Callable[[int, int], None]

#: What the journal and the renditions name as the maker; the wheels' versions are pinned.
TOOL = "hoso readers 1"
#: The file that is read where a person put the pages in another order.
_ARRANGED = "arranged.pdf"


class ReadingRoom:
    """The readers of one site; close it to end their processes."""

    def __init__(self, house: House, *, workers: int | None = None) -> None:
        self.house = house
        self._sandbox = Sandbox(workers=workers or house.settings.readers)
        self.reader = Reader(
            self._sandbox,
            house.home / "catalogs" / "classifiers",
            house.home / "parts" / "tessdata",
            second_reader=house.settings.second_reader,
        )
        self.parting = Parting(house, self._sandbox, self.reader)
        self.copying = Copying(house, self._sandbox)
        self._scanner = Scanner(house.settings.clamd) if house.settings.clamd else None
        self._phrases = {key: type_.phrases for key, type_ in house.rulebook.document_types.items()}

    def warm(self) -> None:
        """Start the readers' processes now, so that the next paper does not wait for them."""
        self._sandbox.warm()

    def close(self) -> None:
        """End the readers' processes."""
        self._sandbox.close()
        self.copying.close()

    def read(
        self, document: int, *, on_page: OnPage | None = None, stop: threading.Event | None = None
    ) -> str:
        """Read one document; return the state it is in afterwards.

        Returns ``"stopped"`` where *stop* was set before the end: what was read stays; and
        ``AWAY`` where the virus scanner does not answer: the paper goes on waiting.
        """
        split = self.parting.carry_out(document)
        if split:
            return split
        begun: _Begun | None = at_paper(self.house, document, self._begin, note="reading begun")
        if begun is None:
            return "gone"
        try:
            verdict = self._judge(begun)
        except Unreachable as why:
            # It waits; nothing passes unseen where somebody is set to look.
            self.house.troubles["viruses"] = str(why)
            return AWAY
        blocked = verdict.outcome != "accepted" and not (
            begun.released and verdict.outcome == "quarantined"
        )
        if blocked:
            return str(at_paper(self.house, document, _judged(verdict), note="judged"))
        folder = self._folder(document)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        source, working = begun.original, verdict
        if begun.arranged:
            source = self._laid_out(begun, folder)
            working = replace(verdict, mime="application/pdf", pages=len(begun.arranged))
        found = self.reader.read(
            source,
            working,
            folder,
            on_page=_Counter(self, document, on_page),
            stop=stop,
            document_types=self._phrases,
            signers=begun.signers,
        )
        if stop is not None and stop.is_set() and not found.complete:
            return "stopped"
        spooled: list[Spooled] = []
        try:
            handed = self._handed_in(found, verdict, folder, spooled, leaves=begun.shown)
            state = at_paper(self.house, document, _hand_in(handed), note="read")
        finally:
            # What was committed has a link of its own.
            for one in spooled:
                one.discard()
        shutil.rmtree(folder, ignore_errors=True)
        return self.parting.carry_out(document) or str(state)

    def _judge(self, begun: _Begun) -> Verdict:
        """Ask the virus scanner, where there is one, then the gate; all reasons together."""
        found = self._scanner.scan(begun.original).as_reason() if self._scanner else None
        self.house.troubles.pop("viruses", None)
        verdict = self.reader.inspect(begun.original, name=begun.name, digest=False)
        if found is None:
            return verdict
        reasons = (*verdict.reasons, found)
        return replace(verdict, outcome=worst(reasons), reasons=reasons)

    def _begin(self, desk: Desk, document: Document) -> _Begun | None:
        original = document.renditions.get("original")
        if original is None:
            return None
        reading.begin(desk, document)
        scans = {
            name: Path(rendition.blob.committed())
            for name, rendition in document.renditions.items()
            if filing.is_scan(name)
        }
        folder = self._folder(document.id)
        if document.leaves and not (folder / _ARRANGED).exists():
            _lay_kept(document, folder)
        return _Begun(
            scans[original.name],
            document.given_name.decode("utf-8", "replace"),
            bool(document.released),
            document.leaves,
            tuple(Leaf(scans[one.scan], one.page, one.turn) for one in document.leaves),
            known_signers(desk.root),
        )

    def _folder(self, document: int) -> Path:
        return self.house.path / "work" / ids.to_text(document)

    def _laid_out(self, begun: _Begun, folder: Path) -> Path:
        """Make the file that is read where a person put the pages in another order."""
        target = folder / _ARRANGED
        if not target.exists():
            half = target.with_suffix(".half")
            now = self.house.clock.now()
            self.copying.maker.copy(begun.arranged, half, title="hoso", made_at=now)
            half.replace(target)
        return target

    def page_done(self, document: int, done: int, pages: int, on_page: OnPage | None) -> None:
        if pages > 1:
            at_paper(
                self.house,
                document,
                lambda desk, record: reading.progress(desk, record, done=done, pages=pages),
                note="page read",
            )
        if on_page is not None:
            on_page(done, pages)

    def _handed_in(
        self,
        found: Reading,
        verdict: Verdict,
        folder: Path,
        spooled: list[Spooled],
        *,
        leaves: tuple[records.Leaf, ...],
    ) -> HandedIn:
        """Bring what was read to the spool; *spooled* names it also where that is cut off."""
        made: list[Made] = []

        def keep(name: str, one: Spooled, mime: str) -> None:
            spooled.append(one)
            made.append(Made(name, one, mime, TOOL))

        for page in found.pages:
            if page.preview is not None:
                with page.preview.open("rb") as stream:
                    picture = spool(stream, self.house.spool, limit=1 << 30)
                keep(f"page-{page.number:04d}", picture, PICTURES[page.preview.suffix])
        text = "\f".join(page.text for page in found.pages)
        keep("text", spool_bytes(text.encode(), self.house.spool), "text/plain")
        words = [[list(word) for word in page.words] for page in found.pages]
        packed = gzip.compress(
            json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0
        )
        keep("words", spool_bytes(packed, self.house.spool), "application/gzip")
        facts = [
            _facts(page_file(folder, page.number), leaves, page.number) for page in found.pages
        ]
        packed = gzip.compress(json.dumps({"pages": facts}, ensure_ascii=False).encode(), mtime=0)
        keep("facts", spool_bytes(packed, self.house.spool), "application/gzip")
        return HandedIn(
            mime=verdict.mime or "",
            puid=verdict.puid or "",
            pages=len(found.pages),
            sources=tuple(page.source for page in found.pages),
            renditions=made,
            proposals=found.proposals,
            type_proposal=found.type_proposal,
            notes=(*_reasons(verdict.notes), *_said(found)),
            reader=TOOL,
            facts=facts,
            identified=verdict.identified,
        )


def _facts(finished: Path, leaves: tuple[records.Leaf, ...], number: int) -> dict[str, Any]:
    """Return what is kept of a finished page beside its text and words.

    ``leaf`` says which page of which scan it is and how far that was turned to be read, so
    that nobody reads it again when only its place changes.
    """
    kept = facts_kept(json.loads(finished.read_text(encoding="utf-8")))
    shown = leaves[number - 1] if leaves else records.Leaf("original", number)
    turn = (shown.turn + int(kept["turn"] or 0)) % 360
    return {**kept, "leaf": [shown.scan, shown.page, turn]}


@dataclass(frozen=True)
class _Begun:
    """A paper that is taken up.

    :ivar shown: its pages where a person arranged them, else none; ``arranged`` the same with
        the files they are in; ``signers`` who is known to sign papers here.
    """

    original: Path
    name: str
    released: bool
    shown: tuple[records.Leaf, ...]
    arranged: tuple[Leaf, ...]
    signers: tuple[str, ...]


def _lay_kept(document: Document, folder: Path) -> None:
    """Lay what was read of pages that lie as they lay before, so that nobody reads them again."""
    before = {tuple(page.finished.get("leaf") or ()): page for page in kept_pages(document)}
    for number, leaf in enumerate(document.leaves, 1):
        page = before.get(tuple(leaf))
        if page is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Its turn stands in the arrangement now.
            lay_page(folder, number, replace(page, finished={**page.finished, "turn": 0}))


class _Counter:
    """Counts finished pages and tells the database and the caller."""

    def __init__(self, room: ReadingRoom, document: int, on_page: OnPage | None) -> None:
        self._room = room
        self._document = document
        self._on_page = on_page
        self._done = 0

    def __call__(self, _page: PageReading, pages: int) -> None:
        self._done += 1
        self._room.house.pace.note()
        self._room.page_done(self._document, self._done, pages, self._on_page)


def _said(found: Reading) -> tuple[Reason, ...]:
    """Return what the readers noted of single pages and of the whole."""
    notes = [Reason("reading", "{note}", (("note", note),)) for note in found.notes]
    for page in found.pages:
        for note in page.notes[:3]:
            facts = (("note", note), ("page", page.number))
            notes.append(Reason("page", "Page {page}: {note}", facts))
    return tuple(notes[:40])


def _reasons(given: Any) -> tuple[Reason, ...]:
    return tuple(
        Reason(one.code, one.message, tuple(sorted((k, _plain(v)) for k, v in one.facts.items())))
        for one in given
    )


def _plain(value: Any) -> str | int | float:
    return value if isinstance(value, str | int | float) else str(value)


def _judged(verdict: Verdict) -> Callable[[Desk, Document], str]:
    def work(desk: Desk, document: Document) -> str:
        reasons = _reasons(verdict.reasons)
        if verdict.outcome == "refused" and document.dossier is None:
            setting_aside.refuse(desk, document, reasons=reasons)
        else:
            reading.quarantine(
                desk, document, reasons=reasons, mime=verdict.mime or "", puid=verdict.puid or ""
            )
        return document.state

    return work


def _hand_in(handed: HandedIn) -> Callable[[Desk, Document], str]:
    def work(desk: Desk, document: Document) -> str:
        reading.hand_in(desk, document, result=handed)
        return document.state

    return work
