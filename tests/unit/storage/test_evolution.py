"""Steps that bring an older database to today's shape."""

from __future__ import annotations

import itertools

import pytest

from hoso.kernel.clock import FrozenClock, stamp
from hoso.storage.databases import Databases
from hoso.storage.evolution import Step, mark_all_done, ordered, run, undone


@pytest.fixture
def databases(home, tmp_path):
    opened = Databases(home / "etc" / "zodb.conf", tmp_path / "site")
    yield opened
    opened.close()


def nothing(_root):
    yield


def writing(*keys, fail_at=None):
    """A step that writes one key a batch."""

    def work(root):
        for key in keys:
            if key == fail_at:
                raise RuntimeError(key)
            if key not in root:
                root[key] = True
            yield

    return work


def names(steps):
    return [step.name for step in steps]


def kept(databases):
    with databases.connection() as connection:
        return set(connection.root()) - {"evolved"}


def test_every_step_comes_after_those_it_names():
    steps = [
        Step("a-last", nothing, after=("m-second", "z-first")),
        Step("m-second", nothing, after=("z-first",)),
        Step("z-first", nothing),
    ]

    for given in itertools.permutations(steps):
        assert names(ordered(given)) == ["z-first", "m-second", "a-last"]


def test_free_steps_come_by_name():
    steps = [Step("b", nothing), Step("c", nothing), Step("a", nothing)]

    assert names(ordered(steps)) == ["a", "b", "c"]


def test_steps_that_wait_for_each_other_are_refused():
    with pytest.raises(ValueError, match="wait for each other"):
        ordered([Step("a", nothing, after=("b",)), Step("b", nothing, after=("a",))])


def test_a_step_after_one_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="ghost"):
        ordered([Step("a", nothing, after=("ghost",))])


def test_running_does_what_is_undone_once(databases, clock):
    steps = [Step("one", writing("x")), Step("two", writing("y"), after=("one",))]

    first = run(databases, steps, clock)
    second = run(databases, steps, clock)

    assert (first, second) == (["one", "two"], [])
    assert kept(databases) == {"x", "y"}


def test_a_fresh_site_has_nothing_to_do(databases, clock):
    steps = [Step("one", writing("x"))]
    databases.attempt(lambda connection: mark_all_done(connection.root(), steps, clock))

    assert run(databases, steps, clock) == []
    assert kept(databases) == set()


def test_when_a_step_was_done_is_on_record(databases, clock):
    run(databases, [Step("one", nothing)], clock)

    with databases.connection() as connection:
        assert connection.root()["evolved"]["one"] == stamp(FrozenClock.now(clock))


def test_a_dry_run_goes_to_the_end_and_changes_nothing(databases, clock):
    seen = []

    def work(root):
        for key in ("x", "y"):
            root[key] = True
            seen.append(key)
            yield

    said = run(databases, [Step("one", work)], clock, dry=True)

    assert (said, seen) == (["one"], ["x", "y"])
    assert kept(databases) == set()
    with databases.connection() as connection:
        assert names(undone(connection.root(), [Step("one", work)])) == ["one"]


def test_batches_before_a_failure_stay_and_the_step_is_taken_up_again(databases, clock):
    with pytest.raises(RuntimeError, match="y"):
        run(databases, [Step("one", writing("x", "y", fail_at="y"))], clock)
    assert kept(databases) == {"x"}

    assert run(databases, [Step("one", writing("x", "y"))], clock) == ["one"]
    assert kept(databases) == {"x", "y"}


def test_a_step_that_ends_without_yielding_still_writes(databases, clock):
    """What stands after the last yield belongs to the step's own last commit."""

    def work(root):
        yield
        root["late"] = True

    run(databases, [Step("one", work)], clock)

    assert kept(databases) == {"late"}
