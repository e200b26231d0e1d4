"""The root of traversal: the record tree itself.

``/dossiers/<code>/<uid>``, ``/tray/<uid>`` and ``/units/<key>/...`` lead to records; what is
found there is shown only where the act allows it, and an unknown name answers as a hidden
one does.  The address of a destroyed dossier, or paper, leads to what stays of it.
"""

from __future__ import annotations

from typing import Any

from hoso.kernel import ids
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
    code, *below = (
        step.encode("latin-1", "replace").decode("utf-8", "replace") for step in path.split("/")[2:]
    )
    number = known.codes.get(code)
    if number is None and below:
        # A paper that went before its dossier: its address was that of the dossier and its own.
        paper = known.destroyed.get(ids.from_text(below[0]) or 0)
        return paper if paper is not None and paper.code == f"{code}/{below[0]}" else None
    return known.destroyed.get(number) if number is not None else None
