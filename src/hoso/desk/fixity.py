"""Files read again: what was found, what to do about it, and what was done.

The machine that reads tells through acts like everybody else; what it could not read counts as
a risk and never as whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ZODB.POSException import POSKeyError

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing, NotReady, Unusable
from hoso.kernel.text import one_line
from hoso.preservation.fixity.model import Ended, Fixity, Risk
from hoso.preservation.fixity.reading import Verdict, read_again
from hoso.preservation.fixity.rounds import (
    KEY,
    Progress,
    advance,
    begin,
    end,
    fixity_of,
    note,
    progress,
)
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.model import Batch, Document, Rendition, Site
from hoso.storage.blobs import blob_of, spool

__all__ = [
    "Holder",
    "Read",
    "RiskView",
    "begin_round",
    "end_round",
    "files_of",
    "is_sealed",
    "note_failure",
    "note_read",
    "repair",
    "risks",
    "see_again",
    "state_lost",
    "status",
]


#: What holds files: a paper, and a batch its receipts.
Holder = Document | Batch

_SEALED = "sealed:"


@dataclass(frozen=True)
class Read:
    """One file that was read again: where it belongs, its digest then, and what was seen."""

    record: int
    rendition: str
    sha256: str
    verdict: Verdict


@dataclass(frozen=True)
class RiskView:
    """A line of the list of risks.

    :ivar title: what the paper is called, "" for who may not know.
    :ivar in_copy: whether the second copy names such a file; it is read before it is used.
    """

    uid: str
    title: str
    rendition: str
    risk: Risk
    in_copy: bool
    document: Holder | None


def _kept(desk: Desk) -> Fixity:
    kept = fixity_of(desk.root)
    if kept is None:
        kept = desk.root[KEY] = Fixity()
    return kept


def _copy(desk: Desk) -> SecondCopy | None:
    folder = desk.house.second_copy
    return SecondCopy(folder) if folder is not None else None


def files_of(document: Holder) -> Iterator[tuple[str, Rendition]]:
    """Yield the files of a paper, or a batch's receipts, by name; sealed ones are told apart."""
    yield from document.renditions.items()
    for name, rendition in (getattr(document, "sealed", None) or {}).items():
        yield f"{_SEALED}{name}", rendition


def is_sealed(name: str) -> bool:
    """Say whether a name is that of a file behind a seal."""
    return name.startswith(_SEALED)


def _digest(rendition: Rendition | None) -> str:
    """Return the recorded digest of a file, "" where there is no record of it."""
    try:
        return rendition.sha256 if rendition is not None else ""
    except POSKeyError:
        return ""


def _rendition(desk: Desk, number: int, name: str) -> tuple[Holder | None, Rendition | None]:
    record = desk.site.by_id.get(number)
    if not isinstance(record, Document | Batch):
        return None, None
    try:
        return record, dict(files_of(record)).get(name)
    except POSKeyError:
        return record, None


@act("fixity.status-asked", Permission.FIXITY_VIEW, told=False)
def status(desk: Desk, _site: Site) -> Progress:
    """Return how far the present round is, and what the last one found."""
    period = int(desk.rulebook.profile.settings["fixity"]["period_days"])
    return progress(fixity_of(desk.root), on=desk.today, period=period)


@act("fixity.risks-listed", Permission.FIXITY_VIEW, told=False)
def risks(desk: Desk, _site: Site, *, every: bool = False) -> list[RiskView]:
    """Return the files nobody has seen to yet, or every file that was ever at risk."""
    kept, copy = fixity_of(desk.root), _copy(desk)
    found = []
    for (number, name), risk in kept.risks.items() if kept is not None else ():
        if not every and risk.state != "open":
            continue
        document, _ = _rendition(desk, number, name)
        shown = document if document is not None and desk.sees(document) else None
        there = bool(risk.expected) and copy is not None and copy.path_of(risk.expected).exists()
        title = shown.title or shown.uid if shown is not None else ""
        found.append(RiskView(ids.to_text(number), title, name, risk, there, shown))
    return sorted(found, key=lambda one: (one.risk.state != "open", one.risk.found_at, one.uid))


# The machine's ------------------------------------------------------------------------------


@act("fixity.round-begun", Permission.FIXITY_WORK)
def begin_round(desk: Desk, _site: Site) -> int:
    """Begin to read every file again; return the number of the round."""
    kept = _kept(desk)
    if not kept.began:
        begin(kept, at=desk.now)
    desk.say(round=kept.number)
    return kept.number


@act("fixity.read-noted", Permission.FIXITY_WORK, told=False)
def note_read(desk: Desk, _site: Site, *, read: Sequence[Read], before: int, cursor: int) -> bool:
    """Note what was read between two records; say whether this round was still there.

    What became of a paper while it was read is no damage: it is looked at again as it is now.
    """
    kept = _kept(desk)
    if not kept.began or kept.cursor != before:
        return False
    wrong = unread = size = 0
    for one in read:
        document, rendition = _rendition(desk, one.record, one.rendition)
        size += one.verdict.size
        if document is None or _digest(rendition) != one.sha256:
            continue
        if one.verdict.is_whole:
            _settle_whole(desk, kept, one)
            continue
        wrong += one.verdict.kind in {"changed", "cut"}
        unread += one.verdict.kind not in {"changed", "cut"}
        if note(
            kept,
            one.record,
            one.rendition,
            kind=one.verdict.kind,
            expected=one.sha256,
            found=one.verdict.found,
            why=one.verdict.why,
            at=desk.now,
        ):
            desk.tell(
                "fixity.fault-found",
                # A record that is not there has nothing the journal could find it under.
                document if one.rendition else desk.site,
                outcome="failed",
                rendition=one.rendition,
                kind=one.verdict.kind,
                expected=one.sha256,
                found=one.verdict.found,
                why=one.verdict.why,
            )
    advance(kept, cursor=cursor, files=len(read), size=size, wrong=wrong, unread=unread)
    return True


def _settle_whole(desk: Desk, kept: Fixity, one: Read) -> None:
    risk: Risk | None = kept.risks.get((one.record, one.rendition))
    if risk is not None and risk.state in {"open", "lost"}:
        risk.state = "whole"
        risk.settled_at, risk.settled_by = desk.now, desk.identity.login
        document, _ = _rendition(desk, one.record, one.rendition)
        desk.tell("fixity.found-whole", document, rendition=one.rendition, sha256=one.sha256)


@act("fixity.round-ended", Permission.FIXITY_WORK)
def end_round(desk: Desk, _site: Site, *, before: int) -> Ended | None:
    """End a round in which every file was read; ``None`` where it went on meanwhile."""
    kept = _kept(desk)
    if not kept.began or kept.cursor != before:
        desk.say(round=kept.number, again=True)
        return None
    done = end(kept, at=desk.now)
    desk.say(round=done.number, files=done.files, bytes=done.size, wrong=done.wrong)
    desk.say(unread=done.unread, began=done.began)
    return done


@act("fixity.failed", Permission.FIXITY_WORK)
def note_failure(desk: Desk, _site: Site, *, why: str) -> None:
    """Note that reading could not go on at all: nothing is known of what was not read."""
    kept = _kept(desk)
    kept.failed_at, kept.failed_why = desk.now, why
    desk.say(why=why)


# People's -----------------------------------------------------------------------------------


def _risk(desk: Desk, document: Holder, rendition: str) -> tuple[Risk, Rendition]:
    kept = fixity_of(desk.root)
    risk = kept.risks.get((document.id, rendition)) if kept is not None else None
    kept_file = dict(files_of(document)).get(rendition)
    if risk is None or kept_file is None:
        raise Missing
    return risk, kept_file


def _settle(desk: Desk, risk: Risk, state: str, *, reason: str = "") -> None:
    risk.state, risk.reason = state, reason
    risk.settled_at, risk.settled_by = desk.now, desk.identity.login


@act("fixity.read-again", Permission.FIXITY_WORK)
def see_again(desk: Desk, document: Document | Batch, *, rendition: str) -> Verdict:
    """Read a file at risk once more; where it is whole now, it is at risk no longer."""
    risk, kept_file = _risk(desk, document, rendition)
    verdict = read_again(
        lambda: kept_file.blob.open("r"), sha256=kept_file.sha256, size=kept_file.size
    )
    if verdict.is_whole:
        _settle(desk, risk, "whole")
    desk.say(rendition=rendition, kind=verdict.kind or "whole", found=verdict.found)
    return verdict


@act("fixity.repaired", Permission.FIXITY_WORK)
def repair(desk: Desk, document: Document | Batch, *, rendition: str) -> None:
    """Put the file of the second copy in place of a damaged one.

    It is hashed on the way in and taken only where it is what was recorded; the record of what
    it is does not change by a letter.
    """
    risk, kept_file = _risk(desk, document, rendition)
    copy = _copy(desk)
    if copy is None:
        raise NotReady("There is no second copy. Name its folder in the settings: second-copy.")
    now = read_again(lambda: kept_file.blob.open("r"), sha256=kept_file.sha256, size=kept_file.size)
    if now.is_whole:
        raise Conflict("The file is whole. Read it again instead; there is nothing to mend.")
    try:
        with copy.path_of(kept_file.sha256).open("rb") as stream:
            spooled = spool(stream, desk.house.spool, limit=kept_file.size)
    except (OSError, ValueError, Unusable) as error:
        raise Unusable(
            "The second copy does not have this file, or not as it came in. Nothing was changed.",
            why=str(error),
        ) from error
    if (spooled.sha256, spooled.sha512, spooled.size) != (
        kept_file.sha256,
        kept_file.sha512,
        kept_file.size,
    ):
        spooled.discard()
        raise Unusable(
            "The second copy does not have this file, or not as it came in. Nothing was changed."
        )
    kept_file.blob = blob_of(spooled, desk.connection)
    _settle(desk, risk, "repaired")
    desk.say(rendition=rendition, sha256=kept_file.sha256, was=now.kind, found=now.found)


@act("fixity.loss-stated", Permission.FIXITY_WORK)
def state_lost(desk: Desk, document: Document | Batch, *, rendition: str, reason: str) -> None:
    """State that a file cannot be had again, and why; it stays on record as lost."""
    risk, _kept_file = _risk(desk, document, rendition)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "Say it: an auditor will ask.")])
    if risk.state != "open":
        raise Conflict("Somebody has seen to this file already. Load the list again.")
    _settle(desk, risk, "lost", reason=reason)
    desk.say(rendition=rendition, reason=reason, expected=risk.expected)
