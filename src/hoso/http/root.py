"""The root of traversal: the record tree itself.

``/dossiers/<code>/<uid>``, ``/tray/<uid>`` and ``/units/<key>/...`` lead to records; what is
found there is shown only where the act allows it, and an unknown name answers as a hidden
one does.  The address of a destroyed dossier leads to what stays of it.
"""

from __future__ import annotations

from typing import Any

from hoso.records.model import Site
from hoso.retention.disposing import book
from hoso.retention.disposing.model import Destroyed

__all__ = ["root_factory"]


def root_factory(request: Any) -> Site | Destroyed:
    """Return the site as this request's transaction sees it, or what stays of what it asks for."""
    root = request.connection.root()
    site: Site = root["site"]
    # Who asks is looked up inside the transaction: an error page is drawn after it.
    _ = request.identity_here
    gone = _destroyed(root, request.environ.get("PATH_INFO", ""))
    return site if gone is None else gone


def _destroyed(root: Any, path: str) -> Destroyed | None:
    """Return the certificate behind an address below ``/dossiers/``, of whatever was there."""
    if not path.startswith("/dossiers/"):
        return None
    known = book.book_if_any(root)
    if known is None:
        return None
    # A WSGI server hands the bytes of the address on as Latin-1 (PEP 3333).
    code = path.split("/")[2].encode("latin-1", "replace").decode("utf-8", "replace")
    number = known.codes.get(code)
    return known.destroyed.get(number) if number is not None else None
