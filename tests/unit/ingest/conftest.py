"""What the tests of reading share: a sandbox, a reader, the shared material."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox

# The makers of hostile files, and the jobs that misbehave, stand beside the tests.
sys.path.insert(0, str(Path(__file__).parent))

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def sandbox():
    """Two children that may die."""
    with Sandbox(workers=2) as made:
        made.warm()
        yield made


@pytest.fixture(scope="session")
def model():
    """The folder of the recognition model; the build puts it there."""
    folder = Path(os.environ.get("HOSO_HOME", REPOSITORY)) / "parts" / "tessdata"
    if not (folder / "vie.traineddata").is_file():
        pytest.skip(f"NOT RUN: no recognition model in {folder}; make build fetches it")
    return folder


@pytest.fixture(scope="session")
def reader(sandbox):
    """A reader with the rule data that comes with the program."""
    return Reader(sandbox, REPOSITORY / "catalogs" / "classifiers", REPOSITORY / "parts/tessdata")


@pytest.fixture(scope="session")
def shared():
    """The folder of shared papers and hostile files, beside the clone or in HOSO_SHARED."""
    folder = Path(os.environ.get("HOSO_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: no shared material in {folder}; set HOSO_SHARED")
    return folder
