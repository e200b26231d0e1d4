"""What the command prints: JSON lines for machines, words for people.

Machine output goes to standard output, one JSON object a line, as soon as it is known;
everything for people goes to standard error.  Without ``--json`` a line is written for
people, to standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

__all__ = ["Output"]


class Output:
    """Where a command prints."""

    def __init__(
        self, *, as_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self._out = stdout or sys.stdout
        self._err = stderr or sys.stderr

    def line(self, said: Mapping[str, Any], *, human: str | None = None) -> None:
        """Print one result: as JSON, or as *human* (its plain values where none is given)."""
        if self.as_json:
            text = json.dumps(said, ensure_ascii=False, allow_nan=False)
        elif human is not None:
            text = human
        else:
            text = "  ".join(
                str(value) for value in said.values() if isinstance(value, str | int | float)
            )
        print(text, file=self._out, flush=True)

    def say(self, text: str) -> None:
        """Tell a person something."""
        print(text, file=self._err, flush=True)

    def progress(self, text: str) -> None:
        """Overwrite one line on a terminal; silent where nobody watches."""
        if self._err.isatty():
            print(f"\r\x1b[K{text}", end="", file=self._err, flush=True)
