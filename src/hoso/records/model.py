"""The persistent classes of the record tree; their dotted names are on disk.

Facts only: what is asked of them stands beside them (``filing``, ``standing``,
``completeness``).  Late-born attributes get class-level defaults; a change of meaning is
an evolution step.  Values that are kept in tuples are plain named tuples.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from BTrees.LOBTree import LOBTree
from BTrees.OLBTree import OLBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from hoso.kernel import ids
from hoso.kernel.tree import Folder

__all__ = ["Document", "Dossier", "Grant", "Reason", "Rendition", "Site", "StatusEvent", "Unit"]


class Grant(NamedTuple):
    """A role given on one record to one person: facts, with the cause that gave it."""

    principal: str
    role: str
    valid_from: str
    valid_to: str
    cause: str


class Reason(NamedTuple):
    """Why a paper is not taken in as it is: a code, an English msgid, and its facts."""

    code: str
    message: str
    facts: tuple[tuple[str, str | int | float], ...] = ()

    def __str__(self) -> str:
        return self.message.format_map(dict(self.facts))


class StatusEvent(NamedTuple):
    """A change in a person's standing: what, from when, resting on which document.

    ``effective`` is a partial date ("" where unknown), ``evidence`` the uid of a document
    or "", ``recorded`` an instant, ``by`` a login.
    """

    status: str
    effective: str
    evidence: str
    recorded: str
    by: str


class Site(Persistent):
    """The root of one deployment."""

    __name__ = ""
    __parent__ = None

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self.units = Folder()
        self.dossiers = Folder()
        self.tray = Folder()
        for name in ("units", "dossiers", "tray"):
            child = getattr(self, name)
            child.__name__ = name
            child.__parent__ = self
        self.by_id: LOBTree = LOBTree()
        self.by_digest: OLBTree = OLBTree()
        self.unit_by_key: OOBTree = OOBTree()
        self.unit_by_number: LOBTree = LOBTree()

    def __getitem__(self, name: str) -> Any:
        if name in {"units", "dossiers", "tray"}:
            return getattr(self, name)
        raise KeyError(name)

    def __repr__(self) -> str:
        return f"<Site {self.profile}>"


class Unit(Folder):
    """An organisational unit; its children are the units below it.

    ``number`` is a small integer, given once and never again: the index and facets use it.
    """

    def __init__(self, key: str, name: str, kind: str, number: int) -> None:
        super().__init__()
        self.id = ids.new_id()
        self.key = key
        self.name = name
        self.kind = kind
        self.number = number

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Unit {self.key}>"


class Dossier(Folder):
    """The dossier of one person, or of one matter; its children are documents by uid.

    A dossier *refers* to the unit that keeps it; a transfer changes that one fact and no
    address.  ``birth_date`` and ``ended`` are partial dates ("" where unknown); ``ended``
    is the date the work of a case file ended.
    """

    name = ""
    birth_date = ""
    gender = ""
    level = 1
    state = "open"
    ended = ""
    status_events: tuple[StatusEvent, ...] = ()
    grants: tuple[Grant, ...] = ()
    walled = False
    revision = 1
    changed_at = ""
    changed_by = ""
    opened_at = ""

    def __init__(self, code: str, type_: str, name: str, unit: Unit) -> None:
        super().__init__()
        self.id = ids.new_id()
        self.code = code
        self.type = type_
        self.name = name
        self.unit = unit

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Dossier {self.code}>"


class Document(Persistent):
    """One paper: what it says of itself, where it stands, and its renditions.

    While it waits it hangs in the tray of ``unit``; filed, it hangs in a dossier.
    ``given_name`` is the name a file came under, as bytes, never used as a path.
    ``number``, ``symbol``, ``date`` (partial), ``agency``, ``signer`` and ``person`` are
    as confirmed by a person; proposals are kept by ``hoso.ingest``.
    """

    __name__ = ""
    __parent__: Any = None

    type = ""
    form = ""
    title = ""
    number = ""
    symbol = ""
    date = ""
    agency = ""
    signer = ""
    person = ""
    level = 1
    state = "received"
    unit: Any = None
    into = ""
    given_name = b""
    mime = ""
    puid = ""
    size = 0
    sha256 = ""
    sha512 = ""
    pages = 0
    ocr = False
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()
    received_at = ""
    received_by = ""
    released = ""
    filed_at = ""
    filed_by = ""
    checked_at = ""
    checked_by = ""
    grants: tuple[Grant, ...] = ()
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self) -> None:
        self.id = ids.new_id()
        self.renditions: OOBTree = OOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def dossier(self) -> Dossier | None:
        """The dossier it is filed in, if it is."""
        return self.__parent__ if isinstance(self.__parent__, Dossier) else None

    def __repr__(self) -> str:
        return f"<Document {self.uid} {self.state}>"


class Rendition(Persistent):
    """One form of a document's bytes: the original, a page preview, the text, the words.

    The original is written once.  The others are made from it by a named tool and may be
    made again.
    """

    def __init__(self, *, name: str, blob: Any, mime: str, made_at: str, made_by: str) -> None:
        self.name = name
        self.blob = blob
        self.mime = mime
        self.made_at = made_at
        self.made_by = made_by
        self.size = 0
        self.sha256 = ""
        self.sha512 = ""

    def __repr__(self) -> str:
        return f"<Rendition {self.name}>"
