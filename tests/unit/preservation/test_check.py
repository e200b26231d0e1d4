"""The second reader: accepts what is right, and names every kind of wrong."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest
from bags import FILES, a_package, expected_of

from hoso.preservation.check import Expected, check
from hoso.preservation.formats.bagit import BagIt

PACKAGE = a_package()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    return {zipped: BagIt().build(PACKAGE, folder, zipped=zipped) for zipped in (False, True)}


@pytest.fixture
def bag(built, tmp_path):
    return Path(shutil.copytree(built[False].path, tmp_path / "bag"))


def found(path, expected=None):
    return {wrong.path for wrong in check(path, expected=expected).wrong}


def rehash(bag):
    """Make the manifests anew, as a careful forger would."""
    for algorithm in ("sha256", "sha512"):
        for kind, members in (
            ("manifest", sorted(p for p in bag.rglob("*") if p.is_file() and "data" in p.parts)),
            (
                "tagmanifest",
                [
                    bag / n
                    for n in (
                        "bag-info.txt",
                        "bagit.txt",
                        "manifest-sha256.txt",
                        "manifest-sha512.txt",
                    )
                ],
            ),
        ):
            lines = [
                f"{hashlib.new(algorithm, p.read_bytes()).hexdigest()}  "
                f"{p.relative_to(bag).as_posix()}\n"
                for p in members
            ]
            (bag / f"{kind}-{algorithm}.txt").write_text("".join(lines))
    for algorithm in ("sha256", "sha512"):
        names = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
        lines = [
            f"{hashlib.new(algorithm, (bag / n).read_bytes()).hexdigest()}  {n}\n" for n in names
        ]
        (bag / f"tagmanifest-{algorithm}.txt").write_text("".join(lines))


@pytest.mark.parametrize("zipped", [False, True], ids=["folder", "zip"])
def test_a_sound_package_is_sound(built, zipped):
    report = built[zipped]

    verdict = check(report.path, expected=expected_of(PACKAGE, report.sha256))

    assert ((), report.files, report.bytes) == (verdict.wrong, verdict.files, verdict.bytes)


def test_an_empty_dossier_is_sound(tmp_path):
    package = a_package(())
    report = BagIt().build(package, tmp_path)

    assert check(report.path, expected=expected_of(package, report.sha256)).is_sound


def test_a_changed_byte_is_found_in_every_file(bag):
    for path in sorted(path for path in bag.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for at in {0, len(content) // 2, len(content) - 1}:
            path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])

            assert found(bag), f"{path} at {at}"
        path.write_bytes(content)
    assert not found(bag)


def test_a_changed_byte_anywhere_in_the_zip_is_found(built, tmp_path):
    report, expected = built[True], expected_of(PACKAGE, built[True].sha256)
    content = report.path.read_bytes()
    path = tmp_path / report.path.name
    step = max(1, len(content) // 150)
    for at in [*range(0, len(content), step), *range(len(content) - 60, len(content))]:
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])

        assert found(path, expected), f"at {at} of {len(content)}"


def test_a_missing_file_is_named(bag):
    (bag / "data/documents/a01-quyen-ly-lich/quet.tiff").unlink()

    assert "data/documents/a01-quyen-ly-lich/quet.tiff" in found(bag)


def test_a_file_too_many_is_named(bag):
    (bag / "data/extra.txt").write_text("x")
    (bag / "fetch.txt").write_text("http://example.org/x 1 data/x\n")

    assert {"data/extra.txt", "fetch.txt"} <= found(bag)


def test_a_link_is_not_followed(bag):
    (bag / "data/link").symlink_to("/etc/hostname")

    assert "data/link" in found(bag)


@pytest.mark.parametrize(
    "expected",
    [
        Expected("another", 3, tuple((f.sha256, f.size) for f in FILES)),
        Expected(PACKAGE.identifier, 2, tuple((f.sha256, f.size) for f in FILES)),
        Expected(PACKAGE.identifier, 3, tuple((f.sha256, f.size) for f in FILES[1:])),
        Expected(PACKAGE.identifier, 3, tuple((f.sha256, f.size) for f in (*FILES, FILES[0]))),
        Expected(
            PACKAGE.identifier, 3, (("0" * 64, 6000), *((f.sha256, f.size) for f in FILES[1:]))
        ),
        Expected(PACKAGE.identifier, 3, tuple((f.sha256, f.size) for f in FILES), "0" * 64),
    ],
    ids=["dossier", "documents", "a file less", "a file more", "another file", "digest"],
)
def test_a_sound_package_of_something_else_is_refused(bag, expected):
    assert not found(bag)
    assert found(bag, expected)


def test_a_dossier_with_a_paper_swapped_and_all_manifests_made_anew_is_found(bag):
    forged = bag / "data/documents/d05-quyet-dinh-nang-bac-luong/ban-goc.pdf"
    forged.write_bytes(forged.read_bytes()[::-1])
    rehash(bag)

    assert not found(bag)
    assert {"", "data/metadata/dossier.json"} == found(bag, expected_of(PACKAGE))


def test_a_description_changed_with_all_manifests_made_anew_is_found(bag):
    description = bag / "data/metadata/dossier.json"
    text = description.read_text(encoding="utf-8")
    description.write_text(text.replace('"d3"', '"d2"', 1).replace("quet.tiff", "quet2.tiff"))
    rehash(bag)

    assert "data/metadata/dossier.json" in found(bag, expected_of(PACKAGE))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bagit.txt", b"BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n"),
        ("bag-info.txt", b"Payload-Oxum: 1.1\nExternal-Identifier: 0abcdefghjkmn\n"),
        ("bag-info.txt", b"nothing\n"),
        ("bag-info.txt", b"\xff\xfe"),
        ("manifest-sha256.txt", b"zz data/x\n"),
        ("manifest-sha256.txt", b""),
    ],
)
def test_a_tag_file_that_says_something_else_is_named(bag, name, content):
    (bag / name).write_bytes(content)

    assert name in {wrong.path for wrong in check(bag).wrong} or any(
        name in wrong.what for wrong in check(bag).wrong
    )


@pytest.mark.parametrize(
    "name",
    ["bag/../../etc/passwd", "/etc/passwd", "bag/data\\x", "bag//x", "other/data/x", "x"],
)
def test_a_zip_with_a_name_that_leads_elsewhere_is_refused(built, tmp_path, name):
    path = tmp_path / "bag.zip"
    shutil.copy(built[True].path, path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"x")

    assert not check(path).is_sound


def test_a_zip_with_a_file_twice_is_refused(built, tmp_path):
    path = tmp_path / "bag.zip"
    shutil.copy(built[True].path, path)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(f"{built[True].path.stem}/bagit.txt", b"x")

    assert any("twice" in wrong.what for wrong in check(path).wrong)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 99])
def test_something_that_is_no_package_is_refused_and_not_a_crash(tmp_path, content):
    path = tmp_path / "bag.zip"
    path.write_bytes(content)

    assert not check(path).is_sound


def test_nothing_at_all_is_refused(tmp_path):
    assert not check(tmp_path / "nothing.zip").is_sound
