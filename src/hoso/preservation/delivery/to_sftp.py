"""Bring a package to a server over SSH (SFTP), whose key is pinned.

As into a folder: ``NAME.zip.part`` grows, ``NAME.zip.part.json`` says of which package it is;
what is there is read back and hashed before anything is added, since a server that was cut off
may have kept less, or something else, than was sent.
"""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from hoso.preservation.delivery.destinations import Sftp
from hoso.preservation.delivery.transport import (
    Delivered,
    Hashed,
    NotDelivered,
    Parcel,
    WaitsForPerson,
)

if TYPE_CHECKING:
    from paramiko import PKey, SFTPClient

__all__ = ["bring_to_sftp"]

_CHUNK = 1 << 20
_SMALL = 1 << 12


def bring_to_sftp(parcel: Parcel, destination: Sftp) -> Delivered:
    """Send the package, from where an earlier try ended."""
    # The library takes a third of a second to import, and few sites send over SSH.
    import paramiko

    try:
        with _session(destination) as files:
            return _bring(parcel, files)
    except paramiko.AuthenticationException as error:
        raise WaitsForPerson(
            "{where} does not let us in. Look at the account and its key, then have it tried again.",
            where=destination.where,
        ) from error
    except PermissionError as error:
        raise WaitsForPerson(
            "{where} does not let us write there. Look at the folder, then have it tried again.",
            where=destination.where,
        ) from error
    except (OSError, EOFError, paramiko.SSHException, ValueError) as error:
        raise NotDelivered(
            "{where} does not answer as it should ({why}). It is tried again.",
            where=destination.where,
            why=(str(error) or type(error).__name__)[:200],
        ) from error


@contextmanager
def _session(destination: Sftp) -> Iterator[SFTPClient]:
    import paramiko

    address = (destination.host, destination.port)
    with closing(socket.create_connection(address, timeout=destination.seconds)) as line:
        session = paramiko.Transport(line)
        try:
            session.banner_timeout = session.handshake_timeout = destination.seconds
            session.auth_timeout = destination.seconds
            session.start_client(timeout=destination.seconds)
            _is_pinned(destination, session.get_remote_server_key())
            if destination.key_file is not None:
                session.auth_publickey(destination.user, _key(destination))
            else:
                session.auth_password(destination.user, destination.password)
            files = paramiko.SFTPClient.from_transport(session)
            if files is None:
                raise EOFError("no SFTP there")
            files.get_channel().settimeout(destination.seconds)  # type: ignore[union-attr]
            files.chdir(destination.path)
            yield files
        finally:
            session.close()


def _is_pinned(destination: Sftp, key: PKey) -> None:
    """Refuse a server that shows another key than the one that was written down."""
    kind, _, encoded = destination.host_key.strip().partition(" ")
    if (key.get_name(), key.get_base64()) != (kind, encoded.split(" ")[0]):
        raise WaitsForPerson(
            "{where} shows another key ({shown}) than the one it is known by. Nothing was sent. "
            "Ask who keeps the server, by another way than this line.",
            where=destination.where,
            shown=f"{key.get_name()} {key.get_base64()[:40]}",
        )


def _key(destination: Sftp) -> PKey:
    import paramiko

    return paramiko.PKey.from_path(str(destination.key_file))


def _bring(parcel: Parcel, files: SFTPClient) -> Delivered:
    hashed = Hashed(parcel)
    size = _size(files, parcel.name)
    if size is not None:
        return _there_already(parcel, files, size, hashed)
    part, journal = f"{parcel.name}.part", f"{parcel.name}.part.json"
    resumed = _safe(parcel, files, part, journal, hashed)
    with closing(files.open(part, "r+b" if resumed else "wb")) as out:
        if resumed:
            out.truncate(resumed)
            out.seek(resumed)
        else:
            _write(files, journal, parcel.mark.encode())
        # Many writes under way at once; each is asked for at the end of a piece.
        out.set_pipelined(True)
        for piece in hashed.pieces():
            out.write(piece)
            out.flush()
            parcel.moved(hashed.offset)
    arrived = _size(files, part)
    if arrived != parcel.size:
        raise NotDelivered(
            "The server kept {arrived} of {size} bytes. It is tried again.",
            arrived=arrived or 0,
            size=parcel.size,
        )
    _write_small(parcel, files, hashed)
    files.posix_rename(part, parcel.name)
    _remove(files, journal)
    return Delivered(hashed.sha256, resumed)


def _there_already(parcel: Parcel, files: SFTPClient, size: int, hashed: Hashed) -> Delivered:
    if size != parcel.size or _digest(files, parcel.name, size) != hashed.pass_over(size):
        raise WaitsForPerson(
            "{path} is there already and is something else. Move it away, then have it tried "
            "again.",
            path=parcel.name,
        )
    _write_small(parcel, files, hashed)
    return Delivered(hashed.sha256, parcel.size)


def _safe(parcel: Parcel, files: SFTPClient, part: str, journal: str, hashed: Hashed) -> int:
    """Return how much of this package is there, byte for byte."""
    size = _size(files, part) or 0
    if not size or size > parcel.size or _read(files, journal) != parcel.mark.encode():
        return 0
    if _digest(files, part, size) != hashed.pass_over(size):
        hashed.again()
        return 0
    return size


def _size(files: SFTPClient, name: str) -> int | None:
    try:
        return int(files.stat(name).st_size or 0)
    except FileNotFoundError:
        return None


def _digest(files: SFTPClient, name: str, size: int) -> str:
    digest, left = hashlib.sha256(), size
    with closing(files.open(name, "rb")) as found:
        found.prefetch(size)
        while left:
            piece = found.read(min(_CHUNK, left))
            if not piece:
                break
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest()


def _read(files: SFTPClient, name: str) -> bytes:
    try:
        with closing(files.open(name, "rb")) as found:
            content: bytes = found.read(_SMALL)
            json.loads(content)
    except (FileNotFoundError, ValueError):
        return b""
    return content


def _write_small(parcel: Parcel, files: SFTPClient, hashed: Hashed) -> None:
    for name, content in parcel.small(hashed.sha256).items():
        _write(files, name, content)


def _write(files: SFTPClient, name: str, content: bytes) -> None:
    with closing(files.open(name, "wb")) as out:
        out.write(content)


def _remove(files: SFTPClient, name: str) -> Any:
    try:
        files.remove(name)
    except FileNotFoundError:
        return
