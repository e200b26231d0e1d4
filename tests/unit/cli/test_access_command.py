"""``hoso access``: who could, and what a change would do, from the command line."""

from __future__ import annotations

import shutil

import pytest

from hoso.testing.command_line import hoso
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def closed(site, as_, monkeypatch):
    """The folder of a site with a dossier at ``ben``, closed, at the clock of the tests."""
    with as_("officer") as desk:
        a_filed_paper(desk, a_dossier(desk, code="T-0060", unit="ben"))
    site.follower.catch_up()
    path, clock = site.path, site.clock
    site.close()
    monkeypatch.setattr("hoso.app.house.SystemClock", lambda: clock)
    return path


def test_who_could_see_a_dossier(closed):
    status, lines = hoso(closed, "access", "who", "T-0060")

    assert status == 0
    assert {line["login"] for line in lines if line["could"]} == {
        "officer",
        "archivist",
        "auditor",
    }


def test_what_a_role_would_open(closed):
    words = ("access", "rehearse", "clerk", "--give", "clerk", "--unit", "ben")
    status, lines = hoso(closed, *words)

    assert status == 0
    counted = [line for line in lines if "count" in line]
    assert {(line["change"], line["kind"], line["count"]) for line in counted} == {
        ("+", "documents", 1),
        ("+", "dossiers", 1),
    }


def test_what_an_edited_role_table_would_do(closed, home, tmp_path):
    edited = tmp_path / "edited"
    for folder in ("catalogs", "profiles"):
        shutil.copytree(home / folder, edited / folder)
    table = edited / "profiles" / "base" / "roles.csv"
    text = table.read_text(encoding="utf-8")
    head, *rows = text.splitlines()
    column = head.split(",").index("auditor")
    cells = next(row for row in rows if row.startswith("dossier:view,")).split(",")
    cells[column] = ""
    changed = [",".join(cells) if row.startswith("dossier:view,") else row for row in rows]
    table.write_text("\n".join([head, *changed]) + "\n", encoding="utf-8")

    status, lines = hoso(closed, "access", "rehearse", "--definitions", str(edited))

    assert status == 0
    lost = {(line["login"], line["change"]) for line in lines if "count" in line}
    assert lost == {("auditor", "-")}


def test_a_day_and_a_permission_that_are_none_are_told(closed):
    assert hoso(closed, "access", "who", "T-0060", "--on", "hôm qua")[0] != 0
    assert hoso(closed, "access", "who", "T-0060", "--may", "x")[0] != 0
