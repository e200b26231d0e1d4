"""What the children do for renditions; each job imports what it needs when first asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["JOBS"]


def _copy(**arguments: Any) -> Any:
    from hoso.ingest.renditions.work import copy

    return copy(**arguments)


def _part(**arguments: Any) -> Any:
    from hoso.ingest.renditions.part import part

    return part(**arguments)


def _preview(**arguments: Any) -> Any:
    from hoso.ingest.renditions.previews import save_preview

    return save_preview(**arguments)


def _signatures(**arguments: Any) -> Any:
    from hoso.ingest.renditions.signatures import signatures

    return signatures(**arguments)


JOBS: dict[str, Callable[..., Any]] = {
    "copy": _copy,
    "part": _part,
    "preview": _preview,
    "signatures": _signatures,
}
