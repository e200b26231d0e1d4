"""A pool of child processes that do every parse, under limits.

A crafted file can make any parser loop, crash or eat memory (pdfminer.six: 36 s and 3 GiB
for an 800 kB file; PDFium: SIGABRT).  So each job runs in a child of its own session with a
limit on address space, processor time, file size and wall time; when one is hit, the child
and everything it started is killed and replaced.  To the caller that is an answer like any
other: ``Answer.failure`` says what happened.  Children serve many jobs, because their imports
cost 0.3 s, and are retired after a number of jobs or when they have grown.

Any number of threads may call ``Sandbox.run``; it blocks until a child is free.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self, cast

from hoso.ingest import frames

__all__ = ["Answer", "Failure", "Limits", "Sandbox"]

_GIB = 1 << 30
_POLL = 0.1  # seconds between looks at the caller's stop event


@dataclass(frozen=True)
class Limits:
    """What one job may use."""

    memory: int = _GIB
    cpu: int = 20
    wall: float = 60.0
    file_size: int = 64 << 20


@dataclass(frozen=True)
class Failure:
    """Why a job gave no result: the child died, ran out of something, or the parser gave up."""

    kind: Literal["died", "timeout", "cpu", "memory", "failed", "stopped"]
    detail: str = ""

    def __str__(self) -> str:
        said = {
            "died": "the checker died",
            "timeout": "the checker ran out of time",
            "cpu": "the checker used too much processor time",
            "memory": "the checker ran out of memory",
            "failed": "the checker could not go on",
            "stopped": "the checker was stopped",
        }[self.kind]
        return f"{said} ({self.detail})" if self.detail else said


@dataclass(frozen=True)
class Answer:
    """The result of a job, or the reason why there is none."""

    value: Any = None
    failure: Failure | None = None
    cpu: float = 0.0


class _Worker:
    """One child process; used by one thread at a time."""

    def __init__(self, jobs: str, environment: Mapping[str, str]) -> None:
        self.stderr = tempfile.TemporaryFile()  # noqa: SIM115 -- lives as long as the child
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "hoso.ingest.child", jobs],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.stderr,
            env=dict(environment),
            cwd=tempfile.gettempdir(),
            start_new_session=True,
            bufsize=0,
        )
        self._outgoing = cast("IO[bytes]", self.process.stdin).fileno()
        self._incoming = cast("IO[bytes]", self.process.stdout).fileno()
        self.jobs = 0
        self.cpu = 0.0
        self.resident = 0
        self._ready = False
        self._killed = False

    def ask(self, message: Any, limits: Limits, stop: threading.Event | None) -> Answer:
        """Send one job and wait for its answer, its death or its time."""
        deadline = time.monotonic() + limits.wall
        try:
            if not self._ready:
                # The child says hello when its imports are done; limits start after them.
                self.cpu = float(self._receive(deadline, stop)["cpu"])
                self._ready = True
            self._limit(limits)
            frames.write_frame(self._outgoing, message)
            reply = self._receive(deadline, stop)
        except TimeoutError as why:
            self.kill()
            kind: Literal["stopped", "timeout"] = "stopped" if str(why) else "timeout"
            return Answer(failure=Failure(kind, f"{limits.wall:g} s" if not str(why) else ""))
        except (_Gone, OSError, ValueError, KeyError, TypeError, frames.TooLong):
            return Answer(failure=self._autopsy())
        self.jobs += 1
        used = float(reply["cpu"]) - self.cpu
        self.cpu = float(reply["cpu"])
        self.resident = int(reply["resident"])
        if reply.get("failure") == "memory":
            self.kill()  # what is left half done in there is nobody's guess
        if "failure" in reply:
            return Answer(failure=Failure(reply["failure"], reply["detail"]), cpu=used)
        return Answer(value=reply["value"], cpu=used)

    def _limit(self, limits: Limits) -> None:
        pid = self.process.pid
        # Soft limits only: a hard one could not be raised again for the next job.
        for which, soft in (
            (resource.RLIMIT_CPU, int(self.cpu) + limits.cpu + 1),
            (resource.RLIMIT_AS, limits.memory),
            (resource.RLIMIT_FSIZE, limits.file_size),
        ):
            hard = resource.prlimit(pid, which)[1]
            allowed = soft if hard == resource.RLIM_INFINITY else min(soft, hard)
            resource.prlimit(pid, which, (allowed, hard))

    def _receive(self, deadline: float, stop: threading.Event | None) -> dict[str, Any]:
        header = self._read(frames.HEADER.size, deadline, stop)
        body = self._read(frames.decode_length(header), deadline, stop)
        reply = json.loads(body.decode("utf-8", "surrogateescape"))
        if not isinstance(reply, dict):
            raise ValueError("not an answer")  # noqa: TRY004 -- caught with the other bad answers
        return reply

    def _read(self, count: int, deadline: float, stop: threading.Event | None) -> bytes:
        waiter = select.poll()
        waiter.register(self._incoming, select.POLLIN | select.POLLHUP)
        parts = []
        while count:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            if stop is not None and stop.is_set():
                raise TimeoutError("stopped")
            patience = min(left, _POLL) if stop is not None else left
            if not waiter.poll(max(1, int(patience * 1000))):
                continue
            part = os.read(self._incoming, min(count, 1 << 20))
            if not part:
                raise _Gone
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def _autopsy(self) -> Failure:
        """Say what a child died of."""
        try:
            code = self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = 0
        self.stderr.seek(0)
        lines = self.stderr.read()[-4000:].decode(errors="replace").strip().splitlines()
        self.kill()
        if code == -signal.SIGXCPU:
            return Failure("cpu")
        said = lines[-1][:120] if lines else ""
        if "MemoryError" in said or "bad_alloc" in said:
            return Failure("memory", said)
        name = signal.Signals(-code).name if code < 0 else f"exit status {code}"
        return Failure("died", f"{name}: {said}" if said else name)

    def kill(self) -> None:
        """End the child and whatever it started."""
        if self._killed:
            return
        self._killed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.stderr):
            if pipe is not None:
                pipe.close()

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


class _Gone(Exception):
    """The child closed its end."""


class Sandbox:
    """Runs named jobs in children that may die.

    *workers* is the number of children at most; *jobs* the module that names the jobs;
    *jobs_each* and *resident_each* say when a child is retired (pdfminer.six #580: memory is
    kept after use).
    """

    def __init__(
        self,
        *,
        workers: int = 2,
        jobs: str = "hoso.ingest.jobs",
        jobs_each: int = 300,
        resident_each: int = 500 << 20,
    ) -> None:
        self._jobs = jobs
        self.workers = workers
        self._jobs_each = jobs_each
        self._resident_each = resident_each
        self._places = threading.BoundedSemaphore(workers)
        self._idle: list[_Worker] = []
        self._busy: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        self._environment = _environment()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start all children now, so that the first file does not wait for imports."""
        with self._lock:
            while not self._closed and len(self._idle) + len(self._busy) < self.workers:
                self._idle.append(_Worker(self._jobs, self._environment))

    def run(
        self,
        job: str,
        arguments: Mapping[str, Any],
        *,
        limits: Limits | None = None,
        stop: threading.Event | None = None,
    ) -> Answer:
        """Run one job and return its answer; no file whatsoever makes this raise."""
        with self._places:
            if stop is not None and stop.is_set():
                return Answer(failure=Failure("stopped"))
            worker = self._take()
            if worker is None:
                return Answer(failure=Failure("stopped", "the pool is closed"))
            try:
                answer = worker.ask({"job": job, **arguments}, limits or Limits(), stop)
            finally:
                self._give_back(worker)
            return answer

    def close(self) -> None:
        """Kill all children; jobs under way answer that the checker died."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            busy = list(self._busy)
        for worker in idle:
            worker.kill()
        for worker in busy:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.process.pid, signal.SIGKILL)

    def _take(self) -> _Worker | None:
        dead = []
        with self._lock:
            if self._closed:
                return None
            worker = None
            while self._idle and worker is None:
                worker = self._idle.pop()
                if not worker.alive:
                    dead.append(worker)
                    worker = None
            if worker is None:
                worker = _Worker(self._jobs, self._environment)
            self._busy.add(worker)
        for each in dead:
            each.kill()
        return worker

    def _give_back(self, worker: _Worker) -> None:
        spent = worker.jobs >= self._jobs_each or worker.resident >= self._resident_each
        with self._lock:
            self._busy.discard(worker)
            if worker.alive and not spent and not self._closed:
                self._idle.append(worker)
                return
        worker.kill()


def _environment() -> dict[str, str]:
    """Return what a child may know: where the code is, and to use one thread."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        # buildout's scripts extend sys.path by hand; a bare interpreter must be told.
        "PYTHONPATH": os.pathsep.join(_search_path()),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "TMPDIR": tempfile.gettempdir(),
    }


def _search_path() -> list[str]:
    """Return where modules are, the standard library and hoso before the hundred eggs.

    Each folder is asked for every module that none before it had: in the order of buildout's
    scripts a child takes 0.6 s to start instead of 0.35 s.
    """
    library = sysconfig.get_path("stdlib")
    own = str(Path(__file__).parents[2])
    paths = [path for path in sys.path if path]
    first = [path for path in paths if path in {library, f"{library}/lib-dynload", own}]
    return [*first, *(path for path in paths if path not in first)]
