"""Merkle trees as RFC 9162 (section 2.1) has them: one digest for many, and proofs for one.

A tree stands over texts of bytes in their order.  A leaf is the SHA-256 of a zero byte and the
text, a node that of a one byte and its two children, so that neither can be passed off as the
other.  The tree over n leaves has the largest power of two below n on its left; joining
neighbours level by level, an odd one out going up as it is, makes the same tree.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

__all__ = ["path", "paths", "root"]


def root(texts: Iterable[bytes]) -> bytes:
    """Return the digest over *texts*; that of no text at all is the SHA-256 of nothing."""
    level = [sha256(b"\0" + text).digest() for text in texts]
    while len(level) > 1:
        level = _joined(level)
    return level[0] if level else sha256().digest()


def path(texts: Iterable[bytes], index: int) -> list[bytes]:
    """Return what proves that the text at *index* is in the tree: siblings, lowest first."""
    return paths(texts, [index])[0]


def paths(texts: Iterable[bytes], indexes: Iterable[int]) -> list[list[bytes]]:
    """Return the paths of several places of one tree, in their order."""
    level = [sha256(b"\0" + text).digest() for text in texts]
    at = list(indexes)
    found: list[list[bytes]] = [[] for _ in at]
    while len(level) > 1:
        for siblings, index in zip(found, at, strict=True):
            if index ^ 1 < len(level):
                siblings.append(level[index ^ 1])
        level, at = _joined(level), [index // 2 for index in at]
    return found


def _joined(level: list[bytes]) -> list[bytes]:
    above = [
        sha256(b"\1" + left + right).digest()
        for left, right in zip(level[::2], level[1::2], strict=False)
    ]
    return [*above, level[-1]] if len(level) % 2 else above
