"""Making renditions of a paper that has been read, through the sandbox; safe from any thread.

``Maker.make`` is what the worker calls: previews of pages that lack one, the preservation
copy, the state of signatures.  A rendition that cannot be made leaves a note, never stops the
others; the original is only read.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from hoso.ingest.gate import pronom
from hoso.ingest.renditions.leaves import Copied, Leaf, ranges
from hoso.ingest.renditions.states import SignatureState
from hoso.ingest.sandbox import Answer, Limits, Sandbox
from hoso.ingest.verdict import NOTES, Reason, reason

__all__ = ["COPY_NAME", "Made", "Maker", "NotMade"]

COPY_NAME = "copy.pdf"
_LARGE = 2 << 30  # bytes a copy or a part may have
_PREVIEW = Limits(memory=1 << 30, cpu=20, wall=60)
_SIGNATURES = Limits(memory=1 << 30, cpu=30, wall=60)
_REGISTER = Limits(memory=pronom.ADDRESS_SPACE, cpu=20, wall=60, file_size=0)
_PART = Limits(memory=1 << 30, cpu=60, wall=300, file_size=_LARGE)

Identification = tuple[str, str, str]  # tool, version, answer


class NotMade(Exception):
    """A rendition could not be made; the message says why, ``stopped`` whether it was asked to."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer.failure))
        self.stopped = answer.failure is not None and answer.failure.kind == "stopped"


@dataclass(frozen=True)
class Made:
    """What came of it.

    *copy* is None where there is none, and a note says why; *methods* tell for each page of
    it how it was made (``scan``, ``converted``, ``pictured``).  *previews* are by number of the
    leaf, from 1.  *identified* says which tool of which version called the original what, *puid*
    is PRONOM's answer.  *complete* is False where the making was stopped and must be done again.
    """

    copy: Path | None = None
    previews: Mapping[int, Path] = field(default_factory=dict)
    signatures: tuple[SignatureState, ...] = ()
    identified: tuple[Identification, ...] = ()
    puid: str | None = None
    methods: tuple[str, ...] = ()
    notes: tuple[Reason, ...] = ()
    complete: bool = True


class Maker:
    """Makes renditions in a sandbox; *anchors* is a folder of certificates that are trusted.

    One more child, of a kind of its own, asks PRONOM; it starts when first needed and ends
    with ``close``.
    """

    def __init__(self, sandbox: Sandbox, *, anchors: Path | None = None) -> None:
        self._sandbox = sandbox
        self._anchors = anchors
        self._register = Sandbox(workers=1, jobs=pronom.MODULE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the child that asks PRONOM."""
        self._register.close()

    def make(
        self,
        original: Path,
        mime: str,
        *,
        leaves: Sequence[Leaf],
        out_dir: Path,
        title: str,
        made_at: datetime,
        lacking: Sequence[int] | None = None,
        stop: threading.Event | None = None,
    ) -> Made:
        """Make everything of a paper into *out_dir*.

        *leaves* are its pages as shown, with their words; *lacking* the numbers of the leaves
        that have no preview yet, all where None.  *mime* is of the original.
        """
        out_dir.mkdir(parents=True, exist_ok=True)
        notes: list[Reason] = []
        identified, puid = self._identified(original, mime, notes, stop)
        if not mime.startswith(("application/pdf", "image/")):
            return Made(identified=identified, puid=puid, notes=(*notes, reason("typed")))
        wanted = range(1, len(leaves) + 1) if lacking is None else lacking
        previews = self.previews(
            {number: leaves[number - 1] for number in wanted}, out_dir, notes=notes, stop=stop
        )
        signatures: tuple[SignatureState, ...] = ()
        target: Path | None = out_dir / COPY_NAME
        methods: tuple[str, ...] = ()
        try:
            if mime == "application/pdf":
                signatures = self.signatures(original, stop=stop)
        except NotMade as why:
            notes.append(reason("signatures-unread", why=str(why)))
        try:
            done = self.copy(leaves, out_dir / COPY_NAME, title=title, made_at=made_at, stop=stop)
            methods = done.methods
            notes += done.notes
            if signatures:
                notes.append(reason("signature-stays"))
        except NotMade as why:
            target = None
            notes.append(reason("no-copy", why=str(why)))
        complete = stop is None or not stop.is_set()
        return Made(target, previews, signatures, identified, puid, methods, tuple(notes), complete)

    def _identified(
        self, original: Path, mime: str, notes: list[Reason], stop: threading.Event | None
    ) -> tuple[tuple[Identification, ...], str | None]:
        try:
            answer, agreed = self.identify(original, mime, stop=stop)
        except NotMade as why:
            notes.append(reason("pronom-unasked", why=str(why)))
            return (), None
        if not agreed:
            notes.append(reason("identified-differently", first=mime, second=answer[2]))
        known = answer[2] if answer[2] != pronom.UNKNOWN else None
        return (answer,), known

    # --- one by one --------------------------------------------------------------------------

    def identify(
        self, original: Path, mime: str, *, stop: threading.Event | None = None
    ) -> tuple[Identification, bool]:
        """Return what PRONOM calls a file, and whether that agrees with *mime*; or ``NotMade``."""
        asked = {"path": str(original.absolute())}
        answer = self._register.run("identify", asked, limits=_REGISTER, stop=stop)
        if answer.failure is not None:
            raise NotMade(answer)
        puids, mimes = list(map(str, answer.value["puids"])), list(map(str, answer.value["mimes"]))
        said = " ".join(puids) or pronom.UNKNOWN
        return (pronom.TOOL, str(answer.value["version"]), said), pronom.agree(mime, puids, mimes)

    def previews(
        self,
        leaves: Mapping[int, Leaf],
        out_dir: Path,
        *,
        notes: list[Reason] | None = None,
        stop: threading.Event | None = None,
    ) -> dict[int, Path]:
        """Make a WebP of each leaf, all children at work; what fails leaves one in *notes*."""

        def one(number: int) -> tuple[int, Path, Answer]:
            leaf = leaves[number]
            target = out_dir / f"leaf-{number:04d}.webp"
            asked = {
                "path": str(leaf.scan.absolute()),
                "page": leaf.page,
                "turn": leaf.turn,
                "target": str(target.absolute()),
            }
            return number, target, self._sandbox.run("preview", asked, limits=_PREVIEW, stop=stop)

        made: dict[int, Path] = {}
        failed: dict[str, list[int]] = {}
        with ThreadPoolExecutor(self._sandbox.workers, thread_name_prefix="preview") as threads:
            for number, target, answer in threads.map(one, sorted(leaves)):
                if answer.failure is None:
                    made[number] = target
                elif answer.failure.kind != "stopped":
                    failed.setdefault(str(answer.failure), []).append(number)
        if notes is not None:
            notes += [
                reason("no-picture", pages=ranges(numbers), why=why)
                for why, numbers in failed.items()
            ]
        return made

    def copy(
        self,
        leaves: Sequence[Leaf],
        target: Path,
        *,
        title: str,
        made_at: datetime,
        stop: threading.Event | None = None,
    ) -> Copied:
        """Make the preservation copy; raise ``NotMade`` where there is none."""
        words = target.with_name(f".{target.stem}-words.jsonl")
        with words.open("w", encoding="utf-8") as file:
            for leaf in leaves:
                json.dump(list(leaf.words), file, ensure_ascii=False, separators=(",", ":"))
                file.write("\n")
        asked = {
            "leaves": [
                {
                    "scan": str(leaf.scan.absolute()),
                    "page": leaf.page,
                    "turn": leaf.turn,
                    "source": leaf.source,
                }
                for leaf in leaves
            ],
            "words": str(words.absolute()),
            "target": str(target.absolute()),
            "title": title,
            "made_at": made_at.isoformat(),
        }
        # A page that must be drawn costs 0.3 s; children run at a lower priority.
        limits = Limits(1 << 30, 60 + len(leaves), 300.0 + 4 * len(leaves), _LARGE)
        try:
            value = self._answered("copy", asked, limits, stop)
        finally:
            words.unlink(missing_ok=True)
        return Copied(tuple(map(str, value["methods"])), tuple(map(_note, value["notes"])))

    def signatures(
        self, original: Path, *, stop: threading.Event | None = None
    ) -> tuple[SignatureState, ...]:
        """Return the state of every signature of a PDF; raise ``NotMade`` where nobody can say."""
        asked = {
            "path": str(original.absolute()),
            "anchors": str(self._anchors.absolute()) if self._anchors is not None else None,
        }
        found = self._answered("signatures", asked, _SIGNATURES, stop)
        return tuple(SignatureState.from_dict(each) for each in found)

    def part(
        self,
        original: Path,
        mime: str,
        pages: Sequence[int],
        target: Path,
        *,
        stop: threading.Event | None = None,
    ) -> tuple[Reason, ...]:
        """Write *pages* of a file to a file of their own; return notes, raise ``NotMade``."""
        asked = {
            "path": str(original.absolute()),
            "mime": mime,
            "pages": list(pages),
            "target": str(target.absolute()),
        }
        return tuple(map(_note, self._answered("part", asked, _PART, stop)["notes"]))

    def _answered(
        self, job: str, asked: Mapping[str, Any], limits: Limits, stop: threading.Event | None
    ) -> Any:
        answer = self._sandbox.run(job, asked, limits=limits, stop=stop)
        if answer.failure is not None:
            raise NotMade(answer)
        return answer.value


def _note(told: Mapping[str, Any]) -> Reason:
    """Read a note of a child; what it says is ours, only the facts are the child's."""
    code = str(told["code"])
    facts = {str(key): str(value)[:200] for key, value in told["facts"].items()}
    return reason(code, **facts) if code in NOTES else Reason("note", "{what}", {"what": code})
