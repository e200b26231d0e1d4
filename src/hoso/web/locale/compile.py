"""Compile the catalogs: ``hoso.po`` to ``hoso.mo``, beside it.

Run at build as ``python -m hoso.web.locale.compile``.  A catalog that does not parse stops
the build, and so does a Vietnamese sentence whose {placeholders} are not its msgid's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

__all__ = ["HERE", "LANGUAGES", "catalog", "compile_all", "faults"]

HERE = Path(__file__).resolve().parent
LANGUAGES = ("vi", "en")
_PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")


def catalog(language: str) -> Catalog:
    """Read the catalog of *language*."""
    path = HERE / language / "LC_MESSAGES" / "hoso.po"
    with path.open("rb") as source:
        return read_po(source, locale=language, domain="hoso", abort_invalid=True)


def faults(language: str) -> Iterator[str]:
    """Yield what is wrong with the catalog: doubtful entries and lost placeholders."""
    for message in catalog(language):
        if not message.id or not message.string:
            continue
        if message.fuzzy:
            yield f"{language}: {message.id!r} is marked fuzzy"
        asked = set(_PLACEHOLDER.findall(" ".join(_forms(message.id))))
        given = set(_PLACEHOLDER.findall(" ".join(_forms(message.string))))
        if asked != given:
            yield f"{language}: {message.id!r} has {sorted(asked)}, its translation {sorted(given)}"


def compile_all() -> list[str]:
    """Write every ``.mo``; return the faults found."""
    found: list[str] = []
    for language in LANGUAGES:
        found += faults(language)
        target = HERE / language / "LC_MESSAGES" / "hoso.mo"
        with target.open("wb") as out:
            write_mo(out, catalog(language))
    return found


def _forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    said = compile_all()
    sys.stderr.writelines(f"{line}\n" for line in said)
    sys.exit(1 if said else 0)
