"""How access to a record stood on a past day."""

from __future__ import annotations

from datetime import date, timedelta

from hoso.desk import documents
from hoso.records.former import states_on
from hoso.testing.service import let_keep
from hoso.testing.things import a_dossier, a_filed_paper


def transfer(as_, number, unit):
    with as_("officer") as desk:
        let_keep(desk, desk.site.by_id[number], unit)


def units(as_, number, day):
    with as_("officer") as desk:
        names = desk.site.unit_by_number
        return [names[s.unit].key for s in states_on(desk.site.by_id[number], day)]


def test_a_dossier_was_where_it_was_on_each_day(as_, clock):
    with as_("officer") as desk:
        number = a_dossier(desk).id  # 2 March 2026, at nhanh
    clock.advance(timedelta(days=3))
    transfer(as_, number, "la")
    clock.advance(timedelta(days=3))
    transfer(as_, number, "ben")

    assert units(as_, number, date(2026, 3, 1)) == []
    assert units(as_, number, date(2026, 3, 2)) == ["nhanh"]
    assert units(as_, number, date(2026, 3, 4)) == ["nhanh"]
    assert units(as_, number, date(2026, 3, 5)) == ["nhanh", "la"]
    assert units(as_, number, date(2026, 3, 7)) == ["la"]
    assert units(as_, number, date(2026, 3, 8)) == ["la", "ben"]
    assert units(as_, number, date(2027, 1, 1)) == ["ben"]


def test_a_correction_that_opens_nothing_leaves_nothing_behind(as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, a_dossier(desk))
        typed = {"type": "D05", "title": "Một", "date": "05/09/2024", "level": "1"}
        documents.edit(desk, paper, typed=typed, revision=paper.revision)
        assert paper.former == ()

        documents.edit(desk, paper, typed={**typed, "level": "2"}, revision=paper.revision)
        assert [state.level for state in paper.former] == [1]
