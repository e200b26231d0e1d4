"""Where a value stands: the file and the keys that lead to it.

``tomllib`` forgets lines.  They are wanted only when something is wrong, so a place keeps
the keys, and the line is found in the text when a finding is written.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

__all__ = ["NOWHERE", "Place", "line_of"]

_HEADER = re.compile(r"\s*(\[\[?)(.+?)\]\]?\s*(?:#.*)?$")
_KEY = re.compile(
    r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*'))*)\s*="
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


@dataclass(frozen=True, slots=True)
class Place:
    """A file under the home, and either a line or the keys that lead to a value."""

    file: str
    line: int = 0
    keys: tuple[str | int, ...] = ()
    value: str | None = None

    def at(self, *keys: str | int, value: str | None = None) -> Place:
        """Return the place of something inside this one."""
        return Place(self.file, self.line, (*self.keys, *keys), value)


NOWHERE = Place("")


def line_of(text: str, place: Place) -> int:
    """Return the line of a place in its text: the longest run of its keys that is there."""
    if place.line:
        return place.line
    best_line, best_depth = 1, 0
    for line, keys in _keyed_lines(text):
        depth = _common(keys, place.keys)
        if depth == len(keys) and depth > best_depth:
            best_line, best_depth = line, depth
    return _line_of_value(text, best_line, place.value)


def _keyed_lines(text: str) -> list[tuple[int, tuple[str | int, ...]]]:
    """Return (line, full keys) of every table header and every key of a TOML text."""
    found: list[tuple[int, tuple[str | int, ...]]] = []
    table: tuple[str | int, ...] = ()
    counts: dict[tuple[str | int, ...], int] = {}
    last: dict[tuple[str, ...], tuple[str | int, ...]] = {}
    depth, fence = 0, ""
    for number, line in enumerate(text.splitlines(), start=1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if depth == 0 and (header := _HEADER.match(line)) and "=" not in header.group(2):
            names = tuple(_parts(header.group(2)))
            parent = last.get(names[:-1], names[:-1])
            table = (*parent, names[-1])
            if header.group(1) == "[[":
                index = counts.get(table, 0)
                counts[table] = index + 1
                table = (*table, index)
            last[names] = table
            found.append((number, table))
            continue
        if depth == 0 and (key := _KEY.match(line)):
            found.append((number, (*table, *_parts(key.group(1)))))
        for mark in ('"""', "'''"):
            if line.count(mark) % 2:
                fence = mark
        bare = _STRING.sub("", line).split("#", 1)[0]
        depth += sum(map(bare.count, "[{")) - sum(map(bare.count, "]}"))
        depth = max(0, depth)
    return found


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in re.findall(r'"[^"]*"|\'[^\']*\'|[^.]+', dotted)]


def _common(keys: tuple[str | int, ...], wanted: tuple[str | int, ...]) -> int:
    depth = 0
    for mine, theirs in zip(keys, wanted, strict=False):
        if mine != theirs:
            break
        depth += 1
    return depth


def _line_of_value(text: str, start: int, value: str | None) -> int:
    """Return the first line from *start* on that writes a string, up to the next key."""
    if value is None:
        return start
    written = json.dumps(value, ensure_ascii=False)
    for number, line in enumerate(text.splitlines()[start - 1 :], start=start):
        if number > start and (_HEADER.match(line) or _KEY.match(line)):
            break
        if written in line:
            return number
    return start
