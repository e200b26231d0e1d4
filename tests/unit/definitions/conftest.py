"""A home to spoil, and the rulebook as it stands."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hoso.definitions import Rulebook, load

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def repository() -> Path:
    """The home that is delivered."""
    return REPOSITORY


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The demo's rulebook."""
    return load(REPOSITORY, "demo")


@pytest.fixture(scope="session")
def rulebook_of() -> Callable[[str], Rulebook]:
    """Any profile's rulebook, read once."""
    read: dict[str, Rulebook] = {}

    def of(profile: str) -> Rulebook:
        if profile not in read:
            read[profile] = load(REPOSITORY, profile)
        return read[profile]

    return of


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of catalogs and profiles for all tests."""
    place = tmp_path_factory.mktemp("definitions")
    for folder in ("catalogs", "profiles"):
        shutil.copytree(
            REPOSITORY / folder,
            place / folder,
            ignore=shutil.ignore_patterns("classifiers", "papers"),
        )
    (place / "parts").mkdir()
    (place / "parts" / "schemas").symlink_to(REPOSITORY / "parts" / "schemas")
    return place


def _stamps(place: Path) -> dict[Path, tuple[int, int]]:
    found = {}
    for folder, _, names in os.walk(place):
        for name in names:
            stat = (path := Path(folder, name)).stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found


@pytest.fixture
def home(copied: Path) -> Iterator[Path]:
    """A home that a test may spoil; what it spoilt is put back."""
    before = _stamps(copied)
    yield copied
    after = _stamps(copied)
    for path in after.keys() - before.keys():
        path.unlink()
    for path, stamp in before.items():
        if after.get(path) != stamp:
            shutil.copy2(REPOSITORY / path.relative_to(copied), path)


@pytest.fixture
def spoil(home: Path) -> Callable[..., None]:
    """Replace one text of one file, which must be there."""

    def change(file: str, old: str, new: str) -> None:
        path = home / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} does not say {old!r}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change
