"""What every way of bringing a package somewhere has in common.

A package is brought under its name with ``.part`` behind it and renamed when it is whole; beside
it lies ``NAME.zip.sha256``, as ``sha256sum -c`` reads it.  What lay there from an earlier try is
gone on with only where it is, byte for byte, the beginning of this package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

from hoso.kernel.errors import NotReady
from hoso.preservation.virtual_zip import VirtualZip

__all__ = [
    "PIECE",
    "Delivered",
    "Hashed",
    "Interrupted",
    "NotDelivered",
    "Parcel",
    "Transport",
    "WaitsForPerson",
    "size_in",
    "sum_line",
]

#: Bytes between two points from which a broken try can be taken up.
PIECE = 8 << 20


class NotDelivered(NotReady):
    """The package did not arrive; it is tried again by itself.

    :ivar waits: whether a person must look first.
    """

    waits: ClassVar[bool] = False


class WaitsForPerson(NotDelivered):
    """The package did not arrive, and trying again alone would not help."""

    waits = True


class Interrupted(NotDelivered):
    """The machine was told to stop in the middle; it goes on when it is started again."""

    message = "The machine was stopped on the way; it goes on from where it was."


@dataclass(frozen=True)
class Parcel:
    """A package ready to be brought somewhere.

    :ivar beside: small files that go with it, by name, such as a signature.
    :ivar stop: asked between pieces whether to break off.
    :ivar moved: told how many bytes are there.
    :ivar place: what an earlier try found out about where to go on; ``placed`` is told of it.
    """

    name: str
    archive: VirtualZip
    beside: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    stop: Callable[[], bool] = lambda: False
    moved: Callable[[int], None] = lambda _offset: None
    place: str = ""
    placed: Callable[[str], None] = lambda _place: None

    def small(self, sha256: str) -> Mapping[str, bytes]:
        """Return every small file that goes with it, its own sum among them."""
        return {**self.beside, f"{self.name}.sha256": sum_line(sha256, self.name)}

    @property
    def size(self) -> int:
        return self.archive.size

    @property
    def mark(self) -> str:
        """What a partial copy is known again by."""
        said = {"etag": self.archive.etag, "size": self.size}
        return json.dumps(said, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Delivered:
    """What was brought: the SHA-256 of the whole, and from where on it was sent this time."""

    sha256: str
    resumed: int = 0


#: Brings a parcel somewhere, or raises :class:`NotDelivered`.
Transport = Callable[[Parcel], Delivered]


class Hashed:
    """The bytes of a parcel from an offset on, with the digest over all of it."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._digest = hashlib.sha256()
        self.offset = 0

    def pass_over(self, count: int) -> str:
        """Hash the first bytes without giving them out; return their SHA-256."""
        for piece in self._parcel.archive.stream(0, count, verified=False):
            self._digest.update(piece)
        self.offset = count
        return self._digest.hexdigest()

    def again(self) -> None:
        """Begin at the beginning."""
        self._digest, self.offset = hashlib.sha256(), 0

    def pieces(self, size: int = PIECE) -> Iterator[bytes]:
        """Yield what is left, in pieces of *size* bytes at most."""
        waiting = bytearray()
        for chunk in self._parcel.archive.stream(self.offset):
            waiting += chunk
            while len(waiting) >= size:
                yield self._out(bytes(waiting[:size]))
                del waiting[:size]
        if waiting:
            yield self._out(bytes(waiting))

    def _out(self, piece: bytes) -> bytes:
        if self._parcel.stop():
            raise Interrupted
        self._digest.update(piece)
        self.offset += len(piece)
        return piece

    @property
    def sha256(self) -> str:
        """SHA-256 of everything passed over and given out so far."""
        return self._digest.hexdigest()


def sum_line(sha256: str, name: str) -> bytes:
    """Return the line that ``sha256sum -c`` reads."""
    return f"{sha256}  {name}\n".encode()


def size_in(text: Any, *, most: int) -> int | None:
    """Return a byte count somebody else said; ``None`` where it makes no sense."""
    said = str(text or "").strip()
    if not said.isascii() or not said.isdigit() or len(said) > 18:
        return None
    return int(said) if int(said) <= most else None
