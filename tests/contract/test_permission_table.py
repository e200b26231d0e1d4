"""The permission table: nothing may be done that is not in it, and it says what the rules say."""

from __future__ import annotations

import csv
import difflib

import pytest

from hoso.desk.act import ACTS
from hoso.testing import permission_table
from hoso.testing.permission_doors import Doors
from hoso.testing.permission_stage import set_stage
from hoso.testing.permission_table import PLACE, act_blocks, table_of

HOW = "look at what changed, then: bin/py -m hoso.testing.permission_table"


@pytest.fixture(scope="module")
def written(home):
    return (home / PLACE).read_text(encoding="utf-8")


def test_the_table_is_what_the_system_answers(site, written):
    made = table_of(site)

    changed = [*difflib.unified_diff(written.splitlines(), made.splitlines(), n=4, lineterm="")]
    assert changed == [], HOW


def test_every_act_is_in_the_table(written):
    lines = {line.strip() for line in written.splitlines()}

    assert set(ACTS) - lines == set(), HOW


def test_every_page_and_address_is_in_the_table(site, written):
    titles = {f"{door.title}   [{door.permission}]" for door in Doors(site).all()}

    assert titles - set(written.splitlines()) == set(), HOW


# The same by hand ----------------------------------------------------------------------------

#: Who sees that a thing is there at all (docs/security.md).
SEEN_BY = {
    "dossier": "dossier:view",
    "filed paper": "document:view",
    "waiting paper": "intake:work",
    "unit": "unit:view",
    "batch": "intake:work",
    "place": "paper:view",
    "count": "paper:view",
    "disposal list": "disposal:view",
    "destroyed dossier": "disposal:view",
}
#: In which situations a role held at the reader's own unit counts...
BY_UNIT = {
    "own unit", "unit below", "held", "withdrawn", "kept as a stub", "in quarantine",
    "mark of secrecy is over", "of a type closed to its person",
}  # fmt: skip
#: ... one given on the record itself ...
BY_GRANT = {"beside, grant in force", "beside, grant that ends today", "walled, grant in force"}
#: ... and in which the level is above everybody's clearance.
SECRET = {
    "above clearance", "above clearance, grant in force", "marked secret",
    "above clearance in an open dossier",
}  # fmt: skip
WALLED = {"walled", "walled, grant in force"}
ENDED = {"role ended", "role begins tomorrow"}
SITE_WIDE = {"operator", "reader-machine"}


@pytest.fixture(scope="module")
def matrix(home):
    """The role matrix, read by nobody but the standard library."""
    with (home / "profiles" / "base" / "roles.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return {
        (role, row["permission"])
        for row in rows
        for role, cell in row.items()
        if role != "permission" and cell
    }


def counting(title, kind, situation):
    """Whether the role of a column counts before a record."""
    if title in {"nobody", "member"}:
        return False
    if situation in SECRET and title != "reader-machine":
        return False
    if title == "subject":
        mine = kind in {"dossier", "filed paper"}
        return mine and situation != "of a type closed to its person"
    if title in SITE_WIDE:
        # A wall is against people.
        walled = situation in WALLED and title != "reader-machine"
        over = situation in ENDED or walled
        # Grants are made to every role of the table, these too; the machine signs in nowhere.
        return not over or situation in BY_GRANT
    if title == "consented":
        return situation in BY_GRANT or situation == "beside, consent in force"
    return situation in BY_UNIT or situation in BY_GRANT


def by_hand(matrix, permission, title, kind, situation):
    """What a reader is told, by the words of docs/security.md."""
    if kind == "site":
        held = title not in {"nobody", "member", "subject"} and situation not in ENDED
        # A consent is no office: it goes on when offices end.
        held = held or title == "consented"
        return "yes" if held and (title, permission) in matrix else "no"
    if not counting(title, kind, situation):
        return "-"
    if (title, permission) in matrix:
        return "yes"
    return "no" if (title, SEEN_BY[kind]) in matrix else "-"


def test_the_table_says_what_the_rules_say_when_they_are_followed_by_hand(as_, matrix):
    wrong = []
    with as_("officer") as desk:
        stage = set_stage(desk)
        titles = [reader.title for reader in stage.readers]
        for (permission, second, kind), lines in act_blocks(desk, stage).items():
            for line in lines:
                right = [by_hand(matrix, permission, t, kind, line.situation) for t in titles]
                found = [answer.replace("2nd", "yes") for answer in line.answers]
                if found != right:
                    wrong.append((str(permission), second, kind, line.situation, found, right))

    assert wrong == []


def test_the_rules_followed_by_hand_say_yes_and_no_and_nothing(matrix):
    """So that the comparison above compares something."""
    assert by_hand(matrix, "document:read", "clerk", "filed paper", "own unit") == "yes"
    assert by_hand(matrix, "document:read", "auditor", "filed paper", "own unit") == "no"
    assert by_hand(matrix, "document:read", "clerk", "filed paper", "unit beside") == "-"
    assert by_hand(matrix, "document:read", "archivist", "filed paper", "marked secret") == "-"


def test_an_act_on_a_kind_of_record_that_the_table_does_not_know_is_told(monkeypatch, as_):
    """Whoever adds a kind of record must give the table an example of it."""
    monkeypatch.setattr(permission_table, "KINDS", {})

    with pytest.raises(LookupError, match="add an example"), as_("officer") as desk:
        act_blocks(desk, set_stage(desk))
