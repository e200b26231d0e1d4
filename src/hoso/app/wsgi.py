"""The WSGI application of one opened site."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from hoso.app.house import House

__all__ = ["application"]


def application(house: House, *also: Callable[[Any], None]) -> Any:
    """Return the WSGI application that serves *house*.

    :param also: further configuration, applied over that of the channels (tests have some).
    """
    return configured(house, *also).make_wsgi_app()


def configured(house: House, *also: Callable[[Any], None]) -> Any:
    """Return the configuration of the application: the dear part of making one."""
    with warnings.catch_warnings():
        # Pyramid 2.1 imports pkg_resources, which warns (docs/adr/0002).
        warnings.simplefilter("ignore", UserWarning)
        from pyramid.config import Configurator

    config = Configurator(root_factory="hoso.http.root.root_factory")
    config.registry.house = house
    config.include("hoso.http")
    config.include("hoso.web")
    config.include("hoso.rest")
    for each in also:
        each(config)
    config.commit()
    return config
