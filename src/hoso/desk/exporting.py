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
from hoso.desk.packaging import package_of, papers_of, signer_here
from hoso.kernel.errors import Fault, Invalid, Unusable
from hoso.preservation import schemas
from hoso.preservation.check import check, expected_of
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.package import Report
from hoso.preservation.signing import beside, signed
from hoso.preservation.writing import scratch_in, write_layout
from hoso.records.model import Document, Dossier

__all__ = ["export", "profiles"]


def profiles(desk: Desk) -> list[str]:
    """Return the names of the profiles a package can have."""
    return list(desk.house.plugins.names(IPackageFormat))


@act("dossier.exported", Permission.EXPORT_BUILD)
def export(
    desk: Desk,
    dossier: Dossier,
    *,
    profile: str,
    to: Path,
    zipped: bool = False,
    sign: bool = False,
) -> Report:
    """Build the package in the folder *to*, have it checked, and report it.

    It holds the papers one may see; its description says so for each of them.

    :param sign: whether the site signs it; the signature is another one each time.
    """
    known = profiles(desk)
    if profile not in known:
        raise Invalid(
            [
                Fault(
                    "profile",
                    "There is no profile {profile}; there are: {known}.",
                    {"profile": profile, "known": ", ".join(known)},
                )
            ]
        )
    papers, stubs = papers_of(desk, dossier)
    format_ = desk.house.plugins.get(IPackageFormat, profile)
    make = signer_here(desk)
    with scratch_in(to) as scratch:
        layout = format_.layout(package_of(desk, dossier, papers, profile=profile), scratch)
        if sign:
            layout = signed(layout, make)
        report = write_layout(layout, to, zipped=zipped)
        _read_again(desk, report, dossier=dossier, papers=papers)
        if sign and not layout.signature:
            beside(layout, to, make)
    desk.say(stubs=stubs)
    desk.say(profile=report.profile, files=report.files, bytes=report.bytes, sha256=report.sha256)
    return report


def _read_again(desk: Desk, report: Report, *, dossier: Dossier, papers: list[Document]) -> None:
    """Have the package read by other code; what differs from the catalogue is removed."""
    verdict = check(
        report.path,
        expected=expected_of(dossier, papers, digest=report.sha256),
        profile=report.profile,
        schemas=schemas.folders(desk.house.home),
    )
    if verdict.is_sound:
        return
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
