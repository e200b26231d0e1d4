"""Places and what lies in them: one paper in one place, one code for one box for ever."""

from __future__ import annotations

import pytest

from hoso.kernel.errors import Conflict, Invalid
from hoso.records.model import Unit
from hoso.stacks import places
from hoso.stacks.model import Stacks

WHO = {"at": "2026-03-02T02:00:00.000000Z", "by": "luu"}
UNIT = Unit("goc", "Đơn vị Mẫu", "SO", 1)


@pytest.fixture
def stacks():
    return Stacks()


@pytest.fixture
def add(stacks):
    def make(code, kind="box", parent=None, label="Hộp hồ sơ", unit=UNIT):
        return places.add_place(
            stacks, code=code, kind=kind, label=label, parent=parent, unit=unit, faults=[], **WHO
        )

    return make


@pytest.fixture
def box(add):
    shelf = add("K1.G1", "shelf", add("K1", "store", label="Kho 1"))
    return add("K1.G1.H1", "box", shelf)


@pytest.fixture
def put(stacks):
    def lay(record, place, position=0, **more):
        return places.put(
            stacks, record, place, position=position, **{"why": "", "faults": [], **WHO, **more}
        )

    return lay


def faults_of(error):
    return {fault.field for fault in error.value.faults}


def test_a_box_knows_the_way_from_the_store(box):
    assert [place.code for place in places.path_of(box)] == ["K1", "K1.G1", "K1.G1.H1"]


def test_a_code_is_the_same_in_capitals_and_small_letters(add, box):
    with pytest.raises(Invalid) as wrong:
        add("k1.g1.h1", "box", box.parent)

    assert faults_of(wrong) == {"code"}


@pytest.mark.parametrize("code", ["", "Hộp-1", "a b", "-a", "a-", "x" * 41, "a/b", "ａ"])
def test_a_code_is_one_a_scanner_can_type(add, code):
    with pytest.raises(Invalid) as wrong:
        add(code, "store")

    assert "code" in faults_of(wrong)


def test_all_that_is_wrong_with_a_place_is_said_at_once(add):
    with pytest.raises(Invalid) as wrong:
        add("?", "room", label=" ")

    assert faults_of(wrong) == {"code", "kind", "label"}


@pytest.mark.parametrize(
    ("kind", "inside"), [("box", "box"), ("shelf", "box"), ("store", "shelf"), ("box", "")]
)
def test_a_place_stands_in_a_larger_one(add, box, kind, inside):
    parent = {"box": box, "shelf": box.parent, "": None}[inside]

    with pytest.raises(Invalid) as wrong:
        add("X", kind, parent)

    assert faults_of(wrong) == {"parent"}


def test_papers_lie_one_behind_the_other_or_where_they_are_put(box, put):
    put(11, box)
    put(12, box, 5)
    put(13, box)

    assert dict(box.contents) == {1: 11, 5: 12, 6: 13}


def test_two_papers_are_never_at_one_position(box, put):
    put(11, box, 3)

    with pytest.raises(Invalid) as wrong:
        put(12, box, 3)

    assert str(wrong.value.faults[0]) == "position: Position 3 is taken; the next free one is 4."


def test_a_paper_is_in_one_place_and_its_way_is_remembered(add, box, put):
    other = add("K1.G1.H2", "box", box.parent)
    put(11, box)
    holding = put(11, other, why="Sắp xếp lại")

    assert (dict(box.contents), dict(other.contents)) == ({}, {1: 11})
    assert [(s.before, s.after, s.position, s.why, s.by) for s in holding.shifts] == [
        ("", "K1.G1.H1", 1, "", "luu"),
        ("K1.G1.H1", "K1.G1.H2", 1, "Sắp xếp lại", "luu"),
    ]


def test_papers_do_not_lie_loose_in_a_store(box, put):
    with pytest.raises(Invalid) as wrong:
        put(11, places.path_of(box)[0])

    assert faults_of(wrong) == {"place"}


def test_what_lies_there_already_is_not_moved(box, put):
    put(11, box, 2)

    for position in (0, 2):
        with pytest.raises(Invalid):
            put(11, box, position)
    assert put(11, box, 4).position == 4
    assert dict(box.contents) == {4: 11}


def test_a_box_is_moved_with_what_is_in_it(add, box, put):
    put(11, box)
    other = add("K1.G2", "shelf", box.parent.parent)
    places.move_place(box, other, why="", faults=[], **WHO)

    assert [place.code for place in places.path_of(box)] == ["K1", "K1.G2", "K1.G1.H1"]
    assert list(box.parent.below) == ["K1.G1.H1"]
    assert list(places.path_of(box)[0].below["K1.G1"].below) == []
    assert dict(box.contents) == {1: 11}


def test_a_full_box_is_not_ended_an_empty_one_keeps_its_code_for_ever(add, box, put, stacks):
    put(11, box)
    with pytest.raises(Invalid):
        places.end_place(stacks, box, **WHO)
    put(11, add("K1.G1.H2", "box", box.parent))
    places.end_place(stacks, box, **WHO)

    assert list(box.parent.below) == ["K1.G1.H2"]
    with pytest.raises(Invalid) as wrong:
        add("K1.G1.H1", "box", box.parent)
    assert "never used twice" in str(wrong.value)
    with pytest.raises(Invalid):
        put(12, box)


def test_who_saw_an_older_state_is_told_who_changed_it(box, put):
    holding = put(11, box)

    places.check_revision(holding, 1)
    with pytest.raises(Conflict) as told:
        places.check_revision(holding, 0)
    assert told.value.facts["by"] == "luu"
    places.check_revision(None, 0)
    places.check_revision(holding, None)


def test_a_paper_with_a_place_of_its_own_goes_back_into_its_dossier(box, put):
    holding = put(11, box)
    places.lay_back(holding, why="Đọc xong", **WHO)

    assert (holding.place, dict(box.contents)) == (None, {})
    assert holding.shifts[-1][2:4] == ("K1.G1.H1", "")
    with pytest.raises(Invalid):
        places.lay_back(holding, why="", **WHO)
