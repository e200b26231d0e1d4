"""Reading papers: the public way in, free of any database.

``Reader.inspect`` says whether a file may come in; ``Reader.read`` makes previews, text and
proposals of one that may.  Everything that touches the bytes runs in the sandbox; a page
that cannot be read leaves a note, never stops the file.  Finished pages lie in the output
folder, so that a reading that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hoso.ingest.pages.files import finished_page, page_file, preview_file, write_json
from hoso.ingest.propose.proposal import FIELDS
from hoso.ingest.propose.signer import signature_page
from hoso.ingest.sandbox import Answer, Limits, Sandbox
from hoso.ingest.verdict import MESSAGES, Reason, Verdict, reason, worst

__all__ = ["PageReading", "Reader", "Reading", "Verdict", "default_classifiers", "default_model"]

_CHECK = Limits(memory=1 << 30, cpu=20, wall=60)
_LAYER = Limits(memory=1 << 30, cpu=20, wall=60)
_RECOGNITION = Limits(memory=3 << 29, cpu=30, wall=120)
_LAYOUT = Limits(memory=1 << 30, cpu=6, wall=30)
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


@dataclass(frozen=True)
class PageReading:
    """One page as read.

    *source* is ``layer`` (its own text), ``converted`` (text of an old encoding), ``ocr`` or
    ``none``.  *words* are [text, confidence 0..100, box in fractions, line, ...].  Of scans
    there are also: *findings*, what a person should look at, each {"code", "value", "box"};
    *codes*, the codes printed on the page, each {"format", "text", "box"}; *print*, 64 bits in
    hexadecimal that are nearly the same for pictures that look the same; *dpi*; *confidence*,
    the mean of the recognised words, 0 to 100.  Unknown is None.
    """

    number: int
    source: str
    words: Sequence[Sequence[Any]] = ()
    text: str = ""
    preview: Path | None = None
    turn: int = 0
    notes: tuple[str, ...] = ()
    findings: tuple[Mapping[str, Any], ...] = ()
    codes: tuple[Mapping[str, Any], ...] = ()
    print: str | None = None
    dpi: float | None = None
    confidence: float | None = None


@dataclass(frozen=True)
class Reading:
    """All pages, and what the rules propose; *complete* is False where it was stopped."""

    pages: tuple[PageReading, ...]
    proposals: Mapping[str, Mapping[str, Any] | None] = field(
        default_factory=lambda: dict.fromkeys(FIELDS)
    )
    type_proposal: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    complete: bool = True

    @property
    def text(self) -> str:
        """The text of all pages, a form feed between two."""
        return "\f".join(page.text for page in self.pages)


OnPage = Callable[[PageReading, int], None]


class Reader:
    """Reads files through a sandbox by rule data and a recognition model; safe from any thread."""

    def __init__(self, sandbox: Sandbox, classifiers: Path, model_dir: Path) -> None:
        self._sandbox = sandbox
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
    ) -> Reading:
        """Read all pages of an accepted file into *out_dir* and propose.

        *on_page* is called with each finished page and the number of pages, from this thread;
        *document_types* are the phrases of each statutory component.  With *stop* set, what
        is finished is kept and the answer is not complete.
        """
        source = os.path.abspath(os.fspath(path))  # noqa: PTH100
        mime, total = verdict.mime or "", verdict.pages or 0
        out_dir.mkdir(parents=True, exist_ok=True)
        done = {
            number: page
            for number in range(1, total + 1)
            if (page := _kept(out_dir, number)) is not None
        }
        for page in done.values():
            if on_page is not None:
                on_page(page, total)
        left = [number for number in range(1, total + 1) if number not in done]
        with ThreadPoolExecutor(self._sandbox.workers, thread_name_prefix="page") as threads:
            waiting: dict[Future[PageReading | None], int] = {
                threads.submit(self._page, source, mime, number, out_dir, stop): number
                for number in left
            }
            for finished in as_completed(waiting):
                read = finished.result()
                if read is None:
                    continue
                done[read.number] = read
                if on_page is not None:
                    on_page(read, total)
        pages = tuple(done[number] for number in sorted(done))
        if len(pages) < total or (stop is not None and stop.is_set()):
            return Reading(pages, complete=False)
        notes = self._lay_out(source, mime, pages, out_dir)
        return self._propose(source, mime, pages, out_dir, notes, document_types)

    def _page(
        self, path: str, mime: str, number: int, out: Path, stop: threading.Event | None
    ) -> PageReading | None:
        """Read one page: its layer, else its picture; None only where it was stopped."""
        if stop is not None and stop.is_set():
            return None
        task = {"path": path, "mime": mime, "page": number, "out": str(out)}
        answer = self._sandbox.run("page", task, limits=_LAYER, stop=stop)
        notes: list[str] = []
        if answer.failure is None:
            notes = list(answer.value["notes"])
            if answer.value["done"]:
                return _kept(out, number)
        elif answer.failure.kind != "stopped":
            notes = [f"text layer skipped: {answer.failure}"]
        if stop is not None and stop.is_set():
            return None
        task |= {"model": str(self._model), "notes": notes}
        answer = self._sandbox.run("recognise", task, limits=_RECOGNITION, stop=stop)
        if answer.failure is None:
            return _kept(out, number)
        if answer.failure.kind == "stopped":
            return None
        return _keep_failed(out, number, [*notes, f"not recognised: {answer.failure}"])

    def _lay_out(self, path: str, mime: str, pages: Sequence[PageReading], out: Path) -> list[str]:
        """Have pdfminer.six lay out the first and the signature page of a born-digital PDF."""
        if mime != "application/pdf" or not pages:
            return []
        wanted = {1, signature_page([page.text for page in pages]) or 1}
        chosen = [
            page.number
            for page in pages
            if page.number in wanted
            and page.source in {"layer", "converted"}
            and not (out / f"layout-{page.number:04d}.json").exists()
        ]
        if not chosen:
            return []
        encodings = {
            note.rpartition(" ")[2]
            for page in pages
            for note in page.notes
            if page.source == "converted" and note.startswith("text converted from ")
        }
        answer = self._sandbox.run(
            "layout",
            {
                "path": path,
                "pages": chosen,
                "out": str(out),
                "encoding": min(encodings) if encodings else None,
            },
            limits=_LAYOUT,
        )
        return [] if answer.failure is None else [f"layout skipped: {answer.failure}"]

    def _propose(
        self,
        path: str,
        mime: str,
        pages: tuple[PageReading, ...],
        out: Path,
        notes: list[str],
        document_types: Mapping[str, Sequence[str]] | None,
    ) -> Reading:
        answer = self._sandbox.run(
            "propose",
            {
                "path": path,
                "mime": mime,
                "out": str(out),
                "pages": len(pages),
                "classifiers": str(self._classifiers),
                "model": str(self._model),
                "document_types": {key: list(each) for key, each in (document_types or {}).items()},
            },
            limits=_RECOGNITION,
        )
        if answer.failure is not None:
            return Reading(pages, notes=(*notes, f"no proposals: {answer.failure}"))
        return Reading(
            pages, answer.value["proposals"], answer.value["type_proposal"], tuple(notes)
        )


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
    )


def _with_name(verdict: Verdict, name: str) -> Verdict:
    """Add a note where the name says another kind than the content; nothing else comes of it."""
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122
    known = _SUFFIXES.get(verdict.mime or "")
    if known is None or suffix in known or not suffix:
        return verdict
    said = suffix.encode("utf-8", "backslashreplace").decode("utf-8")[:20]
    note = reason("name-differs", said=said, found=verdict.mime)
    return Verdict(
        verdict.outcome,
        verdict.mime,
        verdict.puid,
        verdict.pages,
        verdict.sha256,
        verdict.reasons,
        (*verdict.notes, note),
        verdict.signed,
    )


def _digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kept(out: Path, number: int) -> PageReading | None:
    """Return a page finished before; None where there is none, or half of one."""
    try:
        data = json.loads(page_file(out, number).read_text(encoding="utf-8"))
        preview = out / data["preview"] if data["preview"] else None
        return PageReading(
            int(data["page"]),
            str(data["source"]),
            data["words"],
            str(data["text"]),
            preview if preview is not None and preview.exists() else None,
            int(data.get("turn", 0)),
            tuple(map(str, data["notes"])),
            tuple(data.get("findings", ())),
            tuple(data.get("codes", ())),
            data.get("print"),
            data.get("dpi"),
            data.get("confidence"),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep_failed(out: Path, number: int, notes: list[str]) -> PageReading:
    """Keep a page that could not be read, so that it is not tried for ever."""
    preview = preview_file(out, number)
    kept = preview.name if preview.exists() else None
    write_json(page_file(out, number), finished_page(number, preview=kept, notes=notes))
    return PageReading(
        number, "none", preview=preview if kept is not None else None, notes=tuple(notes)
    )
