"""Whatever a file becomes, checking it ends with findings and never with an exception."""

from __future__ import annotations

import random

import pytest

from hoso.cli.commands.check import run
from hoso.cli.output import Output
from hoso.definitions import check

ROUNDS = 8


def _spoiled(draw: random.Random, text: str) -> str:
    """Drop, double, cut or garble one line."""
    lines = text.splitlines()
    at = draw.randrange(len(lines))
    deed = draw.choice(("drop", "double", "cut", "number", "list", "table", "empty", "nul"))
    if deed == "drop":
        del lines[at]
    elif deed == "double":
        lines.insert(at, lines[at])
    elif deed == "cut":
        lines[at] = lines[at][: len(lines[at]) // 2]
    elif deed == "empty":
        lines = []
    elif deed == "nul":
        lines[at] += "\x00"
    else:
        value = {"number": "12", "list": '["a", "b"]', "table": '{ x = "y" }'}[deed]
        lines[at] = lines[at].split("=", 1)[0] + "= " + value if "=" in lines[at] else value
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(6))
def test_a_spoiled_file_never_stops_the_check(home, seed):
    draw = random.Random(seed)
    folders = ("catalogs", "profiles/base", "profiles/test")
    files = sorted(
        path
        for folder in folders
        for path in (home / folder).rglob("*")
        if path.suffix in {".toml", ".csv"}
    )
    for _ in range(ROUNDS):
        path = draw.choice(files)
        original = path.read_text(encoding="utf-8")
        path.write_text(_spoiled(draw, original), encoding="utf-8")

        for finding in check(home, "test"):
            assert finding.message.strip()
            assert finding.line >= 1

        path.write_text(original, encoding="utf-8")
    assert check(home, "test") == []


@pytest.mark.parametrize("name", ["levels.toml", "value-lists.toml", "triggers.toml"])
def test_a_lost_file_never_stops_the_check(home, name):
    (home / "catalogs" / name).unlink()

    assert any(one.file == f"catalogs/{name}" for one in check(home, "test"))


@pytest.mark.parametrize("list_", ["role", "permission", "dossier-status", "document-form"])
def test_a_lost_list_never_stops_the_check(home, list_):
    (home / "catalogs" / "value-lists" / f"{list_}.csv").unlink()

    assert any(f"{list_}.csv" in one.message for one in check(home, "test"))


class _Arguments:
    profile: str | None = None


def test_the_command_prints_file_line_and_message(home, monkeypatch, capsys):
    monkeypatch.setenv("HOSO_HOME", str(home))
    path = home / "catalogs/document-types/D05.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("level = 0", "level = 9"), "utf-8")

    status = run(_Arguments(), Output(as_json=True))

    printed = capsys.readouterr()
    assert status == 1
    assert printed.out == (
        '{"file": "catalogs/document-types/D05.toml", "line": 7, '
        '"message": "There is no level 9; there are: 0, 1, 2, 3, 4."}\n'
    )
    assert "1 fault in the definitions" in printed.err


def test_the_command_is_silent_where_all_is_well(repository, monkeypatch, capsys):
    monkeypatch.setenv("HOSO_HOME", str(repository))

    status = run(_Arguments(), Output(as_json=True))

    assert (status, capsys.readouterr().out) == (0, "")
