"""Where a page that is finished is kept, and how it gets there whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["page_file", "write_json"]


def page_file(out: Path, number: int) -> Path:
    """Return where page *number* is kept when it is finished."""
    return out / f"page-{number:04d}.json"


def write_json(target: Path, value: Any) -> None:
    """Write by rename: a reader finds the whole file or none."""
    half = target.with_name(f".{target.name}")
    half.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    half.replace(target)
