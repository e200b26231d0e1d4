"""A dossier too large for one package: a master and its parts, judged by others and by our reader."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from archive_packages import SCHEMAS
from bags import expected_of
from large_packages import a_large_one, built_in, inside
from lxml import etree

from hoso.preservation import schemas
from hoso.preservation.formats.eark import EarkSip
from hosocheck import Paper, check, check_together
from hosocheck.__main__ import main

METS = {"m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink"}
FOLDERS = schemas.folders(Path(__file__).resolve().parents[3])
MASTER = "hoso-hs-2026-001-0abcdefghjkmn"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return built_in(tmp_path_factory.mktemp("parts"))


def test_two_documents_a_part_and_a_master_with_no_files(built):
    master, *parts = built

    assert [one.name for one in built] == [
        f"{MASTER}-bag", f"{MASTER}-0001-bag", f"{MASTER}-0002-bag", f"{MASTER}-0003-bag",
    ]  # fmt: skip
    data = [
        sorted(one.name for one in inside(bag).glob("representations/*/data/*")) for bag in built
    ]
    # The fourth document has two files and goes alone; numbers are those of the whole dossier.
    assert data == [
        [],
        ["0001_v1.pdf", "0002_v1.pdf"],
        ["0003_v1.pdf"],
        ["0004.pdf", "0004_v1.pdf"],
    ]
    assert (inside(master) / "metadata/other/journal").is_dir()
    assert not any((inside(one) / "metadata/other/journal").exists() for one in parts)


def test_each_names_the_others_in_a_second_map_and_in_the_bag(built):
    def others(bag):
        root = etree.parse(str(inside(bag) / "METS.xml")).getroot()
        found = root.xpath(
            "//m:structMap[@TYPE='LOGICAL']//m:mptr[@LOCTYPE='URN']", namespaces=METS
        )
        return [one.get(f"{{{METS['x']}}}href") for one in found]

    def about(bag):
        info = (bag / "bag-info.txt").read_text(encoding="utf-8").splitlines()
        return [one for one in info if one.startswith(("Bag-Count", "Bag-Group"))]

    master, *parts = built
    assert others(master) == [f"urn:hoso:{MASTER}-{n:04d}" for n in (1, 2, 3)]
    assert [others(one) for one in parts] == [[f"urn:hoso:{MASTER}"]] * 3
    assert about(master) == [f"Bag-Group-Identifier: {MASTER}"]
    assert about(parts[1]) == ["Bag-Count: 2 of 3", f"Bag-Group-Identifier: {MASTER}"]


def test_the_master_has_the_digest_of_every_byte_of_its_parts(built):
    master, *parts = built
    said = json.loads((inside(master) / "metadata/other/hoso-segments.json").read_bytes())

    for told, bag in zip(said["segments"], parts, strict=True):
        content = (bag / "tagmanifest-sha256.txt").read_bytes()
        assert told["tagmanifest-sha512"] == hashlib.sha512(content).hexdigest()
        files = [one for one in (bag / "data").rglob("*") if one.is_file()]
        octets = sum(one.stat().st_size for one in files)
        assert told["payload-oxum"] == f"{octets}.{len(files)}"
    assert [one["documents"] for one in said["segments"]] == [["d1", "d2"], ["d3"], ["d4"]]


def test_other_bag_tools_accept_them(built):
    import bagit

    for bag in built:
        bagit.Bag(str(bag)).validate()


def test_the_same_dossier_is_cut_into_the_same_bytes(built, tmp_path):
    package = a_large_one()

    again = built_in(tmp_path, package=replace(package, files=package.files[::-1]))

    for one, other in zip(built, again, strict=True):
        for name in ("tagmanifest-sha256.txt", "bag-info.txt"):
            assert (one / name).read_bytes() == (other / name).read_bytes()


def test_what_fits_into_one_is_the_package_it_always_was(tmp_path):
    (one,) = built_in(tmp_path / "a", most_files=5)
    other = EarkSip(SCHEMAS).build(a_large_one(), tmp_path / "b").path

    assert (one / "tagmanifest-sha256.txt").read_bytes() == (
        other / "tagmanifest-sha256.txt"
    ).read_bytes()


# The second reader ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def verdicts(built):
    return [check(one, profile="eark-sip-2.2.0", schemas=FOLDERS) for one in built]


def whole():
    package = a_large_one()
    papers = tuple(
        Paper(one.uid, f"Văn bản {one.uid}", "",
              tuple((f.sha256, f.size) for f in package.files if f.document == one.uid))
        for one in package.documents
    )  # fmt: skip
    return replace(
        expected_of(package), papers=papers, files=tuple(f for one in papers for f in one.files)
    )


def test_our_reader_finds_each_sound_and_all_of_them_one_dossier(verdicts):
    assert [one.wrong for one in verdicts] == [()] * 4
    assert check_together(verdicts) == ()
    assert check_together(verdicts[::-1], expected=whole()) == ()
    assert [(one.member.number, one.member.count) for one in verdicts] == [
        (0, 3), (1, 3), (2, 3), (3, 3),
    ]  # fmt: skip


def rules(verdicts, **more):
    return {(one.rule, one.path) for one in check_together(verdicts, **more)}


def test_a_part_that_is_not_there_is_missed(verdicts):
    assert rules(verdicts[:3]) == {("SET-MISSING", f"{MASTER}-0003")}


def test_without_the_master_there_is_no_set(verdicts):
    assert {rule for rule, _ in rules(verdicts[1:])} == {"SET-MASTER"}
    assert {rule for rule, _ in rules([verdicts[0], *verdicts])} == {"SET-MASTER"}


def test_a_part_that_is_there_twice_is_told(verdicts):
    assert {rule for rule, _ in rules([*verdicts, verdicts[2]])} == {"SET-TWICE"}


def test_a_part_of_another_dossier_or_a_package_of_its_own_is_foreign(verdicts, tmp_path):
    other = replace(a_large_one(), identifier="0zbcdefghjkmn")
    (stranger,) = built_in(tmp_path / "b", package=other, most_files=9)
    (tmp_path / "c").mkdir()
    foreign = built_in(tmp_path / "c" / "d", package=other)[1]

    for path in (stranger, foreign):
        one = check(path, profile="eark-sip-2.2.0")
        assert one.is_sound
        assert {"SET-FOREIGN"} <= {rule for rule, _ in rules([*verdicts, one])}


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("cover", "0" * 128, "SET-DIGEST"),
        ("oxum", (1, 1), "SET-DIGEST"),
        ("master", "hoso-other", "SET-MASTER"),
        ("number", 2, "SET-COUNT"),
        ("count", 4, "SET-COUNT"),
        ("dossier", ("0abcdefghjkmn", "HS-2026/001", "Khác", "2026"), "SET-SAME"),
        ("documents", {"d1": ("Văn bản d1", ""), "d2": ("Khác", "")}, "SET-SAME"),
        ("documents", {"d1": ("Văn bản d1", "")}, "SET-DOCUMENT"),
        ("documents", {f"d{n}": (f"Văn bản d{n}", "") for n in (1, 2, 3)}, "SET-TWICE"),
        ("holding", frozenset({"d1"}), "SET-DOCUMENT"),
    ],
)
def test_one_thing_said_otherwise_in_a_part_is_found(verdicts, field, value, rule):
    changed = list(verdicts)
    changed[1] = replace(changed[1], member=replace(changed[1].member, **{field: value}))

    assert rule in {one for one, _ in rules(changed)}


def test_a_part_that_lacks_a_document_of_the_catalogue_is_found(verdicts):
    more = whole()
    paper = replace(more.papers[-1], files=(("0" * 64, 1),))

    found = check_together(verdicts, expected=replace(more, papers=(*more.papers[:-1], paper)))

    assert [(one.rule, one.what) for one in found] == [
        ("SET-DOCUMENT", "lacks the document d5"),
    ]


@pytest.mark.parametrize(
    ("number", "name", "old", "new"),
    [
        (1, "bag-info.txt", "Bag-Count: 1 of 3", "Bag-Count: 0 of 3"),
        (1, "bag-info.txt", f"Group-Identifier: {MASTER}", "Group-Identifier: hoso-other"),
        (0, "bag-info.txt", f"Group-Identifier: {MASTER}", "Group-Identifier: hoso-other"),
    ],
)
def test_a_package_must_say_the_same_of_its_set_everywhere(built, tmp_path, number, name, old, new):
    bag = tmp_path / built[number].name
    shutil.copytree(built[number], bag)
    path = bag / name
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    found = {one.rule for one in check(bag, profile="eark-sip-2.2.0").wrong}

    assert found & {"SET-COUNT", "SET-MASTER", "SET-LIST"}
    assert "BAG-3" in found  # the tag manifests know it too


def test_the_reader_by_itself_says_what_it_thinks_of_each_and_of_all(built, capsys):
    paths = [str(one) for one in built]

    assert main(paths) == 0
    assert capsys.readouterr().out.count("sound: eark-sip-2.2.0") == 4
    assert main([*paths[:2], "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert [one["sound"] for one in said["packages"]] == [True, True]
    assert {one["rule"] for one in said["together"]} == {"SET-MISSING"}
    assert main([paths[1], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sound"]
