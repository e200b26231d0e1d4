"""Settings of an installation: one ini file, ``etc/hoso.ini`` unless ``--config`` says so."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hoso.access.sources import Ways
from hoso.app.destinations import read_destinations
from hoso.app.ways import read_ways
from hoso.kernel.errors import NotReady
from hoso.preservation.delivery.destinations import Destination

__all__ = ["Settings", "Watched", "home", "read_settings"]


@dataclass(frozen=True)
class Watched:
    """A folder whose files are taken in as they come: section ``[watch NAME]``.

    :ivar unit: key of the unit whose tray they go to.
    :ivar login: the account that takes them in (``as``).
    :ivar rest: seconds a file must not have changed before it is taken.
    """

    name: str
    path: Path
    unit: str
    login: str
    rest: float = 10.0


@dataclass(frozen=True)
class Settings:
    """What an administrator sets.

    :ivar zodb: ZConfig file of the databases.
    :ivar listen: address the server answers on.
    :ivar threads: threads that answer requests.
    :ivar worker: whether the serving process also reads what comes in.
    :ivar follower: whether the serving process also keeps the index.
    :ivar readers: processes that parse and recognise files.
    :ivar upload_limit: most bytes of one file.
    :ivar clamd: where the virus scanner answers (``unix:/path`` or ``tcp:host:port``); "" where
        there is none.  Where it is named and does not answer, files wait.
    :ivar signing_key: a PKCS #12 file to sign receipts with; none: a key of the site's own.
    :ivar signing_password: the file that holds its password.
    :ivar secure_cookies: whether people come over TLS: cookies go nowhere else then.
    :ivar hosts: names the site answers to; none: to any.
    :ivar searches_a_minute: most searches of one person; 0 is no limit, here and below.
    :ivar makings_a_minute: most packages, tables and sheets of labels one person has made.
    :ivar misses_a_minute: how often one person may ask for what is not there.
    :ivar journal_signed: whether the head of each day of the journal is signed with that key.
    :ivar timestamp_url: a time-stamp authority (RFC 3161) asked for each head of a day; "": none.
    :ivar watched: folders whose files are taken in as they come.
    :ivar address: the address people open, as ``https://hoso.example.vn``; "" for the one each
        request names.  Passkeys and sign-in at a provider are good for it alone.
    :ivar trusted_proxy: the address of the proxy before us whose word on clients is taken; "" for
        none.
    :ivar archive_certificates: a folder with the certificates of the archives whose receipts are
        believed; none: ``archive-certificates`` in the site's own folder.
    :ivar destinations: where packages may be sent.
    :ivar ways: the directory and the provider people may sign in through.
    :ivar second_copy: a folder on another disk or machine where every file is kept once more, by
        its digest; none: there is no second copy that a damaged file could be mended from.
    :ivar second_reader: an engine asked for a second opinion on faded pages; "" for none.
    """

    zodb: Path
    listen: str = "127.0.0.1:6543"
    threads: int = 6
    worker: bool = True
    follower: bool = True
    readers: int = 2
    upload_limit: int = 500 << 20
    clamd: str = ""
    second_reader: str = ""
    second_copy: Path | None = None
    signing_key: Path | None = None
    signing_password: Path | None = None
    journal_signed: bool = False
    timestamp_url: str = ""
    secure_cookies: bool = False
    hosts: tuple[str, ...] = ()
    searches_a_minute: int = 600
    makings_a_minute: int = 60
    misses_a_minute: int = 120
    address: str = ""
    trusted_proxy: str = ""
    watched: tuple[Watched, ...] = ()
    archive_certificates: Path | None = None
    destinations: tuple[Destination, ...] = ()
    ways: Ways = field(default_factory=Ways)


def home() -> Path:
    """Return the folder that holds ``catalogs/``, ``profiles/`` and ``etc/``."""
    said = os.environ.get("HOSO_HOME")
    return Path(said) if said else Path(__file__).resolve().parents[3]


def read_settings(path: Path | None = None) -> Settings:
    """Read the settings; paths in the file are relative to the file."""
    path = path or home() / "etc" / "hoso.ini"
    if not path.is_file():
        raise NotReady("There is no settings file {path}.", path=str(path))
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    if not parser.has_section("hoso"):
        raise NotReady("{path} has no section [hoso].", path=str(path))
    section = parser["hoso"]
    known = set(Settings.__dataclass_fields__) - {"watched", "ways", "destinations"}
    unknown = {key.replace("-", "_") for key in section} - known
    if unknown:
        raise NotReady(
            "{path} has keys hoso does not know: {keys}.",
            path=str(path),
            keys=", ".join(sorted(unknown)),
        )
    return Settings(
        zodb=(path.parent / section.get("zodb", "zodb.conf")).resolve(),
        listen=section.get("listen", Settings.listen),
        threads=section.getint("threads", Settings.threads),
        worker=section.getboolean("worker", Settings.worker),
        follower=section.getboolean("follower", Settings.follower),
        readers=section.getint("readers", Settings.readers),
        upload_limit=section.getint("upload-limit", Settings.upload_limit),
        clamd=section.get("clamd", Settings.clamd),
        second_reader=section.get("second-reader", Settings.second_reader),
        journal_signed=section.getboolean("journal-signed", Settings.journal_signed),
        timestamp_url=section.get("timestamp-url", Settings.timestamp_url),
        second_copy=_beside(path, section.get("second-copy", "")),
        signing_key=_beside(path, section.get("signing-key", "")),
        signing_password=_beside(path, section.get("signing-password", "")),
        secure_cookies=section.getboolean("secure-cookies", Settings.secure_cookies),
        address=section.get("address", Settings.address).rstrip("/"),
        trusted_proxy=section.get("trusted-proxy", Settings.trusted_proxy),
        hosts=tuple(section.get("hosts", "").lower().split()),
        searches_a_minute=section.getint("searches-a-minute", Settings.searches_a_minute),
        makings_a_minute=section.getint("makings-a-minute", Settings.makings_a_minute),
        misses_a_minute=section.getint("misses-a-minute", Settings.misses_a_minute),
        watched=tuple(_watched(path, parser)),
        archive_certificates=_beside(path, section.get("archive-certificates", "")),
        destinations=tuple(read_destinations(path, parser)),
        ways=read_ways(path, parser),
    )


def _watched(settings: Path, parser: configparser.ConfigParser) -> Iterator[Watched]:
    for name in parser.sections():
        kind, _, rest = name.partition(" ")
        if kind != "watch":
            continue
        section = parser[name]
        lacking = {"path", "unit", "as"} - set(section)
        unknown = set(section) - {"path", "unit", "as", "rest"}
        if lacking or unknown or not rest.strip():
            raise NotReady(
                "{path}: the section [{name}] is [watch NAME] with path, unit, as, and rest where "
                "wanted.",
                path=str(settings),
                name=name,
            )
        yield Watched(
            rest.strip(),
            (settings.parent / section["path"]).resolve(),
            section["unit"],
            section["as"],
            section.getfloat("rest", Watched.rest),
        )


def _beside(settings: Path, name: str) -> Path | None:
    """Return the file *name* means, seen from the settings file; ``None`` where none is said."""
    return (settings.parent / name).resolve() if name else None
