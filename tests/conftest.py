"""What every test may ask for; each fixture says in a line what it gives."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import pickle
import shutil
import tomllib
import types
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.internal.conjecture import providers

os.environ.setdefault("ZOPE_INTERFACE_STRICT_IRO", "1")

# One set of examples for everybody: a red test here is red everywhere.
settings.register_profile("hoso", deadline=None, derandomize=True, database=None)
settings.load_profile("hoso")
# Hypothesis also draws constants from the modules loaded so far, which depends on the tests before,
# and takes our eggs for modules of ours: thousands of sources read in every process.
providers.is_local_module_file = lambda _path: False

MEMORY = Path("/dev/shm")


def _room(folder):
    """Bytes that may be put into a folder that is memory."""
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text("ascii").splitlines())
    return min(shutil.disk_usage(folder).free, int(told["MemAvailable"].split()[0]) << 10)


# Thousands of sites are copied, synced to disk and thrown away: in memory, where there is room.
# What tests leave of themselves (pyproject.toml) is a tenth of it.
if os.access(MEMORY, os.W_OK) and _room(MEMORY) > 3 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

REPOSITORY = Path(__file__).resolve().parents[1]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync", "--disable-quic",
)  # fmt: skip
NAMES = ("chromium", "chromium-browser", "google-chrome")

_wanting: list[str] = []


def pytest_terminal_summary(terminalreporter):
    if _wanting:
        terminalreporter.section("BROWSER TESTS DID NOT RUN", sep="!", red=True)
        terminalreporter.line(_wanting[0])


def _without(why):
    _wanting.append(why)
    pytest.skip(f"NOT RUN: {why}")


@pytest.fixture(scope="session")
def chromium():
    """A running Chromium, one for all tests of a process; without one they say what to type."""
    program = os.environ.get("HOSO_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        _without("there is no Chromium. Type: sudo apt-get install chromium")
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        _without(f"Playwright cannot be imported ({error}). Type: make build")
    with contextlib.ExitStack() as stack:
        try:
            driver = stack.enter_context(sync_playwright())
            browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        except (Error, OSError) as error:
            first = str(error).splitlines()[0]
            _without(f"{program} does not start ({first}). Try: {program} --headless --version")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home() -> Path:
    """The folder with catalogs, profiles and etc."""
    return REPOSITORY


@pytest.fixture(scope="session")
def _cheap_passwords():
    from hoso.testing.passwords import cheap_passwords

    with cheap_passwords():
        yield


@pytest.fixture(scope="session", autouse=True)
def _kept_children():
    from hoso.testing.children import kept_children

    with kept_children():
        yield


@pytest.fixture(scope="session", autouse=True)
def _parsed_once():
    """Parse each text of a definition once; what is handed out is nobody else's."""
    from hoso.definitions import loader

    @functools.cache
    def parsed(text):
        return pickle.dumps(tomllib.loads(text))

    parser = types.SimpleNamespace(
        loads=lambda text: pickle.loads(parsed(text)), TOMLDecodeError=tomllib.TOMLDecodeError
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "tomllib", parser)
        yield


@pytest.fixture(scope="session")
def _configured_once():
    from hoso.testing.applications import configured_once

    with configured_once():
        yield


@pytest.fixture(scope="session")
def _read_once():
    """Read the definitions and the words of commands once for all the commands of a process."""
    from hoso.app import house
    from hoso.cli import main

    read, known = house.load, functools.cache(house.load)
    build = main._parser
    built = functools.cache(lambda _site: build())

    def load(home, profile):
        # Those of another folder are there to be changed.
        return (known if Path(home) == REPOSITORY else read)(home, profile)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house, "load", load)
        # Nine hundred words with their help: three quarters of what a short command costs.
        patch.setattr(main, "_parser", lambda: built(os.environ.get("HOSO_SITE")))
        yield


@pytest.fixture(scope="session")
def prepared(_cheap_passwords, _configured_once, _read_once, home, tmp_path_factory):
    """The closed site that ``site`` is a copy of; made once."""
    from hoso.testing.sites import Prepared

    os.environ.setdefault("HOSO_HOME", str(home))
    made = Prepared(tmp_path_factory.mktemp("prepared") / "site")
    # What is there now stays to the end: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    with made.indexes():
        yield made


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
