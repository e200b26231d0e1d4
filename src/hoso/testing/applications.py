"""One configuration of the application for all sites of a test run.

To configure the application takes a third of a second and its templates as long again; what
is configured depends on the settings of a site and not on its records.  Each site has its own
registry all the same, with the same components in it: two sites may be served side by side.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from hoso.app import wsgi
from hoso.app.house import House
from hoso.http.rates import Rates

__all__ = ["configured_once"]


@contextmanager
def configured_once() -> Iterator[None]:
    """Configure applications of equal settings once while the block runs."""
    kept = wsgi.configured
    known: dict[str, Any] = {}

    def configured(house: House, *also: Callable[[Any], None]) -> Any:
        if also:
            return kept(house, *also)
        settings = repr(house.settings)
        if settings not in known:
            known[settings] = kept(house).registry
            # A hundred thousand objects that stay: the collector need not go through them again.
            gc.collect()
            gc.freeze()
        return _for(known[settings], house)

    wsgi.configured = configured
    try:
        yield
    finally:
        wsgi.configured = kept


def _for(shared: Any, house: House) -> Any:
    """Return a configuration with the components of *shared* that serves *house*."""
    from pyramid.config import Configurator

    # Not made by its own name: that would begin with components of its own.
    kind: Any = type(shared)
    registry = kind.__new__(kind)
    registry.__dict__.update(shared.__dict__)
    registry.update(shared)
    registry.house = house
    registry.rates = Rates.stated(house.settings)
    return Configurator(registry=registry)
