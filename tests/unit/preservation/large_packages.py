"""A dossier too large for one package, for the tests and the bench of packages in parts."""

from __future__ import annotations

import shutil
from dataclasses import replace

from archive_packages import SCHEMAS, a_deposit, fields, made

from hoso.preservation.formats.eark import EarkSip
from hoso.preservation.package import Description
from hoso.preservation.writing import write_layout


def a_large_one():
    """Five documents: four with one file, the fourth with two; of the last the paper is kept."""
    uids = ("d1", "d2", "d3", "d4", "d5")
    files = [
        made(f"{uid}/quét.pdf", b"%PDF-1.7 " + uid.encode() * 40, document=uid, puid="fmt/276")
        for uid in uids[:4]
    ]
    files.insert(1, made("d4/copy.pdf", b"%PDF-1.7 sly", document="d4", kind="copy"))
    title = "Hồ sơ công chức: Hồ sơ Nguyễn Văn Mẫu"
    head = {**a_deposit().dossier.archival, "title": title, "totalDoc": "5"}
    return a_deposit(
        files=tuple(files),
        dossier=replace(a_deposit().dossier, archival=head),
        documents=tuple(
            Description(uid, {"title": (f"Văn bản {uid}",)}, {"title": f"Văn bản {uid}", "date": ""},
                        {**fields(n, uid), "subject": f"Văn bản {uid}", "issuedDate": ""})
            for n, uid in enumerate(uids, start=1)
        ),
        events=tuple({"type": "ingestion", "at": "2026-02-27T01:05:00.000000Z", "by": "canbo",
                      "document": uid} for uid in uids),
    )  # fmt: skip


def built_in(folder, *, package=None, most_files=2):
    """Write every package of the dossier; return their bags, the master first."""
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    found = [
        write_layout(layout, folder).path
        for _, layout in EarkSip(SCHEMAS).divided(
            package or a_large_one(), scratch, most_files=most_files, most_octets=4 << 30
        )
    ]
    shutil.rmtree(scratch)
    return [found[-1], *found[:-1]]


def inside(bag):
    return next((bag / "data").iterdir())
