"""Files sent in pieces: the protocol tus 1.0, core and creation (https://tus.io).

A broken line, a closed browser or a restarted server costs one piece, not the file.  The piece
is streamed to disk; whoever sends the last one has the file taken in as any other is, by the
same act.  ``GET`` of an upload, which tus leaves free, tells what became of it.
"""

from __future__ import annotations

import base64
import binascii
import os
from contextlib import ExitStack
from typing import Any

from pyramid.response import Response

from hoso.desk import batches, intake
from hoso.http.errors import STATUS
from hoso.kernel.errors import Forbidden, HosoError, Invalid, Missing, Unusable
from hoso.records.model import Batch
from hoso.storage.blobs import TOO_LARGE
from hoso.storage.uploads import OffsetMismatch, Upload, UploadBusy, Uploads
from hoso.web.views.sending import door_said, turned_away
from hoso.web.words import Word

__all__ = ["includeme"]

VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
#: Most characters of what a sender says of a file, and of the file's name.
_LONGEST = 4000
_FIELDS = {"filename", "batch"}


def _answer(status: int, said: dict[str, Any] | None = None, **headers: str) -> Response:
    response = Response(status=status)
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    for name, value in headers.items():
        response.headers[name.replace("_", "-")] = value
    if said is not None:
        response.content_type = "application/json"
        response.json_body = said
    elif status != 200:
        response.content_type = None
    return response


def _wrong(request: Any, status: int, reason: Word, **headers: str) -> Response:
    said = request.language.say(reason.text)
    return _answer(status, {"outcome": "", "tone": "bad", "reason": said}, **headers)


def _refused(request: Any, error: HosoError, status: int = 0) -> Response:
    """Answer for what the desk refuses; nothing was taken in."""
    language = request.language
    faults = error.faults if isinstance(error, Invalid) else ()
    reason = " ".join(map(language.error, faults)) or language.error(error)
    said = door_said(request, "", "refused", reason)
    return _answer(status or STATUS[error.kind], _told(said))


def _told(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": said["outcome"].text,
        "tone": said["outcome"].tone,
        "reason": said["reason"],
        "url": said["url"],
        "good": said["good"],
    }


def _uploads(request: Any) -> Uploads:
    return Uploads(request.house.uploads)


def _upload(request: Any) -> Upload:
    found = _uploads(request).find(request.matchdict["id"], owner=request.identity.login)
    if found is None:
        raise Missing
    return found


def _other_version(request: Any) -> Response | None:
    """Refuse a sender who speaks another version (tus 1.0, "Tus-Resumable")."""
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _wrong(
        request, 412, Word("The sender speaks another version of tus."), Tus_Version=VERSION
    )


def abilities(request: Any) -> Any:
    """Say what is understood here."""
    return _answer(
        204,
        Tus_Version=VERSION,
        Tus_Extension="creation",
        Tus_Max_Size=str(request.house.upload_limit),
    )


def _length(text: str | None) -> int:
    """Return a number of bytes; -1 where it is none."""
    plain = text is not None and text.isascii() and text.isdigit() and len(text) < 16
    return int(text) if plain and text is not None else -1


def _facts(metadata: str) -> dict[str, str] | None:
    """Return what the sender says of the file (tus 1.0, "Upload-Metadata"); ``None`` nonsense."""
    facts: dict[str, str] = {}
    if len(metadata) > 2 * _LONGEST:
        return None
    for pair in metadata.split(","):
        name, _, value = pair.strip().partition(" ")
        if name not in _FIELDS:
            continue
        try:
            # Names that are no UTF-8 stay the bytes they are.
            facts[name] = os.fsdecode(base64.b64decode(value, validate=True))
        except (binascii.Error, ValueError):
            return None
    return facts if len(facts.get("filename", "")) <= _LONGEST else None


def create(request: Any) -> Any:
    """Begin an upload into a batch."""
    other = _other_version(request)
    if other is not None:
        return other
    size = _length(request.headers.get("Upload-Length"))
    facts = _facts(request.headers.get("Upload-Metadata", ""))
    if size < 0 or facts is None or "batch" not in facts:
        return _wrong(request, 400, Word("State the length of the file, its name and the batch."))
    batch: Batch = request.desk.find(facts["batch"], Batch)
    if size > request.house.upload_limit:
        error = Unusable(TOO_LARGE, limit=request.house.upload_limit >> 20)
        name = os.fsencode(facts.get("filename", ""))
        try:
            turned_away(request, batch, name=name, size=size, error=error)
        except Invalid as closed:
            return _refused(request, closed)
        # What came to the door and was not let in is written down all the same.
        request.environ["hoso.commit"] = True
        return _refused(request, error, 413)
    try:
        upload = _uploads(request).begin(owner=request.identity.login, size=size, facts=facts)
        if upload.is_whole:
            _take_in(request, upload)
    except (Forbidden, Missing):
        raise
    except HosoError as error:
        return _refused(request, error)
    return _answer(201, Location=request.route_path("upload", id=upload.name))


def how_far(request: Any) -> Any:
    """Say how many bytes are safe."""
    other = _other_version(request)
    if other is not None:
        return other
    upload = _upload(request)
    return _answer(200, Upload_Offset=str(upload.offset), Upload_Length=str(upload.size))


def outcome(request: Any) -> Any:
    """Tell what became of the file, in the reader's language as it was when it came."""
    upload = _upload(request)
    return _answer(
        200, {"offset": upload.offset, "size": upload.size, **(upload.answer or {"outcome": ""})}
    )


def append(request: Any) -> Any:
    """Add a piece; with the last one the file is taken in."""
    other = _other_version(request)
    if other is not None:
        return other
    if request.content_type != _PIECE:
        return _wrong(request, 415, Word("Send the piece as application/offset+octet-stream."))
    offset = _length(request.headers.get("Upload-Offset"))
    length = request.content_length
    if offset < 0 or length is None:
        return _wrong(request, 400, Word("State where the piece begins, and its length."))
    uploads, upload = _uploads(request), _upload(request)
    try:
        if upload.answer is None:
            upload = uploads.append(
                upload,
                request.body_file_seekable,
                offset=offset,
                length=length,
                repeated=request.environ.get("retry.attempt", 0) > 0,
            )
            if upload.is_whole:
                _take_in(request, upload)
    except OffsetMismatch as wrong:
        said = Word("The piece begins elsewhere than the last one ended.")
        return _wrong(request, 409, said, Upload_Offset=str(wrong.offset))
    except UploadBusy:
        return _wrong(request, 423, Word("Another request adds to the same file."))
    except (Forbidden, Missing):
        raise
    except HosoError as error:
        return _refused(request, error)
    return _answer(204, Upload_Offset=str(upload.offset))


def _take_in(request: Any, upload: Upload) -> None:
    """Hand the whole file on; what became of it is kept when that is committed."""
    uploads = _uploads(request)
    name = upload.facts.get("filename", "")
    batch: Batch = request.desk.find(upload.facts["batch"], Batch)
    held = ExitStack()
    # Held until the commit: a sender who lost the line and comes back while it is under way must
    # not meet its own file as one that was here before.
    request.add_finished_callback(lambda _request: held.close())
    spooled = held.enter_context(uploads.handing_on(upload, request.house.spool))
    if spooled is None:
        return
    # What was committed has a link of its own; nothing else may stay behind.
    held.callback(spooled.discard)
    got = intake.receive(
        request.desk, batch.unit, spooled=spooled, name=os.fsencode(name), batch=batch
    )
    said = _told(door_said(request, name, got.outcome, "", document=got.document))

    def keep(committed: bool) -> None:  # noqa: FBT001 - ZODB's hook gives it so
        if committed:
            uploads.answered(upload, said)

    request.tm.get().addAfterCommitHook(keep)


def includeme(config: Any) -> None:
    for route, method, act, view in (
        ("uploads", "OPTIONS", batches.listing, abilities),
        ("uploads", "POST", intake.receive, create),
        ("upload", "HEAD", batches.listing, how_far),
        ("upload", "GET", batches.listing, outcome),
        ("upload", "PATCH", intake.receive, append),
    ):
        config.add_act_view(act, view, route_name=route, request_method=method)
