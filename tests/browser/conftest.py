"""A small office behind a server of its own, and a real Chromium to visit it with."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
SCREENSHOTS = REPOSITORY / "build" / "screenshots"


def pytest_collection_modifyitems(items):
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        # Seven thousand of them: as text, which costs next to nothing.
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


class Office:
    """The served site, its files, and the command line beside it."""

    def __init__(self, folder, maker):
        self.folder = folder
        self.live = folder / "live"
        self.maker = maker
        self._copies = 0
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.listen = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.listen}"

    def copy(self, of):
        """Copy a site as a backup does, while it is served or closed."""
        self._copies += 1
        to = self.folder / f"copy-{self._copies}"
        # What another process may change meanwhile is made anew from the data.
        shutil.copytree(of, to, ignore=shutil.ignore_patterns("index", "spool", "*.lock"))
        return to

    def hoso(self, *words, site=None, status=0):
        """Run bin/hoso on a copy of the site as it is now; return its lines of JSON."""
        from hoso.cli.main import main

        site = site or self.copy(self.live)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            said = main(["--site", str(site), *map(str, words), "--json"])
        assert said == status, err.getvalue()
        return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture(scope="session")
def office(chromium, home, tmp_path_factory, _read_once):
    """Eight people and six case files of the demo, served by a process of its own."""
    from hoso.testing.office import SmallOffice

    os.environ.setdefault("HOSO_HOME", str(home))
    folder = tmp_path_factory.mktemp("office")
    office = Office(folder, SmallOffice(home))
    office.base = _founded(office.maker, tmp_path_factory)
    shutil.copytree(office.base, office.live)
    command = "import sys; from hoso.cli.main import serve; sys.exit(serve())"
    words = ("--site", str(office.live), "--listen", office.listen)
    with (folder / "server.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-c", command, *words],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            for line in child.stderr:
                log.write(line.encode())
                if "is open" in line:
                    break
            assert child.poll() is None, (folder / "server.log").read_text()
            told = _carried(child.stderr, log)
            urllib.request.urlopen(f"{office.url}/sign-in", timeout=60).close()
            yield office
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(timeout=90)
            told.join(timeout=10)
            child.stderr.close()


def _founded(maker, tmp_path_factory):
    """Return the folder of the closed site; all processes of a run found it together."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    base = folder / "office-base"
    with (folder / "office-base.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not base.exists():
            half = folder / "office-half"
            maker.found(half)
            half.rename(base)
    return base


def _carried(stream, log):
    """Let what the server says go to its log, so that it is never kept waiting."""

    def carry():
        for line in stream:
            log.write(line.encode())
            log.flush()

    thread = threading.Thread(target=carry, daemon=True)
    thread.start()
    return thread


@pytest.fixture(scope="session")
def _sessions():
    return {}


@pytest.fixture
def browse(chromium, office, _sessions):
    """Call it with a login for somebody signed in at a window of their own.

    At the end no window may have seen an error of a script, of the policy, of a part.
    """
    from browsing import Reader

    opened = []

    def open_window(login="", **options):
        options = {"viewport": {"width": 1366, "height": 768}, "locale": "vi-VN", **options}
        context = chromium.new_context(storage_state=_sessions.get(login), **options)
        context.set_default_timeout(30_000)
        reader = Reader(context, office.url, SCREENSHOTS)
        opened.append(reader)
        if login and login not in _sessions:
            reader.sign_in(login)
            _sessions[login] = context.storage_state()
        return reader

    yield open_window
    faults = [fault for reader in opened for fault in reader.faults]
    for reader in opened:
        reader.context.close()
    assert faults == []
