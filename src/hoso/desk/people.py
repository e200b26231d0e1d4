"""Accounts as their administrator keeps them: issue, give and take roles, re-issue, shut.

An administrator's scope is the units where he holds the role and all below them (S3-7).
Nobody administers himself, under whichever of his logins, and nothing here opens a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hoso.access import history, keys, sessions
from hoso.access.accounts import accounts_of, issue, logins_of_person, reissue, same_person
from hoso.access.history import EndedRole
from hoso.access.identity import Held
from hoso.access.model import MANAGEMENT, PERSONAL, Account, Link
from hoso.access.permissions import Permission
from hoso.access.second_factor import has_factor
from hoso.desk.act import Second, act
from hoso.desk.desk import Desk
from hoso.desk.signing_in import closed
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import fold, one_line
from hoso.records.model import Dossier, Site, Unit
from hoso.records.units import lineage

__all__ = [
    "AccountList",
    "AccountView",
    "account_named",
    "accounts",
    "check_clearance",
    "check_role",
    "create_account",
    "grant_role",
    "lock",
    "lower_clearance",
    "raise_clearance",
    "reset_password",
    "revoke_role",
    "unlock",
]

#: The level of every dossier (TT 07/2019 art. 9).  Who issues accounts needs no clearance of
#: his own to give this one; state secrets are cleared by who is cleared himself.
ORDINARY = 1
NOT_ONESELF = "Nobody administers the own account; ask another administrator."
#: Roles and clearances are raised by two: the administrator, and the head who answers for it.
RAISING = Second(Permission.ROLE_CONFIRM, besides=frozenset({"revision"}))


@dataclass(frozen=True)
class AccountView:
    """An account as its administrator sees it; nothing of what its person may read.

    :ivar others: further logins of the same person.
    :ivar ended: roles that were taken back, the last first, with the unit's name.
    :ivar factor: whether it has a second factor.
    """

    login: str
    name: str
    kind: str
    unit: Unit | None
    clearance: int
    roles: tuple[tuple[Held, str], ...]
    shut: str
    must_change: bool
    issued_at: str
    last_sign_in: str
    revision: int
    locked: bool = False
    source: str = ""
    person: str = ""
    others: tuple[str, ...] = ()
    ended: tuple[tuple[EndedRole, str], ...] = ()
    ends_on: str = ""
    factor: bool = False
    links: tuple[Link, ...] = ()
    touched_at: str = ""
    touched_by: str = ""


@dataclass(frozen=True)
class AccountList:
    """A page of accounts, and how many there are in all."""

    total: int
    lines: tuple[AccountView, ...]

    def __iter__(self) -> Iterator[AccountView]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def account(desk: Desk, login: str) -> Account:
    """Return an account by login; :class:`Missing` where there is none."""
    found: Account | None = accounts_of(desk.root).by_login.get(login)
    if found is None:
        raise Missing
    return found


def is_in_reach(desk: Desk, account_: Account, permission: Permission) -> bool:
    """Say whether the account's unit lies in the administrator's scope (S3-7: subtree)."""
    units = desk.house.policy.units_of(desk.identity, permission, on=desk.today)
    if 0 in units:
        return True
    unit = desk.site.unit_by_number.get(account_.unit) if account_.unit else None
    return unit is not None and any(step.number in units for step in lineage(unit))


def keeps(desk: Desk, dossier: Dossier) -> bool:
    """Say whether a dossier is kept in the units one makes accounts for."""
    scope = desk.house.policy.units_of(desk.identity, Permission.ACCOUNT_MANAGE, on=desk.today)
    return bool(scope & {0, *(unit.number for unit in lineage(dossier.unit))})


def reach(
    desk: Desk, login: str, permission: Permission, *, revision: int | None = None
) -> Account:
    """Return another's account in this administrator's scope, to change it.

    :param revision: what the administrator saw; ``None`` where he did not look (commands).
    :raises Conflict: with who and when, where somebody changed it since.
    """
    found = account(desk, login)
    if not is_in_reach(desk, found, permission):
        raise Missing
    if same_person(desk.root, desk.identity.login, login):
        raise Forbidden(reason=NOT_ONESELF)
    if revision is not None and revision != found.revision:
        raise Conflict(by=found.touched_by or "?", at=found.touched_at or "?")
    return found


def changed(desk: Desk, account_: Account, what: str, cause: str = "") -> None:
    """Note what the account is allowed from now on."""
    by = desk.identity.login
    history.changed(account_, at=desk.now, by=by, verb=what, cause=cause.strip())


def end_ways_in(desk: Desk, login: str) -> None:
    """End sessions and keys: what was given out before is not trusted."""
    sessions.end_all(desk.root, login)
    keys.end_all(desk.root, login)


# Looking -----------------------------------------------------------------------------------


@act("account.listed", Permission.ACCOUNT_VIEW, told=False)
def accounts(
    desk: Desk, _site: Site, *, words: str = "", start: int = 0, limit: int | None = None
) -> AccountList:
    """Return the accounts of the units one administers, by login.

    :param words: parts of login, name or unit, with or without tone marks; all must be there.
    """
    wanted = fold(words).split()
    found = [
        each
        for each in accounts_of(desk.root).by_login.values()
        if is_in_reach(desk, each, Permission.ACCOUNT_VIEW) and _fits(desk, each, wanted)
    ]
    end = None if limit is None else start + limit
    return AccountList(len(found), tuple(_view(desk, each) for each in found[start:end]))


def _fits(desk: Desk, account_: Account, wanted: list[str]) -> bool:
    if not wanted:
        return True
    unit = desk.site.unit_by_number.get(account_.unit) if account_.unit else None
    said = fold(f"{account_.login} {account_.name} {unit.name if unit is not None else ''}")
    return all(word in said for word in wanted)


def account_named(desk: Desk, login: str) -> AccountView:
    """Return one of the accounts one administers; :class:`Missing` where it is none of them."""
    found = account(desk, login)
    if not is_in_reach(desk, found, Permission.ACCOUNT_VIEW):
        raise Missing
    return _view(desk, found)


def _view(desk: Desk, account_: Account) -> AccountView:
    units = desk.site.unit_by_number

    def name_of(number: int) -> str:
        return units[number].name if number in units else ""

    person = desk.site.by_id.get(account_.dossier) if account_.dossier else None
    others = (login for login in logins_of_person(desk.root, account_.login))
    return AccountView(
        login=account_.login,
        name=account_.name,
        kind=account_.kind,
        unit=units.get(account_.unit) if account_.unit else None,
        clearance=account_.clearance,
        roles=tuple((held, name_of(held.unit)) for held in account_.roles),
        shut=closed(desk, account_) or "",
        must_change=account_.must_change,
        issued_at=account_.issued_at,
        last_sign_in=account_.last_sign_in,
        revision=account_.revision,
        locked=bool(account_.locked),
        source=account_.source,
        # Only where the administrator makes accounts for that dossier's unit: else its code
        # would tell him of a dossier elsewhere.
        person=person.code if person is not None and keeps(desk, person) else "",
        others=tuple(login for login in others if login != account_.login),
        ended=tuple((each, name_of(each.held.unit)) for each in history.ended_roles(account_)),
        ends_on=account_.ends_on,
        factor=has_factor(account_),
        links=account_.links,
        touched_at=account_.touched_at,
        touched_by=account_.touched_by,
    )


# Issuing -----------------------------------------------------------------------------------


@act("account.created", Permission.ACCOUNT_MANAGE)
def create_account(
    desk: Desk,
    unit: Unit,
    *,
    login: str,
    name: str,
    clearance: int,
    dossier: str = "",
    kind: str = MANAGEMENT,
    source: str = "",
) -> str:
    """Issue an account at a unit; return its one-time password, shown once.

    :param kind: ``personal`` opens the own dossier only; ``management`` may hold roles (S4-20,
        S4-21).
    :param source: ``ldap`` where the password is kept in the directory; then "" is returned.
    """
    name = one_line(name)
    faults = []
    if not name:
        faults.append(Fault("name", "State the person's full name."))
    highest = max(ORDINARY, desk.identity.clearance) if kind == MANAGEMENT else ORDINARY
    if not 0 <= clearance <= highest:
        faults.append(
            Fault("clearance", "You may clear others up to level {level}.", {"level": highest})
        )
    own = desk.site.dossiers.get(dossier) if dossier else None
    if dossier and (own is None or not keeps(desk, own)):
        faults.append(Fault("dossier", "There is no dossier {code}.", {"code": dossier}))
        own = None
    faults.extend(_kind_faults(desk, kind, own, dossier))
    if source not in {"", "ldap"}:
        faults.append(Fault("source", "Choose where the password is kept."))
    if faults:
        raise Invalid(faults)
    made, password = issue(
        desk.root,
        login=login.strip(),
        name=name,
        clearance=clearance,
        roles=(),
        now=desk.house.clock.now(),
        by=desk.identity.login,
        kind=kind,
        unit=unit.number,
        dossier=own.id if own is not None else 0,
    )
    made.source = source
    if own is not None:
        accounts_of(desk.root).wanted.pop(own.id, None)
    desk.say(login=login, clearance=clearance, dossier=dossier, kind=kind, source=source)
    return "" if source else password


def _kind_faults(desk: Desk, kind: str, own: Dossier | None, typed: str) -> Iterator[Fault]:
    if kind not in {PERSONAL, MANAGEMENT}:
        yield Fault("kind", "Choose what the account is for.")
    if kind != PERSONAL:
        return
    if not typed:
        yield Fault("dossier", "A personal account opens a dossier: state its code.")
    if own is None:
        return
    kept = accounts_of(desk.root)
    for login in kept.by_dossier.get(own.id, ()):
        if kept.by_login[login].kind == PERSONAL:
            yield Fault(
                "dossier", "This person has the personal account {login}.", {"login": login}
            )


# Roles and clearance -----------------------------------------------------------------------


def _is_day(text: str) -> bool:
    try:
        return PartialDate.parse(text).exact is not None
    except ValueError:
        return False


@act("account.role-given", Permission.ACCOUNT_ROLES, second=RAISING)
def grant_role(
    desk: Desk,
    unit: Unit,
    *,
    login: str,
    role: str,
    cause: str,
    valid_from: str = "",
    valid_to: str = "",
    revision: int | None = None,
) -> None:
    """Give a role at a unit to an account, with the cause (decision number) of it."""
    check_role(
        desk, unit, login=login, role=role, cause=cause, valid_from=valid_from, valid_to=valid_to
    )
    cause = one_line(cause)
    found = reach(desk, login, Permission.ACCOUNT_ROLES, revision=revision)
    held = Held(role, unit.number, valid_from, valid_to, cause)
    found.roles = (*(kept for kept in found.roles if kept != held), held)
    changed(desk, found, "account.role-given", cause)
    desk.say(login=login, role=role, cause=cause, valid_from=valid_from, valid_to=valid_to)


def check_role(
    desk: Desk,
    unit: Unit,
    *,
    login: str,
    role: str,
    cause: str,
    valid_from: str = "",
    valid_to: str = "",
) -> None:
    """Raise :class:`Invalid` with every fault of a role to be given, before anybody is asked."""
    found = account(desk, login)
    if not is_in_reach(desk, found, Permission.ACCOUNT_ROLES):
        raise Missing
    faults = [*_role_faults(desk, unit, found, role)]
    if not one_line(cause):
        faults.append(Fault("cause", "State the decision that gives this role."))
    for field, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day and not _is_day(day):
            faults.append(Fault(field, "Write the day as 2026-03-02."))
    if valid_from and valid_to and valid_to < valid_from:
        faults.append(Fault("valid_to", "The role ends before it begins."))
    if faults:
        raise Invalid(faults)


def _role_faults(desk: Desk, unit: Unit, found: Account, role: str) -> Iterator[Fault]:
    known = desk.rulebook.vocabularies["role"].terms.get(role)
    if role not in desk.rulebook.roles.roles:
        yield Fault("role", "There is no role {role}.", {"role": role})
    elif known is not None and known.extra.get("machine") == "1":
        yield Fault("role", "This role is for machines; no person holds it.")
    elif found.kind == PERSONAL:
        yield Fault(
            "role",
            "A personal account opens the own dossier and nothing else. Issue a management "
            "account for this person.",
        )
    only_at = desk.rulebook.profile.settings.get("accounts", {}).get("administered_at", ())
    if role == "account-admin" and only_at and unit.key not in only_at:
        # S3-13: one administrator for all schools; S4-22: the personnel department.
        yield Fault(
            "unit", "Here accounts are administered at {units} only.", {"units": ", ".join(only_at)}
        )
    if same_person(desk.root, desk.identity.login, found.login):
        yield Fault("login", "Nobody gives a role to himself; ask another administrator.")


@act("account.role-taken", Permission.ACCOUNT_ROLES)
def revoke_role(
    desk: Desk, unit: Unit, *, login: str, role: str, cause: str, revision: int | None = None
) -> None:
    """Take back what one cause gave; the same role given by another cause stays.

    That it was held, from when to when, stays in the account's history.
    """
    found = reach(desk, login, Permission.ACCOUNT_ROLES, revision=revision)
    wanted = (role, unit.number, cause)
    left = tuple(held for held in found.roles if (held.role, held.unit, held.cause) != wanted)
    if left == found.roles:
        raise Missing
    found.roles = left
    changed(desk, found, "account.role-taken", cause)
    desk.say(login=login, role=role, cause=cause)


@act("account.clearance-raised", Permission.ACCOUNT_ROLES, second=RAISING)
def raise_clearance(
    desk: Desk,
    _unit: Unit,
    *,
    login: str,
    clearance: int,
    decision: str,
    revision: int | None = None,
) -> None:
    """Clear somebody for a higher level, by a decision."""
    found = reach(desk, login, Permission.ACCOUNT_ROLES, revision=revision)
    check_clearance(desk, login=login, clearance=clearance, decision=decision)
    _clear(desk, found, clearance, decision, [], verb="account.clearance-raised")


def check_clearance(desk: Desk, *, login: str, clearance: int, decision: str) -> None:
    """Raise :class:`Invalid` with every fault of a higher level, before anybody is asked."""
    found = reach(desk, login, Permission.ACCOUNT_ROLES)
    highest = max(ORDINARY, desk.identity.clearance)
    faults = [*_decision_faults(decision)]
    if not found.clearance < clearance <= highest:
        faults.append(
            Fault("clearance", "You may clear others up to level {level}.", {"level": highest})
        )
    if found.kind == PERSONAL and clearance > ORDINARY:
        faults.append(Fault("clearance", "A personal account reads the own dossier only."))
    if faults:
        raise Invalid(faults)


@act("account.clearance-lowered", Permission.ACCOUNT_ROLES)
def lower_clearance(
    desk: Desk,
    _unit: Unit,
    *,
    login: str,
    clearance: int,
    decision: str,
    revision: int | None = None,
) -> None:
    """Clear somebody for less, by a decision; it holds at once."""
    found = reach(desk, login, Permission.ACCOUNT_ROLES, revision=revision)
    faults = [*_decision_faults(decision)]
    if not 0 <= clearance < found.clearance:
        faults.append(Fault("clearance", "Choose a level below the present one."))
    _clear(desk, found, clearance, decision, faults, verb="account.clearance-lowered")


def _decision_faults(decision: str) -> Iterator[Fault]:
    if not one_line(decision):
        yield Fault("decision", "State the number of the decision.")


def _clear(
    desk: Desk, found: Account, clearance: int, decision: str, faults: list[Fault], *, verb: str
) -> None:
    if faults:
        raise Invalid(faults)
    before, found.clearance = found.clearance, clearance
    changed(desk, found, verb, one_line(decision))
    desk.say(login=found.login, before=before, after=clearance, decision=one_line(decision))


# Passwords and locks -----------------------------------------------------------------------


@act("account.password-reissued", Permission.ACCOUNT_MANAGE)
def reset_password(
    desk: Desk,
    _site: Site,
    *,
    login: str,
    request: str,
    revision: int | None,
    dated: str = "",
    head: str = "",
) -> str:
    """Give a new one-time password on a written request (S1-70, S4-110); opens a lock.

    :param request: number of the head's letter; ``dated`` its day and ``head`` who signed it.
    """
    request, head = one_line(request), one_line(head)
    faults = []
    if not request:
        faults.append(Fault("request", "State the number of the written request."))
    if dated and (not _is_day(dated) or dated > desk.today.isoformat()):
        faults.append(Fault("dated", "Write the day of the request as 2026-03-02."))
    if faults:
        raise Invalid(faults)
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    if found.source:
        raise Forbidden(reason="The password is kept in the directory; it is given anew there.")
    password = reissue(found, now=desk.house.clock.now())
    changed(desk, found, "account.password-reissued", request)
    end_ways_in(desk, login)
    desk.say(login=login, request=request, dated=dated, head=head)
    return password


@act("account.locked", Permission.ACCOUNT_MANAGE)
def lock(desk: Desk, _site: Site, *, login: str, reason: str, revision: int | None = None) -> None:
    """Shut an account at once; its sessions end."""
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "State why the account is shut.")])
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    found.locked = reason
    changed(desk, found, "account.locked", reason)
    end_ways_in(desk, login)
    desk.say(login=login, why=reason)


@act("account.unlocked", Permission.ACCOUNT_MANAGE)
def unlock(
    desk: Desk, _site: Site, *, login: str, reason: str, revision: int | None = None
) -> None:
    """Open an account that was shut; the password stays the one there was."""
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "State why the account is opened again.")])
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    if not found.locked:
        raise Missing
    found.locked = ""
    changed(desk, found, "account.unlocked", reason)
    desk.say(login=login, why=reason)
