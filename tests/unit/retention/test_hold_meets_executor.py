"""What the executor meets while it has its hand on a record: a hold, a seal put on meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from hoso.app import executing as job
from hoso.app.fixity import read_round
from hoso.desk import disposal_papers, disposing, disposing_executing, disposing_review
from hoso.desk.holding import place_hold
from hoso.ingest import queue
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.model import Source
from hoso.records.sealing import seal
from hoso.retention import holds
from hoso.retention.disposing.freezing import contents_of
from hoso.testing.disposals import COUNCIL, a_due_dossier, a_second_head
from hoso.testing.things import a_paper


@pytest.fixture(autouse=True)
def _no_typesetting(monkeypatch):
    monkeypatch.setattr(disposal_papers, "write", lambda *_args, **_words: {})


@pytest.fixture
def number(as_):
    with as_("archivist") as desk:
        a_second_head(desk)
        a_due_dossier(desk, "H-1")
        list_ = disposing.propose(
            desk,
            desk.site.unit_by_key["nhanh"],
            codes=["H-1"],
            title="Hết hạn",
            explanation="Rà soát",
        )
        found = list_.number
        disposing_review.name_council(
            desk, list_, number="5/QĐ", decided="01/03/2026", members=COUNCIL, revision=None
        )
    for login, _ in COUNCIL:
        with as_(login) as desk:
            disposing_review.give_opinion(
                desk, disposing.find(desk, found), votes={1: ("destroy", "")}
            )
    with as_("archivist") as desk:
        disposing_review.close_review(desk, disposing.find(desk, found), revision=None)
    with as_("boss") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, found),
            number="9/QĐ",
            decided="02/03/2026",
            signer="Chủ Mẫu",
            revision=None,
        )
    with as_("officer") as desk:
        disposing_executing.execute(desk, disposing.find(desk, found), number="9/QĐ", revision=None)
    return found


def holding_at(monkeypatch, site, name, number):
    """Let a court's hold be committed by somebody else once *name* is reached."""
    real, placed = getattr(disposing_executing, name), []

    def then(*args, **words):
        if not placed:
            placed.append(1)

            def place(connection):
                holds.place(
                    connection.root()["retention-holds"],
                    reason="Tòa án",
                    authority="12/CV-TA",
                    records=[number],
                    by="archivist",
                    at="2026-03-02T00:00:00.000000Z",
                )

            site.databases.attempt(place)
        return real(*args, **words)

    monkeypatch.setattr(disposing_executing, name, then)
    return placed


def line_of(as_, number):
    with as_("archivist") as desk:
        line = disposing.find(desk, number).lines[1]
        return line.record, line.state, {reason.code for reason in line.reasons}


def test_a_hold_committed_while_a_dossier_goes_into_the_bin_keeps_it(
    as_, site, number, monkeypatch
):
    record, *_ = line_of(as_, number)
    assert holding_at(monkeypatch, site, "into_bin", record) == []
    job.carry_out(site)
    assert line_of(as_, number)[1:] == ("blocked", {"held"})


@pytest.mark.parametrize("name", ["destroy", "certify"])
def test_a_hold_committed_while_a_dossier_is_destroyed_keeps_it_in_the_bin(
    as_, site, clock, number, monkeypatch, name
):
    job.carry_out(site)
    record, state, _ = line_of(as_, number)
    assert state == "binned"
    clock.advance(timedelta(days=11))
    placed = holding_at(monkeypatch, site, name, record)
    job.destroy_due(site)
    assert placed
    assert line_of(as_, number)[1:] == ("binned", {"held"})


def test_the_second_copy_lets_go_of_what_was_copied_before_it_was_sealed(
    as_, site, clock, number, tmp_path
):
    site.settings = replace(site.settings, second_copy=tmp_path / "second")
    list(read_round(site))
    copy = SecondCopy(tmp_path / "second")
    with as_("archivist") as desk:
        record, *_ = line_of(as_, number)
        papers = list(desk.site.by_id[record].values())
        digests = [paper.sha256 for paper in papers]
        for paper in papers:
            seal(paper)
            # The council saw the papers as they are; only the second copy is asked about here.
        line = disposing.find(desk, number).lines[1]
        line.frozen = line.frozen._replace(papers=contents_of(desk.site.by_id[record]).papers)
    assert all(copy.path_of(one).exists() for one in digests)

    job.carry_out(site)
    clock.advance(timedelta(days=11))
    assert job.destroy_due(site) == 1

    assert not any(copy.path_of(one).exists() for one in digests)


def test_a_hold_on_the_scan_its_papers_were_split_off_keeps_a_dossier(as_, site, clock, number):
    with as_("archivist") as desk:
        scan = a_paper(desk, words="Cả xấp")
        record, *_ = line_of(as_, number)
        papers = list(desk.site.by_id[record].values())
        scan.state, scan.parts = "split", tuple(paper.uid for paper in papers)
        queue.remove(desk.root, scan)
        for paper in papers:
            paper.source = Source(scan.uid, scan.sha256, (1,))
        number_of_scan = scan.id
        place_hold(desk, scan, reason="Tòa án", authority="12/CV-TA")

    job.carry_out(site)

    assert line_of(as_, number)[1:] == ("blocked", {"held"})
    with as_("archivist") as desk:
        assert number_of_scan in desk.site.by_id
