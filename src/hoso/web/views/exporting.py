"""A dossier as a package to be saved: given out from where its files lie, written nowhere."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyramid.response import Response

from hoso.desk import exporting
from hoso.desk.interfaces import House
from hoso.kernel.errors import Invalid
from hoso.preservation.layout import Layout
from hoso.preservation.virtual_zip import Damaged
from hoso.records.model import Dossier
from hoso.web.forms import Form, typed
from hoso.web.views.dossiers import folder

__all__ = ["includeme"]

log = logging.getLogger(__name__)

_PLAIN = "bagit"


def export(dossier: Dossier, request: Any) -> Any:
    """Build the package, have it read by other code, and send it.

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
        report = exporting.export(request.desk, dossier, profile=profile, to=place, streamed=True)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    given = _Given(request.house, report.layout, place)
    response = Response(content_type="application/zip")
    response.app_iter = given
    response.content_length = given.size
    response.content_disposition = f'attachment; filename="{report.path.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


class _Given:
    """The bytes of a package that is built, for a WSGI server to iterate over once.

    It has a connection of its own: that of the request is closed when the first byte leaves.  Of
    what was made for the package little lies on disk; it goes when the server is done.
    """

    def __init__(self, house: House, layout: Layout, place: Path) -> None:
        self._house, self._layout, self._place = house, layout, place
        self._running: Iterator[bytes] | None = None
        self.size = exporting.archive_at({}, layout).size

    def __iter__(self) -> Iterator[bytes]:
        self._running = self._pieces()
        return self._running

    def _pieces(self) -> Iterator[bytes]:
        try:
            with self._house.databases.connection() as connection:
                yield from exporting.archive_at(connection.root(), self._layout).stream()
        except Damaged as error:
            # The receiver knows by the length that it is not whole.
            log.warning("an export was broken off: %s", error)
            raise

    def close(self) -> None:
        """Let go of everything; the server calls it, also where the reader went away."""
        if self._running is not None:
            self._running.close()  # type: ignore[attr-defined]
        shutil.rmtree(self._place, ignore_errors=True)


def includeme(config: Any) -> None:
    config.add_act_view(
        exporting.export,
        export,
        context=Dossier,
        name="export",
        request_method="POST",
        renderer="dossiers/dossier.jinja2",
    )
