"""Where an installation sends packages: sections ``[deliver NAME]`` of its ini file.

Checked when a site is opened: what cannot work is said then, not when a package is to leave.
Secrets stand in files of their own that only their owner can read.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hoso.app.ways import secret_in, there
from hoso.kernel.errors import NotReady
from hoso.preservation.delivery.destinations import Destination, Folder, Rest, Sftp

__all__ = ["read_destinations"]

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_KEYS = {
    "folder": ({"kind", "path"}, set[str]()),
    "sftp": (
        {"kind", "host", "user", "host-key", "path"},
        {"port", "key-file", "password-file", "seconds"},
    ),
    "rest": ({"kind", "url"}, {"token-file", "ca-file", "seconds"}),
}


def read_destinations(path: Path, parser: configparser.ConfigParser) -> Iterator[Destination]:
    """Yield the destinations a settings file names."""
    for title in parser.sections():
        word, _, name = title.partition(" ")
        if word != "deliver":
            continue
        section = parser[title]
        kind = section.get("kind", "")
        if kind not in _KEYS or not _NAME.fullmatch(name.strip()):
            raise NotReady(
                "{path}: a destination is [deliver NAME], its name in small letters, with kind = "
                "folder, sftp or rest.",
                path=str(path),
            )
        needed, wanted = _KEYS[kind]
        if needed - set(section) or set(section) - needed - wanted:
            raise NotReady(
                "{path}: the section [{name}] has {needed}, and where wanted {wanted}.",
                path=str(path),
                name=title,
                needed=", ".join(sorted(needed)),
                wanted=", ".join(sorted(wanted)) or "-",
            )
        yield _made(path, name.strip(), kind, section)


def _made(path: Path, name: str, kind: str, section: Mapping[str, str]) -> Destination:
    if kind == "folder":
        return Folder(name, (path.parent / section["path"]).resolve())
    try:
        seconds, port = float(section.get("seconds", "60")), int(section.get("port", "22"))
    except ValueError as error:
        raise NotReady(
            "{path}: port and seconds of [deliver {name}] are numbers.", path=str(path), name=name
        ) from error
    if kind == "sftp":
        return _sftp(path, name, section, seconds=seconds, port=port)
    split = urlsplit(section["url"])
    if split.scheme != "https" and not (split.scheme == "http" and split.hostname in _LOOPBACK):
        raise NotReady(
            "{path}: url of [deliver {name}] begins with https://.", path=str(path), name=name
        )
    ca_file = there(path, section.get("ca-file", ""))
    return Rest(
        name,
        section["url"],
        token=secret_in(path, section.get("token-file", "")),
        ca_file=Path(ca_file) if ca_file else None,
        seconds=seconds,
    )


def _sftp(
    path: Path, name: str, section: Mapping[str, str], *, seconds: float, port: int
) -> Destination:
    key_file = there(path, section.get("key-file", ""))
    password = secret_in(path, section.get("password-file", ""))
    if bool(key_file) == bool(password):
        raise NotReady(
            "{path}: [deliver {name}] has either key-file or password-file.",
            path=str(path),
            name=name,
        )
    if len(section["host-key"].split()) < 2:
        raise NotReady(
            "{path}: host-key of [deliver {name}] is a kind and a key, as in known_hosts: "
            "ssh-ed25519 AAAA…",
            path=str(path),
            name=name,
        )
    return Sftp(
        name,
        section["host"],
        section["user"],
        section["host-key"],
        section["path"],
        port=port,
        key_file=Path(key_file) if key_file else None,
        password=password,
        seconds=seconds,
    )
