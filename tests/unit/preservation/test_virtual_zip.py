"""The zip that is never written: what other programs read in it, ranges, damage."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
import zipfile
import zlib
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.preservation.layout import made
from hoso.preservation.virtual_zip import Damaged, VirtualFile, VirtualZip


def whole(archive):
    return b"".join(archive.stream())


CONTENTS = {
    "bagit.txt": b"BagIt-Version: 1.0\n",
    "data/empty": b"",
    "data/long.bin": random.Random(5).randbytes(2_500_000),  # longer than two chunks
    "data/một.txt": "Quyết định".encode(),
    "data/one": b"1",
}


@pytest.fixture(scope="module")
def archive():
    return VirtualZip("bag", [made(path, content) for path, content in CONTENTS.items()])


@pytest.fixture(scope="module")
def content(archive):
    return whole(archive)


def test_its_length_is_known_before_a_byte_is_read(archive, content):
    assert archive.size == len(content)


def test_unzip_finds_nothing_wrong_with_it(content, tmp_path):
    if shutil.which("unzip") is None:
        pytest.skip("there is no unzip on this machine")
    path = tmp_path / "one.zip"
    path.write_bytes(content)

    told = subprocess.run(["unzip", "-t", path], capture_output=True, check=False)

    assert told.returncode == 0, told.stdout
    assert b"No errors detected" in told.stdout


def test_the_standard_library_reads_every_entry_back(content):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert found.testzip() is None
        assert {f"bag/{path}": each for path, each in CONTENTS.items()} == {
            name: found.read(name) for name in found.namelist()
        }
        for info in found.infolist():
            assert info.compress_type == zipfile.ZIP_STORED
            assert info.date_time == (1980, 1, 1, 0, 0, 0)
            assert info.external_attr >> 16 == 0o100644
            # Bit 11 where the name is not ASCII; never bit 3, a data descriptor.
            assert info.flag_bits == (0 if info.filename.isascii() else 0x800)


def test_the_standard_library_writes_the_same_bytes(content):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as out:
        for path, each in CONTENTS.items():
            info = zipfile.ZipInfo(f"bag/{path}", (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            out.writestr(info, each)

    assert written.getvalue() == content


def test_three_hundred_random_ranges_are_those_of_the_whole(archive, content):
    chance = random.Random(11)
    for _ in range(300):
        start = chance.randrange(len(content) + 1)
        stop = chance.choice([start, len(content), chance.randrange(start, len(content) + 1)])
        assert b"".join(archive.stream(start, stop)) == content[start:stop]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text("abcđ/0", min_size=1, max_size=8), st.binary(max_size=60), min_size=0, max_size=6
    ),
    st.data(),
)
def test_any_archive_reads_back_and_any_range_of_it_is_right(files, data):
    archive = VirtualZip("t", [made(path, each) for path, each in sorted(files.items())])
    content = whole(archive)
    start = data.draw(st.integers(0, archive.size))
    stop = data.draw(st.integers(start, archive.size))

    assert len(content) == archive.size
    assert b"".join(archive.stream(start, stop)) == content[start:stop]
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        assert [each for _, each in sorted(files.items())] == [
            found.read(info) for info in found.infolist()
        ]


def test_it_opens_as_a_file_without_being_written(archive, content):
    with io.BufferedReader(VirtualFile(archive), 1 << 16) as there:
        with zipfile.ZipFile(there) as found:
            assert found.testzip() is None
        there.seek(-22, io.SEEK_END)
        assert there.read(4) == b"PK\5\6"
        there.seek(0)
        assert there.read() == content


# Beyond 4 GiB ------------------------------------------------------------------------------


class Zeros(io.RawIOBase):
    """So many zeros, of which none are anywhere."""

    def __init__(self, size):
        self.size, self.at = size, 0

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def read(self, count=-1):
        taken = max(min(count, self.size - self.at), 0)
        self.at += taken
        return bytes(taken)


@dataclass(frozen=True)
class Huge:
    """An entry of zeros; its CRC-32 is said, not computed."""

    path: str
    size: int
    sha256: str = ""
    crc32: int = 0

    def open(self):
        return Zeros(self.size)


def opened(archive):
    return zipfile.ZipFile(io.BufferedReader(VirtualFile(archive), 1 << 16))


@pytest.mark.parametrize("size", [0xFFFFFFFE, 0xFFFFFFFF, 0x100000000, 5_000_000_000])
def test_an_entry_about_four_gib_and_one_behind_it_are_found(size):
    behind = made("z-behind.txt", b"behind")
    archive = VirtualZip("big", [Huge("a.bin", size), behind])

    with opened(archive) as found:
        first, last = found.infolist()
        assert first.file_size == first.compress_size == size
        assert found.read(last) == b"behind"
    # The local header says the same as the central directory: no data descriptor.
    head = b"".join(archive.stream(0, 80, verified=False))
    if size >= 0xFFFFFFFF:
        assert int.from_bytes(head[43:51], "little") == size  # 30 + len("big/a.bin") + 4
    else:
        assert int.from_bytes(head[18:22], "little") == size


def test_more_than_65535_entries_are_all_found():
    archive = VirtualZip("many", [Huge(f"{number:06d}", 0) for number in range(65_540)])

    with opened(archive) as found:
        assert len(found.infolist()) == 65_540
        assert found.infolist()[-1].filename == "many/065539"


# Damage ------------------------------------------------------------------------------------


def damaged(content, there):
    return replace(made("data/x", content), open=lambda: io.BytesIO(there))


@pytest.mark.parametrize(
    "there",
    [b"a" * 999 + b"b", b"a" * 999, b"a" * 1001, b""],
    ids=["one byte changed", "shorter", "longer", "empty"],
)
def test_the_last_byte_of_what_was_changed_is_never_given_out(there):
    archive = VirtualZip("bag", [damaged(b"a" * 1000, there), made("data/y", b"y")])
    given = b""

    with pytest.raises(Damaged, match="data/x"):
        for piece in archive.stream():
            given += piece

    assert len(given) < 30 + len("bag/data/x") + 1000


def test_a_range_that_ends_in_the_middle_of_a_file_leaves_it_to_the_next_one():
    content = bytes(range(256)) * 20_000
    changed = b"X" + content[1:]
    archive = VirtualZip("bag", [damaged(content, changed)])
    head = 30 + len("bag/data/x")

    first = b"".join(archive.stream(0, head + 1_500_000))

    # What follows is refused, though the changed byte lies before it.
    assert len(first) == head + 1_500_000
    with pytest.raises(Damaged):
        b"".join(archive.stream(head + 1_500_000, head + len(content)))


def test_what_cannot_be_opened_is_named():
    def gone():
        raise FileNotFoundError(2, "No such file", "x")

    archive = VirtualZip("bag", [replace(made("data/x", b"x"), open=gone)])

    with pytest.raises(Damaged, match="data/x"):
        whole(archive)


# The mark of the layout ---------------------------------------------------------------------


def test_the_mark_is_that_of_names_sizes_and_digests():
    one = made("a", b"one")
    same = VirtualZip("t", [one]).etag

    assert VirtualZip("t", [made("a", b"one")]).etag == same
    assert VirtualZip("u", [one]).etag != same
    assert VirtualZip("t", [made("b", b"one")]).etag != same
    assert VirtualZip("t", [made("a", b"two")]).etag != same
    assert VirtualZip("t", [one, made("b", b"")]).etag != same


def test_an_entry_without_its_crc_is_refused():
    entry = replace(made("a", b"one"), crc32=None)

    with pytest.raises(ValueError, match="CRC-32"):
        whole(VirtualZip("t", [entry]))


def test_the_crc_is_the_one_of_the_bytes(content):
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        crcs = {info.filename: info.CRC for info in found.infolist()}

    assert crcs == {f"bag/{path}": zlib.crc32(each) for path, each in CONTENTS.items()}
