"""Put files into a bag: BagIt 1.0 (RFC 8493), whatever the payload is.

Manifests for SHA-256 and SHA-512 (RFC 8493 section 2.4 asks for the latter; archives here use
the former), tag manifests for both.  No fetch.txt: a bag of ours is always whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from hoso.kernel.text import one_line
from hoso.preservation.layout import Entry, made, made_on_disk, ordered

__all__ = ["COVERING", "SIGNATURE", "bagged"]

#: The tag manifest covers the manifests, which cover every byte of the payload.
COVERING = "tagmanifest-sha256.txt"
SIGNATURE = f"{COVERING}.p7s"
_DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_ALGORITHMS = ("sha256", "sha512")
_TEXT = "text/plain"


def bagged(
    payload: Iterable[Entry], info: Mapping[str, str], *, scratch: Path
) -> tuple[Entry, ...]:
    """Return the entries of a bag with a payload whose paths begin with ``data/``.

    :param info: tags of ``bag-info.txt``; the Payload-Oxum is added.
    """
    inside = ordered(payload)
    octets = sum(entry.size for entry in inside)
    tags = [
        made("bagit.txt", _DECLARATION, mime=_TEXT),
        made(
            "bag-info.txt", _tags({**info, "Payload-Oxum": f"{octets}.{len(inside)}"}), mime=_TEXT
        ),
    ]
    tags += [_manifest("manifest", inside, which, scratch=scratch) for which in _ALGORITHMS]
    over = [_manifest("tagmanifest", ordered(tags), one, scratch=scratch) for one in _ALGORITHMS]
    return ordered((*inside, *tags, *over))


def _tags(info: Mapping[str, str]) -> bytes:
    # One line each: a value that goes over the line would have to be indented.
    lines = (f"{name}: {one_line(value)}\n" for name, value in sorted(info.items()))
    return "".join(lines).encode()


def _manifest(kind: str, entries: tuple[Entry, ...], which: str, *, scratch: Path) -> Entry:
    def write(out: IO[bytes]) -> None:
        for entry in entries:
            digest = entry.sha256 if which == "sha256" else entry.sha512
            out.write(f"{digest}  {entry.path}\n".encode())

    return made_on_disk(f"{kind}-{which}.txt", scratch, write, mime=_TEXT)
