"""A day of the journal is a day on the wall in Vietnam (UTC+07:00), not in Greenwich."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.desk import dossiers, journal

HOUR = timedelta(hours=1)


@pytest.fixture
def looked(as_, clock):
    """The clerk looks at a dossier each hour, from 9:00 on 2 March to 8:00 on 4 March."""
    for _ in range(48):
        with as_("clerk") as desk:
            dossiers.look(desk, desk.find("T-0001"))
        clock.advance(HOUR)


def read(as_, day, *, limit=100):
    """Every entry of a day, page by page, as hours on the wall, newest first."""
    hours, after = [], ""
    while True:
        with as_("auditor") as desk:
            page = journal.of_day(desk, desk.site, day=day, after=after, limit=limit)
        hours += [int(w.entry.at[11:13]) for w in page.entries if w.entry.verb == "dossier.seen"]
        if not page.after:
            return [(hour + 7) % 24 for hour in hours]
        after = page.after


@pytest.mark.parametrize("limit", [100, 24, 7, 1])
def test_what_was_done_before_seven_in_the_morning_stands_under_its_own_day(as_, looked, limit):
    assert read(as_, "2026-03-03", limit=limit) == list(range(23, -1, -1))


def test_the_first_and_the_last_day_hold_their_hours(as_, looked):
    assert read(as_, "2026-03-02") == list(range(23, 8, -1))
    assert read(as_, "2026-03-04") == list(range(8, -1, -1))


def test_sealing_changes_nothing_of_what_is_read(as_, looked, site):
    from hoso.app.housekeeping import keep_house

    keep_house(site)

    assert read(as_, "2026-03-03", limit=5) == list(range(23, -1, -1))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1900-02-28"])
def test_a_day_on_which_nothing_could_be_done_is_empty(as_, day):
    assert read(as_, day) == []
