"""The retention law of a rulebook, kept so that an old decision can be made again.

A decision names its rule and the digest of the rulebook it was made under.  Files change and a
digest cannot be turned back into them; so what retention reads of a rulebook is kept once for
every digest something was decided under, and the same facts give the same decision, and the
same reasons, years later.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Protocol

from BTrees.OOBTree import OOBTree

from hoso.definitions.values import RetentionClass, RetentionRule, Term, Text, Trigger

__all__ = ["Book", "Kept", "OfClass", "keep", "known", "law_under", "read", "written"]

_KEY = "retention-laws"


class OfClass(Protocol):
    """A kind of dossier or paper: all that retention asks of it is its class."""

    @property
    def retention(self) -> str: ...


class Book(Protocol):
    """What retention reads of a rulebook."""

    @property
    def retention_rules(self) -> Mapping[str, RetentionRule]: ...
    @property
    def retention_classes(self) -> Mapping[str, RetentionClass]: ...
    @property
    def triggers(self) -> Mapping[str, Trigger]: ...
    @property
    def statuses(self) -> Mapping[str, Term]: ...
    @property
    def document_types(self) -> Mapping[str, OfClass]: ...
    @property
    def dossier_types(self) -> Mapping[str, OfClass]: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class Kind:
    """A kind of record with its retention class."""

    retention: str


@dataclass(frozen=True)
class Kept:
    """The retention law of a rulebook, as it was kept."""

    retention_rules: Mapping[str, RetentionRule]
    retention_classes: Mapping[str, RetentionClass]
    triggers: Mapping[str, Trigger]
    statuses: Mapping[str, Term]
    document_types: Mapping[str, Kind]
    dossier_types: Mapping[str, Kind]
    digest: str


def written(book: Book) -> bytes:
    """Write what retention reads of a rulebook; the same law gives the same bytes."""
    said = {
        "digest": book.digest,
        "rules": {key: _plain(rule) for key, rule in book.retention_rules.items()},
        "classes": {key: _plain(one) for key, one in book.retention_classes.items()},
        "triggers": {key: _plain(one) for key, one in book.triggers.items()},
        "statuses": {
            code: {"label": asdict(term.label), "extra": dict(term.extra)}
            for code, term in book.statuses.items()
        },
        "documents": {key: one.retention for key, one in book.document_types.items()},
        "dossiers": {key: one.retention for key, one in book.dossier_types.items()},
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return zlib.compress(text.encode(), 9)


def _plain(value: RetentionRule | RetentionClass | Trigger) -> dict[str, Any]:
    return {name: said for name, said in asdict(value).items() if name not in {"key", "place"}}


def read(kept: bytes) -> Kept:
    """Read what ``written`` wrote."""
    said = json.loads(zlib.decompress(kept))
    rules = {
        key: RetentionRule(key=key, **{**row, "label": Text(**row["label"])})
        for key, row in said["rules"].items()
    }
    classes = {
        key: RetentionClass(
            key,
            Text(**row["label"]),
            tuple(row["rules"]),
            # Laws that were kept before these were said know nothing of them.
            part_of=tuple(row.get("part_of", ())),
            transfer_first=row.get("transfer_first", False),
        )
        for key, row in said["classes"].items()
    }
    triggers = {
        key: Trigger(
            key, Text(**row["label"]), tuple(row["statuses"]), row["counts_from"], row["source"]
        )
        for key, row in said["triggers"].items()
    }
    statuses = {
        code: Term(code, Text(**row["label"]), None, None, "", "", MappingProxyType(row["extra"]))
        for code, row in said["statuses"].items()
    }
    return Kept(
        MappingProxyType(rules),
        MappingProxyType(classes),
        MappingProxyType(triggers),
        MappingProxyType(statuses),
        MappingProxyType({key: Kind(one) for key, one in said["documents"].items()}),
        MappingProxyType({key: Kind(one) for key, one in said["dossiers"].items()}),
        said["digest"],
    )


def keep(root: Any, book: Book) -> None:
    """Keep the law of a rulebook under its digest, once."""
    laws = root.get(_KEY)
    if laws is None:
        laws = root[_KEY] = OOBTree()
    if book.digest not in laws:
        laws[book.digest] = written(book)


def known(root: Any) -> list[str]:
    """Return the digests under which something was decided."""
    return list(root.get(_KEY, ()))


def law_under(root: Any, digest: str) -> Kept | None:
    """Return the law as it was under a digest; ``None`` where it was never kept."""
    kept = root.get(_KEY, {}).get(digest)
    return read(kept) if kept is not None else None
