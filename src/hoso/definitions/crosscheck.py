"""Whether the definitions agree with each other: what ``hoso check`` and every start run.

Everything here is about references, dates and gaps between values that were read well by
themselves; each fault is noted with its place.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from hoso.definitions.catalogs import Catalogs
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.places import Place
from hoso.definitions.shapes import did_you_mean
from hoso.definitions.values import (
    DocumentType,
    DossierType,
    RetentionClass,
    RetentionRule,
    WayOfLeaving,
)

__all__ = ["check_catalogs"]


class _References:
    """Looks names up and notes those that are not there."""

    def __init__(self, files: DefinitionFiles, catalogs: Catalogs) -> None:
        self.files = files
        self.catalogs = catalogs

    def terms(self, vocabulary: str) -> Mapping[str, Any]:
        found = self.catalogs.vocabularies.get(vocabulary)
        return found.terms if found else {}

    def check(self, what: str, name: str | int, known: Mapping[Any, Any], place: Place) -> bool:
        if name in known:
            return True
        near = did_you_mean(str(name), {str(key): 1 for key in known})
        self.files.fault(place, f"There is no {what} {name!r}; {near}")
        return False

    def check_all(
        self, what: str, names: Iterable[str], known: Mapping[Any, Any], place: Place
    ) -> None:
        for name in names:
            self.check(what, name, known, Place(place.file, place.line, place.keys, name))


def check_catalogs(files: DefinitionFiles, catalogs: Catalogs) -> None:
    """Note everything in the catalogs that does not agree."""
    references = _References(files, catalogs)
    for document_type in catalogs.document_types.values():
        _check_document_type(references, document_type)
    for dossier_type in catalogs.dossier_types.values():
        _check_dossier_type(references, dossier_type)
    for rule in catalogs.retention_rules.values():
        _check_rule(references, rule)
    _check_classes(references)
    _check_triggers(references)
    for way in catalogs.leaving.values():
        _check_leaving(references, way)
    for key, separation in catalogs.separations.items():
        permissions = references.terms("permission")
        place = separation.place
        references.check_all("permission", separation.never, permissions, place.at("never"))
        references.check_all("permission", separation.apart, permissions, place.at("apart"))
        if separation.role is not None:
            references.check("role", separation.role, references.terms("role"), place.at("role"))
        if bool(separation.never) == bool(separation.apart) or (
            bool(separation.never) != (separation.role is not None)
        ):
            files.fault(
                place, f"{key!r} needs either a role and what it never holds, or what stands apart."
            )
    for index in catalogs.indexes.values():
        if index.facet and index.kind not in ("number", "token"):
            files.fault(
                index.place.at("facet"), f"A facet counts numbers or tokens, not {index.kind!r}."
            )


def _check_document_type(references: _References, one: DocumentType) -> None:
    catalogs, place, files = references.catalogs, one.place, references.files
    if references.check("section", one.section, catalogs.sections, place.at("section")) and (
        not one.key.startswith(one.section)
    ):
        files.fault(place.at("section"), f"{one.key} stands in section {one.key[0]} by its key.")
    references.check("level", one.level, catalogs.levels, place.at("level"))
    _check_retention(references, one.retention, f"document type {one.key}", place)
    references.check_all("role", one.closed_to, references.terms("role"), place.at("closed_to"))
    forms = references.terms("document-form")
    references.check_all("document form", one.symbols, forms, place.at("symbols"))
    if one.kinds != ("ALL",):
        known = dict.fromkeys(catalogs.dossier_types, 1)
        references.check_all("dossier type", one.kinds, known, place.at("kinds"))
    names: set[str] = set()
    for index, spec in enumerate(one.fields):
        here = place.at("field", index)
        if spec.name in names:
            files.fault(here.at("name"), f"The field {spec.name!r} is there twice; rename one.")
        names.add(spec.name)
        if (spec.type == "choice") != (spec.vocabulary is not None):
            files.fault(here.at("type"), "A choice needs a vocabulary, and nothing else has one.")
        if spec.vocabulary is not None:
            references.check(
                "value list", spec.vocabulary, catalogs.vocabularies, here.at("vocabulary")
            )
    folded = [phrase.casefold() for phrase in one.phrases]
    for phrase in sorted({phrase for phrase in folded if folded.count(phrase) > 1}):
        files.fault(place.at("phrases"), f"The phrase {phrase!r} is there twice; take one out.")


def _check_dossier_type(references: _References, one: DossierType) -> None:
    catalogs, place, files = references.catalogs, one.place, references.files
    references.check("level", one.level, catalogs.levels, place.at("level"))
    if one.personal and one.level < 1:
        # Dossiers of persons are handled as secret papers are (TT 07/2019/TT-BNV art. 9).
        files.fault(place.at("level"), "The dossier of a person is at level 1 at least; raise it.")
    _check_retention(references, one.retention, f"dossier type {one.key}", place)
    for key, stage in one.stages.items():
        here = place.at("stage", key, "required")
        for name in stage.required:
            inside = Place(here.file, 0, here.keys, name)
            if references.check("document type", name, catalogs.document_types, inside):
                kinds = catalogs.document_types[name].kinds
                if kinds != ("ALL",) and one.key not in kinds:
                    files.fault(
                        inside,
                        f"The document type {name} is for {', '.join(kinds)} only; "
                        f"add {one.key} to its kinds or take it out here.",
                    )


def _check_retention(references: _References, key: str, what: str, place: Place) -> None:
    """A record type without a retention rule could neither be kept nor destroyed by law."""
    inside = place.at("retention")
    if key and references.check(
        "retention class", key, references.catalogs.retention_classes, inside
    ):
        found = references.catalogs.retention_classes[key]
        if not any(rule in references.catalogs.retention_rules for rule in found.rules):
            references.files.fault(inside, f"The {what} has no retention rule; give {key!r} one.")


def _check_rule(references: _References, one: RetentionRule) -> None:
    catalogs, place = references.catalogs, one.place
    instruments = references.terms("instrument")
    references.check(
        "instrument", one.instrument, instruments, Place(place.file, 0, ("instrument",))
    )
    references.check("trigger", one.trigger, catalogs.triggers, place.at("trigger"))
    if one.repeats is not None:
        references.check("rule", one.repeats, catalogs.retention_rules, place.at("repeats"))
        if one.confidence != "?":
            references.files.fault(
                place.at("confidence"), "A rule that repeats another was not read; its mark is ?."
            )
    if one.valid_from and one.valid_to and one.valid_to < one.valid_from:
        references.files.fault(
            place.at("valid_to"), "The rule ends before it begins; correct valid_from or valid_to."
        )
    if not any(one.key in found.rules for found in catalogs.retention_classes.values()):
        references.files.fault(
            place, f"The rule {one.key!r} is in no retention class; nothing will ever follow it."
        )


def _check_classes(references: _References) -> None:
    catalogs, files = references.catalogs, references.files
    used = {one.retention for one in catalogs.document_types.values()}
    used |= {one.retention for one in catalogs.dossier_types.values()}
    for key, found in catalogs.retention_classes.items():
        place = found.place.at("rules")
        if key not in used:
            files.fault(found.place, f"The retention class {key!r} is used by no record type.")
        references.check_all("rule", found.rules, catalogs.retention_rules, place)
        rules = [
            catalogs.retention_rules[one] for one in found.rules if one in catalogs.retention_rules
        ]
        if rules:
            _check_no_gap(files, rules, place)
        _check_part(references, found)


def _check_part(references: _References, one: RetentionClass) -> None:
    """Papers of a person's dossier stay together: none of them goes by a period of its own."""
    catalogs, place = references.catalogs, one.place.at("part_of")
    references.check_all("retention class", one.part_of, catalogs.retention_classes, place)
    of_persons = {kind.retention for kind in catalogs.dossier_types.values() if kind.personal}
    for key in one.part_of:
        if key in of_persons:
            references.files.fault(
                place.at(value=key),
                "The dossier of a person is kept whole; no class is a part of it. Take it out.",
            )


def _check_no_gap(files: DefinitionFiles, rules: list[RetentionRule], place: Place) -> None:
    """Every day must have one rule: work may have ended on any."""
    first, last = rules[0], rules[-1]
    if first.valid_from is not None:
        files.fault(
            place.at(value=first.key),
            f"Work that ended before {first.valid_from} has no rule; put an older one first.",
        )
    if last.valid_to is not None:
        files.fault(
            place.at(value=last.key),
            f"Work that ends after {last.valid_to} has no rule; add the one that followed.",
        )
    for earlier, later in itertools.pairwise(rules):
        here = place.at(value=later.key)
        if earlier.valid_to is None or later.valid_from is None:
            files.fault(here, f"{earlier.key} and {later.key} are in force together; date them.")
            continue
        expected = (date.fromisoformat(earlier.valid_to) + timedelta(days=1)).isoformat()
        if later.valid_from > expected:
            files.fault(here, f"No rule from {expected} until {later.valid_from}; close the gap.")
        elif later.valid_from < expected:
            files.fault(
                here, f"Two rules from {later.valid_from} until {earlier.valid_to}; end the older."
            )


def _check_leaving(references: _References, one: WayOfLeaving) -> None:
    place, statuses = one.place, references.terms("dossier-status")
    if references.check("status", one.status, statuses, place.at("status")) and (
        statuses[one.status].extra.get("phase") != "left"
    ):
        references.files.fault(
            place.at("status"), f"Who has the status {one.status!r} has not left; choose another."
        )
    references.check_all("status", one.after, statuses, place.at("after"))
    reasons = references.terms("leaving-reason")
    references.check_all("reason", one.reasons, reasons, place.at("reasons"))
    if one.forms:
        known = references.catalogs.vocabularies
        references.check("value list", one.forms, known, place.at("forms"))
    keys = [paper.key for paper in one.papers]
    for index, paper in enumerate(one.papers):
        here = place.at("paper", index)
        types = references.catalogs.document_types
        references.check_all("document type", paper.types, types, here.at("types"))
        if keys.index(paper.key) != index:
            references.files.fault(here.at("key"), f"{paper.key!r} is there twice; rename one.")


def _check_triggers(references: _References) -> None:
    statuses = references.terms("dossier-status")
    for trigger in references.catalogs.triggers.values():
        place = trigger.place.at("statuses")
        references.check_all("status", trigger.statuses, statuses, place)
        for code in trigger.statuses:
            if code in statuses and statuses[code].extra.get("ends") != "service":
                references.files.fault(
                    Place(place.file, 0, place.keys, code),
                    f"The status {code!r} does not end service by the value list dossier-status; "
                    "take it out, or correct the list.",
                )
