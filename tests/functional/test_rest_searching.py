"""Programs search by access key: the answers of the page, faults with their places."""

from __future__ import annotations

import pytest
from webtest import TestApp

from hoso.app.wsgi import application
from hoso.desk import keys
from hoso.testing.passwords import PASSWORD
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def ask(site, as_):
    """Call it with a login and an address for the answer a program gets."""
    served = TestApp(application(site))

    def get(login, address, params=(), *, status=200, **more):
        with as_(login) as desk:
            token = keys.issue_key(desk, label="chương trình", days=30, password=PASSWORD)
        headers = {"Authorization": f"Bearer {token}"}
        return served.get(
            f"/api/v1/{address}", params={**dict(params), **more}, headers=headers, status=status
        )

    return get


@pytest.fixture
def office(site, as_):
    with as_("officer") as desk:
        there = a_dossier(desk, code="T-0900", unit="ben", name="Phạm Thị Bên")
        for dossier, date in ((desk.site.dossiers["T-0001"], "2019-03"), (there, "2020")):
            a_filed_paper(
                desk,
                dossier,
                words=f"Nâng bậc lương {dossier.name}\fTrang hai",
                date=date,
                number="05",
                symbol=f"QĐ-{dossier.code}",
                agency=f"Cơ quan {dossier.code}",
            )
    site.follower.catch_up()


def test_papers_are_found_with_their_facts_and_the_words_that_were_sought(ask, office):
    found = ask("clerk", "search", q="nang bac luong").json

    (result,) = found["results"]
    assert (found["total"], found["offset"], found["limit"]) == (1, 0, 20)
    facts = ("dossier", "person", "number", "symbol", "date", "unit", "level", "state", "pages")
    assert [result[name] for name in facts] == [
        *("T-0001", "Nguyễn Văn Mẫu", "05", "QĐ-T-0001", "2019-03", "nhanh", 1, "filed", [1])
    ]
    assert [one["text"] for one in result["snippet"] if one["sought"]] == ["Nâng bậc lương"]


def test_the_answers_are_those_of_the_page(ask, office, browse):
    page = browse("officer").get("/search?q=luong&sort=date-asc").html
    found = ask("officer", "search", q="luong", sort="date-asc").json

    uids = [
        a["href"].partition("?")[0].rstrip("/").rsplit("/", 1)[-1]
        for a in page.select(".hits h3 a")
    ]
    shown = [
        (link.span.text, int(link.find(class_="n").text))
        for link in page.find(id="facet-year").find_parent("section").find_all("a")
    ]
    assert [one["document"] for one in found["results"]] == uids
    assert [(one["key"], one["count"]) for one in found["facets"]["year"]] == shown


def test_filters_are_those_of_the_page_and_several_of_one_name_mean_either(ask, office):
    def total(**asked):
        return ask("officer", "search", asked, q="luong").json["total"]

    assert total(dossier="T-0900") == 1
    assert total(unit="goc") == 2
    assert total(year="2020") == 1
    assert total(agency="Cơ quan T-0001") == 1
    assert total(status="withdrawn") == 0


def test_what_a_clerk_may_not_see_is_in_no_number(ask, office):
    found = ask("clerk", "search", q="luong").json

    assert {name: [one["count"] for one in found["facets"][name]] for name in ("year", "unit")} == {
        "year": [1],
        "unit": [1],
    }
    assert "T-0900" not in ask("clerk", "search", q="luong").text


def test_faults_say_where_in_the_question_they_are(ask, office):
    answer = ask("clerk", "search", q="lương năm:20x1", status=422)

    (fault,) = answer.json["faults"]
    assert answer.content_type == "application/problem+json"
    assert (fault["field"], fault["at"], fault["to"]) == ("query", 6, 14)


def test_every_wrong_parameter_is_told_at_once(ask, office):
    answer = ask(
        "clerk", "search", status=422, q="x", limit="999", offset="-1", sort="?", colour=""
    )

    assert sorted(fault["field"] for fault in answer.json["faults"]) == [
        *("colour", "limit", "offset", "sort")
    ]


def test_suggestions_tell_their_kind_and_what_to_ask_next(ask, office):
    (person,) = ask("clerk", "suggest", q="nguyen").json["suggestions"]
    (number,) = ask("clerk", "suggest", q="05/qd").json["suggestions"]
    (agency,) = ask("clerk", "suggest", q="co quan").json["suggestions"]

    assert (person["kind"], person["dossier"]) == ("person", "T-0001")
    assert (number["kind"], number["text"]) == ("number", "05/QĐ-T-0001")
    assert (agency["kind"], agency["query"]) == ("agency", 'cơ quan:"Cơ quan T-0001"')
    assert ask("clerk", "search", q=agency["query"]).json["total"] == 1
    assert ask("clerk", "search", q=number["query"]).json["total"] == 1


@pytest.mark.parametrize("login", ["auditor", "admin", "operator", "nobody"])
def test_who_may_not_read_papers_finds_none_here_either(ask, office, login):
    answer = ask(login, "search", q="luong", status="*")

    assert answer.status_int == 403 or answer.json["total"] == 0


def test_the_journal_has_the_question_and_that_a_program_asked(ask, office, entries):
    ask("clerk", "search", q="luong", year="2019")

    (entry,) = entries("search.run")
    assert [entry.details[n] for n in ("query", "filters", "total", "via")] == [
        *("luong", "year=2019", 1, "rest")
    ]


def test_without_a_key_nothing_is_told(site, office):
    served = TestApp(application(site))

    for address in ("/api/v1/search?q=luong", "/api/v1/suggest?q=ng"):
        assert served.get(address, status=401).content_type == "application/problem+json"
