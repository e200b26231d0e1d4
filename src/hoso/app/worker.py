"""The worker: reads what waits in the queue, as a thread of the server or a process.

One document a thread, two by default; pages of one long paper are shared among the readers'
processes.  As soon as a paper is read, what is made of it (``copying``) is made by the same
hand, so that its pictures are there when a person comes to it.  It can be stopped and killed at any moment: the queue is in the database, and a
paper leaves it in the commit that hands in its text.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from transaction.interfaces import TransientError

from hoso.app.house import House
from hoso.app.machine import AWAY, at_paper
from hoso.desk import reading
from hoso.desk.desk import Desk
from hoso.ingest import queue
from hoso.records.model import Document

if TYPE_CHECKING:
    from hoso.app.reading_room import ReadingRoom

__all__ = ["Worker"]

log = logging.getLogger(__name__)

#: Seconds between looks at the queue when it was empty.
PAUSE = 1.0
#: Seconds until a paper is shown again to a virus scanner that did not answer.
PATIENCE = 15.0
#: Looks at an empty queue after which the readers are started, to be there for the next paper.
WARM_AFTER = 3
#: How often a paper is tried before a person must look at it.
TRIES = 3


class Worker:
    """Reads the queue of one site until it is stopped."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._failures: dict[int, int] = {}
        self._later: dict[int, float] = {}

    def start(self) -> None:
        """Begin in a thread of its own."""
        self.house.waiting.append(self.wake)
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Say that something came in."""
        self._wake.set()

    def close(self) -> None:
        """Stop after the page in hand; what was read stays."""
        self.stop.set()
        self._wake.set()
        if self.wake in self.house.waiting:
            self.house.waiting.remove(self.wake)
        if self._thread is not None:
            self._thread.join(timeout=60)

    def run(self, *, until_empty: bool = False) -> int:
        """Read until stopped (or until the queue is empty); return how many were read."""
        # The readers' libraries are not needed to answer requests: start-up time.
        from hoso.app.reading_room import ReadingRoom

        room = ReadingRoom(self.house)
        count = idle = 0
        try:
            with ThreadPoolExecutor(self.house.settings.readers, "reader") as pool:
                busy: dict[int, Future[str]] = {}
                while not self.stop.is_set():
                    look = self._waiting if until_empty else self._taken_up
                    self._wake.clear()
                    for number in look(busy):
                        busy[number] = self._begun(pool, self._one, room, number)
                    if len(busy) < self.house.settings.readers:
                        for number in self._without_copy(room, busy):
                            busy[number] = self._begun(pool, self._copy, room, number)
                    if not busy:
                        if until_empty and not self._later:
                            break
                        idle += 1
                        if idle == WARM_AFTER:
                            room.warm()
                        self._wake.wait(PAUSE)
                        continue
                    # Whichever is first: a paper is done, or another comes in for a free hand.
                    self._wake.wait(PAUSE)
                    done = [future for future in busy.values() if future.done()]
                    count += sum(self._ended(future) for future in done)
                    busy = {n: future for n, future in busy.items() if future not in done}
                wait(busy.values(), timeout=60)
        finally:
            room.close()
        return count

    def _begun(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[ReadingRoom, int], str],
        room: ReadingRoom,
        number: int,
    ) -> Future[str]:
        future = pool.submit(work, room, number)
        future.add_done_callback(lambda _done: self._wake.set())
        return future

    def _taken_up(self, busy: dict[int, Future[str]]) -> list[int]:
        """Return what to take up; nothing where the database cannot be asked just now."""
        try:
            found = self._waiting(busy)
        except Exception as error:
            # The rim of a thread that must not end: a server that went away comes back.
            log.exception("the queue cannot be read; it will be tried again")
            self.house.troubles["worker"] = f"{type(error).__name__}: {error}"
            self.stop.wait(PAUSE)
            return []
        self.house.troubles.pop("worker", None)
        return found

    def _ended(self, future: Future[str]) -> bool:
        """Say whether a paper was read; log what even giving up could not tell the journal."""
        error = future.exception()
        if error is not None:
            log.error("a paper could not be given up", exc_info=error)
        return error is None and future.result() not in {"failed", "again"}

    def _waiting(self, busy: dict[int, Future[str]]) -> list[int]:
        """Return documents to take up, oldest first, as many as there are free hands."""
        free = self.house.settings.readers - len(busy)
        found: list[int] = []
        now = time.monotonic()
        for number, at in list(self._later.items()):
            if at <= now:
                self._later.pop(number, None)
        if free > 0:
            with self.house.databases.connection() as connection:
                for _key, number in queue.pending(connection.root()):
                    if number not in busy and number not in self._later:
                        found.append(number)
                    if len(found) == free:
                        break
        return found

    def _without_copy(self, room: ReadingRoom, busy: dict[int, Future[str]]) -> list[int]:
        """Return papers that are read and whose copy was cut off, for hands that are free."""
        free = self.house.settings.readers - len(busy)
        try:
            found = room.copying.pending()
        except Exception:
            # The rim of a thread that must not end: a server that went away comes back.
            log.exception("the queue of copies cannot be read; it will be tried again")
            return []
        return [n for n in found if n not in busy and n not in self._later][:free]

    def _copy(self, room: ReadingRoom, number: int) -> str:
        """Make what a paper lacks; it is read and can be used whatever comes of this."""
        try:
            room.copying.make(number, stop=self.stop)
        except TransientError:
            self._later[number] = time.monotonic() + PAUSE
        except Exception as error:  # the rim of a job: said of the paper, tried again
            log.exception("a copy failed")
            self._failures[-number] = self._failures.get(-number, 0) + 1
            self._later[number] = time.monotonic() + PAUSE * 2 ** min(self._failures[-number], 6)
            if self._failures[-number] >= TRIES:
                room.copying.give_up(number, f"{type(error).__name__}: {error}")
        return "again"

    def _one(self, room: ReadingRoom, number: int) -> str:
        try:
            state = room.read(number, stop=self.stop)
        except TransientError:
            self._later[number] = time.monotonic() + PAUSE
            return "again"
        except Exception as error:  # the rim of a job: said in the journal, tried again
            log.exception("reading failed")
            self._failures[number] = self._failures.get(number, 0) + 1
            # Others first; and what fails at once must not keep a processor busy.
            self._later[number] = time.monotonic() + PAUSE * 2 ** min(self._failures[number], 6)
            if self._failures[number] >= TRIES:
                self._give_up(number, f"{type(error).__name__}: {error}")
            return "failed"
        self._failures.pop(number, None)
        if state == AWAY:
            self._later[number] = time.monotonic() + PATIENCE
            return "again"
        self._copy(room, number)
        return state

    def _give_up(self, number: int, problem: str) -> None:
        def work(desk: Desk, document: Document) -> None:
            reading.fail(desk, document, problem=problem[:300])

        at_paper(self.house, number, work, note="reading failed")
