"""Who signed a receipt: a detached CMS signature (RFC 5652), judged by the archives that are known."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hoso.records.model import Reason

__all__ = ["Signed", "judge"]

#: Most bytes of a signature with its certificates and time stamp.
LARGEST = 1 << 20


@dataclass(frozen=True)
class Signed:
    """Who signed, by the certificate; and everything that stands against believing it."""

    signer: str
    faults: tuple[Reason, ...]


def judge(content: bytes, signature: bytes, *, trusted: Sequence[Any], now: datetime) -> Signed:
    """Say who signed *content*.

    :param trusted: certificates of archives, or of authorities that certify them (asn1crypto).
    """
    if not signature:
        return Signed("", (Reason("unsigned", "The signature is missing."),))
    if not trusted:
        return Signed(
            "",
            (
                Reason(
                    "no-archives",
                    "No certificate of an archive is known here. The administrator puts those of "
                    "your archive into the folder archive-certificates of the settings.",
                ),
            ),
        )
    # pyHanko takes a third of a second to import, and most requests need none of it.
    from asn1crypto import cms, pem

    try:
        raw = pem.unarmor(signature)[2] if pem.detect(signature) else signature
        found = cms.ContentInfo.load(raw, strict=True)
        if len(signature) > LARGEST or found["content_type"].native != "signed_data":
            raise ValueError("no signed data")
        data = found["content"]
        if data["encap_content_info"]["content"].native is not None:
            raise ValueError("it holds the content itself")
    except (ValueError, TypeError, KeyError) as error:
        return Signed(
            "",
            (
                Reason(
                    "signature-unreadable",
                    "The signature is no detached CMS signature ({why}).",
                    (("why", str(error)[:200]),),
                ),
            ),
        )
    return _judged(content, data, trusted, now)


def _judged(content: bytes, data: Any, trusted: Sequence[Any], now: datetime) -> Signed:
    from pyhanko.sign.general import CMSExtractionError
    from pyhanko.sign.validation.errors import SignatureValidationError

    try:
        # pyHanko runs a loop of its own, which the caller's thread may have one of already.
        with ThreadPoolExecutor(1, "receipt") as apart:
            status = apart.submit(_ask, content, data, trusted, now).result()
    except (SignatureValidationError, CMSExtractionError, ValueError, TypeError, KeyError) as error:
        why = str(error)[:200] or type(error).__name__
        said = Reason("signature-broken", "The signature does not hold ({why}).", (("why", why),))
        return Signed("", (said,))
    signer = str(status.signing_cert.subject.human_friendly)[:300]
    faults = []
    if not (status.intact and status.valid):
        faults.append(
            Reason("signature-other", "The signature is for something else than this receipt.")
        )
    elif not status.trusted:
        faults.append(
            Reason(
                "signature-unknown",
                "It was signed by {signer}, whom none of the known archives vouches for.",
                (("signer", signer),),
            )
        )
    return Signed(signer, tuple(faults))


def _ask(content: bytes, data: Any, trusted: Sequence[Any], now: datetime) -> Any:
    import asyncio

    from pyhanko.sign.validation import async_validate_detached_cms
    from pyhanko.sign.validation.settings import KeyUsageConstraints
    from pyhanko_certvalidator import ValidationContext

    context = ValidationContext(
        trust_roots=list(trusted), allow_fetching=False, revocation_mode="soft-fail", moment=now
    )
    # Some authorities state the one use, some the other.
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    return asyncio.run(
        async_validate_detached_cms(
            content, data, signer_validation_context=context, key_usage_settings=usage
        )
    )
