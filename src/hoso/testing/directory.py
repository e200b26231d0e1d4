"""A small LDAP server for tests: bind, search and StartTLS over the wire (RFC 4511).

It speaks BER by hand, so that what the product sends is seen as it is and not as the
product's own library would read it.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["LdapServer", "serving"]

_BIND, _SEARCH, _UNBIND, _EXTENDED = 0x60, 0x63, 0x42, 0x77
_START_TLS = b"1.3.6.1.4.1.1466.20037"


def tlv(tag: int, *parts: bytes) -> bytes:
    """Write one element of BER: tag, length, value."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(size)]) + size + body


def elements(body: bytes) -> list[tuple[int, bytes]]:
    """Read the elements that stand in *body*."""
    found = []
    while body:
        tag, length, start = body[0], body[1], 2
        if length & 0x80:
            start = 2 + (length & 0x7F)
            length = int.from_bytes(body[2:start], "big")
        found.append((tag, body[start : start + length]))
        body = body[start + length :]
    return found


@dataclass
class LdapServer:
    """What it knows and how it behaves; ``heard`` is what it was asked.

    :ivar people: password by (login, distinguished name).
    :ivar result: result code of searches.
    :ivar referral: whether a search is answered with a pointer to another server.
    :ivar hang: whether it accepts and never answers.
    """

    people: dict[tuple[str, str], str]
    certificate: Path
    key: Path
    tls: bool = True
    result: int = 0
    referral: bool = False
    hang: bool = False
    port: int = 0
    heard: list[tuple[str, object]] = field(default_factory=list)

    def answer(self, connection: socket.socket) -> None:
        """Speak with one client until it leaves."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        with contextlib.ExitStack() as stack:
            line: socket.socket = stack.enter_context(connection)
            if self.tls:
                line = stack.enter_context(context.wrap_socket(line, server_side=True))
            while (message := _message(line)) is not None:
                if self.hang:
                    continue
                (_, number), (kind, body), *_ = elements(message)
                if kind == _UNBIND:
                    return
                if kind == _EXTENDED:
                    self.heard.append(("start-tls", elements(body)[0][1] == _START_TLS))
                    line.sendall(_done(number, 0x78, 0))
                    line = stack.enter_context(context.wrap_socket(line, server_side=True))
                    continue
                for reply in self._replies(number, kind, body):
                    line.sendall(reply)

    def _replies(self, number: bytes, kind: int, body: bytes) -> Iterator[bytes]:
        if kind == _BIND:
            _, (_, name), (_, password) = elements(body)[:3]
            known = {dn: secret for (_, dn), secret in self.people.items()}
            self.heard.append(("bind", name.decode()))
            good = not name or known.get(name.decode()) == password.decode()
            yield _done(number, 0x61, 0 if good else 49)
        elif kind == _SEARCH:
            parts = elements(body)
            tag, wanted = parts[6]
            asked = [value for _, value in elements(wanted)] if tag == 0xA3 else [wanted]
            self.heard.append(("search", (tag, asked[-1].decode())))
            for login, dn in self.people:
                if tag == 0xA3 and asked[-1].decode() == login:
                    yield _entry(number, dn)
            if self.referral:
                yield tlv(0x30, tlv(2, number), tlv(0x73, tlv(4, b"ldap://elsewhere/")))
            yield _done(number, 0x65, self.result)


def _entry(number: bytes, dn: str) -> bytes:
    return tlv(0x30, tlv(2, number), tlv(0x64, tlv(4, dn.encode()), tlv(0x30)))


def _done(number: bytes, tag: int, code: int) -> bytes:
    return tlv(0x30, tlv(2, number), tlv(tag, tlv(10, bytes([code])), tlv(4), tlv(4)))


def _message(line: socket.socket) -> bytes | None:
    try:
        head = _exactly(line, 2)
        length = head[1]
        if length & 0x80:
            length = int.from_bytes(_exactly(line, length & 0x7F), "big")
        return _exactly(line, length)
    except (OSError, EOFError):
        return None


def _exactly(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = line.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found


@contextlib.contextmanager
def serving(server: LdapServer) -> Iterator[LdapServer]:
    """Let *server* answer on a port of this machine while the block runs."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server.port = listening.getsockname()[1]
        lines: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                lines.append(connection)
                with contextlib.suppress(OSError):
                    server.answer(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            with contextlib.suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for line in lines:
                with contextlib.suppress(OSError):
                    line.close()
            thread.join(timeout=5)
