"""What the page of a record says of access: the way to why, to whom it is opened, who was let in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.access.permissions import Permission
from hoso.records.model import Document, Dossier
from hoso.web.shapes import Badge

__all__ = ["aside"]


def aside(request: Any, record: Dossier | Document) -> dict[str, Any]:
    """Return the ways that are open to this reader, and whether there is a wall."""
    dossier = record if isinstance(record, Dossier) else record.dossier
    walled = dossier is not None and dossier.walled
    return {
        "walled": Badge(request.language.say("Behind a wall"), "warn") if walled else None,
        "links": list(_links(request, record)),
    }


def _links(request: Any, record: Dossier | Document) -> Iterator[dict[str, str]]:
    say, desk = request.language.say, request.desk
    yield {
        "label": say("Why can I see this?"),
        "url": request.resource_path(record, "why-access"),
    }
    keeper = desk.may(record, Permission.CONSENT_VIEW)
    if keeper:
        yield {
            "label": say("Opened to single people"),
            "url": request.resource_path(record, "access"),
        }
    if not isinstance(record, Dossier):
        return
    if keeper:
        yield {"label": say("Who was let in"), "url": request.resource_path(record, "consents")}
    elif desk.may(record, Permission.READERS_VIEW):
        yield {"label": say("Who was let in"), "url": request.resource_path(record, "let-in")}
    if desk.may(record, Permission.EXPORT_BUILD):
        yield {"label": say("Packages"), "url": request.resource_path(record, "packages")}
