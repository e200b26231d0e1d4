"""A form that is sent again does nothing more: by a second click, from history, by two at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from BTrees.OOBTree import OOBTree

from hoso.http.once import KEY, new_word, spend
from hoso.kernel.errors import Conflict
from hoso.testing.sites import NOW


def filled(browser, page, **values):
    """The fields of the form of a page that counts once, with *values* typed."""
    form = next(
        f
        for f in browser.get(page).forms.values()
        if "once" in f.fields and values.keys() <= f.fields.keys()
    )
    for name, value in values.items():
        form[name] = value
    return form.action or page, form.submit_fields()


def test_a_box_is_opened_once_however_often_its_form_is_sent(browse, site):
    clerk = browse("clerk")
    where, fields = filled(clerk, "/batches/new", sheets="12")

    clerk.post(where, fields, status=303)
    again = clerk.post(where, fields, status=409)

    assert "đã được gửi" in again.text
    with site.databases.connection() as connection:
        assert len(list(connection.root()["site"].batches)) == 1


def test_a_form_that_was_refused_can_be_corrected_and_sent_again(browse, site):
    clerk = browse("clerk")
    where, fields = filled(clerk, "/batches/new", sheets="rất nhiều")
    clerk.post(where, fields, status=422)

    clerk.post(where, [(n, "12" if n == "sheets" else v) for n, v in fields], status=303)

    with site.databases.connection() as connection:
        assert len(list(connection.root()["site"].batches)) == 1


def test_two_forms_are_two_boxes(browse, site):
    clerk = browse("clerk")
    for _ in range(2):
        where, fields = filled(clerk, "/batches/new", sheets="12")
        clerk.post(where, fields, status=303)

    with site.databases.connection() as connection:
        assert len(list(connection.root()["site"].batches)) == 2


def test_a_hold_is_placed_once(browse, entries):
    officer = browse("officer")
    where, fields = filled(officer, "/dossiers/T-0001", reason="Tòa án hỏi", authority="12/CV")

    officer.post(where, fields, status=303)
    officer.post(where, fields, status=409)

    assert len([e for e in entries("retention.hold-placed") if e.outcome == "done"]) == 1


def test_words_are_drawn():
    assert len({new_word() for _ in range(1000)}) == 1000


def test_old_words_are_forgotten_and_fresh_ones_are_not():
    root = {KEY: OOBTree()}
    for number in range(200):
        spend(root, f"a{number:03d}", now=NOW)
    later = NOW + timedelta(days=3)
    spend(root, "b", now=later)

    for number in range(15):
        spend(root, f"a{number:03d}x", now=later)

    assert len(root[KEY]) < 100
    with pytest.raises(Conflict):
        spend(root, "b", now=later)
