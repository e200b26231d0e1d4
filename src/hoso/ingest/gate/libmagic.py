"""libmagic as it comes in the wheel, library and database of one version.

A system library of another version refuses the wheel's database, and which of the two
``dlopen`` finds depends on the search path; so the wheel's own is loaded first, by its path.
"""

from __future__ import annotations

import ctypes
from functools import cache
from importlib import metadata
from pathlib import Path

import pylibmagic

_FOLDER = Path(pylibmagic.__file__).parent
ctypes.CDLL(str(_FOLDER / "libmagic.so.1"))

# isort: split
import magic  # noqa: E402

__all__ = ["mime_of", "version"]


@cache
def _reader() -> magic.Magic:
    return magic.Magic(mime=True, magic_file=str(_FOLDER / "magic.mgc"))


def mime_of(head: bytes) -> str:
    """Return the MIME type libmagic gives to the beginning of a file."""
    return str(_reader().from_buffer(head))


@cache
def version() -> str:
    """Return the versions of python-magic and of the library it asks, as they are recorded."""
    major, minor = divmod(int(magic.version()), 100)  # type: ignore[no-untyped-call]
    return f"{metadata.version('python-magic')}; libmagic {major}.{minor:02d}"
