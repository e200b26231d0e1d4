"""Files at risk, and what people do about them: read again, mend, state as lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.every_file import File, Holder, files_of, holder_of, put_frozen
from hoso.desk.fixity_holders import Decided, called, decided_on, kind_of, may_know
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing, NotReady, Unusable
from hoso.kernel.text import one_line
from hoso.preservation.fixity.model import Risk
from hoso.preservation.fixity.reading import Verdict, read_again
from hoso.preservation.fixity.rounds import fixity_of
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.model import Batch, Document, Dossier, Site, Unit
from hoso.retention.disposing.model import DisposalList
from hoso.storage.blobs import Spooled, spool

__all__ = ["RiskView", "find", "repair", "risks", "see_again", "state_lost"]

_NOT_IN_COPY = "The second copy does not have this file, or not as it came in. Nothing was changed."


@dataclass(frozen=True)
class RiskView:
    """A line of the list of risks.

    :ivar uid: of what holds the file; ``kind`` says what that is, "" where it is not there.
    :ivar title: what it is called, "" for who may not know.
    :ivar in_copy: whether the second copy names such a file; it is read before it is used.
    :ivar around: the record deeds on the file are decided on; ``None`` for who may not know.
    """

    uid: str
    kind: str
    title: str
    rendition: str
    risk: Risk
    in_copy: bool
    around: Decided | None


def _copy(desk: Desk) -> SecondCopy | None:
    folder = desk.house.second_copy
    return SecondCopy(folder) if folder is not None else None


@act("fixity.risks-listed", Permission.FIXITY_VIEW, told=False)
def risks(desk: Desk, _site: Site, *, every: bool = False) -> list[RiskView]:
    """Return the files nobody has seen to yet, or every file that was ever at risk."""
    found = list(_risks(desk, every=every))
    return sorted(found, key=lambda one: (one.risk.state != "open", one.risk.found_at, one.uid))


def _risks(desk: Desk, *, every: bool) -> Iterator[RiskView]:
    kept, copy = fixity_of(desk.root), _copy(desk)
    for (number, name), risk in kept.risks.items() if kept is not None else ():
        if not every and risk.state != "open":
            continue
        holder = holder_of(desk.root, number)
        known = holder is not None and may_know(desk, holder)
        yield RiskView(
            ids.to_text(number),
            kind_of(desk, holder) if holder is not None else "",
            called(desk, holder) if holder is not None and known else "",
            name,
            risk,
            bool(risk.expected) and copy is not None and copy.path_of(risk.expected).exists(),
            decided_on(desk, holder) if holder is not None and known else None,
        )


def find(desk: Desk, uid: str) -> Decided:
    """Return the record on which deeds on the files of *uid* are decided; else ``Missing``."""
    holder = holder_of(desk.root, ids.from_text(uid) or 0)
    if holder is None or not may_know(desk, holder):
        raise Missing
    return decided_on(desk, holder)


def _risk(desk: Desk, record: Decided, uid: str, name: str) -> tuple[Risk, Holder, File]:
    kept = fixity_of(desk.root)
    number = ids.from_text(uid) or 0
    holder = holder_of(desk.root, number)
    risk = kept.risks.get((number, name)) if kept is not None else None
    # Who may do something here may do it to what belongs here.
    if holder is None or risk is None or decided_on(desk, holder) is not record:
        raise Missing
    file = dict(files_of(desk.root, holder)).get(name)
    if file is None:
        raise Missing
    return risk, holder, file


def _settle(desk: Desk, risk: Risk, state: str, *, reason: str = "") -> None:
    risk.state, risk.reason = state, reason
    risk.settled_at, risk.settled_by = desk.now, desk.identity.login


@act("fixity.read-again", Permission.FIXITY_WORK)
def see_again(
    desk: Desk,
    record: Document | Batch | Dossier | DisposalList | Unit | Site,
    *,
    of: str,
    rendition: str,
) -> Verdict:
    """Read a file at risk once more; where it is whole now, it is at risk no longer.

    :param of: the uid of what holds the file; ``record`` is what that is decided on.
    """
    risk, _, file = _risk(desk, record, of, rendition)
    verdict = read_again(file.opened, sha256=file.sha256, size=file.size)
    if verdict.is_whole:
        _settle(desk, risk, "whole")
    desk.say(of=of, rendition=rendition, kind=verdict.kind or "whole", found=verdict.found)
    return verdict


@act("fixity.repaired", Permission.FIXITY_WORK)
def repair(
    desk: Desk,
    record: Document | Batch | Dossier | DisposalList | Unit | Site,
    *,
    of: str,
    rendition: str,
) -> None:
    """Put the file of the second copy in place of a damaged one.

    It is hashed on the way in and taken only where it is what was recorded; the record of what
    it is does not change by a letter.
    """
    risk, holder, file = _risk(desk, record, of, rendition)
    copy = _copy(desk)
    if copy is None:
        raise NotReady("There is no second copy. Name its folder in the settings: second-copy.")
    now = read_again(file.opened, sha256=file.sha256, size=file.size)
    if now.is_whole:
        raise Conflict("The file is whole. Read it again instead; there is nothing to mend.")
    was = file.blob
    spooled = _from_copy(desk, copy, file)
    try:
        file.put(spooled, desk.connection, copy=copy)
    except Unusable:
        spooled.discard()
        raise
    if isinstance(holder, Document) and holder.dossier is not None:
        put_frozen(desk.root, holder.dossier, was, file.blob)
    _settle(desk, risk, "repaired")
    desk.say(of=of, rendition=rendition, sha256=file.sha256, was=now.kind, found=now.found)


def _from_copy(desk: Desk, copy: SecondCopy, file: File) -> Spooled:
    """Return the bytes of the second copy on the spool, where they are what was recorded."""
    try:
        with copy.path_of(file.sha256).open("rb") as stream:
            spooled = spool(stream, desk.house.spool, limit=file.size)
    except (OSError, ValueError, Unusable) as error:
        raise Unusable(_NOT_IN_COPY, why=str(error)) from error
    digests = (spooled.sha256, spooled.sha512 if file.sha512 else "", spooled.size)
    if digests != (file.sha256, file.sha512, file.size):
        spooled.discard()
        raise Unusable(_NOT_IN_COPY)
    return spooled


@act("fixity.loss-stated", Permission.FIXITY_WORK)
def state_lost(
    desk: Desk,
    record: Document | Batch | Dossier | DisposalList | Unit | Site,
    *,
    of: str,
    rendition: str,
    reason: str,
) -> None:
    """State that a file cannot be had again, and why; it stays on record as lost."""
    risk, _, _ = _risk(desk, record, of, rendition)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "Say it: an auditor will ask.")])
    if risk.state != "open":
        raise Conflict("Somebody has seen to this file already. Load the list again.")
    _settle(desk, risk, "lost", reason=reason)
    desk.say(of=of, rendition=rendition, reason=reason, expected=risk.expected)
