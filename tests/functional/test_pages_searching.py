"""The search as officers live it: the help runs, faults point, filters stay, searches are kept."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import re
from dataclasses import replace

import pytest

from hoso.desk import permits
from hoso.records import filing
from hoso.search import language as the_language
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def office(as_, follow):
    """Papers of two units that do not see each other, and one in the tray."""
    with as_("officer") as desk:
        here = desk.site.dossiers["T-0001"]
        there = a_dossier(desk, code="T-0900", unit="ben", name="Phạm Thị Bên")
        a_filed_paper(
            desk,
            here,
            words="Nâng bậc lương cho ông Mẫu từ tháng 4",
            date="2019-03-15",
            number="14",
            symbol="QĐ-M",
            agency="Ủy ban nhân dân xã Mẫu",
        )
        a_filed_paper(
            desk,
            there,
            words="Nâng bậc lương cho bà Bên từ tháng 5",
            date="2020-05-01",
            number="15",
            symbol="QĐ-B",
            agency="Sở Bên",
        )
    follow()


def facets_of(page):
    return {
        head["id"].removeprefix("facet-"): [
            link.span.text for link in head.find_parent("section").find_all("a")
        ]
        for head in page.html.select("h2[id^=facet-]")
    }


# The language -----------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["officer", "clerk", "employee"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_example_of_the_help_runs(browse, office, login, language):
    browser = browse(login)
    browser.set_cookie("hoso-language", language)
    page = browser.get("/search/help")
    addresses = [link["href"] for link in page.html.select(".asking dt a")]

    assert len(addresses) > 20
    assert [one for one in addresses if browser.get(one, status="*").status_int != 200] == []


def test_the_help_speaks_of_every_filter_of_the_language(browse, office):
    typed = " ".join(code.text for code in browse("officer").get("/search/help").html("code"))

    shown = [name.strip() for name in the_language._SHOWN.split(":") if name.strip()]
    assert len(shown) > 10
    assert [name for name in shown if f"{name}:" not in typed] == []


def test_a_fault_is_underlined_in_what_was_typed(browse):
    page = browse("officer").get("/search", params={"q": "nâng năm:20x1 lương"}, status=422)

    question = page.html.select_one(".typed-question")
    assert question.text == "nâng năm:20x1 lương"
    assert [mark.text for mark in question.select("mark")] == ["năm:20x1"]
    assert page.html.find(id="finder")["value"] == "nâng năm:20x1 lương"


def test_several_faults_are_underlined_at_once(browse):
    page = browse("officer").get("/search", params={"q": "abc:1 lương năm:x"}, status=422)

    assert len(page.html.select(".typed-question mark")) == 2
    assert len(page.html.select(".notices .fault")) == 2


def test_new_words_keep_the_filters_and_all_are_taken_away_at_once(browse, office):
    browser = browse("officer")
    page = browser.get("/search?q=luong&unit=nhanh&year=2019")
    form = page.forms[next(i for i, f in page.forms.items() if "finder" in f.text)]
    form["q"] = "nâng bậc"

    again = form.submit()
    bare = again.click("Bỏ tất cả")

    assert [
        chip.span.text for chip in again.html.find(id="narrowed").find_parent("section")("li")
    ] == [
        "Năm: 2019",
        "Đơn vị: Đơn vị Mẫu Nhánh",
    ]
    assert len(bare.html.select(".hits li")) == 2


def test_a_filter_that_hides_everything_is_said_and_one_step_away(browse, office):
    page = browse("officer").get("/search?q=luong&year=1950")

    assert page.html.select(".hits li") == []
    assert len(page.click("Tìm không dùng bộ lọc").html.select(".hits li")) == 2


def test_rows_lead_to_the_words_on_the_pages(browse, office):
    page = browse("officer").get("/search?q=nang+bac+luong+thang+4")

    link = page.html.select_one(".hits .snippet a")["href"]
    assert link.endswith("#page-1")
    assert "q=nang" in link
    assert browse("officer").get(link.partition("#")[0]).html.find(id="page-1")


def test_a_word_a_scan_spoilt_is_found_as_it_is_written_and_boxed_on_the_page(browse, as_, follow):
    """Recognition lost the horn of ơ: "lưong" stands for "lương", the third word of the line."""
    read = ["mức", "phụ", "lưong", "mới"]
    line = [[word, 90, [0.1 * n, 0.3, 0.1 * n + 0.09, 0.32], 1] for n, word in enumerate(read)]
    with as_("officer") as desk:
        paper = a_filed_paper(
            desk, desk.site.dossiers["T-0001"], words=" ".join(read), title="Tờ trình", ocr=True
        )
        packed = spool_bytes(gzip.compress(json.dumps([line]).encode()), desk.house.spool)
        filing.add_rendition(
            paper, "words", packed, mime="application/gzip", at=desk.now, tool="test"
        )
    follow()
    browser = browse("clerk")

    row = browser.get("/search", params={"q": "phụ lương"}).html.select_one(".hits li")
    page = browser.get(row.h3.a["href"])

    assert [mark.text for mark in row.select("mark")] == ["phụ lưong"]
    boxes = [(float(box["x"]), float(box["width"])) for box in page.html.select("rect.hit")]
    assert boxes == [(0.1, pytest.approx(0.19))]


def test_an_order_is_chosen_and_kept_through_a_facet(browse, office):
    browser = browse("officer")
    oldest = browser.get("/search?q=luong").click("cũ nhất trước")

    dates = [p.text for p in oldest.html.select(".hits > li > p:nth-of-type(1)")]
    assert ["15/03/2019" in dates[0], "01/05/2020" in dates[1]] == [True, True]


# What one may know ----------------------------------------------------------------------------


def test_agencies_units_and_persons_are_those_of_papers_one_may_read(browse, office):
    """The clerk works at ``nhanh`` alone; what lies at ``ben`` has no trace in his facets."""
    whole = facets_of(browse("officer").get("/search?q=luong"))
    part = facets_of(browse("clerk").get("/search?q=luong"))

    assert sorted(whole["agency"]) == ["Sở Bên", "Ủy ban nhân dân xã Mẫu"]
    assert part["agency"] == ["Ủy ban nhân dân xã Mẫu"]
    assert part["unit"] == ["Đơn vị Mẫu Nhánh"]
    assert part["dossier"] == ["T-0001 – Nguyễn Văn Mẫu"]
    assert part["year"] == ["2019"]


def test_a_hidden_and_an_unknown_value_of_a_filter_are_one_answer(browse, office):
    browser = browse("clerk")

    def answer(asked):
        page = browser.get("/search", params=asked, status="*")
        return page.status_int, page.html.main.text.replace("T-0900", "?").replace("T-0999", "?")

    for name, question in (("dossier", "{}"), ("q", "hồ sơ:{}")):
        codes = ("T-0900", "T-0999")
        hidden, unknown = (answer({"q": "luong", name: question.format(c)}) for c in codes)
        assert _without_times(hidden) == _without_times(unknown)


def _without_times(answer):
    status, text = answer
    return status, re.sub(r"[\d,]+ ms", "", text)


def test_states_of_retention_are_for_those_who_may_know_them(browse, office):
    """The person reads the own papers; when they fall due is not among what he may know."""
    clerk, person = browse("clerk"), browse("employee")

    assert "retention" in facets_of(clerk.get("/search?q=luong"))
    assert "retention" not in facets_of(person.get("/search?q=luong"))
    assert len(person.get("/search?q=luong").html.select(".hits li")) == 1
    for state in ("permanent", "running", "due", "held", "unknown"):
        page = person.get(f"/search?q=luong&retention={state}")
        assert page.html.select(".hits li") == []
    person.get("/search", params={"q": 'luong lưu trữ:"đến hạn"'}, status=422)
    person.get("/search", params={"q": 'luong -lưu trữ:"đến hạn"'}, status=422)


def test_suggestions_tell_persons_numbers_and_agencies_apart_and_nothing_hidden(browse, office):
    officer, clerk = browse("officer"), browse("clerk")

    assert [one["label"] for one in officer.get("/search/suggest?q=so ben").json] == ["Sở Bên"]
    assert clerk.get("/search/suggest?q=so ben").json == []
    assert [one["label"] for one in officer.get("/search/suggest?q=15").json] == ["15/QĐ-B"]
    assert clerk.get("/search/suggest?q=15").json == []
    (agency,) = clerk.get("/search/suggest?q=uy ban").json
    assert len(clerk.get(agency["url"]).html.select(".hits li")) == 1
    (number,) = clerk.get("/search/suggest?q=14").json
    assert len(clerk.get(number["url"]).html.select(".hits li")) == 1


def test_a_dossier_is_searched_from_its_page(browse, office):
    browser = browse("officer")
    page = browser.get("/dossiers/T-0001")
    form = page.forms[next(i for i, f in page.forms.items() if "find-inside" in f.text)]
    form["q"] = "luong"

    found = form.submit()

    assert [a.text for a in found.html.select(".hits h3")] == ["Về việc nâng bậc lương"]
    assert "T-0001" in found.html.find(id="narrowed").find_parent("section").li.text


def test_the_journal_has_the_question_its_filters_and_its_total(browse, office, entries):
    browse("officer").get("/search?q=luong&year=2019&sort=date")

    (entry,) = entries("search.run")
    told = {name: entry.details[name] for name in ("query", "filters", "sort", "total")}
    assert told == {"query": "luong", "filters": "year=2019", "sort": "date", "total": 1}


# Saved searches -------------------------------------------------------------------------------


@pytest.fixture
def kept(browse, office):
    """The officer's browser after keeping a search, back at the list."""
    browser = browse("officer")
    page = browser.get("/search?q=luong&unit=nhanh")
    form = page.forms[next(i for i, f in page.forms.items() if "keep-name" in f.text)]
    form["name"] = "Lương của Nhánh"
    return browser, form.submit(status=303).follow()


def test_a_search_is_kept_under_a_name_and_asked_again(kept):
    browser, page = kept
    row = page.html.select_one("table.saved tbody tr")

    assert row.td.text.strip() == "Lương của Nhánh"
    assert len(browser.get(row.td.a["href"]).html.select(".hits li")) == 1


def test_what_is_new_is_told_on_the_first_page_until_it_was_seen(kept, as_, follow):
    browser, _page = kept
    with as_("officer") as desk:
        a_filed_paper(desk, desk.site.dossiers["T-0001"], words="Phụ cấp lương mới")
        a_filed_paper(desk, desk.site.dossiers["T-0900"], words="Lương mới ở bên")
    follow()

    home = browser.get("/").html.select_one("a[href='/search/saved']")
    news = browser.get("/search/saved").click("1 mới")
    seen = news.forms[next(i for i, f in news.forms.items() if "noted" in f.text)]
    after = seen.submit("do", value="noted", status=303).follow()

    assert home.text.startswith("1")
    assert len(news.html.select(".hits li")) == 1
    assert "mới trong" not in browser.get("/").text
    assert after.html.select("a.badge.warn") == []


def test_a_kept_search_is_renamed_and_removed(kept):
    _browser, page = kept
    form = page.forms[next(i for i, f in page.forms.items() if "rename" in f.text)]
    form["name"] = ""
    refused = form.submit("do", value="rename", status=422)
    form["name"] = "Tên khác"
    renamed = form.submit("do", value="rename", status=303).follow()
    last = renamed.forms[next(i for i, f in renamed.forms.items() if "rename" in f.text)]
    gone = last.submit("do", value="forget", status=303).follow()

    assert refused.html.select_one("[aria-invalid]")["name"] == "name"
    assert "Tên khác" in renamed.html.select_one("table.saved").text
    assert gone.html.select("table.saved") == []


def test_what_another_person_keeps_is_not_there(kept, browse):
    _browser, page = kept
    key = page.html.select_one("table.saved tbody tr")["id"].removeprefix("search-")
    other = browse("clerk")

    assert other.get("/search/saved").html.select("table.saved") == []
    hidden, unknown = (other.get(f"/search/saved/{k}", status=404) for k in (key, "0" * 13))
    assert hidden.html.main.text == unknown.html.main.text


# The list taken out -----------------------------------------------------------------------------


def test_the_list_of_a_result_is_taken_out_with_a_purpose(browse, office, entries):
    browser = browse("officer")
    page = browser.get("/search?q=luong").click("Đưa danh sách ra")
    form = page.forms[next(i for i, f in page.forms.items() if "purpose" in f.fields)]
    form["kind"] = "csv"
    refused = form.submit("do", value="take", status=422)
    form["purpose"] = "02"
    file = form.submit("do", value="take")

    rows = list(csv.reader(io.StringIO(file.body.decode("utf-8-sig"))))
    assert refused.html.select_one("[aria-invalid]")["name"] == "purpose"
    assert rows[0][:2] == ["Hồ sơ", "Người"]
    assert sorted(row[0] for row in rows[1:]) == ["T-0001", "T-0900"]
    assert file.headers["Content-Disposition"].startswith("attachment;")
    (entry,) = entries("search.exported")
    told = [entry.details[name] for name in ("query", "rows", "kind", "purpose", "sha256")]
    assert told == ["luong", 2, "csv", "02", hashlib.sha256(file.body).hexdigest()]


def test_who_may_search_but_not_take_lists_out_is_not_offered_it(browse, office):
    browser = browse("clerk")
    page = browser.get("/search?q=luong")

    assert "Đưa danh sách ra" not in page.text
    browser.get("/search/export?q=luong", status=403)


@pytest.fixture
def one_alone(site):
    """One person takes out one line alone; more need a second person."""
    profile = site.rulebook.profile
    search = {**profile.settings["search"], "export_rows_alone": 1}
    profile = replace(profile, settings={**profile.settings, "search": search})
    site.rulebook = replace(site.rulebook, profile=profile)


def test_many_lines_wait_for_a_second_person_and_go_out_once(
    browse, office, as_, follow, one_alone, entries
):
    """The officer asks, the head of the unit agrees, the officer takes them out, once."""
    with as_("officer") as desk:
        a_filed_paper(desk, desk.site.dossiers["T-0001"], words="Phụ cấp lương")
    follow()
    browser = browse("officer")
    form = export_form(browser.get("/search/export?q=luong&unit=nhanh"))
    form["purpose"], form["note"], form["kind"] = "02", "Rà soát lương", "csv"

    alone = form.submit("do", value="take", status=403)
    asked = export_form(alone).submit("do", value="ask", status=303).follow()
    with as_("head") as desk:
        (waiting,) = permits.waiting(desk)
        permits.agree(desk, waiting.permit.uid)
    sheet = browser.get("/second").click("Đưa danh sách ra ngoài", index=0)
    carry = sheet.forms[next(i for i, f in sheet.forms.items() if "carry-out" in f.text)]
    ready = carry.submit("do", value="carry-out", status=303).follow()
    take = ready.forms[
        next(
            i for i, f in ready.forms.items() if "note" in f.fields and f["purpose"].tag == "input"
        )
    ]
    file = take.submit("do", value="take", status=200)
    again = take.submit("do", value="take", status=403)

    assert "người thứ hai" in alone.html.select_one(".notice.warn").text
    assert "Trưởng Mẫu" in alone.html.select_one(".notice.warn").text
    assert "Rà soát lương" in sheet.html.main.text
    assert "Chờ người thứ hai" in asked.html.find(id="asked-head").find_parent("section").text
    assert file.body.count(b"\n") == 3
    assert again.content_type == "text/html"
    told = [(e.outcome, e.details.get("rows")) for e in entries("search.exported")]
    assert sorted(told, key=str) == [("done", 2), ("refused", None), ("refused", None)]


def export_form(page):
    """The form that states what a list is for."""
    return next(
        f for f in page.forms.values() if "purpose" in f.fields and f["purpose"].tag == "select"
    )
