"""Folder: the persistent container with ``__name__`` and ``__parent__``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.OOBTree import OOBTree
from persistent import Persistent

__all__ = ["Folder", "lineage"]


class Folder(Persistent):
    """Named children in a BTree; never counted, since counting loads every bucket."""

    __name__: str = ""
    __parent__: Any = None

    def __init__(self) -> None:
        self._children: OOBTree = OOBTree()

    def __getitem__(self, name: str) -> Any:
        return self._children[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self._children.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self._children

    def __iter__(self) -> Iterator[str]:
        return iter(self._children.keys())

    def __bool__(self) -> bool:
        return True

    def add(self, name: str, child: Any) -> None:
        """Put *child* in under *name*; raise ``KeyError`` where the name is taken."""
        if not self._children.insert(name, child):
            raise KeyError(name)
        child.__name__ = name
        child.__parent__ = self

    def remove(self, name: str) -> Any:
        """Take the child out and return it."""
        child = self._children.pop(name)
        child.__parent__ = None
        return child

    def names(self, low: str | None = None, high: str | None = None) -> Iterator[str]:
        """Return the names in order, from *low* to *high* inclusive."""
        return iter(self._children.keys(low, high))

    def values(self) -> Iterator[Any]:
        return iter(self._children.values())

    def items(self) -> Iterator[tuple[str, Any]]:
        return iter(self._children.items())


def lineage(record: Any) -> Iterator[Any]:
    """Yield *record*, its parent, and so on to the root."""
    while record is not None:
        yield record
        record = getattr(record, "__parent__", None)
