"""What search returns is what the decision allows, what pages serve, what REST serves: always.

Two hundred comparisons over sites in random motion; ``bench/access.py exact`` makes ten thousand.
"""

from __future__ import annotations

from hoso.testing.exactness import World


def test_search_decision_pages_and_rest_are_one_set_at_every_moment(site, clock):
    world = World(site, clock, seed=1, web=2)
    found = []
    for _ in range(50):
        world.move(4)
        found += [world.compare() for _ in range(4)]
    world.settle()

    assert sum(map(bool, found)) > 100, "hardly anybody found anything: the test proves less"
