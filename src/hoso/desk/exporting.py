"""Export a dossier as a package that an archive can open: to a folder, to a zip, to who waits for it.

After building, the package is opened again by code that shares nothing with the builder and
compared with the catalogue; what is not equal is not delivered.  A signature is made before
anything is written, so an authority that gives no time leaves nothing behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.freezing import fits_into_one
from hoso.desk.packaging import package_of, papers_of, signer_here
from hoso.kernel import ids
from hoso.kernel.errors import Fault, Invalid, Unusable
from hoso.preservation import schemas
from hoso.preservation.check import Told, check, expected_of
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.layout import Entry, Layout
from hoso.preservation.package import Report
from hoso.preservation.signing import beside, signed
from hoso.preservation.unwritten import Unwritten
from hoso.preservation.virtual_zip import VirtualZip
from hoso.preservation.writing import scratch_in, with_crcs, write_layout
from hoso.records.model import Document, Dossier

__all__ = ["Exported", "archive_at", "export", "profiles"]


@dataclass(frozen=True)
class Exported(Report):
    """A package that left, with its layout: one that is nowhere written is given out by that.

    ``path`` is its name then, and ``sha256`` that of the file that covers all the others.
    """

    layout: Layout


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
    streamed: bool = False,
) -> Exported:
    """Build the package in the folder *to*, have it checked, and report it.

    It holds the papers one may see; its description says so for each of them.

    :param sign: whether the site signs it; the signature is another one each time.
    :param streamed: write nothing but what is made for it, into *to*, where it must lie until
        :func:`archive_at` has given everything out.
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
    package = package_of(desk, dossier, papers, profile=profile)
    if streamed:
        try:
            layout = format_.layout(package, to)
            fits_into_one(desk, layout)
        except OSError as error:
            raise Unusable(
                "The package could not be written to {folder}: {reason}. Nothing was kept.",
                folder=str(to),
                reason=error.strerror or str(error),
            ) from error
        report = _streamed(desk, layout, dossier=dossier, papers=papers)
    else:
        with scratch_in(to) as scratch:
            layout = format_.layout(package, scratch)
            fits_into_one(desk, layout)
            report = _written(
                desk, layout, to, dossier=dossier, papers=papers, zipped=zipped, sign=sign
            )
    desk.say(stubs=stubs)
    desk.say(profile=report.profile, files=report.files, bytes=report.bytes, sha256=report.sha256)
    return report


def _written(
    desk: Desk,
    layout: Layout,
    to: Path,
    *,
    dossier: Dossier,
    papers: list[Document],
    zipped: bool,
    sign: bool,
) -> Exported:
    make = signer_here(desk)
    apart: tuple[str, bytes] | None = None
    if sign and layout.signature:
        layout = signed(layout, make)
    elif sign:
        apart = beside(layout, make)
    with _signature_at(to, apart):
        report = write_layout(layout, to, zipped=zipped)
        _read_again(desk, report, at=report.path, dossier=dossier, papers=papers)
    return Exported(report.profile, report.path, report.files, report.bytes, report.sha256, layout)


@contextmanager
def _signature_at(folder: Path, signature: tuple[str, bytes] | None) -> Iterator[None]:
    """Keep a signature beside what is written meanwhile; both are there, or neither."""
    if signature is None:
        yield
        return
    name, content = signature
    path, part = folder / name, folder / f".{name}.part"
    try:
        part.write_bytes(content)
        yield
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _streamed(desk: Desk, layout: Layout, *, dossier: Dossier, papers: list[Document]) -> Exported:
    layout = replace(layout, entries=with_crcs(layout.entries))
    payload = layout.payload
    report = Exported(
        layout.profile,
        Path(f"{layout.top}.zip"),
        len(payload),
        sum(entry.size for entry in payload),
        layout[layout.covering].sha256,
        layout,
    )
    archive = Unwritten(VirtualZip(layout.top, layout.entries))
    _read_again(desk, report, at=archive, dossier=dossier, papers=papers)
    return report


def archive_at(root: Any, layout: Layout) -> VirtualZip:
    """Return the zip of a layout that is streamed, its papers opened by another connection.

    :param root: of the database, in the connection that is open while the bytes are given out.
    """
    entries = [one if one.made else replace(one, open=_Opened(root, one)) for one in layout.entries]
    return VirtualZip(layout.top, entries)


class _Opened:
    """Opens a file of a paper, as it is when it is asked for."""

    def __init__(self, root: Any, entry: Entry) -> None:
        self._root, self._document, self._sha256 = root, entry.document, entry.sha256

    def __call__(self) -> Any:
        paper = self._root["site"].by_id.get(ids.from_text(self._document) or 0)
        for one in paper.renditions.values() if isinstance(paper, Document) else ():
            if one.sha256.lower() == self._sha256:
                return one.blob.open("c")
        raise FileNotFoundError("it was taken away meanwhile")


def _read_again(
    desk: Desk, report: Report, *, at: Path | Unwritten, dossier: Dossier, papers: list[Document]
) -> None:
    """Have the package read by other code; what differs from the catalogue is removed."""
    digest = report.sha256 if isinstance(at, Path) else ""
    verdict = check(
        at,
        expected=expected_of(dossier, papers, digest=digest),
        profile=report.profile,
        schemas=schemas.folders(desk.house.home),
        now=desk.house.clock.now(),
    )
    if verdict.is_sound:
        return
    if isinstance(at, Path) and at.is_dir():
        shutil.rmtree(at)
    elif isinstance(at, Path):
        at.unlink()
    raise Unusable(
        "The package differs from the catalogue and was not delivered: {wrong}. "
        "Run bin/hoso check, and tell your administrator.",
        wrong=Told(verdict.wrong[:5]),
    )
