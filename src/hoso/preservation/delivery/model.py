"""Persistent facts of packages that leave; their dotted names are on disk.

An export is frozen once and never changed: what stands in the package, in which order, with
which digests.  Its lines hold the blobs themselves, so that packing the database keeps the bytes
as long as the package may still be asked for.  What is left when it is over are digests, who,
when, why, and what the archive answered.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from BTrees.LLBTree import LLTreeSet
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent

from hoso.kernel import ids
from hoso.records.model import Reason

__all__ = ["Attempt", "Export", "Exports", "Line", "Receipt", "Sending"]


class Line(NamedTuple):
    """One file of a frozen package.

    ``sha256`` is the digest itself, 32 bytes.  The bytes are those of ``blob``, or, where the
    package made the file, those of the export's ``made`` from ``at`` on; those of its ``seal``
    where ``at`` is -1.  ``crc32`` is the one kept at intake; ``None`` where somebody has to read.
    """

    path: str
    size: int
    sha256: bytes
    blob: Any = None
    at: int = 0
    crc32: int | None = None


class Attempt(NamedTuple):
    """One try to bring a package somewhere.

    ``offset`` is how much of it was there at the end, ``resumed`` how much was there before.
    ``why`` is "" where it arrived; otherwise what stood against it.
    """

    at: str
    until: str
    resumed: int
    offset: int
    why: Reason | None = None


class Sending(Persistent):
    """The way of one package to one destination.

    ``state`` is ``waiting`` (for its turn, from ``not_before`` on), ``under-way``, ``sent``,
    ``stuck`` (a person must look) or ``stopped``.  ``tries`` counts those since a person last
    looked; ``attempts`` are the last ones of all; ``place`` is where the destination said it keeps
    what arrived so far.
    """

    state = "waiting"
    attempts: tuple[Attempt, ...] = ()
    tries = 0
    not_before = ""
    sha256 = ""
    sent_at = ""
    place = ""

    def __init__(self, destination: str, *, by: str, at: str) -> None:
        self.destination = destination
        self.ordered_by = by
        self.ordered_at = at

    def __repr__(self) -> str:
        return f"<Sending {self.destination} {self.state}>"


class Receipt(Persistent):
    """What the archive answered, with its signature, as it came.

    ``outcome`` is ``accepted`` or ``rejected``; ``content`` the bytes that were signed,
    ``signature`` the detached CMS signature, ``sha256`` the digest of the content.  ``received``,
    ``archive``, ``aip`` (the number the archive keeps it under) and ``accession`` are as it says,
    ``signer`` as the certificate does.
    """

    def __init__(
        self,
        *,
        outcome: str,
        content: bytes,
        signature: bytes,
        sha256: str,
        received: str,
        archive: str,
        aip: str,
        accession: str,
        signer: str,
        at: str,
        by: str,
    ) -> None:
        self.outcome = outcome
        self.content = content
        self.signature = signature
        self.sha256 = sha256
        self.received = received
        self.archive = archive
        self.aip = aip
        self.accession = accession
        self.signer = signer
        self.at = at
        self.by = by

    def __repr__(self) -> str:
        return f"<Receipt {self.outcome}>"


class Export(Persistent):
    """One dossier as one package, frozen.

    ``state`` is ``frozen`` (nobody has read all of it yet), ``ready`` (read by code that did not
    build it, and equal to the catalogue), ``blocked`` (it was not: ``problems``), ``accepted``
    or ``rejected`` (by the archive), ``cancelled`` or ``expired``; of one of several ``answered``,
    while the archive has accepted it and not yet the others.

    A dossier too large for one package is several: ``group`` is the uid of the master then, ``part``
    "2/5", of the master "0/5".  The master has the papers of all and no files of theirs.

    ``papers`` are the uids of the papers in it, ``left_out`` counts those kept as a description
    only.  ``covering256`` and ``covering512`` are the digests over everything else (those of the
    tag manifest of a bag), ``expected`` what the catalogue said at the freeze (JSON), ``crcs`` the CRC-32 of each
    line, four bytes each, once they are known.  ``size`` and ``etag`` are those of the zip.
    ``covering`` is the path of the file with that digest, ``seal`` the site's signature over it;
    ``sealed_as`` is where that lies in the package, "" for beside it.  ``covers`` notes each paper as
    it was at the freeze (``delivery.covering``); ``None`` in packages of before that was kept.
    """

    state = "frozen"
    problems: tuple[Reason, ...] = ()
    crcs = b""
    size = 0
    etag = ""
    checked_at = ""
    ended_at = ""
    ended_by = ""
    ended_why = ""
    expected = b""
    covering256 = ""
    covering512 = ""
    covering = ""
    seal = b""
    sealed_as = ""
    group = ""
    part = ""
    receipts: tuple[Receipt, ...] = ()
    covers: OOBTree | None = None

    def __init__(
        self,
        *,
        dossier: str,
        code: str,
        title: str,
        profile: str,
        top: str,
        identifier: str,
        frozen_at: str,
        software: str,
        papers: tuple[str, ...],
        left_out: int,
        files: int,
        octets: int,
        why: str,
        by: str,
        at: str,
    ) -> None:
        self.id = ids.new_id()
        self.dossier = dossier
        self.code = code
        self.title = title
        self.profile = profile
        self.top = top
        self.identifier = identifier
        self.frozen_at = frozen_at
        self.software = software
        self.papers = papers
        self.left_out = left_out
        self.files = files
        self.octets = octets
        self.why = why
        self.made_by = by
        self.made_at = at
        self.made: Any = None
        self.lines: LOBTree = LOBTree()
        self.sendings: OOBTree = OOBTree()

    @property
    def uid(self) -> str:
        return ids.to_text(self.id)

    @property
    def place(self) -> tuple[int, int]:
        """Which part of how many it is; 0 of n the master, 0 of 0 one that stands alone."""
        number, _, count = self.part.partition("/")
        return (int(number), int(count)) if count else (0, 0)

    @property
    def is_part(self) -> bool:
        """Whether it is one of several and not their master."""
        return self.place[0] > 0

    def __repr__(self) -> str:
        return f"<Export {self.uid} {self.profile} {self.state}>"


class Exports(Persistent):
    """Exports by id; of a dossier by (its uid, instant, id); all by (instant, id).

    ``unread`` are those nobody has read through yet; ``queue`` what waits to go out, by (instant
    from which on, id, destination).
    """

    def __init__(self) -> None:
        self.by_id: LOBTree = LOBTree()
        self.by_dossier: OOTreeSet = OOTreeSet()
        self.by_time: OOTreeSet = OOTreeSet()
        self.unread: LLTreeSet = LLTreeSet()
        self.queue: OOTreeSet = OOTreeSet()

    def __repr__(self) -> str:
        return "<Exports>"
