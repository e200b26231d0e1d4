"""Evolution steps of the record tree, one function each; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from hoso.kernel.tree import Folder
from hoso.records import filing
from hoso.records.marking import SECRET
from hoso.records.model import Document, Dossier, MarkRegister

__all__ = ["add_batches", "add_marks"]

_AT_ONCE = 500


def add_batches(root: Any) -> Iterator[None]:
    """Give a site of version 0.1 its batches, serial codes, and an index of its trays."""
    site = root["site"]
    if "batches" not in site.__dict__:
        site.batches = Folder()
        site.batches.__name__, site.batches.__parent__ = "batches", site
        site.trays, site.by_serial = LOBTree(), OOBTree()
        yield
    for count, document in enumerate(list(site.tray.values()), start=1):
        filing.lay_in_tray(site, document)
        if not count % _AT_ONCE:
            yield
    yield


def add_marks(root: Any) -> Iterator[None]:
    """Note which records are secret by what was typed: no mark was ever recorded before."""
    if "marks" not in root:
        root["marks"] = MarkRegister()
        yield
    register: MarkRegister = root["marks"]
    for count, (number, record) in enumerate(root["site"].by_id.items(), start=1):
        if isinstance(record, Document | Dossier) and record.level >= SECRET:
            register.bare.add(number)
        if not count % _AT_ONCE:
            yield
    yield
