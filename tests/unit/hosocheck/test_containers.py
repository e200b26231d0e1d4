"""Zips and folders from strangers: what an honest packer never writes is refused, and named."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
from pathlib import Path

import pytest
from trees import an_eark, written

from hosocheck import Limits, check

NAMES = (
    "/etc/passwd",
    "top/../../etc/passwd",
    "top/./a",
    "top//a",
    "C:/windows/a",
    "C:\\windows\\a",
    "top\\a",
    "~/a",
    "~root/a",
    "top/a\x00b",
    "top/a\u202egpj.exe",
    "top/" + "x" * 1100,
    "/".join("d" * 50) + "/a",
)


def a_zip(path: Path, *entries, deflated=False, **more):
    kind = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", kind) as archive:
        for entry in entries:
            name, content = entry[:2]
            info = zipfile.ZipInfo("x")
            info.filename = name  # as it is: ZipInfo would tidy the name
            info.compress_type = kind
            info.external_attr = (entry[2] if len(entry) > 2 else stat.S_IFREG | 0o644) << 16
            archive.writestr(info, content)
        for key, value in more.items():
            setattr(archive, key, value)
    return path


def rules(path, limits=None):
    return {one.rule for one in check(path, limits=limits).wrong}


def the_rest(path):
    """Findings of what is in the package, apart from the package not being a whole one."""
    return {one.rule for one in check(path).wrong if not one.rule.startswith(("CSIP", "SIP"))}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path, name):
    path = a_zip(tmp_path / "p.zip", ("top/METS.xml", b"x"), (name, b"x"))

    assert {"NAME-OUTSIDE", "READ"} & rules(path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("top/A.pdf", "top/a.PDF"),
        ("top/Quyết.pdf", "top/Quye\u0302\u0301t.pdf"),
        ("top/a", "top/a/b"),
        ("top/straße", "top/strasse"),
    ],
    ids=["case", "composed and not", "a file and a folder", "folded"],
)
def test_names_one_disk_cannot_tell_apart_are_refused(tmp_path, one, other):
    path = a_zip(tmp_path / "p.zip", (one, b"x"), (other, b"y"))

    assert "NAME-CLASH" in rules(path)


def test_two_entries_of_one_name_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        path = a_zip(tmp_path / "p.zip", ("top/a", b"x"), ("top/a", b"y"))

    assert "ZIP-TWICE" in rules(path)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK], ids=oct)
def test_a_link_or_a_device_is_refused(tmp_path, kind):
    path = a_zip(tmp_path / "p.zip", ("top/a", b"/etc/passwd", kind | 0o777), ("top/b", b"x"))

    assert "ZIP-LINK" in rules(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = a_zip(tmp_path / "p.zip", ("top/a", bytes(5 << 20)), deflated=True)

    assert "ZIP-BOMB" in rules(path)


def test_an_entry_that_swells_beyond_what_it_says_is_cut_off(tmp_path):
    path = a_zip(tmp_path / "p.zip", ("top/a", bytes(900_000)), deflated=True)
    raw = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", raw, raw.index(mark) + at, 1000)
    path.write_bytes(raw)

    assert any("more than the 1000 bytes" in one.what for one in check(path).wrong)


def test_too_many_entries_and_too_many_bytes_are_refused(tmp_path):
    path = a_zip(tmp_path / "p.zip", *((f"top/{n}", b"x" * 100) for n in range(50)))
    folder = written(tmp_path, {f"{n}": b"x" * 100 for n in range(50)}, "folder")

    for package in (path, folder):
        assert "READ" in rules(package, Limits(entries=49))
        assert "READ" in rules(package, Limits(total_bytes=4999))
        assert "READ" not in rules(package, Limits(entries=50, total_bytes=5000))


def test_more_than_the_bag_announces_is_refused(tmp_path):
    path = a_zip(
        tmp_path / "p.zip",
        ("top/bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
        ("top/bag-info.txt", b"Payload-Oxum: 3.1\n"),
        ("top/data/a", b"four"),
    )

    assert any("announces 1 files with 3 bytes" in one.what for one in check(path).wrong)


def an_honest(tmp_path):
    return a_zip(tmp_path / "p.zip", ("top/a.txt", b"some text"), ("top/b.txt", b"more text"))


@pytest.mark.parametrize(
    ("mark", "at", "value", "told"),
    [
        (b"PK\x01\x02", 8, 0x1, "encrypted"),
        (b"PK\x01\x02", 10, 12, "not read here"),
        (b"PK\x01\x02", 34, 1, "one part of several"),
        (b"PK\x03\x04", 8, 8, "stands there as another"),
        (b"PK\x03\x04", 10, 7, "two different times"),
        (b"PK\x03\x04", 30, 0x2F2F, "stands there as another"),
        (b"PK\x01\x02", 42, 5, "not where the directory says"),
        (b"PK\x05\x06", 4, 1, "one part of several"),
        (b"PK\x05\x06", 10, 3, "one part of several"),
        (b"PK\x05\x06", 16, 9, "does not end where"),
        (b"PK\x05\x06", 20, 4, "ends with a comment"),
    ],
)
def test_a_directory_that_says_another_thing_is_refused(tmp_path, mark, at, value, told):
    path = an_honest(tmp_path)
    raw = bytearray(path.read_bytes())
    struct.pack_into("<H", raw, raw.index(mark) + at, value)
    path.write_bytes(raw)

    assert any(told in one.what for one in check(path).wrong)


def test_every_changed_byte_of_a_stored_zip_is_found_but_for_who_packed_it(tmp_path):
    path = an_honest(tmp_path)
    raw = path.read_bytes()
    clean = the_rest(path)
    missed = []
    for at in range(len(raw)):
        path.write_bytes(raw[:at] + bytes([raw[at] ^ 0x11]) + raw[at + 1 :])
        if the_rest(path) == clean:
            missed.append(at)

    # Version fields, times' copies and attributes of entries are no part of what is kept.
    heads = [at for at in range(len(raw)) if raw[at : at + 4] in {b"PK\x01\x02", b"PK\x03\x04"}]
    assert all(min(at - head for head in heads if head <= at) < 46 for at in missed)
    assert len(missed) < 45


@pytest.mark.parametrize(
    ("before", "after"), [(b"#!/bin/sh\n", b""), (b"", b"more"), (b"", b"PK\x05\x06")]
)
def test_bytes_that_belong_to_no_entry_are_refused(tmp_path, before, after):
    path = an_honest(tmp_path)
    path.write_bytes(before + path.read_bytes() + after)

    assert "READ" in rules(path)


def test_two_entries_over_the_same_bytes_are_refused(tmp_path):
    path = an_honest(tmp_path)
    raw = bytearray(path.read_bytes())
    first = raw.index(b"PK\x01\x02")
    row = raw[first : raw.index(b"PK\x01\x02", first + 1)]
    second = row.replace(b"top/a.txt", b"top/a.txt")
    end = raw.index(b"PK\x05\x06")
    raw[end:end] = second
    end += len(second)
    struct.pack_into("<HH", raw, end + 8, 3, 3)
    struct.pack_into("<I", raw, end + 12, end - first)
    path.write_bytes(raw)

    assert any("lies over another" in one.what for one in check(path).wrong)


def test_what_other_packers_write_is_read(tmp_path):
    class Pipe(io.RawIOBase):
        """A stream that cannot go back: sizes then follow the data."""

        def __init__(self, out):
            self.out = out

        def writable(self):
            return True

        def write(self, data):
            return self.out.write(data)

    with (tmp_path / "p.zip").open("wb") as out, zipfile.ZipFile(Pipe(out), "w") as archive:
        archive.writestr("top/", b"")
        archive.writestr("top/Quyết định.pdf", b"x" * 1000, zipfile.ZIP_DEFLATED)
        archive.writestr("top/b.pdf", b"y" * 1000)
    with zipfile.ZipFile(tmp_path / "q.zip", "w") as archive:
        with archive.open("top/large", "w", force_zip64=True) as out:
            out.write(b"z")
        archive.writestr("top/b", b"")

    for name in ("p.zip", "q.zip"):
        assert not {"READ", "NAME-OUTSIDE"} & rules(tmp_path / name)


def test_a_zip_made_by_another_program_from_a_sound_package_is_sound(tmp_path):
    import shutil

    written(tmp_path / "in", an_eark())
    made = shutil.make_archive(str(tmp_path / "hoso-hs-1"), "zip", tmp_path / "in")

    assert check(Path(made)).is_sound


def test_a_folder_with_links_and_pipes_is_refused_and_nothing_is_followed(tmp_path):
    top = written(tmp_path, an_eark())
    (top / "metadata/link").symlink_to("/etc/hostname")
    (top / "metadata/loop").symlink_to(top)
    os.mkfifo(top / "metadata/pipe")

    told = {one.path for one in check(top).wrong if one.rule == "NAME-LINK"}

    assert {"metadata/link", "metadata/loop", "metadata/pipe"} == told


def test_a_folder_with_a_name_of_no_alphabet_is_told(tmp_path):
    top = written(tmp_path, an_eark())
    (top / os.fsdecode(b"caf\xe9")).write_bytes(b"x")

    assert {"NAME-OUTSIDE"} <= rules(top)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"PK\x05\x06" + b"\xff" * 18, b"\0" * 9999]
)
def test_what_is_no_package_is_refused_and_nothing_breaks(tmp_path, content):
    (tmp_path / "p.zip").write_bytes(content)

    assert not check(tmp_path / "p.zip").is_sound


def test_nothing_a_socket_and_an_empty_folder_are_refused(tmp_path):
    assert not check(tmp_path / "nothing").is_sound
    assert not check(tmp_path).is_sound
    assert not check(Path("/dev/null")).is_sound


def test_findings_without_end_are_cut_off(tmp_path):
    top = written(tmp_path, {f"{n}.txt": b"" for n in range(300)} | an_eark())

    verdict = check(top, profile="eark-sip-2.2.0", limits=Limits(findings=100))

    assert 100 < len(verdict.findings) < 110
