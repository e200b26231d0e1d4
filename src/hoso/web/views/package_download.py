"""The bytes of a frozen package: any range of them, read where they lie, never gathered.

An answer that is cut short is a failed download, and a receiver knows it by the length; where a
file is found damaged on the way, the answer ends there and the package is blocked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.response import Response

from hoso.desk import delivered, delivering
from hoso.desk.interfaces import House
from hoso.preservation.delivery.register import KEY
from hoso.preservation.freeze import archive_of
from hoso.preservation.virtual_zip import Damaged

__all__ = ["PackageBytes", "includeme"]


class PackageBytes:
    """The bytes *start* to *stop* of a package, for a WSGI server to iterate over.

    It has a connection of its own: that of the request is closed when the first byte leaves.
    """

    def __init__(self, house: House, number: int, start: int = 0, stop: int | None = None) -> None:
        self._house = house
        self._number = number
        self._range = (start, stop)
        self._running: Iterator[bytes] | None = None

    def app_iter_range(self, start: int, stop: int) -> PackageBytes:
        """Return a part of it: WebOb asks for it where the reader asked for a range."""
        return PackageBytes(self._house, self._number, start, stop)

    def __iter__(self) -> Iterator[bytes]:
        self._running = self._pieces()
        return self._running

    def _pieces(self) -> Iterator[bytes]:
        try:
            with self._house.databases.connection() as connection:
                export = connection.root()[KEY].by_id[self._number]
                yield from archive_of(export).stream(*self._range)
        except Damaged as error:
            delivered.damaged(self._house, self._number, error)
            raise

    def close(self) -> None:
        """Give the connection back; the server calls it, also where the reader went away."""
        if self._running is not None:
            self._running.close()  # type: ignore[attr-defined]


def download(request: Any) -> Response:
    """Send a package, or the range of it that is asked for."""
    desk, uid = request.desk, request.matchdict["uid"]
    export, dossier = delivering.find(desk, uid)
    asked = request.range
    first = asked.start if asked is not None and asked.start is not None else 0
    delivering.download(desk, dossier, export=uid, first=max(first, 0))
    response = Response(content_type="application/zip", conditional_response=True)
    response.app_iter = PackageBytes(request.house, export.id)
    response.content_length = export.size
    response.accept_ranges = "bytes"
    response.etag = export.etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    # The name of a package is ASCII by itself (preservation.names).
    response.content_disposition = f'attachment; filename="{export.top}.zip"'
    return response


def includeme(config: Any) -> None:
    config.add_act_view(
        delivering.download, download, route_name="package-file", request_method="GET"
    )
