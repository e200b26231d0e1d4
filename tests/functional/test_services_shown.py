"""Who runs the site sees what does not work; nobody else is shown it."""

from __future__ import annotations

import logging

import pytest

from hoso.app import housekeeping
from hoso.app.housekeeping import Housekeeping
from hoso.testing.things import a_paper


def facts(browser):
    html = browser.get("/about").html
    return {dt.text.strip(): dt.find_next("dd").text.strip() for dt in html.find_all("dt")}


def test_what_waits_and_what_is_behind_is_counted(browse, as_, follow):
    follow()
    with as_("clerk") as desk:
        a_paper(desk)

    shown = facts(browse("operator"))

    assert shown["Tài liệu chờ đọc"] == "1"
    assert shown["Thay đổi chưa vào chỉ mục"] == "1"
    assert shown["Nhật ký đã niêm phong đến ngày"] == "chưa bao giờ"


def test_a_site_whose_index_is_damaged_says_so_and_still_shows_the_page(browse, site):
    assert facts(browse("operator"))["Thay đổi chưa vào chỉ mục"] == "không đọc được"


def test_sealing_that_fails_is_shown_until_it_works(browse, site, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    browser, keeping = browse("operator"), Housekeeping(site)

    def no_room(_house):
        keeping._stop.set()
        raise OSError("no room on the disk")

    with monkeypatch.context() as failing:
        failing.setattr(housekeeping, "keep_house", no_room)
        keeping.start()
        keeping.close()
    assert facts(browser)["Sự cố: housekeeping"] == "OSError: no room on the disk"

    again = Housekeeping(site)
    again.start()
    again.close()
    assert "Sự cố: housekeeping" not in facts(browser)


@pytest.mark.parametrize("login", ["clerk", "officer", "auditor", "admin", "employee"])
def test_nobody_else_is_shown_how_the_services_stand(browse, site, login):
    site.troubles["worker"] = "ConnectionError"

    page = browse(login).get("/about")

    assert "ConnectionError" not in page
    assert "Tài liệu chờ đọc" not in page
