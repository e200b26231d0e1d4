"""Value lists: ``catalogs/value-lists/*.csv``, named and joined in ``value-lists.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hoso.definitions.loader import DefinitionFiles, Row
from hoso.definitions.places import Place
from hoso.definitions.shapes import Key, Shape, did_you_mean, read_each
from hoso.definitions.values import Term, Text, Vocabulary
from hoso.kernel.dates import PartialDate

__all__ = ["CONFIDENCES", "read_vocabularies"]

FOLDER = "catalogs/value-lists"
REGISTER = "catalogs/value-lists.toml"
COLUMNS = ("code", "label_vi", "label_en", "valid_from", "valid_to", "source", "confidence")
# V read in the source, K known but not read again, ? doubtful: never enough to destroy on.
CONFIDENCES = ("V", "K", "?")
_LIST = Shape(
    "a value list",
    {
        "label": Key("label", required=True),
        "group": Key("text", required=True),
        "references": Key("table"),
    },
)


def read_vocabularies(files: DefinitionFiles) -> Mapping[str, Vocabulary]:
    """Return every value list by its key, which is the name of its file."""
    register = read_each(files, files.toml(REGISTER) or {}, _LIST, Place(REGISTER))
    paths = {path.rsplit("/", 1)[1][:-4]: path for path in files.names(FOLDER, ".csv")}
    for key in register:
        if key not in paths:
            files.fault(
                Place(REGISTER, keys=(key,)),
                f"There is no {FOLDER}/{key}.csv; add it or this goes.",
            )
    found = {}
    for key, path in paths.items():
        entry = register.get(key)
        if entry is None:
            files.fault(Place(path, 1), f"The list is not named in {REGISTER}; add [{key}] there.")
            entry = {"label": Text(key), "group": "", "references": {}}
        columns, rows = files.table(path, COLUMNS)
        references = _references(files, key, entry["references"], columns=columns)
        terms = _terms(files, rows)
        found[key] = Vocabulary(key, entry["label"], entry["group"], terms, references, path)
    for vocabulary in found.values():
        _check_references(files, vocabulary, found)
    return MappingProxyType(found)


def _terms(files: DefinitionFiles, rows: list[Row]) -> Mapping[str, Term]:
    terms: dict[str, Term] = {}
    for row in rows:
        cells = dict(row.cells)
        code, vi, en, start, end, source, confidence = (cells.pop(name) for name in COLUMNS)
        term = Term(
            code,
            Text(vi, en),
            start or None,
            end or None,
            source,
            confidence,
            cells,
            row.place.line,
        )
        if not code or not vi or not source:
            files.fault(row.place, "A row needs a code, a Vietnamese label and a source; add them.")
        if code in terms:
            files.fault(
                row.place,
                f"The code {code!r} is in line {terms[code].line} already; give this row another.",
            )
            continue
        if confidence not in CONFIDENCES:
            files.fault(row.place, f"The confidence {confidence!r} is none of V, K, ?; choose one.")
        _check_validity(files, term, row.place)
        terms[code] = term
    return MappingProxyType(terms)


def _check_validity(files: DefinitionFiles, term: Term, place: Place) -> None:
    for day in (term.valid_from, term.valid_to):
        if day is not None:
            try:
                PartialDate.parse(day)
            except ValueError:
                files.fault(place, f"{day!r} is not a date; write YYYY-MM-DD, YYYY-MM or YYYY.")
                return
    if term.valid_from and term.valid_to and term.valid_to < term.valid_from:
        files.fault(place, "The row ends before it begins; correct valid_from or valid_to.")


def _references(
    files: DefinitionFiles, key: str, raw: Mapping[str, object], *, columns: list[str]
) -> Mapping[str, str]:
    place = Place(REGISTER, keys=(key, "references"))
    found = {}
    for column, target in raw.items():
        if column not in columns or column in COLUMNS:
            files.fault(
                place.at(column),
                f"The list {key!r} has no column {column!r} of its own; correct it.",
            )
        elif not isinstance(target, str):
            files.fault(place.at(column), "A reference names a value list, as a text.")
        else:
            found[column] = target
    return MappingProxyType(found)


def _check_references(
    files: DefinitionFiles, vocabulary: Vocabulary, known: Mapping[str, Vocabulary]
) -> None:
    for column, target in vocabulary.references.items():
        if target not in known:
            place = Place(REGISTER, keys=(vocabulary.key, "references", column))
            files.fault(place, f"There is no value list {target!r}; {did_you_mean(target, known)}")
            continue
        terms = known[target].terms
        for term in vocabulary.terms.values():
            for code in term.extra[column].split(";"):
                if code and code not in terms:
                    near = did_you_mean(code, terms)
                    files.fault(
                        Place(vocabulary.file, term.line),
                        f"{column} {code!r} is not in the value list {target!r}; {near}",
                    )
