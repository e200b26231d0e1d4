"""No path of a list leads out of its folder; what is told of faults hides nothing and runs nothing."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.ingest.bulk.findings import NOTE, STOP, Finding, Findings, as_csv, harmless, read
from hoso.ingest.bulk.folder import NotThere, Outside, SourceFolder, parts_of
from hoso.ingest.bulk.seen import Seen


@pytest.fixture
def tree(tmp_path):
    """A folder of papers beside a secret, with links out of it."""
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "x.pdf").write_bytes(b"x")
    root = tmp_path / "papers"
    (root / "hs1" / "sâu").mkdir(parents=True)
    (root / "hs1" / "a.pdf").write_bytes(b"aa")
    (root / "hs1" / "sâu" / unicodedata.normalize("NFD", "quyết định.pdf")).write_bytes(b"b")
    (root / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (root / "inside.pdf").symlink_to(root / "hs1" / "a.pdf")
    (root / "out").symlink_to(tmp_path / "other")
    os.mkfifo(root / "pipe.pdf")
    with SourceFolder(root) as folder:
        yield folder


@pytest.mark.parametrize("path", ["hs1/a.pdf", "hs1\\a.pdf", "./hs1//a.pdf", " hs1/a.pdf "])
def test_a_file_is_found_however_its_path_is_written(tree, path):
    found = tree.find(path)

    assert (found.path, found.size) == ("hs1/a.pdf", 2)
    with tree.open(found) as stream:
        assert stream.read() == b"aa"


def test_a_composed_name_finds_one_that_is_taken_apart_on_disk(tree):
    assert tree.find(unicodedata.normalize("NFC", "hs1/sâu/quyết định.pdf")).size == 1


@pytest.mark.parametrize(
    "path",
    ["../secret.pdf", "hs1/../../secret.pdf", "/etc/passwd", "C:\\x.pdf", "c:x.pdf", "\\\\host\\x",
     "link.pdf", "inside.pdf", "out/x.pdf", "", ".", "a\x00b", "/".join(["x"] * 100)],
)  # fmt: skip
def test_what_leads_or_may_lead_out_is_refused(tree, path):
    with pytest.raises(Outside):
        tree.find(path)


@pytest.mark.parametrize(
    "path", ["no.pdf", "hs1", "pipe.pdf", "hs1/a.pdf/b.pdf", "x" * 300, "\udcff.pdf"]
)
def test_what_is_no_file_is_not_there(tree, path):
    with pytest.raises(NotThere):
        tree.find(path)


def test_a_file_that_became_a_link_meanwhile_is_not_followed(tree):
    found = tree.find("hs1/a.pdf")
    (tree.root / "hs1" / "a.pdf").unlink()
    (tree.root / "hs1" / "a.pdf").symlink_to(tree.root.parent / "secret.pdf")

    with pytest.raises(Outside):
        tree.open(found)


def test_every_file_is_met_once_and_links_are_not_gone_through(tree):
    assert sorted(unicodedata.normalize("NFC", path) for path in tree.walk()) == [
        "hs1/a.pdf",
        "hs1/sâu/quyết định.pdf",
    ]


def test_many_folders_do_not_keep_as_many_open(tree):
    before = sum(1 for _ in Path("/proc/self/fd").iterdir())
    for n in range(100):
        folder = tree.root / f"d{n}" / "e"
        folder.mkdir(parents=True)
        (folder / "a.pdf").write_bytes(b"x")
        assert tree.find(f"d{n}/e/a.pdf").size == 1

    assert sum(1 for _ in Path("/proc/self/fd").iterdir()) - before <= 40


@given(st.text(alphabet=st.sampled_from("./\\ab:~ "), max_size=12))
def test_no_path_has_a_step_upwards(path):
    try:
        parts = parts_of(path)
    except Outside:
        return
    assert parts
    assert all(part not in {"", ".", ".."} and "/" not in part for part in parts)


def test_what_was_said_before_is_remembered_with_its_row(tmp_path):
    with Seen(tmp_path) as seen:
        assert seen.add("a", row=2, words="M-0001") is None
        assert seen.add("b", row=3, words="M-0001") is None
        assert seen.add("a", row=9, words="M-0002") == (2, "M-0001")
        assert "b" in seen
        assert "c" not in seen
    assert list(tmp_path.iterdir()) == []


FINDINGS = [
    Finding(3, "Ngày", "date", "31/02/2019", STOP, "Write it as {form}.", {"form": "dd/mm/yyyy"}),
    Finding(0, "", "", "=cmd|' /C calc'!A0", NOTE, "Only a note."),
]


def test_findings_are_counted_written_and_read_back(tmp_path):
    path = tmp_path / "faults.jsonl"
    with Findings(path) as findings:
        for one in FINDINGS:
            findings.add(one)

    assert list(read(path)) == FINDINGS
    assert list(read(path, skip=1)) == FINDINGS[1:]
    assert list(read(tmp_path / "none")) == []
    assert dict(findings.counts) == {STOP: 1, NOTE: 1}
    assert str(FINDINGS[0]) == "Write it as dd/mm/yyyy."


def test_a_table_of_findings_opens_in_a_spreadsheet_and_runs_nothing():
    """OWASP, CSV injection: =, +, -, @, tab and line ends begin a formula."""
    content = b"".join(
        as_csv(FINDINGS, headings=("Row", "Column", "Value", "How", "What"), say=str)
    )

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [
        ["Row", "Column", "Value", "How", "What"],
        ["3", "Ngày", "31/02/2019", "stop", "Write it as dd/mm/yyyy."],
        ["", "", "'=cmd|' /C calc'!A0", "note", "Only a note."],
    ]


@given(st.text())
def test_no_cell_that_goes_out_begins_as_a_formula(text):
    assert not harmless(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
