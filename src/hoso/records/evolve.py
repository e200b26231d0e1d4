"""Evolution steps of the record tree, one function each; each yields where it may commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree

from hoso.kernel.tree import Folder
from hoso.records import filing

__all__ = ["add_batches"]

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
