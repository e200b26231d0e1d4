"""Where a large package is cut: whole documents, in order, as many as fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bags import a_file, a_package
from hypothesis import given
from hypothesis import strategies as st

from hoso.preservation.package import Description
from hoso.preservation.segments import Weight, cuts, segments_of


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], ()),
        ([(1, 10)], (("0",),)),
        ([(2, 10), (1, 10)], (("0", "1"),)),  # exactly three files
        ([(2, 10), (2, 10)], (("0",), ("1",))),  # a fourth file does not fit
        ([(1, 60), (1, 40), (1, 1)], (("0", "1"), ("2",))),  # exactly 100 bytes
        ([(9, 900), (1, 1)], (("0",), ("1",))),  # larger than the limits by itself
        ([(1, 1), (9, 900), (1, 1)], (("0",), ("1",), ("2",))),
    ],
)
def test_a_cut_is_made_where_the_next_document_does_not_fit(sizes, expected):
    weights = [Weight(str(n), files, octets) for n, (files, octets) in enumerate(sizes)]

    assert cuts(weights, most_files=3, most_octets=100) == expected


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(0, 120)), max_size=30))
def test_every_document_is_in_one_segment_and_none_is_over_but_by_one_document(sizes):
    weights = [Weight(str(n), files, octets) for n, (files, octets) in enumerate(sizes)]

    found = cuts(weights, most_files=3, most_octets=100)

    assert [one for part in found for one in part] == [one.document for one in weights]
    for part in found:
        inside = [weights[int(one)] for one in part]
        fits = sum(w.files for w in inside) <= 3 and sum(w.octets for w in inside) <= 100
        assert fits or len(part) == 1


def test_a_package_that_fits_is_its_own_only_segment():
    package = a_package()

    assert segments_of(package, most_files=10_000, most_octets=4 << 30) == (package,)


def test_the_files_of_a_large_one_are_shared_out_and_none_is_lost():
    package = a_package()

    parts = segments_of(package, most_files=1, most_octets=4 << 30)

    assert len(parts) == 3
    assert sorted(file.name for part in parts for file in part.files) == sorted(
        file.name for file in package.files
    )
    assert [(part.part.number, part.part.count, part.part.ordinals) for part in parts] == [
        (1, 3, (1,)),
        (2, 3, (2,)),
        (3, 3, (3,)),
    ]


def test_a_cut_follows_the_documents_in_whatever_order_their_files_come():
    """The first and the third document have one file each, the second has two."""
    files = [a_file(f"{uid}/{n}.pdf", b"x", document=uid) for uid, n in ORDER]

    for order in (files, files[::-1]):
        parts = segments_of(a_package(files=tuple(order)), most_files=3, most_octets=4 << 30)

        assert [[one.uid for one in part.documents] for part in parts] == [["d1", "d2"], ["d3"]]


ORDER = (("d2", 1), ("d1", 1), ("d3", 1), ("d2", 2))


def test_a_document_of_which_the_paper_alone_is_kept_is_left_to_the_master():
    package = a_package()
    described = (*package.documents, Description("d9", {}, {}))
    events = (*package.events, {"type": "ingestion", "document": "d9"}, {"document": "d2"})

    parts = segments_of(
        replace(package, documents=described, events=events), most_files=1, most_octets=4 << 30
    )

    assert [one.uid for part in parts for one in part.documents] == ["d1", "d2", "d3"]
    assert [part.events for part in parts] == [(), ({"document": "d2"},), ()]
