"""A deployment: the chain of profiles it extends, laid one over the other.

What a profile states again replaces what it inherits: a key of ``settings.toml``, a row of
``roles.csv`` or ``deadlines.csv``, a file of ``workflows/``, the whole of ``units.toml``
and of ``accounts.toml``.  Whatever replaces something by the same is a fault: either a
slip, or a line that will silently stop following the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from hoso.definitions import kinds
from hoso.definitions.loader import DefinitionFiles, Row
from hoso.definitions.places import Place
from hoso.definitions.shapes import did_you_mean, is_name, read, read_each
from hoso.definitions.values import (
    AccountSeed,
    Deadline,
    Profile,
    RoleGrant,
    RoleMatrix,
    State,
    Text,
    Transition,
    UnitSeed,
    Vocabulary,
    Workflow,
)
from hoso.kernel.errors import Missing

__all__ = ["Deployment", "profile_names", "read_deployment"]

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


@dataclass(frozen=True)
class Deployment:
    """A profile with everything it inherits and overrides."""

    profile: Profile
    roles: RoleMatrix
    role_rows: Mapping[str, Row]
    deadlines: Mapping[str, Deadline]
    workflows: Mapping[str, Workflow]
    places: Mapping[str, Place]


def profile_names(files: DefinitionFiles) -> list[str]:
    """Return the profiles there are, in order of name."""
    folder = files.home / "profiles"
    return sorted(path.parent.name for path in folder.glob("*/profile.toml"))


def read_deployment(
    files: DefinitionFiles, name: str, vocabularies: Mapping[str, Vocabulary]
) -> Deployment:
    """Read a profile and its chain; raise ``Missing`` where there is no such profile."""
    known = profile_names(files)
    if name not in known:
        raise Missing(
            "There is no profile {name!r}; there are: {known}.",
            name=name,
            known=", ".join(known) or "none",
        )
    chain, tables = _chain(files, name)
    own = tables[name]
    labels = _role_labels(files, chain, tables, vocabularies=vocabularies)
    roles, role_rows = _roles(files, chain, labels)
    units, units_file = _units(files, chain)
    accounts, accounts_file = _accounts(files, chain)
    return Deployment(
        profile=Profile(
            key=name,
            title=own["title"],
            chain=chain,
            settings=_settings(files, chain),
            units=units,
            accounts=accounts,
        ),
        roles=roles,
        role_rows=role_rows,
        deadlines=_deadlines(files, chain),
        workflows=_workflows(files, chain),
        places={
            "profile": Place(f"profiles/{name}/profile.toml"),
            "settings": Place(_nearest(files, chain, "settings.toml")),
            "roles": Place(_nearest(files, reversed_base(chain), "roles.csv"), 1),
            "units": Place(units_file),
            "accounts": Place(accounts_file),
        },
    )


def reversed_base(chain: tuple[str, ...]) -> tuple[str, ...]:
    """Return the chain so that the base is looked at first."""
    return tuple(reversed(chain))


def _nearest(files: DefinitionFiles, chain: tuple[str, ...], file: str) -> str:
    for name in reversed(chain):
        if files.exists(f"profiles/{name}/{file}"):
            return f"profiles/{name}/{file}"
    return f"profiles/{chain[-1]}/{file}"


def _chain(files: DefinitionFiles, name: str) -> tuple[tuple[str, ...], dict[str, dict[str, Any]]]:
    """Return the names from the base to the profile, and their tables."""
    chain: list[str] = []
    tables: dict[str, dict[str, Any]] = {}
    known = profile_names(files)
    here = name
    while here:
        file = f"profiles/{here}/profile.toml"
        raw = files.toml(file)
        table = read(files, raw if raw is not None else {}, kinds.PROFILE, Place(file))
        chain.append(here)
        tables[here] = table
        above = table["extends"]
        place = Place(file, keys=("extends",))
        if above in tables:
            circle = " > ".join([*chain[chain.index(above) :], above])
            files.fault(place, f"The profiles extend each other in a circle: {circle}; cut it.")
            break
        if above and above not in known:
            files.fault(
                place, f"There is no profile {above!r}; {did_you_mean(above, tuple(known))}"
            )
            break
        here = above
    return tuple(reversed(chain)), tables


def _role_labels(
    files: DefinitionFiles,
    chain: tuple[str, ...],
    tables: Mapping[str, dict[str, Any]],
    *,
    vocabularies: Mapping[str, Vocabulary],
) -> dict[str, Text]:
    """Return what roles are called here: a principal is a unit head of a school."""
    roles = vocabularies.get("role")
    labels = {term.code: term.label for term in roles.terms.values()} if roles else {}
    for name in chain:
        place = Place(f"profiles/{name}/profile.toml", keys=("names",))
        for role, row in read_each(files, tables[name]["names"], kinds.NAME, place).items():
            label = Text(row["vi"], row["en"])
            if role not in labels:
                files.fault(
                    place.at(role), f"There is no role {role!r}; {did_you_mean(role, labels)}"
                )
            elif labels[role] == label:
                files.fault(place.at(role), f"{role!r} is called so already; take this out.")
            labels[role] = label
    return labels


def _settings(files: DefinitionFiles, chain: tuple[str, ...]) -> Mapping[str, Any]:
    """Lay the settings over each other; the base declares which keys there are."""
    laid: dict[str, Any] = {}
    for depth, name in enumerate(chain):
        file = f"profiles/{name}/settings.toml"
        if not files.exists(file):
            continue
        raw = files.toml(file) or {}
        laid = raw if depth == 0 else _overlaid(files, laid, raw, place=Place(file))
    frozen: Mapping[str, Any] = _frozen(laid)
    return frozen


def _overlaid(
    files: DefinitionFiles, below: Mapping[str, Any], above: Mapping[str, Any], *, place: Place
) -> dict[str, Any]:
    laid = dict(below)
    for key, value in above.items():
        here = place.at(key)
        if key not in below:
            files.fault(here, f"Unknown setting {key!r}; {did_you_mean(key, below)}")
        elif type(value) is not type(below[key]):
            files.fault(here, f"The setting {key!r} is a {type(below[key]).__name__} in the base.")
        elif isinstance(value, dict):
            laid[key] = _overlaid(files, below[key], value, place=here)
        elif value == below[key]:
            files.fault(here, f"The setting {key!r} has this value already; take the line out.")
        else:
            laid[key] = value
    return laid


def _frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(one) for key, one in value.items()})
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _roles(
    files: DefinitionFiles, chain: tuple[str, ...], labels: Mapping[str, Text]
) -> tuple[RoleMatrix, Mapping[str, Row]]:
    roles: list[str] = []
    rows: dict[str, Row] = {}
    for name in chain:
        file = f"profiles/{name}/roles.csv"
        if not files.exists(file):
            continue
        columns, found = files.table(file, ("permission",))
        for role in columns[1:]:
            if role and role not in labels:
                near = did_you_mean(role, labels)
                files.fault(Place(file, 1), f"There is no role {role!r} in the value list; {near}")
        if roles and found and columns[1:] != roles:
            files.fault(Place(file, 1), f"The roles are {', '.join(roles)}; name them so.")
            continue
        roles = roles or columns[1:]
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


def _deadlines(files: DefinitionFiles, chain: tuple[str, ...]) -> Mapping[str, Deadline]:
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


def _workflows(files: DefinitionFiles, chain: tuple[str, ...]) -> Mapping[str, Workflow]:
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
            files.fault(place.at("state", index), f"The state {one['key']!r} is there twice.")
        states[one["key"]] = State(one["key"], one["label"], one["final"])
    transitions: dict[str, Transition] = {}
    for index, one in enumerate(row["transition"]):
        if one["key"] in transitions:
            files.fault(place.at("transition", index), f"The step {one['key']!r} is there twice.")
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


def _units(files: DefinitionFiles, chain: tuple[str, ...]) -> tuple[tuple[UnitSeed, ...], str]:
    file = _nearest(files, chain, "units.toml")
    raw = files.toml(file) if files.exists(file) else None
    if raw is None:
        return (), file
    rows = read(files, raw, kinds.UNITS, Place(file))["unit"]
    return tuple(
        UnitSeed(
            one["key"],
            one["name"],
            one["type"],
            one["parent"] or None,
            Place(file, keys=("unit", index)),
        )
        for index, one in enumerate(rows)
    ), file


def _accounts(
    files: DefinitionFiles, chain: tuple[str, ...]
) -> tuple[tuple[AccountSeed, ...], str]:
    file = _nearest(files, chain, "accounts.toml")
    raw = files.toml(file) if files.exists(file) else None
    if raw is None:
        return (), file
    rows = read(files, raw, kinds.ACCOUNTS, Place(file))["account"]
    accounts = []
    for index, one in enumerate(rows):
        place = Place(file, keys=("account", index))
        if not is_name(one["login"]):
            files.fault(
                place.at("login"), f"{one['login']!r} is no login; use letters, digits and hyphens."
            )
        grants = tuple(RoleGrant(each["role"], each["unit"] or None) for each in one["roles"])
        accounts.append(
            AccountSeed(
                one["login"],
                one["name"],
                grants,
                one["clearance"] if one["clearance"] is not None else 0,
                one["person"] or None,
                place,
            )
        )
    return tuple(accounts), file
