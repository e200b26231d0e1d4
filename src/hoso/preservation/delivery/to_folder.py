"""Bring a package into a folder: synced as it goes, renamed when whole.

``NAME.zip.part`` grows; ``NAME.zip.part.json`` says of which package it is and how much of it
is safe on the disk.  After a power cut what lies behind that number is cut off, and what lies
before it is hashed again before anything is added.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from hoso.preservation.delivery.destinations import Folder
from hoso.preservation.delivery.transport import (
    Delivered,
    Hashed,
    NotDelivered,
    Parcel,
    WaitsForPerson,
)
from hoso.storage.blobs import NO_ROOM

__all__ = ["bring_to_folder"]

_CHUNK = 1 << 20
_AWAY = frozenset({errno.ENOENT, errno.ENODEV, errno.EIO, errno.ESTALE, errno.ENOTCONN})


def bring_to_folder(parcel: Parcel, destination: Folder) -> Delivered:
    """Write the package into the folder, from where an earlier try ended."""
    try:
        return _bring(parcel, destination.path)
    except OSError as error:
        raise _failed(error, destination) from error


def _failed(error: OSError, destination: Folder) -> NotDelivered:
    if error.errno in NO_ROOM:
        return NotDelivered(
            "There is no room left in {where}. What arrived stays there; make room, and it goes "
            "on by itself.",
            where=destination.where,
        )
    if error.errno in _AWAY:
        return NotDelivered(
            "{where} is not there ({why}). It is tried again.",
            where=destination.where,
            why=error.strerror or str(error),
        )
    return WaitsForPerson(
        "{where} cannot be written to ({why}). Look at the folder and its owner, then have it "
        "tried again.",
        where=destination.where,
        why=error.strerror or str(error),
    )


def _bring(parcel: Parcel, folder: Path) -> Delivered:
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
    target, part = folder / parcel.name, folder / f"{parcel.name}.part"
    hashed = Hashed(parcel)
    if target.exists():
        return _there_already(parcel, target, hashed)
    with _opened(part) as out:
        resumed = _safe(parcel, part, out, hashed)
        if shutil.disk_usage(folder).free < parcel.size - resumed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        _note(part, parcel, resumed)
        for piece in hashed.pieces():
            out.write(piece)
            out.flush()
            os.fsync(out.fileno())
            _note(part, parcel, hashed.offset)
            parcel.moved(hashed.offset)
    _write_small(parcel, folder, hashed)
    part.rename(target)
    with suppress(FileNotFoundError):
        _journal(part).unlink()
    _sync(folder)
    return Delivered(hashed.sha256, resumed)


def _there_already(parcel: Parcel, target: Path, hashed: Hashed) -> Delivered:
    """The last try ended behind the rename, or somebody put something else there."""
    with target.open("rb") as found:
        same = os.fstat(found.fileno()).st_size == parcel.size and hashlib.file_digest(
            found, "sha256"
        ).hexdigest() == hashed.pass_over(parcel.size)
    if not same:
        raise WaitsForPerson(
            "{path} is there already and is something else. Move it away, then have it tried "
            "again.",
            path=str(target),
        )
    _write_small(parcel, target.parent, hashed)
    return Delivered(hashed.sha256, parcel.size)


def _opened(part: Path) -> BinaryIO:
    # Never through a link somebody laid there, and never shared between two writers.
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    return os.fdopen(os.open(part, flags, 0o640), "r+b")


def _safe(parcel: Parcel, part: Path, out: BinaryIO, hashed: Hashed) -> int:
    """Cut off what is not known to be safe; return how much of this package is there."""
    safe = min(_noted(part, parcel), os.fstat(out.fileno()).st_size)
    if safe:
        digest, left = hashlib.sha256(), safe
        while left:
            piece = out.read(min(_CHUNK, left))
            digest.update(piece)
            left -= len(piece)
        if digest.hexdigest() != hashed.pass_over(safe):
            safe = 0
            hashed.again()
    out.seek(safe)
    out.truncate()
    return safe


def _journal(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _noted(part: Path, parcel: Parcel) -> int:
    try:
        said = json.loads(_journal(part).read_text(encoding="utf-8"))
        safe = int(said.pop("safe"))
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return 0
    return safe if said == json.loads(parcel.mark) and 0 <= safe <= parcel.size else 0


def _note(part: Path, parcel: Parcel, safe: int) -> None:
    said = {**json.loads(parcel.mark), "safe": safe}
    _write(_journal(part), (json.dumps(said, sort_keys=True) + "\n").encode())


def _write_small(parcel: Parcel, folder: Path, hashed: Hashed) -> None:
    for name, content in parcel.small(hashed.sha256).items():
        _write(folder / name, content)


def _write(path: Path, content: bytes) -> None:
    """Write a small file so that after a power cut it is the old one or the new one."""
    aside = path.with_name(f".{path.name}.new")
    with aside.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    aside.rename(path)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
