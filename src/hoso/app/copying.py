"""The second stage of a paper: its preservation copy, pictures of its pages, its signatures.

A paper can be found and filed as soon as it is read; what is made of it afterwards is made
behind that, in the sandbox, outside any transaction.  Who waits stands in a queue in the
database and leaves it in the commit that attaches what was made.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.app.house import House
from hoso.app.machine import at_paper
from hoso.desk import reading
from hoso.desk.desk import Desk
from hoso.desk.pages import KeptPage, kept_pages
from hoso.desk.reading import Copied, Made
from hoso.ingest import queue
from hoso.ingest.renditions import maker
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.maker import Maker
from hoso.ingest.renditions.states import SignatureState
from hoso.ingest.sandbox import Sandbox
from hoso.kernel import ids
from hoso.records import model as records
from hoso.records.leaves import leaves_of
from hoso.records.model import Document, Reason
from hoso.storage.blobs import Spooled, spool

__all__ = ["Copying"]

log = logging.getLogger(__name__)

#: What renditions of this stage name as their maker; the wheels' versions are pinned.
TOOL = "hoso copies 1"
#: The name of the preservation copy among the renditions.
COPY = "copy"
#: States in which nothing is made of a paper.
_WITHOUT = frozenset({"refused", "split"})


@dataclass(frozen=True)
class _Task:
    """What there is to do, read in one transaction.

    :ivar shown: the pages as they are shown, ``leaves`` the same with the files they are in.
    """

    original: Path
    mime: str
    title: str
    shown: tuple[records.Leaf, ...]
    leaves: tuple[Leaf, ...]
    lacking: tuple[int, ...]


class Copying:
    """Makes copies for one site, through the readers' sandbox.

    Certificates of authorities that are trusted lie in the folder ``anchors`` of the site.
    """

    def __init__(self, house: House, sandbox: Sandbox) -> None:
        self.house = house
        anchors = house.path / "anchors"
        self.maker = Maker(sandbox, anchors=anchors if anchors.is_dir() else None)

    def close(self) -> None:
        """End the process that asks PRONOM."""
        self.maker.close()

    def make(self, document: int, *, stop: threading.Event | None = None) -> bool:
        """Make what a paper lacks; say whether it was done (not where it was stopped)."""
        task: _Task | None = at_paper(self.house, document, _task, note="copy looked at")
        if task is None:
            return True
        folder = self.house.path / "work" / ids.to_text(document) / "copies"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        spooled: list[Spooled] = []
        try:
            made = self.maker.make(
                task.original,
                task.mime,
                leaves=task.leaves,
                out_dir=folder,
                title=task.title,
                made_at=self.house.clock.now(),
                lacking=task.lacking,
                stop=stop,
            )
            if not made.complete:
                return False
            result = self._copied(made, spooled)
            at_paper(
                self.house,
                document,
                lambda desk, record: _of(desk, record, task, result),
                note="copied",
            )
        finally:
            # What was committed has a link of its own.
            for one in spooled:
                one.discard()
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def give_up(self, document: int, problem: str) -> None:
        """Say that no copy can be made; the paper has its original, whole."""
        note = Reason("copy", "{note}", (("note", f"no copy: {problem[:300]}"),))
        nothing = Copied((), notes=(note,))
        at_paper(
            self.house,
            document,
            lambda desk, record: _attach(desk, record, nothing),
            note="not copied",
        )

    def pending(self) -> list[int]:
        """Return papers that lack their copy, the oldest first; a few at a time."""
        with self.house.databases.connection() as connection:
            waiting = queue.copies_pending(connection.root())
            return [number for number, _ in zip(waiting, range(100), strict=False)]

    def _copied(self, made: maker.Made, spooled: list[Spooled]) -> Copied:
        renditions: list[Made] = []

        def keep(name: str, path: Path, mime: str) -> None:
            with path.open("rb") as stream:
                one = spool(stream, self.house.spool, limit=1 << 40)
            spooled.append(one)
            renditions.append(Made(name, one, mime, TOOL))

        for number, path in sorted(made.previews.items()):
            keep(f"page-{number:04d}", path, "image/webp")
        if made.copy is not None:
            keep(COPY, made.copy, "application/pdf")
        return Copied(
            renditions,
            signatures=tuple(r for state in made.signatures for r in _told(state)),
            identified=made.identified,
            puid=made.puid or "",
            notes=tuple(
                Reason(one.code, one.message, tuple(sorted(one.facts.items())))
                for one in made.notes[:20]
            ),
        )


def _task(desk: Desk, document: Document) -> _Task | None:
    original = document.renditions.get("original")
    pages = kept_pages(document)
    shown = leaves_of(document)
    if document.state in _WITHOUT or original is None or len(pages) != len(shown):
        # Split, refused, or being read again: the queue is told when that is done.
        queue.copy_is_made(desk.root, document)
        return None
    if not queue.lacks_copy(desk.root, document):
        return None
    return _Task(
        Path(original.blob.committed()),
        document.mime,
        document.title or "hoso",
        shown,
        tuple(_leaf(document, leaf, page) for leaf, page in zip(shown, pages, strict=True)),
        tuple(number for number, page in enumerate(pages, 1) if page.picture is None),
    )


def _leaf(document: Document, shown: Any, page: KeptPage) -> Leaf:
    words: Sequence[Sequence[Any]] = page.finished["words"]
    return Leaf(
        Path(document.renditions[shown.scan].blob.committed()),
        shown.page,
        (shown.turn + int(page.finished["turn"] or 0)) % 360,
        words,
        str(page.finished["source"] or "none"),
    )


def _of(desk: Desk, document: Document, task: _Task, result: Copied) -> None:
    if leaves_of(document) == task.shown:
        _attach(desk, document, result)
    # Else its pages were put in another order meanwhile: it is read, and then copied, anew.


def _attach(desk: Desk, document: Document, result: Copied) -> None:
    if document.state in _WITHOUT:
        queue.copy_is_made(desk.root, document)
    else:
        reading.copied(desk, document, result=result)


def _told(state: SignatureState) -> list[Reason]:
    """Return what is said of one signature: whose it is, then what it is worth."""
    facts = tuple(sorted((k, v) for k, v in state.as_dict().items() if isinstance(v, str)))
    said = "Signed by {signer}, certificate of {issuer}" if state.signer else "Signed"
    return [
        Reason(f"signature-{state.kind}", said, facts),
        *(Reason(f"signature-{state.integrity}", each, facts) for each in state.sentences),
    ]
