"""Four people at the paper store in one moment: every label kept, one paper lent once."""

from __future__ import annotations

from functools import partial

import pytest
from test_many_writers import WRITERS, at_once

from hoso.desk import arranging, lending, shelving, stocktaking
from hoso.desk.desk import Desk
from hoso.kernel.errors import Conflict
from hoso.testing.sites import identity
from hoso.testing.things import a_dossier

LABELS = 10
SAID = {"organisation": "Thanh tra", "purpose": "Xác minh", "authority": "12/CV-TTr"}


@pytest.fixture
def people(site, as_):
    """Four identities, and a store with an empty box."""
    with as_("archivist") as desk:
        unit = desk.unit("nhanh")
        arranging.add(desk, unit, code="K", kind="store", label="Kho")
        arranging.add(desk, unit, code="H", kind="box", label="Hộp", parent="K")
        for number in range(WRITERS * LABELS):
            a_dossier(desk, code=f"D-{number:02d}")
    # One person at four desks counts as well: the last two share an account.
    return [identity(site, login) for login in ("clerk", "officer", "archivist", "archivist")]


def test_they_fill_one_box_and_count_it_and_nothing_is_lost(site, people, as_):
    def put(who, code, connection):
        desk = Desk(site, connection, who, via="test")
        shelving.move(desk, desk.find(code), place="H")

    def read(who, uid, code, connection):
        desk = Desk(site, connection, who, via="test")
        stocktaking.scan(desk, stocktaking.count_named(desk, uid), texts=[code])

    def codes(writer):
        return [f"D-{writer * LABELS + n:02d}" for n in range(LABELS)]

    def fill(writer):
        for code in codes(writer):
            site.databases.attempt(partial(put, people[writer], code), note="put", tries=40)

    at_once(fill)
    with as_("archivist") as desk:
        box = shelving.place_named(desk, "H")
        assert list(box.contents) == list(range(1, WRITERS * LABELS + 1))
        assert len(set(box.contents.values())) == WRITERS * LABELS
        uid = stocktaking.open_(desk, box).uid

    def count(writer):
        for code in codes(writer):
            deed = partial(read, people[writer], uid, code)
            site.databases.attempt(deed, note="read", tries=40)

    at_once(count)
    with as_("archivist") as desk:
        view = stocktaking.look(desk, stocktaking.count_named(desk, uid))
        assert (view.scans, view.outcome.agrees) == (WRITERS * LABELS, True)


def test_one_dossier_is_lent_to_one_of_four(site, people):
    told, lent = [], []

    def lend(writer, connection):
        desk = Desk(site, connection, people[2], via="test")
        lending.lend(desk, desk.find("D-00"), borrower=f"Người {writer}", **SAID)

    def work(writer):
        try:
            site.databases.attempt(partial(lend, writer), note="lent", tries=40)
            lent.append(writer)
        except Conflict as error:
            told.append(error.facts["borrower"])

    at_once(work)

    assert len(lent) == 1
    assert told == [f"Người {lent[0]}"] * (WRITERS - 1)
