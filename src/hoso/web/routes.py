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
        ("uploads", "/uploads"),
        ("upload", "/uploads/{id}"),
        ("intake", "/intake"),
        ("intake-progress", "/intake/progress"),
        ("intake-next", "/intake/next"),
        ("comparing", "/compare"),
        ("learnt", "/learnt"),
        ("learnt-forget", "/learnt/forget"),
        ("learnt-switch", "/learnt/switch"),
        ("intake-dossiers", "/intake/dossiers"),
        ("sheets", "/intake/sheets"),
        ("serial-labels", "/intake/labels"),
        ("sent-back", "/intake/sent-back"),
        ("imports", "/imports"),
        ("import", "/imports/{uid}"),
        ("import-columns", "/imports/{uid}/columns"),
        ("import-check", "/imports/{uid}/check"),
        ("import-start", "/imports/{uid}/start"),
        ("import-stop", "/imports/{uid}/stop"),
        ("import-progress", "/imports/{uid}/progress"),
        ("import-faults", "/imports/{uid}/faults.csv"),
        ("import-report", "/imports/{uid}/report.csv"),
        ("search", "/search"),
        ("suggest", "/search/suggest"),
        ("search-help", "/search/help"),
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
