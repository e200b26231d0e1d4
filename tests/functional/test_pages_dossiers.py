"""A dossier as a folder, and what is done to it from its page."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from hoso.testing.things import a_dossier, a_filed_paper

HERE = "/dossiers/T-0001"


def form_to(page, name):
    """Return the form of a page that goes to *name*."""
    return next(f for f in page.forms.values() if f.action.rstrip("/").endswith(name))


def form_with(page, field):
    """Return the form of a page that has a field."""
    return next(f for f in page.forms.values() if field in f.fields)


@pytest.fixture
def filed(as_):
    """Address of a paper filed in T-0001."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        paper = a_filed_paper(
            desk, dossier, words="trang một", number="14", symbol="QĐ-M", date="2019-03-15"
        )
        return f"{HERE}/{paper.uid}/"


def test_a_paper_stands_in_its_section_with_number_date_and_level(browse, filed):
    page = browse("officer").get(HERE)

    line = page.html.select_one("#section-D a[href]").find_parent("tr")

    assert [line.find_all("td")[n].text.strip() for n in (0, 2, 3, 4)] == [
        "D05",
        "14/QĐ-M",
        "15/03/2019",
        "Nội bộ - hạn chế",
    ]
    assert filed == line.a["href"]


def test_what_the_law_asks_for_and_is_not_there_is_named_in_its_section(browse):
    page = browse("officer").get(HERE)

    # TT 11/2012/TT-BNV art. 9: the birth certificate belongs to every civil servant's dossier.
    assert "Thiếu: Bản sao giấy khai sinh" in page.html.select_one("#section-B").text
    assert "lacking" in page.html.select_one('a[href="#section-B"]')["class"]


def test_opening_a_dossier_tells_all_faults_at_once_and_keeps_what_was_typed(browse):
    form = form_with(browse("officer").get("/open"), "birth_date")
    form["name"], form["birth_date"], form["code"] = "Trần Văn Thử", "31/02/1980", "T 1/x"

    page = form.submit(status=422)

    faulty = {tag["name"] for tag in page.html.select("[aria-invalid=true]")}
    assert {"birth_date", "code", "type"} == faulty
    kept = form_with(page, "birth_date")
    assert [kept[name].value for name in ("name", "birth_date", "code")] == [
        "Trần Văn Thử",
        "31/02/1980",
        "T 1/x",
    ]


def test_a_dossier_is_opened_and_found_in_the_list(browse, follow):
    browser = browse("officer")
    form = form_with(browser.get("/open"), "birth_date")
    form["name"], form["birth_date"], form["code"] = "Trần Văn Thử", "5/1980", "T-0777"
    form["type"], form["unit"] = "CC", "nhanh"

    page = form.submit(status=303).follow()
    follow()
    listed = browser.get("/dossiers?text=tran+van+thu")

    assert "Đã lập hồ sơ." in page.html.find(role="status").text
    assert "05/1980" in page.html.main.text
    assert [th.text for th in listed.html.select("tbody th")] == ["Trần Văn Thử"]


def test_two_people_correcting_one_dossier_nothing_is_overwritten(browse):
    first, second = browse("officer"), browse("clerk")
    one, other = form_to(first.get(HERE), "edit"), form_to(second.get(HERE), "edit")
    one["name"] = "Nguyễn Văn Một"
    other["name"] = "Nguyễn Văn Hai"

    one.submit(status=303)
    page = other.submit(status=409)

    assert "officer" in page.html.find(role="alert").text
    assert form_to(page, "edit")["name"].value == "Nguyễn Văn Hai"
    assert first.get(HERE).html.h1.text == "Nguyễn Văn Một"


def test_two_people_correcting_one_paper_the_second_sees_what_differs(browse, filed):
    first, second = browse("officer"), browse("clerk")
    one, other = (form_with(b.get(f"{filed}edit"), "signer") for b in (first, second))
    one["title"], other["title"], other["signer"] = "Một", "Hai", "Ông Ba"

    one.submit(status=303)
    page = other.submit(status=409)
    again = form_with(page, "signer")

    assert "Hiện đang ghi: Một" in page.text
    assert [again["title"].value, again["signer"].value] == ["Hai", "Ông Ba"]
    # Having seen it, the second may send it again.
    again.submit(status=303)
    assert first.get(filed).html.h1.text == "Hai"


def test_a_change_of_status_is_in_the_history_with_who_and_when(browse):
    browser = browse("officer")
    form = form_to(browser.get(HERE), "status")
    # How somebody leaves is no choice here; it has a page that shows what it brings about.
    assert "NGHI_HUU" not in {value for value, *_ in form["status"].options}
    form["status"], form["effective"] = "BIET_PHAI", "01/01/2026"

    page = form.submit(status=303).follow()

    history = page.html.find(id="history").find_parent("section").text
    assert "01/01/2026" in history
    assert "officer" in history


def test_a_hold_is_said_on_top_and_lifted_with_a_reason(browse):
    browser = browse("officer")
    form = form_to(browser.get(HERE), "hold")
    refused = form.submit(status=422)
    form["reason"], form["authority"] = "Thanh tra", "12/QĐ-TTr"
    held = form.submit(status=303).follow()
    lift = form_to(held, "lift")
    lift["reason"] = "Đã kết luận"
    asked = lift.submit(status=303).follow()
    head = browse("head")
    request = head.get("/second").click("Gỡ tạm giữ")
    form_with(request, "note").submit("do", value="agree", status=303)
    mine = browser.get("/second").click("Gỡ tạm giữ", index=0)
    lifted = form_with(mine, "do").submit("do", value="carry-out", status=303).follow()

    assert {"reason", "authority"} == {
        t["name"] for t in refused.html.select("details [aria-invalid]")
    }
    assert "Thanh tra" in held.html.select_one(".notice.warn").text
    assert asked.html.select_one(".notice.warn") is not None
    assert None is lifted.html.select_one(".notice.warn")


def test_a_dossier_goes_to_another_keeper_by_a_handover_alone(browse):
    page = browse("officer").get(HERE)

    assert [form for form in page.forms.values() if form.action.endswith("/transfer")] == []
    assert page.html.select_one("section a[href*='/custody/new?dossier=T-0001']") is not None


def test_a_dossier_leaves_as_an_e_ark_package_from_its_page(browse, filed):
    form = form_to(browse("officer").get(HERE), "export")
    form["profile"] = "eark-sip-2.2.0"

    answer = form.submit(status=200)

    with zipfile.ZipFile(BytesIO(answer.body)) as package:
        names = package.namelist()
    assert any(name.endswith("/representations/rep1/METS.xml") for name in names)


def test_what_keeps_an_archive_from_taking_a_dossier_stands_on_its_page(browse, filed):
    form = form_to(browse("officer").get(HERE), "export")
    form["profile"] = "tt05-sip-hoso"

    page = form.submit(status=422)

    faults = [one.text for one in page.html.select("#act-export .fault")]
    assert any("Thời hạn lưu trữ" in fault for fault in faults)
    assert any("agency_code" in fault for fault in faults)
    assert "tt05-sip-hoso" == form_to(page, "export")["profile"].value


def test_the_package_of_a_dossier_is_a_zip_of_a_bag(browse, filed):
    answer = form_to(browse("officer").get(HERE), "export").submit(status=200)

    names = zipfile.ZipFile(BytesIO(answer.body)).namelist()

    assert answer.content_type == "application/zip"
    # RFC 8493 section 2: the declaration and the payload manifest of every bag.
    assert {"bagit.txt", "manifest-sha256.txt"} <= {name.split("/")[-1] for name in names}


def test_an_export_leaves_nothing_on_the_spool(browse, filed, site):
    answer = form_to(browse("officer").get(HERE), "export").submit(status=200)

    assert len(answer.body) == int(answer.headers["Content-Length"])
    assert zipfile.ZipFile(BytesIO(answer.body)).testzip() is None
    assert not [path for path in site.spool.iterdir() if path.name.startswith("export-")]


def test_the_original_is_saved_never_shown_in_the_page_s_own_origin(browse, filed):
    answer = browse("officer").get(f"{filed}original", status=200)

    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.body[:8] == b"%PDF-1.7"


def test_a_page_s_picture_is_sent_to_who_may_read_and_to_nobody_else(browse, filed):
    picture = browse("officer").get(filed).html.select_one(".paper img")["src"]

    assert browse("officer").get(picture).content_type == "image/png"
    for login in ("auditor", "admin", "nobody"):
        assert browse(login).get(picture, expect_errors=True).status_int in {403, 404}


def test_who_may_not_act_is_offered_no_act_and_refused_when_he_tries(browse, filed, entries):
    browser = browse("auditor")
    page = browser.get(HERE)
    token = page.forms[0]["csrf_token"].value

    browser.post(f"{HERE}/hold", {"csrf_token": token, "reason": "x", "authority": "y"}, status=403)

    assert None is page.html.find(id="acts")
    assert entries("retention.hold-placed")[-1].outcome == "refused"


def test_withdrawing_needs_a_reason_and_keeps_the_paper(browse, filed):
    browser = browse("officer")
    form = form_with(browser.get(f"{filed}withdraw"), "why")
    refused = form.submit(status=422)
    form["why"] = "Lưu nhầm hồ sơ"
    page = form.submit(status=303).follow()

    assert refused.html.select_one("[aria-invalid]")["name"] == "why"
    assert "Đã rút" in page.html.select_one("#section-D").text


def test_a_secret_dossier_shows_its_stamp_to_those_cleared_and_is_not_there_for_others(
    browse, as_, follow
):
    with as_("archivist") as desk:
        a_dossier(desk, code="T-0003", name="Phạm Thị Kín", level=3)
    follow()

    assert (
        "TỐI MẬT"
        in browse("archivist").get("/dossiers/T-0003").html.select_one(".badge.stamp").text
    )
    browse("officer").get("/dossiers/T-0003", status=404)
    assert "Phạm Thị Kín" not in browse("officer").get("/dossiers")
