"""Where a site keeps the key it signs receipts with; apart from what reads it, which is heavy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["KeyPlace"]


@dataclass(frozen=True)
class KeyPlace:
    """Where the key is.

    :ivar folder: where the site keeps its own.
    :ivar name: what the certificate of its own key calls the site.
    :ivar given: a PKCS #12 file of the agency, or ``None``; ``password`` the file with its
        password.
    """

    folder: Path
    name: str
    given: Path | None = None
    password: Path | None = None
