"""Every act: who may, what the journal calls it; every permission stands in the matrix."""

from __future__ import annotations

import csv
import re
import tomllib

import pytest

from hoso.access.permissions import Permission
from hoso.desk.act import ACTS
from hoso.kernel import errors
from hoso.testing.modules import every_module

every_module()  # acts are made where they are defined

VERB = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*")
VERBS = sorted(ACTS)


# Whose acts are being built; take yours out when it is there.
COMING = {"retention:rehearse"}


def matrix(home, profile):
    with (home / "profiles" / profile / "roles.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    return {row.pop("permission"): {role for role, cell in row.items() if cell} for row in rows}


@pytest.fixture(scope="module")
def base(home):
    return matrix(home, "base")


def test_there_are_acts():
    assert len(VERBS) > 40


@pytest.mark.parametrize("verb", VERBS)
def test_an_act_is_called_thing_dot_deed(verb):
    assert VERB.fullmatch(verb)


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_may_perform_it(verb, base):
    assert base[str(ACTS[verb].permission)]


@pytest.mark.parametrize("verb", VERBS)
def test_an_act_says_in_a_sentence_what_it_does(verb):
    first = (ACTS[verb].function.__doc__ or "").strip().split("\n")[0]

    assert re.search(r"^[A-Z].+", first)


def test_what_the_journal_does_not_hear_of_changes_nothing_a_person_wrote():
    """Silent acts are looks and lists, and a reader's own bookkeeping."""
    silent = {verb for verb in VERBS if not ACTS[verb].told}

    assert silent == {
        "access.listed",
        "access.why-dossier-asked",
        "access.why-paper-asked",
        "account.listed",
        "account.sessions-listed",
        "account.wanted-listed",
        "presence.listed",
        "batch.listed",
        "compliance.charted",
        "compliance.looked-through",
        "career.age-asked",
        "career.checklists-listed",
        "career.forecast-glanced",
        "career.leaving-previewed",
        "career.leaving-seen",
        "consent.listed",
        "consent.own-listed",
        "consent.pending-listed",
        "consent.readers-listed",
        "batch.shown",
        "disposal.candidates-listed",
        "disposal.listed",
        "custody.glanced",
        "custody.listed-all",
        "deadline.glanced",
        "deadline.listed",
        "deadline.person-asked",
        "document.compare-listed",
        "document.page-shown",
        "dossier.listed",
        "fixity.given-up",
        "fixity.read-noted",
        "fixity.risks-listed",
        "fixity.status-asked",
        "import.advanced",
        "import.check-asked",
        "import.checked",
        "import.judged",
        "import.listed",
        "import.looked-at",
        "import.mappings-listed",
        "import.opened",
        "intake.page-shown",
        "intake.tray",
        "package.taken-listed",
        "package.all-listed",
        "package.listed",
        "package.looked-at",
        "pages.alike-listed",
        "pages.sent-back-listed",
        "paper.count-seen",
        "paper.counts-listed",
        "paper.loan-seen",
        "paper.loans-listed",
        "paper.place-seen",
        "paper.places-listed",
        "paper.seen",
        "learnt.listed",
        "mark.glanced",
        "mark.swept",
        "reading.begun",
        "reading.progress",
        "retention.due-glanced",
        "retention.hold-shown",
        "retention.holds-listed",
        "retention.rehearsal-shown",
        "retention.rehearsals-listed",
        "search.alerts-counted",
        "search.kept-listed",
        "search.news-noted",
        "search.suggested",
        "stub.sealed",
        "unit.listed",
    }


def test_the_matrix_and_the_code_know_the_same_permissions(base):
    assert set(base) == {str(permission) for permission in Permission}


def test_every_permission_is_held_by_somebody(base):
    assert [permission for permission, roles in base.items() if not roles] == []


def test_every_permission_but_those_asked_by_lists_belongs_to_an_act():
    """``site:admin`` is asked by pages alone."""
    used = {ACTS[verb].permission for verb in VERBS}
    used |= {act.second.permission for act in ACTS.values() if act.second is not None}

    assert {str(p) for p in Permission if p not in used} <= {
        "site:admin",
        "dossier:view",
        *COMING,
    }


def test_the_person_may_find_and_read_and_nothing_else(base):
    """One's own dossier is read, never changed, downloaded or judged (S4-20, S4-111)."""
    mine = {permission for permission, roles in base.items() if "subject" in roles}

    assert mine == {
        "dossier:view",
        "document:view",
        "document:read",
        "search:run",
        "readers:view",
    }


def test_who_keeps_accounts_reads_no_papers(base):
    theirs = {permission for permission, roles in base.items() if "account-admin" in roles}

    assert not {p for p in theirs if p.split(":")[0] in {"dossier", "document", "intake", "search"}}


def test_who_proposes_disposal_does_not_approve_it(base):
    assert not base["disposal:propose"] & base["disposal:approve"]


def test_every_act_a_profile_asks_two_persons_for_can_have_a_second(home):
    for file in sorted(home.glob("profiles/*/settings.toml")):
        stated = tomllib.loads(file.read_text(encoding="utf-8"))
        for verb in stated.get("two-persons", {}).get("acts", ()):
            assert ACTS[verb].second is not None, (file, verb)


def every_error():
    return [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.HosoError)
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda one: one.__name__)
def test_every_error_has_a_status_and_a_message(error):
    from hoso.http.errors import STATUS

    assert 400 <= STATUS[error.kind] < 600
    assert error.message.endswith((".", "}"))


def test_no_status_is_for_an_error_nobody_raises():
    from hoso.http.errors import STATUS

    assert set(STATUS) == {one.kind for one in every_error()}


def test_statuses_say_what_http_says():
    """RFC 9110 section 15: 403, 404, 409, 422, 503; RFC 6585 section 4: 429."""
    from hoso.http.errors import STATUS

    assert STATUS == {
        "internal": 500,
        "invalid": 422,
        "missing": 404,
        "forbidden": 403,
        "conflict": 409,
        "not-ready": 503,
        "too-many": 429,
        "unusable": 422,
    }
