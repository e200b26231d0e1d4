"""A dossier as a package to be saved."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from pyramid.response import FileIter, Response

from hoso.desk import exporting
from hoso.records.model import Dossier

__all__ = ["includeme"]

_PROFILE = "bagit"


def export(dossier: Dossier, request: Any) -> Any:
    """Build the package on the spool and send it; nothing of it stays behind."""
    request.house.spool.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="export-", dir=request.house.spool))
    try:
        report = exporting.export(request.desk, dossier, profile=_PROFILE, to=folder, zipped=True)
        # Open before the folder goes: the bytes live as long as the answer needs them.
        stream = report.path.open("rb")
        size = report.path.stat().st_size
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    response = Response(content_type="application/zip")
    response.app_iter = FileIter(stream)
    response.content_length = size
    response.content_disposition = f'attachment; filename="{report.path.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    config.add_act_view(
        exporting.export, export, context=Dossier, name="export", request_method="POST"
    )
