"""The follower carries changes into the index: one writer, many readers.

A step opens a snapshot of the database, reads the journal past its cursor, reads each changed
record as the snapshot has it, and commits the entries together with the new cursor.  Killed
anywhere, it starts again from the cursor the index itself holds; doing a step twice does no harm.
Dossiers are committed first: their index may be a step ahead, never behind.

A record that cannot be read is taken out of the index and remembered (``Generation.unread``); it
must not keep all others waiting, nor be found in an old state.
"""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Any

from tantivy import Index
from ZODB.POSException import ConflictError

from hoso.kernel.errors import NotReady
from hoso.search import changes
from hoso.search.interfaces import EntrySource, OpenConnection
from hoso.search.place import (
    DOCUMENTS,
    DOSSIERS,
    Pointer,
    WriterLock,
    damage,
    open_view,
    read_pointer,
    view_of,
)
from hoso.search.rebuild import build, clear_away
from hoso.search.schema import fingerprint
from hoso.search.snapshots import change_root, snapshot
from hoso.search.values import Generation
from hoso.search.writing import Writer, read_entry

__all__ = ["Follower"]

_LOG = logging.getLogger(__name__)
_STEP = 1000
# A commit costs 17 ms whether it carries one change or ten: at most five a second.
_BETWEEN_COMMITS = 0.2
# Changes of other processes wake nobody here; look for them so often.
_LOOK_AROUND = 1.0
_TIDY_EVERY = 600.0
_AFTER_ERROR = 2.0


class Follower:
    """Keeps the index at *path* in step with the database; build it once a process."""

    def __init__(
        self,
        open_connection: OpenConnection,
        source: EntrySource,
        path: Path,
        *,
        may_build: bool = True,
    ) -> None:
        self._open_connection = open_connection
        self._source = source
        self._path = Path(path)
        self._may_build = may_build
        self._turn = threading.RLock()
        self._lock: WriterLock | None = None
        self._writer: Writer | None = None
        self._generation: Generation | None = None
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def generation(self) -> Generation:
        """Where the index stands."""
        if self._generation is None:
            raise NotReady("The index is not open yet.")
        return self._generation

    def open(self) -> None:
        """Become the writer; build the index where there is none that fits.

        Raises ``NotReady`` while another process is the writer.
        """
        with self._turn:
            if self._writer is not None:
                return
            lock = WriterLock(self._path)
            try:
                self._open()
            except BaseException:
                lock.release()
                raise
            self._lock = lock

    def _open(self) -> None:
        pointer = read_pointer(self._path)
        why = self._unfit(pointer)
        if why and not self._may_build:
            raise NotReady(
                "The index must be built anew: {why}. Run 'hoso index rebuild'.", why=why
            )
        if why:
            level = logging.WARNING if pointer is not None else logging.INFO
            _LOG.log(level, "the index in %s is built anew: %s", self._path, why)
            build(self._path, self._open_connection, self._source)
            pointer = read_pointer(self._path)
        if pointer is None:
            raise NotReady("The index in {path} vanished while it was built.", path=self._path)
        clear_away(self._path, self._open_connection)
        writer = Writer(self._path / pointer.directory)
        view = view_of(pointer.directory, writer.documents, writer.dossiers)
        self._writer, self._generation = writer, view.generation

    def _unfit(self, pointer: Pointer | None) -> str:
        """Say why the index there is cannot be followed on; empty where it can."""
        if pointer is None:
            return "there is none"
        if pointer.fingerprint != fingerprint():
            return "it was made by another version"
        if pointer.edition != getattr(self._source, "edition", ""):
            return "roles or definitions are others than when it was made"
        where = self._path / pointer.directory
        try:
            if not all(Index.is_compatible(str(where / part)) for part in (DOCUMENTS, DOSSIERS)):
                return "its format is another"
            _, _, view = open_view(self._path)
        except (NotReady, ValueError, OSError) as error:
            return str(error)
        found = view.generation
        with snapshot(self._open_connection) as (root, tid):
            if found.tid > tid:
                return "it is ahead of the database, which must have been restored"
            if not changes.enrolled(root, pointer.directory):
                return "the change journal knows nothing of it"
            if changes.reported_commits(root, pointer.directory) > found.commits:
                return "it is older than it was, and must have been restored"
        return ""

    def step(self, limit: int = _STEP) -> int:
        """Take in the next changes, records of about *limit*; return how many changes."""
        with self._turn:
            self.open()
            assert self._writer is not None  # noqa: S101 - open() sees to it
            try:
                return self._step(self._writer, limit)
            except BaseException as error:
                self._writer.rollback()
                told = damage(error)
                if told is None:
                    raise
                raise told from error

    def _step(self, writer: Writer, limit: int) -> int:
        before = self.generation
        cursor, ids, count, all_seen = dict(before.cursor), set[int](), 0, True
        with snapshot(self._open_connection) as (root, tid):
            for change, changed in changes.unseen(root, cursor):
                if len(ids) >= limit:
                    all_seen = False
                    break
                cursor[change.shard] = change.seq
                ids.update(changes.expanded(self._source, root, changed))
                count += 1
            if not count:
                return 0
            unread = self._carry(writer, root, ids)
            alive = changes.newest(root)
        after = Generation(
            before.directory,
            before.commits + 1,
            tid if all_seen else before.tid,
            {name: seq for name, seq in cursor.items() if name in alive},
            (before.unread - ids) | unread,
        )
        writer.commit(after)
        self._generation = after
        return count

    def _carry(self, writer: Writer, root: Any, ids: set[int]) -> frozenset[int]:
        unread = set()
        for known in sorted(ids):
            entry, readable = read_entry(self._source, root, known)
            writer.take_out(known)
            if entry is not None:
                writer.put(entry)
            elif not readable:
                unread.add(known)
        return frozenset(unread)

    def catch_up(self) -> int:
        """Take in all that is in the journal now; return how many changes."""
        with self._turn:
            self.open()
            with snapshot(self._open_connection) as (root, _):
                goal = changes.newest(root)
            done = 0
            while any(self.generation.cursor.get(name, 0) < seq for name, seq in goal.items()):
                taken = self.step()
                if not taken:
                    break
                done += taken
            return done

    def tidy(self) -> None:
        """Drop what every index has passed, and write down how far this one is."""
        with self._turn:
            self.open()
            at = self.generation

        def note(root: Any) -> None:
            changes.drop_passed_shards(root)
            changes.report(root, at.directory, commits=at.commits, cursor=at.cursor)

        change_root(self._open_connection, note)

    def wake(self) -> None:
        """Say that something changed; cheap, callable from any thread after a commit."""
        self._wake.set()

    def start(self) -> None:
        """Follow in a thread of its own until ``stop``."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="index-follower", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Take in what is there, end the thread, give the index up; harmless the second time."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._give_up()

    def close(self) -> None:
        """Stop following and stop being the writer."""
        self.stop()

    def _give_up(self) -> None:
        with self._turn:
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._lock is not None:
                self._lock.release()
                self._lock = None

    def _run(self) -> None:
        tidied = time.monotonic()
        told = ""
        while not self._stop.is_set():
            try:
                taken = self.step()
                told = ""
                if time.monotonic() - tidied > _TIDY_EVERY:
                    tidied = time.monotonic()
                    self.tidy()
            except NotReady as error:  # another process is the writer; it may end
                if str(error) != told:
                    _LOG.warning("%s", error)
                told = str(error)
                self._stop.wait(_AFTER_ERROR)
            except ConflictError as error:
                _LOG.info("the index follows later: %s", error)
                self._stop.wait(_BETWEEN_COMMITS)
            except Exception:  # noqa: BLE001
                # The rim of a thread that must not end: the step is undone and tried again.
                _LOG.exception("the index could not follow; it will be tried again")
                self._stop.wait(_AFTER_ERROR)
            else:
                if taken:
                    self._stop.wait(_BETWEEN_COMMITS)
                else:
                    self._wake.wait(_LOOK_AROUND)
                    self._wake.clear()
        self._last_step()

    def _last_step(self) -> None:
        if self._writer is not None:
            try:
                self.catch_up()
            except Exception:  # noqa: BLE001 - the rim again
                _LOG.exception("the index is behind; it will catch up at the next start")
