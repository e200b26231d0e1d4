"""What a package format promises."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zope.interface import Attribute, Interface

from hoso.preservation.layout import Layout
from hoso.preservation.package import Package, Report

__all__ = ["IDividedFormat", "IPackageFormat"]


class IPackageFormat(Interface):
    """Lays out a neutral package as one standard wants it.

    The same package gives the same bytes on every machine, in every time zone and locale, on
    every day.  Memory does not grow with the size of files, and little with their number.
    """

    profile = Attribute("The name the format is asked for by, such as 'bagit'.")

    def layout(package: Package, scratch: Path) -> Layout:
        """Return what stands in the package and where, ready to be written or streamed.

        Descriptions that are long lie in *scratch*, an existing folder that must live as long as
        the layout is used; a scratch folder serves one layout.  A dossier that the profile
        cannot take raises ``Invalid`` with every fault.
        """

    def build(package: Package, folder: Path, *, zipped: bool = False) -> Report:
        """Write *package* into *folder* and report what was written.

        Every file is hashed on the way and must be what was recorded, else ``Unusable`` names
        it.  The result appears under its name only when it is whole; after any error nothing
        is left behind.  Where the same package is there already, with the same bytes, that
        is reported; where something else has its name, ``Conflict`` is raised.
        """


class IDividedFormat(IPackageFormat):
    """A format whose standard says how a dossier that is too large leaves in several packages."""

    def divided(
        package: Package, scratch: Path, *, most_files: int, most_octets: int
    ) -> Iterator[tuple[Package, Layout]]:
        """Yield the packages a dossier leaves as, each with its layout, the master last.

        Only itself where it fits into one.  A layout may be used until the next is asked for:
        what lies in *scratch* for it is gone then.
        """
