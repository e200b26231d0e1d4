"""``hoso batch``: a box is declared, counted in, closed and receipted from the command line."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest

from hoso.testing.command_line import hoso
from hoso.testing.things import bytes_of


@pytest.fixture
def folder(tmp_path):
    """A folder of four files, two of them the same bytes, and a subfolder."""
    box = tmp_path / "box"
    (box / "sub").mkdir(parents=True)
    for name, words in (("a.pdf", "một"), ("b.pdf", "hai"), ("sub/c.pdf", "một"), ("d.pdf", "ba")):
        (box / name).write_bytes(bytes_of(words))
    return box


@pytest.fixture
def at(site):
    """The folder of a site that no process has open."""
    site.close()
    return site.path


def test_a_batch_goes_from_its_opening_to_its_receipt(at, folder, tmp_path):
    status, (line,) = hoso(
        at, "batch", "open", "--unit", "nhanh", "--sheets", "2", "--sides", "2",
        "--dpi", "300", "--colour", "COLOUR", "--title", "Hộp 3", "--as", "clerk",
    )  # fmt: skip
    assert (status, line["number"], line["state"]) == (0, "2026-nhanh-001", "open")
    assert (line["sheets"], line["sides"], line["dpi"], line["operator"]) == (2, 2, 300, "Cán Mẫu")

    status, lines = hoso(
        at, "intake", str(folder), "--batch", line["number"], "--no-read", "--as", "clerk"
    )
    # Two hands take them in: which of the two with the same bytes is the first is chance.
    outcomes = sorted(one["outcome"] for one in lines)
    assert outcomes == ["duplicate", "waiting", "waiting", "waiting"]
    status, (again,) = hoso(
        at, "intake", str(folder / "a.pdf"), "--batch", line["number"], "--no-read", "--as", "clerk"
    )
    assert (again["outcome"], again["reason"]) == (
        "duplicate",
        "This file is here already in this batch.",
    )

    _, (shown,) = hoso(at, "batch", "show", line["number"], "--as", "clerk")
    assert (shown["received"], shown["again"], shown["unknown"], shown["declared"]) == (4, 1, 4, 4)
    assert shown["places"]["reading"] == {"files": 3, "parts": 0, "pages": 0}
    assert shown["places"]["already-here"]["files"] == 1
    assert (shown["difference"], shown["adds_up"]) == (-4, True)
    assert {one["name"] for one in shown["lines"]} == {"a.pdf", "b.pdf", "c.pdf", "d.pdf"}
    assert {one["source"] for one in shown["lines"]} == {"cli"}
    digest = hashlib.sha256(bytes_of("hai")).hexdigest()
    assert digest in {one["sha256"] for one in shown["lines"]}

    # They are still being read.
    assert hoso(at, "batch", "close", line["number"], "--because", "x", "--as", "clerk")[0] == 1
    _all_waiting(at)
    assert hoso(at, "batch", "close", line["number"], "--as", "clerk")[0] == 1
    status, (closed,) = hoso(
        at, "batch", "close", line["number"], "--because", "Chưa đọc được", "--as", "clerk"
    )
    assert (status, closed["state"], closed["because"]) == (0, "closed", "Chưa đọc được")

    to = tmp_path / "receipt.pdf"
    status, (made,) = hoso(at, "batch", "receipt", line["number"], "--to", str(to), "--as", "clerk")
    assert status == 0
    assert made["sha256"] == hashlib.sha256(to.read_bytes()).hexdigest()
    assert to.read_bytes().startswith(b"%PDF-1.7")
    status, lines = hoso(
        at, "intake", str(folder / "a.pdf"), "--batch", line["number"], "--no-read", "--as", "clerk"
    )
    assert (status, lines[0]["outcome"]) == (1, "refused")
    assert "closed" in lines[0]["reason"]
    assert hoso(at, "batch", "reopen", line["number"], "--why", "Còn tờ", "--as", "clerk")[0] == 0
    _, lines = hoso(at, "batch", "list", "--as", "clerk")
    assert [(one["number"], one["state"], one["files"]) for one in lines] == [
        ("2026-nhanh-001", "open", 5)
    ]


def _all_waiting(path):
    from hoso.app.house import open_house

    with open_house(path) as house:

        def wait(connection):
            for paper in connection.root()["site"].tray.values():
                paper.state = "waiting"

        house.databases.attempt(wait)


def test_what_cannot_be_stored_is_counted_with_its_reason(at, tmp_path, monkeypatch):
    from hoso.app import house, settings

    small = dataclasses.replace(settings.read_settings(), upload_limit=10)
    monkeypatch.setattr(house, "read_settings", lambda _path=None: small)
    hoso(at, "batch", "open", "--unit", "nhanh", "--as", "clerk")
    (tmp_path / "big.tif").write_bytes(b"x" * 11)

    status, lines = hoso(
        at, "intake", str(tmp_path / "big.tif"), str(tmp_path / "none.pdf"),
        "--batch", "2026-nhanh-001", "--no-read", "--as", "clerk",
    )  # fmt: skip

    assert (status, [one["outcome"] for one in lines]) == (1, ["refused", "refused"])
    _, (shown,) = hoso(at, "batch", "show", "2026-nhanh-001", "--as", "clerk")
    assert shown["places"]["refused"]["files"] == 2
    assert {(one["name"], one["size"]) for one in shown["lines"]} == {
        ("big.tif", 11),
        ("none.pdf", 0),
    }


def test_a_batch_that_is_not_there_and_one_that_is_hidden_are_told_alike(at, folder):
    hoso(at, "batch", "open", "--unit", "ben", "--as", "officer")

    for number in ("2026-ben-001", "2026-ben-002"):
        assert hoso(at, "batch", "show", number, "--as", "clerk") == (1, [])
        assert hoso(at, "intake", str(folder), "--batch", number, "--as", "clerk") == (1, [])


def test_people_read_the_equation_too(at, folder, capsys):
    from hoso.cli.main import main

    hoso(at, "batch", "open", "--unit", "nhanh", "--sheets", "9", "--as", "clerk")
    hoso(at, "intake", str(folder), "--batch", "2026-nhanh-001", "--no-read", "--as", "clerk")
    capsys.readouterr()

    assert main([f"--site={at}", "batch", "show", "2026-nhanh-001", "--as", "clerk"]) == 0

    said = capsys.readouterr().out
    for words in (
        "declared 9, scanned 0",
        "difference -9",
        "Being read",
        "3 files",
        "not known: 4",
    ):
        assert words in said
