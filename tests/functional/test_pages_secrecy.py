"""Secrecy on pages: the mark and its decisions, what is sealed, and that nobody else learns of it."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from hoso.access.accounts import accounts_of
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

HERE = "/dossiers/T-0001"
DECISION = {
    "level": "2",
    "basis": "Danh mục, mục 3",
    "determiner": "Giám đốc Sở Mẫu",
    "decision": "7/QĐ-M",
    "decided": "01/03/2021",
    "years": "10",
    "recipients": "Sở Nội vụ Mẫu",
}


def form_to(page, name):
    return next(f for f in page.forms.values() if f.action.rstrip("/").endswith(name))


@pytest.fixture
def filed(as_):
    """Address of a paper filed in T-0001."""
    with as_("officer") as desk:
        paper = a_filed_paper(
            desk, desk.site.dossiers["T-0001"], words="trang một", title="Giấy kín"
        )
        return f"{HERE}/{paper.uid}/"


@pytest.fixture
def unapproved(site):
    """The site as nearly all are: not approved for state secrets."""
    book = site.rulebook
    settings = {**book.profile.settings, "secrecy": {"approved_for_secrets": False}}
    site.rulebook = replace(
        book, profile=replace(book.profile, settings=MappingProxyType(settings))
    )
    return site


@pytest.fixture
def cleared_to_one(site):
    """The clerk's account, cleared to level 1 alone."""
    site.databases.attempt(
        lambda c: setattr(accounts_of(c.root()).by_login["clerk"], "clearance", 1), note="test"
    )


def determine(browser, address, **words):
    form = form_to(browser.get(f"{address}mark"), "mark-determined")
    for name, value in {**DECISION, **words}.items():
        form[name] = value
    return form


def test_a_determination_stands_on_the_paper_with_all_it_says(browse, filed):
    browser = browse("officer")
    answer = determine(browser, filed).submit(status=303).follow()

    assert "Giám đốc Sở Mẫu" in answer.text
    chain = answer.html.select_one(".decision").text
    assert all(part in chain for part in ("MẬT", "7/QĐ-M", "01/03/2021", "01/03/2031", "Sở Nội vụ"))
    page = browser.get(filed)
    assert page.html.select_one("section[data-stamp]")["data-stamp"] == "MẬT"
    assert page.html.select_one(".face[data-stamp]")["data-stamp"] == "MẬT"
    assert "01/03/2031" in page.html.select_one('[aria-labelledby="secrecy"]').text
    dossier = browser.get(HERE)
    assert "MẬT" in dossier.html.select_one(".titleline").text


def test_a_refused_decision_is_shown_again_with_every_fault(browse, filed):
    answer = determine(browse("officer"), filed, basis="", years="11", copies="x").submit(
        status=422
    )

    wrong = {one["name"] for one in answer.html.select('[aria-invalid="true"]')}
    assert wrong == {"basis", "years", "copies"}
    assert answer.html.select_one("#act-determined")["open"] == ""
    assert answer.html.select_one("#determined-decision")["value"] == "7/QĐ-M"


def test_who_may_not_determine_sees_decisions_and_no_form(browse, filed):
    determine(browse("officer"), filed).submit(status=303)
    page = browse("auditor").get(f"{filed}mark")

    assert "7/QĐ-M" in page.text
    assert not [f for f in page.forms.values() if "mark-" in f.action]
    browse("clerk").get(f"{filed}mark", status=403)


def test_terms_of_a_law_nobody_has_read_are_called_so(browse, filed):
    page = browse("officer").get(f"{filed}mark")

    assert "117/2025/QH15" in page.text
    assert "chưa được kiểm chứng" in page.text


def test_a_marked_paper_leaves_no_trace_for_who_is_not_cleared(
    browse, filed, follow, cleared_to_one, as_
):
    """Pages, counts, completeness, search, labels, REST and the list of marks."""
    follow()
    low = browse("clerk")
    before = {at: low.get(at).text for at in (HERE, "/dossiers", "/search?q=trang", "/")}
    assert "Giấy kín" in before[HERE]
    determine(browse("officer"), filed).submit(status=303)
    follow()

    missing = low.get(filed, status=404)
    never = low.get(f"{HERE}/4444444444444444/", status=404)
    assert missing.html.main == never.html.main
    for address in ("mark", "page/page-0001", "original", "edit", "why", "open-seal"):
        assert low.get(f"{filed}{address}", status=404).html.main == never.html.main
    assert "Giấy kín" not in low.get(HERE).text
    assert "MẬT" not in low.get(HERE).html.main.text
    assert low.get("/search?q=trang").html.main.text.count("Giấy kín") == 0
    low.get("/marks", status=403)


def test_a_marked_dossier_does_not_exist_for_who_is_not_cleared(
    browse, follow, cleared_to_one, as_
):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="trang một").uid
    determine(browse("officer"), f"{HERE}/").submit(status=303)
    follow()
    low = browse("clerk")

    never = low.get("/dossiers/T-9999", status=404).html.main
    assert low.get(HERE, status=404).html.main == never
    assert low.get(f"{HERE}/{uid}/", status=404).html.main == never
    assert "T-0001" not in low.get("/dossiers").text
    assert low.get("/search/suggest?q=Nguy%E1%BB%85n").json == low.get("/search/suggest?q=zzz").json


def test_a_sealed_paper_is_described_from_the_sheet_and_filed(browse, as_, unapproved, follow):
    stamped = {"level": {"value": "2", "page": 1, "box": [0, 0, 1, 1], "confidence": 0.9}}
    with as_("archivist") as desk:
        a_dossier(desk)
        paper = a_waiting_paper(desk, words="tuyệt mật nhân sự", proposals=stamped)
        tray = f"/tray/{paper.uid}/"
    browser = browse("archivist")
    page = browser.get(tray)
    assert "niêm phong" in page.html.select_one(".notice.warn").text
    assert "tuyệt mật nhân sự" not in page.text.lower()
    assert "tuyệt mật nhân sự" not in browser.get(f"{tray}pages").text.lower()
    assert not [f for f in page.forms.values() if f.action.endswith("release")]
    form = form_to(page, "/file?unit=nhanh")
    form["dossier"], form["type"], form["title"] = "T-0002", "D05", "Về nhân sự"
    filed = form.submit("do", value="file", status=303).follow()

    assert "niêm phong" in filed.html.main.text
    assert not filed.html.select("figure.paper")
    assert not filed.html.select('a[href$="original"]')
    for door in ("original", "copy", "page/page-0001"):
        browser.get(filed.request.path + door, status=404)


def test_the_seal_is_opened_by_who_may_after_there_is_no_secret(browse, as_, unapproved):
    with as_("officer") as desk:
        uid = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="hai", level=2).uid
    browser, address = browse("officer"), f"{HERE}/{uid}/"
    assert "Open" not in browser.get(address).text
    form = form_to(browser.get(f"{address}mark"), "mark-lifted")
    form["basis"], form["determiner"] = "Đọc nhầm dấu", "Giám đốc"
    form.submit(status=303)
    opening = browser.get(f"{address}open-seal").forms
    form = next(f for f in opening.values() if "why" in f.fields)
    form["why"] = "Không phải bí mật"
    form.submit(status=303).follow()

    assert browser.get(f"{address}original").body.startswith(b"%PDF")


def test_a_secret_sheet_is_described_without_a_file(browse, unapproved):
    browser = browse("officer")
    page = browser.get(HERE).click(href="stub$")
    form = next(f for f in page.forms.values() if "title" in f.fields)
    refused = form.submit(status=422)
    assert {one["name"] for one in refused.html.select('[aria-invalid="true"]')} == {
        "type",
        "title",
    }
    form = next(f for f in refused.forms.values() if "title" in f.fields)
    form["type"], form["title"], form["level"] = "D05", "Về nhân sự", "2"
    made = form.submit(status=303).follow()

    assert "chưa từng được quét" in made.html.main.text
    assert "Về nhân sự" in browser.get(HERE).text


def test_the_list_says_what_ends_soon_and_by_when_to_decide(browse, filed):
    browser = browse("officer")
    determine(browser, filed, years="", until="20/05/2026").submit(status=303)
    page = browser.get("/marks?days=90")

    line = page.html.select_one('section[aria-labelledby="ending"] tbody tr').text
    assert all(part in line for part in ("Giấy kín", "20/05/2026", "21/03/2026", "7/QĐ-M"))
    assert not browser.get("/marks?days=60").html.select('section[aria-labelledby="ending"] tbody')
    assert browse("auditor").get("/marks").status_int == 200
    assert "60" not in browser.get("/").html.main.text
    determine(browser, f"{HERE}/", years="", until="30/03/2026").submit(status=303)
    assert "trong 60 ngày" in browser.get("/").html.main.text


def test_the_seals_of_a_dossier_are_opened_from_its_page(browse, as_, unapproved, filed):
    browser = browse("officer")
    determine(browser, f"{HERE}/").submit(status=303)
    assert not browser.get(filed).html.select("figure.paper")
    form = form_to(browser.get(f"{HERE}/mark"), "mark-lifted")
    form["determiner"], form["decision"], form["decided"] = "Giám đốc", "9/QĐ-M", "02/03/2026"
    page = form.submit(status=303).follow()
    form_to(page, "open-seals").submit(status=422)
    form = form_to(page, "open-seals")
    form["why"] = "Xác định nhầm"
    form.submit(status=303)

    assert browser.get(filed).html.select("figure.paper")
    assert not [f for f in browser.get(f"{HERE}/mark").forms.values() if "seals" in f.action]
