"""Reasons as a tree that a lawyer can read, in the reader's language.

A step is a gettext msgid with the facts it rests on; facts stay values (dates, labels,
numbers) until somebody reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from hoso.definitions.values import Text
from hoso.kernel.dates import PartialDate

__all__ = ["Step", "lines", "tree", "written"]


@dataclass(frozen=True)
class Step:
    """One sentence and what it rests on."""

    text: str
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    children: tuple[Step, ...] = ()


def written(step: Step, *, language: str = "en", translate: Callable[[str], str] = str) -> str:
    """Write one step in a language; ``translate`` turns msgids into it."""
    said = {name: _said(value, language) for name, value in step.facts.items()}
    return translate(step.text).format_map(said)


def tree(
    step: Step, *, language: str = "en", translate: Callable[[str], str] = str
) -> dict[str, Any]:
    """Return ``{"text": …, "because": [the same, …]}`` for JSON and templates."""
    return {
        "text": written(step, language=language, translate=translate),
        "because": [tree(child, language=language, translate=translate) for child in step.children],
    }


def lines(
    step: Step, *, language: str = "en", translate: Callable[[str], str] = str, depth: int = 0
) -> Iterator[tuple[int, str]]:
    """Yield (depth, sentence) from the conclusion down."""
    yield depth, written(step, language=language, translate=translate)
    for child in step.children:
        yield from lines(child, language=language, translate=translate, depth=depth + 1)


def _said(value: Any, language: str) -> str:
    if isinstance(value, Text):
        return value.in_(language)
    if isinstance(value, PartialDate):
        return value.vietnamese
    if isinstance(value, date):
        return f"{value:%d/%m/}{value.year:04d}"
    return "" if value is None else str(value)
