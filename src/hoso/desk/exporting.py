"""Export a dossier as a package that an archive can open.

After building, the package is opened again by code that shares nothing with the builder and
compared with the catalogue; what is not equal is not delivered.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.dossiers import visible_documents
from hoso.kernel.errors import Unusable
from hoso.preservation.check import Expected, check
from hoso.preservation.gather import gather
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.package import Report
from hoso.records.model import Dossier

__all__ = ["export"]


@act("dossier.exported", Permission.EXPORT_BUILD)
def export(desk: Desk, dossier: Dossier, *, profile: str, to: Path, zipped: bool = False) -> Report:
    """Build the package in the folder *to*, have it checked, and report it.

    It holds the papers one may see; its description says so for each of them.
    """
    known = [d for d in visible_documents(desk, dossier) if desk.may(d, Permission.DOCUMENT_READ)]
    # A stub leaves in no package: what it describes may be carried by approved means only.
    papers = [document for document in known if not document.stub]
    package = gather(desk.rulebook, dossier, papers, on=desk.today)
    format_ = desk.house.plugins.get(IPackageFormat, profile)
    report: Report = format_.build(package, to, zipped=zipped)
    expected = Expected(
        digest=report.sha256,
        identifier=package.identifier,
        documents=len(package.documents),
        files=tuple((file.sha256, file.size) for file in package.files),
    )
    verdict = check(report.path, expected=expected)
    if not verdict.is_sound:
        if report.path.is_dir():
            shutil.rmtree(report.path)
        else:
            report.path.unlink()
        wrong = "; ".join(f"{one.path}: {one.what}" for one in verdict.wrong[:5])
        raise Unusable(
            "The package differs from the catalogue and was not delivered: {wrong}. "
            "Run bin/hoso check, and tell your administrator.",
            wrong=wrong,
        )
    desk.say(stubs=len(known) - len(papers))
    desk.say(profile=report.profile, files=report.files, bytes=report.bytes, sha256=report.sha256)
    return report
