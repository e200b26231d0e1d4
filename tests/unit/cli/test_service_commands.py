"""``hoso career`` and ``hoso custody``: the same acts as the pages, line by line."""

from __future__ import annotations

import hashlib
import json

import pytest

from hoso.cli.main import main
from hoso.desk import dossiers

CODE = "T-0001"


@pytest.fixture
def run(site, as_, capsys, monkeypatch):
    """Call it with words of a command; returns its lines, after the site was closed."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        dossiers.edit(
            desk, dossier, name=dossier.name, birth_date="15/02/1964", gender="1",
            revision=dossier.revision,
        )  # fmt: skip
        dossiers.change_status(
            desk, dossier, status="DANG_CT", effective="01/09/1990", evidence="",
            revision=dossier.revision,
        )  # fmt: skip
    site.close()
    # The definitions are read once, not by each command.
    monkeypatch.setattr("hoso.app.house.load", lambda _home, _profile: site.rulebook)

    def command(*words, status=0):
        capsys.readouterr()
        assert main(["--site", str(site.path), *map(str, words), "--json"]) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return command


def test_a_leaving_is_previewed_recorded_listed_and_undone(run):
    words = ("career", "left", CODE, "--kind", "retirement", "--from", "01/02/2026",
             "--decision", "12/QĐ", "--as", "officer")  # fmt: skip

    (shown,) = run(*words, "--preview")
    assert (shown["id"], shown["before"], shown["status"]) == (None, "DANG_CT", "NGHI_HUU")
    assert shown["kept_after"] == "2097-01-01"
    (made,) = run(*words)
    assert {**made, "id": None} == shown
    items = run("career", "lists", "--late", "--as", "officer")
    assert {item["item"] for item in items} == {one["key"] for one in made["wanted"]}
    assert run("career", "forecast", "--as", "officer", "--first", "2025-05") == []
    (undone,) = run("career", "undo", CODE, made["id"], "--reason", "Nhầm", "--as", "officer")
    assert undone["status"] == "DANG_CT"
    (line,) = run("career", "forecast", "--as", "officer", "--first", "2030-01", "--months", "1")
    assert (line["state"], line["last_day"], line["age"]) == ("passed", "2025-05-31", "P61Y3M")
    run("career", "forecast", "--as", "officer", "--first", "05/2025", status=1)


def test_a_handover_is_sent_signed_for_and_its_list_taken(run, tmp_path):
    (sent,) = run(
        "custody", "send", CODE, "--from", "nhanh", "--to", "goc", "--decision", "7/QĐ",
        "--as", "officer",
    )  # fmt: skip
    assert run("custody", "list", "--as", "archivist")[0]["state"] == "sent"
    run("custody", "receive", sent["number"], "--as", "archivist", status=1)
    (received,) = run(
        "custody", "receive", sent["number"], "--count", f"{CODE}=0", "--as", "archivist"
    )
    assert (received["state"], received["manifest"]) == ("received", sent["manifest"])
    path = tmp_path / "list.json"
    run("custody", "take", sent["number"], "list.json", path, "--as", "archivist")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == sent["manifest"]
    assert [one["number"] for one in run("custody", "list", "--closed", "--as", "archivist")] == [
        sent["number"]
    ]
