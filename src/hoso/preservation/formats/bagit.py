"""A dossier as a bag: the files in ``data/documents``, the descriptions in ``data/metadata``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from zope.interface import implementer

from hoso.kernel.clock import civil_date
from hoso.preservation.formats.bagging import COVERING, SIGNATURE, bagged
from hoso.preservation.interfaces import IPackageFormat
from hoso.preservation.layout import Entry, Layout, file_entry, made, made_on_disk
from hoso.preservation.metadata.dossier_json import write_dossier_json
from hoso.preservation.metadata.dublin_core import dublin_core
from hoso.preservation.names import package_name, placed
from hoso.preservation.package import Package, Report
from hoso.preservation.writing import scratch_in, write_layout

__all__ = ["BagIt"]


@implementer(IPackageFormat)
class BagIt:
    """Writes bags."""

    profile = "bagit"

    def layout(self, package: Package, scratch: Path) -> Layout:
        entries = bagged(_payload(package, scratch), _info(package), scratch=scratch)
        name = package_name(package.code, package.identifier)
        return Layout(self.profile, name, package.identifier, COVERING, entries, SIGNATURE)

    def build(self, package: Package, folder: Path, *, zipped: bool = False) -> Report:
        with scratch_in(folder) as scratch:
            return write_layout(self.layout(package, scratch), folder, zipped=zipped)


def _payload(package: Package, scratch: Path) -> list[Entry]:
    files = list(placed(package.files, "data/documents"))
    return [
        *(file_entry(path, file) for path, file in files),
        made_on_disk(
            "data/metadata/dossier.json",
            scratch,
            lambda out: write_dossier_json(out, package, files),
            mime="application/json",
        ),
        made("data/metadata/dublin-core.xml", dublin_core(package), mime="application/xml"),
    ]


def _info(package: Package) -> dict[str, str]:
    return {
        "Bag-Software-Agent": package.software,
        # The day of the freeze, never today: the same dossier gives the same bytes.
        "Bagging-Date": civil_date(datetime.fromisoformat(package.frozen_at)).isoformat(),
        "External-Description": package.title,
        "External-Identifier": package.identifier,
        "Internal-Sender-Identifier": package.code,
        "Source-Organization": package.agency,
    }
