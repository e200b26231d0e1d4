"""The desk: from one paper to the next, undo, the second person, hits on the page, lessons."""

from __future__ import annotations

import gzip
import json

import pytest

from hoso.desk import intake
from hoso.records import filing
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

SURE = {"confidence": 0.97, "page": 1, "box": [0.1, 0.2, 0.3, 0.25], "rule": "n"}
READ = {
    "number": {**SURE, "value": "14"},
    "symbol": {**SURE, "value": "QĐ-M"},
    "date": {**SURE, "value": "2019-03-15"},
    "subject": {**SURE, "value": "Nâng bậc lương"},
}
TYPED = {"type": "D05", "title": "Về việc nâng bậc lương"}
# One line of a page, its words a tenth of the width each.
LINE = ["Nâng", "bậc", "lương", "thường", "xuyên"]


def words(*lines):
    return [
        [
            [word, 95, [0.1 * n, 0.1 * y, 0.1 * n + 0.09, 0.1 * y + 0.02], y]
            for y, line in enumerate(lines, 1)
            for n, word in enumerate(line, 1)
        ]
    ]


def with_words(desk, paper, pages):
    packed = gzip.compress(json.dumps(pages).encode(), mtime=0)
    made = spool_bytes(packed, desk.house.spool)
    filing.add_rendition(paper, "words", made, mime="application/gzip", at=desk.now, tool="test")
    return paper


@pytest.fixture
def three(as_, follow):
    """Addresses of three papers that wait, the longest waiting first."""
    with as_("officer") as desk:
        found = [
            a_waiting_paper(
                desk, words=f"tờ {n}", proposals=READ, received_at=f"2026-03-02T0{n}:00:00Z"
            )
            for n in range(3)
        ]
        addresses = [f"/tray/{paper.uid}/" for paper in found]
    follow()
    return addresses


def filing_form(page):
    return next(f for f in page.forms.values() if f.action.partition("?")[0].endswith("/file"))


def to_post(page, name):
    return next(f for f in page.forms.values() if f.action.partition("?")[0].endswith(f"/{name}"))


def file_next(page):
    form = filing_form(page)
    form["dossier"], form["type"], form["title"] = "T-0001", "D05", "Nâng bậc lương"
    return form.submit("do", value="next", status=303).follow()


def test_filing_leads_to_the_next_paper_and_at_the_end_to_the_tray(browse, three):
    browser = browse("officer")
    page = browser.get("/intake/next?unit=goc").follow()
    seen = [page.request.path]
    for _ in range(2):
        page = file_next(page)
        seen.append(page.request.path)
        assert "T-0001 – Nguyễn Văn Mẫu" in page.html.select_one(".filed").text

    last = file_next(page)

    assert seen == three
    assert last.request.path == "/intake"
    assert last.html.select_one(".filed") is not None


def test_the_row_stays_in_its_batch(browse, as_, three):
    with as_("officer") as desk:
        first, other = (
            a_waiting_paper(desk, words=w, proposals=READ, batch="B1") for w in ("a", "b")
        )
        address, wanted = f"/tray/{first.uid}/", {f"/tray/{other.uid}/", "/intake"}
    browser = browse("officer")

    page = file_next(browser.get(f"{address}?unit=goc&batch=B1"))

    assert page.request.path in wanted


def test_a_filing_is_undone_from_the_next_paper(browse, three):
    browser = browse("officer")
    page = file_next(browser.get(three[0]))

    back = to_post(page, "unfile").submit(status=303).follow()

    assert back.request.path == three[0]
    assert "Đã hoàn tác việc lưu" in back.html.find(role="status").text
    form = filing_form(back)
    assert (form["type"].value, form["number"].value) == ("D05", "14")


def test_what_a_person_emptied_stays_empty_when_the_filing_is_undone(browse, three):
    browser = browse("officer")
    page = browser.get(three[0])
    filing_form(page)["number"] = ""
    back = to_post(file_next(page), "unfile").submit(status=303).follow()

    assert filing_form(back)["number"].value == ""


def test_a_day_written_by_hand_is_asked_for_beside_month_and_year(browse, as_):
    head = ["Số:", "/QĐ-M", "Mẫu,", "ngày", "tháng", "10", "năm", "2017"]
    symbol = {**SURE, "value": "QĐ-M", "box": [0.2, 0.1, 0.29, 0.12]}
    with as_("officer") as desk:
        paper = a_waiting_paper(desk, proposals={"symbol": symbol, "subject": READ["subject"]})
        address = f"/tray/{with_words(desk, paper, words(head)).uid}/"
    browser = browse("officer")
    page = browser.get(address)

    form = filing_form(page)
    assert (form["number"].value, form["day"].value, form["date"].value) == ("", "", "10/2017")
    number = page.html.select_one('[data-proposed="number"]')
    assert number["data-state"] == "open"
    assert "viết tay" in number.text
    # The strip is a part of the page's own picture.
    assert number.select_one("svg image")["href"].endswith("/page/page-0001")
    form["day"], form["number"] = "5", "2030"
    form["dossier"], form["type"] = "T-0001", "D05"
    filed = form.submit(status=303).follow()
    assert "05/10/2017" in filed.text


def test_several_people_of_one_name_are_shown_with_birth_date_and_unit_and_none_is_chosen(
    browse, as_, follow
):
    person = {"person": {**SURE, "value": "NGUYEN VAN MAU"}}
    with as_("officer") as desk:
        a_dossier(desk, code="T-0007", name="Nguyễn Văn Mẫu", birth_date="1975-02-03")
        address = f"/tray/{a_waiting_paper(desk, proposals=person).uid}/"
    follow()

    page = browse("officer").get(address)

    assert filing_form(page)["dossier"].value == ""
    assert {"T-0001", "T-0007"} == {tag["value"] for tag in page.html.select("[name=likely]")}
    assert "03/02/1975 · Đơn vị Mẫu Nhánh" in page.text
    assert page.html.select_one('[data-proposed="dossier"]')["data-state"] == "open"


# The tray -----------------------------------------------------------------------------------


def test_the_tray_is_narrowed_by_state_and_says_how_many_there_are(browse, as_, three):
    with as_("officer") as desk:
        a_waiting_paper(desk, words="q", state="quarantined")
    browser = browse("officer")

    page = browser.get("/intake?unit=goc")
    aside = browser.get("/intake?unit=goc&state=aside")

    options = [option.text for option in page.html.select("#by-state option")]
    assert options == [
        "Đang xử lý (3)",
        "Chờ kiểm tra (3)",
        "Đang đọc (0)",
        "Bị cách ly hoặc bị từ chối (1)",
    ]
    assert len(aside.html.find(id="quarantine").find_parent("section").select("tbody tr")) == 1
    assert aside.html.select("section[aria-labelledby=queue] tbody tr") == []


def test_a_tray_of_more_than_fifty_has_pages(browse, as_, monkeypatch):
    monkeypatch.setattr(intake, "PAGE", 2)
    with as_("officer") as desk:
        for n in range(3):
            a_waiting_paper(desk, words=str(n))

    first = browse("officer").get("/intake?unit=goc")
    second = first.click(href=r"page=2", index=0)

    assert len(first.html.select("section[aria-labelledby=queue] tbody tr")) == 2
    assert len(second.html.select("section[aria-labelledby=queue] tbody tr")) == 1


# The second person --------------------------------------------------------------------------


def test_the_second_person_goes_through_the_list(browse, as_):
    with as_("clerk") as desk:
        for n in range(2):
            paper = a_waiting_paper(desk, words=str(n))
            intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
    browser = browse("officer")
    listed = browser.get("/compare?unit=goc")
    rows = listed.html.select("tbody tr")
    page = browser.get(rows[0].a["href"])

    page = to_post(page, "compared").submit(status=303).follow()
    assert page.request.path != rows[0].a["href"].partition("?")[0]
    page = to_post(page, "compared").submit(status=303).follow()

    assert len(rows) == 2
    assert page.request.path == "/compare"
    assert page.html.select("tbody tr") == []
    folder = browser.get("/dossiers/T-0001")
    assert [tag.text for tag in folder.html.select(".papers .badge.good")] == ["đã đối chiếu"] * 2


def test_who_filed_it_is_not_offered_to_compare_it(browse, as_):
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk)
        intake.file(desk, paper, dossier="T-0001", typed=TYPED, revision=None)
        address = f"/dossiers/T-0001/{paper.uid}/"

    page = browse("clerk").get(address)

    assert "/compared" not in page.text
    assert to_post(page, "unfile") is not None


# Hits ---------------------------------------------------------------------------------------


def test_sought_words_are_drawn_where_they_stand(browse, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        with_words(desk, paper, words(LINE, ["Căn", "cứ", "mức", "lương"]))
        address = f"/dossiers/T-0001/{paper.uid}/"

    page = browse("officer").get(f"{address}?q=nang+luong")

    drawn = [
        [float(tag[edge]) for edge in ("x", "y", "width")] for tag in page.html.select("rect.hit")
    ]
    # "Nâng", then "lương" of the first line, then "lương" of the second; marks do not count.
    assert drawn == [[0.1, 0.1, 0.09], [0.3, 0.1, 0.09], [0.4, 0.2, 0.09]]
    assert "trùng 3 chỗ" in page.html.select_one("[data-hits]").text


def test_a_phrase_is_one_hit_and_nonsense_none(browse, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        with_words(desk, paper, words(LINE))
        address = f"/dossiers/T-0001/{paper.uid}/"
    browser = browse("officer")

    phrase = browser.get(f"{address}?q=n%C3%A2ng+b%E1%BA%ADc+l%C6%B0%C6%A1ng")
    nonsense = browser.get(f'{address}?q="')

    assert len(phrase.html.select("rect.hit")) == 1
    assert nonsense.html.select("rect.hit") == []


def test_who_may_not_read_the_paper_is_told_no_places(browse, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        with_words(desk, paper, words(LINE))
        address = f"/dossiers/T-0001/{paper.uid}/"

    page = browse("auditor").get(f"{address}?q=nang+luong")

    assert page.html.select("rect.hit") == []
    assert page.html.select_one("[data-hits]") is None


def test_a_copy_is_offered_when_it_is_made(browse, as_):
    with as_("officer") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"])
        made = spool_bytes(b"%PDF-1.7 copy", desk.house.spool)
        filing.add_rendition(paper, "copy", made, mime="application/pdf", at=desk.now, tool="t 1")
        address = f"/dossiers/T-0001/{paper.uid}/"
    browser = browse("officer")

    page = browser.get(address)
    answer = browser.get(f"{address}copy")

    assert f"{address}copy" in page.text
    assert answer.body == b"%PDF-1.7 copy"
    assert answer.content_type == "application/pdf"


# What was learnt ----------------------------------------------------------------------------


@pytest.fixture
def taught(as_):
    """Two papers whose symbol was corrected alike; the address of a third."""
    read = {"symbol": {**SURE, "value": "QD-M"}, "agency": {**SURE, "value": "SỞ MẪU"}}
    typed = {**TYPED, "symbol": "QĐ-M", "agency": "SỞ MẪU"}
    with as_("clerk") as desk:
        for n in range(2):
            paper = a_waiting_paper(desk, words=str(n), proposals=read)
            intake.file(desk, paper, dossier="T-0001", typed=typed, revision=None)
        return f"/tray/{a_waiting_paper(desk, words='3', proposals=read).uid}/"


def test_a_lesson_is_proposed_with_its_mark_and_the_reading_beside_it(browse, taught):
    page = browse("clerk").get(taught)

    slot = page.html.select_one('[data-proposed="symbol"]')
    assert filing_form(page)["symbol"].value == "QĐ-M"
    assert slot["data-state"] == "look"
    assert "đã sửa 2 lần trước đây" in slot.text
    assert slot.select_one("[data-take]")["data-take"] == "QD-M"


def test_lessons_are_shown_and_forgotten(browse, taught):
    browser = browse("clerk")
    page = browser.get("/learnt")
    assert "“QĐ-M” trong 2 tài liệu" in page.text

    told = to_post(page, "forget").submit(status=303).follow()

    assert "Chưa học được điều gì." in told.text
    assert filing_form(browser.get(taught))["symbol"].value == "QD-M"


def test_learning_is_switched_off_and_on(browse, taught):
    browser = browse("clerk")
    to_post(browser.get("/learnt"), "switch").submit("to", value="off", status=303)
    assert filing_form(browser.get(taught))["symbol"].value == "QD-M"

    to_post(browser.get("/learnt"), "switch").submit("to", value="on", status=303)

    assert filing_form(browser.get(taught))["symbol"].value == "QĐ-M"


# What the file is ---------------------------------------------------------------------------


def test_signatures_tools_and_the_untouched_original_are_told_of(browse, as_):
    from hoso.records.model import Reason

    facts = (("issuer", "Tổ chức Mẫu"), ("signer", "Người Ký Mẫu"))
    told = {
        "signatures": (
            Reason("signature-signature", "Signed by {signer}, certificate of {issuer}", facts),
            Reason("signature-intact", "What was signed has not been changed.", facts),
        ),
        "identified": (("libmagic", "5.44", "application/pdf"), ("PRONOM", "v120", "fmt/276")),
    }
    with as_("officer") as desk:
        filed = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="f", **told)
        waiting = a_waiting_paper(desk, words="w", **told)
        addresses = [f"/dossiers/T-0001/{filed.uid}/", f"/tray/{waiting.uid}/"]
        digest = filed.sha256
    browser = browse("officer")

    for address in addresses:
        page = browser.get(address)
        signed = page.html.find(id="signed").find_parent("section").text
        assert "Người Ký Mẫu" in signed
        assert page.html.find(id="signed").find_parent("section").select_one(".good") is not None
        assert "fmt/276" in page.html.find(id="made").find_parent("section").text
        assert "không bao giờ bị ghi lại" in page.text
    assert digest in browser.get(addresses[0]).text


def test_a_section_is_told_where_no_kind_is_certain(browse, as_):
    with as_("officer") as desk:
        section = {"section": {**SURE, "value": "D", "box": None}}
        address = f"/tray/{a_waiting_paper(desk, proposals=section).uid}/"

    page = browse("officer").get(address)

    assert "có lẽ thuộc mục D" in page.html.select_one('[data-proposed="type"]').text
