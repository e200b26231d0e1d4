"""Browsers without a screen: pages as a reader gets them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def browse(site):
    """Call it with a login for a signed-in browser, with "" for a stranger's."""
    from webtest import TestApp

    from hoso.app.wsgi import application
    from hoso.testing.passwords import PASSWORD

    served = application(site)

    def open_browser(login=""):
        browser = TestApp(served)
        if login:
            form = browser.get("/sign-in").forms[0]
            form["login"], form["password"] = login, PASSWORD
            form.submit(status=303)
        return browser

    return open_browser


@pytest.fixture
def follow(site):
    """Call it to bring the index up to what was committed."""
    return site.follower.catch_up


@pytest.fixture(scope="session")
def shared(home):
    """The folder of shared papers and hostile files, beside the clone or in HOSO_SHARED."""
    folder = Path(os.environ.get("HOSO_SHARED", home.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"NOT RUN: no shared material in {folder}; set HOSO_SHARED")
    return folder
