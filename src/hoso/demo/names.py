"""Names nobody bears: put together from lists, each with the word that says so."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["Names"]


@dataclass(frozen=True)
class Names:
    """Invented names; every person of the demo is put together from these."""

    families: tuple[str, ...]
    middle_female: str
    middle_male: str
    mark: str
    given_female: tuple[str, ...]
    given_male: tuple[str, ...]
    fixed: tuple[str, ...]
    villages: tuple[str, ...]
    schools: tuple[str, ...]
    subjects_of_study: tuple[str, ...]

    def woman(self, draw: random.Random) -> str:
        """A woman nobody is."""
        return self._full(draw, self.middle_female, self.given_female)

    def man(self, draw: random.Random) -> str:
        """A man nobody is."""
        return self._full(draw, self.middle_male, self.given_male)

    def _full(self, draw: random.Random, middle: str, given: tuple[str, ...]) -> str:
        return f"{draw.choice(self.families)} {middle} {self.mark} {draw.choice(given)}"

    def is_invented(self, name: str) -> bool:
        """Tell whether *name* could have been made from these lists."""
        if name in self.fixed:
            return True
        family, *rest = name.split(" ")
        given = set(self.given_female) | set(self.given_male)
        return family in self.families and self.mark in name and rest[-1] in given
