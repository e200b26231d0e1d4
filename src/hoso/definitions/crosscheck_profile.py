"""Whether a deployment agrees with the catalogs and with itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hoso.definitions.catalogs import Catalogs
from hoso.definitions.crosscheck_settings import check_settings, stating
from hoso.definitions.deployments import Deadline, UnitSeed, Workflow
from hoso.definitions.kinds import DEADLINE_UNITS
from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.profiles import Deployment
from hoso.definitions.shapes import did_you_mean
from hoso.definitions.vocabularies import CONFIDENCES

__all__ = ["check_deployment"]

_DAY_OF_YEAR = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")


def check_deployment(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    """Note everything in a deployment that does not agree."""
    if found.broken:
        # Without its base a profile has no roles and no deadlines: one fault, not eighty.
        return
    _check_roles(files, catalogs, found)
    for deadline in found.deadlines.values():
        _check_deadline(files, catalogs, deadline)
    for workflow in found.workflows.values():
        _check_workflow(files, catalogs, found, workflow=workflow)
    _check_units(files, catalogs, found.profile.units)
    _check_accounts(files, catalogs, found)
    check_settings(files, catalogs, found)
    for one in catalogs.dossier_types.values():
        for key, stage in one.stages.items():
            if stage.deadline is not None and stage.deadline not in found.deadlines:
                near = did_you_mean(stage.deadline, found.deadlines)
                files.fault(
                    one.place.at("stage", key, "deadline"),
                    f"The profile {found.profile.key!r} has no deadline {stage.deadline!r}; {near}",
                )


def _terms(catalogs: Catalogs, vocabulary: str) -> Mapping[str, Any]:
    found = catalogs.vocabularies.get(vocabulary)
    return found.terms if found else {}


def _check_roles(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    known = _terms(catalogs, "permission")
    base = found.places["roles"]
    for permission, row in found.role_rows.items():
        if permission not in known:
            near = did_you_mean(permission, known)
            files.fault(row.place, f"There is no permission {permission!r}; {near}")
        elif not found.roles.holders_of(permission):
            files.fault(row.place, f"Nobody holds {permission!r}; give it to a role.")
    for permission in known:
        if permission not in found.role_rows:
            files.fault(base, f"The permission {permission!r} has no row; add it and give it away.")
    for role in found.roles.roles:
        if not found.roles.grants[role]:
            files.fault(base, f"The role {role!r} may do nothing; give it something or drop it.")
    for way in catalogs.leaving.values():
        for key in (*way.stops, *(paper.deadline for paper in way.papers)):
            if key not in found.deadlines:
                near = did_you_mean(key, found.deadlines)
                files.fault(way.place, f"There is no deadline {key!r}; {near}")
    for separation in catalogs.separations.values():
        _check_separation(files, found, role=separation.role, never=separation.never)
        for role in found.roles.roles:
            held = [one for one in separation.apart if one in found.roles.grants[role]]
            if len(held) > 1:
                files.fault(
                    found.role_rows[held[-1]].place,
                    f"The role {role!r} holds {' and '.join(held)}, which stand apart: "
                    f"{separation.why.en}. Take one out.",
                )


def _check_separation(
    files: DefinitionFiles, found: Deployment, *, role: str | None, never: tuple[str, ...]
) -> None:
    for permission in never:
        if role is not None and permission in found.roles.permissions_of(role):
            files.fault(
                found.role_rows[permission].place,
                f"The role {role!r} may never hold {permission!r}; take the A out.",
            )


def _check_deadline(files: DefinitionFiles, catalogs: Catalogs, one: Deadline) -> None:
    place = one.place
    if not one.key or not one.label.vi or not one.source:
        files.fault(place, "A deadline needs a code, a Vietnamese label and a source; add them.")
    if one.unit not in DEADLINE_UNITS:
        files.fault(place, f"{one.unit!r} is no unit; {did_you_mean(one.unit, DEADLINE_UNITS)}")
    elif one.unit == "yearly-by":
        if not _DAY_OF_YEAR.fullmatch(one.amount):
            files.fault(place, f"{one.amount!r} is no day of the year; write MM-DD.")
    elif one.unit == "yearly":
        if one.amount:
            files.fault(place, "A yearly duty has no amount; empty the cell.")
    elif not one.amount.isdigit() or int(one.amount) == 0:
        files.fault(place, f"{one.amount!r} is no number of {one.unit}s; write one from 1.")
    if one.confidence not in CONFIDENCES:
        files.fault(place, f"The confidence {one.confidence!r} is none of V, K, ?; choose one.")
    starts = _terms(catalogs, "deadline-start")
    if one.counted_from and one.counted_from not in starts:
        near = did_you_mean(one.counted_from, starts)
        files.fault(place, f"Nothing is counted from {one.counted_from!r}; {near}")
    roles = _terms(catalogs, "role")
    if one.responsible not in roles:
        files.fault(
            place, f"There is no role {one.responsible!r}; {did_you_mean(one.responsible, roles)}"
        )


def _check_workflow(
    files: DefinitionFiles, catalogs: Catalogs, found: Deployment, *, workflow: Workflow
) -> None:
    place, states = workflow.place, workflow.states
    if workflow.initial not in states:
        near = did_you_mean(workflow.initial, states)
        files.fault(place.at("initial"), f"There is no state {workflow.initial!r}; {near}")
    permissions, guards = _terms(catalogs, "permission"), _terms(catalogs, "workflow-guard")
    for index, step in enumerate(workflow.transitions):
        here = place.at("transition", index)
        for source in step.from_:
            if source not in states:
                near = did_you_mean(source, states)
                files.fault(here.at("from"), f"There is no state {source!r}; {near}")
            elif states[source].final:
                files.fault(
                    here.at("from"), f"{source!r} is final, yet {step.key!r} leads away from it."
                )
        if step.to not in states:
            files.fault(
                here.at("to"), f"There is no state {step.to!r}; {did_you_mean(step.to, states)}"
            )
        if step.permission not in permissions:
            near = did_you_mean(step.permission, permissions)
            files.fault(
                here.at("permission"), f"There is no permission {step.permission!r}; {near}"
            )
        for guard in step.guards:
            if guard not in guards:
                files.fault(
                    here.at("guards", value=guard),
                    f"There is no guard {guard!r}; {did_you_mean(guard, guards)}",
                )
        for role in step.by:
            if role not in found.roles.roles:
                near = did_you_mean(role, found.roles.roles)
                files.fault(here.at("by", value=role), f"There is no role {role!r}; {near}")
            elif step.permission not in found.roles.permissions_of(role):
                files.fault(
                    here.at("by", value=role),
                    f"The step is the {role!r}'s, who does not hold {step.permission!r}.",
                )
    _check_reachable(files, workflow)


def _check_reachable(files: DefinitionFiles, workflow: Workflow) -> None:
    reached, waiting = set(), [workflow.initial]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(step.to for step in workflow.leading_from(state))
    for index, (key, one) in enumerate(workflow.states.items()):
        here = workflow.place.at("state", index, "key")
        if key not in reached:
            files.fault(here, f"The state {key!r} cannot be reached from {workflow.initial!r}.")
        if not one.final and not any(step.to != key for step in workflow.leading_from(key)):
            files.fault(here, f"No step leads out of {key!r}; add one, or say final = true.")


def _check_units(files: DefinitionFiles, catalogs: Catalogs, units: tuple[UnitSeed, ...]) -> None:
    types = _terms(catalogs, "org-unit-type")
    seen: set[str] = set()
    for unit in units:
        if unit.key in seen:
            files.fault(unit.place.at("key"), f"There is a unit {unit.key!r} already; rename it.")
        if unit.type not in types:
            near = did_you_mean(unit.type, types)
            files.fault(unit.place.at("type"), f"There is no kind of unit {unit.type!r}; {near}")
        if unit.parent is not None and unit.parent not in seen:
            # Parents first also keeps circles out.
            files.fault(
                unit.place.at("parent"),
                f"The unit {unit.parent!r} does not stand above this one; put it there.",
            )
        seen.add(unit.key)


def _check_accounts(files: DefinitionFiles, catalogs: Catalogs, found: Deployment) -> None:
    units = {unit.key: unit for unit in found.profile.units}
    terms = _terms(catalogs, "role")
    administrators = _administrators(files, found, units)
    seen: set[str] = set()
    for account in found.profile.accounts:
        if account.login in seen:
            files.fault(account.place.at("login"), f"{account.login!r} is there twice; rename it.")
        seen.add(account.login)
        if account.clearance not in catalogs.levels:
            files.fault(account.place.at("clearance"), "A clearance is a level, 0 to 4.")
        for grant in account.roles:
            here = account.place.at("roles", value=grant.role)
            if grant.role not in found.roles.roles:
                near = did_you_mean(grant.role, found.roles.roles)
                files.fault(here, f"There is no role {grant.role!r}; {near}")
            elif grant.role in terms and terms[grant.role].extra.get("machine") == "1":
                files.fault(here, f"{grant.role!r} is for machines; a person cannot hold it.")
            if grant.unit is not None and grant.unit not in units:
                near = did_you_mean(grant.unit, units)
                files.fault(
                    account.place.at("roles", value=grant.unit),
                    f"There is no unit {grant.unit!r}; {near}",
                )
            if (
                grant.role == "account-admin"
                and administrators
                and grant.unit not in administrators
            ):
                files.fault(
                    here,
                    "Accounts are administered at "
                    f"{', '.join(administrators)} here; see settings.toml.",
                )


def _administrators(
    files: DefinitionFiles, found: Deployment, units: Mapping[str, UnitSeed]
) -> tuple[str, ...]:
    """Return the units that alone administer accounts; none where each unit does its own."""
    settings = found.profile.settings.get("accounts", {})
    named: tuple[str, ...] = settings.get("administered_at", ())
    for key in named:
        if units and key not in units:
            files.fault(
                found.places["settings"].at("accounts", "administered_at", value=key),
                f"There is no unit {key!r}; {did_you_mean(key, units)}",
            )
    for role in settings.get("second_factor_for", ()):
        if role not in found.roles.roles:
            place = stating(files, found, "accounts", "second_factor_for").at(value=role)
            files.fault(
                place, f"There is no role {role!r}; {did_you_mean(role, found.roles.roles)}"
            )
    for key, least in (("first_password_days", 1), ("session_hours", 1), ("idle_minutes", 5)):
        if settings.get(key, least) < least:
            place = stating(files, found, "accounts", key)
            files.fault(place, f"{key} is {least} or more.")
    return named
