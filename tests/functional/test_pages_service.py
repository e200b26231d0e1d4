"""Leaving, the forecast and handovers on their pages, without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.desk import dossiers
from hoso.testing.things import a_filed_paper

CODE = "T-0001"


@pytest.fixture
def serving(as_):
    """A man of 15 February 1964, in service since 1990, with a decision to retire filed."""
    with as_("officer") as desk:
        dossier = desk.site.dossiers[CODE]
        dossiers.edit(
            desk, dossier, name=dossier.name, birth_date="15/02/1964", gender="1",
            revision=dossier.revision,
        )  # fmt: skip
        dossiers.change_status(
            desk, dossier, status="DANG_CT", effective="01/09/1990", evidence="",
            revision=dossier.revision,
        )  # fmt: skip
        return a_filed_paper(
            desk, dossier, type_="D08", title="Nghỉ hưu", date="2026-02-20", number="12"
        ).uid


def form_of(page, do):
    """Return the form of a page whose button does *do*."""
    return next(form for form in page.forms.values() if f'name="do" value="{do}"' in form.text)


def send(page, do, **values):
    form = form_of(page, do)
    for name, value in values.items():
        form[name] = value
    return form.submit("do", value=do, expect_errors=True)


def text_of(page):
    return " ".join(page.html.find("main").get_text(" ").split())


def test_a_retirement_is_previewed_recorded_ticked_and_undone(browse, serving, clock):
    browser = browse("officer")
    assert f"/dossiers/{CODE}/leaving" in browser.get(f"/dossiers/{CODE}/").text
    page = browser.get(f"/dossiers/{CODE}/leaving")
    refused = send(page, "preview", kind="retirement")
    assert refused.status_int == 422
    assert len(refused.html.select("#f-effective-fault, #f-decision-fault")) == 2

    shown = send(
        refused, "preview", kind="retirement", effective="01/03/2026", evidence=serving,
        form="DUNG_TUOI",
    )  # fmt: skip
    said = text_of(shown)
    assert "Nghỉ hưu từ 01/03/2026" in said
    assert "employee" in said
    assert "01/01/2097" in said
    assert "Phiếu bổ sung lý lịch năm cuối" in said
    page = send(shown, "record").follow()

    said = text_of(page)
    assert "Quyết định nghỉ hưu" in said
    assert len(page.html.select("#content .badge.good")) == 1
    ticked = send(page, "tick", note="Đã trao ngày 02/03").follow()
    assert len(ticked.html.select("#content .badge.good")) == 2
    wrong = send(ticked, "undo", reason="")
    assert wrong.status_int == 422
    undone = send(wrong, "undo", reason="Ghi nhầm người").follow()
    assert "Ghi nhầm người" in text_of(undone)
    assert "Đang công tác" in text_of(browser.get(f"/dossiers/{CODE}/"))


def test_what_is_late_stands_on_the_first_page_and_on_its_own(browse, serving, clock):
    page = browse("officer").get(f"/dossiers/{CODE}/leaving")
    shown = send(page, "preview", kind="retirement", effective="01/03/2026", evidence=serving)
    send(shown, "record").follow()
    clock.advance(timedelta(days=30))
    head = browse("head")

    assert "/left?late=1" in head.get("/").text
    said = text_of(head.get("/left?late=1"))
    assert "Nguyễn Văn Mẫu" in said
    assert "Mục lục thành phần tài liệu" in said
    own = head.get(f"/dossiers/{CODE}/leaving")
    assert not [form for form in own.forms.values() if 'value="tick"' in form.text]


def test_the_forecast_shows_months_late_people_and_unknown_births(browse, serving):
    head = browse("head")
    page = head.get("/forecast?first=05/2025&months=1")

    said = text_of(page)
    assert "31/05/2025" in said
    assert "Nguyễn Văn Mẫu" in said
    for asked in ("first=13/2025", "first=x", "months=0", "months=999", "unit=none"):
        assert head.get(f"/forecast?{asked}", expect_errors=True).status_int == 422


def test_what_runs_out_is_told_on_the_first_page_to_whose_task_it_is(browse, serving, clock):
    browser = browse("officer")
    page = browser.get(f"/dossiers/{CODE}/leaving")
    words = {"kind": "retirement", "effective": "01/03/2026", "evidence": serving}
    send(send(page, "preview", **words), "record")
    dossier = text_of(browser.get(f"/dossiers/{CODE}/"))
    assert "dừng từ 01/03/2026: Nghỉ hưu" in dossier
    clock.advance(timedelta(days=15))  # 17 March; what is due in 15 days was due on the 16th

    page = browse("officer").get("/deadlines")
    assert "trễ 1 ngày" in text_of(page)
    assert "Đã dừng" in text_of(page)
    home = browse("clerk").get("/")
    assert home.html.select_one("a.bad[href$='/deadlines?mine=1']") is not None
    mine = browse("clerk").get("/deadlines?mine=1")
    assert "Đã dừng" not in text_of(mine)
    assert browse("clerk").get("/deadlines?unit=x", expect_errors=True).status_int == 404
    assert browse("admin").get("/deadlines", expect_errors=True).status_int in {403, 404}


def test_a_handover_goes_out_is_checked_and_signed_for(browse, as_, serving):
    officer, archivist = browse("officer"), browse("archivist")
    page = officer.get(f"/custody/new?dossier={CODE}")
    form = page.forms[1] if "codes" not in page.forms[0].fields else page.forms[0]
    form = next(one for one in page.forms.values() if "codes" in one.fields)
    assert form["unit"].value == "nhanh"
    assert form.submit(status=422).html.select("#f-decision-fault")
    form["target"], form["decision"], form["envelope"] = "goc", "7/QĐ", "PB-01"
    sent = form.submit(status=303).follow()
    assert not [one for one in sent.forms.values() if 'value="receive"' in one.text]
    number = sent.request.path.rpartition("/")[2]

    assert number in archivist.get("/").text or "/custody" in archivist.get("/").text
    page = archivist.get(f"/custody/{number}")
    wrong = send(page, "receive", **{"envelope": "PB-01", f"count-{CODE}": "3"})
    assert wrong.status_int == 422
    received = send(wrong, "receive", **{f"count-{CODE}": "1"}).follow()
    assert "Đã nhận" in text_of(received)
    pdf = archivist.get(f"/custody/{number}/answer.pdf")
    assert pdf.body.startswith(b"%PDF-")
    assert archivist.get(f"/custody/{number}/list.json").status_int == 200
    with as_("officer") as desk:
        assert desk.site.dossiers[CODE].unit.key == "goc"
    assert browse("head").get(f"/custody/{number}", expect_errors=True).status_int in {403, 404}
    assert number in archivist.get("/custody?show=closed").text
