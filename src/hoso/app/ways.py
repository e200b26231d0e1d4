"""Sources of identity of an installation: sections ``[ldap]`` and ``[oidc]`` of its ini file.

Checked when a site is opened: what cannot work is said then, not at somebody's sign-in.
Secrets stand in files of their own that only their owner can read.
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from hoso.access.sources import Ways
from hoso.access.sources.directory import Directory
from hoso.access.sources.provider import Provider
from hoso.kernel.errors import NotReady

__all__ = ["read_ways", "secret_in", "there"]

_LDAP = ({"url", "base"}, {"attribute", "bind-dn", "bind-password-file", "ca-file", "seconds"})
_OIDC = ({"issuer", "client-id", "client-secret-file"}, {"name", "trust-factor", "ca-file"})
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def read_ways(path: Path, parser: configparser.ConfigParser) -> Ways:
    """Read both sections; either may be wanting."""
    return Ways(_directory(path, parser), _provider(path, parser))


def _section(
    path: Path, parser: configparser.ConfigParser, name: str, keys: tuple[set[str], set[str]]
) -> Mapping[str, str] | None:
    if not parser.has_section(name):
        return None
    section = parser[name]
    needed, wanted = keys
    if needed - set(section) or set(section) - needed - wanted:
        raise NotReady(
            "{path}: the section [{name}] has {needed}, and where wanted {wanted}.",
            path=str(path),
            name=name,
            needed=", ".join(sorted(needed)),
            wanted=", ".join(sorted(wanted)),
        )
    return section


def _directory(path: Path, parser: configparser.ConfigParser) -> Directory | None:
    section = _section(path, parser, "ldap", _LDAP)
    if section is None:
        return None
    split = urlsplit(section["url"])
    if split.scheme not in {"ldap", "ldaps"} or not split.hostname:
        raise NotReady(
            "{path}: write url of [ldap] as ldaps://host, or ldap://host for StartTLS.",
            path=str(path),
        )
    attribute = section.get("attribute", "uid")
    if not _ATTRIBUTE.fullmatch(attribute):
        raise NotReady("{path}: attribute of [ldap] is no name of one.", path=str(path))
    return Directory(
        url=section["url"],
        base=section["base"],
        attribute=attribute,
        bind_dn=section.get("bind-dn", ""),
        bind_password=secret_in(path, section.get("bind-password-file", "")),
        ca_file=there(path, section.get("ca-file", "")),
        seconds=int(section.get("seconds", "5")),
    )


def _provider(path: Path, parser: configparser.ConfigParser) -> Provider | None:
    section = _section(path, parser, "oidc", _OIDC)
    if section is None:
        return None
    split = urlsplit(section["issuer"])
    if split.scheme != "https" and not (split.scheme == "http" and split.hostname in _LOOPBACK):
        raise NotReady("{path}: issuer of [oidc] begins with https://.", path=str(path))
    return Provider(
        issuer=section["issuer"],
        client_id=section["client-id"],
        client_secret=secret_in(path, section["client-secret-file"]),
        name=section.get("name", split.hostname or ""),
        trust_factor=section.get("trust-factor", "no").lower() in {"yes", "true", "on", "1"},
        ca_file=there(path, section.get("ca-file", "")),
    )


def secret_in(path: Path, name: str) -> str:
    """Return what the file *name*, seen from the settings file, holds; only its owner may read it."""
    if not name:
        return ""
    file = (path.parent / name).resolve()
    try:
        if file.stat().st_mode & 0o077:
            raise NotReady(
                "{file} holds a secret and others can read it. Run: chmod 600 {file}",
                file=str(file),
            )
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise NotReady(
            "{file}, named in {path}, cannot be read.", file=str(file), path=str(path)
        ) from error


def there(path: Path, name: str) -> str:
    """Return the full name of a file that must be there; "" where none is said."""
    if not name:
        return ""
    file = (path.parent / name).resolve()
    if not file.is_file():
        raise NotReady("{file}, named in {path}, is not there.", file=str(file), path=str(path))
    return str(file)
