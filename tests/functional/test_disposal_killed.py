"""``kill -9`` of the executor: every line is wholly there, or wholly gone with its certificate."""

from __future__ import annotations

import pytest

from hoso.desk import disposal_papers
from hoso.testing import disposal_kills
from hoso.testing.disposal_kills import Point

LINES = 3


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    """The typesetter has threads, which no forked process inherits: it would wait for them."""
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


def test_a_killed_executor_goes_on_exactly_where_it_was(site):
    """Three lines, seven kills at named points; each process takes the work up where it lies."""
    number, seen = disposal_kills.begin(site, LINES)
    site.close()

    found = disposal_kills.run(
        site,
        number,
        seen,
        into=[
            # All said and nothing stored: three to go.
            Point("commit", 1, "before"),
            # One is in the bin, and stays there; two to go.
            Point("commit", 1, "after"),
            # The second one went into the bin, the third did not.
            Point("commit", 2, "before"),
        ],
        out=[
            # Nothing is destroyed.
            Point("commit", 1, "before"),
            # One is destroyed, all its files are there and named.
            Point("commit", 1, "after"),
            # A second is destroyed; of the files of both some are removed.
            Point("removal", 1, "amid"),
            # The third is destroyed, the files of one are gone and said to be.
            Point("commit", 2, "after"),
        ],
    )

    assert found.faults == []
    assert (found.kills, found.finished) == (7, 0)
    # By hand, a look at each line after each kill: 3+2+1 approved; 1+2 binned on the way in,
    # 3+2+1+0 on the way out; 1+2+3 destroyed, of which 1+2+2 waited for their files to go.
    assert found.there == {"approved": 6, "binned": 9, "destroyed": 6}
    assert found.between == 5
