"""The papers of a handover: its frozen list as JSON, CSV and signed PDF/A, and the signed answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any, Protocol

from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.personnel.handover import DossierLine, Manifest, PaperLine, canonical, digest_of, table
from hoso.personnel.model import Handover
from hoso.records.marking import highest
from hoso.records.model import Document, Dossier, Rendition
from hoso.stacks import places
from hoso.storage.blobs import blob_of, spool_bytes

__all__ = [
    "Tells",
    "frozen_lines",
    "keep_answer",
    "keep_list",
    "manifest_of",
    "now_in",
    "papers_there",
]


class Tells(Protocol):
    """Says a handover on a sheet to sign; channels have languages."""

    def __call__(self, handover: Handover, lines: Sequence[DossierLine], *, key: str) -> Any:
        """Return what the typesetter needs.

        :param key: fingerprint of the certificate the sheet is signed with.
        """


def _filed(dossier: Dossier) -> Iterable[Document]:
    return (paper for paper in dossier.values() if paper.state == "filed")


def papers_there(desk: Desk, dossier: Dossier) -> bool:
    """Say whether one may see every paper of a dossier: who hands it over vouches for all."""
    return all(desk.may(paper, Permission.DOCUMENT_VIEW) for paper in dossier.values())


def _place(desk: Desk, number: int) -> str:
    holding = places.holding_of(places.stacks_of(desk.root), number)
    return holding.place.code if holding is not None and holding.place is not None else ""


def manifest_of(desk: Desk, handover: Handover, dossiers: Sequence[Dossier]) -> Manifest:
    """Return the list of what is handed over, as it is now."""
    return Manifest(
        number=handover.number,
        source=handover.source,
        target=handover.target,
        agency=handover.agency,
        decision=handover.decision,
        envelope=handover.envelope,
        sent_at=handover.sent_at,
        sent_by=handover.sent_by,
        dossiers=tuple(_line(desk, dossier) for dossier in dossiers),
    )


def _line(desk: Desk, dossier: Dossier) -> DossierLine:
    return DossierLine(
        code=dossier.code,
        uid=dossier.uid,
        name=dossier.name,
        type=dossier.type,
        level=highest([dossier, *_filed(dossier)], desk.today),
        place=_place(desk, dossier.id),
        papers=tuple(
            PaperLine(
                uid=paper.uid,
                type=paper.type,
                number="/".join(part for part in (paper.number, paper.symbol) if part),
                date=paper.date,
                title=paper.title,
                pages=paper.pages,
                sha256=paper.sha256,
                size=paper.size,
                place=_place(desk, paper.id),
            )
            for paper in sorted(_filed(dossier), key=lambda paper: paper.uid)
        ),
    )


def now_in(desk: Desk, handover: Handover) -> Mapping[str, Mapping[str, str]]:
    """Return what lies in the dossiers that the sender still keeps: code to uid to SHA-256."""
    found = (desk.site.by_id.get(number) for number in handover.lines)
    return {
        dossier.code: {paper.uid: paper.sha256 for paper in _filed(dossier)}
        for dossier in found
        if isinstance(dossier, Dossier) and dossier.unit.key == handover.source
    }


def frozen_lines(handover: Handover) -> tuple[DossierLine, ...]:
    """Return the list as it was frozen, from its own file."""
    with handover.renditions["list.json"].blob.open("r") as file:
        stated: dict[str, Any] = json.loads(file.read())
    return tuple(
        DossierLine(**{**one, "papers": tuple(PaperLine(**paper) for paper in one["papers"])})
        for one in stated["dossiers"]
    )


def _keep(desk: Desk, handover: Handover, name: str, content: bytes, *, mime: str) -> str:
    spooled = spool_bytes(content, desk.house.spool)
    rendition = Rendition(
        name=name,
        blob=blob_of(spooled, desk.connection),
        mime=mime,
        made_at=desk.now,
        made_by=desk.identity.login,
    )
    rendition.size = spooled.size
    rendition.sha256, rendition.sha512 = spooled.sha256, spooled.sha512
    handover.renditions[name] = rendition
    return rendition.sha256


def keep_list(desk: Desk, handover: Handover, manifest: Manifest, *, told: Tells, why: str) -> str:
    """Keep the list as JSON, CSV and signed PDF/A; return the SHA-256 of the JSON."""
    content = canonical(manifest)
    _keep(desk, handover, "list.json", content, mime="application/json")
    _keep(desk, handover, "list.csv", table(manifest), mime="text/csv")
    handover.manifest = digest_of(content)
    sheet = _signed(desk, handover, manifest.dossiers, told=told, why=why)
    _keep(desk, handover, "list.pdf", sheet, mime="application/pdf")
    return handover.manifest


def keep_answer(
    desk: Desk,
    handover: Handover,
    lines: Sequence[DossierLine],
    *,
    told: Tells,
    why: str,
    signed_by: str,
) -> str:
    """Keep the receiver's signed sheet and what it says as JSON; return the latter's SHA-256."""
    answer = {
        "number": handover.number,
        "manifest": handover.manifest,
        "envelope": handover.envelope_found,
        "counted": [one._asdict() for one in handover.counted],
        "received_at": desk.now,
        "received_by": desk.identity.login,
        "signed_by": signed_by,
    }
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    content = f"{text}\n".encode()
    _keep(desk, handover, "answer.json", content, mime="application/json")
    handover.answer = digest_of(content)
    sheet = _signed(desk, handover, lines, told=told, why=why)
    _keep(desk, handover, "answer.pdf", sheet, mime="application/pdf")
    return handover.answer


def _signed(
    desk: Desk, handover: Handover, lines: Sequence[DossierLine], *, told: Tells, why: str
) -> bytes:
    # Typesetter and signer are not needed to start.
    from hoso.ingest.receipts.setting import printable
    from hoso.ingest.receipts.signing import fingerprint, sign
    from hoso.kernel import typesetting

    place = desk.house.signing
    made = typesetting.typeset(
        (resources.files("hoso.personnel") / "handover.typ").read_bytes(),
        printable(told(handover, lines, key=fingerprint(place))),
        pdfa=True,
        timestamp=int(desk.house.clock.now().timestamp()),
    )
    # A signature is written behind the last line; ISO 19005-2, 6.1.9 wants that line ended.
    return sign(made if made.endswith(b"\n") else made + b"\n", place, reason=why)
