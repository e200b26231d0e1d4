"""The fields of TT 05/2025/TT-BNV: 18 of a dossier (hồ sơ), 21 of each document (tài liệu).

What the records do not say is left empty, never guessed; a profile that needs a field refuses with
all that is missing (``lacking``).  Which fields there are, how long and whether they must be filled
is declared in the value list ``archival-metadata-field``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from hoso.definitions.rulebook import Rulebook
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault
from hoso.preservation.package import Kept, Parties
from hoso.records.marking import highest
from hoso.records.model import Document, Dossier

__all__ = [
    "DOCUMENT_FIELDS",
    "FILE_FIELDS",
    "is_digitised",
    "lacking",
    "of_document",
    "of_dossier",
]

FILE_FIELDS = (
    "fileCode",
    "title",
    "maintenance",
    "mode",
    "language",
    "startDate",
    "endDate",
    "keyword",
    "totalDoc",
    "numberOfPaper",
    "numberOfPage",
    "format",
    "inforSign",
    "confidenceLevel",
    "paperFileCode",
    "riskRecovery",
    "riskRecoveryStatus",
    "description",
)
DOCUMENT_FIELDS = (
    "docId",
    "docCode",
    "maintenance",
    "typeName",
    "codeNumber",
    "codeNotation",
    "issuedDate",
    "organName",
    "subject",
    "language",
    "numberOfPage",
    "inforSign",
    "keyword",
    "mode",
    "confidenceLevel",
    "autograph",
    "format",
    "riskRecovery",
    "riskRecoveryStatus",
    "process",
    "description",
)
_VIETNAMESE = "01"  # archival-language
_CONDITIONAL, _SECRET, _OPEN = "02", "03", "01"  # archival-access-mode
_BORN_DIGITAL, _DIGITISED, _MIXED = "01", "02", "03"  # archival-confidence-level
_OTHER_TYPE = "32"  # archival-document-type
_OTHER_PERIOD = "07"  # archival-retention-code
_STATE_SECRET = 2  # the lowest level that is one
_NO_BACKUP_REGIME = "0"
_UNSAFE = re.compile(r"[^A-Za-z0-9-]+")
_DAY = re.compile(r"\d{2}/\d{2}/\d{4}")


def of_dossier(
    rulebook: Rulebook,
    dossier: Dossier,
    papers: Sequence[Document],
    *,
    parties: Parties,
    kept: Kept | None,
    sides: Mapping[str, int],
    on: date,
) -> dict[str, str]:
    """Return the 18 fields of a dossier with the given papers.

    :param sides: sides of a sheet that were scanned, by uid of the batch a paper came in.
    """
    first, last = _span(dossier, papers)
    scanned = [paper for paper in papers if is_digitised(paper)]
    digitised = len(scanned)
    confidence = (
        _MIXED if 0 < digitised < len(papers) else _DIGITISED if digitised else _BORN_DIGITAL
    )
    return _filled(
        FILE_FIELDS,
        {
            "fileCode": _file_code(dossier, first, parties),
            "title": f"{rulebook.dossier_types[dossier.type].label.vi}: {dossier.name}",
            "maintenance": _period(rulebook, kept),
            "mode": _mode(highest([dossier, *papers], on)),
            "language": _VIETNAMESE,
            "startDate": _vietnamese(first),
            "endDate": _vietnamese(last),
            "totalDoc": str(len(papers)),
            "numberOfPaper": _sheets(scanned, sides),
            "numberOfPage": str(sum(paper.pages for paper in papers)),
            "confidenceLevel": confidence if papers else "",
            "paperFileCode": dossier.code if scanned else "",
            "riskRecovery": _NO_BACKUP_REGIME,
        },
    )


def of_document(
    rulebook: Rulebook,
    paper: Document,
    *,
    ordinal: int,
    file_code: str,
    kept: Kept | None,
    level: int,
) -> dict[str, str]:
    """Return the 21 fields of a document, the *ordinal*-th of its dossier."""
    kind = rulebook.document_types.get(paper.type)
    form = rulebook.forms.get(paper.form) or rulebook.forms.get(kind.form if kind else "")
    return _filled(
        DOCUMENT_FIELDS,
        {
            "docId": paper.uid,
            # Thông tư 05/2025/TT-BNV: the code of the file and an ordinal of seven digits.
            "docCode": f"{file_code}.{ordinal:07d}" if file_code else "",
            "maintenance": _period(rulebook, kept),
            "typeName": (form.extra.get("archival_type") if form else "") or _OTHER_TYPE,
            "codeNumber": paper.number,
            "codeNotation": paper.symbol,
            "issuedDate": _vietnamese(paper.date),
            "organName": paper.agency,
            "subject": paper.title,
            "language": _VIETNAMESE,
            "numberOfPage": str(paper.pages),
            "mode": _mode(level),
            "confidenceLevel": _DIGITISED if is_digitised(paper) else _BORN_DIGITAL,
            "riskRecovery": _NO_BACKUP_REGIME,
        },
    )


def is_digitised(paper: Document) -> bool:
    """Say whether a document was paper before: from a box, compared with paper, or a scan."""
    return bool(paper.batch or paper.compared_at or paper.ocr or paper.mime.startswith("image/"))


def lacking(
    rulebook: Rulebook, level: str, fields: Mapping[str, str], *, names: Collection[str] = ()
) -> Iterator[Fault]:
    """Yield what keeps fields from being handed over: empty, too long, no full date.

    :param level: ``file`` or ``doc``, as the value list has it.
    :param names: what a reader knows the record by, put before the field's name.
    """
    declared = rulebook.vocabularies["archival-metadata-field"].terms
    about = " ".join(names)
    for name, value in fields.items():
        term = declared.get(f"{level}.{name}")
        if term is None:
            continue
        facts = {"field": term.label.vi, "record": about, "name": name}
        limit = int(term.extra.get("length") or 0)
        if term.extra.get("required") == "1" and not value:
            yield Fault(
                f"{about}.{name}", "{record}: “{field}” ({name}) is not known. Fill it in.", facts
            )
        elif term.extra.get("type") == "Date" and value and not _DAY.fullmatch(value):
            yield Fault(
                f"{about}.{name}",
                "{record}: “{field}” ({name}) must be known to the day, not only {value}.",
                {**facts, "value": value},
            )
        elif limit and len(value) > limit:
            yield Fault(
                f"{about}.{name}",
                "{record}: “{field}” ({name}) has {length} characters; {limit} are allowed.",
                {**facts, "length": len(value), "limit": limit},
            )


def _filled(names: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
    return {name: known.get(name, "") for name in names}


def _span(dossier: Dossier, papers: Sequence[Document]) -> tuple[str, str]:
    """Return the first and the last date of a dossier: of its papers, and of the end of its work."""
    dated = sorted(paper.date for paper in papers if paper.date)
    opened = civil_day(dossier.opened_at) if dossier.opened_at else ""
    first = dated[0] if dated else opened
    last = max([dossier.ended, *dated[-1:]])
    return first, last


def _file_code(dossier: Dossier, first: str, parties: Parties) -> str:
    if not parties.agency_code or not first:
        return ""
    number = _UNSAFE.sub("-", dossier.code).strip("-")
    return f"{parties.agency_code}.{first[:4]}.{number}"


def _period(rulebook: Rulebook, kept: Kept | None) -> str:
    if kept is None or not kept.period:
        return ""
    years = "P" if kept.period == "permanent" else kept.period.strip("PY")
    terms = rulebook.vocabularies["archival-retention-code"].terms.values()
    return next((term.code for term in terms if term.extra.get("years") == years), _OTHER_PERIOD)


def _mode(level: int) -> str:
    return _SECRET if level >= _STATE_SECRET else _CONDITIONAL if level else _OPEN


def _sheets(scanned: Sequence[Document], sides: Mapping[str, int]) -> str:
    """Count sheets of paper, where it is known of every scan how many sides were taken."""
    known = [sides.get(paper.batch, 0) for paper in scanned]
    if not scanned or 0 in known:
        return ""
    return str(sum(-(-paper.pages // side) for paper, side in zip(scanned, known, strict=True)))


def _vietnamese(partial: str) -> str:
    return PartialDate.parse(partial).vietnamese if partial else ""
