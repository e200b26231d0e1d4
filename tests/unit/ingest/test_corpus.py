"""Floors of reading on labelled papers, made by a person from the pages; bench/extract.py
prints the figures over all of them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench" / "extract.py"

# Short scans of each form, good and bad ones; all pages of all scans take two minutes.
SCANS = (
    "11_gm_syt.pdf",
    "155_tm_syt.pdf",
    "1979_syt_tccb.pdf",
    "2014_syt_nvy.pdf",
    "3162_qd_syt.pdf",
    "5067_QD-SYT.pdf",
)
# field: precision, recall
FLOORS = {
    "type": (0.97, 0.93),
    "number": (0.97, 0.93),
    "symbol": (0.97, 0.93),
    "date": (0.97, 0.93),
    "agency": (0.97, 0.93),
    "subject": (0.95, 0.90),
    "signer": (0.90, 0.80),
}


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_extract", BENCH)
    module = importlib.util.module_from_spec(spec)
    import sys

    sys.modules[spec.name] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def below_floor(scores):
    return {
        name: (score.precision, score.recall, score.misses)
        for name, score in scores.items()
        if name in FLOORS and (score.precision < FLOORS[name][0] or score.recall < FLOORS[name][1])
    }


def test_born_digital_papers_are_read_above_the_floors(bench, reader, shared):
    _, papers, _ = bench.labelled(shared)

    scores = bench.scored(bench.read_all(reader, papers))

    assert below_floor(scores) == {}


@pytest.fixture(scope="module")
def scans(bench, reader, shared, model):
    """The scores of a few real scans."""
    papers, _, _ = bench.labelled(shared)
    return bench.scored(
        bench.read_all(reader, [paper for paper in papers if paper.path.name in SCANS])
    )


@pytest.mark.slow
def test_scans_are_read_above_the_floors(scans):
    assert below_floor(scans) == {}


@pytest.mark.slow
def test_what_is_written_by_hand_is_not_proposed(scans):
    assert (scans["number, by hand"].proposed, scans["date, by hand"].proposed) == (0, 0)
