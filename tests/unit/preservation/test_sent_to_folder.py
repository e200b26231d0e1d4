"""A package brought into a folder: whole, resumed, a full disk, something else in its place."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import shutil
import subprocess

import pytest

from hoso.preservation.delivery.destinations import Folder
from hoso.preservation.delivery.to_folder import bring_to_folder
from hoso.preservation.delivery.transport import Interrupted, NotDelivered, Parcel, WaitsForPerson
from hoso.preservation.layout import made
from hoso.preservation.virtual_zip import VirtualZip

ARCHIVE = VirtualZip("t", [made("a", random.Random(1).randbytes(9_000_000)), made("b", b"b")])
CONTENT = b"".join(ARCHIVE.stream())
NAME = "t.zip"


def parcel(**more):
    return Parcel(NAME, ARCHIVE, **more)


def stopping_at(bytes_there):
    """A parcel whose sender is told to stop once so many bytes are there."""
    seen = []
    return parcel(moved=seen.append, stop=lambda: bool(seen) and seen[-1] >= bytes_there)


@pytest.fixture
def folder(tmp_path):
    return Folder("archive", tmp_path)


def test_it_arrives_whole_with_its_sum_and_nothing_else(folder):
    done = bring_to_folder(parcel(), folder)

    assert (folder.path / NAME).read_bytes() == CONTENT
    assert done.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert {"t.zip", "t.zip.sha256"} == {path.name for path in folder.path.iterdir()}
    if shutil.which("sha256sum"):
        line = ["sha256sum", "-c", "t.zip.sha256"]
        told = subprocess.run(line, cwd=folder.path, capture_output=True, check=False)
        assert told.returncode == 0


def test_a_broken_try_is_gone_on_with(folder):
    with pytest.raises(Interrupted):
        bring_to_folder(stopping_at(8 << 20), folder)
    assert not (folder.path / NAME).exists()

    done = bring_to_folder(parcel(), folder)

    assert done.resumed == 8 << 20
    assert (folder.path / NAME).read_bytes() == CONTENT


def test_what_was_not_safe_is_cut_off_and_written_again(folder):
    with pytest.raises(Interrupted):
        bring_to_folder(stopping_at(8 << 20), folder)
    with (folder.path / "t.zip.part").open("ab") as part:
        part.write(b"bytes that a power cut left behind")

    bring_to_folder(parcel(), folder)

    assert (folder.path / NAME).read_bytes() == CONTENT


@pytest.mark.parametrize("harm", ["a byte of it is another", "it is of another package"])
def test_what_is_not_the_beginning_of_this_package_is_begun_anew(folder, harm):
    with pytest.raises(Interrupted):
        bring_to_folder(stopping_at(8 << 20), folder)
    if harm == "a byte of it is another":
        with (folder.path / "t.zip.part").open("r+b") as part:
            part.seek(1000)
            part.write(b"\0\0\0\0")
    else:
        journal = folder.path / "t.zip.part.json"
        journal.write_text(json.dumps({**json.loads(journal.read_text()), "etag": "another"}))

    done = bring_to_folder(parcel(), folder)

    assert done.resumed == 0
    assert (folder.path / NAME).read_bytes() == CONTENT


def test_a_full_disk_keeps_what_arrived_and_goes_on_when_there_is_room(folder, monkeypatch):
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) == 5:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotDelivered, match="no room") as told:
        bring_to_folder(parcel(), folder)
    assert not told.value.waits
    assert not (folder.path / NAME).exists()
    monkeypatch.undo()

    done = bring_to_folder(parcel(), folder)

    assert done.resumed > 0
    assert (folder.path / NAME).read_bytes() == CONTENT


def test_a_disk_that_is_too_small_is_not_filled_first(folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: type("Room", (), {"free": 1000}))

    with pytest.raises(NotDelivered, match="no room"):
        bring_to_folder(parcel(), folder)

    assert (folder.path / "t.zip.part").stat().st_size == 0


def test_a_file_larger_than_the_system_allows_says_there_is_no_room(folder):
    """A quota, as the system knows it: no file of this process above one megabyte."""
    resource = pytest.importorskip("resource")
    import signal

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        with pytest.raises(NotDelivered, match="no room"):
            bring_to_folder(parcel(), folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)

    bring_to_folder(parcel(), folder)
    assert (folder.path / NAME).read_bytes() == CONTENT


def test_what_arrived_already_is_not_sent_twice(folder):
    bring_to_folder(parcel(), folder)
    before = (folder.path / NAME).stat().st_ino

    done = bring_to_folder(parcel(), folder)

    assert done.resumed == len(CONTENT)
    assert (folder.path / NAME).stat().st_ino == before


def test_something_else_under_its_name_waits_for_a_person(folder):
    (folder.path / NAME).write_bytes(b"something else")

    with pytest.raises(WaitsForPerson):
        bring_to_folder(parcel(), folder)

    assert (folder.path / NAME).read_bytes() == b"something else"


def test_a_folder_that_is_away_is_tried_again_and_never_made(tmp_path):
    away = Folder("stick", tmp_path / "stick")

    with pytest.raises(NotDelivered, match="not there") as told:
        bring_to_folder(parcel(), away)

    assert not told.value.waits
    assert not away.path.exists()


def test_it_does_not_write_through_a_link_somebody_laid_there(folder, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (folder.path / "t.zip.part").symlink_to(elsewhere)

    with pytest.raises(NotDelivered):
        bring_to_folder(parcel(), folder)

    assert elsewhere.read_bytes() == b"mine"
