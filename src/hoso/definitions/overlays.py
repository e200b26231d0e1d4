"""The tables of a profile laid over those it extends: roles, deadlines, workflows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from hoso.definitions import kinds
from hoso.definitions.deployments import Deadline, RoleMatrix, State, Transition, Workflow
from hoso.definitions.loader import DefinitionFiles, Row
from hoso.definitions.places import Place
from hoso.definitions.shapes import did_you_mean, read
from hoso.definitions.values import Text

__all__ = ["lay_deadlines", "lay_roles", "lay_workflows"]

_DEADLINE_COLUMNS = (
    "code",
    "label_vi",
    "label_en",
    "amount",
    "unit",
    "counted_from",
    "responsible",
    "source",
    "confidence",
)


def lay_roles(
    files: DefinitionFiles, chain: tuple[str, ...], labels: Mapping[str, Text]
) -> tuple[RoleMatrix, Mapping[str, Row]]:
    roles: list[str] = []
    rows: dict[str, Row] = {}
    for name in chain:
        file = f"profiles/{name}/roles.csv"
        if not files.exists(file):
            continue
        columns, found = files.table(file, ("permission",))
        named = [column for column in columns if column not in ("", "permission")]
        for role in named:
            if role not in labels:
                near = did_you_mean(role, labels)
                files.fault(Place(file, 1), f"There is no role {role!r} in the value list; {near}")
        if roles and found and named != roles:
            files.fault(Place(file, 1), f"The roles are {', '.join(roles)}; name them so.")
            continue
        roles = roles or named
        _lay_rows(files, rows, found)
    grants = {
        role: frozenset(permission for permission, row in rows.items() if row[role] == "A")
        for role in roles
    }
    matrix = RoleMatrix(
        roles=tuple(roles),
        labels=MappingProxyType({role: labels.get(role, Text(role)) for role in roles}),
        permissions=tuple(rows),
        grants=MappingProxyType(grants),
    )
    return matrix, rows


def _lay_rows(files: DefinitionFiles, rows: dict[str, Row], found: list[Row]) -> None:
    seen: set[str] = set()
    for row in found:
        permission = row["permission"]
        if permission in seen:
            files.fault(row.place, f"{permission!r} has a row already; join the two.")
            continue
        seen.add(permission)
        for role, cell in row.cells.items():
            if role != "permission" and cell not in ("", "A"):
                files.fault(row.place, f"The cell of {role!r} says {cell!r}; write A or nothing.")
        if permission in rows and rows[permission].cells == row.cells:
            files.fault(row.place, f"The row of {permission!r} changes nothing; take it out.")
        rows[permission] = row


def lay_deadlines(files: DefinitionFiles, chain: tuple[str, ...]) -> Mapping[str, Deadline]:
    found: dict[str, Deadline] = {}
    for name in chain:
        file = f"profiles/{name}/deadlines.csv"
        if not files.exists(file):
            continue
        seen: set[str] = set()
        for row in files.table(file, _DEADLINE_COLUMNS, ())[1]:
            deadline = Deadline(
                key=row["code"],
                label=Text(row["label_vi"], row["label_en"]),
                amount=row["amount"],
                unit=row["unit"],
                counted_from=row["counted_from"],
                responsible=row["responsible"],
                source=row["source"],
                confidence=row["confidence"],
                place=row.place,
            )
            if deadline.key in seen:
                files.fault(row.place, f"The deadline {deadline.key!r} is there twice; keep one.")
            elif found.get(deadline.key) == deadline:
                files.fault(
                    row.place, f"The deadline {deadline.key!r} changes nothing; take the row out."
                )
            seen.add(deadline.key)
            found[deadline.key] = deadline
    return MappingProxyType(found)


def lay_workflows(files: DefinitionFiles, chain: tuple[str, ...]) -> Mapping[str, Workflow]:
    found: dict[str, Workflow] = {}
    for name in chain:
        for file in files.names(f"profiles/{name}/workflows", ".toml"):
            raw = files.toml(file)
            if raw is None:
                continue
            place = Place(file)
            workflow = _workflow(files, read(files, raw, kinds.WORKFLOW, place), place)
            stem = file.rsplit("/", 1)[1].removesuffix(".toml")
            if workflow.key != stem:
                files.fault(
                    place.at("key"), f"The file is named {stem!r} but the key is {workflow.key!r}."
                )
                workflow = replace(workflow, key=stem)
            if found.get(stem) == workflow:
                files.fault(place.at("key"), f"The workflow {stem!r} changes nothing; delete it.")
            found[stem] = workflow
    return MappingProxyType(found)


def _workflow(files: DefinitionFiles, row: dict[str, Any], place: Place) -> Workflow:
    states: dict[str, State] = {}
    for index, one in enumerate(row["state"]):
        if one["key"] in states:
            files.fault(
                place.at("state", index, "key"), f"The state {one['key']!r} is there twice."
            )
        states[one["key"]] = State(one["key"], one["label"], one["final"])
    transitions: dict[str, Transition] = {}
    for index, one in enumerate(row["transition"]):
        if one["key"] in transitions:
            files.fault(
                place.at("transition", index, "key"), f"The step {one['key']!r} is there twice."
            )
        transitions[one["key"]] = Transition(
            one["key"],
            one["label"],
            one["from"],
            one["to"],
            one["permission"],
            one["by"],
            one["guards"],
        )
    return Workflow(
        row["key"],
        row["label"],
        row["initial"],
        MappingProxyType(states),
        tuple(transitions.values()),
        place,
    )
