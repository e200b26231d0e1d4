"""What wants a person: nothing hardly readable or handwritten stands in a field unlooked at."""

from __future__ import annotations

import pytest

from hoso.desk.on_page import Place
from hoso.web.forms import Form
from hoso.web.readings import Box, Proposed
from hoso.web.shapes import Badge
from hoso.web.slots import filled, slots_of
from hoso.web.strips import strip_of


def proposed(given, *, sure=True, likely=True):
    return Proposed(given, given, 1, Badge(""), sure=sure, likely=likely)


def slot(values, proposals, *, faults=None, places=None, required=(), glance=(), boxes=()):
    form = Form(values, faults or {})
    made = slots_of(
        form,
        proposals,
        names=("number",),
        required=required,
        places=places or {},
        boxes=boxes,
        images={1: "/1"},
        glance=glance,
    )
    return made["number"]


HAND = {"number": Place(1, (0.1, 0.1, 0.3, 0.12))}


@pytest.mark.parametrize(
    ("case", "state"),
    [
        (({"number": "14"}, {"number": proposed("14")}), "sure"),
        (({"number": "14"}, {"number": proposed("14", sure=False)}), "look"),
        (({"number": ""}, {"number": proposed("14", likely=False, sure=False)}), "open"),
        (({"number": "15"}, {"number": proposed("14")}), ""),
        (({"number": ""}, {}), ""),
    ],
    ids=["clearly read", "fairly read", "hardly read", "typed otherwise", "nobody's"],
)
def test_the_state_of_a_field(case, state):
    assert slot(*case).state == state


def test_what_must_be_there_and_what_is_wrong_is_open():
    assert slot({"number": ""}, {}, required=("number",)).state == "open"
    assert slot({"number": "x"}, {}, faults={"number": ("!",)}).state == "open"


def test_what_is_written_by_hand_is_open_with_its_strip():
    found = slot({"number": ""}, {}, places=HAND)

    assert (found.state, found.by_hand, found.strip.page) == ("open", True, 1)


def test_one_of_several_people_wants_a_glance():
    assert slot({"number": "M-1"}, {}, glance=("number",)).state == "look"


def test_what_is_hardly_readable_is_not_filled_in():
    read = {"a": proposed("1"), "b": proposed("2", sure=False), "c": proposed("3", likely=False)}

    assert filled(read) == {"a": "1", "b": "2"}


def test_a_strip_is_cut_around_its_box_in_units_of_the_page_s_width():
    """A box of half the width in the middle of an A4 page, 0.02 high: what stands around it."""
    strip = strip_of((0.25, 0.5, 0.75, 0.52), page=1, images={1: "/p"})

    x, y, width, height = map(float, strip.view.split())
    assert x < 0.25
    assert x + width > 0.75
    assert y < 0.5 * 297 / 210
    assert y + height > 0.52 * 297 / 210
    assert height < 0.1


@pytest.mark.parametrize("box", [(0, 0, 0.01, 0.01), (0.99, 0.99, 1, 1), (-1, -1, 2, 2)])
def test_a_strip_never_leaves_the_page(box):
    x, y, width, height = map(float, strip_of(box, page=1, images={1: "/p"}).box.split())

    assert x >= 0
    assert y >= 0
    assert x + width <= 1.0001
    assert y + height <= 1.0001


def test_a_page_without_a_picture_has_no_strip():
    assert strip_of((0, 0, 1, 1), page=2, images={1: "/p"}) is None
    box = Box("number", 1, 0.1, 0.1, 0.1, 0.1)
    assert slot({"number": ""}, {}, boxes=(box,)).strip is not None
