"""A package brought to an SFTP server, which here is paramiko's own in a thread."""

from __future__ import annotations

import os
import random
import socket
import threading
import warnings
from contextlib import contextmanager

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import paramiko

from hoso.preservation.delivery.destinations import Sftp
from hoso.preservation.delivery.to_sftp import bring_to_sftp
from hoso.preservation.delivery.transport import NotDelivered, Parcel, WaitsForPerson
from hoso.preservation.layout import made
from hoso.preservation.virtual_zip import VirtualZip

ARCHIVE = VirtualZip("t", [made("a", random.Random(2).randbytes(9_000_000)), made("b", b"b")])
CONTENT = b"".join(ARCHIVE.stream())
PARCEL = Parcel("t.zip", ARCHIVE)
PASSWORD = "mật khẩu"


class Handle(paramiko.SFTPHandle):
    def __init__(self, path, flags, server):
        super().__init__(flags)
        mode = "r+b" if flags & (os.O_RDWR | os.O_WRONLY) else "rb"
        if flags & os.O_CREAT and (flags & os.O_TRUNC or not path.exists()):
            path.write_bytes(b"")
        self.readfile = self.writefile = path.open(mode)
        self.server, self.line, self.full = server, server.line, False

    def write(self, offset, data):
        if self.server.room is not None:
            self.server.room -= len(data)
            self.full |= self.server.room < 0
        if self.full:
            if self.server.drops:
                self.line.close()
            return paramiko.SFTP_FAILURE
        answer = super().write(offset, data)
        self.writefile.flush()
        return answer

    def chattr(self, attr):
        os.truncate(self.writefile.fileno(), attr.st_size)
        return paramiko.SFTP_OK

    def stat(self):
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class Files(paramiko.SFTPServerInterface):
    """The files of one folder, as an archive would offer them."""

    def __init__(self, server, *_args, **_kwargs):
        super().__init__(server)
        self.server = server

    def path(self, name):
        return self.server.root / name.lstrip("/").removeprefix("incoming").lstrip("/")

    def stat(self, name):
        try:
            return paramiko.SFTPAttributes.from_stat(self.path(name).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, name, flags, _attr):
        try:
            return Handle(self.path(name), flags, self.server)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def remove(self, name):
        self.path(name).unlink()
        return paramiko.SFTP_OK

    def posix_rename(self, old, new):
        self.path(old).rename(self.path(new))
        return paramiko.SFTP_OK

    def canonicalize(self, name):
        return "/" + name.strip("/")


class Archive(paramiko.ServerInterface):
    """A server that knows one person.

    ``room`` is how many bytes it still takes; ``drops`` whether it hangs up then.
    """

    def __init__(self, root, key):
        self.root, self.key = root, key
        self.room, self.drops, self.line = None, False, None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        self.sessions = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while True:
            try:
                line, _address = self.listening.accept()
            except OSError:
                return
            session = paramiko.Transport(line)
            session.add_server_key(self.key)
            session.set_subsystem_handler("sftp", paramiko.SFTPServer, Files)
            self.line = line
            self.sessions.append(session)
            try:
                session.start_server(server=self)
            except (paramiko.SSHException, EOFError, OSError):
                continue

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.thread.join(10)
        for session in self.sessions:
            session.close()
            session.join(10)

    def check_auth_password(self, username, password):
        known = (username, password) == ("hoso", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, _kind, _number):
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, _username):
        return "password"


@pytest.fixture(scope="module")
def key():
    return paramiko.ECDSAKey.generate()


@pytest.fixture
def server(tmp_path, key):
    archive = Archive(tmp_path, key)
    yield archive
    archive.close()


def at(server, **more):
    said = {
        "name": "archive",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "hoso",
        "password": PASSWORD,
        "host_key": f"{server.key.get_name()} {server.key.get_base64()}",
        "path": "/incoming",
        "seconds": 10.0,
    }
    return Sftp(**{**said, **more})


def test_it_arrives_whole_with_its_sum_and_nothing_else(server):
    done = bring_to_sftp(PARCEL, at(server))

    assert (server.root / "t.zip").read_bytes() == CONTENT
    assert (server.root / "t.zip.sha256").read_text() == f"{done.sha256}  t.zip\n"
    assert {"t.zip", "t.zip.sha256"} == {path.name for path in server.root.iterdir()}
    assert bring_to_sftp(PARCEL, at(server)).resumed == len(CONTENT)  # and is not sent twice


# The server's open file goes down with its line, whenever the collector comes by.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_line_that_breaks_is_taken_up_where_it_broke(server):
    server.room, server.drops = 5_000_000, True
    with pytest.raises(NotDelivered) as told:
        bring_to_sftp(PARCEL, at(server))
    assert not told.value.waits
    there = (server.root / "t.zip.part").stat().st_size
    assert 0 < there < len(CONTENT)
    server.room = None

    done = bring_to_sftp(PARCEL, at(server))

    assert done.resumed == there
    assert (server.root / "t.zip").read_bytes() == CONTENT


def test_a_partial_copy_that_was_changed_is_begun_anew(server):
    server.room = 5_000_000
    with pytest.raises(NotDelivered):
        bring_to_sftp(PARCEL, at(server))
    server.room = None
    with (server.root / "t.zip.part").open("r+b") as part:
        part.write(b"changed")

    done = bring_to_sftp(PARCEL, at(server))

    assert done.resumed == 0
    assert (server.root / "t.zip").read_bytes() == CONTENT


def test_a_server_with_another_key_is_sent_nothing(server):
    other = paramiko.ECDSAKey.generate()

    with pytest.raises(WaitsForPerson, match="another key"):
        bring_to_sftp(PARCEL, at(server, host_key=f"{other.get_name()} {other.get_base64()}"))

    assert list(server.root.iterdir()) == []


def test_a_server_that_does_not_let_us_in_waits_for_a_person(server):
    with pytest.raises(WaitsForPerson, match="does not let us in"):
        bring_to_sftp(PARCEL, at(server, password="wrong"))


def test_something_else_under_its_name_waits_for_a_person(server):
    (server.root / "t.zip").write_bytes(b"something else")

    with pytest.raises(WaitsForPerson, match="something else"):
        bring_to_sftp(PARCEL, at(server))

    assert (server.root / "t.zip").read_bytes() == b"something else"


@contextmanager
def answering(with_bytes):
    """An address where something answers that is no SSH server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        said = threading.Event()

        def answer():
            line, _ = listening.accept()
            with line:
                line.sendall(with_bytes)
                said.wait(10)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        said.set()
        thread.join(10)


@pytest.mark.parametrize("with_bytes", [b"HTTP/1.1 400 Bad Request\r\n\r\n" * 200, b""])
def test_nonsense_and_silence_are_tried_again(with_bytes):
    with answering(with_bytes) as port:
        where = Sftp("a", "127.0.0.1", "u", "ssh-ed25519 AAAA", "/", port=port, seconds=0.3)
        with pytest.raises(NotDelivered) as told:
            bring_to_sftp(PARCEL, where)

    assert not told.value.waits


def test_nobody_at_the_address_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]

    with pytest.raises(NotDelivered):
        bring_to_sftp(PARCEL, Sftp("a", "127.0.0.1", "u", "k v", "/", port=port, seconds=1))
