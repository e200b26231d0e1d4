"""The real jobs, but whoever looks at a scan more closely dies of it."""

from __future__ import annotations

import os
from typing import Any

from hoso.ingest.jobs import JOBS as REAL


def _propose(**arguments: Any) -> Any:
    if arguments.get("closer", True):
        os.abort()
    return REAL["propose"](**arguments)


JOBS = {**REAL, "propose": _propose}
