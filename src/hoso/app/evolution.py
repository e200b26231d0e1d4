"""The evolution steps of all packages, in one list; order comes from each step's ``after``."""

from __future__ import annotations

from hoso.search.evolve import STEPS as SEARCH_STEPS
from hoso.storage.evolution import Step

__all__ = ["STEPS"]

STEPS: tuple[Step, ...] = (*SEARCH_STEPS,)
