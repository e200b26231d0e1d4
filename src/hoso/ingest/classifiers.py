"""The data the rules go by, read from a folder of TOML files (``catalogs/classifiers``)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import Levenshtein

from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import fold, nfc

__all__ = ["Classifiers", "Form", "begins_like", "load", "plain"]

_LONG_ENOUGH = 6  # letters: a shorter word with one letter changed is another word
_COMMON = 30  # surnames that a spoilt one is completed to


def plain(text: str) -> str:
    """Return *text* without marks and case, spaces single: what rules compare."""
    return " ".join(filter(None, map(_plain_word, text.split())))


@lru_cache(maxsize=1 << 15)
def _plain_word(word: str) -> str:
    # A paper has few different words, and folding is a fifth of what the rules take.
    return fold(nfc(word))


def begins_like(text: str, beginnings: Iterable[str], *, recognised: bool) -> bool:
    """Tell whether plain *text* begins with one of *beginnings*.

    Of what was *recognised* a letter in six may be another: Găn cứ, Diêu 1, GlÁM ĐỐC.
    """
    for each in beginnings:
        if text.startswith(each):
            return True
        if recognised and len(each) >= _LONG_ENOUGH and not any(map(str.isdigit, each)):
            most = len(each) // 6
            if Levenshtein.distance(text[: len(each)], each, score_cutoff=most) <= most:
                return True
    return False


@dataclass(frozen=True)
class Form:
    """A form of paper: its name, the abbreviations that begin its symbol."""

    label: str
    symbols: tuple[str, ...]


@dataclass(frozen=True)
class Classifiers:
    """All rule data, folded."""

    forms: Mapping[str, Form]  # by plain name, other spellings included
    form_prefixes: Mapping[str, Form]
    by_symbol: Mapping[str, Form]
    mottos: tuple[str, ...]
    bodies: tuple[str, ...]
    marked_bodies: tuple[str, ...]  # the same with their marks, in small letters
    no_bodies: tuple[str, ...]
    known_bodies: tuple[str, ...]  # as they are written, in capitals
    placed: tuple[str, ...]
    places: tuple[str, ...]
    addressee: tuple[str, ...]
    recipients: tuple[str, ...]
    subject_ends: tuple[str, ...]
    authorities: tuple[str, ...]
    skips: tuple[str, ...]
    openers: tuple[str, ...]
    capacities: re.Pattern[str]
    titles: re.Pattern[str]
    surnames: frozenset[str]
    marked_surnames: frozenset[str]
    ordered_surnames: tuple[str, ...]  # the most common first
    middle_names: frozenset[str]
    person_before: re.Pattern[str]  # the words before a name, folded
    person_after: re.Pattern[str]  # what a name does not go on with, in small letters
    person_fields: tuple[str, ...]
    person_never: tuple[str, ...]
    stamps: Mapping[str, int]

    @property
    def common_surnames(self) -> frozenset[str]:
        """The folded surnames that nearly everybody has."""
        return frozenset(map(plain, self.ordered_surnames[:_COMMON]))

    def surname(self, word: str) -> str:
        """Return *word* as the surname it must be: Lễ is Lê."""
        if word.lower() in self.marked_surnames:
            return word
        return next((known for known in self.ordered_surnames if plain(known) == plain(word)), word)

    def surname_ending(self, tail: str) -> str | None:
        """Return the one common surname that ends in *tail*; None where several or none do."""
        tail = tail.lower()
        if len(tail) < 2 and tail != "\u00ea":
            return None
        common = self.ordered_surnames[:_COMMON]
        marked = [name for name in common if name.lower().endswith(tail)]
        found = marked or [name for name in common if plain(name).endswith(plain(tail))]
        return found[0] if len(found) == 1 else None


def load(folder: Path) -> Classifiers:
    """Read the folder; what is missing or misspelt is told with its file."""
    stamps = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.toml")))
    return _load(folder, stamps)


@lru_cache(maxsize=4)
def _load(folder: Path, _stamps: tuple[tuple[str, int], ...]) -> Classifiers:
    forms = _read(folder, "forms", ("form",))["form"]
    layout = _read(
        folder,
        "layout",
        (
            "mottos",
            "bodies",
            "no-bodies",
            "known",
            "placed",
            "places",
            "addressee",
            "recipients",
            "subject",
        ),
    )
    signatures = _read(folder, "signatures", ("prefixes", "positions", "titles"))
    people = _read(folder, "people", ("before", "after", "fields", "never"))
    names = _read(folder, "names", ("surnames", "middle"))
    stamps = _read(folder, "stamps", ("stamp",))["stamp"]
    by_name: dict[str, Form] = {}
    by_prefix: dict[str, Form] = {}
    by_symbol: dict[str, Form] = {}
    for each in forms:
        symbols = tuple(filter(None, [each.get("symbol"), *each.get("symbols", ())]))
        form = Form(nfc(each["label"]), symbols)
        for name in (each["label"], *each.get("also", ())):
            by_name[plain(name)] = form
        for prefix in each.get("prefixes", ()):
            by_prefix[plain(prefix)] = form
        for symbol in symbols:
            by_symbol.setdefault(symbol.upper(), form)
    subject = layout["subject"]
    return Classifiers(
        forms=by_name,
        form_prefixes=by_prefix,
        by_symbol=by_symbol,
        mottos=_plain(layout["mottos"]),
        bodies=_plain(layout["bodies"]),
        marked_bodies=tuple(nfc(name).lower() for name in layout["bodies"]),
        no_bodies=_plain(layout["no-bodies"]),
        known_bodies=tuple(nfc(name).upper() for name in layout["known"]),
        placed=_plain(layout["placed"]),
        places=_plain(layout["places"]),
        addressee=_plain(layout["addressee"]),
        recipients=_plain(layout["recipients"]),
        subject_ends=_plain(subject["ends"]),
        authorities=_plain(subject["authorities"]),
        skips=_plain(subject["skips"]),
        openers=_plain(subject["openers"]),
        capacities=_beginnings([*signatures["prefixes"], *signatures["positions"]]),
        titles=_beginnings(signatures["titles"]),
        surnames=frozenset(_plain(names["surnames"])),
        marked_surnames=frozenset(nfc(name).lower() for name in names["surnames"]),
        ordered_surnames=tuple(map(nfc, names["surnames"])),
        middle_names=frozenset(nfc(name).lower() for name in names["middle"]),
        person_before=_anywhere(people["before"]),
        person_after=_any_of(map(str.lower, map(nfc, people["after"]))),
        person_fields=_longest_first(people["fields"]),
        person_never=_longest_first(people["never"]),
        stamps={plain(each["text"]): int(each["level"]) for each in stamps},
    )


def _read(folder: Path, name: str, keys: tuple[str, ...]) -> dict[str, Any]:
    path = folder / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid([Fault(str(path), "This file of rule data is missing.")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise Invalid([Fault(str(path), "{why}", {"why": str(why)})]) from None
    missing = [key for key in keys if key not in data]
    if missing:
        raise Invalid([Fault(str(path), "Missing: {keys}.", {"keys": ", ".join(missing)})])
    return data


def _plain(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(plain, texts))


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(_plain(texts), key=len, reverse=True))


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    longest = sorted(texts, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _anywhere(texts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds *texts* as words of a plain text, and a colon behind."""
    options = "|".join(map(re.escape, _longest_first(texts)))
    return re.compile(rf"(?<![a-z])(?:{options})(?![a-z])\)?\s*:?\s*")


def _beginnings(texts: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for plain text that begins with one of *texts*, dots optional."""
    options = [
        re.escape(each.rstrip(".")) + (r"\s?[.,:]?" if each.endswith(".") else "")
        for each in _longest_first(texts)
    ]
    return re.compile(rf"(?:{'|'.join(options)})(?![a-z0-9])[.\s]*")
