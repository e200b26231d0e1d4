"""Grants by person: what is given is found again, and taking back one cause takes that only."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hoso.access import grants
from hoso.access.grants import given_to, granted_roles, principal_of
from hoso.records.model import Document, Grant

WHEN = {"at": "2026-03-02T02:00:00+00:00", "by": "head"}


def give(root, record, grant):
    grants.give(root, record, grant, **WHEN)


def take(root, record, *, principal, cause):
    return grants.take(root, record, principal=principal, cause=cause, **WHEN)


def Paper(number):
    """A paper with an id, as small as can be."""
    paper = Document()
    paper.id = number
    return paper


def a_grant(role="clerk", *, login="lan", first="", last="", cause="1/QĐ"):
    return Grant(principal_of(login), role, first, last, cause)


def test_what_is_given_is_found_by_its_person():
    root, paper = {}, Paper(7)

    give(root, paper, a_grant())

    assert list(given_to(root, "lan")) == [(7, a_grant())]
    assert list(given_to(root, "minh")) == []


def test_taking_back_one_cause_leaves_what_another_gave():
    root, paper = {}, Paper(7)
    give(root, paper, a_grant(cause="1/QĐ"))
    give(root, paper, a_grant(cause="2/QĐ"))

    gone = take(root, paper, principal="user:lan", cause="1/QĐ")

    assert gone == (a_grant(cause="1/QĐ"),)
    assert paper.grants == (a_grant(cause="2/QĐ"),)
    assert list(given_to(root, "lan")) == [(7, a_grant(cause="2/QĐ"))]


def test_taking_what_was_never_given_takes_nothing():
    root, paper = {}, Paper(7)
    give(root, paper, a_grant())

    assert take(root, paper, principal="user:minh", cause="1/QĐ") == ()
    assert paper.grants == (a_grant(),)


days = st.sampled_from(["", "2026-01-01", "2026-03-01", "2026-03-02", "2026-03-03", "2027-01-01"])
some = st.lists(
    st.tuples(st.sampled_from(["a", "aa", "b", "c"]), days, days, st.integers(1, 3)), max_size=12
)


@given(some)
def test_roles_given_on_a_day_are_those_of_the_grants_in_force(listed):
    root = {}
    for role, first, last, number in listed:
        give(root, Paper(number), a_grant(role, first=first, last=last))

    expected = {
        role
        for role, first, last, _number in listed
        if (first or "0") <= "2026-03-02" <= (last or "9999")
    }
    assert granted_roles(root, "lan", date(2026, 3, 2)) == expected


def test_nobody_has_no_grants_and_a_site_without_any_is_no_error():
    assert granted_roles({}, "lan", date(2026, 3, 2)) == frozenset()
    assert granted_roles({grants.KEY: None}, "", date(2026, 3, 2)) == frozenset()
