"""A disposal from the proposal to the certificate, and everything that stands against it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.access.model import Account
from hoso.app import executing as job
from hoso.desk import disposing, disposing_certificate, disposing_executing, disposing_review
from hoso.desk.holding import place_hold
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing, NotReady
from hoso.records.model import Dossier
from hoso.retention.disposing import book
from hoso.storage.shredding import files_of, oid_of
from hoso.testing.things import a_dossier, a_filed_paper

COUNCIL = (("boss", "chair"), ("archivist", "secretary"), ("head", "unit"), ("officer", "expert"))


@pytest.fixture
def office(as_):
    """A second head above, so that chair, secretary, unit and expert are four persons."""
    with as_("archivist") as desk:
        boss = Account("boss", "Chủ Mẫu")
        boss.must_change, boss.clearance, boss.issued_at = False, 4, desk.now
        boss.roles = (Held("unit-head", desk.site.unit_by_key["goc"].number, "", "", "1/QĐ"),)
        accounts_of(desk.root).by_login["boss"] = boss


@pytest.fixture
def due(as_, office):
    """Three dossiers of exam papers whose period is over since years, two papers in each."""
    with as_("archivist") as desk:
        for code in ("H-1", "H-2", "H-3"):
            dossier = a_dossier(
                desk, code=code, type_="exam-papers", name=f"Kỳ thi {code}", birth_date="",
                state="closed", ended="2012-06-30",
            )
            for number in (1, 2):
                a_filed_paper(desk, dossier, words=f"Bài thi {code} {number}", type_="K01")
    return ("H-1", "H-2", "H-3")


def proposed(as_, codes, **words):
    with as_("archivist") as desk:
        said = {"title": "Hồ sơ thi hết hạn", "explanation": "Rà soát 2026"} | words
        list_ = disposing.propose(desk, desk.site.unit_by_key["nhanh"], codes=codes, **said)
        return list_.number


def reviewed(as_, number, *, keep=()):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        disposing_review.name_council(
            desk, list_, number="5/QĐ", decided="01/03/2026", members=COUNCIL, revision=None
        )
        lines = list(list_.lines)
    for login, _ in COUNCIL:
        with as_(login) as desk:
            votes = {n: ("keep", "Còn cần") if n in keep else ("destroy", "") for n in lines}
            disposing_review.give_opinion(desk, disposing.find(desk, number), votes=votes)
    with as_("archivist") as desk:
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)


def approved(as_, number, *, decided="02/03/2026", decision="9/QĐ"):
    with as_("boss") as desk:
        disposing_review.approve(
            desk, disposing.find(desk, number), number=decision, decided=decided,
            signer="Chủ Mẫu", revision=None,
        )


def begun(as_, number, *, who="officer", decision="9/QĐ"):
    with as_(who) as desk:
        return disposing_executing.execute(
            desk, disposing.find(desk, number), number=decision, revision=None
        )


def states(as_, number):
    with as_("archivist") as desk:
        list_ = disposing.find(desk, number)
        return list_.state, [line.state for line in list_.lines.values()]


def dossier_of(desk, code):
    return desk.site.dossiers[code]


def test_a_disposal_goes_through_four_hands_to_its_certificate(as_, site, clock, due, entries):
    number = proposed(as_, due)
    assert states(as_, number) == ("proposed", ["proposed"] * 3)
    reviewed(as_, number, keep=(3,))
    assert states(as_, number) == ("reviewed", ["agreed", "agreed", "kept"])
    approved(as_, number)
    with as_("archivist") as desk:
        oids = [
            oid_of(rendition.blob)
            for code in ("H-1", "H-2")
            for paper in dossier_of(desk, code).values()
            for rendition in paper.renditions.values()
        ]
        uids = [dossier_of(desk, code).uid for code in ("H-1", "H-2")]
        digests = [paper.sha256 for paper in dossier_of(desk, "H-1").values()]
    assert len(files_of(site.databases, oids)) == len(oids) > 0

    assert begun(as_, number) == 2
    assert job.carry_out(site) == 2
    assert states(as_, number) == ("binned", ["binned", "binned", "kept"])
    with as_("archivist") as desk:
        with pytest.raises(Missing):
            desk.find("H-1", Dossier)
        assert "H-3" in desk.site.dossiers
    assert len(files_of(site.databases, oids)) == len(oids)
    assert job.destroy_due(site) == 0

    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 2
    assert job.remove_files(site) == 2
    assert files_of(site.databases, oids) == []
    assert states(as_, number) == ("closed", ["destroyed", "destroyed", "kept"])
    with as_("auditor") as desk:
        made = disposing_certificate.find_destroyed(desk, "H-1")
        said = disposing_certificate.certificate(desk, made)
    assert said["uid"] == uids[0]
    assert sorted(digests) == sorted(paper["sha256"] for paper in said["papers"])
    assert (said["proposed"]["by"], said["decision"]["by"], said["destroyed"]["by"]) == (
        "archivist", "boss", "officer",
    )
    # 12 March 2026 and ninety days; twenty years, to the end of the year.
    assert (said["backups_until"], said["keep_until"]) == ("2026-06-10", "2046-12-31")
    assert said["bytes_gone_at"]
    assert [vote["says"] for vote in said["council"]["votes"]] == ["destroy"] * 4
    with as_("clerk") as desk, pytest.raises(Missing):
        disposing_certificate.find_destroyed(desk, "H-1")
    told = [entry.verb for entry in entries() if entry.verb.startswith("disposal.")]
    assert told.count("disposal.line-destroyed") == 2
    assert told.count("disposal.bytes-removed") == 2
