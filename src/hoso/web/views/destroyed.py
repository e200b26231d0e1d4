"""What answers at the address of a destroyed dossier: 410, with its certificate.

Only for who may see disposals where it was kept; for all others nothing was ever there.
"""

from __future__ import annotations

from typing import Any

from hoso.desk import disposing_certificate
from hoso.retention.disposing.model import Destroyed
from hoso.web.certificates import certificate_of
from hoso.web.shapes import Crumb

__all__ = ["includeme"]


def gone(request: Any) -> Any:
    """Show the certificate at every address the dossier and its papers had."""
    found: Destroyed = request.context
    disposing_certificate.certificate(request.desk, found)
    # RFC 9110, 15.5.11: it was here, and will not come back.  That somebody looked is kept.
    request.response.status_int = 410
    request.environ["hoso.commit"] = True
    say = request.language.say
    return {
        "crumbs": (
            Crumb(say("Disposal lists"), request.route_path("disposals")),
            Crumb(found.list_number, request.route_path("disposal", number=found.list_number)),
            Crumb(found.code),
        ),
        **certificate_of(request, found),
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        disposing_certificate.certificate,
        gone,
        context=Destroyed,
        name="dossiers",
        request_method="GET",
        renderer="disposing/destroyed.jinja2",
    )
