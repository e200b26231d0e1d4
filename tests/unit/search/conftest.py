from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import pytest

from hoso.search.engine import Engine

# The tests share search_archive.py, and so does the child that one of them kills.
sys.path.insert(0, str(Path(__file__).parent))

from search_archive import Archive


@pytest.fixture(autouse=True)
def _quiet():
    """Rebuilding is said in the log; here it is what is tested."""
    logging.getLogger("hoso.search").setLevel(logging.CRITICAL)


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path)
    yield made
    made.close()


@pytest.fixture
def find(archive):
    """Index what is there and return the engine."""

    def engine() -> Engine:
        archive.follower.catch_up()
        return Engine(archive.path)

    return engine


@pytest.fixture(scope="session")
def shared() -> Path:
    here = Path(__file__).resolve().parents[3]
    folder = Path(os.environ.get("HOSO_SHARED", here.parent / "shared"))
    if not (folder / "seeds").is_dir():
        pytest.skip(f"NOT RUN: the seed papers are not at {folder}; set HOSO_SHARED")
    return folder
