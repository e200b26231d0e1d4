"""The packages of TT 05/2025/TT-BNV: file (18 fields), documents (21 fields each), names, codes."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from hosocheck.mets import METS, Mets
from hosocheck.profiles import Profile
from hosocheck.reading import Reading
from hosocheck.safe_xml import local, parsed, text_of

__all__ = ["check_tt05"]

# Field, greatest length, whether it must be filled (TT 05/2025, tables of the annexes).
_FILE_FIELDS = {
    "fileCode": (100, True),
    "title": (1000, True),
    "maintenance": (100, True),
    "mode": (30, True),
    "language": (100, True),
    "startDate": (10, True),
    "endDate": (10, True),
    "keyword": (100, False),
    "totalDoc": (10, True),
    "numberOfPaper": (10, False),
    "numberOfPage": (10, True),
    "format": (50, False),
    "inforSign": (30, False),
    "confidenceLevel": (40, True),
    "paperFileCode": (100, False),
    "riskRecovery": (1, True),
    "riskRecoveryStatus": (2, False),
    "description": (2000, False),
}
_DOCUMENT_FIELDS = {
    "docId": (25, True),
    "docCode": (100, True),
    "maintenance": (100, True),
    "typeName": (10, True),
    "codeNumber": (11, False),
    "codeNotation": (30, False),
    "issuedDate": (10, True),
    "organName": (200, True),
    "subject": (500, True),
    "language": (100, True),
    "numberOfPage": (4, True),
    "inforSign": (30, False),
    "keyword": (100, False),
    "mode": (20, True),
    "confidenceLevel": (30, True),
    "autograph": (2000, False),
    "format": (50, False),
    "riskRecovery": (1, True),
    "riskRecoveryStatus": (2, False),
    "process": (1, False),
    "description": (500, False),
}
# In an AIP the archive adds its own code; a document has its place in the file, and 18 of the 21.
_AIP_FILE_FIELDS = {"arcFileCode": (100, True), **_FILE_FIELDS}
_AIP_DOCUMENT_FIELDS = {"docOrdinal": (10, True)} | {
    name: asked
    for name, asked in _DOCUMENT_FIELDS.items()
    if name not in {"riskRecovery", "riskRecoveryStatus", "process"}
}
_DAYS = {"startDate", "endDate", "issuedDate"}
_NUMBERS = {"totalDoc", "numberOfPaper", "numberOfPage"}
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_SIP_NAME = re.compile(r"uuid-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_AIP_NAME = re.compile(r"urn:[^:]+:uuid-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00")
_DEPOSIT = "01"  # only files kept for ever are deposited


def check_tt05(reading: Reading, base: str, all_mets: list[Mets], profile: Profile) -> None:
    """Check what the circular asks beyond E-ARK."""
    aip = profile.name == "tt05-aip-hoso"
    for mets in all_mets:
        _mets(reading, mets, aip=aip)
    of_file = _AIP_FILE_FIELDS if aip else _FILE_FIELDS
    of_document = _AIP_DOCUMENT_FIELDS if aip else _DOCUMENT_FIELDS
    file = _fields(reading, f"{base}metadata/descriptive/EAD.xml", of_file)
    home = f"{base}representations/rep1/"
    if not any(name.startswith(home) for name in reading.sizes):
        reading.error("TT05-REP", f"{base}representations", "must have rep1")
    inside = f"{base}representations/"
    others = {n[len(inside) :].partition("/")[0] for n in reading.sizes if n.startswith(inside)}
    for other in sorted(others - {"rep1"}):
        reading.error(
            "TT05-REP", f"{inside}{other}", "may not be there; there is one representation"
        )
    papers = {
        name: _fields(reading, name, of_document)
        for name in sorted(reading.sizes)
        if name.startswith(f"{home}metadata/descriptive/EAD_DOC")
    }
    _documents(reading, base, file, papers)
    preserved = [n for n in reading.sizes if n.startswith(base) and "/preservation/" in n]
    if aip and not any(one.endswith("/PREMIS.xml") for one in preserved):
        reading.error("TT05-PREMIS", f"{base}metadata/preservation", "must have PREMIS.xml")
    if not aip and preserved:
        reading.error("TT05-PREMIS", preserved[0], "may not be in a submission")


def _mets(reading: Reading, mets: Mets, *, aip: bool) -> None:
    path, root = mets.path, mets.root
    name = root.get("OBJID") or ""
    if mets.is_root and not (_AIP_NAME if aip else _SIP_NAME).fullmatch(name):
        reading.error("TT05-NAME", path, f"has an OBJID the circular does not allow: {name}")
    if not mets.is_root and name != "rep1":
        reading.error("TT05-NAME", path, f"must be rep1, and calls itself {name}")
    if root.get("TYPE") != "Mixed":
        reading.error("TT05-TYPE", path, "is not of the TYPE Mixed")
    for element in root.iter(f"{METS}file", f"{METS}mdRef"):
        if element.get("CHECKSUMTYPE") != "SHA-256":
            reading.error("TT05-DIGEST", path, "has a checksum that is not SHA-256")
        if (element.get("CHECKSUM") or "").upper() != element.get("CHECKSUM"):
            reading.error("TT05-DIGEST", path, "has a checksum that is not in capitals")
        if not _TIME.fullmatch(element.get("CREATED") or ""):
            reading.error("TT05-TIME", path, "has a time without milliseconds or not of +07:00")
        if local(element) == "file" and not (element.get("ID") or "").startswith("ID-"):
            reading.error("TT05-NAME", path, "has a file whose ID does not begin with ID-")


def _fields(reading: Reading, path: str, known: dict[str, tuple[int, bool]]) -> dict[str, str]:
    if path not in reading.sizes:
        reading.error("TT05-EAD", path, "is missing")
        return {}
    root = parsed(reading, path, "TT05-EAD")
    if root is None:
        return {}
    if local(root) != "simpledc":
        reading.error("TT05-EAD", path, "does not have the root simpledc")
    said: dict[str, str] = {}
    for one in root:
        name = local(one)
        if name in said:
            reading.error("TT05-FIELD", path, f"says {name} twice")
        elif name not in known:
            reading.error("TT05-FIELD", path, f"has a field the circular does not have: {name}")
        said[name] = text_of(one)
    for name, (length, must) in known.items():
        value = said.get(name, "")
        if name not in said:
            reading.error("TT05-FIELD", path, f"has no {name}")
        elif must and not value:
            reading.error("TT05-FIELD", path, f"has nothing for {name}")
        elif len(value) > length:
            reading.error("TT05-FIELD", path, f"has a {name} of more than {length} letters")
        if value and name in _NUMBERS and not value.isdecimal():
            reading.error("TT05-FIELD", path, f"has a {name} that is no number")
        if value and name in _DAYS and not _is_day(value):
            reading.error("TT05-FIELD", path, f"has a {name} that is no day as DD/MM/YYYY: {value}")
    return said


def _is_day(text: str) -> bool:
    found = _DAY.fullmatch(text)
    try:
        return found is not None and bool(date(int(found[3]), int(found[2]), int(found[1])))
    except ValueError:
        return False


def _documents(
    reading: Reading, base: str, file: dict[str, str], papers: dict[str, dict[str, str]]
) -> None:
    path = f"{base}metadata/descriptive/EAD.xml"
    total = file.get("totalDoc", "")
    if total.isdecimal() and int(total[:10]) != len(papers):
        reading.error("TT05-COUNT", path, f"counts {total} documents; {len(papers)} are described")
    if file and file.get("maintenance") != _DEPOSIT:
        reading.error("TT05-DEPOSIT", path, "is not kept for ever (01), and cannot be deposited")
    if _is_day(file.get("startDate", "")) and _is_day(file.get("endDate", "")):
        starts, ends = ("".join(reversed(file[n].split("/"))) for n in ("startDate", "endDate"))
        if ends < starts:
            reading.error("TT05-FIELD", path, "ends before it begins")
    code = file.get("fileCode", "")
    codes = Counter(one.get("docCode", "") for one in papers.values())
    for name, one in papers.items():
        if not re.fullmatch(rf"{re.escape(code)}\.\d{{7}}", one.get("docCode", "")):
            reading.error("TT05-CODE", name, "has a docCode that is not fileCode and seven digits")
        if codes[one.get("docCode", "")] > 1:
            reading.error("TT05-CODE", name, "has the docCode of another document")
        wanted = f"EAD_DOC_{one.get('docId', '')}.xml"
        if name.rpartition("/")[2] != wanted:
            reading.error("TT05-NAME", name, f"should be called {wanted}")
        data = f"{base}representations/rep1/data/{one.get('docId', '')}."
        if one.get("docId") and not any(n.startswith(data) for n in reading.sizes):
            reading.error("TT05-DATA", name, "describes a document that is not there")
