"""Persistent facts of what people agreed to; their dotted names are on disk.

Nothing here is ever removed: what was asked, by whom it was decided and how it ended can be
told years later.  Ids are drawn at random, nothing is counted in one shared object.
"""

from __future__ import annotations

from typing import NamedTuple

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.kernel import ids

__all__ = ["Consent", "Consents", "Decided", "Grants", "Permit", "Permits", "Word"]

#: The name of a word of an act and its plain value.
Word = tuple[str, str | int | float | bool | None]


class Grants(Persistent):
    """Grants on records by the person they are given to.

    ``by_login`` leads from a login to a set of (role, last day, first day, record id, cause);
    an open last day is written ``9999-12-31``, so that those of a role that are over come
    first and are skipped in one step.
    """

    def __init__(self) -> None:
        self.by_login: OOBTree = OOBTree()

    def __repr__(self) -> str:
        return "<Grants>"


class Permit(Persistent):
    """A deed that waits for a second person, with the very words it would be done with.

    ``state`` is ``asked``, ``agreed``, ``refused``, ``withdrawn`` or ``used``; what was agreed
    to and not done by ``good_until`` (a civil day) has lapsed.  ``permission`` is what the
    second person must hold at the record; ``record`` is a uid, "" for the site.
    """

    state = "asked"
    decided_by = ""
    decided_at = ""
    note = ""
    good_until = ""
    used_by = ""
    used_at = ""

    def __init__(
        self,
        verb: str,
        record: str,
        *,
        permission: str,
        words: tuple[Word, ...],
        digest: str,
        reason: str,
        by: str,
        at: str,
    ) -> None:
        self.id = ids.new_id()
        self.verb = verb
        self.record = record
        self.permission = permission
        self.words = words
        self.digest = digest
        self.reason = reason
        self.asked_by = by
        self.asked_at = at

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Permit {self.uid} {self.verb} {self.state}>"


class Permits(Persistent):
    """Permits by id; those that may still be decided or used by digest and id; by asker."""

    def __init__(self) -> None:
        self.by_id: LOBTree = LOBTree()
        self.open: OOTreeSet = OOTreeSet()
        self.by_asker: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Permits>"


class Decided(NamedTuple):
    """The written consent as it was given: the paper, and what it opens, for how long.

    ``number`` and ``date`` are those of the consent document, ``scan`` the uid of its scan
    ("" where it is still missing); ``dossier`` the uid of what is opened, ``papers`` the uids
    where not all of it is.  Days are civil days, both ends in.
    """

    number: str
    date: str
    scan: str
    dossier: str
    papers: tuple[str, ...]
    valid_from: str
    valid_to: str


class Consent(Persistent):
    """A request to read somebody's dossier, and what the head decided.

    ``what`` is what the asker typed, a code or a name: whether there is such a dossier is for
    who decides to know.  ``state`` is ``asked``, ``given``, ``refused``, ``withdrawn`` (by the
    asker, before a decision) or ``ended`` (before its time, by a head).
    """

    state = "asked"
    decided_by = ""
    decided_at = ""
    note = ""
    decided: Decided | None = None
    ended_by = ""
    ended_at = ""
    ended_why = ""

    def __init__(
        self,
        number: str,
        *,
        what: str,
        sections: tuple[str, ...],
        papers: str,
        purpose: str,
        reason: str,
        authority: str,
        unit: int,
        valid_from: str,
        valid_to: str,
        by: str,
        at: str,
    ) -> None:
        self.id = ids.new_id()
        self.number = number
        self.what = what
        self.sections = sections
        self.papers = papers
        self.purpose = purpose
        self.reason = reason
        self.authority = authority
        self.unit = unit
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.asked_by = by
        self.asked_at = at

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def cause(self) -> str:
        """What its grants are given by."""
        return f"consent:{self.uid}"

    def __repr__(self) -> str:
        return f"<Consent {self.number} {self.state}>"


class Consents(Persistent):
    """Consents by id; those undecided; by asker; by the dossier they open."""

    def __init__(self) -> None:
        self.by_id: LOBTree = LOBTree()
        self.asked: OOTreeSet = OOTreeSet()
        self.by_asker: OOTreeSet = OOTreeSet()
        self.by_dossier: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Consents>"
