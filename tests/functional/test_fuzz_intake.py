"""Accidents and malice on files: every one gets an answer, our parsers refuse as they promise.

A short run of ``bench/fuzz.py``, which goes on for as long as one likes.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox
from hoso.testing.fuzz import PARSERS, FileTarget, mutated, seeds

FILES = 32


@pytest.fixture(scope="module")
def good():
    return list(seeds().values())


@pytest.fixture(scope="module")
def target(home, tmp_path_factory):
    with Sandbox(workers=1) as sandbox:
        reader = Reader(sandbox, home / "catalogs" / "classifiers", home / "parts" / "tessdata")
        yield FileTarget(reader, tmp_path_factory.mktemp("fuzz"))


def test_good_files_are_accepted(target, good):
    assert [target.take(content) for content in good] == ["accepted"] * len(good)


def test_files_after_an_accident_get_an_answer_and_the_next_good_one_is_read(target, good):
    draw = random.Random(int(os.environ.get("HOSO_SEED", "32")))

    outcomes = {
        target.take(mutated(draw, good[number % len(good)], draw.choice(good)))
        for number in range(FILES)
    }

    assert len(outcomes) > 1, "accidents that change nothing prove nothing"
    assert target.take(good[0]) == "accepted"


@pytest.mark.parametrize("name", sorted(PARSERS))
def test_a_parser_refuses_as_it_promises_and_no_other_way(name):
    parser = PARSERS[name]

    @settings(max_examples=60)
    @given(st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
    def whatever_comes(raw):
        try:
            parser.parse(raw)
        except parser.refuses:
            return

    whatever_comes()


def test_a_fuzzer_guided_by_coverage_breaks_no_parser(home):
    done = subprocess.run(
        [sys.executable, home / "bench" / "fuzz.py", "parsers", "--seconds=4"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
