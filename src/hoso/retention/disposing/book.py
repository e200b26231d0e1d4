"""Where disposal keeps its facts: the book of lists, the bin, and what is gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.OOBTree import OOTreeSet

from hoso.kernel import ids
from hoso.records.model import Unit
from hoso.retention.disposing.model import Destroyed, DisposalLine, DisposalList, Disposals

__all__ = [
    "KEY",
    "add",
    "at_number",
    "book_if_any",
    "book_of",
    "destroyed_of",
    "is_taken",
    "keep_certificate",
    "lists_of",
    "next_count",
    "parts_gone",
    "parts_of",
    "put_on_list",
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
    """Return what stays of a dossier or a paper by its id, or by that of a paper of the dossier."""
    book = book_if_any(root)
    if book is None:
        return None
    found: Destroyed | None = book.destroyed.get(book.papers.get(number, number))
    return found


def put_on_list(book: Disposals, line: DisposalLine, list_: DisposalList) -> None:
    """Note that a record is the line of a list now, and on no other."""
    book.on_list[line.record] = list_.id
    if line.of_dossier:
        if book.parts is None:
            book.parts = OOTreeSet()
        book.parts.insert((line.of_dossier, line.record))


def release(book: Disposals, line: DisposalLine, list_: DisposalList) -> None:
    """Let a record be proposed again: its line came to an end that kept it, or it is gone.

    What is the line of another list by now stays there.
    """
    if book.on_list.get(line.record) != list_.id:
        return
    del book.on_list[line.record]
    if line.of_dossier and book.parts is not None:
        book.parts.discard((line.of_dossier, line.record))


def keep_certificate(book: Disposals, made: Destroyed) -> None:
    """Keep what stays of a record that is destroyed, to be found from its papers or its dossier."""
    book.destroyed[made.id] = made
    if made.of_dossier:
        if book.parts_gone is None:
            book.parts_gone = OOTreeSet()
        book.parts_gone.insert((made.of_dossier, made.id))
        return
    for paper in made.papers:
        number = ids.from_text(paper.uid)
        if number:
            book.papers[number] = made.id


def parts_gone(root: Any, dossier: int) -> list[Destroyed]:
    """Return what stays of the papers that went before a dossier that is still there."""
    known = book_if_any(root)
    if known is None or known.parts_gone is None:
        return []
    keys = known.parts_gone.keys((dossier, 0), (dossier + 1, 0), excludemax=True)
    return [known.destroyed[paper] for _, paper in keys]


def parts_of(book: Disposals | None, dossier: int) -> list[int]:
    """Return the ids of single papers of a dossier that are on a list or in the bin."""
    if book is None or book.parts is None:
        return []
    return [paper for _, paper in book.parts.keys((dossier, 0), (dossier + 1, 0), excludemax=True)]
