"""Why I see this; who could on a day; opening a record to one person; the page of waiting deeds."""

from __future__ import annotations

import pytest

from hoso.access.identity import Held
from hoso.testing.things import a_dossier, a_filed_paper


def form_with(page, field):
    return next(form for form in page.forms.values() if field in form.fields)


@pytest.fixture
def kept(as_):
    """A dossier at ``nhanh`` with a paper: the paper's address."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0050", name="Phạm Thị Mẫu")
        uid = a_filed_paper(desk, dossier).uid
    return f"/dossiers/T-0050/{uid}"


def test_everybody_is_told_why_he_sees_what_he_sees(browse, kept):
    page = browse("clerk").get("/dossiers/T-0050").click("Vì sao tôi xem được?")

    said = page.html.find(id="why").find_parent("section").text
    assert "Đơn vị Mẫu Nhánh" in said
    assert "không có quyền" in page.html.find(id="may-not").find_parent("section").text
    assert browse("clerk").get(f"{kept}/why-access").status_int == 200


def test_of_what_one_does_not_see_there_is_only_not_found(browse, kept):
    browser = browse("nobody")

    hidden = browser.get("/dossiers/T-0050/why-access", status=404)
    unknown = browser.get("/dossiers/T-9950/why-access", status=404)
    assert [t.text for t in hidden.html.select("main *")] == [
        t.text for t in unknown.html.select("main *")
    ]


def test_an_auditor_asks_who_could_see_a_dossier(browse, kept):
    form = form_with(browse("auditor").get("/access"), "permission")
    form["record"], form["on"] = "T-0050", "02/03/2026"
    page = form.submit()

    could = page.html.find(id="could").find_parent("section").text
    assert all(name in could for name in ("clerk", "head", "officer", "archivist", "auditor"))
    assert "operator" not in could

    form["login"] = "nobody"
    page = form.submit()
    assert "không giữ vai trò nào" in page.html.find(id="why").find_parent("section").text


def test_a_question_with_faults_says_which(browse, kept):
    page = browse("auditor").get("/access?record=khong&on=hom-qua&permission=x")

    assert {t["name"] for t in page.html.select("[aria-invalid=true]")} == {
        "record",
        "on",
        "permission",
    }


def test_the_questions_are_an_auditors(browse, kept):
    browse("clerk").get("/access?record=T-0050", status=403)


def test_a_record_is_opened_to_one_person_when_two_agree_and_closed_by_one(browse, kept, as_):
    with as_("operator") as desk:
        known = desk.root["accounts"].by_login
        known["officer"].roles = (*known["officer"].roles, Held("unit-head", 1, "", "", "9/QĐ"))
        known["nobody"].clearance = 1
    head, stranger = browse("head"), browse("nobody")
    stranger.get(kept, status=404)
    form = form_with(head.get(f"{kept}/access"), "valid_to")
    refused = form.submit("do", value="grant", status=422)
    assert refused.html.select("[aria-invalid=true]") or refused.html.select(".fault")
    form["login"], form["role"], form["decision"] = "nobody", "auditor", "14/QĐ-TT"
    form.submit("do", value="grant", status=303)
    waiting = browse("officer").get("/second").click("Cho riêng một người xem")
    form_with(waiting, "note").submit("do", value="agree", status=303)
    mine = head.get("/second").click("Cho riêng một người xem", index=0)
    form_with(mine, "do").submit("do", value="carry-out", status=303)
    stranger.get(kept, status=200)

    close = form_with(head.get(f"{kept}/access"), "why")
    close["why"] = "Xong việc"
    close.submit("do", value="take", status=303)
    stranger.get(kept, status=404)


def test_who_walls_himself_out_is_led_home(browse, kept):
    form = form_with(browse("head").get("/dossiers/T-0050/access"), "keepers")
    form["keepers"], form["decision"] = "archivist", "1/TT"

    form.submit("do", value="wall", status=303)

    browse("head").get("/dossiers/T-0050", status=404)
    browse("archivist").get("/dossiers/T-0050", status=200)


def test_what_waits_stands_on_the_first_page(browse, kept):
    form = form_with(browse("officer").get("/consents"), "authority")
    form["what"], form["purpose"], form["reason"] = "T-0050", "02", "Soạn lịch sử đơn vị"
    form["authority"], form["valid_to"] = "Giấy giới thiệu 7/GGT", "31/03/2026"
    form.submit(status=303)

    assert browse("head").get("/").html.select_one('a.warn[href$="/consents"]').b.text == "1"
    assert "T-0050" in browse("officer").get("/").text
    assert browse("clerk").get("/").html.select_one('a.warn[href$="/consents"]') is None


def test_a_change_is_rehearsed_by_who_keeps_accounts(browse, kept, follow):
    follow()
    form = form_with(browse("admin").get("/rehearse"), "give")
    form["login"], form["give"], form["unit"] = "clerk", "clerk", "ben"
    page = form.submit()

    assert "đọc" in page.html.find(id="may").find_parent("section").text
    # Who keeps accounts reads no papers, so nothing is counted for him.
    assert page.html.find(id="gained").find_parent("section").table is None
    browse("clerk").get("/rehearse", status=403)
