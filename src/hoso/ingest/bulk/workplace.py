"""Where an import keeps what can be made again: ``DIR/imports/<uid>`` of the site."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Report", "Workplace"]


@dataclass(frozen=True)
class Workplace:
    """The folder of one import."""

    folder: Path

    @classmethod
    def of(cls, site: Path, uid: str) -> Workplace:
        """Return the one of an import by uid, which is 13 letters and digits."""
        if not uid.isalnum():
            raise ValueError(uid)
        return cls(site / "imports" / uid)

    @property
    def rows(self) -> Path:
        """The list as rows; see ``opened``."""
        return self.folder / "rows"

    @property
    def faults(self) -> Path:
        """What the last dry run found."""
        return self.folder / "faults.jsonl"

    @property
    def report(self) -> Path:
        """What became of each row."""
        return self.folder / "report.jsonl"

    def make(self) -> None:
        """See to it that the folder is there, for nobody else to look into."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def drop_rows(self) -> None:
        """Give back the room of the rows, which are read from the list again."""
        shutil.rmtree(self.rows, ignore_errors=True)

    def say(self, told: Mapping[str, Any]) -> None:
        """Say how far a dry run is, for a page to show."""
        new = self.folder / "progress.new"
        new.write_text(json.dumps(dict(told)), encoding="utf-8")
        new.replace(self.folder / "progress.json")

    def said(self) -> dict[str, Any]:
        """Return what was said last; nothing where there is nothing."""
        try:
            told = json.loads((self.folder / "progress.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


class Report:
    """What became of each row, a line a row, written before its commit and cut back after a kill.

    The database knows how long the report was with the last row committed: whatever stands
    behind that is of rows that never happened.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, lines: list[dict[str, Any]], *, at: int) -> int:
        """Write lines at the byte *at*, over whatever stands there; return where they end."""
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        content = text.encode("utf-8", "backslashreplace")
        os.ftruncate(self._file, at)
        os.lseek(self._file, at, os.SEEK_SET)
        view = memoryview(content)
        while view:
            view = view[os.write(self._file, view) :]
        return at + len(content)

    def cut(self, *, at: int) -> None:
        """Cut back to the length the last commit knows."""
        os.ftruncate(self._file, min(at, os.fstat(self._file).st_size))

    def close(self) -> None:
        """Bring it to disk."""
        os.fsync(self._file)
        os.close(self._file)
