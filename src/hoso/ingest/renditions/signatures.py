"""The state of each electronic signature of a PDF, by pyHanko, without asking anybody.

Runs in a child.  What the file itself says is checked: that the signed bytes are unchanged,
what was added after them, and whether the certificate leads to an authority in the folder of
trusted ones.  Revocation is judged by proofs inside the file and lists (CRL) in that folder.

A certificate is judged at the time the signer states: certificates of officials run for some
years, papers are kept for seventy.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.general import CMSExtractionError
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import AcceptAllAlgorithms

from hoso.ingest.renditions.states import SignatureState

__all__ = ["anchors_of", "signatures"]

_MOST = 50
_LARGEST = 32 << 20  # bytes of a file of certificates, or of revoked ones
_WEAK_DIGESTS = frozenset({"md2", "md4", "md5", "sha1", "ripemd160"})
_SHORTEST_RSA = 2048  # bits: QCVN 102:2016/BTTTT asks 2048 of signers
_CERTIFICATES = frozenset({".pem", ".crt", ".cer", ".der"})
_LISTS = frozenset({".crl"})
# Some authorities state the one use, some the other.
_FOR_SIGNING = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)
_FAILURES = (
    PdfError, SignatureValidationError, SuspiciousModification, CMSExtractionError,
    ValueError, TypeError, KeyError, AttributeError, AssertionError, OSError, RecursionError,
)  # fmt: skip


def signatures(path: str, anchors: str | None = None) -> list[dict[str, Any]]:
    """Return a state for each signature of the PDF at *path*, in the order they were made.

    *anchors* is a folder of certificates of authorities that are trusted, and of their lists
    of revoked ones.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    trusted = anchors_of(Path(anchors)) if anchors is not None else None
    revoked = _lists_of(Path(anchors)) if anchors is not None else []
    with open(path, "rb") as file:  # noqa: PTH123 -- the name may be a descriptor's
        reader = PdfFileReader(file, strict=False)
        return [
            _state(reader, *each, trusted, revoked).as_dict() for each in _signed_fields(reader)
        ]


def anchors_of(folder: Path) -> list[Any]:
    """Return the certificates in the files of a folder (PEM or DER); what is none is left out."""
    found = {}
    for coded in _coded(folder, _CERTIFICATES):
        with contextlib.suppress(ValueError):
            certificate = x509.Certificate.load(coded, strict=True)
            found[certificate.sha256] = certificate
    return list(found.values())


def _lists_of(folder: Path) -> list[Any]:
    found = []
    for coded in _coded(folder, _LISTS):
        with contextlib.suppress(ValueError):
            found.append(crl.CertificateList.load(coded, strict=True))
    return found


def _coded(folder: Path, suffixes: frozenset[str]) -> Iterator[bytes]:
    """Give what the files of a folder hold, out of its PEM wrapping."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else []:
        if file.suffix.lower() not in suffixes or file.stat().st_size > _LARGEST:
            continue
        data = file.read_bytes()
        if not pem.detect(data):
            yield data
            continue
        with contextlib.suppress(ValueError):
            yield from [der for _, _, der in pem.unarmor(data, multiple=True)]


def _signed_fields(reader: Any) -> Iterator[tuple[str, Any]]:
    """Return name and dictionary of every signature field that is signed."""
    from pyhanko.sign.fields import enumerate_sig_fields

    for seen, (name, _, reference) in enumerate(enumerate_sig_fields(reader, filled_status=True)):
        if seen >= _MOST:
            break
        yield str(name)[:200], reference.get_object()


def _state(
    reader: Any, name: str, field: Any, trusted: list[Any] | None, revoked: list[Any]
) -> SignatureState:
    try:
        embedded = EmbeddedPdfSignature(reader, field, name)
        certificate = embedded.signer_cert
        claimed = embedded.self_reported_timestamp
    except _FAILURES:
        return SignatureState(name, None, None, None, "unreadable", "unknown", "unknown")
    algorithm, weak = _strength(embedded, certificate)
    stamp = embedded.sig_object_type == "/DocTimeStamp"
    state = SignatureState(
        name,
        _name(certificate.subject),
        _name(certificate.issuer),
        _instant(claimed),
        "broken",
        "unknown",
        "unknown",
        algorithm,
        weak,
        kind="timestamp" if stamp else "signature",
    )
    context = ValidationContext(
        trust_roots=trusted or [],
        allow_fetching=False,
        revocation_mode="soft-fail",
        moment=claimed,
        crls=revoked,
        retroactive_revinfo=True,  # lists are younger than most signatures
        # Old methods are told apart from changed bytes: see "weak".
        algorithm_usage_policy=AcceptAllAlgorithms(),
    )
    try:
        # pyHanko runs a loop of its own, which the caller's thread may have one of already.
        with ThreadPoolExecutor(1, "signatures") as apart:
            if stamp:
                asked = apart.submit(validate_pdf_timestamp, embedded, validation_context=context)
            else:
                asked = apart.submit(
                    validate_pdf_signature,
                    embedded,
                    signer_validation_context=context,
                    key_usage_settings=_FOR_SIGNING,
                )
            status = asked.result()
    except _FAILURES:
        return replace(state, integrity="intact" if _digest_holds(embedded) else "broken")
    return replace(
        state,
        integrity="intact" if status.intact and status.valid else "broken",
        coverage=_coverage(status),
        trust=_trust(status, certificate, trusted, claimed),
        stamped_at=_instant(_stamped(status)),
    )


def _coverage(status: Any) -> str:
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return "whole"
    if status.coverage == SignatureCoverageLevel.ENTIRE_REVISION:
        return "allowed-changes" if status.docmdp_ok else "changed"
    return "part"


def _trust(status: Any, certificate: Any, trusted: list[Any] | None, at: datetime | None) -> str:
    if trusted is None:
        return "none-configured"
    moment = at or datetime.now(UTC)
    if not certificate.not_valid_before <= moment <= certificate.not_valid_after:
        return "not-valid-then"
    if status.revoked:
        return "revoked"
    return "trusted" if status.trusted else "unknown-root"


def _strength(embedded: Any, certificate: Any) -> tuple[str, bool]:
    """Return the digest and key as people name them, and whether they are too weak today."""
    digest = str(embedded.md_algorithm)
    key = certificate.public_key
    kind = str(key.algorithm)
    bits = int(key.bit_size) if kind in {"rsa", "dsa", "ec", "rsassa_pss"} else 0
    named = f"{digest} {kind}" + (f" {bits}" if bits else "")
    short = kind in {"rsa", "dsa", "rsassa_pss"} and bits < _SHORTEST_RSA
    return named, digest in _WEAK_DIGESTS or short


def _stamped(status: Any) -> datetime | None:
    """Return the time of a time stamp whose own signature holds."""
    token = getattr(status, "timestamp_validity", None) or status
    moment = getattr(token, "timestamp", None)
    return moment if isinstance(moment, datetime) and token.intact and token.valid else None


def _digest_holds(embedded: Any) -> bool:
    """Tell whether the signed bytes are unchanged, where nothing more can be said."""
    try:
        for attribute in embedded.signer_info["signed_attrs"]:
            if attribute["type"].native == "message_digest":
                return bool(attribute["values"][0].native == embedded.compute_digest())
    except _FAILURES:
        pass
    return False


def _name(subject: Any) -> str:
    """Return the common name, else all that is said."""
    said = subject.native
    common = said.get("common_name")
    if isinstance(common, list):
        common = common[-1]
    return str(common or subject.human_friendly)[:200]


def _instant(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="seconds")
