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
from typing import Any, Protocol

from hoso.kernel.errors import NotReady
from hoso.preservation.layout import Layout, made

__all__ = ["NotStamped", "Signer", "beside", "sign", "signed", "stamper_at"]

_PATIENCE = 20  # seconds an authority may take
_MIME = "application/pkcs7-signature"


class Signer(Protocol):
    """What signs: a signer of pyHanko."""

    async def async_sign_general_data(self, *args: Any, **more: Any) -> Any: ...


class NotStamped(NotReady):
    """An authority that was asked for the time of a signature gave none."""

    message = (
        "The time-stamp authority {url} gave no time stamp ({why}), so nothing was "
        "signed. Try again later; where it stays away, tell your administrator."
    )


def stamper_at(url: str) -> Any:
    """Return what asks a time-stamp authority (RFC 3161) at an address.

    It raises :class:`NotStamped` where the authority does not answer, refuses, answers what is no
    time stamp, or stamps something else than it was asked to.
    """
    from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper

    base: Any = HTTPTimeStamper

    class Asking(base):  # type: ignore[misc]
        """Tells what went wrong in words of ours."""

        async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
            try:
                token = await super().async_timestamp(message_digest, md_algorithm)
                stamped = token["content"]["encap_content_info"]["content"].parsed
                found = stamped["message_imprint"]["hashed_message"].native
            # What reads an answer of an authority stumbles over nonsense in many ways.
            except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise NotStamped(url=url, why=str(error) or type(error).__name__) from error
            if found != message_digest:
                raise NotStamped(url=url, why="it stamped something else")
            return token

    return Asking(url, timeout=_PATIENCE)


def sign(content: bytes, signer: Signer, *, stamper: Any = None) -> bytes:
    """Return a detached CAdES signature (ETSI EN 319 122-1, B-B or B-T) over *content*, as DER.

    :param stamper: asked for a time stamp; where it gives none, :class:`NotStamped` goes on.
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


def beside(layout: Layout, make: Callable[[bytes], bytes]) -> tuple[str, bytes]:
    """Return the signature of a package that takes none inside, and its name beside the package."""
    return f"{layout.top}.{layout.covering}.p7s", make(_covering(layout))


def _covering(layout: Layout) -> bytes:
    entry = layout[layout.covering]
    with entry.open() as stream:
        content = stream.read()
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ValueError(f"{entry.path} changed while it was signed")
    return content
