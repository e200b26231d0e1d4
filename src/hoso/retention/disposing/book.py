"""Where disposal keeps its facts: the book of lists, the bin, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoso.records.model import Unit
from hoso.retention.disposing.model import Destroyed, DisposalList, Disposals

__all__ = [
    "KEY",
    "add",
    "at_number",
    "book_if_any",
    "book_of",
    "destroyed_of",
    "is_taken",
    "lists_of",
    "next_count",
    "release",
]

KEY = "disposals"


def book_of(root: Any) -> Disposals:
    """Return the book, begun where there is none yet: sites made before have none."""
    found: Disposals | None = root.get(KEY)
    if found is None:
        found = root[KEY] = Disposals()
    return found


def book_if_any(root: Any) -> Disposals | None:
    """Return the book where there is one; reading begins none."""
    found: Disposals | None = root.get(KEY)
    return found


def _at(unit: Unit, year: int, count: int) -> int:
    return unit.number << 34 | year << 20 | count


def next_count(root: Any, unit: Unit, year: int) -> int:
    """Return the number the next list of a unit and year gets; there is no counter to meet at."""
    book = book_if_any(root)
    if book is None:
        return 1
    taken = book.numbers.keys(_at(unit, year, 0), _at(unit, year + 1, 0) - 1)
    return (taken[-1] & 0xFFFFF if taken else 0) + 1


def add(root: Any, list_: DisposalList, *, year: int, count: int) -> None:
    """Keep a new list under its id and its number."""
    book = book_of(root)
    book.lists[list_.id] = list_
    book.numbers[_at(list_.unit, year, count)] = list_.id


def at_number(root: Any, unit: Unit, *, year: int, count: int) -> DisposalList | None:
    """Return the list of a unit, year and number."""
    book = book_if_any(root)
    number = book.numbers.get(_at(unit, year, count)) if book is not None else None
    found: DisposalList | None = book.lists.get(number) if book is not None and number else None
    return found


def lists_of(root: Any, units: Iterator[Unit]) -> list[DisposalList]:
    """Return the lists of some units, the newest first."""
    book = book_if_any(root)
    if book is None:
        return []
    found = [
        book.lists[number]
        for unit in units
        for number in book.numbers.values(unit.number << 34, (unit.number + 1) << 34, False, True)
    ]
    return sorted(found, key=lambda one: (one.proposed_at, one.number), reverse=True)


def is_taken(root: Any, code: str) -> bool:
    """Say whether a code belongs to a dossier in the bin or gone: codes are given once."""
    book = book_if_any(root)
    return book is not None and code in book.codes


def destroyed_of(root: Any, number: int) -> Destroyed | None:
    """Return what stays of a destroyed dossier, by its id or by that of one of its papers."""
    book = book_if_any(root)
    if book is None:
        return None
    found: Destroyed | None = book.destroyed.get(book.papers.get(number, number))
    return found


def release(book: Disposals, record: int) -> None:
    """Let a record be proposed again: its line on a list came to an end that kept it."""
    book.on_list.pop(record, None)
