"""Persistent facts of disposal; their dotted names are on disk.

Kept under ``root["disposals"]``.  Nothing here is ever removed: what was proposed, who said
what of it, who decided and who carried it out can be told for as long as the site exists, and
the law asks for twenty years (Luật Lưu trữ 01/2011/QH13 Đ.28).  Ids are drawn at random.
"""

from __future__ import annotations

from typing import NamedTuple

from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OLBTree import OLBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.kernel import ids
from hoso.records.model import Document, Dossier, Reason, Unit

__all__ = [
    "Council",
    "Destroyed",
    "DisposalLine",
    "DisposalList",
    "Disposals",
    "Frozen",
    "Happening",
    "ListedPaper",
    "Member",
    "Opinion",
    "Ruling",
    "Vote",
]

#: A sentence of a frozen explanation: depth, msgid, facts as (name, plain value); a label in two
#: languages is kept as (Vietnamese, English).
FrozenStep = tuple[int, str, tuple[tuple[str, str | tuple[str, str]], ...]]


class Frozen(NamedTuple):
    """The decision on how long a record is kept, as it was when it came onto the list.

    Days are ISO days ("" where there is none); ``digest`` is that of the rulebook; ``label``
    what the rule is called, in Vietnamese.  ``standing``, ``papers`` and ``state`` say what the
    record was then: digests of its standings and of its papers, and its state.
    ``transfer_first``: an archive had to take it over before.
    """

    state: str
    rule: str
    label: str
    instrument: str
    item: str
    trigger: str
    counted_from: str
    period: str
    expires: str
    digest: str
    on: str
    steps: tuple[FrozenStep, ...]
    record_state: str
    standing: str
    papers: str
    paper_count: int
    transfer_first: bool = False


class ListedPaper(NamedTuple):
    """One paper of a dossier as its certificate lists it."""

    uid: str
    type: str
    title: str
    date: str
    sha256: str
    sha512: str
    size: int
    pages: int
    state: str


class Vote(NamedTuple):
    """What one member says of one line: ``destroy`` or ``keep``, and why."""

    line: int
    says: str
    why: str


class Opinion(NamedTuple):
    """What one member of the council said; a later one of the same member stands before it."""

    login: str
    name: str
    at: str
    text: str
    votes: tuple[Vote, ...]


class Member(NamedTuple):
    """A member of the council and his duty: ``chair``, ``secretary``, ``unit``, ``expert``.

    ``unit`` speaks for the unit that has the records, ``expert`` knows their field
    (Luật Lưu trữ 01/2011/QH13 Đ.18).
    """

    login: str
    name: str
    duty: str


class Council(NamedTuple):
    """The council (Hội đồng xét hủy) and the decision that set it up."""

    number: str
    decided: str
    members: tuple[Member, ...]
    at: str
    by: str


class Ruling(NamedTuple):
    """The decision of the head: ``approved`` or ``refused``, its number, day and signer.

    ``until`` is the last day on which an approved list may be carried out.
    """

    outcome: str
    number: str
    decided: str
    signer: str
    note: str
    until: str
    at: str
    by: str
    name: str


class Happening(NamedTuple):
    """One step in the life of a line: its new state, when, by whom, why."""

    state: str
    at: str
    by: str
    name: str
    why: tuple[Reason, ...] = ()


class DisposalLine(Persistent):
    """One record on a list; what is said of it stays when the record is gone.

    ``state`` is ``proposed``, ``dropped`` (taken off the list), ``kept`` (by the council or the
    head), ``agreed`` (by the council), ``approved``, ``blocked`` (``reasons`` say why),
    ``binned``, ``restored`` or ``destroyed``.  ``basis`` is ``expired``, ``duplicate`` or
    ``worthless``; ``suggestion`` is ``destroy`` or ``look``, with ``hints``.  ``execution`` is the
    count of the carrying out it was last asked in, ``asked_on`` the day on which something
    stood against destroying what lies in the bin.  A line of a single paper names its dossier by
    id in ``of_dossier`` and by title in ``of_title``; its code is that of the dossier and its own
    uid, ``QH-1/7kq…``.
    """

    state = "proposed"
    note = ""
    suggestion = "destroy"
    hints: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    is_approved = False
    history: tuple[Happening, ...] = ()
    purge_from = ""
    execution = 0
    asked_on = ""
    of_dossier = 0
    of_title = ""

    def __init__(
        self, number: int, record: Dossier | Document, *, basis: str, frozen: Frozen
    ) -> None:
        self.number = number
        self.record = record.id
        if isinstance(record, Document):
            around = record.dossier
            if around is None:
                raise ValueError(f"{record.uid} is not filed")
            self.of_dossier, self.of_title = around.id, around.name
            self.code: str = f"{around.code}/{record.uid}"
            self.title: str = record.title or record.type
            self.unit: Unit = around.unit
        else:
            self.code, self.title, self.unit = record.code, record.name, record.unit
        self.type: str = record.type
        self.level = 0
        self.basis = basis
        self.frozen = frozen

    @property
    def uid(self) -> str:
        """The uid of the record, which outlives it."""
        return ids.to_text(self.record)

    @property
    def is_paper(self) -> bool:
        """Whether it is about a single paper, whose dossier stays."""
        return bool(self.of_dossier)

    def __repr__(self) -> str:
        return f"<DisposalLine {self.number} {self.code} {self.state}>"


class DisposalList(Persistent):
    """Hồ sơ xét hủy: the records of one unit that are reviewed and decided on together.

    ``state`` is ``proposed`` (lines may be added), ``under-review`` (there is a council),
    ``reviewed``, ``approved``, ``refused``, ``executing``, ``binned`` (the period of grace runs)
    or ``closed``.  ``lines`` leads from a number, from 1, to a :class:`DisposalLine`;
    ``opinions`` from a login to the last :class:`Opinion`, ``earlier`` are those before.
    ``level`` is the highest of its lines: who is not cleared for it does not see the list.
    ``renditions`` holds the papers of the destruction file by name, each written once.
    ``execution`` counts how often it was begun to carry it out; ``stopped`` says why that did
    not go on, ``stopped_on`` on which day.
    """

    state = "proposed"
    explanation = ""
    level = 0
    council: Council | None = None
    earlier: tuple[Opinion, ...] = ()
    ruling: Ruling | None = None
    rulings: tuple[Ruling, ...] = ()
    reviewed_at = ""
    reviewed_by = ""
    executor = ""
    executor_name = ""
    execution = 0
    execution_began_at = ""
    executed_at = ""
    closed_at = ""
    stopped: tuple[Reason, ...] = ()
    stopped_on = ""
    revision = 1
    changed_at = ""
    changed_by = ""

    def __init__(self, number: str, unit: Unit, *, title: str, at: str, by: str, name: str) -> None:
        self.id = ids.new_id()
        self.number = number
        self.unit = unit
        self.title = title
        self.proposed_at = at
        self.proposed_by = by
        self.proposed_name = name
        self.lines: LOBTree = LOBTree()
        self.opinions: OOBTree = OOBTree()
        self.renditions: OOBTree = OOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<DisposalList {self.number} {self.state}>"


class Destroyed(Persistent):
    """What stays of a destroyed dossier, or of one paper: stub, digests, certificate.

    The members of the council are with their votes on this dossier: ``votes`` are (name, duty,
    ``destroy``, ``keep`` or "", why).  ``backups_until`` is the day on which the last backup that
    holds the bytes expires; ``files`` counts the files removed, ``bytes_gone_at`` is "" until
    every one of them is.  ``scans`` are uids of scans of several papers that went with it,
    ``scans_kept`` those that stay, since they hold papers of others too.  ``digest`` is the SHA-256
    of the certificate's facts, written with the entry in the journal.  Of a single paper
    ``of_dossier`` is the id of the dossier it lay in, 0 otherwise, ``of_title`` its title.
    """

    opened_at = ""
    ended = ""
    note = ""
    votes: tuple[tuple[str, str, str, str], ...] = ()
    council_number = ""
    council_decided = ""
    proposed_by = proposed_name = proposed_at = ""
    ruling: Ruling | None = None
    binned_by = binned_name = binned_at = ""
    destroyed_by = destroyed_name = destroyed_at = ""
    backups_until = ""
    keep_until = ""
    copies = 0
    scans: tuple[str, ...] = ()
    scans_kept: tuple[str, ...] = ()
    digest = ""
    files = 0
    bytes_gone_at = ""
    of_dossier = 0
    of_title = ""

    def __init__(self, list_: DisposalList, line: DisposalLine, *, unit: Unit) -> None:
        self.id: int = line.record
        self.code: str = line.code
        self.title: str = line.title
        self.type: str = line.type
        self.unit = unit
        self.level = line.level
        if line.of_dossier:
            self.of_dossier, self.of_title = line.of_dossier, line.of_title
        self.list = list_.id
        self.list_number = list_.number
        self.line = line.number
        self.basis = line.basis
        self.frozen = line.frozen
        self.papers: tuple[ListedPaper, ...] = ()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    def __repr__(self) -> str:
        return f"<Destroyed {self.code}>"


class Disposals(Persistent):
    """All lists by id; what lies in the bin, what is gone, and what is still to be removed.

    :ivar numbers: (unit, year, count) as one number to the id of a list.
    :ivar on_list: record id to the id of the list whose line it is now.
    :ivar parts: (dossier id, paper id) of single papers on a list or in the bin; ``parts_gone`` of
        those that were destroyed.
    :ivar running: ids of lists that are being carried out.
    :ivar bin: record id to the dossier itself, or the paper, out of the tree.
    :ivar bin_ends: (first day of purging, record id) of what lies in the bin.
    :ivar shredding: record id to the object ids whose files are still to be removed.
    :ivar second_copies: record id to the digests of files that the second copy is to let go of.
    :ivar mirrored: record id to (day it was destroyed, digests of its files), as long as the
        second copy of the files is still to be looked through for them.
    :ivar destroyed: record id to :class:`Destroyed`; ``papers`` from a paper's id to that of its
        dossier.
    :ivar codes: the code of a dossier in the bin or gone to its id: codes are given once.
    :ivar packed_at: when the database was last packed, and all that was destroyed before left it.
    """

    packed_at = ""
    parts: OOTreeSet | None = None
    parts_gone: OOTreeSet | None = None

    def __init__(self) -> None:
        self.lists: LOBTree = LOBTree()
        self.numbers: LOBTree = LOBTree()
        self.on_list: LOBTree = LOBTree()
        self.running: LLTreeSet = LLTreeSet()
        self.bin: LOBTree = LOBTree()
        self.bin_ends: OOTreeSet = OOTreeSet()
        self.shredding: LOBTree = LOBTree()
        self.mirrored: LOBTree = LOBTree()
        self.destroyed: LOBTree = LOBTree()
        self.second_copies: LOBTree = LOBTree()
        self.papers: LOBTree = LOBTree()
        self.codes: OLBTree = OLBTree()

    def __repr__(self) -> str:
        return "<Disposals>"
