"""What a package format promises."""

from __future__ import annotations

from pathlib import Path

from zope.interface import Attribute, Interface

from hoso.preservation.package import Package, Report

__all__ = ["IPackageFormat"]


class IPackageFormat(Interface):
    """Writes a neutral package in the layout of one standard.

    The same package gives the same bytes on every machine, in every time zone and locale, on
    every day.  Memory does not grow with the size or number of files.
    """

    profile = Attribute("The name the format is asked for by, such as 'bagit'.")

    def build(package: Package, folder: Path, *, zipped: bool = False) -> Report:
        """Write *package* into *folder* and report what was written.

        Every file is hashed on the way and must be what was recorded, else ``Unusable`` names
        it.  The result appears under its name only when it is whole; after any error nothing
        is left behind.  Where the same package is there already, with the same bytes, that
        is reported; where something else has its name, ``Conflict`` is raised.
        """
