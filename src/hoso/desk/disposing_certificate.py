"""The certificate of destruction: what stays of a dossier or paper that is gone, for whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.disposing_traces import Gone
from hoso.kernel import ids
from hoso.kernel.errors import Missing
from hoso.records.model import Document, Dossier
from hoso.retention.disposing import book
from hoso.retention.disposing.model import (
    Destroyed,
    DisposalLine,
    DisposalList,
    ListedPaper,
)

__all__ = [
    "certificate",
    "certify",
    "digest_of",
    "facts_of",
    "find_destroyed",
    "gone_from",
    "listed",
]


def find_destroyed(desk: Desk, name: str) -> Destroyed:
    """Return what stays of a dossier by its code or uid, or the uid of one of its papers.

    Only for who may see disposals where it was kept and is cleared for its level; for all others
    it is as if it had never been: :class:`Missing`.
    """
    known = book.book_if_any(desk.root)
    # A single paper is called by the code of its dossier and its own uid.
    uid = name.rpartition("/")[2]
    number = (known.codes.get(name) if known is not None else None) or ids.from_text(uid) or 0
    found = book.destroyed_of(desk.root, number)
    if found is None or not desk.may(found, Permission.DISPOSAL_VIEW):
        raise Missing
    return found


def gone_from(desk: Desk, dossier: Dossier) -> list[Destroyed]:
    """Return what stays of the papers that went before a dossier, where this reader may know."""
    found = book.parts_gone(desk.root, dossier.id)
    return [one for one in found if desk.may(one, Permission.DISPOSAL_VIEW)]


@act("disposal.certificate-seen", Permission.DISPOSAL_VIEW)
def certificate(desk: Desk, made: Destroyed) -> dict[str, Any]:
    """Return the certificate of a destroyed dossier as plain values; see :func:`facts_of`."""
    desk.say(code=made.code, certificate=made.digest)
    return facts_of(made)


def listed(papers: Iterable[Document]) -> tuple[ListedPaper, ...]:
    """Return papers as a certificate lists them, by date."""
    return tuple(
        ListedPaper(
            paper.uid,
            paper.type,
            paper.title,
            paper.date,
            paper.sha256,
            paper.sha512,
            paper.size,
            paper.pages,
            paper.state,
        )
        for paper in sorted(papers, key=lambda one: (one.date, one.uid))
    )


def certify(
    desk: Desk,
    list_: DisposalList,
    line: DisposalLine,
    *,
    dossier: Dossier,
    papers: tuple[ListedPaper, ...],
    gone: Gone,
) -> Destroyed:
    """Make the stub and certificate of a record that is being destroyed in this transaction.

    :param dossier: that is destroyed, or of which one paper is.
    """
    made = Destroyed(list_, line, unit=dossier.unit)
    made.papers = papers
    made.opened_at, made.ended, made.note = dossier.opened_at, dossier.ended, line.note
    council = list_.council
    if council is not None:
        made.council_number, made.council_decided = council.number, council.decided
        said = {
            (opinion.login, vote.line): vote
            for opinion in list_.opinions.values()
            for vote in opinion.votes
        }
        made.votes = tuple(
            (member.name, member.duty, vote.says if vote else "", vote.why if vote else "")
            for member in council.members
            for vote in [said.get((member.login, line.number))]
        )
    made.proposed_by, made.proposed_name = list_.proposed_by, list_.proposed_name
    made.proposed_at, made.ruling = list_.proposed_at, list_.ruling
    binned = next(
        step for step in reversed(line.history) if step.state == "binned" and not step.why
    )
    made.binned_by, made.binned_name, made.binned_at = binned.by, binned.name, binned.at
    made.destroyed_by, made.destroyed_name = desk.identity.login, desk.identity.name
    made.destroyed_at = desk.now
    days = desk.rulebook.profile.settings["disposal"]
    made.backups_until = (desk.today + timedelta(days=int(days["backup_days"]))).isoformat()
    year = desk.today.year + int(days["kept_years"])
    # Counted as every period: from the end of the year.
    made.keep_until = f"{year:04d}-12-31"
    made.copies, made.scans = gone.copies, tuple(gone.scans)
    made.scans_kept, made.files = tuple(gone.scans_kept), len(gone.oids)
    made.digest = digest_of(made)
    return made


def digest_of(made: Destroyed) -> str:
    """Return the SHA-256 of a certificate's facts, in one canonical writing.

    What is only known afterwards (when the last file was removed) is no part of it.
    """
    said = {
        name: value
        for name, value in facts_of(made).items()
        if name not in {"digest", "bytes_gone_at"}
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def facts_of(made: Destroyed) -> dict[str, Any]:
    """Return a certificate as plain values, as JSON has them."""
    frozen = made.frozen
    # Only where there is one: the digest of a dossier's certificate says nothing of it.
    around = (
        {"dossier": ids.to_text(made.of_dossier), "dossier_title": made.of_title}
        if made.of_dossier
        else {}
    )
    return {
        **around,
        "uid": made.uid,
        "code": made.code,
        "title": made.title,
        "type": made.type,
        "unit": made.unit.key,
        "level": made.level,
        "list": made.list_number,
        "line": made.line,
        "basis": made.basis,
        "note": made.note,
        "opened_at": made.opened_at,
        "ended": made.ended,
        "rule": frozen.rule,
        "label": frozen.label,
        "instrument": frozen.instrument,
        "item": frozen.item,
        "trigger": frozen.trigger,
        "counted_from": frozen.counted_from,
        "period": frozen.period,
        "expires": frozen.expires,
        "rulebook": frozen.digest,
        "proposed": {"by": made.proposed_by, "name": made.proposed_name, "at": made.proposed_at},
        "council": {
            "number": made.council_number,
            "decided": made.council_decided,
            "votes": [
                {"name": name, "duty": duty, "says": says, "why": why}
                for name, duty, says, why in made.votes
            ],
        },
        "decision": dict(made.ruling._asdict()) if made.ruling is not None else None,
        "binned": {"by": made.binned_by, "name": made.binned_name, "at": made.binned_at},
        "destroyed": {
            "by": made.destroyed_by,
            "name": made.destroyed_name,
            "at": made.destroyed_at,
        },
        "papers": [dict(paper._asdict()) for paper in made.papers],
        "copies": made.copies,
        "scans": list(made.scans),
        "scans_kept": list(made.scans_kept),
        "files": made.files,
        "backups_until": made.backups_until,
        "keep_until": made.keep_until,
        "bytes_gone_at": made.bytes_gone_at,
        "digest": made.digest,
    }
