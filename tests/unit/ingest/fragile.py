"""The real jobs, but the first page of any paper kills its reader."""

from __future__ import annotations

import os
from typing import Any

from hoso.ingest.jobs import JOBS as REAL


def _page(**arguments: Any) -> Any:
    if arguments["page"] == 1:
        os.abort()
    return REAL["page"](**arguments)


def _recognise(**_arguments: Any) -> Any:
    os.abort()


JOBS = {**REAL, "page": _page, "recognise": _recognise}
