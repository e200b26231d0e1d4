"""Errors to HTTP: a status for each kind."""

from __future__ import annotations

from hoso.desk.refusals import journal_refusal

__all__ = ["STATUS", "journal_refusal"]

STATUS = {
    "internal": 500,
    "invalid": 422,
    "missing": 404,
    "forbidden": 403,
    "conflict": 409,
    "not-ready": 503,
    "unusable": 422,
}
