"""An export proves itself with the one file that leaves with it; every tampering is named."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.audit import hoso_verify_journal as proof
from hoso.audit.entry import Entry
from hoso.audit.export import Wanted, write
from hoso.audit.gathering import gather
from hoso.audit.journal import append, book_of
from hoso.audit.sealing import close_due, seal_due
from hoso.kernel.clock import stamp

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
EVERYTHING = Wanted("2026-03-02", "2026-03-05")


@pytest.fixture(scope="module")
def root():
    """Three sealed days and an open one; the last two entries are in no bundle yet."""
    root: dict = {}
    for day in range(4):
        for number in range(40):
            at = MORNING + timedelta(days=day, minutes=number)
            said = Entry(
                stamp(at),
                f"actor{number % 5}",
                "document.seen",
                "done",
                record=f"r{number % 11}",
                dossier=f"d{number % 3}",
                details={"page": number, "where": 'Huế "cũ"\n'},
            )
            append(root, said, shard=f"s{number % 3}")
            if number in {0, 13, 26, 37}:
                gather(root, now=at)
    close_due(root, now=MORNING + timedelta(days=3, hours=1))
    seal_due(root, now=MORNING + timedelta(days=3, hours=1))
    return root


def export(root, folder, wanted=EVERYTHING, may_show=lambda _entry: True):
    path = folder / "journal.zip"
    made = write(root, path, wanted=wanted, made=stamp(MORNING), may_show=may_show)
    return path, made


@pytest.fixture(scope="module")
def whole(root, tmp_path_factory):
    """A whole export, unpacked, as bytes by name."""
    path, _ = export(root, tmp_path_factory.mktemp("whole"))
    with zipfile.ZipFile(path) as package:
        return Files({name: package.read(name) for name in package.namelist()})


class Files(dict):
    """Named only by what it is, where a test tells of its arguments."""

    def __repr__(self):
        return "<the files of an export>"


def check(files, folder, anchors=None):
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return proof.check_package(folder, anchors or {})[0]


def test_it_runs_by_itself_and_says_that_all_agrees(root, tmp_path):
    path, made = export(root, tmp_path)
    with zipfile.ZipFile(path) as package:
        package.extractall(tmp_path / "out")

    run = subprocess.run(
        [sys.executable, "-I", "hoso_verify_journal.py", ".", "--json"],
        cwd=tmp_path / "out",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    said = json.loads(run.stdout)
    # Two entries of 160 were written after the last bundle.
    assert (said["entries"], said["heads"], said["differences"]) == (158, 3, [])
    assert made.entries == 158
    assert made.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert proof.check_package(path)[0].is_whole


def test_a_digest_kept_elsewhere_is_compared(root, whole, tmp_path):
    day, *_, digest = book_of(root).seals["2026-03-03"][:5]

    assert check(whole, tmp_path / "a", {day: digest}).anchored == 1
    found = check(whole, tmp_path / "a", {day: digest[::-1]})
    assert [(f.day, f.code) for f in found.findings] == [(day, "anchor")]
    assert not check(whole, tmp_path / "a", {"2027-01-01": digest}).is_whole


def test_a_later_period_stands_by_itself(root, tmp_path):
    path, made = export(root, tmp_path, Wanted("2026-03-03", "2026-03-03"))

    assert (made.entries, proof.check_package(path)[0].findings) == (40, [])


def test_what_the_reader_may_not_see_is_there_by_its_digest_only(root, tmp_path):
    path, made = export(root, tmp_path, may_show=lambda entry: entry.record != "r3")

    found, _ = proof.check_package(path)
    assert (found.findings, found.withheld, made.withheld) == ([], 16, 16)
    with zipfile.ZipFile(path) as package:
        assert b'"r3"' not in package.read("entries.jsonl")


@pytest.mark.parametrize("what", [{"record": "r3"}, {"record": "d1"}, {"actor": "actor4"}])
def test_a_part_proves_every_line_up_to_the_head_of_its_day(root, tmp_path, what):
    path, made = export(root, tmp_path, Wanted("2026-03-02", "2026-03-05", **what))

    found, manifest = proof.check_package(path)

    with zipfile.ZipFile(path) as package:
        lines = [json.loads(line) for line in package.read("entries.jsonl").splitlines()]
    key, value = next(iter(what.items()))
    assert {value in (one["entry"][key], one["entry"]["dossier"]) for one in lines} == {True}
    assert (found.findings, found.entries, manifest["kind"]) == ([], made.entries, "part")
    expected = {"r3": 16, "d1": 52, "actor4": 31}
    assert made.entries == expected[value]


def test_a_part_may_withhold_too(root, tmp_path):
    wanted = Wanted("2026-03-02", "2026-03-05", record="d1")
    path, made = export(root, tmp_path, wanted, lambda entry: entry.record != "r4")

    found, _ = proof.check_package(path)
    assert found.is_whole
    assert 0 < made.withheld == found.withheld < made.entries


FILES = ("entries.jsonl", "bundles.jsonl", "days.jsonl", "manifest.json", "README.txt")


@settings(max_examples=100)
@given(st.sampled_from(FILES), st.integers(0, 1 << 30), st.integers(1, 255))
def test_any_single_byte_changed_is_found(whole, tmp_path_factory, name, at, change):
    content = bytearray(whole[name])
    content[at % len(content)] ^= change
    folder = tmp_path_factory.getbasetemp() / "changed"

    try:
        found = check({**whole, name: bytes(content)}, folder)
    except proof.Useless:
        assert name == "manifest.json"  # status 2: what this is cannot be told any more
    else:
        assert not found.is_whole


def _resummed(files):
    """Make the list of digests anew, as who tampers would."""
    files = {name: content for name, content in files.items() if name != "SHA256SUMS"}
    listed = "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in sorted(files.items())
    )
    return {**files, "SHA256SUMS": listed.encode()}


@settings(max_examples=80)
@given(st.sampled_from(FILES[:3]), st.integers(0, 1 << 30), st.integers(1, 255))
def test_a_byte_changed_by_who_also_mends_the_list_of_digests_is_found(
    whole, tmp_path_factory, name, at, change
):
    content = bytearray(whole[name])
    content[at % len(content)] ^= change
    folder = tmp_path_factory.getbasetemp() / "mended"

    assert not check(_resummed({**whole, name: bytes(content)}), folder).is_whole


KINDS = ("removed", "doubled", "swapped", "moved")


@settings(max_examples=60)
@given(st.sampled_from(FILES[:3]), st.sampled_from(KINDS), st.integers(0, 1 << 30))
def test_a_line_removed_added_or_reordered_is_found_and_named(
    whole, tmp_path_factory, name, kind, at
):
    lines = whole[name].splitlines(keepends=True)
    index = at % (len(lines) - 1)
    line = lines[index]
    if kind == "removed":
        del lines[index]
    elif kind == "doubled":
        lines.insert(index, line)
    elif kind == "swapped":
        lines[index], lines[index + 1] = lines[index + 1], line
    else:
        lines.append(lines.pop(index))
    folder = tmp_path_factory.getbasetemp() / "lines"

    found = check(_resummed({**whole, name: b"".join(lines)}), folder)

    said = json.loads(line)
    day = said.get("day") or said["entry"]["day"]
    neighbour = (datetime.fromisoformat(day) + timedelta(days=1)).date().isoformat()
    # The heads are a chain: where one is gone or moved, the next one may say so.
    assert {f.day for f in found.findings} & {day, neighbour}


def test_a_changed_entry_is_named_by_its_place_and_nothing_else_is(whole, tmp_path):
    lines = whole["entries.jsonl"].splitlines(keepends=True)
    index = next(i for i, line in enumerate(lines) if b'"day":"2026-03-03"' in line)
    lines[index + 5] = lines[index + 5].replace(b'"done"', b'"none"')

    found = check(_resummed({**whole, "entries.jsonl": b"".join(lines)}), tmp_path / "one")

    assert [f.place for f in found.findings] == ["2026-03-03/s0/5"]


def test_a_missing_or_foreign_file_is_named(whole, tmp_path):
    without = {name: content for name, content in whole.items() if name != "days.jsonl"}

    assert [f.facts for f in check(without, tmp_path / "x").findings] == [{"file": "days.jsonl"}]
    found = check({**whole, "more.txt": b"?"}, tmp_path / "x")
    assert [(f.code, f.facts) for f in found.findings] == [("file-unknown", {"file": "more.txt"})]


def test_what_is_no_export_ends_with_status_two(tmp_path, capsys):
    (tmp_path / "some.txt").write_text("?")

    assert proof.main([str(tmp_path)]) == 2
    assert proof.main([str(tmp_path / "some.txt")]) == 2
    assert "no export" in capsys.readouterr().err


def test_the_verdict_is_said_in_vietnamese_and_status_one_means_different(root, tmp_path, capsys):
    path, _ = export(root, tmp_path)
    day, *_, digest = book_of(root).seals["2026-03-03"][:5]
    grouped = " ".join(digest[i : i + 8] for i in range(0, 64, 8))
    (tmp_path / "anchors").write_text(f"{day} {grouped}\n")

    assert proof.main([str(path), "--anchors", str(tmp_path / "anchors"), "--language", "vi"]) == 0
    assert "TẤT CẢ KHỚP" in capsys.readouterr().out
    assert proof.main([str(path), "--anchor", f"{day}={digest[::-1]}", "--language", "vi"]) == 1
    assert "2026-03-03: mã băm không đúng" in capsys.readouterr().out
