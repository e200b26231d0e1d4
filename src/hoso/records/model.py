"""The persistent classes of the record tree; their dotted names are on disk.

Facts only: what is asked of them stands beside them (``filing``, ``standing``,
``completeness``).  Late-born attributes get class-level defaults; a change of meaning is
an evolution step.  Values that are kept in tuples are plain named tuples.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from BTrees.LLBTree import LLBTree, LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OLBTree import OLBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from hoso.kernel import ids
from hoso.kernel.tree import Folder

__all__ = [
    "Arrival",
    "Batch",
    "Comparing",
    "Document",
    "Dossier",
    "Dropped",
    "Former",
    "Grant",
    "Leaf",
    "Lying",
    "Mark",
    "MarkRegister",
    "Reason",
    "Rendition",
    "Site",
    "Source",
    "StatusEvent",
    "Unit",
]


class Grant(NamedTuple):
    """A role given on one record to one person: facts, with the cause that gave it."""

    principal: str
    role: str
    valid_from: str
    valid_to: str
    cause: str


class Mark(NamedTuple):
    """One act on the secrecy of a record; the acts in order are its history (Law 29/2018/QH14).

    ``act`` is ``determined``, ``extended``, ``raised``, ``lowered`` or ``lifted``; ``level``
    what holds from it on; ``until`` the last day of the term ("" where it is not known).
    ``basis`` is the item of the list of secrets, ``determiner`` who decided, ``decided`` the
    day (a partial date), ``decision`` the number of the paper it was decided in and
    ``document`` that paper's uid, or "".  ``before`` is the level the record had by itself when
    the act was recorded; -1 where nobody noted it.
    """

    act: str
    level: int
    until: str
    basis: str
    determiner: str
    decided: str
    decision: str
    document: str
    at: str
    by: str
    copies: int = 0
    recipients: str = ""
    copying: str = ""
    before: int = -1


class Reason(NamedTuple):
    """Why a paper is not taken in as it is: a code, an English msgid, and its facts."""

    code: str
    message: str
    facts: tuple[tuple[str, str | int | float], ...] = ()

    def __str__(self) -> str:
        return self.message.format_map(dict(self.facts))


class Former(NamedTuple):
    """How access to a record stood until an instant: what a change then replaced.

    ``by`` made the change; ``unit`` is the number of the unit that kept it, ``dossier`` the id
    of the dossier a paper lay in, 0 for none.  Kept so that who could see what on a past day is
    answered from facts; a record nobody changed has none.
    """

    until: str
    by: str
    unit: int
    dossier: int
    type: str
    level: int
    walled: bool
    grants: tuple[Grant, ...]


class StatusEvent(NamedTuple):
    """A change in a person's standing: what, from when, resting on which document.

    ``effective`` is a partial date ("" where unknown), ``evidence`` the uid of a document
    or "", ``recorded`` an instant, ``by`` a login.  ``authority`` is what it rests on where that
    is no paper of the dossier: ``receipt:<uid of a package>``.
    """

    status: str
    effective: str
    evidence: str
    recorded: str
    by: str
    authority: str = ""


class Leaf(NamedTuple):
    """One page of a paper as it is shown: which page of which scan, turned how far.

    ``scan`` is the name of a rendition that holds bytes as they came (``original``,
    ``rescan-1``, ...); ``page`` counts from 1; ``turn`` is clockwise, in degrees.
    """

    scan: str
    page: int
    turn: int = 0


class Lying(NamedTuple):
    """What the index of a tray knows of a paper in it, so that a list need not load it.

    ``kind`` is the type as written, else as proposed; ``batch`` the uid of its batch or "".
    ``level`` holds to the day ``until`` ("" for ever) where a mark of secrecy makes it; ``own`` is
    the level from then on.
    """

    state: str
    received_at: str
    level: int
    batch: str = ""
    kind: str = ""
    until: str = ""
    own: int = 0


class Dropped(NamedTuple):
    """A page of a scan that is not shown (blank, a separator, sent back), and who said so."""

    scan: str
    page: int
    why: str
    at: str = ""
    by: str = ""


class Source(NamedTuple):
    """Where a part comes from: the scan it was split off, its digest, the pages in order."""

    document: str
    sha256: str
    pages: tuple[int, ...]


class Arrival(NamedTuple):
    """One file that came in with a batch, and what became of it at the door.

    ``source`` is ``upload``, ``folder``, ``cli``, ``rest`` or ``import``; ``outcome`` is
    ``received``, ``duplicate`` (the same bytes are ``document``) or ``refused`` (never
    stored: ``reason`` says why, and ``document`` is "").
    """

    at: str
    by: str
    source: str
    name: bytes
    size: int
    sha256: str
    outcome: str
    document: str
    reason: str = ""


class Numbers(LOBTree):
    """Record number -> record, in small nodes.

    Numbers are drawn by chance, so who fetches a hundred records passes a hundred paths, and every
    node on the way is read with a ghost for each of its children.  Nodes of the usual 500 made the
    first look at a large site cost many times that at a small one (bench/retention.py).
    """

    max_internal_size = 32
    max_leaf_size = 30


class Site(Persistent):
    """The root of one deployment.

    ``trays`` leads from a unit's number to the papers in its tray (id to ``Lying``);
    ``by_serial`` from the code a sheet of paper carries to the uid of its document.
    """

    __name__ = ""
    __parent__ = None

    def __init__(self, profile: str) -> None:
        self.profile = profile
        self.units = Folder()
        self.dossiers = Folder()
        self.tray = Folder()
        self.batches = Folder()
        for name in ("units", "dossiers", "tray", "batches"):
            child = getattr(self, name)
            child.__name__ = name
            child.__parent__ = self
        self.trays: LOBTree = LOBTree()
        self.by_serial: OOBTree = OOBTree()
        self.by_id: LOBTree = Numbers()
        self.by_digest: OLBTree = OLBTree()
        self.unit_by_key: OOBTree = OOBTree()
        self.unit_by_number: LOBTree = LOBTree()

    def __getitem__(self, name: str) -> Any:
        if name in {"units", "dossiers", "tray", "batches"}:
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
    marks: tuple[Mark, ...] = ()
    state = "open"
    ended = ""
    status_events: tuple[StatusEvent, ...] = ()
    grants: tuple[Grant, ...] = ()
    former: tuple[Former, ...] = ()
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

    ``checked_*`` say who confirmed the description, ``compared_*`` which second person
    compared it with the paper ("đã đối chiếu với bản giấy").  ``leaves`` are the pages as they
    are shown (none stated: all of the original, in order), ``dropped`` those that are not;
    ``parts`` are the uids a scan was split into, ``source`` what a part was split off.
    ``serial`` is the code that the sheets themselves carry.  ``identified`` are (tool, version,
    answer), one for each program that said what the bytes are.

    A ``stub`` is kept as its description only: what bytes it came with are in ``sealed``, where
    nothing that shows, searches or packs papers looks (``records.sealing``).
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
    marks: tuple[Mark, ...] = ()
    stub = False
    sealed: Any = None
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
    compared_at = ""
    compared_by = ""
    batch = ""
    serial = ""
    leaves: tuple[Leaf, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    source: Source | None = None
    parts: tuple[str, ...] = ()
    identified: tuple[tuple[str, str, str], ...] = ()
    signatures: tuple[Reason, ...] = ()
    grants: tuple[Grant, ...] = ()
    former: tuple[Former, ...] = ()
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


class Batch(Persistent):
    """A box of paper as it was declared, and every file that came in with it.

    ``sheets`` is what a person counted by hand (0: not declared), ``sides`` how many of each
    the scanner took.  Nothing is counted here: what came of each file is asked of the papers.
    """

    __name__ = ""
    __parent__: Any = None

    title = ""
    into = ""
    box = ""
    sheets = 0
    sides = 1
    operator = ""
    scanner = ""
    state = "open"
    opened_at = ""
    opened_by = ""
    closed_at = ""
    closed_by = ""
    closing = ""
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, number: str, unit: Unit) -> None:
        self.id = ids.new_id()
        self.number = number
        self.unit = unit
        self.arrivals: LOBTree = LOBTree()
        self.renditions: OOBTree = OOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Batch {self.number}>"


class Comparing(Persistent):
    """Filed papers that no second person has compared with the paper yet, by unit.

    ``by_unit`` leads from a unit's number to ids with the instant of filing; ``unit_of``
    from the id to the number, since a dossier may move.
    """

    def __init__(self) -> None:
        self.by_unit: LOBTree = LOBTree()
        self.unit_of: LLBTree = LLBTree()

    def put(self, number: int, *, unit: int, since: str) -> None:
        """Note the paper of an id under a unit, and under no other."""
        if self.unit_of.get(number) == unit:
            return
        self.take_out(number)
        if unit not in self.by_unit:
            self.by_unit[unit] = LOBTree()
        self.by_unit[unit][number] = since
        self.unit_of[number] = unit

    def take_out(self, number: int) -> None:
        """Forget the paper of an id; it need not be there."""
        unit = self.unit_of.get(number)
        if unit is not None:
            del self.unit_of[number]
            del self.by_unit[unit][number]


class MarkRegister(Persistent):
    """Which records bear marks of secrecy, when those end, and whom that must be told.

    An index of what the records themselves say, but for ``told`` and ``notified``, which are
    facts: that the journal has heard of the end of a mark, that holders were told of an act.

    :ivar bearing: ids of records whose marks were not lifted; ``bare`` of records whose level
        nobody has determined.
    :ivar ends: last day and id to id; ``end_of`` the last day by id.
    :ivar owed: day by which holders are to be told, id and number of the mark, to id;
        ``owed_by`` the day by id and number.
    """

    sealed: LLTreeSet | None = None

    def __init__(self) -> None:
        self.bearing = LLTreeSet()
        self.bare = LLTreeSet()
        self.ends: OOBTree = OOBTree()
        self.end_of: LOBTree = LOBTree()
        self.told: OOBTree = OOBTree()
        self.owed: OOBTree = OOBTree()
        self.owed_by: OOBTree = OOBTree()
        self.notified: OOBTree = OOBTree()


class Rendition(Persistent):
    """One form of a document's bytes: the original, a page preview, the text, the words.

    The original is written once.  The others are made from it by a named tool and may be
    made again.

    ``crc32`` is kept beside the digests since a zip says it before the bytes; ``None`` in records of
    before, and where nobody made it: who needs it reads the bytes.
    """

    crc32: int | None = None

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
