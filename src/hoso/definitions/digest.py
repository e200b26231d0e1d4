"""Fingerprint of a rulebook, kept with every decision made under it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

__all__ = ["fingerprint"]


def fingerprint(digests: Mapping[str, str]) -> str:
    """Return the SHA-256 over the names and SHA-256 of all files, in order of name."""
    lines = "".join(f"{digest}  {file}\n" for file, digest in sorted(digests.items()))
    return hashlib.sha256(lines.encode()).hexdigest()
