"""The command line: exit status, JSON on standard output, words on standard error."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys

import pytest

from hoso.cli.main import main
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def run(site, capsys):
    """Run a command on the site; return its status, its JSON lines and its words."""
    with site.databases.connection():
        pass
    site.close()

    def command(*words, at=None):
        capsys.readouterr()
        status = main(["--site", str(at or site.path), *words])
        out, err = capsys.readouterr()
        return status, [json.loads(line) for line in out.splitlines()], err

    return command


@pytest.fixture
def filled(as_):
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0002", name="Trần Thị Mẫu")
        a_dossier(desk, code="T-0900", unit="ben", name="Lê Văn Mẫu")
        return a_filed_paper(desk, dossier, words="nâng bậc lương thường xuyên").uid


def test_a_listing_is_a_json_object_a_line_with_the_promised_keys(filled, run):
    """The names of the keys are promised in docs/formats.md to whoever reads them by program."""
    status, lines, _ = run("dossier", "list", "--json")

    assert status == 0
    assert [line["code"] for line in lines] == ["T-0900", "T-0001", "T-0002"]
    wanted = {"id", "code", "name", "unit", "status", "level", "documents"}
    assert all(wanted <= set(line) for line in lines)
    assert {line["code"]: line["documents"] for line in lines}["T-0002"] == 1


def test_acting_as_somebody_narrows_what_is_there(filled, run):
    status, lines, _ = run("dossier", "list", "--as", "clerk", "--json")

    assert status == 0
    assert {line["code"] for line in lines} == {"T-0001", "T-0002"}


def test_a_dossier_is_shown_by_code_and_by_id(filled, run):
    _, by_code, _ = run("dossier", "show", "T-0002", "--json")
    _, by_id, _ = run("dossier", "show", by_code[0]["id"], "--json")

    assert by_code == by_id
    assert [paper["id"] for paper in by_code[0]["documents"]] == [filled]


def test_hidden_and_unknown_are_told_alike(filled, run):
    hidden = run("dossier", "show", "T-0900", "--as", "clerk", "--json")
    unknown = run("dossier", "show", "T-0999", "--as", "clerk", "--json")

    assert hidden == unknown
    assert hidden == (1, [], "hoso: Not found.\n")


def test_search_prints_hits_and_a_last_line_of_counts(filled, run):
    status, lines, _ = run("search", "nang bac luong", "--as", "clerk", "--json")

    *hits, last = lines
    wanted = "id dossier title type number date unit level score snippet pages".split()  # noqa: SIM905
    assert status == 0
    assert [hit["id"] for hit in hits] == [filled]
    assert set(wanted) <= set(hits[0])
    assert hits[0]["pages"] == [1]
    assert "[nâng bậc lương]" in hits[0]["snippet"]
    assert set(last) == {"total", "facets", "ms"}
    assert last["total"] == 1


def test_search_narrows_by_options_as_the_page_does(filled, run):
    def total(*options):
        return run("search", "", "--as", "officer", *options, "--json")[1][-1]["total"]

    whole = total("--status", "filed")
    assert total("--dossier", "T-0002") + total("--dossier", "T-0900") == whole
    assert total("--year", "1900") == 0


def test_a_list_is_taken_out_once_with_its_purpose(filled, run, tmp_path):
    words = ("search", "luong", "--as", "officer", "--to", str(tmp_path / "list.csv"))

    without = run(*words, "--json")
    status, lines, _ = run(*words, "--purpose", "02", "--json")
    again = run(*words, "--purpose", "02", "--json")

    data = (tmp_path / "list.csv").read_bytes()
    assert (without[0], status, again[0]) == (1, 0, 1)
    assert lines[0]["sha256"] == hashlib.sha256(data).hexdigest()
    assert data.count(b"\n") == lines[0]["rows"] + 1


def test_retention_says_rule_law_and_dates(filled, run):
    status, lines, _ = run("retention", "why", "T-0002", "--on", "2026-03-02", "--json")

    wanted = "id rule instrument trigger from period due state explanation".split()  # noqa: SIM905
    assert status == 0
    assert set(wanted) <= set(lines[0])
    assert lines[0]["state"] in {"due", "not-due", "permanent", "unknown", "held"}


def test_a_code_of_thirteen_characters_is_a_code(as_, run, site):
    from hoso.app.house import open_house
    from hoso.testing.sites import sitting

    with open_house(site.path) as house, sitting(house, "officer") as desk:
        a_dossier(desk, code="hue-0123-0001")

    assert run("retention", "why", "hue-0123-0001", "--json")[0] == 0


def test_the_journal_is_shown_and_proved(filled, run):
    run("dossier", "show", "T-0002", "--json")
    status, entries, _ = run("journal", "show", "T-0002", "--json")

    assert status == 0
    assert entries[0]["verb"] == "dossier.seen"
    assert entries[0]["actor"] == "machine:operator"

    status, lines, _ = run("journal", "verify", "--json")
    assert (status, lines[0]["first difference"]) == (0, None)


def test_the_index_is_what_the_database_says(filled, run):
    run("dossier", "list", "--json")

    status, lines, _ = run("index", "verify", "--json")

    assert (status, len(lines)) == (0, 1)


def test_accounts_are_issued_once(run):
    status, lines, _ = run("account", "create", "moi", "--name", "Mới", "--unit", "la", "--json")
    again, nothing, words = run("account", "create", "moi", "--name", "Mới", "--unit", "la")

    assert (status, lines[0]["login"]) == (0, "moi")
    assert len(lines[0]["one-time password"]) == 23
    assert (again, nothing) == (1, [])
    assert "There is an account moi already." in words


def test_an_account_is_kept_from_the_command_line_as_on_its_page(run):
    def said(*words):
        status, lines, errors = run("account", *words, "--json")
        assert status == 0, errors
        return lines

    said("create", "moi", "--name", "Mới", "--unit", "la")
    assert said("clear", "moi", "3", "--decision", "1/QĐ") == [{"login": "moi", "clearance": 3}]
    said("role", "moi", "clerk", "--unit", "la", "--cause", "2/QĐ", "--to", "2030-12-31")
    said("lock", "moi", "--reason", "Điều tra")
    (shut,) = said("list", "moi")
    assert (shut["shut"], shut["kind"], shut["clearance"]) == ("Điều tra", "management", 3)
    said("unlock", "moi", "--reason", "Xong")
    assert said("list", "moi")[0]["shut"] is None
    assert said("sessions", "moi") == []
    assert said("wanted") == []


def test_every_fault_of_an_input_is_said(run):
    status, lines, words = run(
        "dossier", "open", "a b", "--type", "X", "--name", " ", "--unit", "la", "--json"
    )

    assert (status, lines) == (1, [])
    assert all(f"{field}:" in words for field in ("code", "type", "name"))


@pytest.mark.parametrize(
    "words",
    [
        ("dossier", "list", "--as", "ghost"),
        ("dossier", "show", "T-0999"),
        ("search", "lương", "--as", "ghost"),
        ("search", 'số:"', "--as", "clerk"),
        ("retention", "why", "T-0999"),
        ("account", "reset", "ghost", "--request", "1"),
        ("export", "T-0001", "--profile", "nothing", "--to", "out"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_done_is_1_and_said_to_a_person(run, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    status, lines, said = run(*words, *([] if words[0] == "export" else ["--json"]))

    assert (status, lines) == (1, [])
    assert said.startswith("hoso: ")
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("nonsense",),
        ("dossier",),
        ("search", "x"),
        ("retention", "due", "--on", "hôm nay"),
        ("search", "x", "--as", "clerk", "--limit", "many"),
        ("site", "create"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2(run, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        run(*words)

    assert stopped.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "usage: hoso" in err


def test_no_site_is_said_with_the_way_to_make_one(run, tmp_path):
    nowhere = tmp_path / "nowhere"

    status, lines, said = run("dossier", "list", "--json", at=nowhere)

    assert (status, lines) == (1, [])
    assert f"There is no site in {nowhere}" in said
    assert "site create" in said
    assert not nowhere.exists()


def test_a_site_that_is_there_is_not_made_anew(run):
    status, lines, said = run("site", "create", "--profile", "test", "--json")

    assert (status, lines) == (1, [])
    assert "already" in said


def test_making_a_site_prints_each_account_with_its_password(run, tmp_path):
    status, lines, _ = run("site", "create", "--profile", "test", "--json", at=tmp_path / "new")

    assert status == 0
    assert {line["login"] for line in lines} >= {"clerk", "officer", "archivist", "auditor"}
    assert all({"login", "role", "one-time password"} <= set(line) for line in lines)
    assert len({line["one-time password"] for line in lines}) == len(lines)


def test_an_unknown_profile_is_said(run, tmp_path):
    status, lines, said = run("site", "create", "--profile", "x", "--json", at=tmp_path / "new")

    assert (status, lines) == (1, [])
    assert "x" in said


def test_sound_definitions_print_nothing_but_a_word(run):
    assert run("check", "--profile", "test", "--json")[:2] == (0, [])


def test_the_installed_command_keeps_its_streams_apart(site):
    """As a program of its own: what machines read is JSON to the last byte."""
    site.close()
    code = "import sys; sys.path[:] = sys.argv[2:]; from hoso.cli.main import main; "
    code += "sys.exit(main(['--site', sys.argv[1], 'dossier', 'list', '--json']))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(site.path), *sys.path],
        capture_output=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )

    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["code"] for line in done.stdout.splitlines()] == ["T-0001"]
    assert b"Traceback" not in done.stderr
