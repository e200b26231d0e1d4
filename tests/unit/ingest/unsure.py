"""The real jobs, but the first reader makes nothing of the head of any paper."""

from __future__ import annotations

from typing import Any

from hoso.ingest.jobs import JOBS as REAL


def _layers(**arguments: Any) -> Any:
    answer = REAL["layers"](**arguments)
    if "proposed" in answer:
        answer["proposed"]["proposals"] = dict.fromkeys(answer["proposed"]["proposals"])
        answer["proposed"]["doubtful"] = True
    return answer


JOBS = {**REAL, "layers": _layers}
