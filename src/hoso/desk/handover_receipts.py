"""The counter-signature for a package that was taken in: the signed receipt that goes back.

Whoever sent it reads it as any archive's (``desk.archive_receipts``): one agency with this
program hands a dossier over to another, and the journals of both name the digest of the file that
covers the package and that of the receipt.  It is signed once; asked for again, it is the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Missing, NotReady
from hoso.preservation.delivery.receipt import FORMAT
from hoso.preservation.taking.model import ForeignFile, TakenPackage, TakenPackages
from hoso.records.model import Dossier, Unit

__all__ = ["SignedAnswer", "answer", "taken_package"]

#: The file of a package whose digest covers all others: of a bag, of TT 05/2025.
_COVERING = ("tagmanifest-sha256.txt", "METS.xml")
_OXUM = re.compile(rb"^Payload-Oxum:\s*(\d+\.\d+)\s*$", re.MULTILINE)
#: Remarks on a package that the receipt repeats; the list of a package that came in has them all.
_REMARKS = 100


@dataclass(frozen=True)
class SignedAnswer:
    """A receipt as it goes back: its bytes, the detached signature, the signer's certificate.

    :ivar certificate: PEM; whoever sent the package lays it among those he believes.
    """

    name: str
    content: bytes
    signature: bytes
    certificate: bytes


def taken_package(desk: Desk, uid: str) -> TakenPackage:
    """Return a package that was taken in, by uid; :class:`Missing` where it is not for this reader."""
    kept: TakenPackages | None = desk.root.get("taken_packages")
    found: TakenPackage | None = kept.by_uid.get(uid) if kept is not None else None
    if found is None or not desk.may(found.unit, Permission.PACKAGE_TAKE):
        raise Missing
    return found


@act("package.answered", Permission.PACKAGE_TAKE)
def answer(desk: Desk, unit: Unit, *, package: str) -> SignedAnswer:
    """Sign for a package that was taken in by *unit*; the same receipt however often it is asked for.

    :param package: uid of the package.
    """
    # Typesetter and signer are not needed to start.
    from asn1crypto import pem

    from hoso.ingest.receipts.keys import signer_of
    from hoso.preservation.signing import sign

    found = taken_package(desk, package)
    if found.unit is not unit:
        raise Missing
    covering = _covering(found)
    signer = signer_of(desk.house.signing)
    own = signer.signing_cert
    if own is None:
        raise NotReady("The key for signing has no certificate. Tell your administrator.")
    if not found.answer:
        said = _said(desk, found, covering)
        content = json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
        found.answer, found.answer_signature = content, sign(content, signer)
        found.answered_at, found.answered_by = desk.now, desk.identity.login
    certificate: bytes = pem.armor("CERTIFICATE", own.dump())
    desk.say(
        package=found.identifier or found.name,
        covering=covering.sha256,
        receipt=hashlib.sha256(found.answer).hexdigest(),
    )
    return SignedAnswer(f"receipt-{found.uid}", found.answer, found.answer_signature, certificate)


def _covering(found: TakenPackage) -> ForeignFile:
    """Return the file that covers the package; what has none cannot be signed for."""
    for name in _COVERING:
        known: ForeignFile | None = found.foreign.get(name)
        if known is not None:
            return known
    raise Conflict(
        "Nothing in this package covers all of it, so there is nothing to sign for. Ask whoever "
        "sent it for a bag or an E-ARK package."
    )


def _said(desk: Desk, found: TakenPackage, covering: ForeignFile) -> dict[str, Any]:
    dossier = desk.site.by_id.get(ids.from_text(found.dossier) or 0) if found.dossier else None
    digest = hashlib.sha512(_bytes_of(covering)).hexdigest()
    return {
        "format": FORMAT,
        "objid": found.identifier,
        "tagmanifest-sha512": digest,
        "payload-oxum": _oxum_of(found),
        "received": found.at,
        "outcome": "accepted",
        "rules": [
            {"id": rule, "outcome": "warning", "message": f"{path}: {what}"}
            for rule, path, what in found.findings[:_REMARKS]
        ],
        "aip": dossier.code if isinstance(dossier, Dossier) else found.uid,
        "accession": found.uid,
        "archive": _agency(desk),
        "signer": desk.identity.name or desk.identity.login,
        "events": [{"type": "ingestion", "at": found.at}],
    }


def _agency(desk: Desk) -> str:
    """Return what this agency calls itself in packages, or else what its site is called."""
    stated = str(desk.rulebook.profile.settings["archive"]["agency_name"])
    return stated or desk.rulebook.profile.title.in_("vi")


def _oxum_of(found: TakenPackage) -> str:
    """Return bytes and files as the sender counted them: a bag's are in it, and were compared."""
    info: ForeignFile | None = found.foreign.get("bag-info.txt")
    said = _OXUM.search(_bytes_of(info)) if info is not None else None
    return said[1].decode() if said is not None else f"{found.bytes}.{found.files}"


def _bytes_of(file: ForeignFile) -> bytes:
    with file.blob.open("r") as stream:
        return bytes(stream.read())
