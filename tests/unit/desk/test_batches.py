"""Batches: declared, counted at the door, closed with a reason, never counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from transaction.interfaces import TransientError

from hoso.desk import batches, intake, setting_aside
from hoso.desk.arrivals import in_order, reason_of, tally_of
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing, NotReady, Unusable
from hoso.records.model import Batch, Dropped, Leaf, Reason, Source
from hoso.storage.blobs import TOO_LARGE
from hoso.testing.sites import sitting
from hoso.testing.things import a_waiting_paper, spooled
from hoso.web.language import Language

BOX = {"title": "Hộp 3", "sheets": "2", "sides": "1", "box": "H3", "dpi": "300", "colour": "COLOUR"}


def opened(desk, unit="nhanh", **typed):
    return batches.open_(desk, desk.unit(unit), typed={**BOX, **typed})


def receive(desk, batch, words="một", name=b"a.pdf"):
    return intake.receive(desk, batch.unit, spooled=spooled(desk, words), name=name, batch=batch)


def as_read(desk, got, *, pages, state="waiting"):
    """Let a paper that came in be read, without the readers."""
    document = desk.site.by_id[got.document.id]
    document.state, document.pages = state, pages
    return document


@pytest.fixture
def batch_id(as_):
    with as_("clerk") as desk:
        return opened(desk).id


def the(desk, number):
    return desk.site.by_id[number]


# Numbers ---------------------------------------------------------------------------------


def test_numbers_are_readable_and_count_by_unit_and_year(as_, clock):
    with as_("officer") as desk:
        numbers = [opened(desk, unit).number for unit in ("nhanh", "nhanh", "ben")]
    clock.advance(timedelta(days=365))
    with as_("officer") as desk:
        numbers.append(opened(desk).number)

    assert numbers == ["2026-nhanh-001", "2026-nhanh-002", "2026-ben-001", "2027-nhanh-001"]


def test_two_who_open_one_at_the_same_moment_do_not_get_one_number(site):
    from hoso.testing.sites import identity

    clerk = identity(site, "clerk")
    with site.databases.connection() as one, site.databases.connection() as two:
        first = opened(Desk(site, one, clerk, via="test"))
        second = opened(Desk(site, two, clerk, via="test"))
        assert first.number == second.number
        one.transaction_manager.commit()
        with pytest.raises(TransientError):
            two.transaction_manager.commit()


@pytest.mark.parametrize("name", ["2026-nhanh-001", " 2026-nhanh-001 ", "2026-nhanh-1"])
def test_a_batch_is_found_by_its_number(as_, batch_id, name):
    with as_("clerk") as desk:
        assert batches.find(desk, name).id == batch_id
        assert batches.find(desk, the(desk, batch_id).uid).id == batch_id


@pytest.mark.parametrize(
    "name", ["2026-nhanh-002", "2026-nhanh-x", "", "-", "2026-ben-001", "T-0001", "2026--1"]
)
def test_what_is_no_batch_is_missing(as_, batch_id, name):
    with as_("clerk") as desk, pytest.raises(Missing):
        batches.find(desk, name)


def test_a_batch_of_a_unit_where_one_does_not_work_is_as_one_that_is_not_there(as_):
    with as_("officer") as desk:
        hidden = opened(desk, "ben")
        names = [hidden.number, hidden.uid]

    with as_("clerk") as desk:
        for name in names:
            with pytest.raises(Missing):
                batches.find(desk, name)
        assert batches.listing(desk, desk.site).total == 0


# Declaring -------------------------------------------------------------------------------


def test_a_batch_says_what_was_declared(as_, batch_id):
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        assert (batch.title, batch.sheets, batch.sides, batch.box) == ("Hộp 3", 2, 1, "H3")
        assert batch.operator == "Cán Mẫu"
        assert batches.scanner_of(batch) == batches.Scanner(300, "COLOUR", "")


def test_all_that_is_wrong_with_a_declaration_is_said_at_once(as_):
    wrong = {
        "sheets": "vài",
        "sides": "3",
        "dpi": "5",
        "colour": "HỒNG",
        "into": "T-9999",
        "title": "x" * 301,
        "box": "x" * 61,
    }
    with as_("clerk") as desk, pytest.raises(Invalid) as refused:
        opened(desk, **wrong)

    assert {fault.field for fault in refused.value.faults} == set(wrong)


def test_nobody_declares_for_a_tray_where_he_does_not_work(as_):
    with as_("head") as desk, pytest.raises(Forbidden):
        opened(desk)


def test_a_declaration_is_corrected_and_the_journal_keeps_what_was_said_before(
    as_, batch_id, entries
):
    with as_("clerk") as desk:
        batches.correct(desk, the(desk, batch_id), typed={**BOX, "sheets": "7"}, revision=1)

    with as_("clerk") as desk:
        assert the(desk, batch_id).sheets == 7
        with pytest.raises(Conflict):
            batches.correct(desk, the(desk, batch_id), typed=BOX, revision=1)
    assert entries("batch.corrected")[0].details["before"] == "2 x 1"


# At the door -----------------------------------------------------------------------------


def test_a_file_is_told_of_in_the_commit_that_stores_it(as_, batch_id):
    with pytest.raises(ZeroDivisionError), as_("clerk") as desk:
        receive(desk, the(desk, batch_id))
        raise ZeroDivisionError
    with as_("clerk") as desk:
        assert list(the(desk, batch_id).arrivals) == []
        got = receive(desk, the(desk, batch_id))
        uid, sha256 = got.document.uid, got.sha256

    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        ((_key, arrival),) = in_order(batch)
        assert (arrival.outcome, arrival.document, arrival.sha256) == ("received", uid, sha256)
        assert (arrival.name, arrival.by, arrival.source) == (b"a.pdf", "clerk", "upload")
        assert desk.find(uid).batch == batch.uid


def test_the_same_file_again_is_told_and_counted_apart(as_, batch_id):
    with as_("clerk") as desk:
        first = receive(desk, the(desk, batch_id))
    with as_("clerk") as desk:
        second = receive(desk, the(desk, batch_id))

        assert (first.outcome, second.outcome) == ("received", "again")
        assert second.document.id == first.document.id
        found = tally_of(desk, the(desk, batch_id))
        assert (found.received, found.again) == (1, 1)
        assert len(list(desk.site.tray)) == 1


def test_the_same_bytes_under_another_name_are_here_already_and_count_as_a_file(as_, batch_id):
    with as_("clerk") as desk:
        first = receive(desk, the(desk, batch_id))
        second = receive(desk, the(desk, batch_id), name=b"b.pdf")

        assert (second.outcome, second.document.id) == ("duplicate", first.document.id)
        found = tally_of(desk, the(desk, batch_id))
        assert (found.received, found.again, found.at("already-here").files) == (2, 0, 1)


def test_bytes_that_came_before_the_batch_are_here_already(as_, batch_id):
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk, words="một")
        got = receive(desk, the(desk, batch_id))

        assert (got.outcome, got.document.id) == ("duplicate", paper.id)
        assert paper.batch == ""
        assert tally_of(desk, the(desk, batch_id)).at("already-here").pages == 1


def test_two_who_send_one_file_at_the_same_moment_send_one_paper(site, batch_id):
    from hoso.testing.sites import identity

    clerk = identity(site, "clerk")
    with site.databases.connection() as one, site.databases.connection() as two:
        for connection in (one, two):
            desk = Desk(site, connection, clerk, via="test")
            assert receive(desk, the(desk, batch_id)).outcome == "received"
        one.transaction_manager.commit()
        with pytest.raises(TransientError):
            two.transaction_manager.commit()
    with sitting(site, "clerk") as desk:
        assert receive(desk, the(desk, batch_id)).outcome == "again"


def test_what_the_gate_refused_is_here_already_when_it_comes_again(as_, batch_id):
    with as_("clerk") as desk:
        got = receive(desk, the(desk, batch_id))
        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        setting_aside.refuse(
            machine, got.document, reasons=(Reason("program", "This is a program."),)
        )
        again = receive(desk, the(desk, batch_id))

        assert again.outcome == "again"
        found = tally_of(desk, the(desk, batch_id))
        assert (found.at("refused").files, found.received, found.again) == (1, 1, 1)


def test_a_file_turned_away_at_the_door_is_in_the_batch_with_its_reason(as_, batch_id, entries):
    with as_("clerk") as desk:
        for _ in range(2):
            batches.turn_away(
                desk, the(desk, batch_id), name=b"big.pdf", size=10**9, reason="Too large."
            )

        found = tally_of(desk, the(desk, batch_id))
        assert (found.received, found.again, found.unknown) == (1, 1, 1)
        assert {arrival.reason for _key, arrival in in_order(the(desk, batch_id))} == {"Too large."}
    assert entries("batch.turned-away")[0].details["why"] == "Too large."


@pytest.mark.parametrize(
    ("reason", "english", "vietnamese"),
    [
        (
            Unusable(TOO_LARGE, limit=500),
            "The file is larger than 500 MB. Split it and send the parts.",
            "Tệp lớn hơn 500 MB. Hãy tách ra và gửi từng phần.",
        ),
        (NotReady(), "Not ready yet.", "Chưa sẵn sàng."),
        ("[Errno 5] {x} hỏng", "[Errno 5] {x} hỏng", "[Errno 5] {x} hỏng"),
        ("hỏng {x}", "hỏng {x}", "hỏng {x}"),
        ("", "", ""),
    ],
)
def test_each_reader_hears_in_his_language_why_the_door_refused(
    as_, batch_id, reason, english, vietnamese
):
    with as_("clerk") as desk:
        batches.turn_away(desk, the(desk, batch_id), name=b"x", size=1, reason=reason)
        ((_key, arrival),) = in_order(the(desk, batch_id))
    why = reason_of(arrival)

    assert str(why) == english
    assert Language("vi").say(why.message, **dict(why.facts)) == vietnamese


def test_papers_of_a_batch_are_meant_for_its_dossier(as_):
    with as_("clerk") as desk:
        batch = opened(desk, into="T-0001")
        assert receive(desk, batch).document.into == "T-0001"


def test_a_batch_takes_nothing_into_another_tray(site, as_):
    with as_("officer") as desk, pytest.raises(Invalid, match="another unit"):
        batch = opened(desk, "ben")
        intake.receive(desk, desk.unit("nhanh"), spooled=spooled(desk), name=b"a.pdf", batch=batch)
    assert list(site.spool.iterdir()) == []


def test_the_tray_knows_the_batch_of_a_paper(as_, batch_id):
    with as_("clerk") as desk:
        got = receive(desk, the(desk, batch_id))
        lying = desk.site.trays[got.document.unit.number][got.document.id]

        assert lying.batch == the(desk, batch_id).uid


# The equation ----------------------------------------------------------------------------


def test_the_equation_follows_the_papers_without_being_written_down(as_, batch_id):
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        got = [receive(desk, batch, words=str(n), name=b"%d.pdf" % n) for n in range(3)]
        before = batch._p_serial
        as_read(desk, got[0], pages=2)
        as_read(desk, got[1], pages=1, state="filed")

        found = tally_of(desk, batch)

        assert (found.received, found.scanned, found.unknown) == (3, 3, 1)
        assert (found.at("waiting").pages, found.at("filed").pages) == (2, 1)
        assert found.difference == 1
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        batch._p_activate()
        assert batch._p_serial == before


def test_parts_of_a_split_scan_count_by_the_pages_they_were_given(as_, batch_id):
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        scan = as_read(desk, receive(desk, batch), pages=4, state="split")
        scan.dropped = (Dropped("original", 1, "separator"),)
        parts = [a_waiting_paper(desk, words=word) for word in ("x", "y")]
        parts[0].source = Source(scan.uid, scan.sha256, (2,))
        parts[1].source = Source(scan.uid, scan.sha256, (3, 4))
        scan.parts = tuple(part.uid for part in parts)

        found = tally_of(desk, batch)

        assert (found.received, found.scanned, found.at("split").files) == (1, 4, 1)
        assert (found.at("waiting").parts, found.at("waiting").pages) == (2, 3)
        assert found.apart["separator"] == 1
        assert found.adds_up


def test_pages_put_in_another_order_or_scanned_again_leave_the_file_as_long_as_it_came(
    as_, batch_id
):
    """Three pages came: one was dropped, one replaced by a page that is scanned again."""
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        document = as_read(desk, receive(desk, batch), pages=2)
        document.leaves = (Leaf("rescan-1", 1), Leaf("original", 1))
        document.dropped = (
            Dropped("original", 2, "blank"),
            Dropped("original", 3, "rescanned"),
            Dropped("rescan-1", 2, "blank"),
        )

        found = tally_of(desk, batch)

        assert (found.scanned, found.at("waiting").pages) == (3, 1)
        assert (found.apart["blank"], found.apart["set-apart"]) == (1, 1)
        assert found.adds_up


def test_a_paper_above_ones_clearance_is_counted_and_not_shown(as_, batch_id):
    with as_("clerk") as desk:
        document = as_read(desk, receive(desk, the(desk, batch_id)), pages=1)
        document.level = 3

    with as_("clerk") as desk:
        view = batches.look(desk, the(desk, batch_id))
        assert view.tally.at("waiting").files == 1
        assert view.papers == {}


# Closing ---------------------------------------------------------------------------------


def test_a_batch_is_not_closed_while_papers_are_read(as_, batch_id):
    with as_("clerk") as desk:
        receive(desk, the(desk, batch_id))
        with pytest.raises(Invalid, match="still being read: 1"):
            batches.close(desk, the(desk, batch_id), because="x", revision=None)


def test_a_difference_is_explained_in_writing_or_the_batch_stays_open(as_, batch_id, entries):
    with as_("clerk") as desk:
        as_read(desk, receive(desk, the(desk, batch_id)), pages=1)
    with as_("clerk") as desk, pytest.raises(Invalid) as refused:
        batches.close(desk, the(desk, batch_id), because=" ", revision=None)
    assert [fault.field for fault in refused.value.faults] == ["because"]

    with as_("clerk") as desk:
        batches.close(desk, the(desk, batch_id), because="Một tờ là bìa", revision=1)

    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        assert (batch.state, batch.closing, batch.closed_by) == ("closed", "Một tờ là bìa", "clerk")
    details = entries("batch.closed")[0].details
    assert (details["pages"], details["declared"], details["why"]) == (1, 2, "Một tờ là bìa")


def test_papers_that_wait_do_not_keep_a_batch_open(as_, batch_id):
    with as_("clerk") as desk:
        as_read(desk, receive(desk, the(desk, batch_id)), pages=2)
        batches.close(desk, the(desk, batch_id), because="", revision=1)

        assert the(desk, batch_id).state == "closed"


def test_a_closed_batch_takes_nothing_until_it_is_opened_again(site, as_, batch_id):
    with as_("clerk") as desk:
        as_read(desk, receive(desk, the(desk, batch_id)), pages=2)
        batches.close(desk, the(desk, batch_id), because="", revision=None)
    for door in (
        lambda desk, batch: receive(desk, batch, "hai"),
        lambda desk, batch: batches.turn_away(desk, batch, name=b"x", size=1, reason="x"),
    ):
        with as_("clerk") as desk, pytest.raises(Invalid, match="closed"):
            door(desk, the(desk, batch_id))
    assert list(site.spool.iterdir()) == []

    with as_("clerk") as desk:
        with pytest.raises(Invalid, match="why"):
            batches.reopen(desk, the(desk, batch_id), why="", revision=None)
        batches.reopen(desk, the(desk, batch_id), why="Còn một tờ", revision=2)
    with as_("clerk") as desk:
        assert receive(desk, the(desk, batch_id), "hai").outcome == "received"


def test_a_file_that_arrives_while_the_batch_is_closed_is_not_left_inside(site, as_, batch_id):
    """Neither writer touches what the other writes; both must still notice."""
    from hoso.testing.sites import identity

    clerk = identity(site, "clerk")
    with as_("clerk") as desk:
        as_read(desk, receive(desk, the(desk, batch_id)), pages=2)
    for first in (0, 1):
        with site.databases.connection() as one, site.databases.connection() as two:
            sender, closer = (Desk(site, c, clerk, via="test") for c in (one, two))
            receive(sender, the(sender, batch_id), f"muộn {first}")
            batches.close(closer, the(closer, batch_id), because="", revision=None)
            order = (one, two) if first == 0 else (two, one)
            order[0].transaction_manager.commit()
            with pytest.raises(TransientError):
                order[1].transaction_manager.commit()
        with as_("clerk") as desk:
            for paper in desk.site.tray.values():
                paper.state, paper.pages = "waiting", paper.pages or 0


# The list --------------------------------------------------------------------------------


def test_open_batches_come_first_and_the_newest_of_each(as_):
    with as_("officer") as desk:
        made = [opened(desk, unit, sheets="0") for unit in ("nhanh", "ben", "nhanh", "nhanh")]
        batches.close(desk, made[3], because="", revision=None)
        listed = batches.listing(desk, desk.site)

        assert [one.number for one in listed.batches] == [
            "2026-nhanh-002",
            "2026-ben-001",
            "2026-nhanh-001",
            "2026-nhanh-003",
        ]
        assert batches.listing(desk, desk.site, unit="ben").total == 1
        assert [b.number for b in batches.listing(desk, desk.site, offset=3, limit=5).batches] == [
            "2026-nhanh-003"
        ]


def test_the_journal_names_the_batch_that_was_opened(as_, batch_id, entries):
    (entry,) = entries("batch.opened")
    with as_("clerk") as desk:
        batch = the(desk, batch_id)
        assert isinstance(batch, Batch)
        assert entry.record == batch.uid
    assert entry.details["number"] == "2026-nhanh-001"
