"""The same decision as filter tokens of the index (findings: one posting list a token).

A record carries tokens of its facts, an identity those of what it holds; the identity finds the
records that share one.  ``k`` runs over the levels that suffice, so clearance needs no second
clause.  What a role may do is asked when the question is, never when the record is written: the
index holds facts, the matrix of today decides.

=============================  =========================================================
``fu<unit>:<k>``               filed papers under a unit
``fg<login>/<role>:<k>``       filed papers a grant opens to a person, its own or its dossier's
``fo<dossier>:<k>``            papers of one's own dossier
``wu…`` ``wg…``                the same of papers that wait in the tray of a unit
``du…`` ``dg…`` ``do…``        the same of dossiers
``f=<level>``                  a filed paper's own level, whatever its dossier's is
``fx<login>/<role>:<k>``       a filed paper's own grants, ``k`` by its own level
=============================  =========================================================

The last two open nothing by themselves: they say of the papers of a dossier that has just
changed what the index knows and the dossier does not (``desk.within``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from hoso.access.identity import Identity, in_force
from hoso.access.permissions import Permission
from hoso.access.policy import SUBJECT, Policy, Protected
from hoso.records.model import Grant

__all__ = [
    "HIGHEST",
    "OPENS",
    "Limited",
    "Reach",
    "own_tokens",
    "papers_within",
    "reach_of",
    "tokens_of_record",
]

HIGHEST = 4

#: Which permission finds filed papers (f), papers that wait in a tray (w), and dossiers (d).
OPENS: Mapping[str, Permission] = MappingProxyType(
    {
        "f": Permission.DOCUMENT_READ,
        "w": Permission.INTAKE_WORK,
        "d": Permission.DOSSIER_VIEW,
    }
)

#: Gives the types of paper that a role never sees.
ClosedTypes = Callable[[str], frozenset[str]]


@dataclass(frozen=True)
class Limited:
    """Tokens any one of which suffices, but for papers of the types in ``without``."""

    tokens: frozenset[str]
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reach:
    """What somebody may find: one of ``tokens``, or one of those with a limit."""

    tokens: frozenset[str]
    limited: tuple[Limited, ...] = ()


def tokens_of_record(record: Protected, kind: str, *, on: date) -> tuple[str, ...]:
    """Return the tokens under which *record* is found, as its facts stand on a day.

    :param kind: a key of :data:`OPENS`.
    """
    levels = range(record.level, HIGHEST + 1)
    tokens: list[str] = []
    if not record.walled:
        tokens += [f"{kind}u{unit}:{k}" for unit in (*record.lineage, 0) for k in levels]
    tokens += _granted(f"{kind}g", record.grants, levels, on)
    if record.subject_of:
        tokens += [f"{kind}o{record.subject_of}:{k}" for k in levels]
    return tuple(dict.fromkeys(tokens))


def own_tokens(level: int, grants: Iterable[Grant], *, on: date) -> tuple[str, ...]:
    """Return what a filed paper says of itself alone.

    :param level: its own, on the day, without that of its dossier.
    """
    return (f"f={level}", *_granted("fx", grants, range(level, HIGHEST + 1), on))


def _granted(letters: str, grants: Iterable[Grant], levels: range, on: date) -> list[str]:
    return [
        f"{letters}{grant.principal.removeprefix('user:')}/{grant.role}:{k}"
        for grant in grants
        if grant.principal.startswith("user:") and in_force(grant.valid_from, grant.valid_to, on)
        for k in levels
    ]


def reach_of(
    identity: Identity, policy: Policy, *, kinds: str, closed: ClosedTypes, on: date
) -> Reach:
    """Return what *identity* may find of the *kinds* asked for; nothing where nothing is allowed.

    :param kinds: letters of :data:`OPENS`.
    :param closed: gives the types of paper that are closed to a role.
    """
    if not identity.is_somebody:
        return Reach(frozenset())
    k, found = identity.clearance, _Sorted()
    for kind in kinds:
        permission = OPENS[kind]

        def add(role: str, token: str, kind: str = kind) -> None:
            # Only filed papers are closed by type.
            found.add(token, closed(role) if kind == "f" else frozenset())

        for held in identity.roles:
            if held.in_force(on) and permission in policy.permissions_of(held.role):
                add(held.role, f"{kind}u{held.unit}:{k}")
        for role in policy.roles_with(permission):
            add(role, f"{kind}g{identity.login}/{role}:{k}")
        if identity.own_dossier and permission in policy.permissions_of(SUBJECT):
            add(SUBJECT, f"{kind}o{identity.own_dossier}:{k}")
    plain, limited = found.sorted_out()
    return Reach(plain, limited)


def papers_within(
    identity: Identity, dossier: Protected, policy: Policy, *, closed: ClosedTypes, on: date
) -> tuple[Limited, ...]:
    """Say of the papers of one dossier, as it is now, which of them *identity* may find.

    By what they say of themselves alone (:func:`own_tokens`), so that none need be looked at.
    """
    if not identity.is_somebody or dossier.level > identity.clearance:
        return ()
    found = _Sorted()
    roles = [
        role
        for role in policy.roles_on(identity, dossier, on=on)
        if OPENS["f"] in policy.permissions_of(role)
    ]
    if roles:
        # A paper is open by any of the roles: shut are the types that all of them never see.
        without = frozenset.intersection(*(closed(role) for role in roles))
        for level in range(identity.clearance + 1):
            found.add(f"f={level}", without)
    for role in policy.roles_with(OPENS["f"]):
        found.add(f"fx{identity.login}/{role}:{identity.clearance}", closed(role))
    plain, limited = found.sorted_out()
    return (*((Limited(plain),) if plain else ()), *limited)


class _Sorted:
    """Tokens sorted by the types they do not open."""

    def __init__(self) -> None:
        self._by_types: dict[frozenset[str], set[str]] = defaultdict(set)

    def add(self, token: str, without: frozenset[str]) -> None:
        self._by_types[without].add(token)

    def sorted_out(self) -> tuple[frozenset[str], tuple[Limited, ...]]:
        plain = frozenset(self._by_types.pop(frozenset(), set()))
        limited = (Limited(frozenset(t - plain), types) for types, t in self._by_types.items())
        ordered = sorted((one for one in limited if one.tokens), key=lambda one: sorted(one.tokens))
        return plain, tuple(ordered)
