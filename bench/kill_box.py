"""Kill server and worker fifty times while a box of three hundred pages goes through.

``bin/py bench/kill_box.py [--quick] [--kills N] [--seed N] [--apart]``

The box of ``hoso.testing.box`` is handed in over REST as one batch, file by file, while the
worker reads, splits and copies.  Every second or so the process gets SIGKILL, and is started
anew; with ``--apart`` web, worker and follower are processes over ZEO, and each kill hits one of
the first two.  Who sends goes on with the file that had no answer.  At the end the worker
finishes, and the batch must say what was counted by hand: nothing lost, nothing twice.  Ends
with status 1 where a count differs or ``check``, ``index verify``, ``journal verify`` complain.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import hashlib
import http.client
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.testing.box import COUNTS, fill
from hoso.testing.served import GONE
from kill import LOGIN, PASSWORD, _children, _hoso, _make_site, _outlived
from machine import HOME, free_port, machine, stop, table

os.environ.setdefault("HOSO_HOME", str(HOME))

PATIENCE = 180.0


def main() -> int:
    """Kill, start, kill; then count."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="five kills")
    parser.add_argument("--apart", action="store_true", help="web and worker are processes")
    asked = parser.parse_args()
    kills = 5 if asked.quick else asked.kills
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        site = Path(name) / "site"
        _make_site(site)
        key = _key(site)
        office = _Apart(site) if asked.apart else _Together(site)
        began = time.monotonic()
        try:
            office.start()
            box = _Box(Path(name) / "box", office, key)
            box.declare()
            sender = threading.Thread(target=box.send, daemon=True)
            sender.start()
            killed: collections.Counter[str] = collections.Counter()
            for _ in range(kills):
                time.sleep(draw.uniform(0.2, 2.5))
                killed[office.kill(draw)] += 1
                office.start()
            sender.join(PATIENCE)
            sent = not sender.is_alive()
        finally:
            office.close()
        took = time.monotonic() - began
        _hoso(site, "worker", "--until-empty")
        verdicts = {
            words: _hoso(site, *words.split())
            for words in ("check", "index verify", "journal verify")
        }
        found, wrong = _counted(site, box)
    rows = [
        ("kills", ", ".join(f"{number} {what}" for what, number in killed.items())),
        ("seconds under kills", f"{took:.0f}"),
        ("requests that met a kill", box.broken),
        ("children that outlived a kill by 10 s", office.left),
        *found,
        *((f"hoso {w}", "clean" if s == 0 else f"STATUS {s}") for w, s in verdicts.items()),
    ]
    table("A box of paper under kills", ("", ""), rows)
    print(machine())
    for one in wrong:
        print(f"WRONG: {one}")
    return int(not sent or bool(wrong) or any(verdicts.values()))


class _Together:
    """Web and worker in one process."""

    def __init__(self, site: Path) -> None:
        self.site = site
        self.listen = f"127.0.0.1:{free_port()}"
        self.left = 0
        self.parts: dict[str, subprocess.Popen[bytes]] = {}

    def commands(self) -> dict[str, list[str]]:
        """Return what runs, by name."""
        return {"server": ["serve", f"--listen={self.listen}"]}

    def start(self) -> None:
        """Start whatever is not running; it may not answer yet."""
        for name, words in self.commands().items():
            if name not in self.parts:
                self.parts[name] = subprocess.Popen(
                    [str(HOME / "bin" / "hoso"), f"--site={self.site}", *words],
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )

    def victims(self) -> list[str]:
        """Return the names of what may be killed."""
        return ["server"]

    def kill(self, draw: random.Random) -> str:
        """Kill one process as a power cut would; return its name."""
        name = draw.choice(self.victims())
        process = self.parts.pop(name)
        children = _children(process.pid)
        process.kill()
        process.wait(30)
        self.left += _outlived(children)
        return name

    def close(self) -> None:
        """End everything in good order."""
        for process in reversed(list(self.parts.values())):
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(60)
            stop(process)


class _Apart(_Together):
    """Web, worker and follower over ZEO, a process each."""

    def __init__(self, site: Path) -> None:
        super().__init__(site)
        self._conf = ["--config", str(HOME / "etc" / "hoso-zeo.ini")]

    def commands(self) -> dict[str, list[str]]:
        conf = self._conf
        return {
            "zeo": [*conf, "zeo"],
            "web": [*conf, "serve", f"--listen={self.listen}"],
            "worker": [*conf, "worker"],
            "follower": [*conf, "follow"],
        }

    def victims(self) -> list[str]:
        return ["web", "worker"]


class _Box:
    """The files, and who sends them."""

    def __init__(self, folder: Path, office: _Together, key: str) -> None:
        self.files = fill(folder, dossier="")
        self.broken = 0
        self.batch = ""
        self._office = office
        self._headers = {"Authorization": f"Bearer {key}"}

    def declare(self) -> None:
        """Open the batch; before the first kill, since nobody declares a box twice."""
        declared = {"unit": "nhanh", "sheets": COUNTS.pages // 2, "sides": 2}
        self.batch = self._asked("POST", "/api/v1/batches", json.dumps(declared).encode())["batch"]

    def send(self) -> None:
        """Hand every file in, as often as it takes."""
        for path in self.files:
            address = f"/api/v1/batches/{self.batch}/files?name={quote(path.name)}"
            self._asked("POST", address, path.read_bytes())

    def _asked(self, method: str, address: str, body: bytes) -> dict[str, str]:
        """Ask until there is an answer that stands; a dead server is asked again."""
        while True:
            line = http.client.HTTPConnection(self._office.listen, timeout=PATIENCE)
            try:
                line.request(method, address, body, self._headers)
                answer = line.getresponse()
                content = answer.read()
                if answer.status in {200, 201}:
                    return dict(json.loads(content))
                if answer.status != 503:
                    raise SystemExit(f"{address}: {answer.status} {content[:300]!r}")
            except GONE:
                self.broken += 1
            finally:
                line.close()
            time.sleep(0.1)


def _key(site: Path) -> str:
    from hoso.app.house import open_house
    from hoso.desk import keys
    from hoso.testing.sites import sitting

    with open_house(site) as house, sitting(house, LOGIN) as desk:
        return keys.issue_key(desk, label="bench", days=1, password=PASSWORD)


def _counted(site: Path, box: _Box) -> tuple[list[tuple[str, str]], list[str]]:
    """Return what the batch says beside what was counted by hand, and what differs."""
    from hoso.app.house import open_house
    from hoso.desk import batches
    from hoso.records.model import Document
    from hoso.storage.blobs import file_of
    from hoso.testing.sites import sitting

    with open_house(site) as house, sitting(house, LOGIN) as desk:
        tally = batches.look(desk, desk.site["batches"][box.batch]).tally
        papers = [one for one in desk.site.by_id.values() if isinstance(one, Document)]
        pairs = {
            "files received": (tally.received, COUNTS.files),
            "pages scanned": (tally.scanned, COUNTS.pages),
            "papers and parts that wait": (
                tally.at("waiting").files + tally.at("waiting").parts,
                COUNTS.papers_waiting,
            ),
            "pages in them": (tally.at("waiting").pages, COUNTS.pages_in_papers),
            "separator pages": (tally.apart["separator"], COUNTS.pages_separators),
            "scans split": (tally.at("split").files, COUNTS.scans_split),
            "parts": (tally.at("waiting").parts, COUNTS.parts),
            "already here": (tally.at("already-here").files, COUNTS.duplicates),
            "quarantined": (tally.at("quarantined").files, COUNTS.quarantined),
            "refused": (tally.at("refused").files, COUNTS.refused),
            "batches": (len(list(desk.site.batches.values())), 1),
        }
        wrong = [
            f"{name}: {got}, by hand {should}"
            for name, (got, should) in pairs.items()
            if got != should
        ]
        if not tally.adds_up:
            wrong.append("the equation does not add up")
        digests = collections.Counter(one.sha256 for one in papers if one.state != "refused")
        wrong += [
            f"{digest} is there {count} times" for digest, count in digests.items() if count > 1
        ]
        for path in box.files:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            kept = next((one for one in papers if one.sha256 == digest), None)
            if kept is None:
                wrong.append(f"{path.name} is lost")
            elif kept.state != "refused":
                with file_of(kept.renditions["original"].blob) as stream:
                    if hashlib.sha256(stream.read()).hexdigest() != digest:
                        wrong.append(f"{path.name} has other bytes")
        wrong += [
            f"{one.uid} has no copy"
            for one in papers
            if one.state == "waiting" and "copy" not in one.renditions
        ]
    return [(name, f"{got} of {should}") for name, (got, should) in pairs.items()], wrong


if __name__ == "__main__":
    raise SystemExit(main())
