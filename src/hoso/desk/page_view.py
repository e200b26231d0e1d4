"""What the page about a paper's pages shows: the pages, what was found on them, what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.page_quality import judged_of
from hoso.desk.pages import pages_read
from hoso.desk.serials import older_paper
from hoso.desk.splitting import NOT_SPLIT, parts_of, planned
from hoso.ingest import queue
from hoso.ingest.model import Judged
from hoso.ingest.splitting.cuts import Cut, proposed_cuts
from hoso.ingest.splitting.pages import PageFacts
from hoso.kernel import ids
from hoso.records.leaves import ORIGINAL, leaves_of, scans_of
from hoso.records.model import Document, Dropped, Leaf, Reason

__all__ = ["PagesView", "look"]


@dataclass(frozen=True)
class PagesView:
    """A paper with its pages as they are shown.

    :ivar leaves: which page of which scan each one is; ``pages`` what was read of it.
    :ivar gone: pages that are not shown, each once.
    :ivar cuts: where another paper seems to begin, of a scan that may be split.
    :ivar parts: what a split scan became, as far as one may see it.
    :ivar scan: the scan a part was split off; ``older`` the paper that has its serial code.
    :ivar pending: whether a split is about to be carried out.
    """

    document: Document
    leaves: tuple[Leaf, ...]
    pages: tuple[PageFacts, ...]
    gone: tuple[Dropped, ...]
    judged: Mapping[int, Judged]
    cuts: tuple[Cut, ...]
    parts: tuple[Document, ...]
    scan: Document | None
    older: Document | None
    pending: bool
    being_read: bool
    problems: tuple[Reason, ...]
    may_split: bool
    may_arrange: bool


@act("pages.seen", Permission.INTAKE_WORK)
def look(desk: Desk, document: Document) -> PagesView:
    """Return the pages of a paper with what was found on them, and where others may begin."""
    pages = pages_read(document) if document.state not in {"split", "refused"} else ()
    leaves = leaves_of(document)
    plan = planned(desk, document)
    filed = document.dossier is not None
    may_split = not filed and document.state == "waiting" and set(scans_of(document)) <= {ORIGINAL}
    number = ids.from_text(document.source.document) if document.source is not None else None
    scan = desk.site.by_id.get(number) if number else None
    return PagesView(
        document=document,
        leaves=leaves,
        pages=pages,
        gone=document.dropped,
        judged=judged_of(desk, document),
        cuts=proposed_cuts(pages) if may_split else (),
        parts=tuple(parts_of(desk, document)),
        scan=scan if isinstance(scan, Document) and desk.sees(scan) else None,
        older=older_paper(desk, document),
        pending=plan is not None,
        being_read=queue.waits(desk.root, document),
        problems=tuple(note for note in document.notes if note.code == NOT_SPLIT),
        may_split=may_split and plan is None and document.pages > 1,
        may_arrange=plan is None
        and document.state in {"waiting", "filed"}
        and (not filed or desk.may(document, Permission.DOCUMENT_EDIT)),
    )
