"""The calendar of due dates: finds what is due, and loads no more than that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ZODB
from law import LAW
from ZODB.FileStorage import FileStorage

from hoso.kernel.dates import PartialDate
from hoso.kernel.ids import new_id
from hoso.retention.calendar import (
    Line,
    due_by,
    expired_unverified,
    forget,
    line_of,
    note,
    unknown,
)
from hoso.retention.facts import Facts, HoldFact
from hoso.retention.model import Calendar
from hoso.retention.schedule import decide

NOW = date(2026, 3, 2)
HOLD = HoldFact(7, "vụ án", "Tòa án", "2026-01-05T00:00:00.000000Z")


def decided(retention_class="exam-papers", when=None, **more):
    ended = PartialDate.parse(when) if when else None
    return decide(LAW, Facts(retention_class, ended=ended, **more), on=NOW)


def test_what_is_due_by_a_day_comes_longest_over_first():
    calendar = Calendar()
    for record, year in [(1, "2018"), (2, "2010"), (3, "2025"), (4, "2019")]:
        note(calendar, record, decision=decided(when=year), digest="d")

    # 5 years from the ends of 2010, 2018, 2019: from 2016, 2024 and 2025.
    assert list(due_by(calendar, date(2024, 12, 31))) == [2, 1]
    assert list(due_by(calendar, date(2025, 1, 1))) == [2, 1, 4]


def test_what_is_permanent_open_or_unknown_is_never_among_the_due():
    calendar = Calendar()
    note(calendar, 1, decision=decided("training-plans", "1950"), digest="d")
    note(calendar, 2, decision=decided(is_open=True), digest="d")
    note(calendar, 3, decision=decided(), digest="d")

    assert list(due_by(calendar, date.max)) == []
    assert list(unknown(calendar)) == [3]


def test_an_unverified_period_that_ends_is_listed_apart():
    calendar = Calendar()
    note(calendar, 1, decision=decided("pay-raises", "2024"), digest="d")

    assert list(due_by(calendar, date.max)) == []
    assert list(expired_unverified(calendar, date(2044, 12, 31))) == []
    assert list(expired_unverified(calendar, date(2045, 1, 1))) == [1]


def test_a_new_decision_takes_the_place_of_the_old():
    calendar = Calendar()
    for decision in [
        decided(when="2018"),
        decided("pay-raises", "2024"),
        decided(),
        decided(when="2019"),
    ]:
        note(calendar, 1, decision=decision, digest="d")

    assert (
        list(due_by(calendar, date.max)),
        list(expired_unverified(calendar, date.max)),
        list(unknown(calendar)),
    ) == ([1], [], [])
    assert Line(1, "due", "09-049b", "d", date(2025, 1, 1)) == line_of(calendar, 1)


def test_a_hold_changes_nothing_in_the_calendar():
    calendar = Calendar()

    note(calendar, 1, decision=decided(when="2018", holds=(HOLD,)), digest="d")

    assert list(due_by(calendar, NOW)) == [1]


def test_a_forgotten_record_is_gone_from_every_list():
    calendar = Calendar()
    for record, decision in enumerate(
        [decided(when="2018"), decided("pay-raises", "2024"), decided()], start=1
    ):
        note(calendar, record, decision=decision, digest="d")
        forget(calendar, record)
    forget(calendar, 99)

    assert (
        list(due_by(calendar, date.max)),
        list(expired_unverified(calendar, date.max)),
        list(unknown(calendar)),
        line_of(calendar, 1),
    ) == ([], [], [], None)


def test_finding_what_is_due_loads_what_is_due_and_not_what_is_kept(tmp_path):
    """The number of objects loaded is the same for 200 and for 20,000 records kept."""
    decision = decided(when="2018")
    later = replace(decision, due=date(2090, 1, 1), expires=date(2090, 1, 1))
    loaded = {}
    for kept in (200, 20_000):
        database = ZODB.DB(FileStorage(str(tmp_path / f"{kept}.fs")))
        with database.transaction() as connection:
            calendar = connection.root()["calendar"] = Calendar()
            for _ in range(kept):
                note(calendar, new_id(), decision=later, digest="d")
            for record in range(1, 21):
                note(calendar, record, decision=decision, digest="d")
        connection = database.open()
        connection.cacheMinimize()
        load, seen = connection.setstate, []
        connection.setstate = lambda obj, load=load, seen=seen: (seen.append(obj), load(obj))
        found = list(due_by(connection.root()["calendar"], NOW))
        connection.close()
        database.close()
        assert list(range(1, 21)) == found
        loaded[kept] = len(seen)

    assert loaded[20_000] <= 2 * loaded[200]
