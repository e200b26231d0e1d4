"""What stays of what is destroyed: its certificate."""

from __future__ import annotations

from typing import Any

from hoso.desk import disposing_certificate
from hoso.rest.routes import FoundGone

__all__ = ["includeme"]


def certificate(request: Any) -> Any:
    """Return the certificate of a destroyed dossier, by its code or uid or a paper's uid."""
    return disposing_certificate.certificate(request.desk, request.context.record)


def gone(request: Any) -> Any:
    """Answer at the address a destroyed paper had: 410, with the certificate of its dossier."""
    request.response.status_int = 410
    request.environ["hoso.commit"] = True
    request.response.headers["Link"] = '<{}>; rel="describedby"'.format(
        request.route_path("api-destroyed", record=request.context.record.uid)
    )
    return certificate(request)


def includeme(config: Any) -> None:
    known = disposing_certificate.certificate
    config.add_act_view(
        known, certificate, route_name="api-destroyed", request_method="GET", renderer="json"
    )
    config.add_act_view(
        known,
        gone,
        route_name="api-document",
        context=FoundGone,
        request_method="GET",
        renderer="json",
    )
