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
from hoso.ingest.renditions.jobs import JOBS as RENDITIONS

__all__ = ["JOBS"]


def _inspect(path: str) -> Any:
    from hoso.ingest.gate import inspect

    return inspect(path)


def _explain(path: str) -> Any:
    from hoso.ingest.gate.streams import explain_death

    return explain_death(path)


def _layers(
    path: str, mime: str, pages: list[int], out: str, proposing: dict[str, Any] | None = None
) -> Any:
    """Read text layers; where that leaves nothing to do, propose from them at once."""
    from hoso.ingest.pages.digital import read_pages

    read = read_pages(path, mime, pages, out)
    answer = {"done": list(read.done), "left": {str(key): read.left[key] for key in read.left}}
    if proposing is not None and not read.left:
        from hoso.ingest.propose.work import propose_pages

        facts = [read.done[number] for number in sorted(read.done)]
        answer["proposed"] = propose_pages(facts, mime, **proposing)
    return answer


def _recognise(**arguments: Any) -> Any:
    from hoso.ingest.pages.work import recognise

    return recognise(**arguments)


def _second(**arguments: Any) -> Any:
    from hoso.ingest.pages.layout import read_again

    return read_again(**arguments)


def _propose(**arguments: Any) -> Any:
    from hoso.ingest.propose.work import propose_folder

    return propose_folder(**arguments)


JOBS: dict[str, Callable[..., Any]] = {
    "inspect": _inspect,
    "explain": _explain,
    "layers": _layers,
    "recognise": _recognise,
    "second": _second,
    "propose": _propose,
    **RENDITIONS,
}
