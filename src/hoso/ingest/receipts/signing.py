"""Sign a PDF without a trace on its pages: PAdES baseline B-B (ETSI EN 319 142-1)."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from hoso.ingest.receipts.keys import signer_of
from hoso.ingest.receipts.place import KeyPlace

__all__ = ["fingerprint", "sign"]

_FIELD = "Receipt"


def sign(content: bytes, place: KeyPlace, *, reason: str) -> bytes:
    """Return the PDF with a signature over all of it, written behind its last line."""
    metadata = PdfSignatureMetadata(
        field_name=_FIELD,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason=reason,
        name=place.name,
    )
    out = io.BytesIO()
    signer = PdfSigner(metadata, signer=signer_of(place))
    # pyHanko runs a loop of its own, which the caller's thread may have one of already.
    with ThreadPoolExecutor(1, "signing") as apart:
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        apart.submit(signer.sign_pdf, writer, output=out).result()
    return out.getvalue()


def fingerprint(place: KeyPlace) -> str:
    """Return the SHA-256 of the certificate, by which a reader knows the key again."""
    signer: SimpleSigner = signer_of(place)
    return str(signer.signing_cert.sha256_fingerprint).replace(" ", "").lower()
