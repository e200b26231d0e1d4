"""Holds on several records: placed by one, let go by two, seen by who may see what they name."""

from __future__ import annotations

from datetime import timedelta

import pytest
import transaction
from ZODB.POSException import ReadConflictError

from hoso.app.rescheduling import follow_the_day
from hoso.desk import holding, keeping, permits
from hoso.desk.act import NoPermit
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.retention import holds
from hoso.testing.things import a_dossier, a_filed_paper

ORDER = {"reason": "Vụ án 12/2026", "authority": "Tòa án nhân dân tỉnh Mẫu"}


@pytest.fixture
def held(as_):
    """A hold on dossier T-0002 and on the paper in T-0003; ids of both dossiers and the paper."""
    with as_("officer") as desk:
        first, second = (a_dossier(desk, code=code) for code in ("T-0002", "T-0003"))
        paper = a_filed_paper(desk, second)
        hold = holding.place_on_several(
            desk, desk.site, records=["T-0002", paper.uid, "T-0002"], **ORDER
        )
        return ids.to_text(hold.id), first.id, second.id, paper.id


def count(root, site, number):
    return len(keeping.holds_on(root, site.by_id[number]))


def test_a_held_paper_blocks_its_dossier_and_the_journal_tells_of_each(held, as_, entries):
    uid, first, second, paper = held

    with as_("officer") as desk:
        assert [count(desk.root, desk.site, one) for one in (first, second, paper)] == [1, 1, 1]
    told = [entry.record for entry in entries("retention.hold-placed")]
    assert sorted(told) == sorted(map(ids.to_text, (first, paper)))
    assert [entry.details["hold"] for entry in entries("retention.holds-placed")] == [uid]


def test_a_held_paper_that_is_taken_back_takes_its_hold_along(held, as_):
    from hoso.records import filing
    from hoso.records.events import DocumentChanged

    _, _, second, paper = held
    with as_("officer") as desk:
        document = desk.site.by_id[paper]
        filing.take_back(desk.site, document, at=desk.now, by="test")
        desk.notify([DocumentChanged(document)])
        assert [count(desk.root, desk.site, one) for one in (second, paper)] == [0, 1]
        filing.file_document(
            desk.site, document, desk.site.dossiers["T-0001"], at=desk.now, by="test"
        )
        desk.notify([DocumentChanged(document)])
        assert count(desk.root, desk.site, desk.site.dossiers["T-0001"].id) == 1


def test_every_fault_of_an_order_is_told_at_once(as_):
    with as_("officer") as desk, pytest.raises(Invalid) as refused:
        holding.place_on_several(
            desk,
            desk.site,
            records=["T-0009", "T-0001", "x"],
            reason="",
            authority=" ",
            until="01/01/2020",
        )

    fields = [fault.field for fault in refused.value.faults]
    assert sorted(fields) == ["authority", "reason", "records", "records", "until"]


def test_a_record_goes_out_of_a_hold_with_a_second_person_and_the_others_stay(held, as_):
    uid, first, second, _ = held
    words = {"hold": uid, "reason": "Không liên quan"}
    with as_("officer") as desk:
        with pytest.raises(NoPermit):
            holding.release(desk, desk.site.by_id[first], **words)
        permit = permits.ask(
            desk, desk.site.by_id[first], function=holding.release, words=words, reason="Nhầm"
        )
    with as_("head") as desk:
        permits.agree(desk, permit.uid)
    with as_("officer") as desk:
        holding.release(desk, desk.site.by_id[first], **words)
        assert [count(desk.root, desk.site, one) for one in (first, second)] == [0, 1]
        told = [act.what for act in holding.look(desk, desk.site, hold=uid).history]
        assert told == ["placed", "released"]


def test_a_hold_is_prolonged_and_never_shortened(held, as_):
    uid, *_ = held
    with as_("officer") as desk:
        with pytest.raises(Invalid, match="until it is lifted"):
            holding.prolong(desk, desk.site, hold=uid, until="31/12/2026", reason="x")
        hold = holding.place_hold(desk, desk.site.dossiers["T-0001"], **ORDER, until="31/12/2026")
        other = ids.to_text(hold.id)
        with pytest.raises(Invalid, match="31/12/2026"):
            holding.prolong(desk, desk.site, hold=other, until="30/12/2026", reason="x")
        holding.prolong(desk, desk.site, hold=other, until="", reason="Chưa xét xử xong")
        assert hold.until == ""


def test_the_last_day_is_held_and_the_day_behind_it_is_not(as_, site, clock, entries):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        uid = ids.to_text(holding.place_hold(desk, dossier, **ORDER, until="03/03/2026").id)
    for standing in (1, 0):
        clock.advance(timedelta(days=1))
        with as_("officer") as desk:
            dossier = desk.site.dossiers["T-0001"]
            assert len(keeping.holds_on(desk.root, dossier, on=desk.today)) == standing
            # Who asks without a day is told of it until the house has told of its end.
            assert len(keeping.holds_on(desk.root, dossier)) == 1

    assert [follow_the_day(site), follow_the_day(site)] == [1, 0]
    assert [entry.details["hold"] for entry in entries("retention.hold-ended")] == [uid]
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        assert keeping.holds_on(desk.root, dossier) == ()
        holding.prolong(desk, desk.site, hold=uid, until="01/06/2026", reason="Kháng cáo")
        assert len(keeping.holds_on(desk.root, dossier)) == 1


def test_a_hold_of_others_is_missing_and_is_not_lifted_as_a_whole(as_):
    with as_("archivist") as desk:
        a_dossier(desk, code="B-0001", unit="ben")
        hold = holding.place_on_several(desk, desk.site, records=["B-0001", "T-0001"], **ORDER)
        uid = ids.to_text(hold.id)
    with as_("clerk") as desk:
        view = holding.look(desk, desk.site, hold=uid)
        assert ([one.code for one in view.members], view.may_hold) == (["T-0001"], False)
    with as_("head") as desk, pytest.raises(Forbidden):
        holding.lift_hold(desk, desk.site.dossiers["T-0001"], hold=uid, reason="x")
    with as_("clerk") as desk:
        other = holding.listed(desk, desk.site)
        assert [view.uid for view in other] == [uid]
        with pytest.raises(Missing):
            holding.look(desk, desk.site, hold="0" * 13)


def test_one_who_destroys_meets_a_hold_that_is_placed_in_the_same_moment(site):
    """The hold is committed; who had looked before must look again."""
    manager = transaction.TransactionManager(explicit=True)
    with site.databases.connection(manager) as destroying:
        kept = destroying.root()["retention-holds"]
        dossier = destroying.root()["site"].dossiers["T-0001"]
        assert keeping.holds_on(destroying.root(), dossier) == ()
        holds.stay_current(kept)
        dossier.name = "…"

        def place(connection):
            root = connection.root()
            there = root["site"].dossiers["T-0001"].id
            holds.place(
                root["retention-holds"], **ORDER, records=[there], by="x", at="2026-03-02T00:00Z"
            )

        site.databases.attempt(place)
        with pytest.raises(ReadConflictError):
            manager.commit()


def test_letting_one_go_of_a_big_hold_loads_as_little_as_of_a_small_one(site):
    loaded = {}
    for size in (50, 20_000):

        def place(connection, size=size):
            hold = holds.place(
                connection.root()["retention-holds"],
                **ORDER,
                records=range(1, size),
                by="x",
                at="2026-03-02T00:00:00.000000Z",
            )
            return hold.id

        number = site.databases.attempt(place)
        with site.databases.connection() as connection:
            connection.cacheMinimize()
            kept = connection.root()["retention-holds"]
            connection.getTransferCounts(clear=True)
            holds.release(kept, number, record=25, reason="x", by="x", at="2026-03-02T01:00Z")
            loaded[size] = connection.getTransferCounts()[0]

    assert loaded[20_000] <= loaded[50] + 6


def test_a_lifted_hold_takes_no_more_records(held, as_):
    uid, first, *_ = held
    with as_("officer") as desk:
        holds.lift(
            desk.root["retention-holds"],
            ids.from_text(uid),
            reason="x",
            by="x",
            at=desk.now,
        )
        with pytest.raises(Conflict):
            holding.widen(desk, desk.site, hold=uid, records=["T-0001"])
        assert count(desk.root, desk.site, first) == 0
