"""A dossier as a package, for the tests of this folder."""

from __future__ import annotations

import hashlib
import io

from hoso.preservation.check import Expected
from hoso.preservation.package import Description, Package, PackagedFile


def a_file(name, content, *, document="d1", stored=None, mime="application/pdf"):
    """A file recorded with *content*; *stored* is what is really there by now."""
    there = content if stored is None else stored
    return PackagedFile(
        name,
        lambda: io.BytesIO(there),
        len(content),
        hashlib.sha256(content).hexdigest(),
        hashlib.sha512(content).hexdigest(),
        mime,
        document,
    )


FILES = (
    a_file("D05 Quyết định nâng bậc lương/Bản gốc.PDF", b"%PDF-1.7 one" * 500),
    a_file("D05 Quyết định nâng bậc lương/bản gốc.pdf", b"%PDF-1.7 two" * 500, document="d2"),
    a_file("A01 Quyển lý lịch/quét.tiff", b"II*\0" + bytes(range(256)) * 900, document="d3"),
)


def a_package(files=FILES, **more):
    said = {
        "identifier": "0abcdefghjkmn",
        "code": "HS-2026/001",
        "title": "Hồ sơ Nguyễn Văn Mẫu",
        "agency": "Sở Nội vụ tỉnh Mẫu",
        "frozen_at": "2026-03-02T18:30:00.000000Z",
        "software": "hoso 0.1",
        "dossier": Description(
            "0abcdefghjkmn",
            {"title": ("Hồ sơ Nguyễn Văn Mẫu",), "language": ("vi",), "type": ("Collection",)},
            {"code": "HS-2026/001", "status": "DANG_CT", "level": 1},
        ),
        "documents": tuple(
            Description(uid, {"title": (f"Văn bản {uid}",)}, {"number": "14", "pages": 2})
            for uid in sorted({file.document for file in files})
        ),
        "files": files,
        "events": ({"at": "2026-03-02T18:30:00.000000Z", "verb": "document.filed"},),
        "rights": ({"role": "subject", "principal": "person:1"},),
    }
    return Package(**{**said, **more})


def expected_of(package, digest=""):
    return Expected(
        package.identifier,
        len(package.documents),
        tuple((file.sha256, file.size) for file in package.files),
        digest,
    )
