"""The container of everything that grows."""

from __future__ import annotations

import pytest

from hoso.kernel.tree import Folder, lineage


@pytest.fixture
def folder():
    made = Folder()
    made.__name__ = "top"
    for name in ("c", "a", "b"):
        made.add(name, Folder())
    return made


def test_children_come_in_the_order_of_names(folder):
    assert list(folder) == list(folder.names()) == ["a", "b", "c"]
    assert [child.__name__ for child in folder.values()] == ["a", "b", "c"]


def test_a_child_knows_its_place(folder):
    assert folder["a"].__name__ == "a"
    assert folder["a"].__parent__ is folder


def test_a_taken_name_is_refused_and_the_newcomer_left_alone(folder):
    kept, newcomer = folder["a"], Folder()

    with pytest.raises(KeyError):
        folder.add("a", newcomer)

    assert folder["a"] is kept
    assert newcomer.__parent__ is None


def test_a_removed_child_has_no_parent(folder):
    child = folder.remove("a")

    assert child.__parent__ is None
    assert "a" not in folder
    assert folder.get("a") is None


def test_an_unknown_name_is_a_key_error(folder):
    with pytest.raises(KeyError):
        folder["x"]


def test_names_can_be_asked_from_and_to(folder):
    assert list(folder.names("b")) == ["b", "c"]
    assert list(folder.names("a", "b")) == ["a", "b"]


def test_an_empty_folder_is_still_there():
    assert bool(Folder())


def test_the_lineage_runs_from_a_record_to_the_root(folder):
    leaf = Folder()
    folder["a"].add("leaf", leaf)

    assert [place.__name__ for place in lineage(leaf)] == ["leaf", "a", "top"]
