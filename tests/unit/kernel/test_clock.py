"""Instants in UTC, days in Vietnam."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zope.interface.verify import verifyObject

from hoso.kernel.clock import FrozenClock, IClock, SystemClock, civil_date, civil_day, stamp

FROM, TO = datetime(1900, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 - as hypothesis wants them
INSTANTS = st.datetimes(FROM, TO, timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Vietnam is seven hours ahead: its day begins at 17:00 UTC.
        (datetime(2026, 3, 1, 16, 59, 59, tzinfo=UTC), date(2026, 3, 1)),
        (datetime(2026, 3, 1, 17, 0, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_is_the_one_in_vietnam(instant, day):
    assert civil_date(instant) == day
    assert FrozenClock(instant).today() == day


def test_an_instant_is_written_in_utc_to_the_microsecond():
    hanoi = timezone(timedelta(hours=7))

    assert stamp(datetime(2026, 3, 2, 9, 0, tzinfo=hanoi)) == "2026-03-02T02:00:00.000000Z"


@given(*[INSTANTS] * 2)
def test_stamps_sort_as_instants_do(one, other):
    assert (stamp(one) < stamp(other)) == (one < other)


@given(INSTANTS)
def test_a_stamp_reads_back(instant):
    assert datetime.fromisoformat(stamp(instant)) == instant


def test_a_frozen_clock_stands_until_it_is_moved():
    clock = FrozenClock(datetime(2026, 3, 2, tzinfo=UTC))

    assert clock.now() == clock.now()

    clock.advance(timedelta(days=1))
    assert clock.now() == datetime(2026, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize("clock", [SystemClock(), FrozenClock(datetime(2026, 3, 2, tzinfo=UTC))])
def test_clocks_keep_their_contract(clock):
    assert verifyObject(IClock, clock)
    assert clock.now().utcoffset() == timedelta(0)


def test_what_is_stamped_before_seven_in_the_morning_is_of_the_same_civil_day():
    """Six in the morning on 3 March in Vietnam is 23:00 on 2 March in UTC."""
    assert civil_day("2026-03-02T23:00:00.000000Z") == "2026-03-03"
    assert civil_day("2026-03-02T16:59:59.999999Z") == "2026-03-02"
    assert civil_day("2026-03-02") == "2026-03-02"
