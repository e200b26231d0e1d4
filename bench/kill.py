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
import http.client
import http.cookiejar
import json
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, free_port, machine, stop, table

os.environ.setdefault("HOSO_HOME", str(HOME))

LOGIN, PASSWORD = "clerk", "mat-khau-do-dac-2026"
SENDERS = 2
PATIENCE = 120.0
_GONE = (OSError, http.client.HTTPException, urllib.error.URLError)


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
        found, waiting = _found(site, acknowledged)
        spooled = sum(1 for path in (site / "spool").glob("*") if path.is_file())
    rows = [
        ("kills", kills),
        ("files acknowledged", len(acknowledged)),
        ("of these here, with their bytes", found),
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
    return int(found != len(acknowledged) or any(verdicts.values()))


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
        browser = _Browser(listen)
        browser.sign_in(process, began)
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


class _Browser:
    """Signed in once; each sender has a twin with the same cookies."""

    def __init__(self, listen: str, jar: http.cookiejar.CookieJar | None = None) -> None:
        self._home = f"http://{listen}"
        self._jar = jar if jar is not None else http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open

    def twin(self) -> _Browser:
        return _Browser(self._home.removeprefix("http://"), self._jar)

    def get(self, page: str) -> str:
        with self._open(self._home + page, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def sign_in(self, process: subprocess.Popen[bytes], began: float) -> None:
        while True:
            try:
                mark = _mark(self.get("/sign-in"))
                break
            except _GONE:
                if process.poll() is not None or time.monotonic() - began > PATIENCE:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.05)
        form = {"login": LOGIN, "password": PASSWORD, "csrf_token": mark, "back": ""}
        data = urllib.parse.urlencode(form).encode()
        with self._open(f"{self._home}/sign-in", data, timeout=PATIENCE) as answer:
            if answer.url.endswith("/sign-in"):
                raise SystemExit("the clerk could not sign in")

    def upload(self, mark: str, name: str, content: bytes) -> bool:
        """Send one file; say whether the answer acknowledged it."""
        edge = "hoso-bench-edge"
        parts = [("csrf_token", mark), ("unit", "")]
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in parts
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        asked = urllib.request.Request(
            f"{self._home}/intake",
            body,
            {"Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json"},
        )
        with self._open(asked, timeout=PATIENCE) as answer:
            (line,) = json.loads(answer.read())
            return bool(line["good"])


def _mark(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise SystemExit("the page has no form")
    return found.group(1)


def _send(browser: _Browser, acknowledged: set[str], mark: str) -> None:
    """Send papers until the server is gone; note each that was acknowledged."""
    with contextlib.suppress(*_GONE):
        form = _mark(browser.get("/intake"))
        for number in range(10_000):
            content = _paper(f"Quyet dinh so {number}/QD-{mark}")
            if browser.upload(form, f"{mark}-{number}.pdf", content):
                acknowledged.add(hashlib.sha256(content).hexdigest())


def _paper(words: str) -> bytes:
    """Return a PDF of one page with these words, like no other."""
    stream = f"BT /F1 14 Tf 72 720 Td ({words}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
            b"/Resources<</Font<</F1 5 0 R>>>>>>"
        ),
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>",
    ]
    out, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table_at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % table_at


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


def _found(site: Path, acknowledged: set[str]) -> tuple[int, int]:
    """Return how many acknowledged files are here whole, and how many wait to be read."""
    from hoso.app.house import open_house
    from hoso.ingest import queue
    from hoso.records.filing import of_bytes
    from hoso.storage.blobs import file_of

    found = 0
    with open_house(site) as house, house.databases.connection() as connection:
        root = connection.root()["site"]
        for digest in acknowledged:
            document = next(of_bytes(root, digest), None)
            if document is None:
                print(f"LOST: {digest}")
                continue
            with file_of(document.renditions["original"].blob) as stream:
                if hashlib.file_digest(stream, "sha256").hexdigest() == digest:
                    found += 1
                else:
                    print(f"CHANGED: {digest}")
        return found, sum(1 for _ in queue.pending(connection.root()))


if __name__ == "__main__":
    raise SystemExit(main())
