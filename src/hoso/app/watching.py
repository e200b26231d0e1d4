"""Watched folders: what a scanner lays there is taken in, counted, and moved out of the way.

A file is taken when it has not changed for a while.  It is stored first and moved to
``taken/<day>/`` after the commit; what cannot be taken goes to ``aside/`` with a ``.why.txt``.
A kill between the two leaves the file where it was: the next look finds its bytes here already
and only moves it.  So no file is lost, and none is taken twice.

Every folder has one open batch a day, so each file is told of and counted.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hoso.access.accounts import accounts_of, identity_of, why_closed
from hoso.access.identity import Identity
from hoso.app.house import House
from hoso.app.settings import Watched
from hoso.desk import batches, intake
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal
from hoso.kernel import ids
from hoso.kernel.errors import Forbidden, HosoError, Missing, NotReady, Unusable
from hoso.kernel.text import shown_name
from hoso.records.model import Batch, Unit
from hoso.storage.blobs import TOO_LARGE, Spooled, spool
from hoso.web.language import LANGUAGES, Language

__all__ = ["ASIDE", "TAKEN", "Line", "Watching"]

TAKEN, ASIDE = "taken", "aside"
#: Files known to be changing or at rest; what lies there beyond is looked at later.
_MOST = 2_000
_DEEPEST = 4
#: Names of files that are still being written, by the programs that write them.
_UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", "~")


@dataclass(frozen=True)
class Line:
    """What became of one file."""

    folder: str
    file: str
    outcome: str
    document: str = ""
    batch: str = ""
    reason: str = ""


@dataclass(frozen=True)
class _Seen:
    size: int
    changed: int
    since: float


class Watching:
    """One watched folder; ``look`` takes what is at rest.

    :param now: seconds of a clock that only goes forward.
    """

    def __init__(
        self, house: House, watched: Watched, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self.house = house
        self.watched = watched
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self._language = Language(LANGUAGES[0])

    def look(self) -> Iterator[Line]:
        """Take every file that has rested; yield what became of each.

        Raises :class:`NotReady` where the folder is away, cannot be written, or is watched by
        another process.
        """
        with self._alone():
            known = self._seen
            self._seen = {}
            for path in self._files():
                name = str(path.relative_to(self.watched.path))
                try:
                    status = path.lstat()
                except FileNotFoundError:
                    continue
                before = known.get(name)
                size, changed = status.st_size, status.st_mtime_ns
                if before is None or (before.size, before.changed) != (size, changed):
                    self._seen[name] = _Seen(size, changed, self._now())
                elif self._now() - before.since < self.watched.rest:
                    self._seen[name] = before
                else:
                    line = self._one(path, name, size=size)
                    if line is not None:
                        yield line

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder: two that took one file would count it twice."""
        root = self.watched.path
        try:
            descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as error:
            raise NotReady(
                "The watched folder {folder} cannot be opened ({why}).",
                folder=str(root),
                why=error.strerror or "",
            ) from error
        try:
            if not os.access(root, os.W_OK | os.X_OK):
                raise NotReady(
                    "Files cannot be moved in the watched folder {folder}. Let hoso write there.",
                    folder=str(root),
                )
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise NotReady(
                    "The watched folder {folder} is watched by another process already.",
                    folder=str(root),
                ) from error
            yield
        finally:
            os.close(descriptor)

    def _files(self) -> Iterator[Path]:
        """Yield files below, in the order of names; links, and what was taken, are left out."""
        yield from itertools.islice(_below(self.watched.path, depth=0), _MOST)

    # One file -------------------------------------------------------------------------

    def _one(self, path: Path, name: str, *, size: int) -> Line | None:
        """Take one file in, or lay it aside; ``None`` where it must rest some more."""
        given = os.fsencode(path.name)
        try:
            spooled = self._spooled(path)
        except Unusable as error:
            return self._aside(path, name, given, size=size, error=error)
        except FileNotFoundError:
            return None
        except OSError as error:
            unread = Unusable("The file cannot be read ({why}).", why=error.strerror or "")
            return self._aside(path, name, given, size=size, error=unread)
        if spooled is None:
            return None
        try:
            outcome, document, batch = self._act(
                lambda desk, unit: self._received(desk, unit, spooled, given)
            )
        except HosoError as error:
            journal_refusal(self.house, error)
            # Who may not, or no room: nothing is wrong with the file, which stays.
            raise
        finally:
            # What was committed has a link of its own.
            spooled.discard()
        self._move(path, TAKEN)
        return Line(self.watched.name, shown_name(os.fsencode(name)), outcome, document, batch)

    def _spooled(self, path: Path) -> Spooled | None:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as stream:
            before = os.fstat(stream.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise Unusable("This is no file, but a pipe or a device.")
            if not before.st_size:
                raise Unusable("The file is empty. Scan the paper again.")
            if before.st_size > self.house.upload_limit:
                raise Unusable(TOO_LARGE, limit=self.house.upload_limit >> 20)
            spooled = spool(stream, self.house.spool, limit=self.house.upload_limit)
            after = os.fstat(stream.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            spooled.discard()
            return None
        return spooled

    def _received(
        self, desk: Desk, unit: Unit, spooled: Spooled, given: bytes
    ) -> tuple[str, str, str]:
        batch = self._batch(desk, unit)
        got = intake.receive(desk, unit, spooled=spooled, name=given, batch=batch, source="folder")
        return got.outcome, got.document.uid, batch.number

    def _batch(self, desk: Desk, unit: Unit) -> Batch:
        """Return the folder's open batch of today; open one with the first file."""
        day = desk.today
        title = f"{self.watched.name} {day:%d/%m/%Y}"
        for batch in batches.listing(desk, desk.site, unit=unit.key, limit=200).batches:
            if batch.state == "open" and batch.title == title and batch.opened_by == self._login:
                return batch
        return batches.open_(desk, unit, typed={"title": title, "operator": self.watched.name})

    @property
    def _login(self) -> str:
        return self.watched.login

    def _act(self, work: Callable[[Desk, Unit], Any]) -> Any:
        def attempt(connection: Any) -> Any:
            desk = Desk(self.house, connection, self._who(connection), via="watch")
            unit = desk.site.unit_by_key.get(self.watched.unit)
            if unit is None:
                raise Missing("There is no unit {key} to watch for.", key=self.watched.unit)
            return work(desk, unit)

        return self.house.databases.attempt(attempt, note="watched folder")

    def _who(self, connection: Any) -> Identity:
        account = accounts_of(connection.root()).by_login.get(self._login)
        if account is None:
            raise Missing("There is no account {login}.", login=self._login)
        shut = why_closed(account, now=self.house.clock.now(), enforce=False)
        if shut:
            raise Forbidden(reason=shut)
        return identity_of(account)

    def _aside(
        self, path: Path, name: str, given: bytes, *, size: int, error: Unusable
    ) -> Line | None:
        """Lay a file aside with the reason beside it, and tell the batch."""
        why = self._language.error(error)

        def turn_away(desk: Desk, unit: Unit) -> str:
            batch = self._batch(desk, unit)
            batches.turn_away(desk, batch, name=given, size=size, reason=error, source="folder")
            return batch.number

        number = self._act(turn_away)
        moved = self._move(path, ASIDE)
        if moved is not None:
            moved.with_name(f"{moved.name}.why.txt").write_text(f"{why}\n", encoding="utf-8")
        shown = shown_name(os.fsencode(name))
        return Line(self.watched.name, shown, "aside", batch=number, reason=str(error))

    def _move(self, path: Path, where: str) -> Path | None:
        """Move a file out of the way under a name that is free; never over another file."""
        day = f"{self.house.clock.today():%Y-%m-%d}"
        folder = self.watched.path / where / day
        folder.mkdir(parents=True, exist_ok=True)
        for target in (folder / path.name, folder / f"{ids.to_text(ids.new_id())}-{path.name}"):
            try:
                # A link first: unlike a rename it never replaces what is there.
                os.link(path, target, follow_symlinks=False)
            except FileExistsError:
                continue
            except FileNotFoundError:
                return None
            except OSError:
                # A share without links, or a name too long for its prefix.
                if target.exists():
                    continue
                path.rename(target)
                return target
            path.unlink()
            return target
        return None


def _below(folder: Path, *, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        name = entry.name
        if name.startswith(".") or (depth == 0 and name in {TAKEN, ASIDE}):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < _DEEPEST:
                yield from _below(folder / name, depth=depth + 1)
        elif not entry.is_symlink() and not name.lower().endswith(_UNFINISHED):
            yield folder / name
