"""Stock-taking: every line judged by hand on a shelf with two boxes."""

from __future__ import annotations

import pytest

from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Unit
from hoso.stacks import places, stocktaking
from hoso.stacks.model import Stacks
from hoso.stacks.stocktaking import Expected, Read, compare

#: Shelf G with boxes A and B; 1 and 2 lie in A, 3 in B; 4 in B is lent to Trần.
INSIDE = {"G": "K", "A": "G", "B": "G"}
EXPECTED = [
    Expected("place", "A", "G"),
    Expected("place", "B", "G"),
    Expected("dossier", "1", "A"),
    Expected("dossier", "2", "A"),
    Expected("dossier", "3", "B"),
    Expected("dossier", "4", "B", "Trần"),
]
BELONGS = {"1": "A", "2": "A", "3": "B", "4": "B", "9": "Z"}


def dossier(key, here="", lent_to=""):
    return Read(f"hoso:dossier:{key}", "dossier", key, here, BELONGS.get(key, ""), lent_to)


def box(code, here="", belongs="G"):
    return Read(f"hoso:place:{code}", "place", code, here, belongs)


def found(reads):
    outcome = compare(EXPECTED, reads, inside=INSIDE)
    return [(line.what, line.key, line.found) for line in outcome.lines if line.what != "found"]


def test_nothing_is_read_everything_is_missing_but_what_is_lent():
    assert found([]) == [
        ("missing", "1", ""),
        ("missing", "2", ""),
        ("missing", "3", ""),
        ("missing", "A", ""),
        ("missing", "B", ""),
        ("lent", "4", ""),
    ]


def test_all_is_there():
    reads = [box("A"), dossier("1", "A"), dossier("2", "A"), box("B"), dossier("3", "B")]
    outcome = compare(EXPECTED, reads, inside=INSIDE)

    assert outcome.agrees
    assert (outcome.count("found"), outcome.count("lent")) == (3, 1)


def test_who_reads_no_box_means_somewhere_on_the_shelf():
    assert found([dossier("1"), dossier("2"), dossier("3")]) == [("lent", "4", "")]


def test_a_dossier_in_the_wrong_box_of_the_shelf():
    reads = [box("A"), dossier("1", "A"), box("B"), dossier("2", "B"), dossier("3", "B")]

    assert found(reads) == [("elsewhere", "2", "B"), ("lent", "4", "")]


def test_a_dossier_of_another_shelf_and_one_that_has_no_place():
    reads = [dossier("1"), dossier("2"), dossier("3"), dossier("9", "A"), dossier("8", "A")]

    assert found(reads) == [("elsewhere", "8", "A"), ("elsewhere", "9", "A"), ("lent", "4", "")]


def test_a_lent_dossier_that_lies_there_is_told():
    reads = [dossier("1"), dossier("2"), dossier("3"), dossier("4", "B", "Trần")]

    assert found(reads) == [("back", "4", "B")]


def test_a_label_nobody_knows_is_told():
    reads = [dossier("1"), dossier("2"), dossier("3"), Read("8934563138165")]

    assert found(reads) == [("unknown", "8934563138165", ""), ("lent", "4", "")]


def test_a_box_that_belongs_elsewhere_and_one_on_the_wrong_shelf():
    strange = box("C", belongs="H")
    moved = Read("hoso:place:B", "place", "B", "A", "G")

    assert ("elsewhere", "C", "") in found([strange])
    assert ("elsewhere", "B", "A") in found([moved])


def test_an_empty_box_is_missing_until_its_label_is_read():
    nothing = [Expected("place", "A", "G")]

    assert not compare(nothing, [], inside=INSIDE).agrees
    assert compare(nothing, [box("A")], inside=INSIDE).agrees


@pytest.fixture
def shelf():
    stacks = Stacks()
    made = places.add_place(
        stacks,
        code="K",
        kind="store",
        label="Kho",
        parent=None,
        unit=Unit("goc", "Đơn vị Mẫu", "SO", 1),
        faults=[],
        at="2026-03-02T02:00:00.000000Z",
        by="luu",
    )
    return stacks, made


WHO = {"at": "2026-03-02T02:00:00.000000Z", "by": "luu"}


def test_one_stock_take_of_a_place_at_a_time(shelf):
    stacks, place = shelf
    count = stocktaking.open_count(stacks, place, **WHO)
    with pytest.raises(Invalid):
        stocktaking.open_count(stacks, place, **WHO)
    outcome = compare([], [], inside={"K": ""})
    stocktaking.close_count(stacks, count, outcome, conclusion="Đủ", witness="Mẫu", **WHO)

    assert stocktaking.open_count(stacks, place, **WHO) is not count


def test_a_closed_one_takes_no_more_labels_and_keeps_its_lines(shelf):
    stacks, place = shelf
    count = stocktaking.open_count(stacks, place, **WHO)
    stocktaking.read_label(count, "x", here="", **WHO)
    outcome = compare([], [Read("x")], inside={"K": ""})
    with pytest.raises(Invalid) as wrong:
        stocktaking.close_count(stacks, count, outcome, conclusion=" ", witness="", **WHO)
    assert {fault.field for fault in wrong.value.faults} == {"conclusion", "witness"}
    stocktaking.close_count(stacks, count, outcome, conclusion="Đủ", witness="Mẫu", **WHO)

    assert [(line.what, line.key) for line in count.lines.values()] == [("unknown", "x")]
    with pytest.raises(Conflict):
        stocktaking.read_label(count, "y", here="", **WHO)
    with pytest.raises(Conflict):
        stocktaking.close_count(stacks, count, outcome, conclusion="Đủ", witness="Mẫu", **WHO)
