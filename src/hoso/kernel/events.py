"""Events: what happened, told to whoever listens, in the same transaction.

A subscriber is small, idempotent, and does not care who else listens.  Subscribers belong
to a site and are passed, never global.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["Subscribers"]


class Subscribers:
    """Who listens to what."""

    def __init__(self) -> None:
        self._listeners: list[tuple[type, Callable[[Any, Any], None]]] = []

    def subscribe(self, event_type: type, listener: Callable[[Any, Any], None]) -> None:
        """Call ``listener(event, root)`` for each event of *event_type* or below it."""
        self._listeners.append((event_type, listener))

    def notify(self, event: Any, root: Any) -> None:
        """Tell the listeners, in the order they subscribed."""
        for event_type, listener in self._listeners:
            if isinstance(event, event_type):
                listener(event, root)
