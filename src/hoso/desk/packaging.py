"""The package of a dossier as this desk may make it, and the signature of the site on it.

Everything in it is as of the last change of the dossier or of a paper in it, so it is the same
whenever it is made.  Its extract of the journal ends there too; it is final once that day of the
journal is closed, and what its maker may not audit is in it by digest only.
"""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from hoso.access.permissions import Permission
from hoso.audit.entry import Entry
from hoso.audit.export import Wanted, write
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.desk.journal import in_scope
from hoso.desk.keeping import decision_of
from hoso.kernel import ids
from hoso.kernel.clock import civil_date
from hoso.preservation.gather import Around, frozen_at, gather
from hoso.preservation.package import Kept, Package, Parties
from hoso.records.model import Batch, Document, Dossier
from hoso.retention.explaining import lines

__all__ = ["package_of", "papers_of", "signer_here"]

#: Profiles that carry the extract of the journal.
_WITH_JOURNAL = "eark-"


def papers_of(desk: Desk, dossier: Dossier) -> tuple[list[Document], int]:
    """Return the papers one may hand over, and how many are kept as a description only."""
    known = [d for d in visible_documents(desk, dossier) if desk.may(d, Permission.DOCUMENT_READ)]
    # A stub leaves in no package: what it describes may be carried by approved means only.
    papers = [document for document in known if not document.stub]
    return papers, len(known) - len(papers)


def package_of(
    desk: Desk, dossier: Dossier, papers: Iterable[Document], *, profile: str
) -> Package:
    """Return the neutral package of a dossier with the given papers, frozen."""
    papers = list(papers)
    frozen = frozen_at(dossier, papers)
    return gather(
        desk.rulebook,
        dossier,
        papers,
        on=desk.today,
        around=Around(
            parties=_parties(desk),
            kept=_kept(desk, dossier, on=civil_date(datetime.fromisoformat(frozen))),
            sides=_sides(desk, papers),
            journal=_journal(desk, dossier, frozen) if profile.startswith(_WITH_JOURNAL) else {},
        ),
    )


def signer_here(desk: Desk) -> Callable[[bytes], bytes]:
    """Return what signs with the site's key, time-stamped where an authority is configured."""

    def make(content: bytes) -> bytes:
        # The signer is not needed to start.
        from hoso.ingest.receipts.keys import signer_of
        from hoso.preservation.signing import sign, stamper_at

        url = desk.house.timestamp_url
        return sign(
            content, signer_of(desk.house.signing), stamper=stamper_at(url) if url else None
        )

    return make


def _parties(desk: Desk) -> Parties:
    said: Mapping[str, Any] = desk.rulebook.profile.settings.get("archive", {})
    return Parties(**{name: str(said.get(name, "")) for name in Parties.__dataclass_fields__})


def _kept(desk: Desk, dossier: Dossier, *, on: date) -> Kept:
    """Return how long the dossier is kept; a hold comes and goes and is no part of the package."""
    found = decision_of(desk.root, desk.rulebook, dossier, on=on)
    decision = found.without_holds or found
    rule = desk.rulebook.retention_rules.get(decision.rule or "")
    told = lines(decision.explanation, language="vi", translate=desk.house.in_vietnamese)
    return Kept(
        period="permanent" if decision.state == "permanent" else decision.period or "",
        instrument=decision.instrument or "",
        item=rule.item if rule is not None else "",
        since=str(decision.from_ or ""),
        until=decision.expires.isoformat() if decision.expires else "",
        why="\n".join("  " * depth + sentence for depth, sentence in told),
    )


def _sides(desk: Desk, papers: Iterable[Document]) -> dict[str, int]:
    """Return how many sides of a sheet were scanned, by uid of the batch a paper came in."""
    found = {}
    for uid in {paper.batch for paper in papers if paper.batch}:
        batch = desk.site.by_id.get(ids.from_text(uid) or 0)
        if isinstance(batch, Batch):
            found[uid] = batch.sides
    return found


def _journal(desk: Desk, dossier: Dossier, frozen: str) -> dict[str, bytes]:
    """Return the dossier's extract of the journal, as files with the program that proves it."""
    shows = in_scope(desk)

    def may_show(entry: Entry) -> bool:
        return entry.at <= frozen and shows(entry)

    first = (dossier.opened_at or frozen)[:10]
    wanted = Wanted(min(first, frozen[:10]), frozen[:10], record=dossier.uid)
    spool = desk.house.spool
    spool.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="journal-", dir=spool) as folder:
        path = Path(folder) / "extract.zip"
        write(desk.journal, path, wanted=wanted, made=frozen, may_show=may_show)
        with zipfile.ZipFile(path) as extract:
            return {name: extract.read(name) for name in extract.namelist()}
