"""Kill the executor of destruction again and again, and look at every line after each kill.

A child process opens the site and carries out; it gets SIGKILL after a time, or at a named point
of its work: before or after its nth commit, amid the files of its nth removal.  What must be true
of each line then does not depend on the moment: it is wholly there, with every file, or wholly
gone, with its certificate.
"""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from hoso.app import executing as job
from hoso.app.house import House
from hoso.audit.journal import read
from hoso.kernel.clock import FrozenClock
from hoso.records.model import Document, Dossier
from hoso.retention.disposing import book
from hoso.retention.disposing.model import DisposalLine
from hoso.storage.databases import Databases, journal_connection
from hoso.storage.shredding import files_of
from hoso.testing.disposals import a_due_dossier, a_second_head, approved_list
from hoso.testing.sites import sitting
from hoso.testing.things import a_dossier, a_filed_paper

__all__ = ["Killed", "Point", "Seen", "begin", "run"]


@dataclass(frozen=True)
class Point:
    """A moment of the work: at the *nth* commit or removal of files that a process does.

    ``before`` a commit everything is done and nothing stored; ``after`` it nothing follows;
    ``amid`` a removal one file is gone and the others are there.
    """

    what: Literal["commit", "removal"]
    nth: int
    when: Literal["before", "after", "amid"]


@dataclass
class Killed:
    """What came of all kills.

    :ivar there: lines found wholly there right after a kill, by state; ``between`` those that
        were gone with their certificate while their files waited to be removed.
    :ivar faults: what was neither the one nor the other.
    """

    kills: int = 0
    finished: int = 0
    there: Counter[str] = field(default_factory=Counter)
    between: int = 0
    faults: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What a line's dossier had before anything was carried out."""

    papers: tuple[str, ...]
    oids: tuple[bytes, ...]


def begin(house: House, lines: int) -> tuple[str, dict[int, Seen]]:
    """Make an approved list of so many records that is being carried out; one is a single paper."""
    from hoso.desk import disposing, disposing_executing
    from hoso.testing.disposals import DECISION

    codes = [f"K-{number:03d}" for number in range(1, lines)]
    with sitting(house, "archivist") as desk:
        a_second_head(desk)
        for code in codes:
            a_due_dossier(desk, code, papers=2)
        exam = a_dossier(
            desk,
            code="K-000",
            type_="exam-results",
            state="closed",
            ended="2012-06-30",
            birth_date="",
        )
        a_filed_paper(desk, exam, words="Kết quả thi", type_="K02")
        codes.append(a_filed_paper(desk, exam, words="Bài thi K-000", type_="K01").uid)
    number = approved_list(house, codes)
    with sitting(house, "officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.execute(desk, list_, number=DECISION, revision=None)
        seen = {}
        for line in list_.lines.values():
            papers = _papers_in(desk.site.by_id[line.record])
            blobs = [r.blob for paper in papers for r in paper.renditions.values()]
            oids = tuple(blob._p_oid for blob in blobs)  # noqa: SLF001 - ZODB's protocol
            seen[line.number] = Seen(tuple(sorted(paper.uid for paper in papers)), oids)
    return number, seen


def _papers_in(record: Dossier | Document) -> list[Document]:
    return [record] if isinstance(record, Document) else list(record.values())


def _opened(like: House, day: datetime) -> House:
    """Open the site of a house that was closed, without reading its definitions again."""
    return House(
        home=like.home,
        path=like.path,
        settings=like.settings,
        databases=Databases(like.settings.zodb, like.path),
        rulebook=like.rulebook,
        clock=FrozenClock(day),
    )


def run(
    closed: House,
    number: str,
    seen: dict[int, Seen],
    *,
    into: Sequence[Point | float],
    out: Sequence[Point | float],
) -> Killed:
    """Kill on the way into the bin and on the way out of it; then go on, each time.

    :param closed: the house the list was made in, which nobody has open now.
    :param into: where to kill a process each: at a point of its work, or after so many seconds.
    """
    found, now = Killed(), closed.clock.now()
    for day, kills in ((now, into), (now + timedelta(days=12), out)):
        for kill in kills:
            _kill_once(closed, day, kill, found)
            _look(closed, number, seen, found, after="a kill")
        # Go on to the end, undisturbed; twice, since that must change nothing.
        for _ in range(2):
            with _opened(closed, day) as house:
                _carry_on(house)
        _look(closed, number, seen, found, after="going on")
    return found


def _carry_on(house: House) -> None:
    job.carry_out(house)
    job.destroy_due(house)
    job.remove_files(house)


def _kill_once(closed: House, day: datetime, kill: Point | float, found: Killed) -> None:
    ready, told = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            house = _opened(closed, day)
            if isinstance(kill, Point):
                _set_up(kill)
            os.write(told, b"!")
            _carry_on(house)
            status = 0
        finally:
            os._exit(status)
    os.close(told)
    os.read(ready, 1)
    os.close(ready)
    if not isinstance(kill, Point):
        time.sleep(kill)
        os.kill(child, signal.SIGKILL)
    _, ended = os.waitpid(child, 0)
    if os.WIFSIGNALED(ended):
        found.kills += 1
    elif os.WEXITSTATUS(ended):
        found.faults.append("the executor ended with an error")
    else:
        found.finished += 1


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _set_up(point: Point) -> None:
    """Let this process, which is a child and ends here, die at a point of its work.

    Whoever waits for such a point keeps the typesetter out (``disposal_papers.write``): its
    threads are not there in a forked process.
    """
    counted = 0
    commit = Databases.attempt
    remove: Callable[[Databases, Iterable[bytes]], int] = vars(job)["shred"]

    def attempt(databases: Databases, work: Callable[[Any], Any], *, note: str = "") -> Any:
        nonlocal counted
        counted += 1
        here = counted == point.nth

        def then_die(connection: Any) -> Any:
            done = work(connection)
            if here and point.when == "before":
                _die()
            return done

        done = commit(databases, then_die, note=note)
        if here and point.when == "after":
            _die()
        return done

    def shred(databases: Databases, oids: Iterable[bytes]) -> int:
        nonlocal counted
        counted += 1
        if counted == point.nth:
            remove(databases, list(oids)[:1])
            _die()
        return remove(databases, oids)

    if point.what == "commit":
        Databases.attempt = attempt  # type: ignore[method-assign,assignment]
    else:
        vars(job)["shred"] = shred


def _look(closed: House, number: str, seen: dict[int, Seen], found: Killed, *, after: str) -> None:
    with _opened(closed, closed.clock.now()) as house, house.databases.connection() as connection:
        root = connection.root()
        kept = book.book_of(root)
        list_ = next(one for one in kept.lists.values() if one.number == number)
        told = Counter(
            (entry.verb, entry.details.get("line"), entry.details.get("result"))
            for entry in _entries(connection)
        )
        for line in list_.lines.values():
            before = seen[line.number]
            files = len(files_of(house.databases, before.oids))
            pending = line.record in kept.shredding
            for fault in _faults(root, line, before, files=files, pending=pending, told=told):
                found.faults.append(f"line {line.number} after {after}: {fault}")
            if after == "a kill":
                found.there[line.state] += 1
                found.between += pending
            elif pending:
                found.faults.append(f"line {line.number}: files are left after going on")


def _entries(connection: Any) -> Iterator[Any]:
    for one in read(journal_connection(connection).root(), limit=1_000_000):
        if one.entry.verb.startswith("disposal.line-") and one.entry.outcome == "done":
            yield one.entry


def _faults(
    root: Any, line: DisposalLine, before: Seen, *, files: int, pending: bool, told: Counter[Any]
) -> Iterator[str]:
    kept, site = book.book_of(root), root["site"]
    whole = len(before.oids)
    record = site.by_id.get(line.record) or kept.bin.get(line.record)
    there = sorted(paper.uid for paper in _papers_in(record)) if record is not None else []
    around = site.by_id[line.of_dossier] if line.is_paper else site.dossiers
    name = line.uid if line.is_paper else line.code
    in_tree = name in around and line.record in site.by_id
    binned = told[("disposal.line-executed", line.number, "binned")]
    destroyed = told[("disposal.line-destroyed", line.number, "destroyed")]
    if line.state in {"approved", "binned"}:
        if tuple(there) != before.papers or files != whole:
            yield f"{line.state}, and not whole: {files} of {whole} files"
        if in_tree != (line.state == "approved") or line.record in kept.destroyed:
            yield f"{line.state}, and where it must not be"
        if (binned, destroyed) != (int(line.state == "binned"), 0):
            yield f"{line.state}, and the journal says otherwise"
    elif line.state == "destroyed":
        made = kept.destroyed.get(line.record)
        if made is None or tuple(sorted(p.uid for p in made.papers)) != before.papers:
            yield "destroyed, and without its certificate"
        elif bool(made.bytes_gone_at) == pending:
            yield "its certificate says otherwise of its files"
        if record is not None or in_tree or any(uid in site.tray for uid in before.papers):
            yield "destroyed, and still there"
        if files and not pending:
            yield f"destroyed, and {files} files are there that nobody will remove"
        if (binned, destroyed) != (1, 1):
            yield "destroyed, and the journal says otherwise"
    else:
        yield f"in no state it should be in: {line.state}, {[*map(str, line.reasons)]}"
