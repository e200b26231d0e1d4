"""Every module of hoso, imported once."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import hoso

__all__ = ["every_module"]


@cache
def every_module() -> tuple[ModuleType, ...]:
    """Return all modules of the package; what they register on import is there then."""
    below = pkgutil.walk_packages(hoso.__path__, "hoso.")
    return (hoso, *(importlib.import_module(module.name) for module in below))
