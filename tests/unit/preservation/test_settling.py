"""Files of a package that came in are safe on disk before anything is said of them."""

from __future__ import annotations

import errno
import os

import pytest

from hoso.preservation.taking import settling


@pytest.fixture
def folder(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"x")
    handle = os.open(tmp_path, os.O_RDONLY)
    yield handle
    os.close(handle)


def test_a_folder_is_settled(folder):
    settling.settle(folder)


def test_a_system_that_cannot_write_says_why():
    read, write = os.pipe()
    os.close(write)
    os.close(read)

    with pytest.raises(OSError, match="Bad file descriptor") as error:
        settling.settle(read)

    assert error.value.errno == errno.EBADF


def test_where_the_system_has_no_call_for_all_each_file_is_synced(folder, monkeypatch):
    synced = []
    monkeypatch.setattr(settling, "_syncfs", lambda: None)
    monkeypatch.setattr(settling.os, "fsync", lambda handle: synced.append(os.fstat(handle).st_ino))
    inside = {os.stat(name, dir_fd=folder).st_ino for name in ("one", "two")}

    settling.settle(folder)

    assert set(synced) == {*inside, os.fstat(folder).st_ino}
