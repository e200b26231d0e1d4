"""Where packages may be sent, as an installation says (values only).

The words of a destination stand in the installation's own settings, not in the database: who
runs the machine decides where it may write to, no page does.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["Destination", "Folder", "Rest", "Sftp"]


@dataclass(frozen=True)
class Folder:
    """A folder of this machine, such as a mounted share or a disk that is carried over."""

    name: str
    path: Path

    kind = "folder"

    @property
    def where(self) -> str:
        """How people are told where it goes."""
        return str(self.path)


@dataclass(frozen=True)
class Sftp:
    """A server that takes files over SSH.

    :ivar host_key: its public key as in ``known_hosts`` (``ssh-ed25519 AAAA…``): it is pinned,
        another key is not talked to.
    :ivar seconds: how long an answer is waited for.
    """

    name: str
    host: str
    user: str
    host_key: str
    path: str
    port: int = 22
    key_file: Path | None = None
    password: str = ""
    seconds: float = 60.0

    kind = "sftp"

    @property
    def where(self) -> str:
        """How people are told where it goes."""
        return f"sftp://{self.user}@{self.host}:{self.port}/{self.path.lstrip('/')}"


@dataclass(frozen=True)
class Rest:
    """An address that takes files in pieces: tus 1.0.0 (core and creation).

    :ivar token: sent as ``Authorization: Bearer``; "" where nothing is asked for.
    :ivar ca_file: certificates the address must be signed by; the machine's where none is said.
    """

    name: str
    url: str
    token: str = ""
    ca_file: Path | None = None
    seconds: float = 60.0

    kind = "rest"

    @property
    def where(self) -> str:
        """How people are told where it goes."""
        return self.url


Destination = Folder | Sftp | Rest
