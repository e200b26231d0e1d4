"""A question, read: what language.py makes of what was typed, and plan.py asks."""

from __future__ import annotations

from dataclasses import dataclass

from hoso.search.ranges import Ends

__all__ = ["FIELD", "Clause", "Narrowing", "Query"]

# The field that faults of a question are told under.
FIELD = "query"


@dataclass(frozen=True)
class Clause:
    """Words to look for (or not): ``words`` as a run, ``phrase`` in order, ``beginning``."""

    shape: str
    words: tuple[str, ...]
    exact: tuple[str, ...]
    at: int
    excluded: bool = False


@dataclass(frozen=True)
class Narrowing:
    """A filter as typed.

    :ivar to: where it ends in what was typed, as ``at`` is where it begins.
    :ivar ends: of a range of years or days (since 1970), ``None`` being open.
    :ivar other: another filter the name may stand for, where the first knows no such value.
    """

    name: str
    value: str
    at: int
    to: int
    excluded: bool = False
    quoted: bool = False
    ends: Ends | None = None
    other: str = ""


@dataclass(frozen=True)
class Query:
    """A question, read; positions count in ``typed``, which is composed text."""

    typed: str
    clauses: tuple[Clause, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()

    @property
    def wanted(self) -> tuple[Clause, ...]:
        """The clauses that are looked for."""
        return tuple(clause for clause in self.clauses if not clause.excluded)

    @property
    def words(self) -> tuple[str, ...]:
        """Every word looked for, without marks, each once."""
        plain = (c for c in self.wanted if c.shape != "beginning")
        return tuple(dict.fromkeys(word for clause in plain for word in clause.words))

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Every beginning of a word looked for."""
        return tuple(c.words[0] for c in self.wanted if c.shape == "beginning")
