"""Write a layout out: as a folder, or as a zip on disk.

Written aside and put in place when whole.  Every file is hashed on its way and must be what was
recorded: bytes that are not what was filed stop the export, and nothing is left behind.
"""

from __future__ import annotations

import hashlib
import secrets
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from hoso.kernel.errors import Conflict, Unusable
from hoso.preservation.layout import Entry, Layout
from hoso.preservation.package import Report
from hoso.preservation.virtual_zip import Damaged, VirtualZip

__all__ = ["scratch_in", "with_crcs", "write_layout"]

_CHUNK = 1 << 20


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """Give a scratch folder on the disk of *folder*, which is made; it is gone afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch:
            yield Path(scratch)
    except OSError as error:
        raise _unwritable(folder, error) from error


def write_layout(layout: Layout, folder: Path, *, zipped: bool = False) -> Report:
    """Write a package into *folder* under its name; where the same is there already, say so."""
    target = folder / (f"{layout.top}.zip" if zipped else layout.top)
    with _aside(folder) as part:
        try:
            if zipped:
                digest = _write_zip(layout, part)
            else:
                _write_folder(layout.entries, part)
                digest = layout[layout.covering].sha256
        except OSError as error:
            raise _unwritable(folder, error) from error
        _put_in_place(part, target)
    payload = layout.payload
    return Report(
        layout.profile, target, len(payload), sum(entry.size for entry in payload), digest
    )


def _unwritable(folder: Path, error: OSError) -> Unusable:
    return Unusable(
        "The package could not be written to {folder}: {reason}. Nothing was kept.",
        folder=str(folder),
        reason=error.strerror or str(error),
    )


def _write_folder(entries: tuple[Entry, ...], root: Path) -> None:
    for entry in entries:
        path = root / entry.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            _write(entry, out)


def with_crcs(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries with the CRC-32 of each: those that are not known are read for it.

    No digest is made here: whoever gives the bytes out makes it then.
    """
    return tuple(
        entry if entry.crc32 is not None else replace(entry, crc32=_crc_of(entry))
        for entry in entries
    )


def _crc_of(entry: Entry) -> int:
    crc = 0
    for chunk in _chunks(entry):
        crc = zlib.crc32(chunk, crc)
    return crc


def _write_zip(layout: Layout, path: Path) -> str:
    """Write the zip that a download would give, and return its SHA-256.

    Stored, not deflated: scans do not shrink, and the bytes of deflate depend on the
    version of zlib.  One folder on top, which is the package (RFC 8493 section 4).
    """
    archive, digest = VirtualZip(layout.top, with_crcs(layout.entries)), hashlib.sha256()
    try:
        with path.open("xb") as out:
            for piece in archive.stream():
                digest.update(piece)
                out.write(piece)
    except Damaged as error:
        raise _not_filed(layout[str(error.facts["path"])]) from error
    return digest.hexdigest()


def _not_filed(entry: Entry) -> Unusable:
    return Unusable(
        "{file} is not what was filed: its bytes do not have the recorded SHA-256 {sha256}. "
        "Nothing was exported. Restore the file from a verified copy and export again.",
        file=entry.name or entry.path,
        sha256=entry.sha256,
    )


def _write(entry: Entry, out: IO[bytes]) -> None:
    seen = 0
    hashes = [hashlib.sha256(), hashlib.sha512()]
    for chunk in _chunks(entry):
        seen += len(chunk)
        if seen > entry.size:
            break  # longer than recorded: never write more than was promised
        for one in hashes:
            one.update(chunk)
        out.write(chunk)
    found = [one.hexdigest() for one in hashes]
    if seen != entry.size or found != [entry.sha256, entry.sha512]:
        raise _not_filed(entry)


def _chunks(entry: Entry) -> Iterator[bytes]:
    try:
        with entry.open() as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (OSError, KeyError) as error:  # POSKeyError, a blob that is gone, is a KeyError
        raise Unusable(
            "{file} cannot be read: {reason}. Nothing was exported. Restore the file from a "
            "verified copy and export again.",
            file=entry.name or entry.path,
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
