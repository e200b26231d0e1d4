"""The evolution steps of all packages, in one list; order comes from each step's ``after``.

A package whose persistent classes change adds ``<package>/evolve.py`` and is named here.
Version 0.1 is the first shape on disk, so there is no step yet.
"""

from __future__ import annotations

from hoso.storage.evolution import Step

__all__ = ["STEPS"]

STEPS: tuple[Step, ...] = ()
