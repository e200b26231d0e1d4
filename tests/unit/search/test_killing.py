"""Killed at any moment, index and database agree again after the next start."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from search_archive import Archive, difference

from hoso.search.changes import pending
from hoso.search.place import open_view
from hoso.search.verifying import damaged_files

ROUNDS = 6


@pytest.mark.slow
def test_a_kill_at_any_moment_loses_nothing(tmp_path):
    draw = random.Random(2026)
    behind = steps = 0
    for _ in range(ROUNDS):
        steps += _run_and_kill(tmp_path, after=draw.randint(3, 9))
        archive = Archive(tmp_path)
        try:
            _, _, view = open_view(archive.path)
            with archive.database.transaction() as connection:
                behind += bool(pending(connection.root(), view.generation.cursor))
            archive.follower.catch_up()
            assert not difference(archive)
            assert damaged_files(archive.path) == []
        finally:
            archive.close()

    # The proof is worth something only if the index was caught behind the database.
    assert steps >= ROUNDS * 2
    assert behind >= 1


def _run_and_kill(folder: Path, *, after: int) -> int:
    """Start the child, wait for so many steps of its follower, and kill it within the next."""
    child = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("crashing.py")), str(folder)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )
    assert child.stdout is not None
    try:
        seen = [child.stdout.readline() for _ in range(after)]
        assert seen[0] == "ready\n"
        assert seen[-1] == "step\n", seen
    finally:
        child.kill()
        child.communicate()
    return after - 1
