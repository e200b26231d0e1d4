"""Errors carry facts; the words are made from them."""

from __future__ import annotations

from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing


def test_a_message_is_filled_from_the_facts():
    assert str(Forbidden(reason="no role")) == "You may not do this: no role"
    assert str(Conflict(by="lan", at="9:00")).startswith("This was changed by lan at 9:00.")


def test_a_fact_that_is_wanting_leaves_its_place_visible():
    assert str(Fault("code", "There is a dossier {code} already.")) == (
        "code: There is a dossier {code} already."
    )


def test_an_invalid_input_says_every_fault():
    error = Invalid([Fault("a", "First {n}.", {"n": 1}), Fault("b", "Second.")])

    assert str(error) == "Some fields need correction.; a: First 1.; b: Second."
    assert [fault.field for fault in error.faults] == ["a", "b"]


def test_missing_says_nothing_of_why():
    assert str(Missing()) == "Not found."


def test_braces_in_a_fact_are_not_filled_again():
    assert str(Forbidden(reason="{reason}")) == "You may not do this: {reason}"
