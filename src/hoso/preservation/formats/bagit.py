"""A dossier as a bag: BagIt 1.0 (RFC 8493), as a folder or as a zip.

Payload: ``data/documents`` with the files, ``data/metadata`` with the descriptions.  Manifests
for SHA-256 and SHA-512 (RFC 8493 section 2.4 asks for the latter; archives here use the
former), tag manifests for both.  No fetch.txt: a bag of ours is always whole.

The recorded digests go into the manifests, and every file is hashed while it is copied: bytes
that are not what was filed stop the export.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from zope.interface import implementer

from hoso.kernel.clock import civil_date
from hoso.kernel.errors import Conflict, Unusable
from hoso.kernel.text import one_line
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.metadata.dossier_json import dossier_json
from hoso.preservation.metadata.dublin_core import dublin_core
from hoso.preservation.names import package_name, placed
from hoso.preservation.package import Package, PackagedFile, Report

__all__ = ["BagIt"]

_CHUNK = 1 << 20
_ALGORITHMS = ("sha256", "sha512")
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


@dataclass(frozen=True)
class _Entry:
    """One file of the bag: small content made here, or a file of the dossier."""

    path: str
    size: int
    digests: tuple[str, str]
    content: bytes = b""
    file: PackagedFile | None = None


@implementer(IPackageFormat)
class BagIt:
    """Writes bags."""

    profile = "bagit"

    def build(self, package: Package, folder: Path, *, zipped: bool = False) -> Report:
        entries = _entries(package)
        payload = [entry for entry in entries if entry.path.startswith("data/")]
        name = package_name(package.code, package.identifier)
        target = folder / (f"{name}.zip" if zipped else name)
        with _aside(folder) as part:
            try:
                if zipped:
                    _write_zip(entries, part, top=name)
                    digest = _digest_of(part)
                else:
                    _write_folder(entries, part)
                    digest = next(
                        entry.digests[0]
                        for entry in entries
                        if entry.path == "tagmanifest-sha256.txt"
                    )
            except OSError as error:
                raise Unusable(
                    "The package could not be written to {folder}: {reason}. Nothing was kept.",
                    folder=str(folder),
                    reason=error.strerror or str(error),
                ) from error
            _put_in_place(part, target)
        return Report(
            self.profile, target, len(payload), sum(entry.size for entry in payload), digest
        )


def _entries(package: Package) -> list[_Entry]:
    """Return all files of the bag, in order of their paths' bytes."""
    files = list(placed(package.files, "data/documents"))
    payload = [
        _Entry(path, file.size, (file.sha256.lower(), file.sha512.lower()), file=file)
        for path, file in files
    ]
    payload.append(_made("data/metadata/dossier.json", dossier_json(package, files)))
    payload.append(_made("data/metadata/dublin-core.xml", dublin_core(package)))
    payload.sort(key=lambda entry: entry.path)
    tags = [_made("bagit.txt", _DECLARATION), _made("bag-info.txt", _info(package, payload))]
    tags += [_manifest("manifest", payload, which) for which in (0, 1)]
    tags += [_manifest("tagmanifest", list(tags), which) for which in (0, 1)]
    return sorted([*payload, *tags], key=lambda entry: entry.path)


def _info(package: Package, payload: list[_Entry]) -> bytes:
    octets = sum(entry.size for entry in payload)
    bagged = civil_date(datetime.fromisoformat(package.frozen_at))
    fields = {
        "Bag-Software-Agent": package.software,
        "Bagging-Date": bagged.isoformat(),
        "External-Description": package.title,
        "External-Identifier": package.identifier,
        "Internal-Sender-Identifier": package.code,
        "Payload-Oxum": f"{octets}.{len(payload)}",
        "Source-Organization": package.agency,
    }
    # One line each: a value that goes over the line would have to be indented.
    lines = (f"{name}: {one_line(value)}\n" for name, value in sorted(fields.items()))
    return "".join(lines).encode()


def _made(path: str, content: bytes) -> _Entry:
    digests = (hashlib.sha256(content).hexdigest(), hashlib.sha512(content).hexdigest())
    return _Entry(path, len(content), digests, content)


def _manifest(kind: str, entries: list[_Entry], which: int) -> _Entry:
    ordered = sorted(entries, key=lambda entry: entry.path)
    lines = (f"{entry.digests[which]}  {entry.path}\n" for entry in ordered)
    return _made(f"{kind}-{_ALGORITHMS[which]}.txt", "".join(lines).encode())


def _write_folder(entries: list[_Entry], root: Path) -> None:
    for entry in entries:
        path = root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            _write(entry, out)


def _write_zip(entries: list[_Entry], path: Path, *, top: str) -> None:
    """Write a zip with nothing in it that another run would write differently.

    Stored, not deflated: scans do not shrink, and the bytes of deflate depend on the
    version of zlib.  RFC 8493 section 4: one folder on top, which is the bag.
    """
    with zipfile.ZipFile(path, "x", zipfile.ZIP_STORED) as archive:
        for entry in entries:
            info = zipfile.ZipInfo(f"{top}/{entry.path}", (1980, 1, 1, 0, 0, 0))
            info.create_system = 3  # Unix, on every system
            info.external_attr = 0o100644 << 16
            info.file_size = entry.size
            with archive.open(info, "w") as out:
                _write(entry, out)


def _write(entry: _Entry, out: IO[bytes]) -> None:
    if entry.file is None:
        out.write(entry.content)
        return
    file, seen = entry.file, 0
    hashes = [hashlib.sha256(), hashlib.sha512()]
    for chunk in _chunks(file):
        seen += len(chunk)
        if seen > entry.size:
            break  # longer than recorded: never write more than was promised
        for one in hashes:
            one.update(chunk)
        out.write(chunk)
    if seen != entry.size or tuple(one.hexdigest() for one in hashes) != entry.digests:
        raise Unusable(
            "{file} is not what was filed: its bytes do not have the recorded SHA-256 {sha256}. "
            "Nothing was exported. Restore the file from a verified copy and export again.",
            file=file.name,
            sha256=file.sha256,
        )


def _chunks(file: PackagedFile) -> Iterator[bytes]:
    try:
        with file.open() as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (OSError, KeyError) as error:  # POSKeyError, a blob that is gone, is a KeyError
        raise Unusable(
            "{file} cannot be read: {reason}. Nothing was exported. Restore the file from a "
            "verified copy and export again.",
            file=file.name,
            reason=str(error) or type(error).__name__,
        ) from error


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """Give a place beside the target, on the same disk, that is gone afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        yield part
    finally:
        if part.is_dir():
            shutil.rmtree(part)
        else:
            part.unlink(missing_ok=True)


def _put_in_place(part: Path, target: Path) -> None:
    if not target.exists() and not target.is_symlink():
        part.rename(target)
    elif not _same(part, target):
        raise Conflict(
            "{path} is there already and is something else. Move it away or choose another folder.",
            path=str(target),
        )


def _same(one: Path, other: Path) -> bool:
    """Compare two files or folders byte by byte."""
    if one.is_file() and other.is_file():
        return one.stat().st_size == other.stat().st_size and _digest_of(one) == _digest_of(other)
    if not (one.is_dir() and other.is_dir()) or other.is_symlink():
        return False
    names = sorted(path.name for path in one.iterdir())
    return names == sorted(path.name for path in other.iterdir()) and all(
        _same(one / name, other / name) for name in names
    )


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
