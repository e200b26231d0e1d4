"""A served site that can be killed at any moment, and a visitor who sends it files.

The servers are forked from one process that has imported everything, so that twenty of them
start in seconds; each opens the site and runs ``hoso serve`` like any other.  Shared by the
test of kills and by ``bench/kill.py``.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import http.cookiejar
import importlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from pathlib import Path

__all__ = ["GONE", "Served", "Visitor", "a_pdf", "free_port", "lost"]

#: What a visitor meets when the server dies under the request.
GONE = (OSError, http.client.HTTPException, urllib.error.URLError)

_PATIENCE = 120.0
_PRELOADED = (
    "hoso.app.house",
    "hoso.app.reading_room",
    "hoso.app.serving",
    "hoso.app.wsgi",
    "hoso.cli.main",
    "hoso.search.engine",
)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Served:
    """Servers of one site, one after the other, on one port; close it at the end."""

    def __init__(self, site: Path) -> None:
        self.listen = f"127.0.0.1:{free_port()}"
        self._site = site
        self._pid = 0
        self._log = (site.parent / "served.log").open("ab")
        self._forge = subprocess.Popen(
            [sys.executable, "-m", "hoso.testing.served"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            text=True,
        )

    def start(self) -> int:
        """Start a server and return its process; it may not listen yet."""
        self._pid = int(self._ask(f"start {self.listen} {self._site}"))
        return self._pid

    def kill(self) -> None:
        """End the server as a power cut would."""
        os.kill(self._pid, signal.SIGKILL)
        self._ask("wait")

    def wait_open(self) -> None:
        """Return when the server takes connections."""
        host, port = self.listen.split(":")
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                socket.create_connection((host, int(port)), timeout=5).close()
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)
            else:
                return

    def close(self) -> None:
        """End whatever still runs."""
        with contextlib.suppress(ProcessLookupError):
            if self._pid:
                os.kill(self._pid, signal.SIGKILL)
        if self._forge.stdin is not None:
            self._forge.stdin.close()
        self._forge.wait(30)
        if self._forge.stdout is not None:
            self._forge.stdout.close()
        self._log.close()

    def _ask(self, order: str) -> str:
        orders, answers = self._forge.stdin, self._forge.stdout
        answer = ""
        if orders is not None and answers is not None:
            orders.write(f"{order}\n")
            orders.flush()
            answer = answers.readline().strip()
        if not answer:
            raise RuntimeError("the process that starts servers is gone; see served.log")
        return answer


def _forge() -> None:
    """Read orders, fork servers; one thread, no open database, so that forking is safe."""
    from hoso.testing.applications import configured_once

    for name in _PRELOADED:
        importlib.import_module(name)
    pid = 0
    with configured_once():
        for order in sys.stdin:
            word, _, rest = order.strip().partition(" ")
            if word == "start":
                if not pid:
                    _configure(Path(rest.partition(" ")[2]))
                pid = os.fork()
                if pid == 0:
                    _become_server(*rest.split(" ", 1))
                _answer(str(pid))
            elif word == "wait":
                os.waitpid(pid, 0)
                _answer("gone")


def _configure(site: Path) -> None:
    """Configure the application, half of what a start takes, before the first fork."""
    from hoso.app.house import open_house
    from hoso.app.wsgi import configured

    with open_house(site) as house:
        configured(house)


def _answer(said: str) -> None:
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


def _become_server(listen: str, site: str) -> None:
    from hoso.cli.main import main

    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    os._exit(main([f"--site={site}", "serve", f"--listen={listen}"]))


class Visitor:
    """Somebody with a browser: signs in, sends files; a twin shares the session."""

    def __init__(self, listen: str, jar: http.cookiejar.CookieJar | None = None) -> None:
        self._listen = listen
        self._jar = jar if jar is not None else http.cookiejar.CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open
        self._mark = ""

    def twin(self) -> Visitor:
        """Return another window of the same session."""
        return Visitor(self._listen, self._jar)

    def get(self, page: str) -> str:
        """Return a page."""
        with self._open(f"http://{self._listen}{page}", timeout=_PATIENCE) as answer:
            return str(answer.read().decode())

    def sign_in(self, login: str, password: str) -> None:
        """Sign in; raise where that is refused."""
        mark = _mark(self.get("/sign-in"))
        form = {"login": login, "password": password, "csrf_token": mark, "back": ""}
        data = urllib.parse.urlencode(form).encode()
        with self._open(f"http://{self._listen}/sign-in", data, timeout=_PATIENCE) as answer:
            if answer.url.endswith("/sign-in"):
                raise ValueError(f"{login} could not sign in")

    def upload(self, name: str, content: bytes) -> bool:
        """Send one file; say whether the answer acknowledged it, as new."""
        self._mark = self._mark or _mark(self.get("/intake"))
        edge = "hoso-edge-of-parts"
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in (("csrf_token", self._mark), ("unit", ""))
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        asked = urllib.request.Request(
            f"http://{self._listen}/intake",
            body,
            {"Content-Type": f"multipart/form-data; boundary={edge}", "Accept": "application/json"},
        )
        with self._open(asked, timeout=_PATIENCE) as answer:
            (line,) = json.loads(answer.read())
            return bool(line["good"])


def _mark(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if found is None:
        raise ValueError("the page has no form")
    return found.group(1)


def a_pdf(words: str) -> bytes:
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


def lost(site: Path, digests: Iterable[str]) -> list[str]:
    """Return which of *digests* (SHA-256) are not in the site with their bytes."""
    from hoso.app.house import open_house
    from hoso.records.filing import of_bytes
    from hoso.storage.blobs import file_of

    missing = []
    with open_house(site) as house, house.databases.connection() as connection:
        root = connection.root()["site"]
        for digest in sorted(digests):
            document = next(of_bytes(root, digest), None)
            if document is None:
                missing.append(f"{digest}: not here")
                continue
            with file_of(document.renditions["original"].blob) as stream:
                if hashlib.sha256(stream.read()).hexdigest() != digest:
                    missing.append(f"{digest}: other bytes")
    return missing


if __name__ == "__main__":
    _forge()
