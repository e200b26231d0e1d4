"""The register of signers: whose names people confirmed under a paper, kept to be known again.

A name half hidden by a stamp is recognised as one of them (``propose.names``).  The names of those
who sign for a body are public; nothing else is kept of them here.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.kernel.text import fold, one_line

__all__ = ["MOST", "known_signers", "note_signer", "prepare"]

#: Most names the readers are given: each is compared with each line of a signature block.
MOST = 3000
_KEPT = "signers"
_SHORTEST = 2  # words: a single one is no full name


def prepare(root: Any) -> OOBTree:
    """Return the register, made where there is none yet; made early, nobody meets over it."""
    register: OOBTree | None = root.get(_KEPT)
    if register is None:
        register = root[_KEPT] = OOBTree()
    return register


def note_signer(root: Any, name: str) -> None:
    """Keep the name of who signed a paper that was filed; a name is kept once, as first written."""
    said = one_line(name)
    key = fold(said)
    if len(key.split()) < _SHORTEST:
        return
    register = prepare(root)
    if key not in register:
        register[key] = said


def known_signers(root: Any) -> tuple[str, ...]:
    """Return the names in the register, ``MOST`` of them at most."""
    register = root.get(_KEPT)
    return tuple(islice(register.values(), MOST)) if register is not None else ()
