"""Persistent facts about paper; their dotted names are on disk.

Kept under ``root["stacks"]`` and keyed by record id; the records themselves know nothing of
shelves.  Ids are drawn at random, nothing is counted in one shared object.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from BTrees.LLBTree import LLBTree
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.kernel import ids
from hoso.records.model import Unit

__all__ = ["Count", "Extension", "Finding", "Holding", "Loan", "Place", "Scan", "Shift", "Stacks"]


class Shift(NamedTuple):
    """A paper or a box went from one place to another: codes of places, "" for none."""

    at: str
    by: str
    before: str
    after: str
    position: int
    why: str


class Extension(NamedTuple):
    """A loan that may last longer: from which day to which, on which authority."""

    at: str
    by: str
    before: str
    after: str
    authority: str


class Scan(NamedTuple):
    """A label that was read: its text, the place it was read at ("" not said), when, by whom."""

    text: str
    here: str
    at: str
    by: str


class Finding(NamedTuple):
    """One line of a closed stock-take, as it was found then.

    ``what`` is a code of ``stocktaking``, ``kind`` place, dossier, document or label, ``key``
    the code of a place, the uid of a record or the text of a label.  ``belongs`` and ``found``
    are codes of places ("" none); ``note`` says who has it out.
    """

    what: str
    kind: str
    key: str
    belongs: str
    found: str
    note: str


class Stacks(Persistent):
    """All places by code, all holdings by record, all loans and stock-takes by id.

    ``places`` keeps the code of a place that is no longer used: codes are given once.
    ``stores`` holds those among them that stand in no other.
    ``out`` holds (day due, loan id) of what is lent now, ``opened`` the id of the stock-take
    under way by place.
    """

    def __init__(self) -> None:
        self.places: OOBTree = OOBTree()
        self.stores: OOBTree = OOBTree()
        self.holdings: LOBTree = LOBTree()
        self.loans: LOBTree = LOBTree()
        self.out: OOTreeSet = OOTreeSet()
        self.counts: LOBTree = LOBTree()
        self.opened: LLBTree = LLBTree()

    def __repr__(self) -> str:
        return "<Stacks>"


class Place(Persistent):
    """A store, a shelf, a box or a folder: something paper or smaller places lie in.

    ``contents`` maps a position, from 1, to the id of the record that lies there.
    """

    label = ""
    parent: Place | None = None
    ended_at = ""
    ended_by = ""
    shifts: tuple[Shift, ...] = ()
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, code: str, kind: str, unit: Unit) -> None:
        self.id = ids.new_id()
        self.code = code
        self.kind = kind
        self.unit = unit
        self.below: OOBTree = OOBTree()
        self.contents: LLBTree = LLBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def is_used(self) -> bool:
        return not self.ended_at

    def __repr__(self) -> str:
        return f"<Place {self.code}>"


class Holding(Persistent):
    """What is known of one record's paper: where it lies, how it came there, its loans.

    ``loan`` is the id of the loan under which it is out, or 0.
    """

    place: Place | None = None
    position = 0
    loan = 0
    loans: tuple[int, ...] = ()
    shifts: tuple[Shift, ...] = ()
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, record: int) -> None:
        self.record = record

    def __repr__(self) -> str:
        return f"<Holding {ids.to_text(self.record)}>"


class Loan(Persistent):
    """One paper handed to somebody, until it is back; it stays as history for ever.

    ``handed_on`` and ``due`` are ISO days, ``due`` as it was agreed last; ``without`` are ids
    of the papers of a dossier that did not go with it.
    """

    extensions: tuple[Extension, ...] = ()
    without: tuple[int, ...] = ()
    place = ""
    position = 0
    returned_on = ""
    returned_at = ""
    returned_by = ""
    condition = ""

    def __init__(self, record: int, *, handed_on: str, due: str, at: str, by: str) -> None:
        self.id = ids.new_id()
        self.record = record
        self.borrower = ""
        self.organisation = ""
        self.purpose = ""
        self.authority = ""
        self.handed_on = handed_on
        self.due = due
        self.lent_at = at
        self.lent_by = by

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def is_out(self) -> bool:
        return not self.returned_at

    def __repr__(self) -> str:
        return f"<Loan {self.uid} {'out' if self.is_out else 'returned'}>"


class Count(Persistent):
    """A stock-take of one place: the labels read, and once it is closed what came of it.

    ``scans`` maps the text of a label to its :class:`Scan`; ``cursors`` a login to the code of
    the place whose label that person read last; ``lines`` are its :class:`Finding` in order,
    once it is closed.
    """

    closed_at = ""
    closed_by = ""
    conclusion = ""
    witness = ""

    def __init__(self, place: Place, *, at: str, by: str) -> None:
        self.id = ids.new_id()
        self.place: Any = place
        self.opened_at = at
        self.opened_by = by
        self.scans: OOBTree = OOBTree()
        self.cursors: OOBTree = OOBTree()
        self.lines: LOBTree = LOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def unit(self) -> Unit:
        """The unit of the place: who may take stock of it."""
        unit: Unit = self.place.unit
        return unit

    @property
    def is_open(self) -> bool:
        return not self.closed_at

    def __repr__(self) -> str:
        return f"<Count {self.place.code} {'open' if self.is_open else 'closed'}>"
