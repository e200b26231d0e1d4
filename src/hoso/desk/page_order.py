"""The pages of a paper: turn them, order them, leave some out, scan some again.

Only what is shown changes.  Every scan stays as it came, under its own name, and every page
of every scan is shown or dropped with a reason, so that nothing is ever lost by tidying.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act, refused
from hoso.desk.desk import Desk
from hoso.desk.pages import KeptPage, kept_pages
from hoso.desk.serials import give_serial
from hoso.desk.stubs import seal_faults
from hoso.ingest import queue
from hoso.ingest.model import Reading
from hoso.ingest.splitting.pages import facts_kept
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records import filing
from hoso.records.events import DocumentChanged
from hoso.records.leaves import ORIGINAL, arrangement_faults, leaves_of, next_scan, scans_of
from hoso.records.marking import level_of
from hoso.records.model import Document, Dropped, Leaf, Rendition
from hoso.storage.blobs import spool_bytes

__all__ = ["arrange", "plan_replacement", "planned_replacement", "replace_page", "rescan"]

_TOOL = "hoso pages 1"
_SHOWN = frozenset({"waiting", "filed"})


def _may_change(desk: Desk, document: Document, verb: str) -> None:
    """Refuse who may not describe a filed paper; in the tray whoever works there may."""
    if document.stub:
        raise Invalid(seal_faults(document, "pages"))
    if document.state not in _SHOWN:
        raise Invalid([Fault("pages", "Only a paper that waits or is filed has pages to arrange.")])
    if document.dossier is None:
        return
    decision = desk.decide(document, Permission.DOCUMENT_EDIT)
    if not decision:
        raise refused(desk, verb, document, decision)


@act("document.arranged", Permission.INTAKE_WORK)
def arrange(
    desk: Desk,
    document: Document,
    *,
    leaves: tuple[Leaf, ...],
    dropped: Mapping[tuple[str, int], str],
    revision: int,
) -> None:
    """Show the pages of a paper in another order or turn, without some; the scans stay.

    :param dropped: (scan, page) of what is not shown, with the reason.
    :raises Invalid: with every page that would be lost or shown twice.
    """
    filing.check_revision(document, revision)
    _may_change(desk, document, "document.arranged")
    gone = _dropped(desk, document, dropped)
    faults = arrangement_faults(leaves, gone, scans_of(document))
    if faults:
        raise Invalid(faults)
    if leaves == leaves_of(document):
        raise Invalid([Fault("pages", "The pages stand like this already; nothing was changed.")])
    known = _known(document)
    desk.say(
        before=_told(leaves_of(document)),
        after=_told(leaves),
        dropped=", ".join(f"{scan} {page}: {why}" for (scan, page), why in dropped.items()),
    )
    _show(desk, document, leaves, [known.get(leaf) for leaf in leaves], gone)


def _known(document: Document) -> dict[Leaf, KeptPage]:
    """Return what was read of pages as they lay, and as they were turned to be read.

    What was not read says of no scan that it is its page.
    """
    shown, kept = leaves_of(document), kept_pages(document)
    if len(shown) != len(kept):
        return {}
    turned = {
        Leaf(*page.finished["leaf"]): _upright(page) for page in kept if page.finished.get("leaf")
    }
    read = {leaf: page for leaf, page in zip(shown, kept, strict=True) if page.finished.get("leaf")}
    return turned | read


def _upright(page: KeptPage) -> KeptPage:
    # A person turned it as the reader had: what was read stands as it is.
    return replace(page, finished={**page.finished, "turn": 0})


def _told(leaves: Sequence[Leaf]) -> str:
    return ", ".join(
        f"{'' if one.scan == ORIGINAL else one.scan + ' '}{one.page}"
        + (f" ({one.turn}°)" if one.turn else "")
        for one in leaves
    )


def _dropped(
    desk: Desk, document: Document, dropped: Mapping[tuple[str, int], str]
) -> tuple[Dropped, ...]:
    before = {(one.scan, one.page): one for one in document.dropped}
    return tuple(
        before[key]
        if key in before and before[key].why == why
        else Dropped(*key, why, desk.now, desk.identity.login)
        for key, why in sorted(dropped.items())
    )


def _show(
    desk: Desk,
    document: Document,
    leaves: tuple[Leaf, ...],
    pages: Sequence[KeptPage | None],
    dropped: tuple[Dropped, ...],
) -> None:
    """Lay out what is known of the pages anew; what is not known is read, then copied."""
    document.leaves, document.dropped = leaves, dropped
    document.pages = len(leaves)
    for name in [n for n in document.renditions if n.startswith("page-") or n == "copy"]:
        del document.renditions[name]
    texts = [page.finished["text"] if page else "" for page in pages]
    words = [page.finished["words"] if page else [] for page in pages]
    facts = [facts_kept(page.finished) if page else {} for page in pages]
    _keep(desk, document, "text", "\f".join(texts).encode(), "text/plain")
    _keep(desk, document, "words", _packed(words), "application/gzip")
    _keep(desk, document, "facts", _packed({"pages": facts}), "application/gzip")
    for number, page in enumerate(pages, 1):
        if page is not None and page.picture is not None:
            name = f"page-{number:04d}"
            document.renditions[name] = _under(page.picture, name)
    reading = queue.enqueue(desk.root, document)
    reading.sources = tuple(str(one.get("source") or "") for one in facts)
    reading.problem = ""
    queue.copy_is_made(desk.root, document)
    _forget_work(desk, document)
    if whose := filing.uncompare(document):
        desk.say(**{"compared.before": whose})
    filing.touch(document, at=desk.now, by=desk.identity.login)
    desk.notify([DocumentChanged(document)])


def _forget_work(desk: Desk, document: Document) -> None:
    """Take away what a reading that was cut off left: it was of another order of pages."""
    folder = desk.house.path / "work" / document.uid

    def forget(committed: bool) -> None:  # noqa: FBT001 - ZODB's hook gives it so
        if committed:
            shutil.rmtree(folder, ignore_errors=True)

    desk.connection.transaction_manager.get().addAfterCommitHook(forget)


def _packed(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def _keep(desk: Desk, document: Document, name: str, content: bytes, mime: str) -> None:
    spooled = spool_bytes(content, desk.house.spool)
    filing.add_rendition(document, name, spooled, mime=mime, at=desk.now, tool=_TOOL)


def _under(rendition: Rendition, name: str) -> Rendition:
    """Return the same bytes under another name: a blob is never copied."""
    made = Rendition(
        name=name,
        blob=rendition.blob,
        mime=rendition.mime,
        made_at=rendition.made_at,
        made_by=rendition.made_by,
    )
    made.size, made.sha256, made.sha512 = rendition.size, rendition.sha256, rendition.sha512
    return made


# Scanned again ----------------------------------------------------------------------------


@act("document.rescanned", Permission.INTAKE_WORK)
def rescan(
    desk: Desk, document: Document, *, scan: Document, page: int = 0, revision: int | None = None
) -> None:
    """Take another scan of a paper into it; the scans it had stay, and are not shown.

    :param scan: the paper of the tray that holds the new scan; it leaves the tray.
    :param page: the page, as shown, that was scanned again; 0 for the whole paper.
    """
    filing.check_revision(document, revision)
    _may_change(desk, document, "document.rescanned")
    _take_in(desk, document, scan, page=page)


def _take_in(desk: Desk, document: Document, scan: Document, *, page: int) -> None:
    shown = leaves_of(document)
    if scan is document or not desk.sees(scan) or scan.dossier is not None:
        raise Missing
    faults = []
    if scan.state not in {"waiting", "reading"} or set(scans_of(scan)) != {ORIGINAL}:
        faults.append(Fault("scan", "The new scan must have been read, and wait in the tray."))
    if not 0 <= page <= len(shown):
        faults.append(Fault("page", "There is no page {page}.", {"page": page}))
    if faults:
        raise Invalid(faults)
    name = next_scan(document)
    fresh = {Leaf(name, one.page, one.turn): one for one in leaves_of(scan)}
    read = _known(scan)
    known = _known(document) | {
        leaf: _of_scan(read[one], name) for leaf, one in fresh.items() if one in read
    }
    first, last = (page - 1, page) if page else (0, len(shown))
    replaced = [
        Dropped(leaf.scan, leaf.page, "rescanned", desk.now, desk.identity.login)
        for leaf in shown[first:last]
    ]
    absent = [one._replace(scan=name) for one in scan.dropped]
    leaves = (*shown[:first], *fresh, *shown[last:])
    document.renditions[name] = _under(scan.renditions[ORIGINAL], name)
    before = document.level
    document.level = max(document.level, level_of(scan, desk.today))
    _retire(desk, scan, document)
    if scan.serial and not document.serial:
        give_serial(desk.site, document, scan.serial)
    desk.say(scan=scan.uid, sha256=scan.sha256, kept=name, page=page)
    gone = (*document.dropped, *replaced, *absent)
    _show(desk, document, leaves, [known.get(leaf) for leaf in leaves], gone)
    if document.level > before:
        desk.notify([DocumentChanged(document, tightens=True)])


def _of_scan(page: KeptPage, name: str) -> KeptPage:
    """Return a page as read in the tray, as the page of a scan of another paper."""
    _scan, number, turn = page.finished.get("leaf") or (ORIGINAL, page.finished["page"], 0)
    return replace(page, finished={**page.finished, "leaf": [name, number, turn]})


def _retire(desk: Desk, scan: Document, into: Document) -> None:
    """Let a scan leave the tray whose pages another paper shows now."""
    desk.move(scan, "split")
    filing.take_from_tray(desk.site, scan)
    queue.remove(desk.root, scan)
    queue.copy_is_made(desk.root, scan)
    scan.parts = (into.uid,)
    reading = queue.reading_of(desk.root, scan)
    if reading is not None:
        reading.plan = ""
    filing.touch(scan, at=desk.now, by=desk.identity.login)
    desk.notify([DocumentChanged(scan)])


@act("page.replacement-sent", Permission.INTAKE_WORK)
def plan_replacement(desk: Desk, document: Document, *, scan: Document, page: int) -> None:
    """Write down that *scan*, as soon as it is read, takes the place of a page.

    Its bytes are checked and read first, as all that comes in.
    """
    _may_change(desk, document, "page.replacement-sent")
    if not 1 <= page <= len(leaves_of(document)):
        raise Invalid([Fault("page", "There is no page {page}.", {"page": page})])
    if scan is document or scan.dossier is not None or scan.state not in {"received", "waiting"}:
        raise Invalid([Fault("file", "These bytes are here already, as another paper.")])
    reading = queue.enqueue(desk.root, scan)
    leaf = leaves_of(document)[page - 1]
    said = {"replace": document.uid, "scan": leaf.scan, "page": leaf.page}
    reading.plan = json.dumps({**said, "by": desk.identity.login})
    desk.say(page=page, scan=scan.uid)


def planned_replacement(reading: Reading | None) -> tuple[str, Leaf] | None:
    """Return which page of which paper (uid) a scan shall replace, if one."""
    said = json.loads(reading.plan) if reading is not None and reading.plan else {}
    if "replace" not in said:
        return None
    return str(said["replace"]), Leaf(str(said["scan"]), int(said["page"]))


@act("page.replaced", Permission.INTAKE_WORK)
def replace_page(desk: Desk, document: Document, *, scan: Document) -> None:
    """Let a scan that is read now take the place of the page it was sent for.

    Whoever sent it was asked whether he may; this carries out what he wrote down.
    """
    planned = planned_replacement(queue.reading_of(desk.root, scan))
    if planned is None or planned[0] != document.uid:
        raise Missing
    wanted = (planned[1].scan, planned[1].page)
    place = [(leaf.scan, leaf.page) for leaf in leaves_of(document)]
    if document.state not in _SHOWN or wanted not in place:
        raise Invalid([Fault("page", "The page it was sent for is not shown any more.")])
    _take_in(desk, document, scan, page=place.index(wanted) + 1)
