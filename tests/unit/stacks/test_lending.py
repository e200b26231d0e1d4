"""Loans: one at a time, on a written authority, remembered for ever."""

from __future__ import annotations

from datetime import date

import pytest

from hoso.kernel.errors import Conflict, Invalid
from hoso.stacks import lending
from hoso.stacks.lending import Terms
from hoso.stacks.model import Stacks

TODAY = date(2026, 3, 2)
WHO = {"at": "2026-03-02T02:00:00.000000Z", "by": "luu"}
SAID = {
    "borrower": "Trần Văn Mẫu",
    "organisation": "Thanh tra huyện",
    "purpose": "Xác minh bằng cấp",
    "authority": "CV 12/CV-TTr ngày 27/02/2026",
    "handed_on": TODAY,
    "due": date(2026, 3, 16),
}


@pytest.fixture
def stacks():
    return Stacks()


@pytest.fixture
def lend(stacks):
    def hand_over(record=11, faults=(), without=(), **said):
        terms = Terms(**{**SAID, **said})
        return lending.lend(
            stacks, record, terms, without=without, today=TODAY, faults=list(faults), **WHO
        )

    return hand_over


@pytest.fixture
def give_back(stacks):
    def take(loan, **said):
        words = {"condition": "Nguyên vẹn", "returned_on": TODAY, **said}
        lending.give_back(stacks, loan, today=TODAY, faults=[], **words, **WHO)

    return take


def faults_of(error):
    return {fault.field for fault in error.value.faults}


def test_a_lent_paper_is_not_lent_twice(lend, stacks):
    lend()

    with pytest.raises(Conflict) as told:
        lend(borrower="Người khác")
    assert told.value.facts["borrower"] == "Trần Văn Mẫu"
    assert len(stacks.loans) == 1


def test_a_loan_says_to_whom_for_what_and_by_which_paper(lend):
    with pytest.raises(Invalid) as wrong:
        lend(borrower=" ", organisation="", purpose="", authority="")

    assert faults_of(wrong) == {"borrower", "organisation", "purpose", "authority"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"handed_on": date(2026, 3, 3), "due": date(2026, 3, 9)}, "handed_on"),
        ({"due": date(2026, 3, 1)}, "due"),
        ({"purpose": "x" * 501}, "purpose"),
    ],
)
def test_what_cannot_be_is_refused(lend, said, field):
    with pytest.raises(Invalid) as wrong:
        lend(**said)

    assert faults_of(wrong) == {field}


def test_what_came_back_may_go_out_again_and_both_loans_are_remembered(lend, give_back, stacks):
    first = lend()
    give_back(first)
    second = lend()

    assert lending.loans_of(stacks, 11) == [second, first]
    assert lending.loan_of(stacks, 11) is second
    assert (first.condition, first.returned_on, first.is_out) == ("Nguyên vẹn", "2026-03-02", False)


def test_it_comes_back_once_with_a_word_on_its_condition(lend, give_back):
    loan = lend()
    with pytest.raises(Invalid) as wrong:
        give_back(loan, condition="", returned_on=date(2026, 3, 3))
    assert faults_of(wrong) == {"condition", "returned_on"}
    with pytest.raises(Invalid):
        give_back(loan, returned_on=date(2026, 3, 1))
    give_back(loan)

    with pytest.raises(Conflict):
        give_back(loan)


def test_what_is_out_is_listed_by_the_day_it_is_due(lend, give_back, stacks):
    late = lend(11, handed_on=date(2026, 2, 2), due=date(2026, 2, 27))
    lend(12, due=date(2026, 3, 2))
    back = lend(13, handed_on=date(2026, 2, 2), due=date(2026, 2, 3))
    give_back(back)

    assert [loan.record for loan in lending.out_now(stacks)] == [11, 12]
    assert [loan.record for loan in lending.out_now(stacks, late_on=TODAY)] == [11]
    assert [lending.days_late(loan, TODAY) for loan in lending.out_now(stacks)] == [3, 0]
    assert lending.days_late(back, TODAY) == 0
    assert late.is_out


def test_a_loan_may_last_longer_on_an_authority_of_its_own(lend, stacks, give_back):
    loan = lend()
    words = {"at": WHO["at"], "by": "an", "faults": []}
    for due, authority in ((date(2026, 3, 16), "CV 20"), (date(2026, 4, 1), " ")):
        with pytest.raises(Invalid):
            lending.extend(stacks, loan, due=due, authority=authority, **words)
    lending.extend(stacks, loan, due=date(2026, 4, 1), authority="CV 20", **words)

    assert [(e.before, e.after, e.by) for e in loan.extensions] == [
        ("2026-03-16", "2026-04-01", "an")
    ]
    assert list(stacks.out) == [("2026-04-01", loan.id)]
    give_back(loan)
    assert list(stacks.out) == []
    with pytest.raises(Conflict):
        lending.extend(stacks, loan, due=date(2026, 5, 1), authority="CV 21", **words)
