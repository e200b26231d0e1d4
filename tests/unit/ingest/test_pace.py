"""Minutes to go, from the pages of the last minutes; nothing is said where nothing is known."""

from __future__ import annotations

from hoso.ingest.pace import Pace


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def read(pace, clock, pages, *, seconds_each):
    for _ in range(pages):
        clock.now += seconds_each
        pace.note()


def test_nobody_knows_before_a_few_pages_are_read():
    clock = Clock()
    pace = Pace(clock)
    assert pace.minutes_for(10) is None

    read(pace, clock, 2, seconds_each=1)

    assert pace.minutes_for(10) is None


def test_sixty_pages_at_six_seconds_each_take_about_six_minutes():
    clock = Clock()
    pace = Pace(clock)
    read(pace, clock, 21, seconds_each=6)

    # 21 pages in the 120 seconds since the first of them: 343 seconds for sixty.
    assert pace.minutes_for(60) == 6


def test_a_little_is_a_minute():
    clock = Clock()
    pace = Pace(clock)
    read(pace, clock, 10, seconds_each=1)

    assert pace.minutes_for(1) == 1


def test_what_was_long_ago_says_nothing_of_now():
    clock = Clock()
    pace = Pace(clock)
    read(pace, clock, 50, seconds_each=1)

    clock.now += 600

    assert pace.minutes_for(10) is None
