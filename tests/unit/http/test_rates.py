"""How often one person may ask: counted by hand, with a clock that the test turns."""

from __future__ import annotations

import pytest

from hoso.desk.act import ACTS
from hoso.http.rates import DEAR, MISSES, Buckets, Rates
from hoso.kernel.errors import TooMany
from hoso.testing.modules import every_module


class Turned:
    """A clock of seconds."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Turned()


def test_a_minutes_worth_may_be_asked_at_once_and_no_more(clock):
    meter = Buckets(60, clock=clock)

    assert [meter.take("a") for _ in range(60)] == [0] * 60
    assert meter.take("a") == 1


def test_it_fills_evenly(clock):
    """Sixty a minute are one a second; after ten seconds there are ten again."""
    meter = Buckets(60, clock=clock)
    for _ in range(60):
        meter.take("a")

    clock.now = 10.0

    assert [meter.take("a") for _ in range(11)] == [0] * 10 + [1]


def test_it_says_in_how_many_seconds_there_is_another(clock):
    """Two a minute are one in thirty seconds."""
    meter = Buckets(2, clock=clock)
    meter.take("a")
    meter.take("a")
    clock.now = 5.0

    assert meter.take("a") == 25


def test_it_never_holds_more_than_a_minutes_worth(clock):
    meter = Buckets(3, clock=clock)
    meter.take("a")
    clock.now = 1_000_000.0

    assert [meter.take("a") for _ in range(4)] == [0, 0, 0, 20]


def test_one_person_does_not_use_up_anothers(clock):
    meter = Buckets(1, clock=clock)
    meter.take("a")

    assert (meter.take("a"), meter.take("b")) == (60, 0)


def test_a_clock_that_runs_backwards_gives_and_takes_nothing(clock):
    meter = Buckets(1, clock=clock)
    clock.now = 100.0
    meter.take("a")

    clock.now = 50.0

    assert meter.take("a") == 60


def test_none_is_no_limit(clock):
    meter = Buckets(0, clock=clock)

    assert {meter.take("a") for _ in range(1000)} == {0}


def test_ten_thousand_names_are_remembered_and_then_room_is_made(clock):
    """Whoever invents names fills no memory."""
    meter = Buckets(1, clock=clock)
    for number in range(10_000):
        meter.take(f"n{number}")

    clock.now = 61.0
    meter.take("another")

    assert len(meter._kept) == 1


def test_who_is_over_is_told_when_to_come_back():
    rates = Rates.of(searches=1, makings=1, misses=1)
    rates.take("searches", "a")

    with pytest.raises(TooMany) as told:
        rates.take("searches", "a")

    assert told.value.facts["seconds"] == 60


def test_what_is_limited_exists():
    every_module()

    assert set(DEAR) - set(ACTS) == set()
    assert set(DEAR.values()) | {MISSES} == set(Rates.of(searches=1, makings=1, misses=1).meters)


def test_the_work_of_an_archivist_with_a_box_is_not_limited():
    work = {"intake.received", "document.filed", "intake.seen", "document.seen", "paper.moved"}

    assert not work & set(DEAR)
