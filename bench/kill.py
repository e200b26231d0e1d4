"""Kill the server in the middle of the intake, again and again; then look for what is lost.

``bin/py bench/kill.py [--quick] [--kills N] [--seed N]``

Two senders upload papers to a site of the profile ``test`` while its worker reads them; after
some tenths of a second the server gets SIGKILL, and is started anew.  At the end ``check``,
``index verify`` and ``journal verify`` are run, and the bytes of every acknowledged file are
read back and hashed.  Prints what was acknowledged, found, and how long the starts took; ends
with status 1 where anything is lost or wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.testing.served import GONE, Visitor, a_pdf, lost
from machine import HOME, free_port, machine, stop, table

os.environ.setdefault("HOSO_HOME", str(HOME))

LOGIN, PASSWORD = "clerk", "mat-khau-do-dac-2026"
SENDERS = 2
PATIENCE = 120.0


def main() -> int:
    """Kill, start, kill; then prove."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="three kills")
    asked = parser.parse_args()
    kills = 3 if asked.quick else asked.kills
    draw = random.Random(asked.seed)
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        site = Path(name) / "site"
        _make_site(site)
        acknowledged: set[str] = set()
        starts: list[float] = []
        left = 0
        for number in range(kills):
            took, children = _round(site, acknowledged, draw, f"{asked.seed}-{number}")
            starts.append(took)
            left += children
        verdicts = {
            words: _hoso(site, *words.split())
            for words in ("check", "index verify", "journal verify")
        }
        gone = lost(site, acknowledged)
        waiting = _waiting(site)
        spooled = sum(1 for path in (site / "spool").glob("*") if path.is_file())
    rows = [
        ("kills", kills),
        ("files acknowledged", len(acknowledged)),
        ("of these here, with their bytes", len(acknowledged) - len(gone)),
        ("not read yet", waiting),
        ("children that outlived a kill by 10 s", left),
        ("files left on the spool", spooled),
        (
            "start after a kill, median and most, s",
            f"{statistics.median(starts):.1f}  {max(starts):.1f}",
        ),
        *(
            (f"hoso {words}", "clean" if status == 0 else f"STATUS {status}")
            for words, status in verdicts.items()
        ),
    ]
    table("Killed during the intake", ("", ""), rows)
    print(machine())
    for one in gone:
        print(f"LOST: {one}")
    return int(bool(gone) or any(verdicts.values()))


def _make_site(path: Path) -> None:
    from hoso.access.accounts import accounts_of
    from hoso.app.house import found_site
    from hoso.app.seeding import seed

    with found_site(path, "test") as house:
        logins = [account.login for account in house.rulebook.profile.accounts]
        seed(house, passwords=dict.fromkeys(logins, PASSWORD))
        house.catch_up()
        house.databases.attempt(
            lambda c: setattr(accounts_of(c.root()).by_login[LOGIN], "must_change", False)
        )


def _round(site: Path, acknowledged: set[str], draw: random.Random, mark: str) -> tuple[float, int]:
    """Serve, send, kill; return the seconds of the start and the children that stayed."""
    listen = f"127.0.0.1:{free_port()}"
    began = time.monotonic()
    process = subprocess.Popen(
        [str(HOME / "bin" / "serve"), f"--site={site}", f"--listen={listen}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        browser = Visitor(listen)
        _sign_in(browser, process, began)
        took = time.monotonic() - began
        senders = [
            threading.Thread(target=_send, args=(browser.twin(), acknowledged, f"{mark}-{n}"))
            for n in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        time.sleep(draw.uniform(0.2, 3.0))
        children = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        for sender in senders:
            sender.join(60)
        return took, _outlived(children)
    finally:
        stop(process)


def _sign_in(browser: Visitor, process: subprocess.Popen[bytes], began: float) -> None:
    """Sign in as soon as the server answers."""
    while True:
        try:
            browser.get("/sign-in")
            break
        except GONE:
            if process.poll() is not None or time.monotonic() - began > PATIENCE:
                raise SystemExit("the server did not start") from None
            time.sleep(0.05)
    browser.sign_in(LOGIN, PASSWORD)


def _send(browser: Visitor, acknowledged: set[str], mark: str) -> None:
    """Send papers until the server is gone; note each that was acknowledged."""
    with contextlib.suppress(*GONE):
        for number in range(10_000):
            content = a_pdf(f"Quyet dinh so {number}/QD-{mark}")
            if browser.upload(f"{mark}-{number}.pdf", content):
                acknowledged.add(hashlib.sha256(content).hexdigest())


def _children(pid: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for child in task.read_text().split()
    ]


def _outlived(children: list[int]) -> int:
    """Wait for the killed server's children to end by themselves; count those that do not."""
    until = time.monotonic() + 10
    left = children
    while left and time.monotonic() < until:
        left = [pid for pid in left if _runs(pid)]
        time.sleep(0.1)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(left)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _hoso(site: Path, *words: str) -> int:
    command = [str(HOME / "bin" / "hoso"), f"--site={site}", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-2000:])
    return done.returncode


def _waiting(site: Path) -> int:
    """Return how many papers wait to be read."""
    from hoso.app.house import open_house
    from hoso.ingest import queue

    with open_house(site) as house, house.databases.connection() as connection:
        return sum(1 for _ in queue.pending(connection.root()))


if __name__ == "__main__":
    raise SystemExit(main())
