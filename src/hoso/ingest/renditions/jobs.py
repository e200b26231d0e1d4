"""What the children do for renditions; each job imports what it needs when first asked."""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Callable
from typing import Any

__all__ = ["JOBS"]

# ByteRange, any of its letters written as an escape.
_SIGNED = re.compile(
    b"/" + b"".join(b"(?:%c|#(?i:%02x))" % (letter, letter) for letter in b"ByteRange")
)


def _copy(**arguments: Any) -> Any:
    from hoso.ingest.renditions.work import copy

    return copy(**arguments)


def _part(**arguments: Any) -> Any:
    from hoso.ingest.renditions.part import part

    return part(**arguments)


def _preview(**arguments: Any) -> Any:
    from hoso.ingest.renditions.previews import save_preview

    return save_preview(**arguments)


def _signatures(path: str, anchors: str | None) -> Any:
    if not _may_be_signed(path):
        return []
    from hoso.ingest.renditions.signatures import signatures

    return signatures(path, anchors)


def _may_be_signed(path: str) -> bool:
    """Tell whether a signature can be in the file: what reads them takes a second to load.

    A signature names the bytes it covers by their places, so it stands in the file as it is,
    never in a compressed stream (ISO 32000-1, 12.8.1).
    """
    with open(path, "rb") as file:  # noqa: PTH123 -- the name may be a descriptor's
        if not os.fstat(file.fileno()).st_size:
            return False
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _SIGNED.search(data) is not None


JOBS: dict[str, Callable[..., Any]] = {
    "copy": _copy,
    "part": _part,
    "preview": _preview,
    "signatures": _signatures,
}
