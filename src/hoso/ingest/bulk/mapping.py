"""Which column is what: proposed from the headings, corrected by a person, kept by name.

A mapping is kept by headings, not by places: the same list with a column more still fits.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.ingest.bulk.fields import FIELDS, FIELDS_BY_KEY
from hoso.ingest.bulk.values import Line, column_letters
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import fold, nfc, one_line

__all__ = [
    "ColumnMap",
    "Columns",
    "columns_of",
    "from_toml",
    "heading_row",
    "headings_of",
    "mapping_faults",
    "propose",
    "settle",
    "to_toml",
]

#: Where headings may stand: titles, the agency and the year come above them.
_LOOKED_AT = 20
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_WORDS = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"[\(\[]?([0-9]{1,2}|[a-z])[\)\].]?", re.IGNORECASE)

_BY_HEADING = {heading: field.key for field in FIELDS for heading in field.headings}
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class ColumnMap:
    """Heading to field key; "" for a column a person left out on purpose.

    :ivar row: the row the headings stand in; 0 for a list without headings, whose columns go
        by their letters; -1 to look for it.
    """

    columns: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    row: int = -1

    def as_json(self) -> str:
        """Return it as text, the same for the same mapping."""
        return json.dumps(
            {"columns": dict(self.columns), "row": self.row}, ensure_ascii=False, sort_keys=True
        )

    @classmethod
    def from_json(cls, text: str) -> ColumnMap:
        """Read what :meth:`as_json` wrote."""
        told = json.loads(text)
        return cls(MappingProxyType(dict(told["columns"])), int(told["row"]))


@dataclass(frozen=True)
class Columns:
    """A mapping laid over one list.

    :ivar row: the row of the headings; what stands above it and in it is no paper.
    :ivar places: column (from 0) to field key; what is left out is not in it.
    """

    row: int
    headings: tuple[str, ...]
    places: Mapping[int, str]

    def heading(self, index: int) -> str:
        """Return what a column is called, to a person who has the list before him."""
        said = self.headings[index] if index < len(self.headings) else ""
        return said or column_letters(index)

    @property
    def of_field(self) -> Mapping[str, int]:
        """Field key to column."""
        return {key: index for index, key in self.places.items()}


def folded(heading: str) -> str:
    """Return a heading as headings are compared: no marks, no punctuation, no brackets."""
    return " ".join(_WORDS.findall(fold(nfc(_BRACKETED.sub(" ", heading)))))


def field_of(heading: str) -> tuple[str, float]:
    """Return the field a heading names and how surely; "" where it names none."""
    plain = folded(heading)
    known = _BY_HEADING.get(plain)
    if known is not None:
        return known, 1.0
    # "Ngày tháng năm sinh của cán bộ": the longest heading it begins with.
    words = plain.split()
    for length in range(len(words) - 1, 1, -1):
        known = _BY_HEADING.get(" ".join(words[:length]))
        if known is not None:
            return known, length / len(words)
    return "", 0.0


def heading_row(first: Sequence[Line]) -> int:
    """Return the number of the row the headings stand in: the one with most known headings."""
    best, found = 1, 0
    for line in first[:_LOOKED_AT]:
        named = {key for key, _ in map(field_of, line.cells) if key}
        if len(named) > best:
            best, found = len(named), line.number
    if found:
        return found
    return first[0].number if first else 0


def headings_of(first: Sequence[Line], row: int, *, columns: int) -> tuple[str, ...]:
    """Return the headings; a column without one, or with one that stands twice, by letters."""
    cells = next((line.cells for line in first if line.number == row), ())
    said: list[str] = []
    for index in range(columns):
        text = one_line(cells[index]) if index < len(cells) else ""
        name = text or column_letters(index)
        said.append(name if name not in said else f"{name} ({column_letters(index)})")
    return tuple(said)


def propose(first: Sequence[Line], *, columns: int, row: int = -1) -> ColumnMap:
    """Propose a mapping from the headings: one column a field, the surest one first."""
    row = heading_row(first) if row < 0 else row
    headings = headings_of(first, row, columns=columns)
    scored = []
    for index, heading in enumerate(headings):
        key, score = field_of(heading) if row else ("", 0.0)
        if key:
            scored.append((-score, index, key))
    found = dict.fromkeys(headings, "")
    taken: set[str] = set()
    for _score, index, key in sorted(scored):
        if key not in taken:
            taken.add(key)
            found[headings[index]] = key
    return ColumnMap(MappingProxyType(found), row)


def mapping_faults(mapping: ColumnMap) -> list[Fault]:
    """Say what is wrong with a mapping whatever list it is for."""
    faults: list[Fault] = []
    seen: dict[str, str] = {}
    for heading, key in mapping.columns.items():
        if key and key not in FIELDS_BY_KEY:
            faults.append(Fault(heading, "A list has no field {key}.", {"key": key}))
        elif key and key in seen:
            faults.append(
                Fault(
                    heading,
                    "The column {other} is the same field already. Leave one of them out.",
                    {"other": seen[key]},
                )
            )
        seen.setdefault(key, heading)
    if "file" not in seen:
        faults.append(Fault("file", "Say which column names the file of each paper."))
    if "reference" in seen and {"number", "symbol"} & seen.keys():
        faults.append(
            Fault(
                seen["reference"],
                "Number and symbol stand in one column or in two, not in both.",
            )
        )
    return faults


def settle(mapping: ColumnMap, first: Sequence[Line], *, columns: int) -> Columns:
    """Lay a mapping over a list; raise with every fault.

    A heading of the mapping that the list has not is a fault; a column the mapping does not
    know is left out, which the report of the dry run says.
    """
    faults = mapping_faults(mapping)
    row = heading_row(first) if mapping.row < 0 else mapping.row
    headings = headings_of(first, row, columns=columns)
    by_folded = {folded(heading): index for index, heading in reversed(list(enumerate(headings)))}
    places: dict[int, str] = {}
    for heading, key in mapping.columns.items():
        if not key:
            continue
        index = headings.index(heading) if heading in headings else by_folded.get(folded(heading))
        if index is None:
            faults.append(
                Fault(heading, "The list has no column of this heading. Correct the mapping.")
            )
        else:
            places[index] = key
    if faults:
        raise Invalid(faults)
    return Columns(row, headings, MappingProxyType(places))


def columns_of(first: Sequence[Line], *, columns: int) -> Columns:
    """Lay the proposed mapping over a list."""
    return settle(propose(first, columns=columns), first, columns=columns)


def is_numbering(cells: Iterable[str]) -> bool:
    """Tell the row of (1) (2) (3) that stands below the headings of printed lists."""
    said = [cell.strip() for cell in cells if cell.strip()]
    if len(said) < 3:
        return False
    found = [_NUMBERED.fullmatch(cell) for cell in said]
    if not all(found):
        return False
    marks = [one[1].lower() for one in found if one is not None]
    if all(mark.isdigit() for mark in marks):
        numbers = [int(mark) for mark in marks]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] < 3
    return sum(mark.isalpha() for mark in marks) == len(marks) and marks == sorted(marks)


def from_toml(text: str) -> ColumnMap:
    """Read a mapping file; raise with what is wrong in it."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(
            [Fault("mapping", "The mapping file is no TOML: {why}.", {"why": str(error)})]
        ) from error
    unknown = sorted(set(told) - {"columns", "heading-row"})
    columns: Any = told.get("columns", {})
    row: Any = told.get("heading-row", -1)
    faults = [
        Fault(key, "A mapping file has [columns] and heading-row, nothing else.") for key in unknown
    ]
    if not isinstance(columns, dict) or not all(isinstance(k, str) for k in columns.values()):
        faults.append(Fault("columns", 'Write each column as "Heading" = "field".'))
        columns = {}
    if not isinstance(row, int) or isinstance(row, bool) or row < -1:
        faults.append(Fault("heading-row", "Give the row of the headings, 0 where there is none."))
        row = -1
    mapping = ColumnMap(MappingProxyType({one_line(h): k for h, k in columns.items()}), row)
    faults += mapping_faults(mapping)
    if faults:
        raise Invalid(faults)
    return mapping


def to_toml(mapping: ColumnMap) -> str:
    """Write a mapping file."""
    lines = [
        "# Which column of a list is what; an empty field leaves the column out.",
        "# Fields: " + " ".join(field.key for field in FIELDS),
    ]
    if mapping.row >= 0:
        lines.append(f"heading-row = {mapping.row}")
    lines += ["", "[columns]"]
    # JSON's strings are TOML's basic strings, DEL apart, which no heading has left in it.
    lines += [
        f"{json.dumps(heading, ensure_ascii=False)} = {json.dumps(key)}"
        for heading, key in mapping.columns.items()
    ]
    return "\n".join(lines) + "\n"
