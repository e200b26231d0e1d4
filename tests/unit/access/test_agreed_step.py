"""An older site learns whose its grants are, and from when on its facts of access are kept."""

from __future__ import annotations

from datetime import date

from hoso.access.evolve import add_agreed
from hoso.access.grants import given_to, granted_roles
from hoso.access.past import is_known
from hoso.records.model import Grant
from hoso.testing.things import a_dossier


def test_grants_that_were_there_before_are_found_by_their_person(as_):
    given = Grant("user:nobody", "auditor", "", "2026-12-31", "14/QĐ-M")
    with as_("officer") as desk:
        number = a_dossier(desk, grants=(given,)).id
        assert list(given_to(desk.root, "nobody")) == []
    with as_("officer") as desk:
        for _step in add_agreed(desk.root):
            pass
        assert list(given_to(desk.root, "nobody")) == [(number, given)]
        assert granted_roles(desk.root, "nobody", date(2026, 6, 1)) == {"auditor"}


def test_what_was_before_the_step_is_not_known(as_):
    with as_("officer") as desk:
        assert is_known(desk.root, date(2020, 1, 1))  # a site that kept its facts from the start
        for _step in add_agreed(desk.root):
            pass
        assert not is_known(desk.root, date(2020, 1, 1))
        assert is_known(desk.root, date(9999, 1, 1))
