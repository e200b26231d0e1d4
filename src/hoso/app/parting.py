"""Carry out what was planned for the pages of a scan: make the files of its parts.

The files are made in the sandbox, outside any transaction, and counted by other code than
made them; one transaction then takes all parts in.  What was read of the pages goes along, so
that only proposals are made anew.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.app.house import House
from hoso.app.machine import at_paper
from hoso.desk import page_order, splitting
from hoso.desk.desk import Desk
from hoso.desk.pages import KeptPage, kept_pages
from hoso.desk.parts import MadePart
from hoso.ingest import queue
from hoso.ingest.pages.files import PICTURES, page_file, write_json
from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Limits, Sandbox
from hoso.ingest.splitting.plan import Part, Plan
from hoso.kernel import ids
from hoso.kernel.errors import HosoError, Missing
from hoso.records.model import Document, Reason
from hoso.storage.blobs import Spooled, spool

__all__ = ["Parting", "lay_pages"]

log = logging.getLogger(__name__)

_MAKE = Limits(memory=1 << 30, cpu=60, wall=120, file_size=1 << 30)
_ENDINGS = {mime: ending for ending, mime in PICTURES.items()}


class _Impossible(Exception):
    """A part could not be made; the scan stays as it is and a person is told."""


@dataclass(frozen=True)
class _Task:
    """What there is to do, read in one transaction."""

    plan: Plan
    original: Path
    mime: str
    pages: Sequence[KeptPage]


class Parting:
    """Makes parts of scans for one site, through the readers' sandbox."""

    def __init__(self, house: House, sandbox: Sandbox, reader: Reader) -> None:
        self.house = house
        self._sandbox = sandbox
        self._reader = reader

    def carry_out(self, document: int) -> str:
        """Split a scan as planned; return the state it is in afterwards, "" without a plan.

        A scan that was sent for a page of another paper takes its place there instead.
        """
        task: _Task | None = at_paper(self.house, document, _task, note="plan looked at")
        if task is None:
            return self._replace(document)
        folder = self.house.path / "work" / ids.to_text(document) / "parts"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        made: list[MadePart] = []
        try:
            for number, part in enumerate(task.plan.parts, 1):
                made.append(self._make(task, part, folder / f"part-{number:04d}"))
            state = at_paper(self.house, document, _splitting(self.house, task, made), note="split")
        except (_Impossible, HosoError) as why:
            log.warning("a scan was not split: %s", why)
            state = at_paper(self.house, document, _given_up(why), note="not split")
        finally:
            # What was committed has a link of its own.
            for one in made:
                one.spooled.discard()
            shutil.rmtree(folder.parent, ignore_errors=True)
        return str(state)

    def _replace(self, document: int) -> str:
        try:
            return str(at_paper(self.house, document, _replaced, note="page replaced") or "")
        except HosoError as why:
            log.warning("a page was not replaced: %s", why)
            return str(at_paper(self.house, document, _given_up(why), note="not replaced"))

    def _make(self, task: _Task, part: Part, target: Path) -> MadePart:
        arguments = {
            "path": str(task.original),
            "mime": task.mime,
            "pages": list(part.pages),
            "target": str(target),
        }
        answer = self._sandbox.run("part", arguments, limits=_MAKE)
        if answer.failure is not None:
            raise _Impossible(str(answer.failure))
        # Counted by the gate, as in every file that comes in: it did not make the part.
        verdict = self._reader.inspect(target, digest=False)
        with target.open("rb") as stream:
            spooled: Spooled = spool(stream, self.house.spool, limit=1 << 40)
        return MadePart(spooled, verdict.pages or 0)


def _task(desk: Desk, document: Document) -> _Task | None:
    plan = splitting.planned(desk, document)
    original = document.renditions.get("original")
    if plan is None or original is None:
        return None
    if document.dossier is not None or document.state not in {"reading", "waiting"}:
        # Filed, or set aside, since it was planned: the paper stays whole.
        splitting.give_up(desk, document, reasons=[_reason(splitting.MEANWHILE, {})])
        return None
    path = Path(original.blob.committed())
    return _Task(plan, path, document.mime, kept_pages(document))


def _replaced(desk: Desk, document: Document) -> str:
    """Put a scan that was read in the place of the page it was sent for."""
    reading = queue.reading_of(desk.root, document)
    planned = page_order.planned_replacement(reading)
    if planned is None or reading is None or not reading.ended_at:
        return ""
    paper = desk.site.by_id.get(ids.from_text(planned[0]) or 0)
    if not isinstance(paper, Document):
        raise Missing
    page_order.replace_page(desk, paper, scan=document)
    return document.state


def _splitting(
    house: House, task: _Task, made: Sequence[MadePart]
) -> Callable[[Desk, Document], str]:
    def work(desk: Desk, document: Document) -> str:
        if splitting.planned(desk, document) != task.plan:
            # Planned anew while the files were made: it stands in the queue still.
            return document.state
        done = splitting.split(desk, document, plan=task.plan, made=made)
        for part, one in zip(task.plan.parts, done.parts, strict=True):
            if one.outcome == "received":
                # Where this commit meets another, the folder is nobody's and is swept.
                lay_pages(house.path / "work" / one.document.uid, task.pages, part)
        return document.state

    return work


def _given_up(why: Exception) -> Callable[[Desk, Document], str]:
    reasons = [_reason(one.message, one.facts) for one in getattr(why, "faults", ())[:5]]
    if not reasons and isinstance(why, HosoError):
        reasons = [_reason(why.text, why.facts)]
    elif not reasons:
        reasons = [_reason(splitting.NOT_MADE, {})]

    def work(desk: Desk, document: Document) -> str:
        splitting.give_up(desk, document, reasons=reasons)
        return document.state

    return work


def _reason(message: str, facts: Mapping[str, Any]) -> Reason:
    plain = {key: one for key, one in facts.items() if isinstance(one, str | int | float)}
    return Reason(splitting.NOT_SPLIT, message, tuple(sorted(plain.items())))


def lay_pages(folder: Path, pages: Sequence[KeptPage], part: Part) -> None:
    """Lay what was read of a part's pages where its reading begins.

    Pages that are turned now are left out: they are read again, upright.
    """
    if not pages:
        return
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for place, source in enumerate(part.pages):
        if part.turn_of(place):
            continue
        lay_page(folder, place + 1, pages[source - 1])


def lay_page(folder: Path, number: int, page: KeptPage) -> None:
    """Lay one page as finished, under the number it has now."""
    facts = {**page.finished, "page": number, "preview": None}
    if page.file is not None and page.mime in _ENDINGS:
        facts["preview"] = f"page-{number:04d}{_ENDINGS[page.mime]}"
        shutil.copyfile(page.file, folder / facts["preview"])
    write_json(page_file(folder, number), facts)
