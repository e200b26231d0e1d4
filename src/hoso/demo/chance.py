"""Chance that repeats: every draw has a name, and the same name always draws the same."""

from __future__ import annotations

import datetime as dt
import random

__all__ = ["draw_for", "on_weekday", "working_day"]


def draw_for(*name: object) -> random.Random:
    """A source of draws for this *name*; what one thing draws never moves another."""
    return random.Random("/".join(map(str, name)))  # noqa: S311 - play, not secrets


def working_day(draw: random.Random, year: int, first: int = 1, last: int = 12) -> dt.date:
    """A working day of *year* between two months."""
    return on_weekday(dt.date(year, draw.randint(first, last), draw.randint(1, 28)))


def on_weekday(day: dt.date) -> dt.date:
    """The Friday before, where *day* falls on a weekend: offices are shut then."""
    return day - dt.timedelta(days=max(0, day.weekday() - 4))
