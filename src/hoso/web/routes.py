"""Addresses of the tools; records have their own, by traversal."""

from __future__ import annotations

from typing import Any

__all__ = ["includeme"]


def includeme(config: Any) -> None:
    for name, pattern in (
        ("home", "/"),
        ("sign-in", "/sign-in"),
        ("sign-out", "/sign-out"),
        ("password", "/password"),
        ("language", "/language"),
        ("about", "/about"),
        ("dossiers", "/dossiers"),
        ("open-dossier", "/open"),
        ("units", "/units"),
        ("batches", "/batches"),
        ("open-batch", "/batches/new"),
        ("intake", "/intake"),
        ("intake-progress", "/intake/progress"),
        ("intake-next", "/intake/next"),
        ("intake-dossiers", "/intake/dossiers"),
        ("search", "/search"),
        ("suggest", "/search/suggest"),
        ("due", "/due"),
        ("paper", "/paper"),
        ("paper-place", "/paper/places/{code}"),
        ("paper-record", "/paper/records/{uid}"),
        ("paper-loan", "/paper/records/{uid}/loans/{loan}"),
        ("paper-loans", "/paper/loans"),
        ("paper-counts", "/paper/counts"),
        ("paper-count-table", "/paper/counts/{uid}/table.csv"),
        ("paper-count", "/paper/counts/{uid}"),
        ("paper-labels", "/paper/labels"),
        ("journal", "/journal"),
        ("journal-verify", "/journal/verify"),
        ("accounts", "/accounts"),
        ("account", "/accounts/{login}"),
        ("keys", "/keys"),
        ("key-take-back", "/keys/take-back"),
    ):
        config.add_route(name, pattern)
