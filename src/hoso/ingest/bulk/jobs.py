"""What the children of a bulk import can do; no parser but those of lists is in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["JOBS"]


def _rows(**arguments: Any) -> Any:
    from hoso.ingest.bulk.tables import open_list

    return open_list(**arguments)


JOBS: dict[str, Callable[..., Any]] = {"rows": _rows}
