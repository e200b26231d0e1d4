"""Record ids: drawn at random, never counted.

A record has one id, a positive 62-bit number: the key in big BTrees (random keys never
meet in one bucket, so writers do not conflict).  People and addresses see the same number
as 13 characters of Crockford's base 32.
"""

from __future__ import annotations

import secrets

__all__ = ["from_text", "new_id", "to_text"]

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUE = {char: value for value, char in enumerate(_ALPHABET)}
_LENGTH = 13
_LIMIT = 1 << 62


def new_id() -> int:
    """Draw a new id; the caller probes its container for the unlikely collision."""
    return secrets.randbelow(_LIMIT - 1) + 1


def to_text(number: int) -> str:
    """Write an id as people see it."""
    if not 0 < number < _LIMIT:
        raise ValueError(number)
    chars = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        chars.append(_ALPHABET[digit])
    return "".join(reversed(chars))


def from_text(text: str) -> int | None:
    """Read an id as people type it; ``None`` where it is not one."""
    if len(text) != _LENGTH:
        return None
    number = 0
    for char in text.lower():
        if char not in _VALUE:
            return None
        number = number * 32 + _VALUE[char]
    return number if 0 < number < _LIMIT else None
