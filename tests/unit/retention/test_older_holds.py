"""A site from before contents and histories of holds were kept is brought to today's shape."""

from __future__ import annotations

from hoso.app.evolution import STEPS
from hoso.app.rescheduling import work_off
from hoso.desk import holding, keeping
from hoso.retention import holds
from hoso.storage import evolution
from hoso.testing.things import a_dossier, a_filed_paper


def test_what_lies_where_and_which_dossier_is_held_is_found_out(site, as_, clock):
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        paper = a_filed_paper(desk, dossier)
        hold = holding.place_hold(desk, paper, reason="Tòa án", authority="12/CV").id
        number, paper_number = dossier.id, paper.id

    def age(connection):
        root = connection.root()
        known = dict(root["retention-contents"].papers)
        kept = root["retention-holds"]
        for name in ("inside", "ends", "placed"):
            delattr(kept, name)
        kept.by_id[hold].history = None
        calendar = root["retention-calendar"]
        delattr(calendar, "again")
        for record, line in list(calendar.records.items()):
            calendar.records[record] = line[:4]
        for key in ("evolved", "retention-contents", "retention-evaluation"):
            del root[key]
        return known

    known = site.databases.attempt(age, note="aged")
    evolution.run(site.databases, STEPS, clock)
    site.databases.attempt(lambda c: c.root().pop("evolved"), note="forgotten")
    evolution.run(site.databases, STEPS, clock)

    with as_("officer") as desk:
        root = desk.root
        assert not keeping.standing(root, site.rulebook).is_done
        assert dict(root["retention-contents"].papers) == known
        assert known[paper_number][0] == number
        assert [one.id for one in keeping.holds_on(root, desk.site.by_id[number])] == [hold]
        told = holds.history(holds.get(root["retention-holds"], hold))
        assert [act.what for act in told] == ["placed"]
    assert work_off(site).is_done
