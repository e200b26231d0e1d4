"""Search, what is due, why, and the journal."""

from __future__ import annotations

import pytest

from hoso.desk import dossiers
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def found(browse, as_, follow):
    """Call it with a login and a question for the page of results."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        a_filed_paper(
            desk, dossier, words="Nâng bậc lương cho ông Mẫu <i>từ</i> tháng 4", date="2019-03-15"
        )
        a_filed_paper(
            desk, dossier, words="Bổ nhiệm ông Mẫu", type_="D02", title="Bổ nhiệm", date="2021"
        )
    follow()
    return lambda login, question: browse(login).get("/search", params=question)


def test_words_without_marks_find_and_light_up_the_words_with_marks(found):
    page = found("officer", {"q": "nang bac luong"})

    assert [mark.text for mark in page.html.select(".snippet mark")] == ["Nâng bậc lương"]
    assert "&lt;i&gt;" in page.text
    assert "1 tài liệu" in page.html.select_one(".titleline").text


def test_a_facet_narrows_and_is_taken_away_again(found, browse):
    page = found("officer", {"q": "ông mẫu"})
    years = page.html.find(id="facet-year").find_parent("section").find_all("a")

    narrowed = browse("officer").get(years[0]["href"])
    back = narrowed.html.find(id="narrowed").find_parent("section").a

    assert [a.span.text for a in years] == ["2021", "2019"]
    assert [a.text for a in narrowed.html.select(".hits h3")] == ["Bổ nhiệm"]
    assert back.span.text == "Năm: 2021"
    assert len(browse("officer").get(back["href"]).html.select(".hits h3")) == 2


def test_a_broken_question_is_told_with_the_place(browse, found):
    page = browse("officer").get("/search", params={"q": '"nâng bậc'}, status=422)

    assert "Dấu ngoặc kép mở ở đây mà không đóng" in page.html.select_one(".fault").text
    assert page.html.find(id="finder")["value"] == '"nâng bậc'


@pytest.mark.parametrize("login", ["auditor", "admin", "nobody"])
def test_who_may_not_read_papers_finds_none(browse, found, login):
    found("officer", {"q": "nâng"})

    page = browse(login).get("/search", params={"q": "nâng"}, expect_errors=True)

    assert page.html.select(".hits li") == []


def test_suggestions_name_people_one_may_see(browse, follow):
    follow()

    found_ = browse("officer").get("/search/suggest?q=nguy").json

    assert [one["label"] for one in found_] == ["Nguyễn Văn Mẫu"]
    assert [one["url"] for one in found_] == ["/dossiers/T-0001/"]


def test_what_is_due_is_listed_with_rule_law_event_and_dates(browse, as_):
    """Exam papers, five years (TT 09/2011/TT-BNV item 49b), of an exam that ended in 2012.

    Counted from 31/12/2012, so to be kept through 2017: due from 01/01/2018.
    """
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0500", name="Thi nâng ngạch 2012", type_="exam-papers")
        dossiers.close(desk, dossier, ended="30/06/2012", revision=dossier.revision)
    browser = browse("officer")

    page = browser.get("/due?on=01/01/2018")
    before = browser.get("/due?on=31/12/2017")
    line = page.html.main.select_one("tbody tr")
    why = browser.get(line.select_one("a[href*=why]")["href"]).html.main.text

    assert "T-0500" in line.text
    assert [
        line.select_one(f'[data-label="{label}"]').text for label in ("Đến hạn", "Thời hạn")
    ] == ["01/01/2018", "5 năm"]
    assert "T-0500" not in before
    assert [said for said in ("09-049b", "30/06/2012", "31/12/2012") if said not in why] == []


def test_a_day_that_is_none_is_told_and_the_list_still_shown(browse):
    page = browse("officer").get("/due?on=31/02/2026")

    assert "Hãy ghi ngày dạng 05/09/2024." in page.html.select_one(".fault").text
    assert page.html.find(id="f-on")["value"] == "31/02/2026"


def test_the_auditor_reads_who_did_what_to_a_dossier(browse):
    browse("clerk").get("/dossiers/T-0001")

    page = browse("auditor").get("/journal?of=T-0001")

    line = page.html.select_one("tbody tr").find_all("td")
    assert [list(line[n].stripped_strings) for n in (1, 2, 3)] == [
        ["clerk", "Cán Mẫu"],
        ["Xem hồ sơ"],
        ["Đã làm"],
    ]


def test_the_journal_of_a_day_and_its_proof(browse):
    browse("clerk").get("/dossiers/T-0001")
    browser = browse("auditor")
    page = browser.get("/journal")
    form = next(f for f in page.forms.values() if f.action.endswith("/journal/verify"))

    proof = form.submit()

    assert "02/03/2026" in page.html.h1.text
    # No day is over yet, so none is sealed; the chain of entries is whole all the same.
    assert "không thiếu mục nào" in proof.html.select_one(".notice.good").text


def test_an_account_is_issued_given_a_role_and_shut(browse):
    browser = browse("admin")
    form = next(f for f in browser.get("/accounts").forms.values() if "dossier" in f.fields)
    form["login"], form["name"], form["unit"] = "moi.nguoi", "Người Mới", "goc"
    form["clearance"] = "0"
    page = form.submit(status=200)
    account = browser.get("/accounts/moi.nguoi")
    grant = next(f for f in account.forms.values() if "valid_from" in f.fields)
    refused = grant.submit("do", status=422)
    grant["cause"], grant["role"], grant["unit"] = "16/QĐ-M", "auditor", "goc"
    granted = grant.submit("do", status=303).follow()
    shut = next(f for f in granted.forms.values() if "reason" in f.fields)
    shut["reason"] = "Nghỉ việc"
    locked = shut.submit("do", status=303).follow()

    assert page.html.select_one(".notice.good code").text.count("-") >= 2
    assert refused.html.select_one("[aria-invalid]")["name"] == "cause"
    assert "16/QĐ-M" in granted.html.select_one("tbody").text
    assert "Đã khóa" in locked.html.select_one(".titleline").text
