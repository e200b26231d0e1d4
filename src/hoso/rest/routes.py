"""Addresses of the REST channel, and the record each of them is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyramid.httpexceptions import HTTPUnauthorized

from hoso.desk.disposing_certificate import find_destroyed
from hoso.kernel.errors import Missing
from hoso.records.model import Batch, Document, Unit

__all__ = ["ROUTES", "Found", "FoundGone", "includeme"]


class Found:
    """What an address leads to: the record that the permission is asked on."""

    def __init__(self, record: Any) -> None:
        self.record = record


def _asked_by_somebody(request: Any) -> None:
    # Before anything is looked up: a stranger learns of no record.
    if not request.identity_here.is_somebody:
        raise HTTPUnauthorized


def _site(request: Any) -> Found:
    _asked_by_somebody(request)
    return Found(request.connection.root()["site"])


def _record(name: str, kind: type) -> Callable[[Any], Found]:
    def find(request: Any) -> Found:
        _asked_by_somebody(request)
        return Found(request.desk.find(request.matchdict[name], kind))

    return find


class FoundGone(Found):
    """What an address led to is destroyed: ``record`` is its certificate."""


def _destroyed(request: Any) -> FoundGone:
    _asked_by_somebody(request)
    return FoundGone(find_destroyed(request.desk, request.matchdict["record"]))


def _document(request: Any) -> Found:
    _asked_by_somebody(request)
    name = request.matchdict["document"]
    try:
        return Found(request.desk.find(name, Document))
    except Missing:
        return FoundGone(find_destroyed(request.desk, name))


def _unit(request: Any) -> Found:
    _asked_by_somebody(request)
    found = request.desk.unit(request.matchdict["unit"])
    if not isinstance(found, Unit):
        raise Missing
    return Found(found)


#: Route name to (address, what it is about).
ROUTES: dict[str, tuple[str, Callable[[Any], Found]]] = {
    "api": ("/api/v1", _site),
    "api-description": ("/api/v1/openapi.json", _site),
    "api-search": ("/api/v1/search", _site),
    "api-suggest": ("/api/v1/suggest", _site),
    "api-batches": ("/api/v1/batches", _site),
    "api-batch": ("/api/v1/batches/{batch}", _record("batch", Batch)),
    "api-batch-files": ("/api/v1/batches/{batch}/files", _record("batch", Batch)),
    "api-batch-close": ("/api/v1/batches/{batch}/close", _record("batch", Batch)),
    "api-batch-receipt": ("/api/v1/batches/{batch}/receipt", _record("batch", Batch)),
    "api-unit-files": ("/api/v1/units/{unit}/files", _unit),
    "api-document": ("/api/v1/documents/{document}", _document),
    "api-destroyed": ("/api/v1/destroyed/{record}", _destroyed),
}


def includeme(config: Any) -> None:
    for name, (pattern, factory) in ROUTES.items():
        config.add_route(name, pattern, factory=factory)
