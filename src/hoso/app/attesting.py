"""What others say of the head of a day: the site's signature, a time stamp of an authority.

Both stand over the text that the digest of the head is made of, so they outlast the site: who
makes the journal anew can make neither.  They are asked for outside any transaction; where the
authority does not answer, the day waits for it and the health page says so.
"""

from __future__ import annotations

import hashlib
import secrets
import urllib.request
from collections.abc import Callable
from typing import Any

from asn1crypto import algos, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import pkcs7

from hoso.app.house import House
from hoso.audit import hoso_verify_journal as proof
from hoso.audit.journal import book_of, ledger_of
from hoso.ingest.receipts.keys import signer_of
from hoso.ingest.receipts.place import KeyPlace
from hoso.kernel.errors import NotReady
from hoso.storage.databases import journal_connection

__all__ = ["attest", "signature", "timestamp"]

#: Days one round looks back: what an authority did not answer is asked for again.
_BACK = 31
_PATIENCE = 20.0
_LARGEST = 1 << 20

Post = Callable[[str, bytes], bytes]


def attest(house: House, *, post: Post | None = None) -> int:
    """Have the heads signed and time-stamped, as the settings say; return how many were."""
    settings, made = house.settings, 0
    if not (settings.journal_signed or settings.timestamp_url):
        return 0
    for day, content, known in _lacking(house):
        said = {}
        if settings.journal_signed and "signature" not in known:
            said["signature"] = signature(content, house.signing)
        if settings.timestamp_url and "timestamp" not in known:
            said["timestamp"] = timestamp(content, settings.timestamp_url, post=post or _post)
        for kind, token in said.items():
            house.databases.attempt(_keeping(day, kind, token), note=f"{kind} of {day}")
            made += 1
    return made


def _lacking(house: House) -> list[tuple[str, bytes, set[str]]]:
    wanted = {"signature"} if house.settings.journal_signed else set()
    wanted |= {"timestamp"} if house.settings.timestamp_url else set()
    found = []
    with house.databases.connection() as connection:
        root = journal_connection(connection).root()
        seals, said = book_of(root).seals, ledger_of(root).said
        for day in list(seals)[-_BACK:]:
            known = {kind for _, kind in said.keys((day, ""), (day, "~"))}
            if wanted - known:
                found.append((day, proof.head_text(seals[day]), known))
    return found


def _keeping(day: str, kind: str, token: bytes) -> Callable[[Any], None]:
    def keep(connection: Any) -> None:
        ledger = ledger_of(journal_connection(connection).root())
        if (day, kind) not in ledger.said:
            ledger.said[day, kind] = token

    return keep


def signature(content: bytes, place: KeyPlace) -> bytes:
    """Return a detached CMS signature (RFC 5652) over *content* with the site's key, as DER."""
    signer = signer_of(place)
    certificate, key = signer.signing_cert, signer.signing_key
    if certificate is None or key is None:
        raise NotReady("The key for signing has no certificate. Tell your administrator.")
    private: Any = serialization.load_der_private_key(key.dump(), password=None)
    return (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(x509.load_der_x509_certificate(certificate.dump()), private, hashes.SHA256())
        .sign(
            serialization.Encoding.DER,
            [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary],
        )
    )


def timestamp(content: bytes, url: str, *, post: Post) -> bytes:
    """Return the time-stamp token (RFC 3161) of an authority over *content*, as DER."""
    digest = hashlib.sha256(content).digest()
    nonce = secrets.randbits(63)
    request = tsp.TimeStampReq(
        {
            "version": 1,
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": digest,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    try:
        answer = tsp.TimeStampResp.load(post(url, request.dump()))
        status = answer["status"]["status"].native
        token = answer["time_stamp_token"]
        said = token["content"]["encap_content_info"]["content"].parsed
        imprint = said["message_imprint"]["hashed_message"].native
        fits = status in {"granted", "granted_with_mods"} and said["nonce"].native == nonce
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _no_stamp(url, error) from error
    if not fits or imprint != digest:
        raise _no_stamp(url, "it answered for something else")
    return bytes(token.dump())


def _no_stamp(url: str, why: object) -> NotReady:
    return NotReady(
        "The time-stamp authority {url} gave no time stamp ({why}). It is asked again.",
        url=url,
        why=str(why),
    )


def _post(url: str, content: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise NotReady("The address of the time-stamp authority is no http address: {url}", url=url)
    request = urllib.request.Request(  # noqa: S310 - looked at above
        url, data=content, headers={"Content-Type": "application/timestamp-query"}
    )
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
        return bytes(answer.read(_LARGEST))
