"""Kill web, follower and storage by turns while people move dossiers and hand papers in.

``bin/py bench/kill_apart.py [--quick] [--kills N] [--seed N]``

A site of the profile ``test`` over ZEO: the storage server, a web server that also keeps house,
and the follower of the index are processes of their own.  Two senders upload papers through the
web server, and two officers, in the bench's own process, hand dossiers from unit to unit, wall them
and open them again.  After some tenths of a second one of the three gets SIGKILL and is started anew.

At the end ``check``, ``index verify`` and ``journal verify`` are run; the bytes of every
acknowledged file are hashed; every transfer and every paper that is in the database must have
its entry in the journal, and every such entry its deed; and for each account what search finds
is compared with what the decision allows.  Ends with status 1 where anything differs.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import importlib
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.testing.served import GONE, Visitor, a_pdf, lost
from kill import LOGIN, PASSWORD, _hoso, _make_site
from machine import HOME, environment, free_port, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

CONF = HOME / "etc" / "hoso-zeo.ini"
PATIENCE = 180.0
DOSSIERS, PAPERS = 6, 4
UNITS = ("goc", "nhanh", "la", "ben")
SENDERS, OFFICERS = 2, 2
PARTS = ("web", "follower", "storage")


def main() -> int:
    """Kill, start, kill; then prove."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="nine kills")
    parser.add_argument("--forge", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.forge:
        _forge()
        return 0
    kills = 9 if asked.quick else asked.kills
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        site = Path(name) / "site"
        _make_site(site)
        _fill(site)
        before = _deeds_told(site)
        office = Office(site)
        work = Work(office)
        began = time.monotonic()
        killed: collections.Counter[str] = collections.Counter()
        try:
            office.start()
            work.begin()
            for number in range(kills):
                # A process that is only just starting is killed as well, one time in five.
                if draw.random() > 0.2:
                    office.wait_open()
                    work.wait_for(draw.randint(0, 3))
                time.sleep(draw.uniform(0, 0.4))
                killed[office.kill(draw.choice(PARTS))] += 1
                office.start()
                if number % 20 == 19:
                    print(
                        f"{number + 1} kills, {work.done} deeds, {len(work.sent)} papers",
                        flush=True,
                    )
            office.wait_open()
        finally:
            work.end()
            office.close()
        took = time.monotonic() - began
        verdicts = {
            words: _hoso(site, *words.split())
            for words in ("index verify", "journal seal", "journal verify", "check")
        }
        gone = lost(site, work.sent)
        faults = [*_told_and_done(site, before), *_found_and_allowed(site)]
    rows = [
        ("kills", " ".join(f"{part} {killed[part]}" for part in PARTS)),
        ("minutes", f"{took / 60:.1f}"),
        ("deeds of officers that were acknowledged", work.done),
        ("deeds and uploads that met a kill", work.broken),
        ("files acknowledged", len(work.sent)),
        ("of these here, with their bytes", len(work.sent) - len(gone)),
        ("deeds without entry, entries without deed, answers that differ", len(faults)),
        ("start of all parts after a kill, median and most, s", _starts(office.starts)),
        *(
            (f"hoso {words}", "clean" if not status else f"STATUS {status}")
            for words, status in verdicts.items()
        ),
    ]
    table("Killed by turns, over ZEO", ("", ""), rows)
    print(machine())
    print("what senders met:", dict(work.said.most_common(8)))
    for one in [*gone, *faults]:
        print(f"WRONG: {one}")
    return int(bool(gone or faults) or any(verdicts.values()))


def _starts(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.1f}  {max(seconds):.1f}" if seconds else "-"


class Office:
    """The processes of one site, and who is alive.

    They are forked from one that has imported everything, so that each starts at once.
    """

    def __init__(self, site: Path) -> None:
        self.site, self.listen = site, f"127.0.0.1:{free_port()}"
        self.starts: list[float] = []
        self._parts: dict[str, int] = {}
        self._log = (site.parent / "parts.log").open("ab")
        self._forge = subprocess.Popen(
            [sys.executable, __file__, "--forge"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=environment(),
            text=True,
        )

    def _ask(self, *order: str) -> int:
        orders, answers = self._forge.stdin, self._forge.stdout
        assert orders is not None and answers is not None  # noqa: PT018 - both are pipes
        orders.write(json.dumps(order) + "\n")
        orders.flush()
        return int(answers.readline())

    def start(self) -> None:
        """Start whatever does not run."""
        words = {
            "storage": ["zeo"],
            "web": ["serve", f"--listen={self.listen}"],
            "follower": ["follow"],
        }
        for name, command in words.items():
            # Without its storage a part may have given up by itself: it is started again too.
            if name not in self._parts or self._ask("runs", str(self._parts[name])) == 0:
                self._parts[name] = self._ask(
                    "start", f"--site={self.site}", "--config", str(CONF), *command
                )

    def wait_open(self) -> None:
        """Return when the web server answers; what ended by itself is started again."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            with contextlib.suppress(*GONE):
                Visitor(self.listen).get("/sign-in")
                self.starts.append(time.monotonic() - began)
                return
            self.start()
            time.sleep(0.1)
        raise SystemExit("the web server does not come back")

    def kill(self, name: str) -> str:
        """End a part as a power cut would."""
        pid = self._parts.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._ask("wait", str(pid))
        return name

    def close(self) -> None:
        """End everything in good order, the storage last."""
        for name in ("web", "follower", "storage"):
            if name in self._parts:
                pid = self._parts.pop(name)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                self._ask("wait", str(pid))
        if self._forge.stdin is not None:
            self._forge.stdin.close()
        self._forge.wait(30)
        self._log.close()


def _forge() -> None:
    """Read orders, fork parts; one thread, no database, so that forking is safe."""
    for name in (
        "hoso.app.house",
        "hoso.app.serving",
        "hoso.app.wsgi",
        "hoso.cli.main",
        "hoso.search.engine",
        "ZEO.runzeo",
    ):
        importlib.import_module(name)
    from hoso.cli.main import main as hoso

    for line in sys.stdin:
        what, *words = json.loads(line)
        answer = 0
        if what == "start":
            answer = os.fork()
            if answer == 0:
                with open(os.devnull, "r+b") as nothing:  # noqa: PTH123
                    os.dup2(nothing.fileno(), 0)
                    os.dup2(nothing.fileno(), 1)
                os._exit(hoso(words))
        else:
            with contextlib.suppress(ChildProcessError):
                ended, _ = os.waitpid(int(words[0]), os.WNOHANG if what == "runs" else 0)
                answer = int(ended == 0)
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


class Work:
    """Who uploads and who moves dossiers, all the while."""

    def __init__(self, office: Office) -> None:
        self.sent: set[str] = set()
        self.done = self.broken = 0
        self.said: collections.Counter[str] = collections.Counter()
        self._office, self._over = office, threading.Event()
        self._count = threading.Lock()
        self._one_more = threading.Semaphore(0)
        self._in = threading.Barrier(SENDERS + 1)
        self._threads = [
            *(threading.Thread(target=self._send, args=(f"s{n}",)) for n in range(SENDERS)),
            *(threading.Thread(target=self._hand_on, args=(n,)) for n in range(OFFICERS)),
        ]

    def begin(self) -> None:
        self._office.wait_open()
        for thread in self._threads:
            thread.start()
        self._in.wait(PATIENCE)

    def wait_for(self, papers: int) -> None:
        """Return when so many more papers were acknowledged, or some seconds are over."""
        while self._one_more.acquire(blocking=False):
            pass
        for _ in range(papers):
            self._one_more.acquire(timeout=4)

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(PATIENCE)

    def _broke(self) -> None:
        with self._count:
            self.broken += 1
        self._over.wait(0.2)

    def _send(self, mark: str) -> None:
        visitor, number, content = Visitor(self._office.listen), 0, b""
        # Once: a session is kept by the database, not by the server that began it.
        visitor.sign_in(LOGIN, PASSWORD)
        self._in.wait(PATIENCE)
        while not self._over.is_set():
            try:
                content = content or a_pdf(f"Quyet dinh so {number}/QD-{mark}")
                visitor.upload(f"{mark}-{number}.pdf", content)
            except (*GONE, ValueError) as error:
                self.said[f"{type(error).__name__} {str(error)[:40]}"] += 1
                self._broke()
            else:
                self.sent.add(hashlib.sha256(content).hexdigest())
                content, number = b"", number + 1
                self._one_more.release()
                self._over.wait(0.2)

    def _hand_on(self, number: int) -> None:
        from hoso.app.house import open_house
        from hoso.kernel.errors import HosoError

        draw = random.Random(number)
        house = None
        while not self._over.is_set():
            try:
                house = house or open_house(self._office.site, config=CONF)
                _deed(house, f"T-01{number}{draw.randrange(DOSSIERS // OFFICERS)}", draw)
            except HosoError:
                continue  # drawn to where it is already, or another was faster
            except Exception:  # noqa: BLE001 - the storage died under it, in any of many ways
                self._broke()
            else:
                with self._count:
                    self.done += 1
                self._over.wait(0.1)
        if house is not None:
            with contextlib.suppress(Exception):
                house.close()


def _deed(house: Any, code: str, draw: random.Random) -> None:
    from hoso.testing.service import let_keep
    from hoso.testing.sites import sitting

    with sitting(house, "officer") as desk:
        dossier = desk.site.dossiers[code]
        units = [unit for unit in UNITS if unit != dossier.unit.key]
        unit = draw.choice(units)
        let_keep(desk, dossier, unit)
        # As the last step of a handover: the deed and its entry in one commit.
        desk.tell("custody.moved", dossier, after=unit)


def _fill(site: Path) -> None:
    """Lay dossiers with papers into the site."""
    from hoso.app.house import open_house
    from hoso.testing.sites import sitting
    from hoso.testing.things import a_dossier, a_filed_paper

    with open_house(site) as house:
        for number in range(OFFICERS):
            for second in range(DOSSIERS // OFFICERS):
                with sitting(house, "officer") as desk:
                    dossier = a_dossier(desk, code=f"T-01{number}{second}", unit="nhanh")
                    for paper in range(PAPERS):
                        a_filed_paper(desk, dossier, words=f"Quyết định {number}{second}{paper}")
        house.catch_up()


@dataclass(frozen=True)
class Told:
    """What the journal says, and the database has."""

    transfers: dict[str, int]
    revisions: dict[str, int]
    received: collections.Counter[str]
    papers: set[str]


def _deeds_told(site: Path) -> Told:
    from hoso.app.house import open_house
    from hoso.audit.journal import read
    from hoso.records.model import Document
    from hoso.storage.databases import journal_connection

    with open_house(site) as house, house.databases.connection() as connection:
        root = connection.root()["site"]
        entries = [one.entry for one in read(journal_connection(connection).root(), limit=10**6)]
        done = [entry for entry in entries if entry.outcome == "done"]
        return Told(
            transfers=dict(
                collections.Counter(e.dossier for e in done if e.verb == "custody.moved")
            ),
            revisions={one.uid: one.revision for one in root.dossiers.values()},
            received=collections.Counter(
                e.record
                for e in done
                if e.verb == "intake.received" and e.details.get("result") != "duplicate"
            ),
            papers={
                one.uid
                for one in root.by_id.values()
                if isinstance(one, Document) and one.received_by != "test"
            },
        )


def _told_and_done(site: Path, before: Told) -> list[str]:
    """Hold the journal against the database, deed by deed."""
    after, faults = _deeds_told(site), []
    for uid, revision in after.revisions.items():
        moved = revision - before.revisions[uid]
        told = after.transfers.get(uid, 0) - before.transfers.get(uid, 0)
        if moved != told:
            faults.append(f"dossier {uid} moved {moved} times, the journal tells of {told}")
    for uid in sorted(after.papers | set(after.received)):
        if (uid in after.papers, after.received[uid]) != (True, 1):
            here = "here" if uid in after.papers else "not here"
            faults.append(f"paper {uid} is {here}, received {after.received[uid]} times")
    return faults


def _found_and_allowed(site: Path) -> list[str]:
    """Compare for every account what search finds with what the decision allows."""
    from hoso.access.accounts import accounts_of, identity_of
    from hoso.app.house import open_house
    from hoso.desk.desk import Desk
    from hoso.desk.within import finds, permitted
    from hoso.search.language import parse

    faults = []
    with open_house(site) as house, house.databases.connection() as connection:
        for login, account in accounts_of(connection.root()).by_login.items():
            desk = Desk(house, connection, identity_of(account), via="bench")
            allowed = {n for n, one in desk.site.by_id.items() if finds(desk, one)}
            page = house.engine.search(parse(""), permitted(desk), limit=1000)
            if page.total != len(allowed):
                faults.append(f"{login} may see {len(allowed)} records and finds {page.total}")
    return faults


if __name__ == "__main__":
    raise SystemExit(main())
