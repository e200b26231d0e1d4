"""A question as it is asked: words, ticked filters, an order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from hoso.desk.facets import NARROWING
from hoso.kernel.text import nfc
from hoso.search.values import SORTS

__all__ = ["SORTS", "Question"]

#: So much of a question is kept in the journal.
_TOLD = 200


@dataclass(frozen=True)
class Question:
    """What is asked: words, ticked filters, order; as addresses and saved searches hold it.

    :ivar chosen: facet name to ticked keys; ``dossier`` narrows to dossiers by code.
    """

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    sort: str = SORTS[0]

    @classmethod
    def of(cls, text: str, chosen: Mapping[str, Sequence[str]], *, sort: str = "") -> Question:
        """Make one of what arrived: composed, unknown names left out, each key once."""
        return cls(
            nfc(text).strip(),
            {
                name: tuple(dict.fromkeys(nfc(key)[:100] for key in chosen[name][:50]))
                for name in NARROWING
                if chosen.get(name)
            },
            sort if sort in SORTS else SORTS[0],
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked."""
        return not self.text and not self.chosen

    def told(self) -> dict[str, str]:
        """Return what the journal keeps of it, shortened."""
        ticked = "; ".join(f"{name}={','.join(keys)}" for name, keys in self.chosen.items())
        return {
            "query": self.text[:_TOLD],
            **({"filters": ticked[:_TOLD]} if ticked else {}),
            **({"sort": self.sort} if self.sort != SORTS[0] else {}),
        }
