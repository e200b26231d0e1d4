"""The same decision as filter tokens of the index (findings: one posting list a token).

A record carries tokens, an identity carries tokens; the identity finds the records that
share one.  ``k`` runs over the levels that suffice, so clearance needs no second clause.

====================  ===========================================================
``u<unit>:<k>``       filed papers and dossiers under a unit
``i<unit>:<k>``       papers waiting in the tray of a unit
``p<login>:<k>``      papers a grant on the record opens to one person
``o<dossier>:<k>``    papers of one's own dossier
====================  ===========================================================
"""

from __future__ import annotations

from datetime import date

from hoso.access.identity import Identity, in_force
from hoso.access.permissions import Permission
from hoso.access.policy import SUBJECT, Policy, Protected

__all__ = ["HIGHEST", "tokens_of_identity", "tokens_of_record"]

HIGHEST = 4


def tokens_of_record(
    record: Protected, policy: Policy, *, permission: Permission, on: date
) -> tuple[str, ...]:
    """Return the tokens under which *record* is found by those who hold *permission*."""
    levels = range(record.level, HIGHEST + 1)
    waiting = permission is Permission.INTAKE_WORK
    letter = "i" if waiting else "u"
    tokens: list[str] = []
    if not record.walled:
        tokens += [f"{letter}{unit}:{k}" for unit in (*record.lineage, 0) for k in levels]
    for grant in record.grants:
        valid = in_force(grant.valid_from, grant.valid_to, on)
        if valid and permission in policy.permissions_of(grant.role):
            login = grant.principal.removeprefix("user:")
            tokens += [f"p{login}:{k}" for k in levels]
    if record.subject_of and not waiting and SUBJECT not in record.closed_to:
        tokens += [f"o{record.subject_of}:{k}" for k in levels]
    return tuple(dict.fromkeys(tokens))


def tokens_of_identity(
    identity: Identity, policy: Policy, *, read: Permission, on: date
) -> frozenset[str]:
    """Return the tokens of what *identity* may search; none where nothing is allowed."""
    if not identity.is_somebody:
        return frozenset()
    k = identity.clearance
    tokens = {f"u{unit}:{k}" for unit in policy.units_of(identity, read, on=on)}
    waiting = policy.units_of(identity, Permission.INTAKE_WORK, on=on)
    tokens |= {f"i{unit}:{k}" for unit in waiting}
    tokens.add(f"p{identity.login}:{k}")
    if identity.own_dossier and read in policy.permissions_of(SUBJECT):
        tokens.add(f"o{identity.own_dossier}:{k}")
    return frozenset(tokens)
