"""Every page at three widths: nothing sticks out, nothing is cut off, no mark is clipped."""

from __future__ import annotations

import pytest
from browsing import OUTLINE

SIZES = {"1366": (1366, 768), "1920": (1920, 1080), "400": (400, 800)}
#: Kept as pictures at the other widths too.
ALL_WIDTHS = ("home", "dossier", "document", "search", "edit", "due", "intake", "accounts")
PAGES = {
    "tccb": {
        "home": "/",
        "dossiers": "/dossiers",
        "dossier": "/dossiers/M-0001",
        "dossier-held": "/dossiers/M-0030",
        "case-file": "/dossiers/V-2018-01",
        "open": "/open",
        "units": "/units",
        "unit": "/units/tinh-mau/so-noi-vu",
        "intake": "/intake",
        "search": "/search?q=nang+luong",
        "search-empty": "/search",
        "due": "/due?on=31/12/2026",
        "why": "/dossiers/V-2018-01/why",
        "about": "/about",
        "password": "/password",
        "not-here": "/dossiers/M-7777",
    },
    "kiemtra": {"journal": "/journal?of=M-0001", "accounts-seen": "/accounts"},
    "quantri": {"accounts": "/accounts", "account": "/accounts/tccb"},
}


@pytest.mark.parametrize("login", PAGES)
def test_nothing_sticks_out_and_no_mark_is_clipped(browse, login):
    reader = browse(login)
    wrong = []
    for name, address in PAGES[login].items():
        reader.go(address)
        wrong += outline(reader, name)

    assert wrong == []


def outline(reader, name):
    """Return what is wrong with the page that is open, at every width."""
    wrong = []
    for size, (width, height) in SIZES.items():
        reader.page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{name} at {size}: {one}" for one in reader.page.evaluate(OUTLINE)]
        if size == "1366" or name in ALL_WIDTHS:
            reader.shoot(f"{size}-{name}")
    return wrong


def test_a_paper_its_correction_and_the_sign_in_fit_too(browse, office):
    uid = office.hoso("dossier", "show", "M-0013")[0]["documents"][0]["id"]
    reader, stranger = browse("tccb"), browse()
    wrong = []
    for name, part in {"document": "", "edit": "edit", "withdraw": "withdraw"}.items():
        reader.go(f"/dossiers/M-0013/{uid}/{part}")
        wrong += outline(reader, name)
    stranger.go("/sign-in")
    wrong += outline(stranger, "sign-in")

    assert wrong == []
