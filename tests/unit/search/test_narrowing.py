"""Filters, ranges, states of retention and orders, with results counted by hand."""

from __future__ import annotations

from datetime import date

import pytest
from search_archive import ME, ids

from hoso.search.analysis import name_code
from hoso.search.language import parse, settle
from hoso.search.values import RETENTION, Filters, day_number

TODAY = date(2026, 11, 22)


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


@pytest.fixture
def dated(archive, find):
    """1 known to the day, 2 to the month, 3 to the year, 4 not at all."""
    archive.file(
        {
            1: {"text": "lương", "day": day("2021-09-05"), "last": day("2021-09-05")},
            2: {"text": "lương", "day": day("2021-09-01"), "last": day("2021-09-30")},
            3: {"text": "lương", "day": day("2021-01-01"), "last": day("2021-12-31")},
            4: {"text": "lương"},
        }
    )
    return find()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ngày:5/9/2021", {1}),
        ("ngày:9/2021", {1, 2}),
        ("ngày:2021", {1, 2, 3}),
        ("ngày:2/9/2021..30/9/2021", {1}),
        ("ngày:1/9/2021..", {1, 2}),
        ("ngày:..30/9/2021", {1, 2}),
        ("ngày:2022..", set()),
        ("-ngày:9/2021", {3, 4}),
        ("-ngày:2021", {4}),
    ],
)
def test_a_paper_is_within_a_range_where_all_it_may_be_is(dated, typed, found):
    """A date known to the month is never taken for one of its days."""
    query, filters = settle(parse(f"lương {typed}"), lambda _name, _value: frozenset())

    assert {hit.id for hit in dated.search(query, ME, filters=filters).hits} == found


def test_a_range_of_filing_days(archive, find):
    filed = {1: day("2024-01-01"), 2: day("2024-03-31"), 3: day("2024-04-01"), 4: None}
    archive.file({n: {"text": "lương", "filed": when} for n, when in filed.items()})
    query, filters = settle(parse("ngày lưu:2/2024..3/2024"), lambda _n, _v: frozenset())

    assert filters.filed == (day("2024-02-01"), day("2024-03-31"))
    assert [hit.id for hit in find().search(query, ME, filters=filters).hits] == [2]


KEPT = {
    1: ("permanent", None),
    2: ("dated", "2020-01-01"),
    3: ("dated", "2026-11-22"),  # the first day after the period is today: due
    4: ("dated", "2026-11-23"),
    5: ("open", None),
    6: ("held", "2020-01-01"),
    7: ("doubtful", "2020-01-01"),
    8: ("doubtful", "2030-01-01"),
    9: ("unknown", None),
    10: ("doubtful-held", "2030-01-01"),
    11: ("doubtful-held", "2020-01-01"),
    12: ("", None),
}
STATES = {
    "permanent": {1},
    "due": {2, 3},
    "running": {4, 5, 8},
    "held": {6, 10},
    "unknown": {7, 9, 11},
}


@pytest.fixture
def kept(archive, find):
    archive.file(
        {
            number: {"text": "lương", "keep": keep, "until": day(until) if until else None}
            for number, (keep, until) in KEPT.items()
        }
    )
    return find()


@pytest.mark.parametrize("state", STATES)
def test_the_state_of_retention_is_that_of_the_day_asked_for(kept, state):
    filters = Filters(retention=frozenset({RETENTION[state]}))
    page = kept.search(parse("lương"), ME, filters=filters, on=TODAY, limit=50)

    assert {hit.id for hit in page.hits} == STATES[state]


def test_states_are_counted_as_they_are_filtered(kept):
    page = kept.search(parse(""), ME, facets=["retention"], on=TODAY)

    assert page.facets == {"retention": {RETENTION[s]: len(found) for s, found in STATES.items()}}


def test_a_period_that_ends_tonight_is_due_tomorrow_with_nothing_written_anew(kept):
    due = Filters(retention=frozenset({RETENTION["due"]}))

    tomorrow = kept.search(parse(""), ME, filters=due, on=date(2026, 11, 23))
    assert {hit.id for hit in tomorrow.hits} == {2, 3, 4}


def test_what_is_not_due_can_be_asked_for(kept):
    without = Filters(without={"retention": frozenset({RETENTION["due"], RETENTION["unknown"]})})
    page = kept.search(parse(""), ME, filters=without, on=TODAY, limit=50)

    assert {hit.id for hit in page.hits} == {1, 4, 5, 6, 8, 10, 12}


def test_a_state_of_retention_without_a_day_is_a_mistake_of_the_program(kept):
    with pytest.raises(TypeError, match="state it"):
        kept.search(parse(""), ME, filters=Filters(retention=frozenset({1})))
    assert "retention" not in kept.search(parse(""), ME).facets


def test_either_the_state_of_a_paper_or_the_standing_of_its_person_is_a_status(archive, find):
    archive.file(
        {
            1: {"text": "lương", "status": 7, "standing": 1},
            2: {"text": "lương", "status": 1, "standing": 7},
            3: {"text": "lương", "status": 1, "standing": 1},
        }
    )
    engine = find()

    assert set(ids(engine, "lương", filters=Filters(status=frozenset({7})))) == {1, 2}
    assert ids(engine, "lương", filters=Filters(without={"status": frozenset({7})})) == [3]
    assert ids(engine, "lương", filters=Filters(standing=frozenset({7}))) == [2]


def test_an_agency_is_one_however_it_is_spelt(archive, find):
    archive.file(
        {
            1: {"text": "lương", "agency": "Ủy ban nhân dân quận Gò Vấp"},
            2: {"text": "lương", "agency": "UỶ BAN NHÂN DÂN QUẬN GÒ VẤP"},
            3: {"text": "lương", "agency": "Sở Nội vụ"},
        }
    )
    engine = find()
    code = name_code("uỷ ban nhân dân quận gò vấp")
    page = engine.search(parse("lương"), ME)

    assert page.facets["agency"] == {code: 2, name_code("Sở Nội vụ"): 1}
    assert set(ids(engine, "lương", filters=Filters(agency=frozenset({code})))) == {1, 2}
    assert engine.bearers("agency", [name_code("Sở Nội vụ"), 12345], ME) == {
        name_code("Sở Nội vụ"): 3
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("cơ quan:noi", {3}),
        ('cơ quan:"nội vụ"', {3}),
        ('cơ quan:"vụ nội"', set()),
        ("agency:so", {3}),
        ("-cơ quan:nội", {1}),
        ("lương cơ quan:vấp", {1}),
    ],
)
def test_papers_are_found_by_words_of_the_agency(archive, find, typed, found):
    archive.file(
        {
            1: {"text": "lương", "agency": "Ủy ban nhân dân quận Gò Vấp"},
            3: {"text": "lương", "agency": "Sở Nội vụ"},
        }
    )

    assert set(ids(find(), typed)) == found


PEOPLE = {
    1: ("Trần Thị Ân", "2020-05-01", "2024-01-01"),
    2: ("Nguyễn Văn An", None, "2024-03-01"),
    3: ("Lê Văn Đạt", "2019-01-01", None),
    4: ("Lê Thị Dung", "2021-01-01", "2024-02-01"),
    5: ("", "2018-01-01", "2024-04-01"),
}


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("date", [4, 1, 3, 5, 2]),
        ("date-asc", [5, 3, 1, 4, 2]),
        ("name", [2, 1, 4, 3, 5]),
        ("name-desc", [3, 4, 1, 2, 5]),
        ("filed", [5, 2, 4, 1, 3]),
        ("filed-asc", [1, 4, 2, 5, 3]),
    ],
)
def test_orders_put_what_is_not_known_last(archive, find, sort, order):
    """Names by given name, in the order of the alphabet: An, Ân, Dung, Đạt."""
    archive.file(
        {
            number: {
                "text": "lương",
                "person": person,
                "day": day(written) if written else None,
                "filed": day(filed) if filed else None,
            }
            for number, (person, written, filed) in PEOPLE.items()
        }
    )

    assert ids(find(), "lương", sort=sort) == order


def test_papers_that_fit_alike_stand_newest_first(archive, find):
    days = {1: 18_000, 2: None, 3: 19_500, 4: 18_900}
    archive.file({n: {"text": "nâng bậc lương", "day": when} for n, when in days.items()})

    assert ids(find(), "nâng lương") == [3, 4, 1, 2]


def test_papers_of_others_do_not_move_the_order(archive, find):
    """How rare a word is outside of what one may see is nobody's business."""
    mine = {
        1: {"text": "bổ nhiệm cán bộ", "title": "điều động", "day": 100},
        2: {"text": "điều động cán bộ", "title": "bổ nhiệm", "day": 99},
        3: {"text": "điều động, bổ nhiệm, bổ nhiệm, bổ nhiệm", "day": 98},
    }
    archive.file(mine)
    engine = find()
    before = [(h.id, h.score) for h in engine.search(parse("bo nhiem dieu dong"), ME).hits]
    archive.file(
        {n: {"text": "bổ nhiệm " * 30, "title": "bổ nhiệm", "acl": ("u9:1",)} for n in range(9, 60)}
    )
    archive.follower.catch_up()

    after = [(h.id, h.score) for h in engine.search(parse("bo nhiem dieu dong"), ME).hits]
    assert after == before


def test_what_is_asked_first_changes_nothing_in_the_answer(archive, find):
    """25 papers have the neighbours: those 25, whether 1,000 others are in the index or none."""
    archive.file({n: {"text": "nâng lương"} for n in range(1, 26)})
    archive.file({n: {"text": "lương không nâng"} for n in range(30, 40)})
    engine = find()
    alone = engine.search(parse("nâng lương"), ME)
    archive.file({n: {"text": "khác", "acl": ("u9:1",)} for n in range(100, 1100)})
    archive.follower.catch_up()
    among = engine.search(parse("nâng lương"), ME)

    assert (alone.total, alone.plan) == (among.total, among.plan) == (25, "adjacent")
