"""What hoso is built of: pinned once, as published, and without faults that are known."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import UTC, date, datetime

import pytest

from hoso.testing import advisories
from hoso.testing.advisories import Advisories, Advisory, from_osv, refreshed
from hoso.testing.dependencies import damaged, in_use, pinned

#: What an installer changes, with the reason.
CHANGED = {
    "setuptools: setuptools/_vendor/backports/__init__.py is missing":
        "buildout leaves out what makes a folder a shared namespace",
}  # fmt: skip


@pytest.fixture(scope="module")
def pins(home):
    return pinned(home / "buildout.cfg")


@pytest.fixture(scope="module")
def eggs():
    return [*in_use()]


@pytest.fixture(scope="module")
def known(home):
    return advisories.read(home / advisories.PLACE)


def test_there_are_eggs(eggs):
    assert len(eggs) > 80


def test_every_egg_in_use_is_the_one_that_is_pinned(eggs, pins):
    assert [(e.name, e.version) for e in eggs if pins.get(e.name) != e.version] == []


def test_nothing_is_on_the_path_twice(eggs):
    names = [egg.name for egg in eggs]

    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_egg_holds_what_its_publisher_recorded(eggs):
    """File by file, by digest: nothing changed, nothing lacking, no code added."""
    wrong = [line for egg in eggs for line in damaged(egg)]

    assert [line for line in wrong if line not in CHANGED] == []


def test_a_changed_file_and_an_added_one_are_found(eggs, tmp_path):
    egg = next(one for one in eggs if one.name == "pyotp")
    copy = dataclasses.replace(egg, path=tmp_path / egg.path.name)
    shutil.copytree(egg.path, copy.path)
    victim = copy.path / "pyotp" / "totp.py"
    victim.write_bytes(victim.read_bytes() + b"\n")
    (copy.path / "pyotp" / "more.py").write_text("import os\n")
    (copy.path / "pyotp" / "utils.py").unlink()

    assert sorted(damaged(copy)) == [
        "pyotp: pyotp/more.py was added",
        "pyotp: pyotp/totp.py was changed",
        "pyotp: pyotp/utils.py is missing",
    ]


def test_no_pinned_version_has_a_known_fault(known, pins):
    found = [f"{one.package}: {one.id} {one.about}" for one in known.in_pins(pins)]

    assert found == []


def test_the_faults_are_of_today(known):
    """A warning only: a clone of next year must still build."""
    days = (datetime.now(UTC).date() - known.dated).days

    if days > advisories.OLD:
        pytest.skip(
            f"WARNING: {advisories.PLACE} is {days} days old: bin/py -m {advisories.__name__}"
        )


@pytest.mark.parametrize(
    ("version", "touched"),
    [("1.9", False), ("2.0.0", True), ("3.0.0", True), ("3.0.1", False), ("3.0.1rc1", True)],
)
def test_a_fault_is_in_versions_from_the_first_to_before_the_repaired(version, touched):
    """PEP 440: a release candidate comes before its release."""
    fault = Advisory("waitress", "CVE-2024-49768", "2.0.0", "3.0.1", "")

    assert fault.touches(version) is touched


def test_an_old_pin_would_be_found(known):
    found = {one.id for one in known.in_pins({"waitress": "2.1.2", "jinja2": "3.1.5"})}

    assert found == {"CVE-2024-49768", "CVE-2024-49769", "CVE-2025-27516"}


#: Shaped as OSV answers (https://ossf.github.io/osv-schema/); the content is made up.
ANSWER = {
    "id": "GHSA-aaaa-bbbb-cccc",
    "summary": "A fault\nof two lines",
    "aliases": ["CVE-2026-1"],
    "affected": [
        {
            "package": {"name": "WebOb", "ecosystem": "PyPI"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "0"},
                        {"fixed": "1.7"},
                        {"introduced": "1.8"},
                        {"fixed": "1.8.12"},
                    ],
                },
                {"type": "GIT", "events": [{"introduced": "abc"}]},
            ],
        },
        {"package": {"name": "webob", "ecosystem": "Debian"}, "ranges": []},
    ],
}


def test_an_answer_of_the_source_is_understood():
    assert [*from_osv(ANSWER)] == [
        Advisory("webob", "CVE-2026-1", "", "1.7", "A fault of two lines"),
        Advisory("webob", "CVE-2026-1", "1.8", "1.8.12", "A fault of two lines"),
    ]


def test_refreshing_adds_keeps_what_people_wrote_and_dates_the_file(tmp_path):
    asked = []

    def ask(path, body):
        asked.append((path, body))
        return ANSWER if body is None else {"results": [{"vulns": [{"id": ANSWER["id"]}]}, {}]}

    noted = Advisory("webob", "CVE-2026-1", "1.8", "1.8.12", "ours", "not used here")
    kept = Advisories(date(2026, 1, 1), (noted,))

    found = refreshed(kept, {"webob": "1.8.11", "idna": "3.20"}, ask=ask, on=date(2026, 11, 22))
    path = tmp_path / "a.toml"
    path.write_text(advisories.text(found, "# A remark."), encoding="utf-8")

    assert advisories.read(path) == found
    assert found.dated == date(2026, 11, 22)
    assert noted in found.known
    assert len(found.known) == 2
    assert found.in_pins({"webob": "1.8.11"}) == []
    assert [path for path, _body in asked] == ["/querybatch", "/vulns/GHSA-aaaa-bbbb-cccc"]
