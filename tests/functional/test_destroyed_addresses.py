"""The addresses of a destroyed dossier: its certificate for who may see it, nothing for others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from webtest import TestApp

from hoso.app import executing as job
from hoso.app.wsgi import application
from hoso.desk import keys
from hoso.testing.disposals import a_due_dossier, a_second_head, approved_list, carried_out


@pytest.fixture
def gone(site, as_, clock):
    """The uid of a paper of H-1, which is destroyed; H-2 is in the bin still."""
    with as_("archivist") as desk:
        a_second_head(desk)
        paper = next(iter(a_due_dossier(desk, "H-1")))
        a_due_dossier(desk, "H-2")
    carried_out(site, approved_list(site, ["H-1"]))
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 1
    carried_out(site, approved_list(site, ["H-2"]))
    return paper


def test_who_may_see_disposals_is_told_that_it_is_gone_and_all_others_nothing(
    browse, gone, entries
):
    stranger, auditor = browse(), browse("auditor")
    for address in ("/dossiers/H-1", f"/dossiers/H-1/{gone}"):
        said = auditor.get(address, status=410)
        assert "H-1" in said
        assert "9/QĐ" in said
        # Said of what is hidden from them, and of what never was: the same.
        for who in ("clerk", "nobody"):
            browse(who).get(address, status=404)
        assert "/sign-in" in stranger.get(address, status=303).location
    for address in ("/dossiers/H-2", "/dossiers/H-9"):
        auditor.get(address, status=404)
    # Who looked, and who was told nothing, both stand in the journal.
    told = [entry.outcome for entry in entries("disposal.certificate-seen")]
    assert (told.count("done"), told.count("refused")) == (2, 4)


def test_a_program_is_told_the_same(site, as_, gone):
    def program(who):
        with as_(who) as desk:
            token = keys.issue_key(desk, label="Máy", days=30, password=None)
        return TestApp(application(site), {"HTTP_AUTHORIZATION": f"Bearer {token}"})

    said = program("auditor").get(f"/api/v1/documents/{gone}", status=410)
    made = said.json
    assert made["code"] == "H-1"
    assert gone in {paper["uid"] for paper in made["papers"]}
    assert program("auditor").get("/api/v1/destroyed/H-1").json == made
    for address in (f"/api/v1/documents/{gone}", "/api/v1/destroyed/H-1"):
        program("clerk").get(address, status=404)
