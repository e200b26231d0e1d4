"""Asking a virus scanner: clamd, over its own protocol, where the office runs one.

The bytes are sent (INSTREAM), so the scanner needs no right to read the spool and may stand on
another machine.  Where a scanner is set up and does not answer, nothing passes: ``Unreachable``
is raised, the file waits, and whoever asked tries again.

Written here because the client on PyPI sends without looking whether all was taken, and has
no time limit on connecting.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hoso.ingest.verdict import Reason, reason
from hoso.kernel.errors import Fault, Invalid

__all__ = ["Scan", "Scanner", "Unreachable"]

_CHUNK = 256 << 10
_LONGEST_ANSWER = 4096
_ANSWER = re.compile(r"^stream: (?:(?P<name>.+) FOUND|(?P<clean>OK))$")


class Unreachable(Exception):
    """The scanner did not answer: the file must wait, not pass.  The message says why."""


@dataclass(frozen=True)
class Scan:
    """What the scanner says: ``clean``; ``found``, and *what*; or ``not-scanned``, and why."""

    outcome: Literal["clean", "found", "not-scanned"]
    what: str = ""

    def as_reason(self) -> Reason | None:
        """Return why the file may not simply come in; None where it is clean."""
        if self.outcome == "found":
            return reason("virus", name=self.what)
        return reason("not-scanned", why=self.what) if self.outcome == "not-scanned" else None


class Scanner:
    """A clamd at *address*: ``unix:/run/clamav/clamd.ctl`` or ``tcp:host:port``.

    *patience* is how long it may think about a file, *greeting* how long it may take to
    answer at all, in seconds.  Safe from any thread: each question has its own connection.
    """

    def __init__(self, address: str, *, patience: float = 120.0, greeting: float = 5.0) -> None:
        self.address = address
        self._patience = patience
        self._greeting = greeting
        self._place = _place(address)

    def scan(self, path: str | os.PathLike[str]) -> Scan:
        """Have the file at *path* looked through; raise ``Unreachable`` where nobody answers."""
        with open(path, "rb") as file, self._connected() as line:  # noqa: PTH123
            # A scanner that has seen enough answers and closes while bytes are still sent.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                line.sendall(b"zINSTREAM\0")
                while chunk := file.read(_CHUNK):
                    line.sendall(struct.pack(">I", len(chunk)) + chunk)
                line.sendall(struct.pack(">I", 0))
            said = _answer(line)
        found = _ANSWER.match(said)
        if found is None:
            # Its own limits, for instance; an answer, but none that lets the file pass.
            return Scan("not-scanned", said[:200])
        return Scan("clean") if found["clean"] else Scan("found", found["name"][:200])

    def version(self) -> str:
        """Return what the scanner says of itself and its signatures; raise ``Unreachable``."""
        with self._connected() as line:
            line.sendall(b"zVERSION\0")
            return _answer(line)[:200]

    @contextlib.contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        try:
            if isinstance(self._place, str):
                line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                line.settimeout(self._greeting)
                with contextlib.ExitStack() as stack:
                    stack.callback(line.close)
                    line.connect(self._place)
                    stack.pop_all()
            else:
                line = socket.create_connection(self._place, self._greeting)
            with line:
                line.settimeout(self._patience)
                yield line
        except OSError as why:
            said = why.strerror or str(why) or type(why).__name__
            raise Unreachable(
                f"the virus scanner at {self.address} does not answer: {said}"
            ) from why


def _answer(line: socket.socket) -> str:
    """Read up to the end of an answer."""
    read = b""
    while len(read) < _LONGEST_ANSWER and b"\0" not in read:
        part = line.recv(_LONGEST_ANSWER)
        if not part:
            break
        read += part
    said = read.partition(b"\0")[0].decode("utf-8", "replace").strip()
    if not said:
        raise ConnectionResetError("it closed the connection without an answer")
    return said


def _place(address: str) -> str | tuple[str, int]:
    kind, _, rest = address.partition(":")
    if kind == "unix" and rest.startswith("/"):
        return rest
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isdigit() and 0 < int(port) < 65536:
        return host.strip("[]"), int(port)
    raise Invalid(
        [
            Fault(
                "clamd",
                "The address of the virus scanner, {address}, is none. "
                "Write unix:/run/clamav/clamd.ctl or tcp:localhost:3310.",
                {"address": address},
            )
        ]
    )
