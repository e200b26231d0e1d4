"""The description of the channel (OpenAPI 3.1), from one table; a test holds it to the views."""

from __future__ import annotations

from typing import Any, NamedTuple

from hoso.desk.facets import NARROWING
from hoso.rest.routes import ROUTES

__all__ = ["OPERATIONS", "Operation", "description"]


class Operation(NamedTuple):
    """One thing a program can do: route, method, what it does, what it sends, what it gets."""

    route: str
    method: str
    summary: str
    sends: str = ""
    query: tuple[str, ...] = ()
    answers: tuple[tuple[int, str], ...] = ((200, "Done."),)


OPERATIONS: tuple[Operation, ...] = (
    Operation("api", "GET", "For whom this key works, and where to go."),
    Operation("api-description", "GET", "This description."),
    Operation(
        "api-search",
        "GET",
        "Papers one may read, by words and filters: total, facets, one page of results.",
        query=("q", "sort", "limit", "offset", *NARROWING),
    ),
    Operation(
        "api-suggest",
        "GET",
        "People, numbers and agencies that begin as was typed.",
        query=("q",),
    ),
    Operation("api-batches", "GET", "The batches of the units one works at, open ones first."),
    Operation(
        "api-batches",
        "POST",
        "Declare a batch: unit, sheets counted by hand, sides, dossier, box, operator, scanner.",
        sends="application/json",
        answers=((201, "The batch, with its address."),),
    ),
    Operation("api-batch", "GET", "The declaration, the equation as it stands now, every file."),
    Operation(
        "api-batch-files",
        "POST",
        "Hand in one file with the batch. Sending the same bytes again changes nothing.",
        sends="application/octet-stream",
        query=("name",),
        answers=((201, "Received."), (200, "The same bytes are here already.")),
    ),
    Operation(
        "api-batch-close",
        "POST",
        "Close the batch; a difference from what was declared wants an explanation.",
        sends="application/json",
    ),
    Operation("api-batch-receipt", "GET", "The signed receipt of a closed batch (PDF/A, PAdES)."),
    Operation(
        "api-unit-files",
        "POST",
        "Hand in one file, to the tray of a unit.",
        sends="application/octet-stream",
        query=("name", "into"),
        answers=((201, "Received."), (200, "The same bytes are here already.")),
    ),
    Operation(
        "api-document",
        "GET",
        "Where a paper stands and what was read out of it; of a destroyed one the certificate.",
        answers=((200, "Done."), (410, "It is destroyed: the certificate of its dossier.")),
    ),
    Operation(
        "api-destroyed",
        "GET",
        "The certificate of a destroyed dossier, by its code or uid or the uid of a paper.",
    ),
)

_PROBLEM = {
    "description": "What is wrong and what to do next (RFC 9457).",
    "content": {
        "application/problem+json": {
            "schema": {
                "type": "object",
                "required": ["type", "title", "status"],
                "properties": {
                    "type": {"type": "string"},
                    "title": {"type": "string"},
                    "status": {"type": "integer"},
                    "detail": {"type": "string"},
                    "faults": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {
                                "field": {"type": "string"},
                                "message": {"type": "string"},
                            },
                        },
                    },
                },
            }
        }
    },
}


def description() -> dict[str, Any]:
    """Return the description as plain values."""
    paths: dict[str, Any] = {}
    for each in OPERATIONS:
        pattern, _factory = ROUTES[each.route]
        paths.setdefault(pattern, {})[each.method.lower()] = _operation(each, pattern)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "hoso",
            "version": "1",
            "description": "Hand scanned papers in, ask what came of them; search.",
        },
        "security": [{"key": []}],
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "responses": {"Problem": _PROBLEM},
        },
        "paths": paths,
    }


def _operation(each: Operation, pattern: str) -> dict[str, Any]:
    in_path = [part[1:-1] for part in pattern.split("/") if part.startswith("{")]
    told: dict[str, Any] = {
        "operationId": f"{each.method.lower()}-{each.route}",
        "summary": each.summary,
        "responses": {
            **{str(status): {"description": said} for status, said in each.answers},
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in in_path
    ] + [
        {
            "name": name,
            "in": "query",
            "required": name == "name",
            "schema": {"type": "string"},
        }
        for name in each.query
    ]
    if parameters:
        told["parameters"] = parameters
    if each.sends:
        binary = each.sends == "application/octet-stream"
        schema = {"type": "string", "format": "binary"} if binary else {"type": "object"}
        told["requestBody"] = {"required": True, "content": {each.sends: {"schema": schema}}}
    return told
