"""Another retention schedule, read beside the definitions in force and checked with them.

A folder, or files somebody sent, holds what would change: tables (``retention/*.toml``, or
any ``.toml`` beside them), ``retention-classes.toml``, ``triggers.toml``.  A file takes the place
of the one of its name; everything else stays as it is.  The whole is checked as at a start, so a
schedule that contradicts itself is refused with every fault before it is tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.rulebook import Rulebook, load_from
from hoso.kernel.errors import Fault, Invalid

__all__ = ["files_of_folder", "load_beside", "place_of"]

#: Files that are one for the whole schedule; every other is a table of an instrument.
_SINGLE = ("retention-classes.toml", "triggers.toml")
#: Bytes of one file, and files: a schedule is a few tables of a few hundred lines.
_LARGEST = 1_000_000
_MOST = 40


class _Beside(DefinitionFiles):
    """The definitions of a home with some files exchanged."""

    def __init__(self, home: Path, instead: Mapping[str, str]) -> None:
        super().__init__(home)
        self._instead = {place_of(name): text for name, text in instead.items()}

    def names(self, folder: str, suffix: str) -> list[str]:
        added = {
            name
            for name in self._instead
            if name.rpartition("/")[0] == folder and name.endswith(suffix)
        }
        return sorted({*super().names(folder, suffix), *added})

    def exists(self, file: str) -> bool:
        return file in self._instead or super().exists(file)

    def raw(self, file: str) -> bytes:
        if file in self._instead:
            return self._instead[file].encode()
        return super().raw(file)


def place_of(name: str) -> str:
    """Return where a file of a schedule stands among the catalogs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return f"catalogs/{last}" if last in _SINGLE else f"catalogs/retention/{last}"


def files_of_folder(folder: Path) -> dict[str, str]:
    """Return the files of a schedule that lies in a folder: beside each other, or as catalogs do.

    :raises Invalid: where there is none, or one is too large or no UTF-8.
    """
    home = folder / "catalogs" if (folder / "catalogs").is_dir() else folder
    found = [home / name for name in _SINGLE if (home / name).is_file()]
    tables = home / "retention" if (home / "retention").is_dir() else home
    found += sorted(path for path in tables.glob("*.toml") if path.name not in _SINGLE)
    if tables is home and folder != home:
        # A whole set of catalogs without tables of its own: its other files are no tables.
        found = [path for path in found if path.name in _SINGLE]
    faults, files = [], {}
    for path in found[: _MOST + 1]:
        if path.stat().st_size > _LARGEST:
            faults.append(Fault("with", "{name} is too large for a schedule.", {"name": path.name}))
            continue
        try:
            files[path.name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            faults.append(Fault("with", "{name} is no UTF-8 text.", {"name": path.name}))
    faults += _faults_of(files)
    if faults:
        raise Invalid(faults)
    return files


def _faults_of(files: Mapping[str, str]) -> list[Fault]:
    faults = []
    if not files:
        faults.append(
            Fault(
                "with",
                "There is no schedule there. Give tables as .toml files, retention-classes.toml "
                "or triggers.toml.",
            )
        )
    if len(files) > _MOST:
        faults.append(Fault("with", "Give at most {most} files.", {"most": _MOST}))
    return faults


def load_beside(home: Path, profile: str, files: Mapping[str, str]) -> Rulebook:
    """Read a deployment with files of another schedule in place of its own.

    :raises hoso.definitions.faults.DefinitionFaults: with every fault, where it does not stand.
    """
    faults = _faults_of(files)
    if faults:
        raise Invalid(faults)
    read = _Beside(home, files)
    for name in files:
        if not name.endswith(".toml"):
            read.fault(Place(place_of(name), 1), "Only .toml files are read here; rename it.")
    return load_from(read, profile)
