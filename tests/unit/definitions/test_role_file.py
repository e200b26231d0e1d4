"""A role file that is not right opens nothing: it is told by file and line, and no site starts."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.definitions import load
from hoso.definitions.faults import DefinitionFaults
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.overlays import lay_roles
from hoso.definitions.values import Text

ROLES = "profiles/base/roles.csv"
HEAD = "permission,clerk,unit-head,records-officer,archivist,auditor"
ROW = "document:read,A,A,A,A,,"

#: What somebody may do to the file with a spreadsheet: what is replaced, by what, in which line.
SPOILT = {
    "a column is missing": (HEAD, HEAD.replace(",auditor", ""), 1),
    "a column stands twice": (HEAD, HEAD.replace("auditor", "clerk"), 1),
    "a role nobody knows": (HEAD, HEAD.replace("clerk", "clark"), 1),
    "the head is missing": (HEAD, ROW, 1),
    "a row stands twice": (
        ROW,
        f"{ROW}A,A,,,\ndocument:read,A,A,A,A,A,",
        "document:read,A,A,A,A,A",
    ),
    "a cell says something else": (ROW, ROW.replace("A,A,,", "A,A,x,"), "document:read"),
    "a small letter": (ROW, ROW.replace("A,A,,", "A,A,a,"), "document:read"),
    "a permission nobody knows": (ROW, ROW.replace("document:read", "document:raed"), "raed"),
    "a row too long": (ROW, f"{ROW}A,A,A,A,A,A", "document:read"),
    "semicolons of a spreadsheet": (HEAD, HEAD.replace(",", ";"), 1),
}


@pytest.mark.parametrize(("old", "new", "line"), SPOILT.values(), ids=SPOILT.keys())
def test_no_site_starts_with_it_and_its_line_is_told(home, spoil, old, new, line):
    spoil(ROLES, old, new)

    with pytest.raises(DefinitionFaults) as told:
        load(home, "test")

    lines = (home / ROLES).read_text(encoding="utf-8").splitlines()
    right = {line} if isinstance(line, int) else {
        number for number, text in enumerate(lines, start=1) if line in text
    }  # fmt: skip
    places = {fault.field for fault in told.value.faults}
    assert places & {f"{ROLES}:{number}" for number in right}, sorted(places)


def test_the_command_says_file_and_line_and_ends_with_one(home, spoil):
    spoil(ROLES, ROW, ROW.replace("A,A,,", "A,A,x,"))

    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from hoso.cli.main import main; sys.exit(main(['check']))",
        ],
        env={**os.environ, "HOSO_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 1
    assert f"{ROLES}:" in found.stdout + found.stderr


# Any change at all ---------------------------------------------------------------------------

ROLE_NAMES = ("clerk", "unit-head", "auditor")
PERMISSIONS = ("dossier:view", "document:read", "journal:view", "account:manage")
LABELS = MappingProxyType({name: Text(name) for name in ROLE_NAMES})
GOOD = (
    "permission,clerk,unit-head,auditor\n"
    "dossier:view,A,A,A\ndocument:read,A,A,\njournal:view,,,A\naccount:manage,,,\n"
)
PIECES = st.sampled_from(
    ["A", "a", ",", ",,", "\n", "\r\n", '"', "clerk", "auditor", "permission", "document:read",
     "\ufeff", "\u200b", "\x00", " ", "Ạ", "А", "é", ";", "account:manage,A,A,A\n"]
)  # fmt: skip


@st.composite
def edited(draw):
    text = GOOD
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        cut = draw(st.integers(0, 6))
        text = text[:at] + draw(PIECES) + text[at + cut :]
    return text


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles")
    (folder / "profiles" / "base").mkdir(parents=True)
    return folder


@settings(max_examples=300)
@given(text=edited())
def test_whatever_is_done_to_it_no_role_gets_what_its_column_does_not_say(place, text):
    """Either it is told, or what it gives is what a plain reader of CSV sees marked A."""
    (place / ROLES).write_text(text, encoding="utf-8", newline="")
    files = DefinitionFiles(place)

    matrix, _rows = lay_roles(files, ("base",), LABELS)

    if not files.findings():
        given_ = {(role, one) for role, found in matrix.grants.items() for one in found}
        assert given_ <= _marked(text)


def _marked(text):
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    return {
        (role.strip(), row["permission"].strip())
        for row in rows
        if row.get("permission")
        for role, cell in row.items()
        if isinstance(role, str) and isinstance(cell, str) and cell.strip() == "A"
    }


def test_the_good_file_is_read_as_it_stands(place):
    (place / ROLES).write_text(GOOD, encoding="utf-8")
    files = DefinitionFiles(place)

    matrix, _rows = lay_roles(files, ("base",), LABELS)

    assert files.findings() == []
    assert matrix.grants == {
        "clerk": {"dossier:view", "document:read"},
        "unit-head": {"dossier:view", "document:read"},
        "auditor": {"dossier:view", "journal:view"},
    }
