"""The equation of a batch: every file at one place, every page in one paper or set apart.

The numbers on the right are counted by hand from the sentences on the left.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.ingest.counting import APART, PLACES, Declared, File, Paper, tally


def batch(*papers, declared=Declared(), more=()):  # noqa: B008 - frozen
    files = [File(n, "received", paper.uid) for n, paper in enumerate(papers, 1) if not paper.taken]
    return tally(declared, [*files, *more], {paper.uid: paper for paper in papers})


def at(found, place):
    line = found.at(place)
    return (line.files, line.pages, line.unknown)


def test_an_empty_batch_adds_up_to_nothing():
    found = batch()

    assert (found.received, found.scanned, found.stored, found.unknown) == (0, 0, 0, 0)
    assert found.adds_up
    assert [line.place for line in found.lines] == list(PLACES)
    assert set(found.apart) == set(APART)


def test_papers_are_counted_where_they_are():
    found = batch(
        Paper("a", "filed", 2),
        Paper("b", "waiting", 3),
        Paper("c", "reading", 1),
        Paper("d", "received"),
        Paper("e", "quarantined"),
        Paper("f", "refused"),
        Paper("g", "withdrawn", 4),
    )

    assert found.received == 7
    assert (found.scanned, found.unknown) == (10, 3)
    assert at(found, "filed") == (1, 2, 0)
    assert at(found, "waiting") == (1, 3, 0)
    assert at(found, "reading") == (2, 1, 1)
    assert at(found, "quarantined") == (1, 0, 1)
    assert at(found, "refused") == (1, 0, 1)
    # Withdrawn later, it goes on being counted.
    assert at(found, "withdrawn") == (1, 4, 0)
    assert found.still_reading
    assert found.adds_up


def test_what_nobody_could_count_is_unknown_and_not_nought():
    found = batch(Paper("a", "quarantined"), declared=Declared(3))

    assert (found.scanned, found.unknown, found.difference) == (0, 1, -3)
    assert found.counted[0].pages is None


def test_the_bytes_of_a_refused_file_are_not_stored():
    found = batch(Paper("a", "waiting", 2), Paper("b", "refused", 5))

    assert (found.scanned, found.stored) == (7, 2)


def test_what_is_here_already_is_counted_by_itself_with_its_pages():
    """The same sheet scanned twice is two pages too many on the side of the scanner."""
    found = batch(Paper("a", "filed", 2), declared=Declared(2), more=[File(9, "duplicate", "a")])

    assert found.received == 2
    assert at(found, "filed") == (1, 2, 0)
    assert at(found, "already-here") == (1, 2, 0)
    assert found.difference == 2
    assert found.adds_up


def test_the_same_file_sent_again_stands_in_a_row_of_its_own_and_in_no_sum():
    again = File(9, "duplicate", "a", again=True)

    found = batch(Paper("a", "waiting", 2), more=[again])

    assert (found.received, found.scanned, found.again) == (1, 2, 1)
    assert found.repeated == (9,)
    assert at(found, "already-here") == (0, 0, 0)


def test_what_the_door_refused_counts_as_a_file_of_unknown_pages():
    found = batch(more=[File(1, "refused")])

    assert found.received == 1
    assert at(found, "refused") == (1, 0, 1)


@pytest.mark.parametrize(
    ("sheets", "sides", "scanned", "difference"),
    [
        pytest.param(0, 1, 5, None, id="nobody counted"),
        pytest.param(5, 1, 5, 0, id="five sheets, one side"),
        pytest.param(5, 2, 10, 0, id="five sheets, both sides"),
        pytest.param(6, 2, 10, -2, id="a sheet went through with another"),
        pytest.param(4, 2, 10, 2, id="a sheet went through twice"),
    ],
)
def test_sheets_times_sides_are_held_against_the_scanned_pages(sheets, sides, scanned, difference):
    found = batch(Paper("a", "waiting", scanned), declared=Declared(sheets, sides))

    assert found.difference == difference
    assert found.wants_a_word is bool(difference)


def split_scan(**facts):
    """Ten pages: a separator, three, a blank, a separator, four."""
    given_ = {
        "state": "split",
        "pages": 10,
        "dropped": ((1, "separator"), (5, "blank"), (6, "separator-back")),
        "parts": ("p", "q"),
    }
    return Paper("s", **{**given_, **facts})


def test_a_split_scan_counts_its_pages_where_its_parts_are():
    found = batch(
        split_scan(),
        Paper("p", "filed", 3, taken=(2, 3, 4), source="s"),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s"),
    )

    assert (found.received, found.scanned) == (1, 10)
    assert at(found, "split") == (1, 0, 0)
    assert (found.at("filed").parts, found.at("filed").pages) == (1, 3)
    assert (found.at("waiting").parts, found.at("waiting").pages) == (1, 4)
    assert (found.apart["separator"], found.apart["blank"]) == (2, 1)
    assert found.adds_up


def test_a_page_dropped_from_a_part_is_set_apart_too():
    found = batch(
        split_scan(),
        Paper("p", "filed", 3, taken=(2, 3, 4), source="s", dropped=((3, "blank"),)),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s", dropped=((1, "duplicate"),)),
    )

    assert (found.at("filed").pages, found.at("waiting").pages) == (2, 3)
    assert (found.apart["blank"], found.apart["set-apart"]) == (2, 1)
    assert found.adds_up


def test_a_part_that_is_split_again_counts_below():
    found = batch(
        split_scan(),
        Paper("p", "split", 3, taken=(2, 3, 4), source="s", parts=("r", "t")),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s"),
        Paper("r", "filed", 1, taken=(1,), source="p"),
        Paper("t", "waiting", 2, taken=(2, 3), source="p"),
    )

    assert (found.at("filed").pages, found.at("waiting").pages) == (1, 6)
    assert (found.received, found.scanned) == (1, 10)
    assert found.adds_up


def test_a_page_that_a_split_lost_is_missing_and_wants_a_word():
    found = batch(
        split_scan(),
        Paper("p", "filed", 2, taken=(2, 3), source="s"),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s"),
    )

    assert found.apart["missing"] == 1
    assert not found.adds_up
    assert found.wants_a_word


def test_a_page_that_two_parts_have_is_told_though_the_sum_would_be_right():
    """One lost and one doubled would hide each other in a sum."""
    found = batch(
        split_scan(),
        Paper("p", "filed", 3, taken=(2, 3, 7), source="s"),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s"),
    )

    assert (found.apart["missing"], found.apart["twice"]) == (1, 1)
    assert not found.adds_up


def test_a_part_that_waits_to_be_read_keeps_the_batch_reading():
    found = batch(
        split_scan(),
        Paper("p", "received", taken=(2, 3, 4), source="s"),
        Paper("q", "waiting", 4, taken=(7, 8, 9, 10), source="s"),
    )

    assert found.still_reading
    # Its pages are known before it is read: they are those of the scan.
    assert found.at("reading").pages == 3
    assert found.adds_up


def test_a_part_that_was_here_before_is_counted_as_here_already():
    """Ten pages, of which the last four are the bytes of a paper that is filed."""
    dropped = ((1, "separator"), (5, "blank"), (6, "separator"))
    here = tuple((page, "already-here") for page in (7, 8, 9, 10))
    found = batch(
        split_scan(dropped=dropped + here, parts=("p",)),
        Paper("p", "filed", 3, taken=(2, 3, 4), source="s"),
    )

    assert (found.at("already-here").pages, found.at("filed").pages) == (4, 3)
    assert (found.at("already-here").files, found.apart["set-apart"]) == (0, 0)
    assert (found.scanned, found.adds_up) == (10, True)


def test_a_page_scanned_again_is_where_the_paper_is_that_shows_it():
    """Two pages filed, one of them replaced by a scan of one page."""
    found = batch(
        Paper("a", "filed", 2, dropped=((2, "rescanned"),)),
        Paper("b", "split", 1, parts=("a",)),
    )

    assert (found.received, found.scanned) == (2, 3)
    assert (found.at("filed").files, found.at("filed").parts) == (1, 1)
    assert (found.at("filed").pages, found.apart["set-apart"]) == (2, 1)
    assert found.adds_up


states = st.sampled_from(
    ["received", "reading", "waiting", "filed", "quarantined", "refused", "withdrawn"]
)


@given(
    st.lists(st.tuples(states, st.none() | st.integers(1, 40)), max_size=30),
    st.lists(st.sampled_from(["duplicate", "refused", "again"]), max_size=10),
)
def test_whatever_came_every_file_has_a_place_and_every_known_page_too(papers, others):
    made = [Paper(f"p{n}", state, pages) for n, (state, pages) in enumerate(papers)]
    more = [
        File(
            1000 + n,
            "refused" if kind == "refused" else "duplicate",
            "" if kind == "refused" or not made else made[0].uid,
            again=kind == "again",
        )
        for n, kind in enumerate(others)
    ]

    found = batch(*made, more=more)

    assert found.received == len(made) + sum(kind != "again" for kind in others)
    assert sum(line.files for line in found.lines) == found.received
    assert sum(line.pages for line in found.lines) == found.scanned
    assert sum(line.unknown for line in found.lines) == found.unknown
    assert found.adds_up
