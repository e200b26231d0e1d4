"""``hoso marks``: what wants a look, and telling of what ended by itself, once."""

from __future__ import annotations

import json

import pytest

from hoso.cli.main import main
from hoso.desk import marking
from hoso.testing.things import a_filed_paper

DECISION = {"level": "2", "basis": "Mục 3", "determiner": "Giám đốc", "decision": "7/QĐ-M"}


@pytest.fixture
def marked(site, as_):
    """Three papers: one whose mark has long ended, one without an end, one nobody decided on."""
    with as_("officer") as desk:
        here = desk.site.dossiers["T-0001"]
        papers = [a_filed_paper(desk, here, words=word, title=word) for word in ("a", "b")]
        ended = {**DECISION, "decided": "01/02/2021", "until": "01/02/2026"}
        for paper, typed in zip(papers, (ended, DECISION), strict=True):
            marking.determine(desk, paper, typed=typed, revision=paper.revision)
        bare = a_filed_paper(desk, here, words="c", level=2)
        found = [paper.uid for paper in (*papers, bare)]
    site.close()
    return found


def test_a_mark_that_ended_is_told_of_once_and_listed(site, marked, capsys):
    def run(*words):
        capsys.readouterr()
        assert main(["--site", str(site.path), *words]) == 0
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert run("marks", "sweep", "--json") == [{"ended": 1, "sealed": 0}]
    assert run("marks", "sweep", "--json") == [{"ended": 0, "sealed": 0}]
    lines = run("marks", "list", "--as", "officer", "--json")
    ended, endless, bare = marked
    assert {line["list"]: line["id"] for line in lines if line["list"] != "ended"} == {
        "endless": endless, "bare": bare, "owed": ended,
    }  # fmt: skip
    shown = run("dossier", "show", "T-0001", "--as", "officer", "--json")[0]["documents"]
    assert {one["id"]: one["level"] for one in shown} == {ended: 1, endless: 2, bare: 2}
