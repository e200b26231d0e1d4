"""What the house keeps of a person beside the dossier, and lets go of when that is destroyed.

Beside the records there are copies of what they say: the list by which papers were imported, the
descriptions in a package that was taken in, what was recorded of the person's leaving.  Each is
asked in the transaction that destroys (``retention.interfaces.IHoldsCopies``).  What is kept by
law, and for how long, stands in ``docs/security.md``, "What is destroyed".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from zope.interface import implementer

from hoso.desk.desk import Desk
from hoso.ingest.bulk.model import Import
from hoso.kernel import ids
from hoso.personnel.model import Leaving
from hoso.records.model import Document, Dossier
from hoso.retention.interfaces import IHoldsCopies
from hoso.storage.shredding import oid_of

__all__ = ["ImportLists", "ServiceFacts", "TakenDescriptions", "let_lists_go"]

#: States in which nobody needs the list of an import any more.
_OVER = frozenset({"done", "failed"})


def _is_whole(root: Any, dossier: Dossier) -> bool:
    """Say whether the dossier itself goes: it is in the bin then, and not one paper of it."""
    return dossier.id not in root["site"].by_id


@implementer(IHoldsCopies)
class ImportLists:
    """Marks the lists of imports that name what is destroyed; housekeeping lets go of them.

    A list is one file with rows of many; none can be taken out without making another file.  It
    is needed until the import is over, and nobody reads it afterwards.
    """

    name = "import-lists"

    def forget(self, root: Any, dossier: Dossier, papers: Iterable[Document]) -> Iterable[Any]:  # noqa: ARG002
        kept = root.get("imports")
        gone = [paper.id for paper in papers]
        for job in kept.imports.values() if kept is not None else ():
            known = job.papers
            if job.list is not None and known is not None and any(n in known for n in gone):
                job.names_destroyed = True
        return ()


def let_lists_go(desk: Desk) -> list[Import]:
    """Let go of the lists that name what was destroyed; return those whose bytes are to be removed."""
    kept = desk.root.get("imports")
    found = []
    for job in kept.imports.values() if kept is not None else ():
        if job.names_destroyed and job.state in _OVER and job.list is not None:
            job.let_go = oid_of(job.list)
            job.list, job.list_name = None, b""
            desk.tell("import.list-let-go", job.unit, import_=job.uid, list=job.sha256)
        if job.let_go:
            found.append(job)
    return found


@implementer(IHoldsCopies)
class TakenDescriptions:
    """Gives up the descriptions of a package that was taken in, when all that came of it is gone."""

    name = "taken-packages"

    def forget(self, root: Any, dossier: Dossier, papers: Iterable[Document]) -> Iterable[Any]:
        kept = root.get("taken_packages")
        gone = {paper.uid for paper in papers}
        for one in kept.by_uid.values() if kept is not None else ():
            mine = _is_whole(root, dossier) and one.dossier == dossier.uid
            became = set(one.papers.values())
            if mine or (became & gone and not any(_is_there(root, uid) for uid in became - gone)):
                yield from (file.blob for file in one.foreign.values())
                one.foreign.clear()
                one.findings, one.name = (), one.uid


def _is_there(root: Any, uid: str) -> bool:
    return (ids.from_text(uid) or 0) in root["site"].by_id


@implementer(IHoldsCopies)
class ServiceFacts:
    """Gives up what is recorded of a person's leaving and age; handovers stay, as both sides' proof."""

    name = "service"

    def forget(self, root: Any, dossier: Dossier, papers: Iterable[Document]) -> Iterator[Any]:  # noqa: ARG002
        known = root.get("personnel")
        if known is not None and _is_whole(root, dossier):
            for number in known.of_dossier.pop(dossier.id, ()):
                leaving: Leaving = known.leavings.pop(number)
                known.coming.discard((leaving.effective, number))
                known.wanting.discard(number)
            known.ages.pop(dossier.id, None)
        return iter(())
