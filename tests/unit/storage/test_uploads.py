"""Files in pieces: what was acknowledged is there, what was not is cut off, nobody else looks."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import os
import stat
import zlib
from datetime import timedelta

import pytest

from hoso.kernel.errors import NotReady
from hoso.storage import uploads as module
from hoso.storage.uploads import OffsetMismatch, UploadBusy, Uploads

WORDS = bytes(range(256)) * 40


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path / "uploads")


@pytest.fixture
def begun(uploads):
    return uploads.begin(owner="lan", size=len(WORDS), facts={"filename": "tờ.pdf"})


def add(uploads, upload, offset, length, **how):
    piece = io.BytesIO(WORDS[offset : offset + length])
    return uploads.append(upload, piece, offset=offset, length=length, **how)


def test_pieces_one_behind_the_other_give_the_file(uploads, begun, tmp_path):
    for offset in range(0, len(WORDS), 1000):
        begun = add(uploads, begun, offset, min(1000, len(WORDS) - offset))

    assert begun.is_whole
    with uploads.handing_on(begun, tmp_path / "spool") as spooled:
        pass
    assert spooled.path.read_bytes() == WORDS
    assert (spooled.size, spooled.sha256) == (len(WORDS), hashlib.sha256(WORDS).hexdigest())
    assert spooled.sha512 == hashlib.sha512(WORDS).hexdigest()
    assert spooled.crc32 == zlib.crc32(WORDS)


def test_only_the_owner_finds_it_and_nobody_else_of_the_machine_reads_it(uploads, begun):
    assert uploads.find(begun.name, owner="lan") == begun
    assert uploads.find(begun.name, owner="minh") is None
    assert stat.S_IMODE(uploads.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in uploads.folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["", "..", "../x", "a" * 32, "A" * 32, "x\0", "0" * 31])
def test_a_name_that_is_none_finds_nothing(uploads, begun, name):
    assert uploads.find(name, owner="lan") is None


def test_a_piece_that_begins_elsewhere_is_told_where_to_begin(uploads, begun):
    begun = add(uploads, begun, 0, 100)

    for offset, length in ((0, 100), (99, 10), (101, 10), (100, len(WORDS))):
        with pytest.raises(OffsetMismatch) as told:
            add(uploads, begun, offset, length)
        assert told.value.offset == 100


def test_a_request_that_is_tried_again_adds_its_piece_once(uploads, begun):
    once = add(uploads, begun, 0, 100)

    again = add(uploads, begun, 0, 100, repeated=True)

    assert again == once
    assert (uploads.folder / f"{begun.name}.part").stat().st_size == 100


def test_a_line_that_breaks_inside_a_piece_keeps_what_came(uploads, begun):
    begun = uploads.append(begun, io.BytesIO(WORDS[:60]), offset=0, length=100)

    assert begun.offset == 60
    assert add(uploads, begun, 60, 40).offset == 100


def test_bytes_that_a_power_cut_left_behind_what_was_acknowledged_are_cut_off(
    uploads, begun, tmp_path
):
    """A file can be long before its bytes are on disk; noughts must not pass for paper."""
    begun = add(uploads, begun, 0, 100)
    with (uploads.folder / f"{begun.name}.part").open("ab") as part:
        part.write(bytes(500))

    begun = add(uploads, uploads.find(begun.name, owner="lan"), 100, len(WORDS) - 100)

    with uploads.handing_on(begun, tmp_path / "spool") as spooled:
        assert spooled.path.read_bytes() == WORDS


def test_whoever_kept_the_whole_file_never_sees_it_changed(uploads, begun, tmp_path):
    begun = add(uploads, begun, 0, len(WORDS))
    with uploads.handing_on(begun, tmp_path / "spool") as kept:
        pass

    add(uploads, begun, len(WORDS), 0)
    with pytest.raises(OffsetMismatch):
        uploads.append(begun, io.BytesIO(b"x"), offset=len(WORDS), length=1)
    with pytest.raises(OffsetMismatch):
        uploads.append(begun, io.BytesIO(b"x"), offset=0, length=1)

    assert kept.path.read_bytes() == WORDS


def test_a_file_that_is_not_whole_is_not_handed_on(uploads, begun, tmp_path):
    begun = add(uploads, begun, 0, 100)

    with pytest.raises(OffsetMismatch), uploads.handing_on(begun, tmp_path / "spool"):
        pass
    assert list((tmp_path / "spool").iterdir()) == []


def test_two_requests_do_not_add_to_one_upload_at_once(uploads, begun):
    with uploads._alone(begun.name), pytest.raises(UploadBusy):
        add(uploads, begun, 0, 100)


def test_one_request_at_a_time_hands_it_on_and_the_next_hears_that_it_is_done(
    uploads, begun, tmp_path
):
    """Who lost the line comes back while his file is taken in: it must not meet itself."""
    begun = add(uploads, begun, 0, len(WORDS))

    with uploads.handing_on(begun, tmp_path / "spool") as spooled:
        with pytest.raises(UploadBusy), uploads.handing_on(begun, tmp_path / "spool"):
            pass
        uploads.answered(begun, {"outcome": "received"})
        # It was found before it was answered, and is opened after.
        with pytest.raises(UploadBusy):
            add(uploads, begun, len(WORDS), 0)
    assert spooled is not None


def test_what_was_answered_is_not_handed_on_once_more(uploads, begun, tmp_path):
    begun = add(uploads, begun, 0, len(WORDS))
    uploads._write(dataclasses.replace(begun, answer={"outcome": "received"}))

    with uploads.handing_on(begun, tmp_path / "spool") as spooled:
        assert spooled is None


def test_what_became_of_it_is_kept_and_the_bytes_go(uploads, begun):
    begun = add(uploads, begun, 0, len(WORDS))
    uploads.answered(begun, {"outcome": "received"})

    assert uploads.find(begun.name, owner="lan").answer == {"outcome": "received"}
    assert [path.suffix for path in uploads.folder.iterdir()] == [".json"]
    uploads.forget(begun)
    assert list(uploads.folder.iterdir()) == []
    # Answered by another request meanwhile.
    uploads.answered(begun, {})


def test_what_nobody_goes_on_with_is_swept_and_what_is_new_stays(uploads, begun):
    old = uploads.begin(owner="lan", size=5, facts={})
    answered = uploads.begin(owner="lan", size=0, facts={})
    uploads.answered(answered, {})
    (uploads.folder / "stray.abc.half").write_text("{")
    week, hours = timedelta(days=7).total_seconds(), timedelta(hours=25).total_seconds()
    for path in uploads.folder.iterdir():
        age = week + 5 if old.name in path.name or "half" in path.name else 0
        age = hours if answered.name in path.name else age
        os.utime(path, (path.stat().st_mtime - age,) * 2)

    assert uploads.sweep() == 4

    assert uploads.find(begun.name, owner="lan") == begun
    assert {path.stem for path in uploads.folder.iterdir()} == {begun.name}


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(uploads, begun):
    class Full(io.BytesIO):
        def read(self, size=-1):
            raise OSError(errno.ENOSPC, "full")

    begun = add(uploads, begun, 0, 100)
    with pytest.raises(NotReady, match="no room"):
        uploads.append(begun, Full(), offset=100, length=10)

    assert uploads.find(begun.name, owner="lan").offset == 100


def test_uploads_under_way_are_bounded(uploads, monkeypatch):
    monkeypatch.setattr(module, "MOST", 2)
    for _ in range(2):
        uploads.begin(owner="lan", size=1, facts={})

    with pytest.raises(NotReady, match="Too many"):
        uploads.begin(owner="lan", size=1, facts={})


def test_there_is_nothing_to_sweep_before_the_first_upload(uploads):
    assert uploads.sweep() == 0
