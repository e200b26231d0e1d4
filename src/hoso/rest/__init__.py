"""The REST channel, ``/api/v1``: scanners and programs hand papers in and ask what came of them.

The same acts as the pages perform, answered in JSON.  Who works is said by an access key
(RFC 6750), never by a cookie.  What cannot be done is told as RFC 9457 problems, in English.
"""

from __future__ import annotations

from typing import Any

__all__ = ["includeme"]


def includeme(config: Any) -> None:
    """Set up the addresses, the problems, and the views."""
    config.include("hoso.rest.routes")
    config.include("hoso.rest.problems")
    for name in ("about", "batches", "destroyed", "papers", "searching"):
        config.include(f"hoso.rest.views.{name}")
