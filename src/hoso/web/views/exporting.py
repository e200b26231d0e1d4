"""A dossier as a package to be saved."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from pyramid.response import FileIter, Response

from hoso.desk import exporting
from hoso.kernel.errors import Invalid
from hoso.records.model import Dossier
from hoso.web.forms import Form, typed
from hoso.web.views.dossiers import folder

__all__ = ["includeme"]

_PLAIN = "bagit"


def export(dossier: Dossier, request: Any) -> Any:
    """Build the package on the spool and send it; nothing of it stays behind.

    What keeps an archive from taking the dossier is told on its page, all at once.
    """
    values = typed(request, ("profile",))
    try:
        return _sent(dossier, request, values["profile"] or _PLAIN)
    except Invalid as error:
        said = tuple(request.language.error(fault) for fault in error.faults)
        form = Form(values, {"profile": said}, request.language.error(error))
        request.response.status_int = 422
        return folder(request, dossier, refused="export", form=form)


def _sent(dossier: Dossier, request: Any, profile: str) -> Any:
    request.house.spool.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="export-", dir=request.house.spool))
    try:
        report = exporting.export(request.desk, dossier, profile=profile, to=place, zipped=True)
        # Open before the folder goes: the bytes live as long as the answer needs them.
        stream = report.path.open("rb")
        size = report.path.stat().st_size
    finally:
        shutil.rmtree(place, ignore_errors=True)
    response = Response(content_type="application/zip")
    response.app_iter = FileIter(stream)
    response.content_length = size
    response.content_disposition = f'attachment; filename="{report.path.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    config.add_act_view(
        exporting.export,
        export,
        context=Dossier,
        name="export",
        request_method="POST",
        renderer="dossiers/dossier.jinja2",
    )
