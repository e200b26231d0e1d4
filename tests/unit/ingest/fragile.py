"""The real jobs, but the first page of any paper kills its reader."""

from __future__ import annotations

import os
from typing import Any

from hoso.ingest.jobs import JOBS as REAL


def _layers(**arguments: Any) -> Any:
    if 1 in arguments["pages"]:
        os.abort()
    return REAL["layers"](**arguments)


def _die(**_arguments: Any) -> Any:
    os.abort()


JOBS = {**REAL, "layers": _layers, "second": _die, "recognise": _die}
