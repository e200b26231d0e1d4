"""libmagic as it comes in the wheel, library and database of one version.

A system library of another version refuses the wheel's database, and which of the two
``dlopen`` finds depends on the search path; so the wheel's own is loaded first, by its path.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

import pylibmagic

_FOLDER = Path(pylibmagic.__file__).parent
ctypes.CDLL(str(_FOLDER / "libmagic.so.1"))

# isort: split
import magic  # noqa: E402

__all__ = ["mime_of"]


@cache
def _reader() -> magic.Magic:
    return magic.Magic(mime=True, magic_file=str(_FOLDER / "magic.mgc"))


def mime_of(head: bytes) -> str:
    """Return the MIME type libmagic gives to the beginning of a file."""
    return str(_reader().from_buffer(head))
