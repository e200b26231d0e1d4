"""What a dossier of its type must hold, and what it lacks (pure).

The statutory components are those of TT 11/2012/TT-BNV art. 9 and TT 07/2019/TT-BNV, as
declared in ``catalogs/dossier-types``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

__all__ = ["Completeness", "completeness"]


@dataclass(frozen=True)
class Completeness:
    """How far a dossier holds what it must: keys of document types, in catalog order."""

    required: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Whole percent present; 100 where nothing is required."""
        if not self.required:
            return 100
        return (len(self.required) - len(self.missing)) * 100 // len(self.required)


def completeness(required: Iterable[str], present: Collection[str]) -> Completeness:
    """Compare the required document types with those that are there."""
    wanted = tuple(dict.fromkeys(required))
    return Completeness(wanted, tuple(key for key in wanted if key not in present))
