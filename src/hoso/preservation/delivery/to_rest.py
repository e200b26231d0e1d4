"""Bring a package to an address over HTTP, in pieces: tus 1.0.0 (core, creation).

``POST`` makes the upload and says where it lives, ``HEAD`` says how much of it arrived, ``PATCH``
adds a piece.  Where it lives is kept between tries.  Whatever comes back is believed only where
it makes sense: an archive that answers nonsense is one that did not answer, and the words that
open it are sent to no other address than the one that was written down.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

from hoso.preservation.delivery.destinations import Rest
from hoso.preservation.delivery.transport import (
    PIECE,
    Delivered,
    Hashed,
    NotDelivered,
    Parcel,
    WaitsForPerson,
    size_in,
)

__all__ = ["bring_to_rest"]

_TUS = {"Tus-Resumable": "1.0.0"}
_PIECE_TYPE = "application/offset+octet-stream"
_GONE = frozenset({404, 410})
#: Answers that trying again by itself would not change.
_REFUSED = frozenset({400, 401, 403, 404, 405, 411, 412, 413, 415, 422})
#: Most bytes of an answer that are read; nothing is wanted of it but its head.
_LARGEST = 1 << 16


def bring_to_rest(parcel: Parcel, destination: Rest) -> Delivered:
    """Send the package, from where an earlier try ended."""
    import requests

    try:
        with _session(destination) as session:
            return _Way(destination, session).bring(parcel)
    except requests.RequestException as error:
        raise NotDelivered(
            "{where} does not answer ({why}). It is tried again.",
            where=destination.where,
            why=type(error).__name__,
        ) from error


@contextmanager
def _session(destination: Rest) -> Iterator[Any]:
    import requests

    with requests.Session() as session:
        # Neither a proxy nor a .netrc of the machine's environment: what was written down counts.
        session.trust_env = False
        session.headers.update(_TUS)
        if destination.token:
            session.headers["Authorization"] = f"Bearer {destination.token}"
        if destination.ca_file is not None:
            session.verify = str(destination.ca_file)
        yield session


class _Unexpected(NotDelivered):
    message = "{where} answered {status} where it should have taken the package. Ask who keeps it."


class _Refused(WaitsForPerson):
    message = _Unexpected.message


class _Way:
    """One conversation with the address."""

    def __init__(self, destination: Rest, session: Any) -> None:
        self._destination = destination
        self._session = session

    def bring(self, parcel: Parcel) -> Delivered:
        hashed = Hashed(parcel)
        place, offset = parcel.place, 0
        if place:
            known = self._offset(place, parcel.size)
            place, offset = ("", 0) if known is None else (place, known)
        if not place:
            place = self._make(parcel.name, parcel.size, parcel.archive.etag)
            parcel.placed(place)
        if offset:
            hashed.pass_over(offset)
        for piece in hashed.pieces(PIECE):
            self._add(place, hashed.offset - len(piece), piece)
            parcel.moved(hashed.offset)
        for name, content in parcel.small(hashed.sha256).items():
            self._add(self._make(name, len(content), ""), 0, content)
        return Delivered(hashed.sha256, offset)

    def _ask(self, method: str, url: str, headers: Mapping[str, str], content: bytes = b"") -> Any:
        answer = self._session.request(
            method,
            url,
            data=content,
            headers=dict(headers),
            timeout=self._destination.seconds,
            allow_redirects=False,
            stream=True,
        )
        with answer:
            answer.raw.read(_LARGEST, decode_content=False)
        return answer

    def _make(self, name: str, size: int, etag: str) -> str:
        said = {"filename": name, "filetype": "application/zip", "etag": etag}
        metadata = ",".join(
            f"{key} {base64.b64encode(value.encode()).decode()}"
            for key, value in said.items()
            if value
        )
        headers = {"Upload-Length": str(size), "Upload-Metadata": metadata}
        answer = self._ask("POST", self._destination.url, headers)
        if answer.status_code != 201:
            raise self._unexpected(answer)
        try:
            place = urljoin(self._destination.url, str(answer.headers.get("Location", "")))
        except ValueError as error:
            raise self._nonsense("Location") from error
        if _origin(place) != _origin(self._destination.url) or place == self._destination.url:
            raise self._nonsense("Location")
        return place

    def _offset(self, place: str, size: int) -> int | None:
        """Return how much arrived; ``None`` where the upload is no more."""
        answer = self._ask("HEAD", place, {})
        if answer.status_code in _GONE:
            return None
        if answer.status_code not in {200, 204}:
            raise self._unexpected(answer)
        offset = size_in(answer.headers.get("Upload-Offset"), most=size)
        length = size_in(answer.headers.get("Upload-Length"), most=size)
        if offset is None or length != size:
            raise self._nonsense("Upload-Offset")
        return offset

    def _add(self, place: str, offset: int, piece: bytes) -> None:
        headers = {"Upload-Offset": str(offset), "Content-Type": _PIECE_TYPE}
        answer = self._ask("PATCH", place, headers, piece)
        if answer.status_code != 204:
            raise self._unexpected(answer)
        ends = offset + len(piece)
        if size_in(answer.headers.get("Upload-Offset"), most=ends) != ends:
            raise self._nonsense("Upload-Offset")

    def _unexpected(self, answer: Any) -> NotDelivered:
        kind = _Refused if answer.status_code in _REFUSED else _Unexpected
        return kind(where=self._destination.where, status=answer.status_code)

    def _nonsense(self, what: str) -> NotDelivered:
        return NotDelivered(
            "{where} answered nonsense ({what}). It is tried again.",
            where=self._destination.where,
            what=what,
        )


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        split = urlsplit(url)
        port = split.port
    except ValueError:  # no number, or none that a port can have
        return "", "", None
    return split.scheme, split.hostname or "", port
