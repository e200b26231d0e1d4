"""Reading papers: the public way in, free of any database.

``Reader.inspect`` says whether a file may come in; ``Reader.read`` makes previews, text and
proposals of one that may.  Everything that touches the bytes runs in the sandbox; a page
that cannot be read leaves a note, never stops the file.  Finished pages lie in the output
folder, so that a reading that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from hoso.ingest.page_readings import PageReading, Reading, keep_failed, kept, kept_of
from hoso.ingest.pages.likeness import likenesses
from hoso.ingest.pages.limits import limits_in
from hoso.ingest.sandbox import Answer, Limits, Sandbox
from hoso.ingest.verdict import MESSAGES, Reason, Verdict, reason, worst

__all__ = ["PageReading", "Reader", "Reading", "Verdict", "default_classifiers", "default_model"]

_CHECK = Limits(memory=1 << 30, cpu=20, wall=60)
_LAYER = Limits(memory=1 << 30, cpu=20, wall=60)
_RECOGNITION = Limits(memory=3 << 29, cpu=30, wall=120)
_SECOND = Limits(memory=1 << 30, cpu=6, wall=30)
_TOGETHER = 16  # pages of one message: a round trip costs as much as two of them
_SUFFIXES = {
    "application/pdf": {".pdf"},
    "image/jpeg": {".jpg", ".jpeg", ".jpe", ".jfif"},
    "image/png": {".png"},
    "image/tiff": {".tif", ".tiff"},
    "text/plain": {".txt", ".text", ".md"},
}


def default_model() -> Path:
    """Return where the build puts the recognition model."""
    return Path(os.environ.get("HOSO_HOME", ".")) / "parts" / "tessdata"


def default_classifiers() -> Path:
    """Return the rule data that comes with the program."""
    return Path(os.environ.get("HOSO_HOME", ".")) / "catalogs" / "classifiers"


OnPage = Callable[[PageReading, int], None]


class Reader:
    """Reads files through a sandbox by rule data and a recognition model; safe from any thread."""

    def __init__(
        self, sandbox: Sandbox, classifiers: Path, model_dir: Path, *, second_reader: str = ""
    ) -> None:
        """Read with the rules in *classifiers* and the model in *model_dir*.

        *second_reader* names who is asked again about faded pages (``pages.opinion``).
        """
        self._sandbox = sandbox
        self._second_reader = second_reader
        self._classifiers = Path(classifiers).absolute()
        self._model = Path(model_dir).absolute()

    # --- the gate ------------------------------------------------------------------------

    def inspect(
        self, path: str | os.PathLike[str], *, name: str | None = None, digest: bool = True
    ) -> Verdict:
        """Say what the file is and whether it may come in; never raises for a bad file.

        *name* is what the sender called it, only for a note; *digest* adds the SHA-256.
        """
        given = os.fspath(path)
        try:
            status = os.stat(given)  # noqa: PTH116 -- names need not be text
            readable = stat.S_ISREG(status.st_mode) and os.access(given, os.R_OK)
        except (OSError, ValueError):
            readable = False
        if not readable:
            return Verdict("refused", reasons=(reason("not-a-file"),))
        try:
            sha256 = _digest(given) if digest else None
        except OSError:
            return Verdict("refused", reasons=(reason("not-a-file"),))
        answer = self._sandbox.run("inspect", {"path": os.path.abspath(given)}, limits=_CHECK)  # noqa: PTH100
        if answer.failure is not None:
            return self._unchecked(given, answer, sha256)
        verdict = _verdict(answer.value, sha256)
        try:
            now = os.stat(given)  # noqa: PTH116
        except OSError:
            now = None
        if now is None or (now.st_size, now.st_mtime_ns) != (status.st_size, status.st_mtime_ns):
            return Verdict("refused", verdict.mime, reasons=(reason("changed"),))
        return _with_name(verdict, name if name is not None else os.path.basename(given))  # noqa: PTH119

    def _unchecked(self, path: str, answer: Answer, sha256: str | None) -> Verdict:
        """Make a verdict of a death: by the raw bytes where they explain it."""
        explained = self._sandbox.run("explain", {"path": os.path.abspath(path)}, limits=_CHECK)  # noqa: PTH100
        if explained.failure is None and explained.value:
            found = Reason.from_dict(explained.value)
        else:
            found = reason("checker-gave-up", what=str(answer.failure))
        return Verdict(worst([found]), sha256=sha256, reasons=(found,))

    # --- pages ---------------------------------------------------------------------------

    def read(
        self,
        path: str | os.PathLike[str],
        verdict: Verdict,
        out_dir: Path,
        *,
        on_page: OnPage | None = None,
        stop: threading.Event | None = None,
        document_types: Mapping[str, Sequence[str]] | None = None,
        signers: Sequence[str] = (),
    ) -> Reading:
        """Read all pages of an accepted file into *out_dir* and propose.

        *on_page* is called with each finished page and the number of pages, from this thread;
        *document_types* are the phrases of each statutory component; *signers* the names of
        people known to sign, as one of whom a name half hidden by a stamp is recognised.  With
        *stop* set, what is finished is kept and the answer is not complete.
        """
        source = os.path.abspath(os.fspath(path))  # noqa: PTH100
        mime, total = verdict.mime or "", verdict.pages or 0
        out_dir.mkdir(parents=True, exist_ok=True)
        done = {
            number: page
            for number in range(1, total + 1)
            if (page := kept(out_dir, number)) is not None
        }
        for page in done.values():
            if on_page is not None:
                on_page(page, total)
        left = [number for number in range(1, total + 1) if number not in done]
        proposed: Mapping[str, Any] | None = None
        rules = self._rules(document_types, signers)
        paper = _Paper(source, mime, out_dir, stop)
        for read in self._readings(paper, left, None if done else rules):
            proposed = read.proposed or proposed
            for page in read.done:
                done[page.number] = page
                if on_page is not None:
                    on_page(page, total)
        pages = self._compared([done[number] for number in sorted(done)])
        if len(pages) < total or (stop is not None and stop.is_set()):
            return Reading(pages, complete=False)
        return self._propose(paper, pages, proposed, rules)

    def _readings(
        self, paper: _Paper, left: Sequence[int], proposing: Mapping[str, Any] | None
    ) -> Iterator[_Read]:
        """Give the pages as they are read: their own text first, the rest recognised."""
        parts = [left[at : at + _TOGETHER] for at in range(0, len(left), _TOGETHER)]
        scanned: Mapping[int, list[str]] = {}
        if paper.mime.startswith("image/"):
            parts, scanned = [], {number: [] for number in left}
        elif len(parts) == 1:
            # Most papers end here; threads would cost them a tenth of their time.
            read = self._layers(paper, parts.pop(), proposing)
            yield read
            scanned = read.left
        if not parts and not scanned:
            return
        with ThreadPoolExecutor(self._sandbox.workers, thread_name_prefix="page") as threads:
            waiting = {threads.submit(self._layers, paper, some) for some in parts}
            while waiting or scanned:
                waiting |= {
                    threads.submit(self._recognise, paper, number, notes)
                    for number, notes in scanned.items()
                }
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                reads = [each.result() for each in finished]
                yield from reads
                scanned = {number: notes for read in reads for number, notes in read.left.items()}

    def _layers(
        self, paper: _Paper, numbers: Sequence[int], proposing: Mapping[str, Any] | None = None
    ) -> _Read:
        """Read the text that pages bring along, and propose from it where it is all there is.

        Where that kills the reader, the pages are read one by one, so that the others are not
        lost; the one that does it is left to the second reader, then to recognition.
        """
        if paper.stopped:
            return _Read()
        task = {"path": paper.path, "mime": paper.mime, "pages": numbers, "out": str(paper.out)}
        answer = self._sandbox.run(
            "layers", task | {"proposing": proposing}, limits=_LAYER, stop=paper.stop
        )
        if answer.failure is None:
            value = answer.value
            left = {int(number): list(notes) for number, notes in value["left"].items()}
            return _Read(kept_of(paper.out, value["done"]), left, value.get("proposed"))
        if answer.failure.kind == "stopped":
            return _Read()
        if len(numbers) > 1:
            each = [self._layers(paper, [number]) for number in numbers]
            return _Read(
                tuple(page for read in each for page in read.done),
                {number: notes for read in each for number, notes in read.left.items()},
            )
        notes = [f"text layer skipped: {answer.failure}"]
        return self._second(paper, numbers[0], notes)

    def _second(self, paper: _Paper, number: int, notes: list[str]) -> _Read:
        """Have pdfminer.six read a page that PDFium failed on."""
        task = {"path": paper.path, "pages": [number], "out": str(paper.out), "notes": notes}
        if paper.mime == "application/pdf":
            answer = self._sandbox.run("second", task, limits=_SECOND, stop=paper.stop)
            if answer.failure is None and answer.value["done"]:
                return _Read(kept_of(paper.out, [number]))
        return _Read(left={number: notes})

    def _recognise(self, paper: _Paper, number: int, notes: list[str]) -> _Read:
        """Recognise the picture of a page; nothing is done where it was stopped."""
        if paper.stopped:
            return _Read()
        answer = self._sandbox.run(
            "recognise",
            {
                "path": paper.path,
                "mime": paper.mime,
                "page": number,
                "out": str(paper.out),
                "model": str(self._model),
                "notes": notes,
                "classifiers": str(self._classifiers),
                "second_reader": self._second_reader,
            },
            limits=_RECOGNITION,
            stop=paper.stop,
        )
        if answer.failure is None:
            return _Read(kept_of(paper.out, [number]))
        if answer.failure.kind == "stopped":
            return _Read()
        # A page whose own words were kept is not lost with its picture.
        failed = kept(paper.out, number) or keep_failed(
            paper.out, number, [*notes, f"not recognised: {answer.failure}"]
        )
        return _Read((failed,))

    def _compared(self, pages: Sequence[PageReading]) -> tuple[PageReading, ...]:
        """Add to the findings of each page that it looks like an earlier one."""
        limits = limits_in(str(self._classifiers))
        alike = likenesses(
            [page.print for page in pages],
            duplicate=limits.duplicate,
            neighbour=limits.neighbour,
        )
        compared = list(pages)
        for each in alike:
            page = compared[each.page - 1]
            finding = {
                "code": "duplicate-page" if each.same else "like-neighbour",
                "value": pages[each.other - 1].number,
                "box": None,
            }
            compared[each.page - 1] = replace(page, findings=(*page.findings, finding))
        return tuple(compared)

    # --- proposals -----------------------------------------------------------------------

    def _rules(
        self, document_types: Mapping[str, Sequence[str]] | None, signers: Sequence[str]
    ) -> dict[str, Any]:
        return {
            "classifiers": str(self._classifiers),
            "document_types": {key: list(each) for key, each in (document_types or {}).items()},
            "signers": list(signers),
        }

    def _propose(
        self,
        paper: _Paper,
        pages: tuple[PageReading, ...],
        proposed: Mapping[str, Any] | None,
        rules: Mapping[str, Any],
    ) -> Reading:
        task = {
            "path": paper.path,
            "mime": paper.mime,
            "out": str(paper.out),
            "pages": len(pages),
            "model": str(self._model),
            **rules,
        }
        notes: tuple[str, ...] = ()
        if proposed is None:
            answer = self._sandbox.run("propose", task, limits=_RECOGNITION)
            if answer.failure is not None:
                notes = (f"no closer look at the scan: {answer.failure}",)
                answer = self._sandbox.run("propose", task | {"closer": False}, limits=_LAYER)
            if answer.failure is not None:
                return Reading(pages, notes=(f"no proposals: {answer.failure}",))
            proposed = cast("Mapping[str, Any]", answer.value)
        if proposed["doubtful"] and paper.mime == "application/pdf":
            proposed, more = self._settled(paper, task, proposed)
            notes += more
        return Reading(pages, proposed["proposals"], proposed["type_proposal"], notes)

    def _settled(
        self, paper: _Paper, task: Mapping[str, Any], first: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """Propose again from a second reading of a first page whose head made no sense."""
        task_of_second = {
            "path": paper.path, "pages": [1], "out": str(paper.out), "notes": [], "beside": True
        }  # fmt: skip
        answer = self._sandbox.run("second", task_of_second, limits=_SECOND)
        if answer.failure is not None:
            return first, (f"second reading skipped: {answer.failure}",)
        again = self._sandbox.run("propose", task, limits=_RECOGNITION)
        if again.failure is None and _filled(again.value) > _filled(first):
            return again.value, ("head of the first page read by pdfminer.six",)
        return first, ()


@dataclass(frozen=True)
class _Paper:
    """What is being read, and where its pages go."""

    path: str
    mime: str
    out: Path
    stop: threading.Event | None

    @property
    def stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()


@dataclass(frozen=True)
class _Read:
    """Pages done; notes on those that are left, by number; proposals where they were made."""

    done: tuple[PageReading, ...] = ()
    left: Mapping[int, list[str]] = field(default_factory=dict)
    proposed: Mapping[str, Any] | None = None


def _filled(proposed: Mapping[str, Any]) -> int:
    return sum(value is not None for value in proposed["proposals"].values())


def _verdict(value: Mapping[str, Any], sha256: str | None) -> Verdict:
    reasons = tuple(map(Reason.from_dict, value["reasons"]))
    return Verdict(
        # The child's own word is not taken: the outcome follows from the reasons.
        worst([each for each in reasons if each.code in MESSAGES]),
        value["mime"],
        value["puid"],
        value["pages"],
        sha256,
        reasons,
        tuple(map(Reason.from_dict, value["notes"])),
        bool(value["signed"]),
        tuple((str(tool), str(version), str(said)) for tool, version, said in value["identified"]),
    )


def _with_name(verdict: Verdict, name: str) -> Verdict:
    """Add a note where the name says another kind than the content; nothing else comes of it."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    known = _SUFFIXES.get(verdict.mime or "")
    if known is None or suffix in known or not suffix:
        return verdict
    said = suffix.encode("utf-8", "backslashreplace").decode("utf-8")[:20]
    note = reason("name-differs", said=said, found=verdict.mime)
    return replace(verdict, notes=(*verdict.notes, note))


def _digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()
