"""What the channel offers: a start page for programs, and its description (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any

from hoso.rest.openapi import description

__all__ = ["includeme"]


def start(request: Any) -> Any:
    """Tell a program for whom it works and where it can go."""
    return {
        "account": request.identity_here.login,
        "batches": request.route_path("api-batches"),
        "search": request.route_path("api-search"),
        "description": request.route_path("api-description"),
    }


def describe(_request: Any) -> Any:
    """Describe the channel."""
    return description()


def includeme(config: Any) -> None:
    config.add_member_view(start, route_name="api", request_method="GET", renderer="json")
    config.add_member_view(
        describe, route_name="api-description", request_method="GET", renderer="json"
    )
