"""Dossiers, papers and units: look up, find, make, move on.

``type`` is a key of the catalogs: a dossier type (``CC``) for a dossier, a document type
(``D05``) for a paper.  ``id`` of a dossier is its number; a paper has no name but its uid.
There is no ``move``, ``rename``, ``copy`` or ``delete``: an address holds for ever.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from hoso.api.exc import InvalidParameterError, MissingParameterError
from hoso.api.here import acting, here
from hoso.desk import documents, dossiers, intake, searching, setting_aside
from hoso.desk.desk import Desk
from hoso.kernel.errors import Missing
from hoso.kernel.tree import lineage
from hoso.records.filing import DESCRIPTION
from hoso.records.model import Document, Dossier, Site, Unit
from hoso.storage.blobs import spool

__all__ = [
    "Brain",
    "create",
    "find",
    "get",
    "get_path",
    "get_state",
    "get_uuid",
    "transition",
]

Record = Unit | Dossier | Document
_KINDS = (Unit, Dossier, Document)
_MISSING = object()
_QUERY = ("portal_type", "SearchableText", "Title", "sort_limit")
_PAGE = 1000
# As deep as the engine goes into one answer.
_MOST = 10_000


def get(path: str | None = None, UID: str | None = None) -> Record | None:  # noqa: N803
    """Return a record by its path under the site or by its uid; ``None`` where there is none.

    A record one may not see is not there.
    """
    desk = here()
    if (path is None) == (UID is None):
        raise MissingParameterError(names="path, UID")
    if UID is not None:
        try:
            found: Record = desk.find(UID, _KINDS)
        except Missing:
            return None
        return found
    place: Any = desk.site
    for part in filter(None, str(path).split("/")):
        try:
            place = place[part]
        except (KeyError, TypeError):
            return None
    return place if isinstance(place, _KINDS) and desk.sees(place) else None


def create(
    container: Unit | Dossier | None = None,
    type: str | None = None,  # noqa: A002 - plone.api's name
    id: str | None = None,  # noqa: A002 - plone.api's name
    title: str | None = None,
    **kwargs: Any,
) -> Dossier | Document:
    """Open a dossier in a unit, or file a paper into a dossier; return it.

    :param type: of a dossier in a unit, of a paper in a dossier; ``"File"`` in a unit puts a
        paper into the unit's tray, to be read and described there.
    :param id: the number of a dossier; it is taken as given or refused (no *safe_id*).
    :param title: the person's name or the matter; of a paper its subject.
    :param kwargs: ``birth_date``, ``gender`` of a dossier; ``file`` (bytes, a path, a stream),
        ``filename`` and the description of a paper (``number``, ``symbol``, ``date``, …).
    """
    if container is None or type is None:
        raise MissingParameterError(names="container, type")
    with acting() as desk:
        if isinstance(container, Unit) and type in desk.rulebook.dossier_types:
            if not id:
                raise MissingParameterError(names="id")
            _only(kwargs, ("birth_date", "gender"))
            return dossiers.open_(desk, container, code=id, type_=type, name=title or "", **kwargs)
        if isinstance(container, Unit) and type == "File":
            _only(kwargs, ("file", "filename"))
            return _received(desk, container, **kwargs)
        if isinstance(container, Dossier) and type in desk.rulebook.document_types:
            _only(kwargs, ("file", "filename", *DESCRIPTION))
            given = {name: kwargs.pop(name) for name in DESCRIPTION if name in kwargs}
            paper = _received(desk, container.unit, **kwargs)
            return intake.file(
                desk,
                paper,
                dossier=container.code,
                typed={**given, "type": type, "title": title or ""},
                revision=None,
                unread=True,
            )
        raise InvalidParameterError(value=type, known=_types(desk, container))


def _types(desk: Desk, container: Any) -> str:
    if isinstance(container, Unit):
        return ", ".join([*desk.rulebook.dossier_types, "File"])
    if isinstance(container, Dossier):
        return ", ".join(desk.rulebook.document_types)
    return "a unit or a dossier as container"


def _only(given: Mapping[str, Any], known: Iterable[str]) -> None:
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InvalidParameterError(value=", ".join(unknown), known=", ".join(known))


def _received(
    desk: Desk, unit: Unit, *, file: bytes | Path | str | BinaryIO | None = None, filename: str = ""
) -> Document:
    if file is None:
        raise MissingParameterError(names="file")
    with _stream(file) as stream:
        spooled = spool(stream, desk.house.spool, limit=desk.house.upload_limit)
    if not filename and isinstance(file, str | Path):
        filename = Path(file).name
    try:
        got = intake.receive(desk, unit, spooled=spooled, name=filename.encode())
    except BaseException:
        spooled.discard()
        raise
    if got.outcome == "duplicate":
        raise InvalidParameterError("These bytes are here already.")
    return got.document


@contextmanager
def _stream(file: bytes | Path | str | BinaryIO) -> Any:
    if isinstance(file, bytes):
        yield io.BytesIO(file)
    elif isinstance(file, str | Path):
        with Path(file).open("rb") as stream:
            yield stream
    else:
        yield file


@dataclass(frozen=True)
class Brain:
    """One thing found, under plone's names; ``getObject`` gives the record."""

    UID: str
    id: str
    Title: str
    portal_type: str
    review_state: str
    path: str

    def getPath(self) -> str:  # noqa: N802 - plone's name
        """Return where it is, as :func:`get` takes it."""
        return self.path

    def getObject(self) -> Record | None:  # noqa: N802 - plone's name
        """Return the record itself."""
        return get(UID=self.UID)


def _brain(record: Dossier | Document) -> Brain:
    dossier = isinstance(record, Dossier)
    return Brain(
        UID=record.uid,
        id=record.code if dossier else record.uid,
        Title=record.name if dossier else record.title,
        portal_type=record.type,
        review_state=record.state,
        path=get_path(record),
    )


def find(context: Any = None, **kwargs: Any) -> list[Brain]:
    """Find dossiers and papers one may see; nothing asked for finds nothing.

    :param context: a dossier (its papers), a unit (what it and those below it keep), or the site.
    :param kwargs: ``portal_type``, a key or several; ``SearchableText``, the words of the search
        page, for papers; ``Title``, words of a name, for dossiers; ``sort_limit``.

    Answers come from the index as of the last commit, save those about one dossier without
    words, which are read from the dossier.  There is no *depth*, and *unrestricted* least of all.
    """
    _only(kwargs, _QUERY)
    if context is None and not any(kwargs.get(name) for name in _QUERY[:3]):
        return []
    desk = here()
    limit = min(int(kwargs.get("sort_limit") or _MOST), _MOST)
    wanted = kwargs.get("portal_type") or ()
    types = (wanted,) if isinstance(wanted, str) else tuple(wanted)
    rulebook = desk.rulebook
    of_dossiers = [key for key in types if key in rulebook.dossier_types]
    of_papers = [key for key in types if key in rulebook.document_types]
    if len(of_dossiers) + len(of_papers) < len(types):
        known = ", ".join([*rulebook.dossier_types, *rulebook.document_types])
        raise InvalidParameterError(value=", ".join(types), known=known)
    text, title = kwargs.get("SearchableText", ""), kwargs.get("Title", "")
    if isinstance(context, Dossier) and not text:
        return _inside(desk, context, of_papers if types else None, limit=limit)
    house: Any = desk.house
    house.catch_up()
    found: list[Brain] = []
    if not isinstance(context, Dossier) and not text and (of_dossiers or not types):
        for key in of_dossiers or [""]:
            found += _dossiers(desk, context, key, title, limit=limit - len(found))
    if not title and (of_papers or not types):
        found += _papers(desk, context, of_papers, text, limit=limit - len(found))
    return found


def _inside(desk: Desk, dossier: Dossier, types: list[str] | None, *, limit: int) -> list[Brain]:
    if not desk.sees(dossier):
        return []
    papers = dossiers.visible_documents(desk, dossier)
    return [
        _brain(p) for p in islice((p for p in papers if types is None or p.type in types), limit)
    ]


def _dossiers(desk: Desk, context: Any, key: str, words: str, *, limit: int) -> list[Brain]:
    unit = context.key if isinstance(context, Unit) else ""
    found: list[Brain] = []
    offset = 0
    while len(found) < limit and offset < _MOST:
        with acting():
            page = searching.listing(
                desk, desk.site, words=words, unit=unit, type_=key, offset=offset, limit=_PAGE
            )
        found += map(_brain, page.dossiers)
        offset += _PAGE
        if offset >= page.total:
            break
    return found[:limit]


def _papers(
    desk: Desk, context: Any, types: Sequence[str], text: str, *, limit: int
) -> list[Brain]:
    chosen: dict[str, Sequence[str]] = {"type": types} if types else {}
    if isinstance(context, Unit):
        chosen["unit"] = (context.key,)
    elif isinstance(context, Dossier):
        chosen["dossier"] = (context.code,)
    found: list[Brain] = []
    offset = 0
    while len(found) < limit and offset < _MOST:
        with acting():
            page = searching.search(
                desk, desk.site, text=text, chosen=chosen, offset=offset, limit=_PAGE
            )
        found += (_brain(result.document) for result in page.results)
        offset += _PAGE
        if offset >= page.total:
            break
    return found[:limit]


def get_state(obj: Any = None, default: Any = _MISSING) -> Any:
    """Return the state of a paper or a dossier."""
    if isinstance(obj, Document | Dossier):
        return obj.state
    if default is not _MISSING:
        return default
    raise InvalidParameterError(value=repr(obj), known="a dossier, a paper")


def get_uuid(obj: Any = None) -> str:
    """Return the uid of a record: 13 letters and digits, for ever."""
    if not isinstance(obj, _KINDS):
        raise InvalidParameterError(value=repr(obj), known="a unit, a dossier, a paper")
    return obj.uid


def get_path(obj: Any = None, relative_to_portal: bool = False) -> str:  # noqa: FBT001, FBT002
    """Return where a record is, as in the address of its page.

    The site is the root of its own server, so *relative_to_portal* changes nothing.
    """
    del relative_to_portal
    if not isinstance(obj, (*_KINDS, Site)):
        raise InvalidParameterError(value=repr(obj), known="the site, a unit, a dossier, a paper")
    return "/" + "/".join(reversed([place.__name__ for place in lineage(obj) if place.__name__]))


def transition(
    obj: Any = None,
    transition: str | None = None,
    to_state: str | None = None,
    comment: str = "",
    **kwargs: Any,
) -> None:
    """Take the step *transition* of the profile's workflow, or the one that leads to *to_state*.

    Of a paper: ``file`` (``dossier=`` and its description), ``withdraw``, ``release`` and
    ``quarantine``, which want a *comment*; of a dossier: ``close`` (``ended=``).  Steps of the
    readers are theirs.  One step, never a way of several.
    """
    if (transition is None) == (to_state is None):
        raise MissingParameterError(names="transition, to_state")
    kind = "document" if isinstance(obj, Document) else "dossier"
    if not isinstance(obj, Document | Dossier):
        raise InvalidParameterError(value=repr(obj), known="a dossier, a paper")
    with acting() as desk:
        steps = [
            step
            for step in desk.rulebook.workflows[kind].leading_from(obj.state)
            if (kind, step.key) in _STEPS
        ]
        step = next((s for s in steps if transition == s.key or to_state == s.to), None)
        if step is None:
            known = ", ".join(s.key for s in steps) or "none"
            raise InvalidParameterError(value=str(transition or to_state), known=known)
        _STEPS[kind, step.key](desk, obj, comment, kwargs)


def _file(desk: Desk, paper: Document, _comment: str, given: dict[str, Any]) -> None:
    _only(given, ("dossier", *DESCRIPTION))
    known = {name: getattr(paper, name) for name in DESCRIPTION if name != "level"}
    dossier = given.pop("dossier", "")
    code = dossier.code if isinstance(dossier, Dossier) else str(dossier)
    typed = {**known, **given}
    intake.file(desk, paper, dossier=code, typed=typed, revision=paper.revision)


def _withdraw(desk: Desk, paper: Document, comment: str, given: dict[str, Any]) -> None:
    _only(given, ())
    documents.withdraw(desk, paper, why=comment, revision=paper.revision)


def _release(desk: Desk, paper: Document, comment: str, given: dict[str, Any]) -> None:
    _only(given, ())
    setting_aside.release(desk, paper, why=comment, revision=paper.revision)


def _quarantine(desk: Desk, paper: Document, comment: str, given: dict[str, Any]) -> None:
    _only(given, ())
    setting_aside.set_aside(desk, paper, why=comment, revision=paper.revision)


def _close(desk: Desk, dossier: Dossier, _comment: str, given: dict[str, Any]) -> None:
    _only(given, ("ended",))
    dossiers.close(desk, dossier, ended=str(given.get("ended", "")), revision=dossier.revision)


_STEPS: Mapping[tuple[str, str], Any] = {
    ("document", "file"): _file,
    ("document", "withdraw"): _withdraw,
    ("document", "release"): _release,
    ("document", "quarantine"): _quarantine,
    ("dossier", "close"): _close,
}
