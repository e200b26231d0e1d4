"""What every test may ask for; each fixture says in a line what it gives."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("ZOPE_INTERFACE_STRICT_IRO", "1")

# One set of examples for everybody: a red test here is red everywhere.
settings.register_profile("hoso", deadline=None, derandomize=True, database=None)
settings.load_profile("hoso")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder with catalogs, profiles and etc."""
    return REPOSITORY


@pytest.fixture(scope="session")
def _cheap_passwords():
    from hoso.testing.passwords import cheap_passwords

    with cheap_passwords():
        yield


@pytest.fixture(scope="session")
def prepared(_cheap_passwords, home, tmp_path_factory):
    """The closed site that ``site`` is a copy of; made once."""
    from hoso.testing.sites import Prepared

    os.environ.setdefault("HOSO_HOME", str(home))
    return Prepared(tmp_path_factory.mktemp("prepared") / "site")


@pytest.fixture
def clock():
    """A clock that stands at 9:00 on Monday, 2 March 2026, until it is moved."""
    from hoso.kernel.clock import FrozenClock
    from hoso.testing.sites import NOW

    return FrozenClock(NOW)


@pytest.fixture
def site(prepared, clock, tmp_path):
    """An open house of the profile ``test``: four units, nine accounts, dossier T-0001."""
    house = prepared.copy(tmp_path / "site", clock)
    yield house
    house.close()


@pytest.fixture
def as_(site):
    """``with as_("clerk") as desk:`` sits somebody at a desk; commits at the end."""
    from hoso.testing.sites import sitting

    return lambda who: sitting(site, who)


@pytest.fixture
def entries(site):
    """Call it for the journal as plain entries, oldest first."""
    from hoso.audit.journal import read
    from hoso.storage.databases import journal_connection

    def newest_last(verb: str = ""):
        with site.databases.connection() as connection:
            written = read(journal_connection(connection).root(), limit=10_000)
        found = [one.entry for one in reversed(written)]
        return [entry for entry in found if not verb or entry.verb == verb]

    return newest_last
