"""Carry out destructions that were begun: line by line, from wherever it was interrupted.

Each line is one transaction, in the name of the person who carries the list out, whose
permission is asked anew each time.  Three steps, each of which may be cut off anywhere and begun
again: lists under way go into the bin; what has lain there for its days of grace is destroyed;
the files of what is destroyed are removed, right after the commit.  Between two of these steps a line is wholly there or
wholly gone, with its certificate.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from typing import Any

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.app.house import House
from hoso.desk import disposing
from hoso.desk import disposing_closing as closing
from hoso.desk import disposing_executing as executing
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER
from hoso.desk.refusals import journal_refusal
from hoso.kernel import ids
from hoso.kernel.errors import HosoError
from hoso.preservation.fixity.second_copy import SecondCopy
from hoso.records.filing import of_bytes
from hoso.records.model import Reason
from hoso.retention.disposing import book
from hoso.retention.disposing.deciding import days_left, to_carry_out
from hoso.retention.disposing.model import DisposalList
from hoso.search.rebuild import rebuild
from hoso.search.snapshots import snapshots
from hoso.storage import shredding
from hoso.storage.shredding import files_of, shred

__all__ = [
    "Executor",
    "carry_out",
    "close_spent",
    "destroy_due",
    "look_again",
    "pack",
    "purge_list",
    "remove_files",
]

log = logging.getLogger(__name__)

#: Seconds between two looks at whether there is something to carry out: a look costs a read.
PAUSE = 3.0
_VIA = "executor"

Stopped = Callable[[], bool]


def _never() -> bool:
    return False


def carry_out(house: House, *, stopped: Stopped = _never) -> int:
    """Put the lines of every list under way into the bin; return how many were looked at."""
    done = 0
    for number in _running(house):
        while not stopped():
            line = _next_line(house, number)
            if not line:
                house.databases.attempt(partial(_settle, house, number), note="list settled")
                break
            deed = partial(executing.carry_out_line, number=line)
            if not _attempt(house, number, deed):
                break
            done += 1
    return done


def _running(house: House) -> list[int]:
    with house.databases.connection() as connection:
        known = book.book_if_any(connection.root())
        return list(known.running) if known is not None else []


def _list(connection: Any, number: int) -> DisposalList:
    found: DisposalList = book.book_of(connection.root()).lists[number]
    return found


def _next_line(house: House, number: int) -> int:
    """Return the next line that was not asked since this carrying out began; 0: none."""
    with house.databases.connection() as connection:
        list_ = _list(connection, number)
        if list_.state != "executing":
            return 0
        fresh = (line for line in to_carry_out(list_) if line.execution < list_.execution)
        return next((line.number for line in fresh), 0)


def _settle(house: House, number: int, connection: Any) -> None:
    list_ = _list(connection, number)
    if list_.state == "executing":
        closing.settle(Desk(house, connection, KEEPER, via=_VIA), list_)


def _attempt(house: House, number: int, deed: Callable[[Desk, DisposalList], Any]) -> bool:
    """Do one line in the executor's name; say why on the list where he cannot."""

    def work(connection: Any) -> Any:
        list_ = _list(connection, number)
        account = accounts_of(connection.root()).by_login.get(list_.executor)
        if account is None or why_closed(account, now=house.clock.now(), enforce=False):
            reason = Reason(
                "executor-gone",
                "The account {login}, which carries this out, is closed; another person must.",
                (("login", list_.executor or "-"),),
            )
            _stop(house, connection, list_, reason)
            return False
        deed(Desk(house, connection, identity_of(account), via=_VIA), list_)
        return True

    try:
        return bool(house.databases.attempt(work, note="disposal"))
    except HosoError as error:
        journal_refusal(house, error)
        said = Reason("stopped", str(error))

        def stop(connection: Any) -> None:
            _stop(house, connection, _list(connection, number), said)

        house.databases.attempt(stop, note="disposal stopped")
        return False


def _stop(house: House, connection: Any, list_: DisposalList, reason: Reason) -> None:
    executing.stop(Desk(house, connection, KEEPER, via=_VIA), list_, reason)


def close_spent(house: House) -> int:
    """Close the lists whose days are over and of which nothing can go; return how many.

    Looks at every list there ever was: once a day is often enough.
    """
    with house.databases.connection() as connection:
        known = book.book_if_any(connection.root())
        if known is None:
            return 0
        today = house.clock.today()
        late = [
            one.id
            for one in known.lists.values()
            if one.state in {"approved", "binned"} and (days_left(one.ruling, today) or 0) < 0
        ]

    def end(number: int, connection: Any) -> bool:
        desk = Desk(house, connection, KEEPER, via=_VIA)
        return closing.close_spent(desk, _list(connection, number))

    return sum(house.databases.attempt(partial(end, one), note="list closed") for one in late)


# What has lain in the bin ----------------------------------------------------------------


def destroy_due(house: House, *, stopped: Stopped = _never) -> int:
    """Destroy what has lain in the bin for its days of grace; return how many dossiers went.

    What is held or otherwise stopped stays in the bin and is asked again the next day.
    """
    done = 0
    for number, line in _over(house):
        if stopped():
            break
        gone: list[bool] = []

        def deed(desk: Desk, list_: DisposalList, line: int = line, gone: Any = gone) -> None:
            gone[:] = [executing.destroy_line(desk, list_, number=line) is not None]

        _attempt(house, number, deed)
        if any(gone):
            # At once, not at the end: a list of thousands takes its time.
            remove_files(house)
            done += 1
    return done


def _over(house: House) -> list[tuple[int, int]]:
    """Return (list, line) of what may be destroyed today and was not asked today."""
    today = house.clock.today()
    found: list[tuple[int, int]] = []
    with house.databases.connection() as connection:
        known = book.book_if_any(connection.root())
        if known is None:
            return []
        for _, record in known.bin_ends.keys(None, (today.toordinal(), 1 << 62)):
            list_ = known.lists[known.on_list[record]]
            if list_.stopped_on == today.isoformat():
                continue
            found += [
                (list_.id, line.number)
                for line in list_.lines.values()
                if line.record == record
                and line.state == "binned"
                and line.asked_on != today.isoformat()
            ]
    return found


def remove_files(house: House, *, stopped: Stopped = _never) -> int:
    """Remove the files of what is destroyed; return of how many dossiers.

    The list of files stands in the database until every one of them is gone: a kill between the
    two only means that it is done again.
    """
    with house.databases.connection() as connection:
        known = book.book_if_any(connection.root())
        if known is None:
            return 0
        waiting = list(known.shredding.items())
        copies = {record: known.second_copies.get(record, ()) for record, _ in waiting}
        papers = {
            record: [one.uid for one in known.destroyed[record].papers] for record, _ in waiting
        }
    done = 0
    for record, oids in waiting:
        if stopped():
            break
        shred(house.databases, oids)
        for uid in (ids.to_text(record), *papers[record]):
            shutil.rmtree(house.path / "work" / uid, ignore_errors=True)
        _forget_mirrored(house, record)
        if files_of(house.databases, oids):
            raise OSError(f"files of the destroyed dossier {ids.to_text(record)} cannot be removed")

        _remove_copies(house, copies[record])

        def gone(connection: Any, known: int = record) -> None:
            executing.files_removed(Desk(house, connection, KEEPER, via=_VIA), known)

        house.databases.attempt(gone, note="bytes removed")
        done += 1
    return done


def _remove_copies(house: House, digests: Iterable[str]) -> None:
    """Let the second copy go of what is destroyed; where it is away, it is tried again."""
    if house.second_copy is None:
        return
    if not house.second_copy.is_dir():
        raise OSError(
            f"the second copy {house.second_copy} is away; what is destroyed is still there"
        )
    for digest in digests:
        SecondCopy(house.second_copy).remove(digest)


def _forget_mirrored(house: House, record: int) -> None:
    """Remove the files of a destroyed dossier from the second copy, but what others have too."""
    if house.second_copy is None:
        return
    copy = SecondCopy(house.second_copy)
    with house.databases.connection() as connection:
        root = connection.root()
        _, digests = book.book_of(root).mirrored.get(record, ("", ()))
        # Made files of equal bytes elsewhere are copied again in the next round of reading.
        gone = [one for one in digests if next(of_bytes(root["site"], one), None) is None]
    for sha256 in gone:
        copy.remove(sha256)


def look_again(house: House) -> int:
    """Look through the second copy once more on a later day; return for how many dossiers.

    Who was copying a file at the very moment of its destruction may have written it behind us.
    """
    today = house.clock.today().isoformat()
    with house.databases.connection() as connection:
        known = book.book_if_any(connection.root())
        if known is None:
            return 0
        due = [record for record, (day, _) in known.mirrored.items() if day < today]
    for record in due:
        _forget_mirrored(house, record)

        def done(connection: Any, known: int = record) -> None:
            book.book_of(connection.root()).mirrored.pop(known, None)

        house.databases.attempt(done, note="second copy looked through")
    return len(due)


def purge_list(house: House, identity: Identity, name: str) -> int:
    """Destroy in a person's own name what of one list has lain in the bin; return how many went."""

    def due(connection: Any) -> list[int]:
        desk = Desk(house, connection, identity, via="cli")
        lines = disposing.find(desk, name).lines.values()
        until = desk.today.isoformat()
        return [
            line.number for line in lines if line.state == "binned" and line.purge_from <= until
        ]

    def destroy(number: int, connection: Any) -> bool:
        desk = Desk(house, connection, identity, via="cli")
        made = executing.destroy_line(desk, disposing.find(desk, name), number=number)
        return made is not None

    done = 0
    try:
        with house.databases.connection() as connection:
            numbers = due(connection)
        for one in numbers:
            done += house.databases.attempt(partial(destroy, one), note="purged")
            remove_files(house)
    except HosoError as error:
        journal_refusal(house, error)
        raise
    return done


def pack(house: House, identity: Identity) -> None:
    """Let go of every earlier word: pack the database, and build the index anew without them.

    Needs no server beside it where the files are this process's own.  The index keeps words of
    what was taken out of it until its parts are merged; one that is built anew has never had them.
    """
    remove_files(house)
    shredding.pack(house.databases)
    rebuild(house.index_path, snapshots(house.databases.main), house.entries)

    def tell(connection: Any) -> None:
        desk = Desk(house, connection, KEEPER, via="cli")
        book.book_of(desk.root).packed_at = desk.now
        desk.tell("disposal.database-packed", desk.site, asked=identity.login)

    house.databases.attempt(tell, note="packed")


class Executor:
    """Carries out in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._closed_on: date | None = None
        self._thread = threading.Thread(target=self._run, name="executor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop after the line in hand; the next start goes on there."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                carry_out(self._house, stopped=self._stop.is_set)
                destroy_due(self._house, stopped=self._stop.is_set)
                remove_files(self._house, stopped=self._stop.is_set)
                look_again(self._house)
                self._once_a_day()
            except Exception as error:
                # The rim of a thread that must not end: it is tried again at the next round.
                log.exception("carrying out destructions failed")
                self._house.troubles["disposal"] = f"{type(error).__name__}: {error}"
            else:
                self._house.troubles.pop("disposal", None)
            self._stop.wait(PAUSE)

    def _once_a_day(self) -> None:
        today = self._house.clock.today()
        if self._closed_on != today:
            close_spent(self._house)
            self._closed_on = today
