"""Sign a package: a detached CAdES signature over the one file that covers all the others.

Signature and time stamp are no part of what can be made again: the same dossier gives the same
package, and beside it another signature each time.  In a bag the signature lies beside the tag
manifest, which does not list it (RFC 8493 section 2.2.4 allows that); of a package of TT 05/2025 it
stands beside the package, where it changes nothing of what the archive expects.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

from hoso.preservation.layout import Layout, made

__all__ = ["Signer", "beside", "sign", "signed", "stamper_at"]

_PATIENCE = 20  # seconds an authority may take
_MIME = "application/pkcs7-signature"


class Signer(Protocol):
    """What signs: a signer of pyHanko."""

    async def async_sign_general_data(self, *args: Any, **more: Any) -> Any: ...


def stamper_at(url: str) -> Any:
    """Return what asks a time-stamp authority (RFC 3161) at an address."""
    from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper

    stamper: Any = HTTPTimeStamper
    return stamper(url, timeout=_PATIENCE)


def sign(content: bytes, signer: Signer, *, stamper: Any = None) -> bytes:
    """Return a detached CAdES signature (ETSI EN 319 122-1, B-B or B-T) over *content*, as DER.

    :param stamper: asked for a time stamp; where it does not answer, its error goes on.
    """

    async def run() -> bytes:
        found = await signer.async_sign_general_data(
            content, "sha256", detached=True, use_cades=True, timestamper=stamper
        )
        return bytes(found.dump())

    # pyHanko wants a loop, which the caller's thread may have one of already.
    with ThreadPoolExecutor(1, "signing") as apart:
        return apart.submit(asyncio.run, run()).result()


def signed(layout: Layout, make: Callable[[bytes], bytes]) -> Layout:
    """Return the layout with a signature over what covers it, where its profile takes one inside."""
    if not layout.signature:
        return layout
    return layout.with_entries([made(layout.signature, make(_covering(layout)), mime=_MIME)])


def beside(layout: Layout, folder: Path, make: Callable[[bytes], bytes]) -> Path:
    """Write the signature of a package that takes none inside, beside it; return where."""
    path = folder / f"{layout.top}.{layout.covering}.p7s"
    path.write_bytes(make(_covering(layout)))
    return path


def _covering(layout: Layout) -> bytes:
    entry = layout[layout.covering]
    with entry.open() as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ValueError(f"{entry.path} changed while it was signed")
    return content
