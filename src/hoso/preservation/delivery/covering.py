"""What an accepted package stands for: the very papers, as they were when it was frozen.

A receipt of an archive is for bytes.  Whoever destroys what an archive had to take over first
must know that nothing was added or changed since: each paper of a package is noted at the freeze
by its digest and revision, and held against what is there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.preservation.delivery.model import Export
from hoso.preservation.delivery.register import of_dossier
from hoso.records.model import Document

__all__ = ["is_signed_for", "note_papers", "uncovered"]


def _print_of(paper: Document) -> bytes:
    """Return what changes with a paper: its bytes, what is said of it, and where it stands."""
    said = f"{paper.uid} {paper.sha256} {paper.revision} {paper.state}"
    return hashlib.sha256(said.encode()).digest()


def note_papers(export: Export, papers: Iterable[Document]) -> None:
    """Note the papers of a package that is being frozen, as they are now."""
    export.covers = OOBTree({paper.uid: _print_of(paper) for paper in papers})


def is_signed_for(root: Any, dossier: str) -> bool:
    """Say whether an archive took over any package of a dossier (its uid)."""
    return any(export.state == "accepted" for export in of_dossier(root, dossier))


def uncovered(
    root: Any, dossier: str, papers: Iterable[Document], *, also: Iterable[Export] = ()
) -> list[Document]:
    """Return the papers that are in no package an archive took over, or not as they are now.

    :param dossier: its uid.  A dossier may go to the archive in several packages.
    :param also: packages to be counted as if they had been taken over.
    """
    taken = [export for export in of_dossier(root, dossier) if export.state == "accepted"]
    taken += also
    return [
        paper
        for paper in papers
        if not any(
            (export.covers if export.covers is not None else {}).get(paper.uid) == _print_of(paper)
            for export in taken
        )
    ]
