"""The sector's facts: everything under ``catalogs/`` as values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from hoso.definitions import kinds
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.shapes import Shape, read, read_each
from hoso.definitions.values import (
    DocumentType,
    DossierType,
    FieldSpec,
    IndexDefinition,
    Level,
    RetentionClass,
    RetentionRule,
    SecrecyLaw,
    Section,
    Separation,
    Stage,
    Trigger,
    Vocabulary,
    WantedPaper,
    WayOfLeaving,
)
from hoso.definitions.vocabularies import read_vocabularies

__all__ = ["Catalogs", "read_catalogs"]

_PERIOD = re.compile(r"P([1-9]\d{0,2})Y")
_Value = TypeVar("_Value")
_FOLDERS = {
    "document-types": ".toml",
    "dossier-types": ".toml",
    "indexes": ".toml",
    "retention": ".toml",
    "value-lists": ".csv",
}


@dataclass(frozen=True)
class Catalogs:
    """What every deployment shares."""

    vocabularies: Mapping[str, Vocabulary]
    levels: Mapping[int, Level]
    secrecy_laws: Mapping[str, SecrecyLaw]
    sections: Mapping[str, Section]
    document_types: Mapping[str, DocumentType]
    dossier_types: Mapping[str, DossierType]
    retention_rules: Mapping[str, RetentionRule]
    retention_classes: Mapping[str, RetentionClass]
    triggers: Mapping[str, Trigger]
    indexes: Mapping[str, IndexDefinition]
    separations: Mapping[str, Separation]
    leaving: Mapping[str, WayOfLeaving]


def read_catalogs(files: DefinitionFiles) -> Catalogs:
    """Read every catalog; what is wrong is noted in *files*."""
    for folder, suffix in _FOLDERS.items():
        for file in files.unread(f"catalogs/{folder}", suffix):
            files.fault(Place(file, 1), f"Only {suffix} files are read here; rename or move it.")
    return Catalogs(
        vocabularies=read_vocabularies(files),
        levels=_levels(files),
        secrecy_laws=_tables(files, "secrecy-laws", kinds.SECRECY_LAW, _secrecy_law),
        sections=_sections(files),
        document_types=_folder(files, "document-types", kinds.DOCUMENT_TYPE, _document_type),
        dossier_types=_dossier_types(files),
        retention_rules=_retention_rules(files),
        retention_classes=_tables(
            files, "retention-classes", kinds.RETENTION_CLASS, _retention_class
        ),
        triggers=_tables(files, "triggers", kinds.TRIGGER, _trigger),
        indexes=_folder(files, "indexes", kinds.INDEX, _index, key="name"),
        separations=_tables(files, "separations", kinds.SEPARATION, _separation),
        leaving=_tables(files, "leaving", kinds.LEAVING, _leaving),
    )


def _folder(
    files: DefinitionFiles,
    folder: str,
    shape: Shape,
    build: Callable[[dict[str, Any], Place], _Value],
    *,
    key: str = "key",
) -> Mapping[str, _Value]:
    """One thing, one file, named as its key."""
    found: dict[str, _Value] = {}
    for file, table in _read_folder(files, folder, shape, key=key):
        found[table[key]] = build(table, Place(file))
    return MappingProxyType(found)


def _read_folder(
    files: DefinitionFiles, folder: str, shape: Shape, *, key: str = "key"
) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in files.names(f"catalogs/{folder}", ".toml"):
        raw = files.toml(file)
        if raw is None:
            continue
        table = read(files, raw, shape, Place(file))
        stem = file.rsplit("/", 1)[1].removesuffix(".toml")
        if table[key] and table[key] != stem:
            files.fault(
                Place(file, keys=(key,)),
                f"The file is named {stem!r} but the key is {table[key]!r}; make them the same.",
            )
        table[key] = stem
        yield file, table


def _tables(
    files: DefinitionFiles,
    name: str,
    shape: Shape,
    build: Callable[[str, dict[str, Any], Place], _Value],
) -> Mapping[str, _Value]:
    """Many small things in one file, a table each."""
    file = f"catalogs/{name}.toml"
    tables = read_each(files, files.toml(file) or {}, shape, Place(file))
    return MappingProxyType(
        {key: build(key, table, Place(file, keys=(key,))) for key, table in tables.items()}
    )


def _levels(files: DefinitionFiles) -> Mapping[int, Level]:
    file = "catalogs/levels.toml"
    raw = files.toml(file)
    table = read(files, raw, kinds.LEVELS, Place(file)) if raw is not None else {"level": []}
    found: dict[int, Level] = {}
    for index, row in enumerate(table["level"]):
        place = Place(file, keys=("level", index))
        level = Level(
            row["number"],
            row["key"],
            row["label"],
            row["stamp"],
            row["source"],
            place,
        )
        if level.number in found:
            files.fault(place.at("number"), f"There is a level {level.number} already; change it.")
        found.setdefault(level.number, level)
    if raw is not None and sorted(found, key=str) != [0, 1, 2, 3, 4]:
        # Two steps below the state secrets, three of the law (Law 29/2018/QH14 art. 8).
        files.fault(Place(file, 1), "The levels are 0, 1, 2, 3 and 4, each once; complete them.")
    return MappingProxyType(found)


def _secrecy_law(key: str, row: dict[str, Any], place: Place) -> SecrecyLaw:
    years = {2: row["confidential"], 3: row["secret"], 4: row["top_secret"]}
    return SecrecyLaw(
        key=key,
        label=row["label"],
        instrument=row["instrument"],
        article=row["article"],
        valid_from=row["valid_from"] or "",
        valid_to=row["valid_to"],
        years=MappingProxyType(years),
        confidence=row["confidence"],
        decide_before_days=row["decide_before_days"] or 0,
        notice_days=row["notice_days"] or 0,
        procedure_confidence=row["procedure_confidence"],
        place=place,
    )


def _sections(files: DefinitionFiles) -> Mapping[str, Section]:
    file = "catalogs/sections.toml"
    raw = files.toml(file)
    table = read(files, raw, kinds.SECTIONS, Place(file)) if raw is not None else {"section": []}
    found: dict[str, Section] = {}
    for index, row in enumerate(table["section"]):
        place = Place(file, keys=("section", index))
        if row["key"] in found:
            files.fault(place.at("key"), f"There is a section {row['key']} already; change it.")
        found.setdefault(row["key"], Section(row["key"], row["label"], place))
    return MappingProxyType(found)


def _document_type(row: dict[str, Any], place: Place) -> DocumentType:
    fields = tuple(
        FieldSpec(
            one["name"], one["label"], one["type"], one["required"], one["vocabulary"] or None
        )
        for one in row["field"]
    )
    return DocumentType(
        key=row["key"],
        label=row["label"],
        section=row["section"],
        kinds=row["kinds"],
        repeatable=row["repeatable"],
        form=row["form"],
        level=row["level"] if row["level"] is not None else 1,
        retention=row["retention"],
        closed_to=row["closed_to"],
        phrases=row["phrases"],
        symbols=row["symbols"],
        fields=fields,
        source=row["source"],
        confidence=row["confidence"],
        place=place,
    )


def _dossier_types(files: DefinitionFiles) -> Mapping[str, DossierType]:
    found = {}
    for file, row in _read_folder(files, "dossier-types", kinds.DOSSIER_TYPE):
        place = Place(file)
        stages = read_each(files, row["stage"], kinds.STAGE, place.at("stage"))
        found[row["key"]] = DossierType(
            key=row["key"],
            label=row["label"],
            personal=row["personal"],
            retention=row["retention"],
            level=row["level"] if row["level"] is not None else 1,
            stages=MappingProxyType(
                {
                    key: Stage(key, stage["required"], stage["deadline"] or None)
                    for key, stage in stages.items()
                }
            ),
            source=row["source"],
            place=place,
        )
    return MappingProxyType(found)


def _retention_rules(files: DefinitionFiles) -> Mapping[str, RetentionRule]:
    found: dict[str, RetentionRule] = {}
    for file in files.names("catalogs/retention", ".toml"):
        raw = files.toml(file)
        if raw is None:
            continue
        place = Place(file)
        table = read(files, raw, kinds.RETENTION_TABLE, place)
        rows = read_each(files, table["rule"], kinds.RETENTION_RULE, place.at("rule"))
        for key, row in rows.items():
            here = place.at("rule", key)
            if key in found:
                files.fault(
                    here,
                    f"The rule {key!r} is in {found[key].place.file} already; rename this one.",
                )
                continue
            found[key] = RetentionRule(
                key=key,
                label=row["label"],
                instrument=table["instrument"],
                item=row["item"],
                years=_years(files, row["period"], here),
                trigger=row["trigger"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                confidence=row["confidence"],
                article=row["article"],
                repeats=row["repeats"] or None,
                place=here,
            )
    return MappingProxyType(found)


def _years(files: DefinitionFiles, period: str, place: Place) -> int | None:
    if period == "permanent":
        return None
    found = _PERIOD.fullmatch(period)
    if found is None:
        if period:
            files.fault(
                place.at("period"),
                f'{period!r} is no period; write "permanent" or whole years, "P20Y".',
            )
        return None
    return int(found.group(1))


def _retention_class(key: str, row: dict[str, Any], place: Place) -> RetentionClass:
    return RetentionClass(
        key,
        row["label"],
        row["rules"],
        part_of=row["part_of"],
        transfer_first=row["transfer_first"],
        place=place,
    )


def _trigger(key: str, row: dict[str, Any], place: Place) -> Trigger:
    return Trigger(key, row["label"], row["statuses"], row["counts_from"], row["source"], place)


def _index(row: dict[str, Any], place: Place) -> IndexDefinition:
    return IndexDefinition(
        row["name"],
        row["label"],
        row["kind"],
        row["on"],
        row["facet"],
        row["when"],
        row["value"],
        place,
    )


def _leaving(key: str, row: dict[str, Any], place: Place) -> WayOfLeaving:
    return WayOfLeaving(
        key,
        row["label"],
        row["status"],
        row["reasons"],
        row["forms"] or "",
        row["ahead"],
        row["after"],
        row["stops"],
        tuple(
            WantedPaper(one["key"], one["label"], one["types"], one["deadline"])
            for one in row["paper"]
        ),
        row["source"],
        row["confidence"],
        place,
    )


def _separation(key: str, row: dict[str, Any], place: Place) -> Separation:
    return Separation(key, row["why"], row["role"] or None, row["never"], row["apart"], place)
