"""Nothing tells that something is there: neither status nor words nor headers."""

from __future__ import annotations

import re

import pytest

from hoso.kernel import ids
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

NOWHERE = ids.to_text(12345)


@pytest.fixture
def hidden(as_):
    """A dossier and its paper that the clerk may not see: beside his unit, and secret."""
    with as_("archivist") as desk:
        beside = a_dossier(desk, code="T-0900", unit="ben")
        secret = a_dossier(desk, code="T-0901", unit="nhanh", level=4)
        papers = [a_filed_paper(desk, d, words=d.code) for d in (beside, secret)]
        waiting = a_waiting_paper(desk, unit="ben", words="w")
        own = desk.site.dossiers["T-0001"]
        above = a_filed_paper(desk, own, words="above", level=4)
        return {
            "unit beside": ("/dossiers/T-0900", "/dossiers/T-0999"),
            "level above": ("/dossiers/T-0901", "/dossiers/T-0998"),
            "paper in a hidden dossier": (
                f"/dossiers/T-0900/{papers[0].uid}",
                f"/dossiers/T-0999/{papers[0].uid}",
            ),
            "page of a hidden dossier": ("/dossiers/T-0900/edit", "/dossiers/T-0999/edit"),
            "paper above in an open dossier": (
                f"/dossiers/T-0001/{above.uid}",
                f"/dossiers/T-0001/{NOWHERE}",
            ),
            "original of a paper above": (
                f"/dossiers/T-0001/{above.uid}/original",
                f"/dossiers/T-0001/{NOWHERE}/original",
            ),
            "picture of a paper above": (
                f"/dossiers/T-0001/{above.uid}/page/page-0001",
                f"/dossiers/T-0001/{NOWHERE}/page/page-0001",
            ),
            "paper in another tray": (f"/tray/{waiting.uid}", f"/tray/{NOWHERE}"),
        }


KINDS = (
    "unit beside",
    "level above",
    "paper in a hidden dossier",
    "page of a hidden dossier",
    "paper above in an open dossier",
    "original of a paper above",
    "picture of a paper above",
    "paper in another tray",
)


def told(response, address):
    """Everything a reader gets, the address typed by himself left out."""
    body = response.text.replace(address, "…").replace(address.replace("/", "%2F"), "…")
    headers = sorted(
        (k, v.replace(address, "…").replace(address.replace("/", "%2F"), "…"))
        for k, v in response.headerlist
    )
    body = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", body)
    headers = [
        (k, re.sub(r"=[^;]*", "=", v, count=1) if k == "Set-Cookie" else v) for k, v in headers
    ]
    headers = [(k, v) for k, v in headers if k != "Content-Length"]
    return response.status, headers, body


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_may_not_see_answers_as_what_is_not_there(browse, hidden, kind):
    there, nowhere = hidden[kind]
    clerk = browse("clerk")

    one, other = clerk.get(there, status=404), clerk.get(nowhere, status=404)

    assert told(one, there) == told(other, nowhere)


@pytest.mark.parametrize("kind", KINDS)
def test_posting_tells_no_more_than_looking(browse, hidden, kind):
    there, nowhere = hidden[kind]
    clerk = browse("clerk")

    one, other = (clerk.post(at, {"x": "y"}, expect_errors=True) for at in (there, nowhere))

    assert told(one, there) == told(other, nowhere)
    assert one.status_int in {400, 404}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stranger_learns_nothing_at_all(browse, hidden, kind):
    there, nowhere = hidden[kind]
    stranger = browse()

    one, other = stranger.get(there, status=303), stranger.get(nowhere, status=303)

    assert told(one, there) == told(other, nowhere)


def test_the_refusal_of_a_hidden_record_is_in_the_journal(browse, hidden, entries):
    browse("clerk").get("/dossiers/T-0900", status=404)

    refusal = entries("dossier.seen")[-1]
    assert (refusal.actor, refusal.outcome) == ("clerk", "refused")
    assert "no role" in refusal.reason


def test_asking_for_what_is_not_there_is_in_the_journal_too(browse, entries):
    """Else the time an answer takes would tell a hidden record from none."""
    clerk = browse("clerk")

    clerk.get("/dossiers/T-0999", status=404)

    asked = entries("address.unknown")[-1]
    assert (asked.actor, asked.outcome) == ("clerk", "refused")
    assert asked.details["asked"] == "/dossiers/T-0999"


@pytest.mark.parametrize("address", ["/khong-co-gi", "/favicon.ico", "/static/khong-co.css"])
def test_where_nothing_can_be_hidden_nothing_is_written(browse, entries, address):
    clerk = browse("clerk")
    before = len(entries())

    clerk.get(address, status=404)

    assert len(entries()) == before


def test_a_stranger_fills_no_journal(browse, entries):
    before = len(entries())

    browse().get("/dossiers/T-0999", status=303)

    assert len(entries()) == before


@pytest.mark.parametrize("kind", KINDS)
def test_an_answer_costs_the_same_whether_there_is_something_hidden_or_nothing(
    browse, hidden, entries, site, kind
):
    """As many entries, as many commits: what takes time is the writing."""
    there, nowhere = hidden[kind]
    clerk = browse("clerk")

    costs = []
    for address in (there, nowhere):
        before = len(entries())
        seen = _commits(site)
        clerk.get(address, status=404)
        costs.append((len(entries()) - before, _commits(site) - seen))

    assert costs[0] == costs[1] == (1, 1)


def _commits(site):
    """How many transactions the storages hold."""
    return sum(
        sum(1 for _ in storage.iterator())
        for storage in {
            id(database.storage): database.storage
            for database in site.databases.main.databases.values()
        }.values()
    )
