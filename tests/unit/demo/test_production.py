"""Papers made in other processes, in the order of the plan."""

from __future__ import annotations

import dataclasses
import multiprocessing

import pytest

from hoso.demo.production import make, produce


@pytest.fixture(scope="module")
def short_plan(plan):
    return dataclasses.replace(plan, papers=plan.papers[:30])


def test_papers_come_in_the_order_of_the_plan_with_the_bytes_one_process_makes(
    short_plan, press, profile
):
    made = list(produce(short_plan, profile=profile, workers=2))

    assert short_plan.papers == tuple(paper for paper, _ in made)
    for paper, data in made[::7]:
        assert make(press, paper) == data


def test_whoever_stops_early_leaves_no_process_behind(plan, profile):
    making = produce(plan, profile=profile, workers=1)
    next(making)

    making.close()

    assert multiprocessing.active_children() == []


def test_there_must_be_a_worker(plan, profile):
    with pytest.raises(ValueError, match="0"):
        next(produce(plan, profile=profile, workers=0))
