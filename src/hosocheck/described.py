"""What the descriptions in a package say: read from each kind in its own way, then compared.

A description is a title, a number of documents, and each document's title and date.  JSON, EAD3,
the Vietnamese fields and Dublin Core of one package must say the same, and say what the
catalogue says.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, local, parsed, text_of

__all__ = ["Described", "described_in", "iso_day"]

# A day, a month or a year, as the circular writes them.
_VIETNAMESE_DAY = re.compile(r"(?:(?:(\d{2})/)?(\d{2})/)?(\d{4})")
EAD3 = "http://ead3.archivists.org/schema/"


@dataclass
class Described:
    """What one description says; ``None`` where its kind cannot say it.

    ``span`` are the first and the last day of the dossier, ``uids`` has title and day by uid where
    documents have one, ``holding`` the uids of those with files.  ``fielded`` counts documents where
    ``documents`` is only what a field says.  Texts are composed (NFC), days as ``YYYY-MM-DD`` or
    shorter.
    """

    path: str
    identifier: str | None = None
    code: str | None = None
    title: str | None = None
    documents: int | None = None
    titles: Counter[str] | None = None
    days: Counter[str] | None = None
    span: tuple[str, str] | None = None
    uids: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: list[tuple[str, int, str, str]] | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    holding: frozenset[str] = frozenset()
    frozen_at: str = ""
    fielded: int | None = None


def described_in(reading: Reading, base: str) -> list[Described]:
    """Read every description the checker knows, wherever it lies below *base*."""
    found: list[Described] = []
    folder = f"{base}metadata/"
    for name in sorted(reading.sizes):
        if not name.startswith(folder):
            continue
        leaf = name.rpartition("/")[2]
        if leaf in {"dossier.json", "hoso-dossier.json"}:
            found += _json(reading, name)
        elif leaf.endswith(".xml") and "/preservation/" not in name:
            found += _xml(reading, name, base)
    return [*found, *_each_document(reading, base)]


def _each_document(reading: Reading, base: str) -> list[Described]:
    """Read the documents of TT 05 together: each has a file of 21 fields to itself."""
    folder = f"{base}representations/rep1/metadata/descriptive/"
    names = [name for name in sorted(reading.sizes) if name.startswith(f"{folder}EAD_DOC")]
    if not names:
        return []
    titles: Counter[str] = Counter()
    days: Counter[str] = Counter()
    for name in names:
        root = parsed(reading, name, "OWN-XML")
        titles[_nfc(text_of(root, "subject"))] += 1
        days[iso_day(text_of(root, "issuedDate"))] += 1
    return [Described(folder, documents=len(names), titles=titles, days=days)]


def _json(reading: Reading, path: str) -> list[Described]:
    try:
        said = json.loads(reading.text(path, "OWN-JSON") or "{}", object_pairs_hook=_once)
        papers = said["documents"]
        return [
            Described(
                path,
                identifier=said["identifier"],
                code=said.get("code"),
                title=_nfc(said["title"]),
                documents=len(papers),
                titles=Counter(_nfc(one.get("title") or "") for one in papers),
                days=Counter(one.get("date") or "" for one in papers),
                uids={
                    one["uid"]: (_nfc(one.get("title") or ""), one.get("date") or "")
                    for one in papers
                },
                files=[
                    (
                        one["path"],
                        int(one["size"]),
                        one["sha256"].lower(),
                        one["sha512"].lower(),
                    )
                    for one in said["files"]
                ],
                facts=dict(said["dossier"]),
                holding=frozenset(one.get("document") or "" for one in said["files"]),
                frozen_at=str(said.get("frozen_at", "")),
            )
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reading.error("OWN-JSON", path, f"is not a description of a dossier: {error!r}")
        return []


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _xml(reading: Reading, path: str, base: str) -> list[Described]:
    root = parsed(reading, path, "OWN-XML")
    if root is None:
        return []
    if root.tag == f"{{{EAD3}}}ead":
        return [_ead3(reading, path, root)]
    if local(root) in {"hoSoLuuTru", "simpledc", "metadata", "dc"}:
        for one in root.iter():
            file = base + (one.get("duongDan") or "")
            if local(one) == "tepTin" and reading.hashes.get(file, ("",))[0] != one.get("sha256"):
                reading.error("OWN-SAME", path, f"names {file}, which is not that file")
        return _fields(path, root)
    return []


def _ead3(reading: Reading, path: str, root: Element) -> Described:
    items = [
        one
        for one in root.iter()
        if local(one) in {"c", *(f"c{n:02}" for n in range(1, 13))} and one.get("level") == "item"
    ]
    archdesc = next((one for one in root if local(one) == "archdesc"), None)
    if archdesc is None or archdesc.get("level") is None:
        reading.error("EAD3", path, "has no archdesc with a level")
    identifiers = [one.get("id") for one in root.iter() if one.get("id")]
    for twice in sorted({one for one in identifiers if one and identifiers.count(one) > 1}):
        reading.error("EAD3", path, f"gives the id {twice} more than once")
    title = _nfc(text_of(archdesc, "did/unittitle"))
    for one in root.iter():
        if local(one) == "titleproper" and _nfc(text_of(one)) != title:
            reading.error("EAD3", path, "has two titles of the dossier")
    base = path.rpartition("metadata/")[0]
    for one in root.iter():
        said = one.get("standarddate")
        if said and text_of(one) and iso_day(text_of(one)) not in {said, text_of(one)}:
            reading.error("EAD3", path, f"writes {text_of(one)} for the day {said}")
        if local(one) == "dao" and base + (one.get("href") or "") not in reading.sizes:
            reading.error("EAD3", path, f"names a file that is not there: {one.get('href')}")
    return Described(
        path,
        title=title,
        span=_ead_span(archdesc),
        documents=len(items),
        titles=Counter(_nfc(text_of(one, "did/unittitle")) for one in items),
        days=Counter(_ead_day(one) for one in items),
    )


def _ead_span(archdesc: Element | None) -> tuple[str, str] | None:
    did = (
        next((one for one in archdesc if local(one) == "did"), None)
        if archdesc is not None
        else None
    )
    found = {
        local(one): one.get("standarddate") or ""
        for one in (did.iter() if did is not None else ())
        if local(one) in {"fromdate", "todate"}
    }
    return (found.get("fromdate", ""), found.get("todate", "")) if found else None


def _ead_day(item: Element) -> str:
    for one in item.iter():
        if local(one) in {"datesingle", "unitdate"}:
            said = one.get("standarddate") or one.get("normal") or text_of(one)
            return iso_day(said)
    return ""


def _fields(path: str, root: Element) -> list[Described]:
    """Read the Vietnamese fields, ours or the circular's, and Dublin Core, by their names."""
    if local(root) in {"metadata", "dc"}:
        return []
    documents = [one for one in root if local(one) in {"document", "taiLieu", "doc"}]
    lists = [one for one in root if local(one) in {"documents", "danhSachTaiLieu"}]
    documents += [one for group in lists for one in group if isinstance(one.tag, str)]
    head = next((one for one in root if local(one) in {"file", "hoSo", "dossier"}), root)
    said = {local(one): text_of(one) for one in head if isinstance(one.tag, str) and not len(one)}
    if "totalDoc" not in said and "fileCode" not in said:
        return []
    total = said.get("totalDoc", "")
    described = Described(
        path,
        title=_nfc(said.get("title", "")),
        documents=int(total) if total.isdecimal() and len(total) < 11 else -1,
    )
    if "startDate" in said and "endDate" in said:
        described.span = (iso_day(said["startDate"]), iso_day(said["endDate"]))
    if documents:
        described.fielded = len(documents)
        fields = [
            {local(c): text_of(c) for c in one if isinstance(c.tag, str)} for one in documents
        ]
        described.titles = Counter(_nfc(one.get("subject", "")) for one in fields)
        described.days = Counter(iso_day(one.get("issuedDate", "")) for one in fields)
    return [described]


def iso_day(text: str) -> str:
    """Turn a day as the circular writes it (DD/MM/YYYY) into ISO 8601; leave others alone."""
    found = _VIETNAMESE_DAY.fullmatch(text.strip())
    if found is None:
        return text.strip()
    return "-".join(part for part in (found[3], found[2], found[1]) if part)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
