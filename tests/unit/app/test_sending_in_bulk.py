"""Many files leave for an archive only when a second person has agreed, once, as it was asked."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from types import MappingProxyType

import pytest

from hoso.app.delivering import prepare
from hoso.desk import delivering, permits
from hoso.desk.act import NoPermit
from hoso.kernel.errors import Forbidden
from hoso.preservation.delivery.destinations import Folder
from hoso.records.model import Dossier
from hoso.testing.sites import CODE
from hoso.testing.things import a_filed_paper


@pytest.fixture
def package(site, as_, tmp_path):
    """The uid of a package that is ready to go to ``kho`` or ``kho-2``; of how many files it is."""
    folders = []
    for name in ("kho", "kho-2"):
        (tmp_path / name).mkdir()
        folders.append(Folder(name, tmp_path / name))
    site.settings = replace(site.settings, destinations=tuple(folders))
    with as_("clerk") as desk:
        a_filed_paper(desk, desk.find(CODE, Dossier), words="một", date="2024-09-05")
    with as_("archivist") as desk:
        dossier = desk.find(CODE, Dossier)
        export = delivering.freeze(desk, dossier, profile="bagit", reason="Nộp lưu 2026")
        uid, files = export.uid, export.files
    prepare(site)
    return uid, files


def alone(site, most):
    """Let one person send so many files alone, as a profile would say."""
    profile = site.rulebook.profile
    packages = {**profile.settings["packages"], "files_alone": most}
    # Of the profile that agencies extend; the one of the tests asks nobody for this.
    two = {**profile.settings["two-persons"], "acts": ["package.sent"]}
    said = MappingProxyType({**profile.settings, "packages": packages, "two-persons": two})
    site.rulebook = replace(site.rulebook, profile=replace(profile, settings=said))


def send(as_, uid, to="kho"):
    with as_("archivist") as desk:
        delivering.send(desk, desk.find(CODE, Dossier), export=uid, to=to)


def ask(as_, uid, to="kho"):
    with as_("archivist") as desk:
        return permits.ask(
            desk,
            desk.find(CODE, Dossier),
            function=delivering.send,
            words={"export": uid, "to": to},
            reason="Nộp lưu theo kế hoạch",
        ).uid


def test_agencies_ask_for_a_second_person_unless_they_say_otherwise(home):
    said = tomllib.loads((home / "profiles/base/settings.toml").read_text(encoding="utf-8"))

    assert "package.sent" in said["two-persons"]["acts"]
    assert said["packages"]["files_alone"] == 500


def test_as_many_files_as_one_may_send_go_at_once(site, as_, package):
    uid, files = package
    alone(site, files)

    send(as_, uid)

    with as_("archivist") as desk:
        assert set(delivering.find(desk, uid)[0].sendings) == {"kho"}


def test_one_file_more_waits_for_a_second_person(site, as_, package, entries):
    uid, files = package
    alone(site, files - 1)
    with pytest.raises(NoPermit, match="second person"):
        send(as_, uid)
    permit = ask(as_, uid)
    with pytest.raises(Forbidden, match="another person"), as_("archivist") as desk:
        permits.agree(desk, permit)
    with as_("archivist") as desk:
        assert list(delivering.find(desk, uid)[0].sendings) == []
    with as_("head") as desk:
        permits.agree(desk, permit)

    with as_("archivist") as desk:
        permits.carry_out(desk, permit)

    with as_("archivist") as desk:
        assert set(delivering.find(desk, uid)[0].sendings) == {"kho"}
    told = [(e.verb, e.actor, e.outcome) for e in entries() if e.verb == "package.sent"]
    assert told == [("package.sent", "archivist", "refused"), ("package.sent", "archivist", "done")]


def test_what_was_agreed_to_is_for_one_package_to_one_place_and_once(site, as_, package):
    uid, files = package
    alone(site, files - 1)
    permit = ask(as_, uid)
    with as_("head") as desk:
        permits.agree(desk, permit)
    with pytest.raises(NoPermit):
        send(as_, uid, to="kho-2")

    send(as_, uid)

    with as_("archivist") as desk:
        export, dossier = delivering.find(desk, uid)
        delivering.stop(desk, dossier, export=export.uid, to="kho")
    # It was spent: to send the same again somebody agrees anew.
    with pytest.raises(NoPermit):
        send(as_, uid)
