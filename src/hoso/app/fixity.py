"""Read every file again, a little at a time, and keep the second copy of each.

A step reads files outside of any writing transaction and then notes what it saw; killed anywhere,
the next step goes on behind the last record that was noted.  A step that fails as a whole is told
of as a trouble and in the journal: files that were not read never count as whole.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ZODB.POSException import POSKeyError

from hoso.app.house import House
from hoso.desk import fixity
from hoso.desk.desk import Desk
from hoso.desk.every_file import File, Holder, every_holder, files_of, is_sealed
from hoso.desk.fixity import Read
from hoso.desk.lapsing import KEEPER
from hoso.kernel.errors import HosoError
from hoso.preservation.fixity.model import Ended
from hoso.preservation.fixity.reading import Verdict, read_again
from hoso.preservation.fixity.rounds import fixity_of, is_due
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.model import Document

__all__ = ["Scrubber", "Step", "let_go", "read_on", "read_round"]

log = logging.getLogger(__name__)

#: Seconds between two looks whether a round is due; and most files, and bytes, of one step.
PAUSE = 60.0
FILES = 400
BYTES = 64 << 20


@dataclass(frozen=True)
class Step:
    """What one step did: files and bytes read, and the round where it ended with this step.

    :ivar copied: files that were put into the second copy, or put there anew.
    """

    files: int
    size: int
    copied: int
    ended: Ended | None


def read_on(house: House, *, files: int = FILES, size: int = BYTES) -> Step | None:
    """Read the next files; ``None`` where no round is due.

    :param files: most files of this step; a paper is read whole all the same.
    :param size: bytes after which it stops.
    """
    every = int(house.rulebook.profile.settings["fixity"]["every_days"])
    with house.databases.connection() as connection:
        kept = fixity_of(connection.root())
        if not is_due(kept, on=house.clock.today(), every=every):
            return None
        before = kept.cursor if kept is not None and kept.began else None
    if before is None:
        _at_site(house, lambda desk: fixity.begin_round(desk, desk.site), note="a round of reading")
        before = 0
    read, cursor, is_last, copied = _read(house, after=before, files=files, size=size)
    if read or cursor != before:
        _at_site(
            house,
            lambda desk: fixity.note_read(desk, desk.site, read=read, before=before, cursor=cursor),
            note="files read again",
        )
    ended = None
    if is_last:
        ended = _at_site(
            house,
            lambda desk: fixity.end_round(desk, desk.site, before=cursor),
            note="a round of reading ended",
        )
    return Step(len(read), sum(one.verdict.size for one in read), copied, ended)


def let_go(house: House) -> int:
    """See to what was given up: its risks, and what the second copy has of it; return how much."""
    copy = SecondCopy(house.second_copy) if house.second_copy is not None else None

    def remove(connection: Any) -> int:
        desk = Desk(house, connection, KEEPER, via="housekeeping")
        gone = fixity.let_go(desk, desk.site)
        if copy is not None and gone and not copy.folder.is_dir():
            # Nothing is forgotten while its disk is away.
            raise OSError(
                f"the second copy {copy.folder} is away; what was given up is still there"
            )
        # First the files: cut off here, it is done again.
        return sum(copy.remove(one) for one in gone) if copy is not None else 0

    removed: int = house.databases.attempt(remove, note="second copy let go of what was given up")
    return removed


def read_round(house: House) -> Iterator[Step]:
    """Read to the end of the round that is due; nothing where none is."""
    let_go(house)
    while (step := read_on(house)) is not None:
        yield step
        if step.ended is not None:
            return


def _at_site(house: House, work: Any, *, note: str) -> Any:
    def attempt(connection: Any) -> Any:
        return work(Desk(house, connection, KEEPER, via="housekeeping"))

    return house.databases.attempt(attempt, note=note)


def _read(house: House, *, after: int, files: int, size: int) -> tuple[list[Read], int, bool, int]:
    """Return what was read behind a holder, the last holder, whether it was the last of all."""
    copy = SecondCopy(house.second_copy) if house.second_copy is not None else None
    read: list[Read] = []
    copied, cursor, seen = 0, after, 0
    with house.databases.connection() as connection:
        root = connection.root()
        for number, holders in every_holder(root, after=after):
            for holder in holders:
                for one, file in _of(root, number, holder):
                    read.append(one)
                    seen += one.verdict.size
                    # What lies behind a seal is not carried to another disk (Law 29/2018/QH14).
                    is_to_copy = one.verdict.is_whole and not is_sealed(one.rendition)
                    if copy is not None and file is not None and is_to_copy:
                        copied += _second(copy, file)
                holder._p_deactivate()  # noqa: SLF001 - ZODB's protocol: memory stays flat
            cursor = number
            connection.cacheGC()
            if len(read) >= files or seen >= size:
                return read, cursor, False, copied
    return read, cursor, True, copied


def _of(root: Any, number: int, holder: Holder) -> Iterator[tuple[Read, File | None]]:
    """Read the files of a holder; a record that is not there is a file that is not there.

    :param number: under which it stands; a paper in the bin has one of its own.
    """
    try:
        number = holder.id if isinstance(holder, Document) else number
        files = list(files_of(root, holder))
    except POSKeyError as error:
        yield Read(number, "", "", Verdict("missing", "", 0, f"POSKeyError: {error}")), None
        return
    for name, file in files:
        try:
            sha256, size = file.sha256, file.size
        except POSKeyError as error:
            yield Read(number, name, "", Verdict("missing", "", 0, f"POSKeyError: {error}")), None
            continue
        yield Read(number, name, sha256, read_again(file.opened, sha256=sha256, size=size)), file


def _second(copy: SecondCopy, file: File) -> bool:
    """See to the second copy of a file that is whole; say whether it had to be written."""
    if copy.verdict(file.sha256, file.size).is_whole:
        return False
    copy.put(file.opened, sha256=file.sha256, size=file.size)
    return True


class Scrubber:
    """Reads files again in a thread of the server, no faster than the profile allows."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._looked = -PAUSE
        settings = house.rulebook.profile.settings["fixity"]
        self._rate = float(settings["megabytes_a_second"]) * (1 << 20)

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="fixity", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=30)

    def _run(self) -> None:
        # A server that was just started has other things to do.
        pause = PAUSE
        while not self._stop.wait(pause):
            # What is read at once is what a second may read, so that nobody waits behind it.
            pause = self._once(int(self._rate))

    def _once(self, size: int) -> float:
        """Do a step; return the seconds to rest after it."""
        try:
            if time.monotonic() - self._looked > PAUSE:
                self._let_go()
                self._looked = time.monotonic()
            step = read_on(self._house, size=size)
        except Exception as error:
            # The rim of a thread that must not end: it is tried again at the next round.
            log.exception("reading files again failed")
            why = f"{type(error).__name__}: {error}"
            self._failed(str(error) if isinstance(error, HosoError) else why)
            return PAUSE
        self._house.troubles.pop("fixity", None)
        if step is None or step.ended is not None:
            return PAUSE
        return max(0.2, step.size / self._rate)

    def _let_go(self) -> None:
        """See to what was given up; a disk that is away keeps nobody from reading on."""
        try:
            let_go(self._house)
        except OSError as error:
            self._house.troubles["second-copy"] = str(error)
        else:
            self._house.troubles.pop("second-copy", None)

    def _failed(self, why: str) -> None:
        known = self._house.troubles.get("fixity")
        self._house.troubles["fixity"] = why
        if known == why:
            return
        try:
            _at_site(
                self._house,
                lambda desk: fixity.note_failure(desk, desk.site, why=why),
                note="reading files again failed",
            )
        except Exception:
            log.exception("that reading failed could not be written down")
