"""Which pages a paper shows: every page of every scan is shown or dropped, never lost."""

from __future__ import annotations

import pytest

from hoso.records.leaves import arrangement_faults, is_arranged, leaves_of, next_scan, scans_of
from hoso.records.model import Document, Dropped, Leaf


def paper(pages=3, **facts):
    made = Document()
    made.pages = pages
    for name, value in facts.items():
        setattr(made, name, value)
    return made


def test_a_paper_shows_its_original_until_somebody_says_otherwise():
    plain = paper()

    assert leaves_of(plain) == tuple(Leaf("original", page, 0) for page in (1, 2, 3))
    assert not is_arranged(plain)
    assert scans_of(plain) == {"original": 3}


def test_a_scan_that_was_split_shows_what_was_not_set_apart():
    split = paper(dropped=(Dropped("original", 1, "separator"),))

    assert [leaf.page for leaf in leaves_of(split)] == [2, 3]
    assert scans_of(split) == {"original": 3}


def test_the_pages_of_every_scan_are_counted_whether_shown_or_not():
    arranged = paper(
        2,
        leaves=(Leaf("original", 2, 180), Leaf("rescan-1", 1)),
        dropped=(Dropped("original", 1, "blank"), Dropped("original", 3, "rescanned")),
        renditions={"original": 1, "rescan-1": 1, "rescan-2": 1, "text": 1},
    )

    assert scans_of(arranged) == {"original": 3, "rescan-1": 1}
    assert is_arranged(arranged)
    assert next_scan(arranged) == "rescan-3"
    assert next_scan(paper()) == "rescan-1"


A, B, C = (Leaf("original", page) for page in (1, 2, 3))
NO_B = Dropped("original", 2, "blank")


@pytest.mark.parametrize(
    ("leaves", "dropped", "wrong"),
    [
        ((C, A, B), (), 0),
        ((C, A), (NO_B,), 0),
        ((C, A._replace(turn=270)), (NO_B,), 0),
        ((A, C), (), 1),  # the second page is nowhere
        ((A, B, C), (NO_B,), 1),  # shown and dropped
        ((A, B, C, A), (), 1),
        ((A, B, C, Leaf("original", 4), Leaf("rescan-1", 1)), (), 2),
        ((A, C), (NO_B._replace(why=""),), 1),
        ((A, B, C._replace(turn=45)), (), 1),
        ((), tuple(Dropped("original", page, "blank") for page in (1, 2, 3)), 1),
    ],
)
def test_no_page_is_lost_nor_shown_twice(leaves, dropped, wrong):
    assert len(arrangement_faults(leaves, dropped, {"original": 3})) == wrong
