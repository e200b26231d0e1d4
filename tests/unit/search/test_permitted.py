"""Nobody learns anything of what he may not find: not from hits, totals, facets or names."""

from __future__ import annotations

import inspect
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from search_archive import Archive

from hoso.kernel.errors import Invalid
from hoso.search.engine import Engine
from hoso.search.language import parse
from hoso.search.permitted import Permitted

_TOKENS = ["u1:1", "u1:2", "u2:1", "u12:1", "plan:1", "o77:0", "i1:4", "u1", "u*:1", "u1:.*"]
_token_sets = st.frozensets(st.sampled_from(_TOKENS), max_size=4)
_paper = st.fixed_dictionaries(
    {
        "acl": _token_sets.map(tuple),
        "kind": st.sampled_from(["document", "item", "dossier"]),
        "text": st.lists(st.sampled_from(["cán", "bộ", "công", "nâng", "lương"]), max_size=6).map(
            " ".join
        ),
        "person": st.sampled_from(["Nguyễn Văn Mẫu", "Trần Thị Thử", ""]),
        "number": st.sampled_from(["", "14", "141", "145"]),
        "type": st.integers(0, 3),
        "form": st.integers(0, 2),
        "year": st.integers(1990, 1994),
        "unit": st.integers(1, 3),
        "level": st.integers(0, 4),
        "section": st.integers(0, 2),
    }
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(papers=st.lists(_paper, max_size=12), people=st.lists(_token_sets, min_size=1, max_size=5))
def test_an_answer_is_what_a_plain_reading_of_the_tokens_gives(papers, people):
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder))
        try:
            archive.file(dict(enumerate(papers, 1)))
            archive.follower.catch_up()
            engine = Engine(archive.path)
            for tokens in people:
                _compare(engine, dict(enumerate(papers, 1)), tokens)
        finally:
            archive.close()


def _compare(engine, papers, tokens):
    allowed = {n: p for n, p in papers.items() if tokens & set(p["acl"])}
    for typed, holds in (
        ("", lambda p: True),
        ("lương", lambda p: "lương" in p["text"].split()),
        ("-lương", lambda p: "lương" not in p["text"].split()),
    ):
        found = {n: p for n, p in allowed.items() if holds(p)}
        page = engine.search(parse(typed), Permitted(tokens), limit=50)
        assert ({hit.id for hit in page.hits}, page.total) == (set(found), len(found))
        for name in ("type", "form", "year", "unit", "level", "section"):
            assert page.facets[name] == Counter(p[name] for p in found.values())
    dossiers = {n for n, p in allowed.items() if p["kind"] == "dossier"}
    total, hits = engine.dossiers("", Permitted(tokens))
    assert (total, {hit.id for hit in hits}) == (len(dossiers), dossiers)
    named = {n for n in dossiers if papers[n]["person"].startswith("Nguyễn")}
    who = Permitted(tokens)
    assert {h.id for h in engine.suggest("nguy", who, limit=50)} == named
    numbers = {p["number"] for p in allowed.values() if p["kind"] != "dossier" and p["number"]}
    offered = engine.suggest("14", who, papers=who, kinds=["number"], limit=50)
    assert {papers[one.id]["number"] for one in offered} == numbers
    assert {one.id for one in offered} <= allowed.keys()


def test_no_token_finds_nothing(archive, find):
    archive.file({1: {"text": "lương", "acl": ()}, 2: {"text": "lương"}})
    engine = find()
    nobody = Permitted(frozenset())

    for typed in ("", "lương", "-x", "lươ*"):
        page = engine.search(parse(typed), nobody)
        assert (page.total, page.hits) == (0, ())
        assert not any(page.facets.values())
    assert engine.suggest("n", nobody) == []
    assert engine.dossiers("", nobody) == (0, [])


@pytest.mark.parametrize("token", ["", None, 7])
def test_a_token_is_a_text(token):
    with pytest.raises((ValueError, TypeError)):
        Permitted(frozenset({token}))


def test_the_filter_cannot_be_typed(archive, find):
    archive.file({1: {"text": "lương", "acl": ("u9:4",)}})
    engine = find()

    for typed in ("acl u9:4", '"u9:4"', "lương) OR (acl :u9"):
        assert engine.search(parse(typed), Permitted(frozenset({"u1:1"}))).total == 0
    with pytest.raises(Invalid, match="no filter acl"):
        parse("lương acl:u9")


def test_every_method_that_finds_takes_whom_for():
    harmless = {"generation", "reload", "covers", "wait_for"}
    for name, member in vars(Engine).items():
        if not name.startswith("_") and name not in harmless:
            asked = inspect.signature(member).parameters.values()
            assert any("Permitted" in str(one.annotation) for one in asked), name
