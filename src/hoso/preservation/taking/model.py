"""The persistent classes of packages that were taken in; their dotted names are on disk."""

from __future__ import annotations

from typing import Any

from BTrees.OOBTree import OOBTree
from persistent import Persistent

__all__ = ["ForeignFile", "TakenPackage", "TakenPackages"]


class TakenPackages(Persistent):
    """Every package that was taken in, by uid; ``by_digest`` leads from its bytes to the uid."""

    def __init__(self) -> None:
        self.by_uid: OOBTree = OOBTree()
        self.by_digest: OOBTree = OOBTree()


class TakenPackage(Persistent):
    """One package: whence, when, by whom, what became of it, and all in it that is no paper.

    ``digest`` is the SHA-256 over the digests of all its files by path; ``profile`` what it was
    recognised as, ``identifier`` what it calls itself.  ``dossier`` is the uid of the dossier
    that was restored, or ""; ``papers`` leads from a path in the package to the uid of the
    document made of it.  ``foreign`` has every other file by path: nothing is dropped.
    ``findings`` are what the reader remarked without refusing it: rule, path, sentence.
    ``answer`` is the receipt that went back and ``answer_signature`` its detached signature,
    empty while nobody signed for it.
    """

    answer = b""
    answer_signature = b""
    answered_at = ""
    answered_by = ""

    def __init__(self, uid: str, *, name: str, unit: Any, at: str, by: str) -> None:
        self.uid = uid
        self.name = name
        self.unit = unit
        self.at = at
        self.by = by
        self.digest = ""
        self.profile = ""
        self.identifier = ""
        self.dossier = ""
        self.files = 0
        self.bytes = 0
        self.papers: OOBTree = OOBTree()
        self.foreign: OOBTree = OOBTree()
        self.findings: tuple[tuple[str, str, str], ...] = ()

    def __repr__(self) -> str:
        return f"<TakenPackage {self.identifier or self.name}>"


class ForeignFile(Persistent):
    """A file of a package that is no paper: metadata, documentation, schemas, as it came."""

    def __init__(self, blob: Any, *, size: int, sha256: str) -> None:
        self.blob = blob
        self.size = size
        self.sha256 = sha256
