"""Evolution steps of retention; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.Length import Length
from BTrees.OOBTree import OOTreeSet

from hoso.records.model import Document, Dossier
from hoso.retention import contents, holds
from hoso.retention.model import Calendar, Contents, Holds

__all__ = ["add_contents", "lying_in"]

#: Dossiers read between two commits.
_BATCH = 100


def lying_in(dossier: Dossier) -> Iterator[tuple[int, str, str]]:
    """Yield (id, type, date) of the papers whose classes count for a dossier's period."""
    for document in dossier.values():
        if document.state != "withdrawn":
            yield document.id, document.type, document.date


def add_contents(root: Any) -> Iterator[None]:
    """Note what lies in each dossier, and which held papers lie where."""
    calendar: Calendar = root["retention-calendar"]
    calendar._p_activate()  # noqa: SLF001 - a ghost's own attributes are not read yet
    if "again" not in calendar.__dict__:
        calendar.again = OOTreeSet()
    kept: Holds = root["retention-holds"]
    kept._p_activate()  # noqa: SLF001
    for name, make in (("inside", OOTreeSet), ("ends", OOTreeSet), ("placed", Length)):
        if name not in kept.__dict__:
            setattr(kept, name, make())
    if "retention-contents" not in root:
        root["retention-contents"] = Contents()
    yield
    for paper, _ in kept.by_record:
        record = root["site"].by_id.get(paper)
        if isinstance(record, Document) and record.dossier is not None:
            holds.lies(kept, paper, dossier=record.dossier.id, before=0)
    yield
    for count, dossier in enumerate(root["site"].dossiers.values(), start=1):
        contents.lay_down(root["retention-contents"], dossier.id, lying_in(dossier))
        if count % _BATCH == 0:
            yield
            root._p_jar.cacheGC()  # noqa: SLF001 - ZODB's protocol
    yield
