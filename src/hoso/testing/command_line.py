"""The command line as a test or a bench uses it: JSON lines in, plain values out.

Shared by the journeys of the corpus and of the hostile files.
"""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hoso.cli.main import main

__all__ = ["a_phrase", "found", "hoso", "take_in"]

_WORD = re.compile(r"[^\W\d_]{2,}")
_MOST = 200


def hoso(site: Path, *words: str) -> tuple[int, list[dict[str, Any]]]:
    """Run ``hoso --site SITE WORDS... --json``; return its status and its lines."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = main([f"--site={site}", *words, "--json"])
    return status, [json.loads(line) for line in out.getvalue().splitlines()]


def take_in(site: Path, paths: Sequence[Path], *, login: str) -> list[dict[str, Any]]:
    """Hand files and folders in; return one line a file."""
    _status, lines = hoso(site, "intake", *map(str, paths), "--as", login)
    return lines


def found(site: Path, query: str, *, login: str) -> set[str]:
    """Return the ids a search finds."""
    _status, lines = hoso(site, "search", query, "--as", login, "--limit", str(_MOST))
    return {line["id"] for line in lines if "id" in line}


def a_phrase(text: str, *, words: int = 6) -> str:
    """Return a run of words to look a paper up by: from its middle, in one line; "" for none."""
    lines = [line for line in text.splitlines() if len(_WORD.findall(line)) >= words]
    if lines:
        line = lines[len(lines) // 2]
        for start in _WORD.finditer(line):
            run = re.match(rf"(?:[^\W\d_]+[ ,]+){{{words - 1}}}[^\W\d_]+", line[start.start() :])
            if run is not None:
                return f'"{run[0].replace(",", "")}"'
    return " ".join(_WORD.findall(text)[:3])
