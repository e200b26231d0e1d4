"""Rehearse a change of roles, of clearance, of a level or of the role table: nothing is written.

The answer says who gains and who loses sight of how many records, by unit and level, counted
inside what the asker may know; what changes without that is told by the units a permission is
held at.  It is worked out by classes: the sets of the index before and after the change, never
paper by paper, so it costs the same on a large site.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from hoso.access.accounts import accounts_of, identity_of
from hoso.access.grants import given_to
from hoso.access.identity import Held, Identity
from hoso.access.permissions import Permission
from hoso.access.policy import Policy
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.people import account_named
from hoso.desk.within import permitted
from hoso.kernel.errors import Fault, Invalid
from hoso.records.marking import level_of
from hoso.records.model import Dossier, Site

__all__ = ["Effect", "LevelEffect", "Sight", "of_level", "of_person", "of_table", "totals"]

#: What is counted, and the permission that gives sight of it.
_KINDS = {"documents": Permission.DOCUMENT_READ, "dossiers": Permission.DOSSIER_VIEW}


@dataclass(frozen=True)
class Sight:
    """How many records of one kind, unit and level: ``kind`` is ``documents`` or ``dossiers``."""

    kind: str
    unit: str
    level: int
    count: int


@dataclass(frozen=True)
class Effect:
    """What a change does to one person.

    ``gained`` and ``lost`` count records; ``may`` and ``may_not`` are (permission, unit) that
    come and go, the unit "" for the whole site.
    """

    login: str
    name: str
    gained: tuple[Sight, ...]
    lost: tuple[Sight, ...]
    may: tuple[tuple[Permission, str], ...]
    may_not: tuple[tuple[Permission, str], ...]
    clearance: tuple[int, int]

    def __bool__(self) -> bool:
        moved = self.clearance[0] != self.clearance[1]
        return bool(self.gained or self.lost or self.may or self.may_not or moved)


@dataclass(frozen=True)
class LevelEffect:
    """What another level of a dossier does to one person: the dossier, and papers of it."""

    login: str
    name: str
    dossier: int
    papers: int


class _Otherwise:
    """The house as it would be after a change; everything else is asked of the real one."""

    def __init__(self, house: Any, rulebook: Rulebook) -> None:
        self._house = house
        self.rulebook = rulebook
        self.policy = Policy(rulebook.roles.permissions_of, rulebook.roles.roles)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._house, name)


def _sitting(desk: Desk, identity: Identity, rulebook: Rulebook | None = None) -> Desk:
    """Return a desk of somebody else, only to ask what that person could find."""
    house = desk.house if rulebook is None else _Otherwise(desk.house, rulebook)
    return Desk(house, desk.connection, identity, via="rehearsal")


def _counts(desk: Desk, more: Desk, less: Desk) -> tuple[Sight, ...]:
    units, sights = desk.site.unit_by_number, []
    for kind, read in _KINDS.items():
        sets = (permitted(one, read) for one in (desk, more, less))
        found = desk.house.engine.difference(kind, *sets)
        sights += [
            Sight(kind, units[unit].name if unit in units else "", level, count)
            for (unit, level), count in sorted(found.items())
        ]
    return tuple(sights)


def _held(desk: Desk, sitting: Desk) -> frozenset[tuple[Permission, str]]:
    units, policy = desk.site.unit_by_number, sitting.house.policy
    return frozenset(
        (permission, units[number].name if number else "")
        for permission in Permission
        for number in policy.units_of(sitting.identity, permission, on=desk.today)
    )


def _effect(desk: Desk, before: Desk, after: Desk) -> Effect:
    had, has = _held(desk, before), _held(desk, after)
    identity = after.identity
    return Effect(
        identity.login,
        identity.name,
        _counts(desk, after, before),
        _counts(desk, before, after),
        tuple(sorted(has - had)),
        tuple(sorted(had - has)),
        (before.identity.clearance, identity.clearance),
    )


@act("access.change-rehearsed", Permission.ACCOUNT_VIEW)
def of_person(
    desk: Desk,
    _site: Site,
    *,
    login: str,
    give: str = "",
    take: str = "",
    unit: str = "",
    clearance: int = -1,
) -> Effect:
    """Say what one person would gain and lose by another role, one role less, or a clearance.

    :param give: a role to be given at *unit* (its key; "" is the whole site).
    :param take: a role to be taken back there, whatever gave it.
    :param clearance: the level to be cleared to; -1 leaves it.
    """
    account_named(desk, login)
    before = identity_of(accounts_of(desk.root).by_login[login])
    faults: list[Fault] = []
    place = desk.site.unit_by_key.get(unit) if unit else None
    if unit and place is None:
        faults.append(Fault("unit", "There is no unit {unit}.", {"unit": unit}))
    for field, role in (("give", give), ("take", take)):
        if role and role not in desk.rulebook.roles.roles:
            faults.append(Fault(field, "There is no role {role}.", {"role": role}))
    if clearance > max(desk.rulebook.levels):
        faults.append(Fault("clearance", "There is no such level."))
    if not (give or take) and clearance < 0:
        faults.append(Fault("give", "Say what is to change: a role or the clearance."))
    if faults:
        raise Invalid(faults)
    number = place.number if place is not None else 0
    roles = tuple(held for held in before.roles if (held.role, held.unit) != (take, number))
    if give:
        roles = (*roles, Held(give, number, "", "", "rehearsal"))
    after = replace(before, roles=roles, clearance=before.clearance if clearance < 0 else clearance)
    desk.say(about=login, give=give, take=take, at=unit, clearance=clearance)
    return _effect(desk, _sitting(desk, before), _sitting(desk, after))


@act("access.table-rehearsed", Permission.ACCOUNT_VIEW)
def of_table(desk: Desk, _site: Site, *, rulebook: Rulebook) -> list[Effect]:
    """Say who would gain and lose what by other definitions: role table, closed kinds of paper.

    :param rulebook: the definitions as they would be, read and checked like those in force.
    """
    known = accounts_of(desk.root).by_login
    people = [identity_of(account) for account in known.values() if not account.locked]
    desk.say(digest=rulebook.digest)
    return list(_effects(desk, people, rulebook))


def _effects(desk: Desk, people: list[Identity], rulebook: Rulebook) -> Iterator[Effect]:
    # Those who stand alike gain and lose alike: each class of people is worked out once.
    alike: dict[Any, Effect] = {}
    for identity in people:
        alone = identity.own_dossier or next(given_to(desk.root, identity.login), None)
        mark = (identity.clearance, frozenset(identity.roles), identity.login if alone else "")
        effect = alike.get(mark)
        if effect is None:
            before, after = _sitting(desk, identity), _sitting(desk, identity, rulebook)
            effect = alike[mark] = _effect(desk, before, after)
        if effect:
            yield replace(effect, login=identity.login, name=identity.name)


@act("access.level-rehearsed", Permission.ACCESS_EXPLAIN)
def of_level(desk: Desk, dossier: Dossier, *, level: int) -> list[LevelEffect]:
    """Say who would gain (+) or lose (-) sight of a dossier and its papers at another level."""
    if level not in desk.rulebook.levels:
        raise Invalid([Fault("level", "There is no such level.")])
    desk.say(level=level)
    facts, policy, on = desk.facts(dossier), desk.house.policy, desk.today
    papers = Counter(
        (level_of(paper, on), replace(desk.facts(paper), uid=""))
        for paper in dossier.values()
        if desk.sees(paper)
    )
    raised = replace(facts, level=level)
    found = []
    for account in accounts_of(desk.root).by_login.values():
        if account.locked:
            continue
        identity = identity_of(account)

        def sees(record: Any, permission: Permission, who: Identity = identity) -> int:
            return int(bool(policy.decide(who, record, permission, on=on)))

        gained = sees(raised, Permission.DOSSIER_VIEW) - sees(facts, Permission.DOSSIER_VIEW)
        moved = sum(
            count
            * (
                sees(replace(paper, level=max(own, level)), Permission.DOCUMENT_VIEW)
                - sees(paper, Permission.DOCUMENT_VIEW)
            )
            for (own, paper), count in papers.items()
        )
        if gained or moved:
            found.append(LevelEffect(account.login, account.name, gained, moved))
    return found


def totals(sights: tuple[Sight, ...]) -> Mapping[str, int]:
    """Return how many records of each kind."""
    summed: Counter[str] = Counter()
    for sight in sights:
        summed[sight.kind] += sight.count
    return summed
