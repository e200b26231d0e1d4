"""What is offered while somebody types: kinds told apart, inside what he may find only."""

from __future__ import annotations

import pytest
from search_archive import ME

from hoso.search.permitted import Late, Limited, Permitted
from hoso.search.picks import picks, starts

PAPERS = {
    1: {"number": "14", "symbol": "QĐ-THLT", "agency": "Trường Tiểu học Lương Thế Vinh"},
    2: {"number": "141", "symbol": "QĐ-UBND", "agency": "Ủy ban nhân dân quận Gò Vấp"},
    3: {"number": "014", "symbol": "TB-SNV", "agency": "Sở Nội vụ"},
    4: {"number": "7", "symbol": "CV-SNV"},
    11: {"kind": "dossier", "person": "Nguyễn Thị Ngọc Thu", "number": "M-0014"},
    12: {"kind": "dossier", "person": "Trần Văn Thức", "number": "M-0015"},
}


def offered(engine, typed, who=ME, **more):
    found = engine.suggest(typed, who, papers=who, **more)
    return [(one.what, one.id) for one in found]


@pytest.fixture
def engine(archive, find):
    archive.file(PAPERS)
    return find()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("14", [("number", 1), ("number", 3), ("number", 2)]),
        ("14/q", [("number", 1)]),
        ("014", [("number", 1), ("number", 3), ("number", 2)]),
        ("thu", [("person", 11), ("person", 12)]),
        ("Thứ", [("person", 11), ("person", 12)]),
        ("nguyen thu", [("person", 11)]),
        ("Thu Nguyễn", [("person", 11)]),
        ("lương thế", [("agency", 1)]),
        ("noi vu", [("agency", 3)]),
        ("m-0015", [("person", 12)]),
        ("xyz", []),
        ("*", []),
        (".*", []),
    ],
)
def test_people_numbers_and_agencies_are_offered(engine, typed, found):
    assert offered(engine, typed) == found


def test_an_agency_is_offered_once_however_it_is_spelt(archive, find):
    spelt = ("Sở Nội vụ", "SỞ NỘI VỤ", "So Noi vu", "Sở  Nội  Vụ")
    archive.file({n: {"agency": spelt[n % 4]} for n in range(1, 200)})

    assert [one.what for one in find().suggest("noi v", ME, papers=ME)] == ["agency"]


def test_without_papers_only_people_are_offered(engine):
    assert [one.what for one in engine.suggest("n", ME)] == ["person"]
    assert engine.suggest("14", ME, papers=ME, kinds=["agency"]) == []


def test_what_others_may_see_neither_shows_nor_moves_anything(archive, engine):
    before = [offered(engine, typed) for typed in ("14", "thu", "so", "uy")]
    archive.file(
        {
            **{n: {"number": f"14{n}", "acl": ("u9:1", "u1:2")} for n in range(100, 200)},
            **{n: {"agency": f"Sở {n}", "acl": ("u1:3",)} for n in range(200, 300)},
            **{
                n: {"kind": "dossier", "person": f"Thu {n}", "acl": ("u2:1",)}
                for n in range(300, 400)
            },
        }
    )
    archive.follower.catch_up()

    assert [offered(engine, typed) for typed in ("14", "thu", "so", "uy")] == before


def test_what_is_shut_by_type_does_not_crowd_out_what_is_open(archive, find):
    archive.file({n: {"number": str(n), "type": 5} for n in range(1900, 1990)})
    archive.file({1: {"number": "1999", "type": 6}})
    who = Permitted(frozenset(), (Limited(frozenset({"u1:1"}), frozenset({5})),))

    assert offered(find(), "19", who) == [("number", 1)]


def test_clearance_suffices_for_what_lies_below_it(archive, find):
    levels = {1: ("u1:0", "u1:1", "u1:2"), 2: ("u1:2",), 3: ("u1:1", "u1:2")}
    archive.file({n: {"number": f"88{n}", "acl": acl} for n, acl in levels.items()})
    engine = find()

    for level, found in (("u1:0", {1}), ("u1:1", {1, 3}), ("u1:2", {1, 2, 3})):
        who = Permitted(frozenset({level}))
        assert {one for _, one in offered(engine, "88", who)} == found


def test_what_was_taken_away_is_not_offered_though_its_terms_are_there(archive, engine):
    archive.file({1: None, 11: None})
    archive.follower.catch_up()

    assert offered(engine, "14/qd") == []
    assert offered(engine, "ngoc") == []


def test_what_changed_hands_a_moment_ago_is_not_offered(engine):
    late = Late(ids=frozenset({1, 11}))
    who = Permitted(ME.tokens, late=lambda _generation: late)

    assert offered(engine, "14/qd", who) == []
    assert offered(engine, "ngoc", who) == []


def test_a_term_is_written_for_the_least_clearance_only():
    acl = ("fu17:2", "fu17:3", "fu17:4", "fgan/clerk:2", "f=2", "plan")
    assert list(picks(acl, ["n14"])) == ["plan\tn14", "fgan/clerk:2\tn14", "fu17:2\tn14"]
    assert starts("fu17:2", "number", ["14"]) == ["fu17:0\tn14", "fu17:1\tn14", "fu17:2\tn14"]
