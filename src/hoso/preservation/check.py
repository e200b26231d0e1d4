"""Open a bag again and believe nothing: the second reader.

Shares no code with what builds bags and imports nothing of hoso.  It reads a folder or a zip,
without unpacking, hashes every byte with both algorithms, and compares counts and digests with
what the catalogue says should be in it.  All faults are told, not only the first.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote

__all__ = ["Expected", "Verdict", "Wrong", "check"]

_CHUNK = 1 << 20
_MANIFEST = re.compile(r"(tag)?manifest-(sha256|sha512)\.txt")
_LINE = re.compile(r"([0-9a-f]{64}|[0-9a-f]{128}) [ *](.+)")
_OXUM = re.compile(r"(\d+)\.(\d+)")
_SMALL = 64 << 20  # no manifest or description of ours is larger


@dataclass(frozen=True)
class Expected:
    """What the catalogue says: the dossier, its documents, and every file with its size.

    ``digest`` is the one noted when the package was built: of a zip its SHA-256, of a folder
    that of ``tagmanifest-sha256.txt``.
    """

    identifier: str
    documents: int
    files: tuple[tuple[str, int], ...]  # (sha256, size), in any order
    digest: str = ""


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with one file of the package."""

    path: str
    what: str


@dataclass(frozen=True)
class Verdict:
    """What was found; a package with anything wrong is not delivered."""

    wrong: tuple[Wrong, ...]
    files: int
    bytes: int

    @property
    def is_sound(self) -> bool:
        return not self.wrong


class _Refused(Exception):
    """The package cannot be read any further."""


class _Source(Protocol):
    def sizes(self) -> Mapping[str, int]: ...
    def open(self, name: str) -> IO[bytes]: ...


def check(path: Path, *, expected: Expected | None = None) -> Verdict:
    """Read the bag at *path* and compare it with itself and with the catalogue."""
    reading = _Reading()
    try:
        with _source(path, reading) as source:
            reading.whole(source, expected)
        if expected is not None and expected.digest:
            reading.against(path, expected.digest)
    except _Refused:
        pass
    except (OSError, zipfile.BadZipFile, ValueError, EOFError) as error:
        reading.say(path.name, f"cannot be read: {error}")
    return Verdict(tuple(reading.wrong), reading.files, reading.bytes)


class _Reading:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.wrong: list[Wrong] = []
        self.files = self.bytes = 0

    def say(self, path: str, what: str) -> None:
        self.wrong.append(Wrong(path, what))

    def whole(self, source: _Source, expected: Expected | None) -> None:
        sizes = source.sizes()
        hashed = {name: self._hashed(source, name, size) for name, size in sizes.items()}
        self._declaration(source, sizes)
        payload = {name for name in sizes if name.startswith("data/")}
        self.files, self.bytes = len(payload), sum(sizes[name] for name in payload)
        tags = {n for n in sizes if n not in payload and not n.startswith("tagmanifest-")}
        for number, algorithm in enumerate(("sha256", "sha512")):
            for kind, members in (("manifest", payload), ("tagmanifest", tags)):
                listed = self._manifest(source, f"{kind}-{algorithm}.txt", sizes)
                self._compare(f"{kind}-{algorithm}.txt", listed, members, hashed, which=number)
        for name in sorted(tags):
            if name not in {"bagit.txt", "bag-info.txt"} and not _MANIFEST.fullmatch(name):
                self.say(name, "is no part of a package of ours")
        info = self._info(source, sizes)
        self._oxum(info)
        if expected is not None:
            self._catalogue(source, sizes, hashed, info, expected)

    def against(self, path: Path, digest: str) -> None:
        noted = path / "tagmanifest-sha256.txt" if path.is_dir() else path
        with noted.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                self.say(noted.name, "does not have the digest noted when it was built")

    def _hashed(self, source: _Source, name: str, size: int) -> tuple[str, str]:
        one, other, seen = hashlib.sha256(), hashlib.sha512(), 0
        try:
            with source.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    one.update(chunk)
                    other.update(chunk)
                    seen += len(chunk)
        except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError) as error:
            self.say(name, f"cannot be read: {error}")
        if seen != size:
            self.say(name, f"has {seen} bytes, {size} are announced")
        return one.hexdigest(), other.hexdigest()

    def _text(self, source: _Source, name: str, sizes: Mapping[str, int]) -> str:
        if name not in sizes:
            self.say(name, "is missing")
            return ""
        if sizes[name] > _SMALL:
            self.say(name, "is too large to be what it is called")
            return ""
        with source.open(name) as stream:
            try:
                return stream.read().decode()
            except UnicodeDecodeError:
                self.say(name, "is not UTF-8")
                return ""

    def _declaration(self, source: _Source, sizes: Mapping[str, int]) -> None:
        said = self._text(source, "bagit.txt", sizes)
        if said and said != "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
            self.say("bagit.txt", "does not declare BagIt 1.0 in UTF-8")

    def _manifest(self, source: _Source, name: str, sizes: Mapping[str, int]) -> dict[str, str]:
        listed: dict[str, str] = {}
        for number, line in enumerate(_lines(self._text(source, name, sizes)), start=1):
            found = _LINE.fullmatch(line)
            if found is None:
                self.say(name, f"line {number} is not a digest and a path")
                continue
            path = unquote(found[2])
            if path in listed:
                self.say(name, f"line {number} lists {path} again")
            listed[path] = found[1]
        return listed

    def _compare(
        self,
        name: str,
        listed: Mapping[str, str],
        members: set[str],
        hashed: Mapping[str, tuple[str, str]],
        *,
        which: int,
    ) -> None:
        for path in sorted(members - set(listed)):
            self.say(path, f"is not listed in {name}")
        for path in sorted(set(listed) - members):
            self.say(path, f"is listed in {name} and is not there")
        for path in sorted(members & set(listed)):
            if hashed[path][which] != listed[path]:
                self.say(path, f"does not have the digest listed in {name}")

    def _info(self, source: _Source, sizes: Mapping[str, int]) -> dict[str, str]:
        info: dict[str, str] = {}
        for line in _lines(self._text(source, "bag-info.txt", sizes)):
            label, colon, value = line.partition(": ")
            if not colon or label in info:
                self.say("bag-info.txt", f"this line cannot be: {line[:60]}")
            info[label] = value
        return info

    def _oxum(self, info: Mapping[str, str]) -> None:
        found = _OXUM.fullmatch(info.get("Payload-Oxum", ""))
        if found is None:
            self.say("bag-info.txt", "has no Payload-Oxum")
        elif (int(found[1]), int(found[2])) != (self.bytes, self.files):
            self.say(
                "bag-info.txt",
                f"announces {found[2]} files with {found[1]} bytes; "
                f"there are {self.files} with {self.bytes}",
            )

    def _catalogue(
        self,
        source: _Source,
        sizes: Mapping[str, int],
        hashed: Mapping[str, tuple[str, str]],
        info: Mapping[str, str],
        expected: Expected,
    ) -> None:
        if info.get("External-Identifier") != expected.identifier:
            self.say("bag-info.txt", f"is not of the dossier {expected.identifier}")
        here = Counter(
            (hashed[name][0], size)
            for name, size in sizes.items()
            if name.startswith("data/documents/")
        )
        kept = Counter((digest.lower(), size) for digest, size in expected.files)
        for digest, size in sorted((kept - here).elements()):
            self.say("data/documents", f"lacks a file of {size} bytes with SHA-256 {digest}")
        for digest, size in sorted((here - kept).elements()):
            self.say("data/documents", f"has a file of {size} bytes too many, SHA-256 {digest}")
        self._description(source, sizes, hashed, expected)

    def _description(
        self,
        source: _Source,
        sizes: Mapping[str, int],
        hashed: Mapping[str, tuple[str, str]],
        expected: Expected,
    ) -> None:
        name = "data/metadata/dossier.json"
        try:
            said = json.loads(self._text(source, name, sizes) or "{}")
            documents, files = len(said["documents"]), said["files"]
            described = {
                (one["path"], one["size"], one["sha256"].lower(), one["sha512"].lower())
                for one in files
            }
            identifier = said["identifier"]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.say(name, f"is not a description of a dossier: {error!r}")
            return
        if identifier != expected.identifier:
            self.say(name, f"is not of the dossier {expected.identifier}")
        if documents != expected.documents:
            self.say(name, f"describes {documents} documents, the catalogue {expected.documents}")
        there = {
            (path, size, *hashed[path])
            for path, size in sizes.items()
            if path.startswith("data/documents/")
        }
        if described != there or len(files) != len(there):
            self.say(name, "does not describe the files that are there")


def _lines(text: str) -> list[str]:
    """Split at line feeds alone; other separators have no business in a tag file."""
    return text.removesuffix("\n").split("\n") if text else []


@contextmanager
def _source(path: Path, reading: _Reading) -> Iterator[_Source]:
    if path.is_dir():
        yield _Folder(path, reading)
        return
    with zipfile.ZipFile(path) as archive:
        yield _Zip(archive, reading)


class _Folder:
    """A bag as a folder."""

    def __init__(self, root: Path, reading: _Reading) -> None:
        self.root = root
        self.reading = reading

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        waiting = [self.root]
        while waiting:
            for path in sorted(waiting.pop().iterdir()):
                name, mode = path.relative_to(self.root).as_posix(), path.lstat().st_mode
                if stat.S_ISDIR(mode):
                    waiting.append(path)
                elif stat.S_ISREG(mode):
                    found[name] = path.lstat().st_size
                else:
                    self.reading.say(name, "is neither a file nor a folder")
        return found

    def open(self, name: str) -> IO[bytes]:
        return (self.root / name).open("rb")


class _Zip:
    """A bag as a zip with one folder on top (RFC 8493 section 4)."""

    def __init__(self, archive: zipfile.ZipFile, reading: _Reading) -> None:
        self.archive = archive
        self.reading = reading
        self.top = ""

    def sizes(self) -> dict[str, int]:
        found: dict[str, int] = {}
        tops: set[str] = set()
        folded: set[str] = set()
        for info in self.archive.infolist():
            top, slash, name = info.filename.partition("/")
            parts = name.split("/")
            if not (top and slash and name) or {"", ".", ".."} & {top, *parts} or "\\" in name:
                self.reading.say(info.filename, "is a name that a package of ours cannot have")
            elif info.flag_bits & 1:
                self.reading.say(info.filename, "is encrypted")
            elif stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG}:
                self.reading.say(info.filename, "is neither a file nor a folder")
            elif name.lower() in folded:
                self.reading.say(info.filename, "is there twice")
            else:
                found[name] = info.file_size
                tops.add(top)
                folded.add(name.lower())
        if len(tops) != 1:
            self.reading.say("", f"there must be one folder on top, there are {len(tops)}")
            raise _Refused
        self.top = tops.pop()
        return found

    def open(self, name: str) -> IO[bytes]:
        return self.archive.open(f"{self.top}/{name}")
