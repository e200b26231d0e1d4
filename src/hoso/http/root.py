"""The root of traversal: the record tree itself.

``/dossiers/<code>/<uid>``, ``/tray/<uid>`` and ``/units/<key>/...`` lead to records; what is
found there is shown only where the act allows it, and an unknown name answers as a hidden
one does.
"""

from __future__ import annotations

from typing import Any

from hoso.records.model import Site

__all__ = ["root_factory"]


def root_factory(request: Any) -> Site:
    """Return the site as this request's transaction sees it."""
    site: Site = request.connection.root()["site"]
    # Who asks is looked up inside the transaction: an error page is drawn after it.
    _ = request.identity_here
    return site
