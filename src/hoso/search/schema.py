"""The fields of the two indexes, and an entry as a document of each.

``documents`` holds every entry; ``dossiers`` one small document a dossier, for lists and for
typing ahead.  No text is stored: it lies in the database and would double the index.  Words are
made in Python and the engine only splits at spaces, so that a question is cut exactly as a
document is.

tantivy-py 0.27 deletes nothing, silently, by a term of an unsigned field: ``sid``, a text, is
the key of deletion.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from typing import Any

import tantivy
from tantivy import Document, Schema, SchemaBuilder

from hoso.kernel.text import name_key
from hoso.search.analysis import (
    VERSION,
    bigrams,
    cut,
    folded_words,
    joined,
    name_code,
    number_words,
)
from hoso.search.misreadings import TABLE_VERSION, repaired
from hoso.search.picks import agency_keys, number_key, person_keys, picks
from hoso.search.values import KEEPING, KINDS, Entry

__all__ = [
    "META",
    "SAMPLES",
    "digest_number",
    "document_index",
    "document_of",
    "dossier_index",
    "dossier_of",
    "fingerprint",
    "meta_of",
]

META = 0
# Raise it whenever the same entry would be written otherwise.
_LAYOUT = 4
SAMPLES = 128

_RAW = {"tokenizer_name": "raw", "index_option": "basic"}
_SET = {"tokenizer_name": "whitespace", "index_option": "basic"}
_COUNTED = {"tokenizer_name": "whitespace", "index_option": "freq"}
_PLACED = {"tokenizer_name": "whitespace", "index_option": "position"}

_COMMON_TEXT: dict[str, dict[str, Any]] = {
    "sid": _RAW,  # the id as text: look-up and deletion
    "acl": _RAW,  # tokens of access
    "pick": _RAW,  # what is suggested, to whom (picks.py)
    "number": _SET,
    "person": _PLACED,
    "name_order": {**_RAW, "fast": True},  # sorts as a Vietnamese list of names does
    "tf": _PLACED,  # all words, without marks
    "meta": {**_RAW, "stored": True},  # cursor and counters, one document an index
}
_DOCUMENT_TEXT: dict[str, dict[str, Any]] = {
    **_COMMON_TEXT,
    "agency": _PLACED,
    "title": _SET,  # words of the heading: title, person, number, agency
    "tx": _SET,  # words with marks; they only lift
    "tb": _SET,  # bigrams without marks
    "tr": _SET,  # what a scan may have meant
}
_DOSSIER_TEXT = _COMMON_TEXT
# Indexed and fast: filters and facets.  ``leaf`` is the unit a record lies in, ``issuer`` the
# code of the agency's name.
_CODES = (
    *("kind", "dossier", "type", "form", "year", "leaf", "level", "section"),
    *("status", "standing", "issuer", "keep"),
)
_DAYS = ("day", "last", "filed", "until")
_FAST_ONLY = ("id", "digest")
# How much more a paper of 2100 counts than an equal one of 1900: enough to tell one day from the
# next in the engine's 32 bits, too little to outweigh a word.
_FRESHNESS = 0.05
_OLDEST, _NEWEST = -25_567, 47_482


def _built(text: dict[str, dict[str, Any]]) -> Schema:
    builder = SchemaBuilder()
    for name, options in text.items():
        builder.add_text_field(name, **options)
    for name in _CODES:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in _FAST_ONLY:
        builder.add_unsigned_field(name, fast=True)
    for name in _DAYS:
        builder.add_integer_field(name, fast=True)
    builder.add_unsigned_field("smp", indexed=True)
    builder.add_float_field("fresh", fast=True)
    return builder.build()


def document_index() -> Schema:
    """Return the fields of the index of all entries."""
    return _built(_DOCUMENT_TEXT)


def dossier_index() -> Schema:
    """Return the fields of the index of dossiers."""
    return _built(_DOSSIER_TEXT)


def fingerprint() -> str:
    """Name all that an index depends on; an index with another one must be built anew."""
    engine = ".".join(tantivy.__version__.split(".")[:2])
    said = [engine, VERSION, TABLE_VERSION, _LAYOUT]
    said += [_DOCUMENT_TEXT, _DOSSIER_TEXT, _CODES, _DAYS, _FAST_ONLY]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def digest_number(entry: Entry) -> int:
    """Return the part of the digest an index keeps: 64 bits, a fast field's width."""
    return int(entry.digest[:16], 16)


def _document(entry: Entry) -> Document:
    made = Document()
    made.add_text("sid", str(entry.id))
    made.add_unsigned("id", entry.id)
    made.add_unsigned("digest", digest_number(entry))
    made.add_unsigned("kind", KINDS[entry.kind])
    # Ids are random, but the sample must not rest on that.
    made.add_unsigned("smp", (entry.id * 0x9E3779B97F4A7C15 & (1 << 64) - 1) >> 57)
    for name in ("dossier", "type", "form", "year", "level", "section", "status", "standing"):
        made.add_unsigned(name, getattr(entry, name))
    made.add_unsigned("leaf", entry.unit)
    made.add_unsigned("keep", KEEPING.get(entry.keep, 0))
    for name in _DAYS:
        day = getattr(entry, name)
        if day is not None:
            made.add_integer(name, day)
    made.add_float("fresh", _fresh(entry.day))
    for token in sorted(set(entry.acl)):
        made.add_text("acl", token)
    made.add_text("number", joined(number_words(entry.number, entry.symbol)))
    made.add_text("person", joined(folded_words(entry.person)))
    if entry.person:
        made.add_text("name_order", _name_order(entry.person))
    return made


def _fresh(day: int | None) -> float:
    """Return the weight that makes a score grow with the date: times log2(2 + weight)."""
    known = _OLDEST if day is None else min(max(day, _OLDEST), _NEWEST)
    share = (known - _OLDEST) / (_NEWEST - _OLDEST)
    return float(2.0 ** (1 + _FRESHNESS * share) - 2)


def _heading(entry: Entry) -> str:
    number = f"{entry.number}/{entry.symbol}" if entry.symbol else entry.number
    return f"{entry.title}\n{number}\n{entry.person}\n{entry.agency}"


def document_of(entry: Entry) -> Document:
    """Write *entry* for the index of all entries."""
    head_words, head_exact = cut(_heading(entry))
    body_words, body_exact = cut(entry.text)
    made = _document(entry)
    made.add_unsigned("issuer", name_code(entry.agency))
    made.add_text("agency", joined(folded_words(entry.agency)))
    for pick in picks(entry.acl, [*number_key(entry), *agency_keys(entry)]):
        made.add_text("pick", pick)
    made.add_text("title", joined(head_words))
    # Two values: the engine leaves a gap between them, no phrase runs across.
    made.add_text("tf", joined(head_words))
    made.add_text("tf", joined(body_words))
    made.add_text("tx", joined([*head_exact, *body_exact]))
    made.add_text("tb", joined([*bigrams(head_words), *bigrams(body_words)]))
    if entry.ocr:
        made.add_text("tr", joined(repaired(body_words)))
    return made


def dossier_of(entry: Entry) -> Document:
    """Write *entry*, a dossier, for the index of dossiers."""
    made = _document(entry)
    for pick in picks(entry.acl, person_keys(entry)):
        made.add_text("pick", pick)
    made.add_text("tf", joined(folded_words(_heading(entry))))
    return made


@lru_cache(maxsize=10_000)
def _name_order(name: str) -> str:
    """Write the key of a name so that plain text order is the order of names."""
    parts = []
    key: Any = name_key(name)
    for letters, tone in key:
        parts.append("".join(f"{rank + 1:06x}" for rank in letters) + f"000000{tone}")
    return "".join(parts)


def meta_of(said: str) -> Document:
    """Write the one document that says where the index stands."""
    made = Document()
    made.add_unsigned("kind", META)
    made.add_text("sid", "meta")
    made.add_text("meta", said)
    return made
