"""The real jobs, but every picture kills its reader."""

from __future__ import annotations

import os
from typing import Any

from hoso.ingest.jobs import JOBS as REAL


def _die(**_arguments: Any) -> Any:
    os.abort()


JOBS = {**REAL, "recognise": _die}
