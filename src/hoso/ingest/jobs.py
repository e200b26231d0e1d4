"""What the sandboxed children can do; each job imports what it needs when first asked.

Only the checks of the gate and the text layer are imported at the start: nearly every file
needs them, and their import is then not counted against the first one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf  # noqa: F401
import PIL.Image  # noqa: F401
import pypdfium2  # noqa: F401

import hoso.ingest.gate  # noqa: F401

__all__ = ["JOBS"]


def _inspect(path: str) -> Any:
    from hoso.ingest.gate import inspect

    return inspect(path)


def _explain(path: str) -> Any:
    from hoso.ingest.gate.streams import explain_death

    return explain_death(path)


def _page(**arguments: Any) -> Any:
    from hoso.ingest.pages.work import read_layer

    return read_layer(**arguments)


def _recognise(**arguments: Any) -> Any:
    from hoso.ingest.pages.work import recognise

    return recognise(**arguments)


def _layout(**arguments: Any) -> Any:
    from hoso.ingest.pages.layout import layout

    return layout(**arguments)


def _propose(**arguments: Any) -> Any:
    from hoso.ingest.propose.work import propose_folder

    return propose_folder(**arguments)


def _part(**arguments: Any) -> Any:
    from hoso.ingest.renditions.part import part

    return part(**arguments)


JOBS: dict[str, Callable[..., Any]] = {
    "inspect": _inspect,
    "explain": _explain,
    "page": _page,
    "recognise": _recognise,
    "layout": _layout,
    "propose": _propose,
    "part": _part,
}
