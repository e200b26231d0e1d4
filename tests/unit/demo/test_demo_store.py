"""The demo's paper store: every dossier in a box, something late, a stock-take under way."""

from __future__ import annotations

import dataclasses

import pytest

from hoso.app.house import found_site
from hoso.app.seeding import INSTALLER, seed
from hoso.demo.site import PASSWORDS, file_plan
from hoso.desk import arranging, lending, shelving, stocktaking
from hoso.testing.sites import sitting


class Silent:
    """Nobody watches."""

    def say(self, text):
        """Keep it."""

    def progress(self, text):
        """Keep it."""


@pytest.mark.usefixtures("_cheap_passwords")
def test_every_dossier_lies_in_a_box_of_its_branch(plan, tmp_path):
    people = tuple(dataclasses.replace(one, events=()) for one in plan.people)
    plan = dataclasses.replace(plan, people=people, papers=())
    with found_site(tmp_path / "site", "demo") as house:
        seed(house, passwords=PASSWORDS)
        file_plan(house, plan, [], Silent())
        with sitting(house, INSTALLER) as desk:
            codes = [one.code for one in (*plan.people, *plan.cases)]
            views = [shelving.see(desk, desk.find(code)) for code in codes]
            late = [view.late for view in lending.overdue(desk, desk.site)]
            out = lending.listed(desk, desk.site)
            counts = stocktaking.listed(desk, desk.site)
            (store,) = arranging.tree(desk, desk.site)

    assert len(codes) > 60
    assert {len(view.way) for view in views} == {3}
    assert max(view.position for view in views) == 6
    assert len(store.below) >= 3
    # Lent 45 days ago for ten working days; the one of three days ago is not late.
    assert (len(late), len(out)) == (1, 2)
    assert 20 < late[0] < 35
    assert [count.is_open for count in counts] == [True]
