"""The jobs of the children that make renditions: plain values in, plain values out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, overload

from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.leaves import Leaf

__all__ = ["copy"]


def copy(
    leaves: Sequence[Mapping[str, Any]], words: str | None, target: str, title: str, made_at: str
) -> dict[str, Any]:
    """Make a preservation copy.

    *leaves* have ``scan``, ``page``, ``turn`` and ``source``; *words* names a file with one
    line of JSON a leaf, read when the leaf's turn comes.
    """
    done = make_copy(
        _Leaves(leaves, words), Path(target), title=title, made_at=datetime.fromisoformat(made_at)
    )
    return {"methods": list(done.methods), "notes": [each.as_dict() for each in done.notes]}


class _Leaves(Sequence[Leaf]):
    """Leaves whose words are read from their file one leaf at a time."""

    def __init__(self, leaves: Sequence[Mapping[str, Any]], words: str | None) -> None:
        self._leaves = leaves
        self._words = Path(words) if words is not None else None
        self._lines: list[int] = []
        if self._words is not None:
            with self._words.open("rb") as file:
                at = 0
                for line in file:
                    self._lines.append(at)
                    at += len(line)

    def __len__(self) -> int:
        return len(self._leaves)

    @overload
    def __getitem__(self, at: int) -> Leaf: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[Leaf]: ...

    def __getitem__(self, at: int | slice) -> Leaf | Sequence[Leaf]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        leaf = self._leaves[at]
        words: Sequence[Sequence[Any]] = ()
        if self._words is not None and at < len(self._lines):
            with self._words.open("rb") as file:
                file.seek(self._lines[at])
                words = json.loads(file.readline())
        return Leaf(Path(leaf["scan"]), leaf["page"], leaf["turn"], words, leaf["source"])
