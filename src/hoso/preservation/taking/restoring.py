"""Make the dossier again that one of our own packages describes: the same facts, the same uids.

What is restored and exported once more gives the same bytes.  What a package does not carry
(who may see it, previews, readings) is not invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.kernel import ids
from hoso.kernel.errors import Fault
from hoso.records import filing
from hoso.records.model import (
    Document,
    Dossier,
    Dropped,
    Leaf,
    Mark,
    Reason,
    Site,
    Source,
    StatusEvent,
    Unit,
)
from hoso.storage.blobs import Spooled

__all__ = ["here_already", "lacking", "restore"]

_TEXTS = [
    "type",
    "form",
    "title",
    "number",
    "symbol",
    "date",
    "agency",
    "signer",
    "person",
    "state",
    "mime",
    "puid",
    "sha256",
    "sha512",
    "checked_at",
    "checked_by",
    "compared_at",
    "compared_by",
    "serial",
]
_NUMBERS = ("level", "pages", "size")


def lacking(said: Mapping[str, Any], files: Mapping[str, Spooled], base: str) -> list[Fault]:
    """Return what the description names and the package does not have, byte for byte."""
    faults: list[Fault] = []
    for one in said["files"]:
        file = _file(files, base, one["path"])
        if file is None or (file.sha256, file.sha512) != (
            one["sha256"].lower(),
            one["sha512"].lower(),
        ):
            faults.append(
                Fault("files", "{path} is not what it is said to be.", {"path": one["path"]})
            )
    originals = {one["document"] for one in said["files"] if _kind(one) == "original"}
    faults += [
        Fault("documents", "The paper {uid} has no original.", {"uid": one["uid"]})
        for one in said["documents"]
        if one["uid"] not in originals
    ]
    return faults


def here_already(site: Site, said: Mapping[str, Any]) -> list[Fault]:
    """Return what stands in the way: the same dossier, its number, or one of its papers."""
    faults: list[Fault] = []
    if said["code"] in site.dossiers:
        faults.append(Fault("code", "There is a dossier {code} already.", {"code": said["code"]}))
    faults += [
        Fault("uid", "The record {uid} is here already.", {"uid": uid})
        for uid in (said["identifier"], *(one["uid"] for one in said["documents"]))
        if ids.from_text(uid) in site.by_id
    ]
    return faults


def restore(
    site: Site, said: Mapping[str, Any], files: Mapping[str, Spooled], *, base: str, unit: Unit
) -> Dossier:
    """Put the dossier and its papers into the tree; everything was looked at before."""
    facts = said["dossier"]
    dossier = Dossier(facts["code"], facts["type"], facts["name"], unit)
    dossier.id = ids.from_text(said["identifier"]) or dossier.id
    for name in ("birth_date", "gender", "level", "state", "ended", "opened_at"):
        setattr(dossier, name, facts[name])
    dossier.changed_at = said["frozen_at"]
    dossier.marks = _marks(facts["marks"])
    dossier.status_events = tuple(
        StatusEvent(one["status"], one["effective"], one["evidence"], one["recorded"], "")
        for one in facts["standing"]
    )
    site.dossiers.add(dossier.code, dossier)
    site.by_id[dossier.id] = dossier
    for paper in said["documents"]:
        _paper(site, dossier, said, paper, files, base)
    return dossier


def _paper(
    site: Site,
    dossier: Dossier,
    said: Mapping[str, Any],
    facts: Mapping[str, Any],
    files: Mapping[str, Spooled],
    base: str,
) -> None:
    document = Document()
    document.id = ids.from_text(facts["uid"]) or document.id
    site._p_jar.add(document)  # noqa: SLF001 - ZODB's protocol: blobs need a home first
    document.unit = dossier.unit
    for name in (*_TEXTS, *_NUMBERS):
        setattr(document, name, facts[name])
    document.given_name = facts["given_name"].encode()
    document.marks = _marks(facts["marks"])
    document.notes = tuple(_said(note) for note in facts["notes"])
    document.signatures = tuple(_said(one) for one in facts["signatures"])
    document.identified = tuple((a, b, c) for a, b, c in facts["identified"])
    document.leaves = tuple(Leaf(*one) for one in facts["leaves"])
    document.dropped = tuple(Dropped(*one) for one in facts["dropped"])
    if facts["source"] is not None:
        document.source = Source("", facts["source"]["sha256"], tuple(facts["source"]["pages"]))
    made = _events(document, said)
    for one in said["files"]:
        if one["document"] == facts["uid"]:
            _rendition(document, one, files, base, made)
    site.by_id[document.id] = document
    dossier.add(document.uid, document)
    filing.remember_bytes(site, document)
    if document.serial and document.serial not in site.by_serial:
        site.by_serial[document.serial] = document.uid


def _events(document: Document, said: Mapping[str, Any]) -> tuple[str, str]:
    """Write when it came and was filed; return when and with what its copy was made."""
    made = ("", "")
    for event in said["events"]:
        if event["document"] != document.uid:
            continue
        if event["type"] == "ingestion":
            document.received_at, document.received_by = event["at"], event["by"]
        elif event["type"] == "accession":
            document.filed_at, document.filed_by = event["at"], event["by"]
        elif event["type"] == "migration":
            made = (event["at"], event["by"])
    return made


def _rendition(
    document: Document,
    said: Mapping[str, Any],
    files: Mapping[str, Spooled],
    base: str,
    made: tuple[str, str],
) -> None:
    kind = _kind(said)
    file = _file(files, base, said["path"])
    assert file is not None  # noqa: S101 - ``lacking`` was asked before
    came = (document.received_at, document.received_by)
    at, by = made if kind == "copy" else came
    filing.add_rendition(
        document,
        kind,
        file,
        mime=said["mime"],
        at=said.get("made_at", at),
        tool=said.get("made_by", by),
    )


def _kind(said: Mapping[str, Any]) -> str:
    """Return the name of a rendition; packages of before say it in the file's name only."""
    return str(said.get("kind") or said["name"].rpartition("/")[2].partition(".")[0])


def _file(files: Mapping[str, Spooled], base: str, path: str) -> Spooled | None:
    return files.get(f"{base}{path}") or files.get(path)


def _said(text: str) -> Reason:
    """Keep a sentence of another site as it is: it is no template any more."""
    return Reason("taken", "{text}", (("text", text),))


def _marks(said: list[Mapping[str, Any]]) -> tuple[Mark, ...]:
    return tuple(
        Mark(
            one["act"],
            one["level"],
            one["until"],
            one["basis"],
            one["determiner"],
            one["decided"],
            one["decision"],
            "",
            one["recorded"],
            "",
        )
        for one in said
    )
