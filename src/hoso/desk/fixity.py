"""Files read again: how far it is, what was found, and what is at risk since.

The machine that reads tells through acts like everybody else; what it could not read counts as
a risk and never as whole.  What people do about it stands in ``fixity_risks``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from BTrees.OOBTree import OOTreeSet
from ZODB.POSException import POSKeyError

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.every_file import File, Holder, files_of, holder_of
from hoso.desk.fixity_holders import decided_on
from hoso.ingest.bulk.model import Import
from hoso.kernel import ids
from hoso.preservation.delivery.model import Export
from hoso.preservation.fixity.model import Ended, Fixity, Risk
from hoso.preservation.fixity.reading import Verdict
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
from hoso.preservation.taking.model import TakenPackage
from hoso.records.filing import of_bytes
from hoso.records.model import Site

__all__ = [
    "Read",
    "begin_round",
    "end_round",
    "let_go",
    "note_failure",
    "note_read",
    "status",
]


@dataclass(frozen=True)
class Read:
    """One file that was read again: where it belongs, its digest then, and what was seen."""

    record: int
    rendition: str
    sha256: str
    verdict: Verdict


def _kept(desk: Desk) -> Fixity:
    kept = fixity_of(desk.root)
    if kept is None:
        kept = desk.root[KEY] = Fixity()
    return kept


def _digest(file: File | None) -> str:
    """Return the recorded digest of a file, "" where there is no record of it."""
    try:
        return file.sha256 if file is not None else ""
    except POSKeyError:
        return ""


class _Now:
    """What holds files and which, as they stand in this transaction; each asked once."""

    def __init__(self, desk: Desk) -> None:
        self._root = desk.root
        self._known: dict[int, tuple[Holder | None, dict[str, File]]] = {}

    def find(self, number: int, name: str) -> tuple[Holder | None, File | None]:
        if number not in self._known:
            holder = holder_of(self._root, number)
            try:
                files = dict(files_of(self._root, holder)) if holder is not None else {}
            except POSKeyError:
                files = {}
            self._known = {number: (holder, files)}
        holder, files = self._known[number]
        return holder, files.get(name)


@act("fixity.status-asked", Permission.FIXITY_VIEW, told=False)
def status(desk: Desk, _site: Site) -> Progress:
    """Return how far the present round is, and what the last one found."""
    period = int(desk.rulebook.profile.settings["fixity"]["period_days"])
    return progress(fixity_of(desk.root), on=desk.today, period=period)


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
    now = _Now(desk)
    for one in read:
        holder, file = now.find(one.record, one.rendition)
        size += one.verdict.size
        if holder is None or _digest(file) != one.sha256:
            continue
        if one.verdict.is_whole:
            _settle_whole(desk, kept, one, holder)
            _note_passing(desk, kept, one, holder)
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
                decided_on(desk, holder) if one.rendition else desk.site,
                outcome="failed",
                holder=ids.to_text(one.record),
                rendition=one.rendition,
                kind=one.verdict.kind,
                expected=one.sha256,
                found=one.verdict.found,
                why=one.verdict.why,
            )
    advance(kept, cursor=cursor, files=len(read), size=size, wrong=wrong, unread=unread)
    return True


def _settle_whole(desk: Desk, kept: Fixity, one: Read, holder: Holder) -> None:
    risk: Risk | None = kept.risks.get((one.record, one.rendition))
    if risk is not None and risk.state in {"open", "lost"}:
        risk.state = "whole"
        risk.settled_at, risk.settled_by = desk.now, desk.identity.login
        desk.tell(
            "fixity.found-whole",
            decided_on(desk, holder),
            holder=ids.to_text(one.record),
            rendition=one.rendition,
            sha256=one.sha256,
        )


def _note_passing(desk: Desk, kept: Fixity, one: Read, holder: Holder) -> None:
    """Remember what the second copy has of a holder that gives its files up by itself."""
    if desk.house.second_copy is None or not isinstance(holder, Export | Import | TakenPackage):
        return
    if kept.passing is None:
        kept.passing = OOTreeSet()
    kept.passing.insert((one.sha256, one.record))


@act("fixity.given-up", Permission.FIXITY_WORK, told=False)
def let_go(desk: Desk, _site: Site) -> Iterable[str]:
    """Forget files that were given up; return the digests nobody else is known to have.

    What is no more is at risk no longer.  The digests are to be removed from the second copy
    before this is committed.
    """
    kept = fixity_of(desk.root)
    if kept is None:
        return ()
    now = _Now(desk)
    for (number, name), risk in kept.risks.items():
        if risk.state == "open" and name and now.find(number, name)[1] is None:
            risk.state = "gone"
            risk.settled_at, risk.settled_by = desk.now, desk.identity.login
    if not kept.passing:
        return ()
    held = {number: _is_held(desk, number) for number in {number for _, number in kept.passing}}
    ended = [pair for pair in kept.passing if not held[pair[1]]]
    for pair in ended:
        kept.passing.remove(pair)
    digests = {digest for digest, _ in ended}
    return [one for one in digests if not _is_elsewhere(desk, kept.passing, one)]


def _is_elsewhere(desk: Desk, passing: OOTreeSet, digest: str) -> bool:
    """Say whether a holder that goes on, or a paper, has a file of these bytes."""
    there = next(iter(passing.keys((digest, 0), (digest, 1 << 62))), None)
    return there is not None or next(of_bytes(desk.site, digest), None) is not None


def _is_held(desk: Desk, number: int) -> bool:
    holder = holder_of(desk.root, number)
    if isinstance(holder, Export):
        return holder.made is not None
    if isinstance(holder, Import):
        return holder.list is not None
    return isinstance(holder, TakenPackage) and bool(holder.foreign)


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
