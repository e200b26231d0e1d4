"""Jobs that die, hang, spin or grow, as a parser of a hostile file may."""

from __future__ import annotations

import os
import signal
import sys
import time


def die() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def leave() -> None:
    os._exit(3)


def hang() -> None:
    time.sleep(60)


def spin() -> None:
    while True:
        pass


def grow(amount: int) -> int:
    return len(bytearray(amount))


def fork(note: str) -> None:
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    with open(note, "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(str(child))
    time.sleep(60)


def fail() -> None:
    raise RuntimeError("broken\nin two lines")


def chatter() -> int:
    os.write(1, b"noise that is no answer\n")
    sys.stdout.write("more noise")
    return os.getpid()


def who() -> int:
    return os.getpid()


def write(path: str, amount: int) -> None:
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(bytes(amount))


def core() -> tuple[int, int]:
    import resource

    return resource.getrlimit(resource.RLIMIT_CORE)


JOBS = {
    "die": die,
    "leave": leave,
    "hang": hang,
    "spin": spin,
    "grow": grow,
    "fork": fork,
    "fail": fail,
    "chatter": chatter,
    "who": who,
    "write": write,
    "core": core,
}
