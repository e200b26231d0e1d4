"""Packages that lie ready for who had them made, and for nobody else, for two days."""

from __future__ import annotations

import re
import time
from pathlib import Path

from hoso.desk.desk import Desk
from hoso.kernel.errors import Missing

__all__ = ["folder_for", "ready"]

_KEPT = 2 * 24 * 3600.0


def folder_for(desk: Desk) -> Path:
    """Return the folder of this account's packages; what lay there for too long is gone."""
    folder = desk.house.path / "exports" / desk.identity.login
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in folder.iterdir():
        # The file's own age on this machine, whatever day the site believes it to be.
        if path.is_file() and time.time() - path.stat().st_mtime > _KEPT:
            path.unlink(missing_ok=True)
    return folder


def ready(desk: Desk, name: str, pattern: re.Pattern[str]) -> Path:
    """Return the file of a package that this account had made, of the kind that *pattern* names."""
    path = desk.house.path / "exports" / desk.identity.login / name
    if not pattern.fullmatch(name) or not path.is_file():
        raise Missing
    return path
