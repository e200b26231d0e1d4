"""One reading of one package: what has been found so far, and the bytes of small files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Protocol

from hosocheck.findings import Finding, Level
from hosocheck.limits import Limits
from hosocheck.sources import Source, ZipFault

__all__ = ["Keep", "Kept", "Reading", "Stopped"]


class Kept(Protocol):
    """Where the bytes of one file go while they are judged."""

    def write(self, data: bytes, /) -> object: ...


#: Gives, by its path, the place one file goes to.
Keep = Callable[[str], AbstractContextManager[Kept]]


class Stopped(Exception):
    """Nothing more can be said of the package than what was found."""


class Reading:
    """Collects findings; knows the digests of every file once :meth:`hash_all` is done."""

    def __init__(self, limits: Limits, now: datetime | None = None) -> None:
        self.limits = limits
        # Clocks of two machines differ; a minute is no future.
        self.now = (now or datetime.now(UTC)) + timedelta(minutes=1)
        self.findings: dict[Finding, None] = {}
        self.sizes: Mapping[str, int] = {}
        self.folders: frozenset[str] = frozenset()
        self.hashes: dict[str, tuple[str, str]] = {}
        self._source: Source | None = None

    def error(self, rule: str, path: str, what: str) -> None:
        self._say(Finding(rule, Level.ERROR, path, what))

    def warn(self, rule: str, path: str, what: str) -> None:
        self._say(Finding(rule, Level.WARNING, path, what))

    def _say(self, finding: Finding) -> None:
        self.findings.setdefault(finding)
        if len(self.findings) > self.limits.findings:
            raise Stopped

    def hash_all(self, source: Source, keep: Keep | None = None) -> None:
        """Read every byte once, and hand it to *keep* in the same pass."""
        self._source, self.sizes, self.folders = source, source.sizes, source.folders
        for name, size in self.sizes.items():
            one, other, seen = hashlib.sha256(), hashlib.sha512(), 0
            with keep(name) if keep is not None else nullcontext() as out:
                for chunk in self._chunks(source, name):
                    one.update(chunk)
                    other.update(chunk)
                    seen += len(chunk)
                    if out is not None:
                        out.write(chunk)
            if seen != size:
                self.error("READ", name, f"has {seen} bytes, {size} are announced")
            self.hashes[name] = (one.hexdigest(), other.hexdigest())

    def _chunks(self, source: Source, name: str) -> Iterator[bytes]:
        try:
            yield from source.open(name)
        except (OSError, ZipFault) as error:
            self.error("READ", name, f"cannot be read: {error}")

    def content(self, name: str) -> bytes:
        """Return a small file whole: the same bytes that were hashed; nothing when it cannot be."""
        if name not in self.sizes or self._source is None:
            return b""
        if self.sizes[name] > self.limits.description_bytes:
            self.error("SIZE", name, "is too large to be what it is called")
            return b""
        try:
            data = b"".join(self._source.open(name))
        except (OSError, ZipFault):
            return b""  # told when it was hashed
        if hashlib.sha256(data).hexdigest() != self.hashes[name][0]:
            self.error("READ", name, "changed while it was read")
            return b""
        return data

    def digest(self, name: str, algorithm: str) -> str:
        """Read a file again for an old digest that some packages still use."""
        one = hashlib.new(algorithm, usedforsecurity=False)
        if self._source is not None:
            try:
                for chunk in self._source.open(name):
                    one.update(chunk)
            except (OSError, ZipFault):
                return ""
        return one.hexdigest()

    def text(self, name: str, rule: str) -> str:
        try:
            return self.content(name).decode()
        except UnicodeDecodeError:
            self.error(rule, name, "is not UTF-8")
            return ""
