"""The archive's receipt for a package: taken in, judged, kept; and what hangs on it.

Of a dossier in parts every package is answered for itself: an archive keeps each under a number of its
own, and one that was sent the master alone could sign for that.  Only when all of them are accepted
is the dossier taken over, and until then all of their bytes are kept.

A receipt counts only where a known archive signed it and it answers this very package.  One that
does not is refused with everything that is wrong with it, and changes nothing.  Whoever destroys
a dossier asks here whether something of it is on its way to an archive that has not answered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from zope.interface import implementer

from hoso.access.permissions import Permission
from hoso.desk import archive_standing
from hoso.desk.act import act
from hoso.desk.delivering import of_its_dossier
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Export, Receipt
from hoso.preservation.delivery.receipt import faults_of, read_answer
from hoso.preservation.delivery.signed import judge
from hoso.preservation.delivery.together import all_taken, state_of
from hoso.records.destroying import blobs_of
from hoso.records.model import Document, Dossier, Reason
from hoso.retention.interfaces import IDisposalObjector, IHoldsCopies
from hoso.storage.shredding import oid_of

__all__ = ["ArchiveAnswers", "FrozenCopies", "receipt_for", "take"]


@act("package.receipt-taken", Permission.EXPORT_SEND)
def take(desk: Desk, dossier: Dossier, *, export: str, content: bytes, signature: bytes) -> Receipt:
    """Take the archive's signed answer to a package.

    :raises Invalid: with everything in which it is no receipt for this package, or not to be
        believed; nothing is changed then.
    """
    # The library of signatures is not needed to start.
    from hoso.ingest.renditions.signatures import anchors_of

    found = of_its_dossier(desk, dossier, export)
    if found.state not in {"ready", "rejected"}:
        raise Conflict(
            "A receipt is for a package that left; this one is {state}.", state=found.state
        )
    try:
        answer = read_answer(content)
    except Invalid as error:
        raise Invalid(error.faults, "The receipt is refused; nothing was changed.") from error
    now = desk.house.clock.now()
    signed = judge(content, signature, trusted=anchors_of(desk.house.archive_certificates), now=now)
    faults = [
        *faults_of(
            answer,
            identifier=found.identifier,
            sha512=found.covering512,
            oxum=f"{found.octets}.{found.files}",
            made_at=found.made_at,
            now=now,
        ),
        *signed.faults,
    ]
    if faults:
        raise Invalid(
            [
                Fault(_FIELDS.get(one.code, "receipt"), one.message, dict(one.facts))
                for one in faults
            ],
            "The receipt is refused; nothing was changed.",
        )
    receipt = Receipt(
        outcome=answer.outcome,
        content=content,
        signature=signature,
        sha256=hashlib.sha256(content).hexdigest(),
        received=answer.received,
        archive=answer.archive,
        aip=answer.aip,
        accession=answer.accession,
        signer=signed.signer,
        at=desk.now,
        by=desk.identity.login,
    )
    register.add_receipt(found, receipt)
    if _settle(desk, found, answer.outcome):
        archive_standing.record(desk, dossier, export=found, receipt=receipt)
    desk.say(
        package=found.uid,
        answered=answer.outcome,
        aip=answer.aip,
        archive=answer.archive,
        signer=signed.signer,
        sha256=receipt.sha256,
    )
    return receipt


_FIELDS = dict.fromkeys(
    (
        "unsigned",
        "no-archives",
        "signature-unreadable",
        "signature-broken",
        "signature-other",
        "signature-unknown",
    ),
    "signature",
)


def _settle(desk: Desk, export: Export, outcome: str) -> bool:
    """Note what the archive answered; say whether it has taken over all that go together."""
    if outcome != "accepted":
        # Everything is kept: somebody must see what the archive did not like.
        export.state = "rejected"
        return False
    together = register.members(desk.root, export)
    export.state = "answered"
    if not all_taken(together):
        return False
    for one in together:
        register.end(desk.root, one, "accepted", at=desk.now, by=desk.identity.login, why="")
    return True


def receipt_for(root: Any, dossier: str) -> tuple[Export, Receipt] | None:
    """Return the newest package of a dossier (its uid) that an archive took over, and its receipt."""
    return register.accepted_of(root, dossier)


@implementer(IDisposalObjector)
class ArchiveAnswers:
    """Objects to destroying a dossier that an archive was sent and has not taken over."""

    name = "archive-answers"

    def objections(self, root: Any, dossier: Dossier, *, on: date) -> Iterable[Reason]:  # noqa: ARG002
        for export in register.of_dossier(root, dossier.uid):
            if export.is_part:
                continue
            together = register.members(root, export)
            state = state_of(together)
            ways = {way.state for one in together for way in one.sendings.values()}
            facts = (("package", export.uid), ("made", export.made_at[:10]))
            if state == "rejected":
                yield Reason(
                    "archive-rejected",
                    "The archive did not accept the package {package} of {made}. Settle that, or "
                    "cancel the package.",
                    facts,
                )
            elif state == "answered" or (
                state == "ready" and ways & {"waiting", "under-way", "stuck", "sent"}
            ):
                yield Reason(
                    "archive-silent",
                    "The package {package} of {made} is on its way to an archive that has not "
                    "answered with a receipt. Wait for it, or cancel the package.",
                    facts,
                )


@implementer(IHoldsCopies)
class FrozenCopies:
    """Gives up what packages keep of a dossier: descriptions made of it, and hold on its files."""

    name = "frozen-packages"

    def forget(self, root: Any, dossier: Dossier, papers: Iterable[Document]) -> Iterable[Any]:
        papers = list(papers)
        # A single paper that goes is out of its dossier already, which stays.
        is_whole = all(paper.uid in dossier for paper in papers)
        gone = {paper.uid for paper in papers}
        hit: dict[int, Export] = {}
        for export in register.of_dossier(root, dossier.uid):
            if is_whole:
                hit[export.id] = export
            elif gone.intersection(export.papers):
                hit.update((one.id, one) for one in register.members(root, export))
        dropped = []
        for export in hit.values():
            in_use = set(map(oid_of, _in_use(root, export, papers)))
            blobs = [export.made, *(line.blob for line in export.lines.values())]
            dropped += [blob for blob in blobs if blob is not None and oid_of(blob) not in in_use]
            if is_whole:
                # The dossier's name is in the title; its number stays, as on the certificate.
                export.title = ""
            if export.state not in register.OVER:
                register.end(root, export, "cancelled", at="", by="", why="")
            else:
                register.let_go(root, export)
        return dropped


def _in_use(root: Any, export: Export, papers: Iterable[Document]) -> Iterator[Any]:
    """Yield the blobs that are files of papers: of those that go, and of those that stay.

    Whoever destroys names the former himself; the latter may lie in another dossier by now.
    """
    living = (root["site"].by_id.get(ids.from_text(uid) or 0) for uid in export.papers)
    for paper in (*papers, *living):
        if isinstance(paper, Document):
            yield from (blob for blob in blobs_of(paper) if blob is not None)
