"""The child process: takes a job, does it, answers; knows no database and no network.

Started by ``sandbox`` as ``python -m hoso.ingest.child MODULE``; the module's ``JOBS`` names
what it can do (``hoso.ingest.jobs``).  A job is a function of plain values that returns
plain values; big results (preview images, words) are files written into a folder the parent
names.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hoso.ingest import frames

__all__ = ["main"]

Jobs = Mapping[str, Callable[..., Any]]

_HARD_MEMORY = 3 << 29  # 1.5 GiB: what the recognition of a large page needs


def _own_limits(most: int) -> None:
    """Take what the parent need not decide per job; *most* is the address space in bytes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = most if hard == resource.RLIM_INFINITY else min(hard, most)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(5)
    with contextlib.suppress(OSError, AttributeError):
        # PR_SET_NO_NEW_PRIVS: whatever runs in here never gains rights.
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as table:  # noqa: PTH123 -- one syscall less
        return int(table.read().split()[1]) * resource.getpagesize()


@contextlib.contextmanager
def _printable_path(request: dict[str, Any]) -> Iterator[None]:
    """Give a file whose name is no text a name that libraries can open."""
    path = request.get("path")
    if not isinstance(path, str) or path.isascii() or _is_text(path):
        yield
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        request["path"] = f"/proc/self/fd/{descriptor}"
        yield
    finally:
        os.close(descriptor)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _answer(jobs: Jobs, request: dict[str, Any]) -> dict[str, Any]:
    name = request.pop("job")
    try:
        with _printable_path(request):
            return {"value": jobs[name](**request)}
    except MemoryError:
        return {"failure": "memory", "detail": ""}
    except RecursionError:
        return {"failure": "failed", "detail": "nesting too deep"}
    except Exception as error:  # noqa: BLE001 -- the rim of a job: every failure is an answer
        said = str(error).splitlines()
        detail = f"{type(error).__name__}: {said[0][:160] if said else ''}"
        return {"failure": "failed", "detail": detail}


def main(module: str) -> None:
    """Serve the jobs of *module* until the parent closes the pipe."""
    incoming = os.dup(0)
    outgoing = os.dup(1)
    # Libraries that print would garble the answers; their noise goes to standard error.
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    named = importlib.import_module(module)
    jobs: Jobs = named.JOBS
    _own_limits(getattr(named, "ADDRESS_SPACE", _HARD_MEMORY))
    frames.write_frame(outgoing, {"cpu": time.process_time()})
    while (request := frames.read_frame(incoming)) is not None:
        answer = _answer(jobs, request)
        answer["cpu"] = time.process_time()
        answer["resident"] = _resident()
        frames.write_frame(outgoing, answer)


if __name__ == "__main__":
    main(sys.argv[1])
