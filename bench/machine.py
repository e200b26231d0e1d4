"""What the benches share: the machine's state, processor time, tables, free ports.

A figure taken on a busy machine says so: every table ends with the load, and processor
seconds stand beside wall seconds, since the former hardly depend on who else is at work.
"""

from __future__ import annotations

import math
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = [
    "CORES",
    "HOME",
    "children_cpu",
    "cpu_of",
    "environment",
    "free_port",
    "machine",
    "p95",
    "stop",
    "table",
    "target",
]

HOME = Path(__file__).resolve().parents[1]
CORES = os.cpu_count() or 1


def machine() -> str:
    """Say on what, and how busy it is."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{platform.machine()}, {CORES} cores, Python {platform.python_version()}; load {load}"


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under heads; numbers are written by the caller."""
    cells = [tuple(map(str, row)) for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    print(f"\n{title}")
    for row in cells:
        first, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first, *(cell.strip().rjust(len(cell)) for cell in rest)]).rstrip())


def target(name: str, found: float, most: float) -> None:
    """Print a ratio beside what it should be at most."""
    said = "within" if found <= most else "OVER"
    print(f"{name}: {found:.2f} (target at most {most}: {said})")


def p95(values: Sequence[float]) -> float:
    """Return the value that nineteen of twenty do not exceed."""
    return sorted(values)[math.ceil(len(values) * 0.95) - 1]


def environment() -> dict[str, str]:
    """Return the environment of a child that shall import what this process can."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "HOSO_HOME": str(HOME)}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def cpu_of(pid: int) -> float:
    """Return the processor seconds a live process has used, without its children (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def children_cpu() -> float:
    """Return the processor seconds of all children that ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def stop(process: subprocess.Popen[Any]) -> None:
    """End a process by its own signal; by force where it does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
