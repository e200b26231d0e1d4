"""The demo as the profile in this repository describes it, planned once."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso.demo.papers import Press
from hoso.demo.plan import make_plan
from hoso.demo.stock import load_stock

HOME = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def profile():
    return HOME / "profiles" / "demo"


@pytest.fixture(scope="session")
def stock(profile):
    return load_stock(profile)


@pytest.fixture(scope="session")
def plan(stock):
    return make_plan(stock)


@pytest.fixture(scope="session")
def press(stock):
    return Press(stock)
