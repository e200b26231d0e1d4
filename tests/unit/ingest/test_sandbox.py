"""Children may die; their parent may not even notice but by the answer."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hoso.ingest.sandbox import Limits, Sandbox


@pytest.fixture
def pool():
    with Sandbox(workers=2, jobs="misbehaving") as made:
        yield made


def _has_ended(process: int) -> bool:
    """Whether a process is gone; init needs a moment to bury it."""
    for _ in range(200):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        threading.Event().wait(0.02)
    return False


@pytest.mark.parametrize(
    ("job", "arguments", "limits", "kind"),
    [
        ("die", {}, Limits(), "died"),
        ("leave", {}, Limits(), "died"),
        ("hang", {}, Limits(wall=1), "timeout"),
        ("spin", {}, Limits(cpu=1), "cpu"),
        ("grow", {"amount": 2 << 30}, Limits(), "memory"),
        ("fail", {}, Limits(), "failed"),
        ("no such job", {}, Limits(), "failed"),
    ],
)
def test_whatever_happens_to_a_child_is_an_answer(pool, job, arguments, limits, kind):
    answer = pool.run(job, arguments, limits=limits)

    assert answer.failure is not None
    assert answer.failure.kind == kind
    assert pool.run("who", {}).failure is None


def test_a_child_serves_many_jobs(pool):
    first = pool.run("who", {}).value

    assert pool.run("who", {}).value == first


def test_a_failed_job_does_not_cost_the_child(pool):
    first = pool.run("who", {}).value
    answer = pool.run("fail", {})

    assert "RuntimeError: broken" in str(answer.failure)
    assert pool.run("who", {}).value == first


def test_what_a_library_prints_is_no_answer(pool):
    assert pool.run("chatter", {}).value == pool.run("who", {}).value


def test_a_child_is_retired_after_its_share_of_jobs():
    with Sandbox(workers=1, jobs="misbehaving", jobs_each=2) as pool:
        seen = [pool.run("who", {}).value for _ in range(4)]

    assert seen[0] == seen[1] != seen[2] == seen[3]


def test_what_a_child_started_dies_with_it(pool, tmp_path):
    note = tmp_path / "pid"

    pool.run("fork", {"note": str(note)}, limits=Limits(wall=3))

    assert _has_ended(int(note.read_text()))


def test_a_job_cannot_fill_the_disk(pool, tmp_path):
    answer = pool.run(
        "write",
        {"path": str(tmp_path / "big"), "amount": 3 << 20},
        limits=Limits(file_size=1 << 20),
    )

    assert answer.failure is not None
    assert (tmp_path / "big").stat().st_size <= 1 << 20


def test_a_death_leaves_no_core_behind(pool):
    assert pool.run("core", {}).value == [0, 0]


def test_a_stop_ends_a_job_under_way(pool):
    stop = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        job = threads.submit(pool.run, "hang", {}, stop=stop)
        stop.set()

        assert job.result().failure.kind == "stopped"


def test_many_threads_share_few_children(pool):
    with ThreadPoolExecutor(8) as threads:
        seen = set(threads.map(lambda _: pool.run("who", {}).value, range(40)))

    assert len(seen) <= 2


def test_a_closed_pool_answers_that_it_is_closed(pool):
    pool.close()

    assert pool.run("who", {}).failure.kind == "stopped"
