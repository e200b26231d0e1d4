"""The pages: server-rendered, Vietnamese first, whole without scripts.

A view reads the request, calls one act of the desk and shapes the answer into what its
template shows.  Nothing here knows the subject: what may be done, what is missing and what
is due is the desk's to say.
"""

from __future__ import annotations

import hashlib
from importlib import resources
from typing import Any

from pyramid.static import QueryStringConstantCacheBuster

__all__ = ["includeme"]

_STATIC = "hoso.web:static"
_YEAR = 365 * 24 * 3600


def includeme(config: Any) -> None:
    """Set up templates, static files, the frame, and the pages."""
    config.add_settings({"jinja2.undefined": "strict", "jinja2.trim_blocks": True})
    config.include("pyramid_jinja2")
    config.add_jinja2_search_path("hoso.web:templates", name=".jinja2")
    config.add_static_view("static", _STATIC, cache_max_age=_YEAR)
    config.add_cache_buster(_STATIC, QueryStringConstantCacheBuster(_fingerprint()))
    config.include("hoso.web.layout")
    config.include("hoso.web.routes")
    for name in (
        "accounts", "batches", "compliance", "consent", "deadlines", "destroyed", "disposal_lists", "disposing", "documents", "dossiers", "errors", "explaining",
        "delivering", "exporting", "fixity", "forecasting", "granting", "handing_over", "holding", "home", "importing", "intake", "journal", "keys", "labelling",
        "leaving", "lending", "list_export", "marking", "own_account", "package_download", "page_gate", "people", "permits",
        "presence", "readers", "receipts", "rehearsing", "retaining", "trying_schedules", "saved_searches", "searching",
        "sending", "sheets", "shelving", "signing_in", "splitting", "stocktaking", "taking", "units",
        "uploads", "whereabouts",
    ):  # fmt: skip
        config.include(f"hoso.web.views.{name}")


def _fingerprint() -> str:
    """Return a mark that changes whenever a static file does."""
    digest = hashlib.sha256()
    files = resources.files("hoso.web").joinpath("static").iterdir()
    for path in sorted(files, key=lambda path: path.name):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
