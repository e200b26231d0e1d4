"""Bytes on their way in: hashed, bounded, safe on disk, and kept through a conflict."""

from __future__ import annotations

import hashlib
import io
import zlib

import pytest
import transaction

from hoso.kernel.errors import Unusable
from hoso.storage.blobs import blob_of, file_of, spool, spool_bytes

KB = 1 << 10


class Cut(io.BytesIO):
    """A stream that breaks after its first chunk."""

    def read(self, size=-1):
        if self.tell():
            raise ConnectionResetError
        return super().read(size)


@pytest.mark.parametrize("size", [0, 1, 256 * KB - 1, 256 * KB, 256 * KB + 1, 700 * KB])
def test_digests_and_size_are_those_of_the_bytes(tmp_path, size):
    content = bytes(n % 251 for n in range(size))

    spooled = spool(io.BytesIO(content), tmp_path, limit=1 << 20)

    assert hashlib.sha256(content).hexdigest() == spooled.sha256
    assert hashlib.sha512(content).hexdigest() == spooled.sha512
    assert zlib.crc32(content) == spooled.crc32
    assert (size, content) == (spooled.size, spooled.path.read_bytes())


def test_known_digests_of_abc(tmp_path):
    """FIPS 180-4, examples for SHA-256 and SHA-512."""
    spooled = spool_bytes(b"abc", tmp_path)

    assert spooled.sha256.startswith("ba7816bf8f01cfea414140de5dae2223")
    assert spooled.sha512.startswith("ddaf35a193617abacc417349ae204131")


def test_the_known_crc_of_the_nine_digits(tmp_path):
    """The check value of CRC-32/ISO-HDLC, which zip uses (APPNOTE 4.4.7)."""
    assert spool_bytes(b"123456789", tmp_path).crc32 == 0xCBF43926


def test_a_file_of_exactly_the_limit_is_taken(tmp_path):
    assert spool(io.BytesIO(bytes(KB)), tmp_path, limit=KB).size == KB


def test_one_byte_more_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(Unusable, match="larger than 1 MB"):
        spool(io.BytesIO(bytes((1 << 20) + 1)), tmp_path, limit=1 << 20)

    assert list(tmp_path.iterdir()) == []


def test_a_stream_that_breaks_leaves_nothing(tmp_path):
    with pytest.raises(ConnectionResetError):
        spool(Cut(bytes(512 * KB)), tmp_path, limit=1 << 20)

    assert list(tmp_path.iterdir()) == []


def test_nobody_else_may_read_the_spool(tmp_path):
    spooled = spool_bytes(b"x", tmp_path / "spool")

    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700
    assert spooled.path.stat().st_mode & 0o077 == 0


def test_a_committed_blob_takes_the_file_off_the_spool(site):
    spooled = spool_bytes(b"abc", site.spool)

    def keep(connection):
        connection.root()["kept"] = blob_of(spooled, connection)

    site.databases.attempt(keep)

    assert list(site.spool.iterdir()) == []
    with site.databases.connection() as connection, file_of(connection.root()["kept"]) as stream:
        assert stream.read() == b"abc"


def test_the_bytes_are_moved_not_copied(site):
    """The file that was synced to disk is the file of the blob: one inode."""
    spooled = spool_bytes(b"abc", site.spool)
    inode = spooled.path.stat().st_ino

    def keep(connection):
        connection.root()["kept"] = blob_of(spooled, connection)

    site.databases.attempt(keep)

    with site.databases.connection() as connection, file_of(connection.root()["kept"]) as stream:
        assert inode == __import__("os").fstat(stream.fileno()).st_ino


def test_bytes_outlive_a_meeting_of_two_writers(site):
    spooled = spool_bytes(b"abc", site.spool)
    tries = []

    def keep(connection):
        connection.root()["kept"] = blob_of(spooled, connection)
        if not tries:
            site.databases.attempt(lambda other: other.root().update(other="writer"))
        tries.append(1)

    site.databases.attempt(keep)

    assert len(tries) == 2
    with site.databases.connection() as connection, file_of(connection.root()["kept"]) as stream:
        assert stream.read() == b"abc"


def test_an_aborted_blob_leaves_the_bytes_on_the_spool(site):
    spooled = spool_bytes(b"abc", site.spool)

    with site.databases.connection(transaction.TransactionManager(explicit=True)) as connection:
        connection.root()["kept"] = blob_of(spooled, connection)

    assert spooled.path.read_bytes() == b"abc"
