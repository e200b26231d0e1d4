"""The child process: takes a job, does it, answers; knows no database and no network.

Started by ``sandbox`` as ``python -m hoso.ingest.child``.  A job is a function of plain
values that returns plain values; big results (preview images, words) are files written into
a folder the parent names.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from hoso.ingest import frames

__all__ = ["JOBS", "main"]

_HARD_MEMORY = 3 << 29  # 1.5 GiB: what the recognition of a large page needs


def _inspect(path: str) -> Any:
    from hoso.ingest.gate import inspect

    return inspect(path)


def _explain(path: str) -> Any:
    from hoso.ingest.gate.streams import explain_death

    return explain_death(path)


def _page(**arguments: Any) -> Any:
    from hoso.ingest.pages.work import read_layer

    return read_layer(**arguments)


def _recognise(**arguments: Any) -> Any:
    from hoso.ingest.pages.work import recognise

    return recognise(**arguments)


def _layout(**arguments: Any) -> Any:
    from hoso.ingest.pages.layout import layout

    return layout(**arguments)


def _propose(**arguments: Any) -> Any:
    from hoso.ingest.propose.work import propose_folder

    return propose_folder(**arguments)


def _misbehave(how: str, seconds: float = 60.0, bytes_: int = 0) -> Any:
    """Die, hang, spin or grow on request: the limits are proven with this."""
    if how == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if how == "exit":
        os._exit(3)
    if how == "hang":
        time.sleep(seconds)
    if how == "spin":
        while True:
            pass
    if how == "grow":
        return len(bytearray(bytes_))
    if how == "fork":
        if os.fork() == 0:
            time.sleep(seconds)
            os._exit(0)
        time.sleep(seconds)
    if how == "raise":
        raise RuntimeError("on request")
    if how == "print":
        os.write(1, b"noise that is no answer\n")
        print("more noise")  # noqa: T201 -- the point of this job
    return os.getpid()


JOBS: dict[str, Callable[..., Any]] = {
    "inspect": _inspect,
    "explain": _explain,
    "page": _page,
    "recognise": _recognise,
    "layout": _layout,
    "propose": _propose,
    "misbehave": _misbehave,
}


def _own_limits() -> None:
    """Take what the parent need not decide per job."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = _HARD_MEMORY if hard == resource.RLIM_INFINITY else min(hard, _HARD_MEMORY)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.nice(5)
    with contextlib.suppress(OSError, AttributeError):
        # PR_SET_NO_NEW_PRIVS: whatever runs in here never gains rights.
        ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)


def _preload() -> None:
    """Import what nearly every job needs before the first one is timed."""
    import pylibmagic  # noqa: F401, I001 -- must come before magic: it brings the library
    import magic  # noqa: F401
    import pikepdf  # noqa: F401
    import PIL.Image  # noqa: F401
    import pypdfium2  # noqa: F401


def _resident() -> int:
    with open("/proc/self/statm", encoding="ascii") as table:  # noqa: PTH123 -- one syscall less
        return int(table.read().split()[1]) * resource.getpagesize()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    name = request.pop("job")
    try:
        return {"value": JOBS[name](**request)}
    except MemoryError:
        return {"failure": "memory", "detail": ""}
    except RecursionError:
        return {"failure": "failed", "detail": "nesting too deep"}
    except Exception as error:  # noqa: BLE001 -- the rim of a job: every failure is an answer
        said = str(error).splitlines()
        detail = f"{type(error).__name__}: {said[0][:160] if said else ''}"
        return {"failure": "failed", "detail": detail}


def main() -> None:
    """Serve jobs until the parent closes the pipe."""
    incoming = os.dup(0)
    outgoing = os.dup(1)
    # Libraries that print would garble the answers; their noise goes to standard error.
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdin = open(0, closefd=False)  # noqa: PTH123, SIM115, PLW1514
    _own_limits()
    with contextlib.suppress(ImportError):
        _preload()
    frames.write_frame(outgoing, {"cpu": time.process_time()})
    while (request := frames.read_frame(incoming)) is not None:
        answer = _answer(request)
        answer["cpu"] = time.process_time()
        answer["resident"] = _resident()
        frames.write_frame(outgoing, answer)


if __name__ == "__main__":
    main()
