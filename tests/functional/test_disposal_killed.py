"""``kill -9`` of the executor: every line is wholly there, or wholly gone with its certificate."""

from __future__ import annotations

import os
import random

from hoso.testing import disposal_kills

KILLS = 6
LINES = 4


def test_a_killed_executor_goes_on_exactly_where_it_was(site):
    number, seen = disposal_kills.begin(site, LINES)
    site.close()
    draw = random.Random(os.environ.get("HOSO_SEED", "8"))

    found = disposal_kills.run(site, number, seen, kills=KILLS, draw=draw)

    assert found.faults == []
    assert found.kills + found.finished == KILLS
    early = found.there["approved"] + found.there["binned"]
    assert early, "no kill came before a destruction: the test proves less"
    assert found.there["destroyed"], "no kill came after a destruction: the test proves less"
