"""What the house knows of a record beside the record itself: forgotten, and noted again.

Each part keeps its own lists by record id.  Where a dossier or a paper goes into the bin all must
let go of it, or somebody would still be told of it; where it comes back, all must know it again;
and where it is destroyed, what they keep of its papers' bytes and words goes too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hoso.access import grants
from hoso.desk import keeping, learning
from hoso.desk.desk import Desk
from hoso.desk.disposing_asking import dossier_around, papers_of
from hoso.desk.mark_register import forget as forget_marks
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.personnel.forecast import note_birth
from hoso.personnel.model import careers_of
from hoso.records import filing
from hoso.records.destroying import (
    blobs_of,
    digests_of,
    drop_scan,
    put_back,
    scans_behind,
    take_out,
)
from hoso.records.events import DocumentChanged, DossierChanged, Moved
from hoso.records.model import Comparing, Document, Dossier
from hoso.retention import contents, holds
from hoso.retention.disposing import book
from hoso.retention.interfaces import IHoldsCopies
from hoso.search.changes import note_change
from hoso.stacks.places import holding_of, lay_back, stacks_of
from hoso.storage.shredding import oid_of

__all__ = ["Gone", "destroy", "into_bin", "out_of_bin"]

#: Records in one note to the index.
_AT_ONCE = 500


def into_bin(desk: Desk, record: Dossier | Document) -> None:
    """Take a dossier or one paper out of the tree and out of every list; its bytes stay.

    A hold that somebody commits meanwhile lets this transaction fail: it is judged anew.
    """
    root = desk.root
    holds.stay_current(root["retention-holds"])
    papers = take_out(desk.site, record)
    if isinstance(record, Dossier):
        keeping.forget(root, record)
        if root.get("personnel") is not None:
            note_birth(careers_of(root), record.id, "")
    else:
        contents.take_out(root["retention-contents"], record.id)
    waiting: Comparing | None = root.get("comparing")
    for one in dict.fromkeys((record, *papers)):
        forget_marks(root, one)
        grants.forget(root, one)
    for paper in papers:
        if waiting is not None:
            waiting.take_out(paper.id)
        queue.remove(root, paper)
        queue.copy_is_made(root, paper)
        queue.nothing_sent_back(root, paper)
    if isinstance(record, Document):
        _lies_otherwise(desk, record)
    _tell_index(desk, record, papers)


def out_of_bin(desk: Desk, record: Dossier | Document) -> None:
    """Put a dossier or a paper back into the tree and onto every list it belongs on."""
    root = desk.root
    papers = put_back(desk.site, record)
    for one in dict.fromkeys((record, *papers)):
        grants.index(root, one)
    for paper in papers:
        if "copy" not in paper.renditions and not paper.stub:
            queue.ask_for_copy(root, paper)
    # Each paper is news to whoever keeps a list of papers.
    around = [Moved(record)] if isinstance(record, Dossier) else []
    desk.notify([*around, *map(DocumentChanged, papers)])
    if isinstance(record, Document):
        _lies_otherwise(desk, record)
    _tell_index(desk, record, papers)


def _lies_otherwise(desk: Desk, paper: Document) -> None:
    """Tell whoever leans on a dossier that other papers lie in it now."""
    dossier = paper.dossier
    if dossier is not None:
        filing.touch(dossier, at=desk.now, by=desk.identity.login)
        desk.notify([DossierChanged(dossier)])


def _tell_index(desk: Desk, record: Dossier | Document, papers: Sequence[Document]) -> None:
    # One by one, not as "a dossier and all in it": it is not there to be asked what is in it.
    known = sorted({record.id, *(paper.id for paper in papers)})
    for start in range(0, len(known), _AT_ONCE):
        note_change(desk.root, known[start : start + _AT_ONCE])


class Gone:
    """What goes with a dossier or a paper.

    :ivar oids: of the blobs whose files are to be removed; ``shared`` of those that stay.
    :ivar digests: of the same files, for the second copy to let go of them.
    :ivar scans: uids of scans that held nothing but its papers; ``scans_kept`` of those that
        hold papers of others too and stay until the last of them goes.
    :ivar copies: how many papers of the same bytes stay in other dossiers.
    """

    def __init__(self) -> None:
        self.oids: set[bytes] = set()
        self.shared: set[bytes] = set()
        self.digests: set[str] = set()
        self.scans: list[str] = []
        self.scans_kept: list[str] = []
        self.copies = 0


def destroy(desk: Desk, record: Dossier | Document, *, why: str) -> Gone:
    """Let go of everything there is of a record in the bin, and say whose files are to go.

    A hold that somebody commits meanwhile lets this transaction fail: it is judged anew.

    :param why: what the paper store shall say of where its sheets were.
    """
    root, papers, gone = desk.root, papers_of(record), Gone()
    holds.stay_current(root["retention-holds"])
    dossier = dossier_around(record)
    own = {paper.id for paper in papers}
    for paper in papers:
        _files_go(paper, gone)
        for scan in {scan.id: scan for scan in scans_behind(desk.site, paper)}.values():
            _scan_goes(desk, scan, own, gone, record=record.id)
        learning.unlearn(desk, paper)
        queue.intake_of(root).readings.pop(paper.id, None)
    for number in sorted({record.id, *own}):
        _leave_the_store(desk, number, why)
    for name in desk.house.plugins.names(IHoldsCopies):
        keeper = desk.house.plugins.get(IHoldsCopies, name)
        gone.oids.update(map(oid_of, keeper.forget(root, dossier, papers)))
    gone.oids -= gone.shared
    # What stays elsewhere under the same bytes stays in the second copy too; what is not known
    # to stay and does is put there again by the next round of reading.
    gone.digests = {one for one in gone.digests if not _stays(desk, one, own)}
    gone.copies = sum(1 for paper in papers for _ in _same_bytes(desk, paper))
    return gone


def _stays(desk: Desk, digest: str, own: set[int]) -> bool:
    keys = desk.site.by_digest.values(digest, f"{digest};", excludemax=True)
    return any(number not in own for number in keys)


def _files_go(document: Document, gone: Gone) -> None:
    gone.oids.update(map(oid_of, blobs_of(document)))
    gone.digests.update(digests_of(document))


def _same_bytes(desk: Desk, paper: Document) -> Iterator[Document]:
    site = desk.site
    for number in site.by_digest.values(paper.sha256, f"{paper.sha256};", excludemax=True):
        other = site.by_id.get(number)
        if isinstance(other, Document) and other.state not in {"refused", "split"}:
            yield other


def _scan_goes(desk: Desk, scan: Document, own: set[int], gone: Gone, *, record: int) -> None:
    """Let a scan go with its last paper; where it holds papers of others it is named."""
    if scan.uid in gone.scans or scan.uid in gone.scans_kept:
        return
    if any(_is_left(desk, uid, own) for uid in scan.parts):
        gone.scans_kept.append(scan.uid)
        gone.shared.update(map(oid_of, blobs_of(scan)))
        return
    _files_go(scan, gone)
    queue.remove(desk.root, scan)
    queue.intake_of(desk.root).readings.pop(scan.id, None)
    drop_scan(desk.site, scan)
    note_change(desk.root, [scan.id])
    gone.scans.append(scan.uid)
    # A scan of scans asks what became of this one.
    book.book_of(desk.root).papers[scan.id] = record


def _is_left(desk: Desk, uid: str, own: set[int]) -> bool:
    """Say whether a part of a scan is still kept anywhere, the bin included."""
    number = ids.from_text(uid) or 0
    kept = book.book_of(desk.root)
    if number in own or number in kept.papers or number in kept.destroyed:
        return False
    part = desk.site.by_id.get(number)
    if isinstance(part, Document) and part.state == "split":
        return any(_is_left(desk, below, own) for below in part.parts)
    return not (isinstance(part, Document) and part.state == "refused")


def _leave_the_store(desk: Desk, number: int, why: str) -> None:
    if desk.root.get("stacks") is None:
        return
    holding = holding_of(stacks_of(desk.root), number)
    if holding is not None and holding.place is not None:
        lay_back(holding, why=why, at=desk.now, by=desk.identity.login)
