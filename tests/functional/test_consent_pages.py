"""Consent as people meet it: the asker, the head, the reader, the person."""

from __future__ import annotations

import pytest

from hoso.testing.things import a_dossier, a_filed_paper


def form_with(page, field):
    return next(form for form in page.forms.values() if field in form.fields)


@pytest.fixture
def kept(site, as_):
    """A dossier at ``nhanh`` with a paper; the clerk works at ``ben`` and sees neither."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0050", name="Phạm Thị Mẫu")
        paper = a_filed_paper(desk, dossier, words="nâng lương", type_="D05")
        uid = paper.uid
    with as_("operator") as desk:
        account = desk.root["accounts"].by_login["clerk"]
        account.roles = tuple(held._replace(unit=4) for held in account.roles)
    site.follower.catch_up()
    return uid


def ask(browser, what="T-0050"):
    form = form_with(browser.get("/consents"), "authority")
    form["what"], form["purpose"], form["reason"] = what, "02", "Soạn lịch sử đơn vị"
    form["authority"], form["valid_to"] = "Giấy giới thiệu 7/GGT", "31/03/2026"
    return form.submit(status=303).follow()


def test_a_consent_from_the_request_to_the_reading_and_its_end(browse, kept):
    clerk, head = browse("clerk"), browse("head")
    clerk.get(f"/dossiers/T-0050/{kept}", status=404)
    number = ask(clerk).html.h1.text.split()[-1]

    waiting = head.get("/consents")
    assert "T-0050 – Phạm Thị Mẫu" in waiting.html.find(id="pending").find_parent("section").text
    give = form_with(waiting.click(number), "decided_on")
    refused = give.submit("do", value="give", status=422)
    assert {t["name"] for t in refused.html.select("[aria-invalid=true]")} == {
        "number",
        "decided_on",
    }
    give["number"], give["decided_on"] = "21/CV-TT", "02/03/2026"
    given = give.submit("do", value="give", status=303).follow()

    assert "Quyết định" in clerk.get(f"/dossiers/T-0050/{kept}").text
    assert "21/CV-TT" in head.get("/dossiers/T-0050/consents").text

    end = form_with(given, "why")
    end["why"] = "Xong việc"
    end.submit("do", value="end", status=303)
    clerk.get(f"/dossiers/T-0050/{kept}", status=404)


def test_the_page_after_asking_is_the_same_for_what_there_is_and_what_there_is_not(browse, kept):
    clerk = browse("clerk")

    def said(what):
        page = ask(clerk, what)
        return [tag.text for tag in page.html.select("main *")]

    there, absent = said("T-0050"), said("T-9950")

    def plain(words):
        return [w.replace("T-9950", "T-0050").replace("/002", "/001") for w in words]

    assert plain(there) == plain(absent)


def test_a_consent_of_others_is_not_there(browse, kept):
    address = ask(browse("clerk")).request.path

    unknown = browse("archivist").get("/consents/0000000000001", status=404)
    hidden = browse("archivist").get(address, status=404)
    assert [t.text for t in unknown.html.select("main *")] == [
        t.text for t in hidden.html.select("main *")
    ]


def test_the_person_sees_who_was_let_in(browse, as_):
    ask(browse("officer"), "T-0001")
    head = browse("head")
    give = form_with(head.get("/consents").click("2026/officer/001"), "decided_on")
    give["number"], give["decided_on"] = "22/CV-TT", "02/03/2026"
    give.submit("do", value="give", status=303)

    page = browse("employee").get("/dossiers/T-0001/let-in")

    assert "22/CV-TT" in page.text
    assert "officer" in page.text
    browse("clerk").get("/dossiers/T-0001/let-in", status=403)


def test_who_was_let_in_to_some_papers_is_not_led_to_the_dossier(browse, kept):
    clerk, head = browse("clerk"), browse("head")
    number = ask(clerk).html.h1.text.split()[-1]
    give = form_with(head.get("/consents").click(number), "decided_on")
    give["number"], give["decided_on"] = "21/CV-TT", "02/03/2026"
    next(box for box in give.fields["sections"] if box._value == "D").checked = True
    give.submit("do", value="give", status=303)

    page = clerk.get(f"/dossiers/T-0050/{kept}", status=200)
    assert page.html.select('a[href$="/dossiers/T-0050/"]') == []
    clerk.get(f"/dossiers/T-0050/{kept}/why-access", status=200)
    clerk.get("/dossiers/T-0050/", status=404)
