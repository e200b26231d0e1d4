"""Shapes of tables: which keys there may be, of what type, and which there must be.

``read`` turns a raw table into one that has every key of its shape, with the default where
it was absent or wrong; what is wrong is noted, so that reading goes on.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.values import Text
from hoso.kernel.dates import PartialDate

__all__ = ["Key", "Shape", "did_you_mean", "is_day", "is_name", "read", "read_each"]

_NAME = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a shape."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    shape: Shape | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of a table, and what such a table is called in messages."""

    called: str
    keys: Mapping[str, Key] = field(default_factory=dict)


def did_you_mean(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return the end of a message that names what there is, the likeliest first."""
    near = difflib.get_close_matches(word, list(known), n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    listed = sorted(known)
    shown = ", ".join(listed[:12]) + (", …" if len(listed) > 12 else "")
    return f"there are: {shown}." if listed else "there are none."


def is_day(text: str) -> bool:
    """Say whether a text is a whole ISO date."""
    try:
        return PartialDate.parse(text).day > 0
    except ValueError:
        return False


def is_name(text: str) -> bool:
    """Say whether a text may be a key: ASCII letters and digits, joined by - or dots."""
    return _NAME.fullmatch(text) is not None


def _label(raw: Any) -> Text | None:
    if not isinstance(raw, dict) or not set(raw) <= {"vi", "en"}:
        return None
    vi, en = raw.get("vi"), raw.get("en", "")
    if not isinstance(vi, str) or not isinstance(en, str) or not vi.strip():
        return None
    return Text(vi, en)


def _typed(kind: type) -> Callable[[Any], Any]:
    return lambda raw: raw if type(raw) is kind else None


def _words(raw: Any) -> tuple[str, ...] | None:
    if not isinstance(raw, list) or not all(isinstance(word, str) and word for word in raw):
        return None
    return tuple(raw)


def _day(raw: Any) -> str | None:
    return raw if isinstance(raw, str) and is_day(raw) else None


# kind: (reader, default, what to write)
_KINDS: Mapping[str, tuple[Callable[[Any], Any], Any, str]] = {
    "text": (lambda raw: raw if isinstance(raw, str) and raw.strip() else None, "", "a text"),
    "whole": (_typed(int), None, "a whole number"),
    "flag": (_typed(bool), False, "true or false"),
    "label": (_label, Text(""), '{ vi = "…", en = "…" }'),
    "words": (_words, (), 'a list of texts, ["…", "…"]'),
    "day": (_day, None, 'a date, "YYYY-MM-DD"'),
    "table": (_typed(dict), {}, "a table"),
    "tables": (
        lambda raw: raw if isinstance(raw, list) and all(type(x) is dict for x in raw) else None,
        [],
        "a list of tables, [[…]]",
    ),
}


def read(
    files: DefinitionFiles, raw: Mapping[str, Any], shape: Shape, place: Place
) -> dict[str, Any]:
    """Return a table with every key of its shape; note what is wrong."""
    for name in raw:
        if name not in shape.keys:
            near = did_you_mean(name, shape.keys)
            files.fault(place.at(name), f"Unknown key {name!r} in {shape.called}; {near}")
    table: dict[str, Any] = {}
    for name, key in shape.keys.items():
        reader, default, written = _KINDS[key.kind]
        table[name] = default
        if name not in raw:
            if key.required:
                files.fault(place, f"The key {name!r} is missing in {shape.called}; add it.")
            continue
        value = reader(raw[name])
        inside = place.at(name)
        if value is None:
            files.fault(inside, f"The key {name!r} must be {written}.")
        elif key.choices and (wrong := _not_among(value, key.choices)):
            near = did_you_mean(wrong, key.choices)
            files.fault(inside.at(value=wrong), f"{wrong!r} cannot be a {name!r}; {near}")
        elif key.shape is not None and key.kind == "table":
            table[name] = read(files, value, key.shape, inside)
        elif key.shape is not None and key.kind == "tables":
            table[name] = [
                read(files, one, key.shape, inside.at(index)) for index, one in enumerate(value)
            ]
        else:
            table[name] = value
    return table


def read_each(
    files: DefinitionFiles, raw: Mapping[str, Any], shape: Shape, place: Place
) -> dict[str, dict[str, Any]]:
    """Return the tables of a file that holds one table per key."""
    found = {}
    for key, value in raw.items():
        if not isinstance(value, dict):
            files.fault(place.at(key), f"Unknown key {key!r}; this file holds tables, [{key}].")
            continue
        found[key] = read(files, value, shape, place.at(key))
    return found


def _not_among(value: Any, choices: tuple[str, ...]) -> str:
    given = (value,) if isinstance(value, str) else value
    return next((word for word in given if word not in choices), "")
