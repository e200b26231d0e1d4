"""A deployment: the chain of profiles it extends, laid one over the other.

What a profile states again replaces what it inherits: a key of ``settings.toml``, a row of
``roles.csv`` or ``deadlines.csv``, a file of ``workflows/``, the whole of ``units.toml``
and of ``accounts.toml``.  Whatever replaces something by the same is a fault: either a
slip, or a line that will silently stop following the base.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from hoso.definitions import kinds
from hoso.definitions.deployments import (
    AccountSeed,
    Deadline,
    Profile,
    RoleGrant,
    RoleMatrix,
    UnitSeed,
    Workflow,
)
from hoso.definitions.loader import DefinitionFiles, Row
from hoso.definitions.overlays import lay_deadlines, lay_roles, lay_workflows
from hoso.definitions.places import Place
from hoso.definitions.shapes import did_you_mean, is_name, read, read_each
from hoso.definitions.values import Text, Vocabulary
from hoso.kernel.errors import Missing

__all__ = ["Deployment", "profile_names", "read_deployment"]


_WRITTEN = {
    "bool": "true or false",
    "dict": "a table",
    "float": "a number",
    "int": "a whole number",
    "list": "a list",
    "str": "a text",
}


@dataclass(frozen=True)
class Deployment:
    """A profile with everything it inherits and overrides."""

    profile: Profile
    roles: RoleMatrix
    role_rows: Mapping[str, Row]
    deadlines: Mapping[str, Deadline]
    workflows: Mapping[str, Workflow]
    places: Mapping[str, Place]
    broken: bool


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
    chain, tables, broken = _chain(files, name)
    own = tables[name]
    labels = _role_labels(files, chain, tables, vocabularies=vocabularies)
    roles, role_rows = lay_roles(files, chain, labels)
    return Deployment(
        profile=Profile(
            key=name,
            title=own["title"],
            chain=chain,
            settings=_settings(files, chain),
            units=_units(files, chain),
            accounts=_accounts(files, chain),
        ),
        roles=roles,
        role_rows=role_rows,
        deadlines=lay_deadlines(files, chain),
        workflows=lay_workflows(files, chain),
        places={
            "settings": Place([*_stated(files, chain, "settings.toml"), ""][0]),
            "roles": Place(
                [f"profiles/{name}/roles.csv", *_stated(files, chain, "roles.csv")][-1], 1
            ),
        },
        broken=broken,
    )


def _stated(files: DefinitionFiles, chain: tuple[str, ...], file: str) -> list[str]:
    """Return the files of that name along the chain, the profile's own first."""
    paths = [f"profiles/{name}/{file}" for name in reversed(chain)]
    return [path for path in paths if files.exists(path)]


def _nearest(
    files: DefinitionFiles, chain: tuple[str, ...], file: str
) -> tuple[str, dict[str, Any]] | None:
    """Return the nearest file of that name and what it says; the others do not count."""
    stated = _stated(files, chain, file)
    if not stated:
        return None
    raw = files.toml(stated[0])
    if raw is not None and len(stated) > 1 and raw == files.toml(stated[1]):
        files.fault(Place(stated[0], 1), f"The file says the same as {stated[1]}; delete it.")
    return (stated[0], raw) if raw is not None else None


def _chain(
    files: DefinitionFiles, name: str
) -> tuple[tuple[str, ...], dict[str, dict[str, Any]], bool]:
    """Return the names from the base to the profile, their tables, and whether it is broken."""
    chain: list[str] = []
    tables: dict[str, dict[str, Any]] = {}
    known = profile_names(files)
    here, broken = name, False
    while here:
        file = f"profiles/{here}/profile.toml"
        raw = files.toml(file)
        broken = broken or raw is None
        table = read(
            files, raw if raw is not None else {"title": {"vi": here}}, kinds.PROFILE, Place(file)
        )
        chain.append(here)
        tables[here] = table
        above = table["extends"]
        place = Place(file, keys=("extends",))
        if above in tables:
            circle = " > ".join([*chain[chain.index(above) :], above])
            files.fault(place, f"The profiles extend each other in a circle: {circle}; cut it.")
            broken = True
            break
        if above and above not in known:
            files.fault(
                place, f"There is no profile {above!r}; {did_you_mean(above, tuple(known))}"
            )
            broken = True
            break
        here = above
    return tuple(reversed(chain)), tables, broken


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
            written = _WRITTEN.get(type(below[key]).__name__, "of the same kind")
            files.fault(here, f"The setting {key!r} must be {written}, as in the base.")
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


def _units(files: DefinitionFiles, chain: tuple[str, ...]) -> tuple[UnitSeed, ...]:
    found = _nearest(files, chain, "units.toml")
    if found is None:
        return ()
    place = Place(found[0])
    rows = read(files, found[1], kinds.UNITS, place)["unit"]
    return tuple(
        UnitSeed(
            one["key"], one["name"], one["type"], one["parent"] or None, place.at("unit", index)
        )
        for index, one in enumerate(rows)
    )


def _accounts(files: DefinitionFiles, chain: tuple[str, ...]) -> tuple[AccountSeed, ...]:
    found = _nearest(files, chain, "accounts.toml")
    if found is None:
        return ()
    rows = read(files, found[1], kinds.ACCOUNTS, Place(found[0]))["account"]
    accounts = []
    for index, one in enumerate(rows):
        place = Place(found[0], keys=("account", index))
        if one["login"] and not is_name(one["login"]):
            files.fault(
                place.at("login"), f"{one['login']!r} is no login; use letters, digits and hyphens."
            )
        grants = tuple(RoleGrant(each["role"], each["unit"] or None) for each in one["roles"])
        clearance = one["clearance"] if one["clearance"] is not None else 0
        accounts.append(
            AccountSeed(one["login"], one["name"], grants, clearance, one["person"] or None, place)
        )
    return tuple(accounts)
