"""Packages import downwards only; no circles; nothing below http knows Pyramid."""

from __future__ import annotations

from pathlib import Path

from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.cli import lint_imports


def test_every_import_contract_is_kept(home, monkeypatch, capsys):
    monkeypatch.chdir(home)
    # It would silence every logger there is, for the tests that come after.
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda _verbose: None)

    status = lint_imports(config_filename=str(home / ".importlinter"), no_cache=True)

    assert status == 0, capsys.readouterr().out


def test_the_contracts_speak_of_every_package(home, monkeypatch):
    """A package that no floor names would be bound by nothing."""
    monkeypatch.chdir(home)
    options: UserOptions = use_cases.read_user_options(config_filename=str(home / ".importlinter"))
    floors = next(c for c in options.contracts_options if c["type"] == "layers")["layers"]
    named = {word.strip("()") for line in floors for word in line.replace("|", ":").split(":")}
    named = {name.strip().strip("()") for name in named}
    source = home / "src" / "hoso"

    there = {f"hoso.{path.name}" for path in source.iterdir() if (path / "__init__.py").is_file()}

    assert there - named == set()


def test_only_tests_import_what_tests_stand_on(home):
    product = [
        path for path in Path(home, "src", "hoso").rglob("*.py") if "testing" not in path.parts
    ]

    users = [path for path in product if "hoso.testing" in path.read_text(encoding="utf-8")]

    assert users == []
