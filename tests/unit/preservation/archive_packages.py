"""A dossier as archives take it, for the tests of packages; everybody in it is invented."""

from __future__ import annotations

from pathlib import Path

from bags import a_file, a_package

from hoso.preservation.archival import DOCUMENT_FIELDS, FILE_FIELDS
from hoso.preservation.package import Description, Kept, Parties
from hoso.preservation.schemas import Schemas, place

REPOSITORY = Path(__file__).resolve().parents[3]
SCHEMAS = Schemas(place(REPOSITORY))
AT = "2026-03-02T18:30:00.000000Z"
EARLIER = "2026-02-27T01:05:00.000000Z"
CODE = "H99.1998.HS-2026-001"


def made(name, content, *, document, kind="original", mime="application/pdf", **more):
    from dataclasses import replace

    return replace(
        a_file(name, content, document=document, mime=mime), kind=kind, made_at=EARLIER, **more
    )


FILES = (
    made(
        "D05 Nâng bậc lương/Bản gốc.PDF",
        b"%PDF-1.7 one" * 50,
        document="d1",
        given_name="Quyết định số 14 <nâng bậc> & phụ lục.pdf",
        puid="fmt/276",
        made_by="canbo",
    ),
    made("D05/copy.pdf", b"%PDF-1.7 two" * 50, document="d1", kind="copy", made_by="pikepdf 10.17"),
    made(
        "D05/text.txt",
        "Quyết định".encode(),
        document="d1",
        kind="text",
        mime="text/plain",
        made_by="tesseract 5.3",
    ),
    made("A01/quét.tiff", b"II*\0" * 90, document="d2", mime="image/tiff", made_by="canbo"),
    made(
        "A01/rescan-1.tiff",
        b"II*\0" * 91,
        document="d2",
        kind="rescan-1",
        mime="image/tiff",
        made_by="canbo",
    ),
    made("A01/copy.pdf", b"%PDF-1.7 sly", document="d2", kind="copy", made_by="pikepdf 10.17"),
)
HEAD = {
    "fileCode": CODE,
    "title": "Hồ sơ công chức: Nguyễn Văn Mẫu",
    "maintenance": "01",
    "mode": "02",
    "language": "01",
    "startDate": "01/09/1998",
    "endDate": "30/06/2022",
    "totalDoc": "2",
    "numberOfPage": "5",
    "confidenceLevel": "03",
    "paperFileCode": "HS-2026/001",
    "riskRecovery": "0",
}


def fields(number, uid, **more):
    said = {
        "docId": uid,
        "docCode": f"{CODE}.{number:07d}",
        "maintenance": "01",
        "typeName": "02",
        "codeNumber": "14",
        "codeNotation": "QĐ-SNV",
        "issuedDate": "05/09/2001",
        "organName": "Sở Nội vụ tỉnh Mẫu",
        "subject": "Về việc nâng bậc lương",
        "language": "01",
        "numberOfPage": "2",
        "mode": "02",
        "confidenceLevel": "02" if uid == "d2" else "01",
        "riskRecovery": "0",
        **more,
    }
    return {name: said.get(name, "") for name in DOCUMENT_FIELDS}


def a_deposit(**more):
    """A dossier of two papers, kept permanently: what every profile takes."""
    said = {
        "files": FILES,
        "frozen_at": AT,
        "dossier": Description(
            "0abcdefghjkmn",
            {"title": ("Hồ sơ Nguyễn Văn Mẫu",), "language": ("vi",), "type": ("Collection",)},
            {"code": "HS-2026/001", "ended": "2022-06"},
            {name: HEAD.get(name, "") for name in FILE_FIELDS},
        ),
        "documents": (
            Description("d1", {"title": ("Nâng bậc lương",)}, {"pages": 2}, fields(1, "d1")),
            Description("d2", {}, {"type_label": "Quyển lý lịch"}, fields(2, "d2")),
        ),
        "events": (
            {"type": "ingestion", "at": EARLIER, "by": "canbo", "document": "d1"},
            {"type": "ingestion", "at": EARLIER, "by": "canbo", "document": "d2"},
            {"type": "migration", "at": EARLIER, "by": "pikepdf 10.17", "document": "d1"},
        ),
        "rights": (
            {"kind": "confidentiality", "level": 1, "label": "Nội bộ", "source": "TT 11/2012"},
            {
                "kind": "retention",
                "rule": "09-052",
                "instrument": "09/2011/TT-BNV",
                "item": "52",
                "period": "permanent",
            },
        ),
        "parties": Parties(
            agency_name="Ủy ban nhân dân tỉnh Mẫu",
            agency_code="H99",
            archive_name="Trung tâm Lưu trữ lịch sử tỉnh Mẫu",
            archive_code="LTLS-99",
            fonds="P99",
            agreement="TTNL-2026-001",
        ),
        "kept": Kept("permanent", "09/2011/TT-BNV", "52", "2022-06", "", "Bảo quản vĩnh viễn."),
        "journal": {"entries.jsonl": b"{}\n", "hoso_verify_journal.py": b"#\n"},
    }
    return a_package(**{**said, **more})
