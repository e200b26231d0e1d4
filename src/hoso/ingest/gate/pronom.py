"""What a file is by PRONOM, the register of The National Archives: siegfried's answer.

Runs in a child of its own kind: siegfried is written in Go, whose run time sets aside more than
a gigabyte of address space (never used) and ends the process where it may not.  Under the limits
of the other children it would take them down with it.  The memory it does use is bounded instead.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Mapping
from functools import cache
from importlib import metadata
from types import MappingProxyType
from typing import Any

__all__ = ["ADDRESS_SPACE", "JOBS", "MODULE", "TOOL", "UNKNOWN", "agree", "identify"]

MODULE = "hoso.ingest.gate.pronom"
TOOL = "pygfried"
ADDRESS_SPACE = 8 << 30  # bytes set aside, not used
_DATA = 512 << 20  # bytes that may be written to; about 90 MB are

UNKNOWN = "UNKNOWN"
# What libmagic and PRONOM call by different names, or PRONOM gives no name.
_EQUALS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "text/plain": frozenset({"x-fmt/111", "x-fmt/16", "x-fmt/18", UNKNOWN}),
        "image/tiff": frozenset({"fmt/353", "fmt/1917", "x-fmt/387", "x-fmt/388", "x-fmt/399"}),
        "image/jpeg": frozenset({"fmt/41", "x-fmt/390", "x-fmt/391", "x-fmt/398", "fmt/645"}),
        "application/octet-stream": frozenset({UNKNOWN}),
        "application/x-empty": frozenset({UNKNOWN}),
        "inode/x-empty": frozenset({UNKNOWN}),
    }
)


def identify(path: str) -> dict[str, Any]:
    """Return ``version`` of tool and register, ``puids`` and the MIME types PRONOM gives them."""
    import pygfried

    # By its number, not its name: the name of a file proves nothing.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        if os.fstat(descriptor).st_size == 0:
            return {"version": _version("", ""), "puids": [], "mimes": []}
        said = pygfried.identify(f"/proc/self/fd/{descriptor}", detailed=True)
    finally:
        os.close(descriptor)
    matches = said["files"][0]["matches"] if said["files"] else []
    signatures = "; ".join(each["details"] for each in said["identifiers"])
    return {
        "version": _version(str(said["siegfried"]), signatures),
        "puids": [str(each["id"]) for each in matches if each["id"] != UNKNOWN],
        "mimes": sorted({str(each["mime"]) for each in matches if each["mime"]}),
    }


def agree(mime: str, puids: list[str], mimes: list[str]) -> bool:
    """Tell whether libmagic's *mime* and PRONOM's answer mean the same kind of file."""
    known = _EQUALS.get(mime, frozenset())
    if not puids:
        return UNKNOWN in known
    named = {each.strip() for said in mimes for each in said.split(",")}
    return mime in named or bool(known.intersection(puids))


@cache
def _version(siegfried: str, signatures: str) -> str:
    told = [metadata.version("pygfried"), f"siegfried {siegfried}" if siegfried else "", signatures]
    return "; ".join(each for each in told if each)


def _bounded(path: str) -> dict[str, Any]:
    resource.setrlimit(resource.RLIMIT_DATA, (_DATA, _DATA))
    return identify(path)


JOBS: dict[str, Callable[..., Any]] = {"identify": _bounded}
