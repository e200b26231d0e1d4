"""Accounts: sign in and out, change a password, issue, re-issue, give and take roles."""

from __future__ import annotations

from dataclasses import dataclass

from hoso.access import history, keys, sessions
from hoso.access.accounts import (
    FIRST_PASSWORD_DAYS,
    accounts_of,
    change_password,
    identity_of,
    issue,
    password_faults,
    reissue,
    verify_password,
    why_closed,
)
from hoso.access.attempts import Guess, note_right, note_wrong, seconds_to_wait
from hoso.access.identity import Held, Identity
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.records.model import Dossier, Site, Unit
from hoso.records.units import lineage

__all__ = [
    "AccountView",
    "SignIn",
    "account_named",
    "accounts",
    "change_own_password",
    "create_account",
    "first_password_days",
    "grant_role",
    "lock",
    "reset_password",
    "revoke_role",
    "sign_in",
    "sign_out",
]

#: The level of every dossier (TT 07/2019 art. 9).  Who issues accounts needs no clearance of
#: his own to give this one; state secrets are cleared by who is cleared himself.
ORDINARY = 1
WRONG = (
    "The login or the password is wrong. After five wrong ones there is a pause before the next."
)
PAUSED = "There were too many wrong passwords. Try again in {seconds} seconds."


@dataclass(frozen=True)
class SignIn:
    """The outcome of a sign-in: a token, or the reason there is none."""

    token: str = ""
    identity: Identity | None = None
    reason: str = ""
    seconds: int = 0


@dataclass(frozen=True)
class AccountView:
    """An account as its administrator sees it; nothing of what its person may read."""

    login: str
    name: str
    unit: Unit | None
    clearance: int
    roles: tuple[tuple[Held, str], ...]
    shut: str
    must_change: bool
    issued_at: str
    last_sign_in: str
    revision: int


def first_password_days(rulebook: Rulebook) -> int:
    """Return how many days a first password lasts, by the profile (S3-19: five)."""
    accounts_ = rulebook.profile.settings.get("accounts", {})
    return int(accounts_.get("first_password_days", FIRST_PASSWORD_DAYS))


def _shut(desk: Desk, account: Account) -> str | None:
    days = first_password_days(desk.rulebook)
    return why_closed(account, now=desk.house.clock.now(), days=days)


def sign_in(
    desk: Desk, *, login: str, password: str, address: str = "", device: str = ""
) -> SignIn:
    """Open a session where login and password fit; journal both outcomes.

    A wrong password is an answer, not an error, so that the failure is counted in the same
    commit as its journal entry.  During a pause nothing is tried, whatever the password: who
    goes on guessing must not learn that he guessed it.
    """
    now = desk.house.clock.now()
    login = login.strip().lower()
    guess = Guess(login, address, device)
    wait = seconds_to_wait(desk.root, guess, now=now)
    if wait:
        return SignIn(reason=PAUSED, seconds=wait)
    account = accounts_of(desk.root).by_login.get(login)
    fits = verify_password(account, password)
    shut = _shut(desk, account) if account is not None else None
    if account is None or not fits or shut:
        if not fits:
            note_wrong(desk.root, guess, now=now)
        # Only who knows the password learns that the account is shut.
        reason = shut if fits and shut else WRONG
        # What is no login may be a password typed into the wrong field.
        named = account.login if account is not None else ""
        desk.tell("account.sign-in", None, outcome="refused", login=named, why=shut or reason)
        return SignIn(reason=reason)
    note_right(desk.root, guess)
    account.last_sign_in = desk.now
    desk.identity = identity_of(account)
    token = sessions.begin(desk.root, account.login, now=now)
    desk.tell("account.sign-in", None)
    return SignIn(token=token, identity=desk.identity)


def sign_out(desk: Desk, *, token: str) -> None:
    """Close the session behind *token*."""
    sessions.end(desk.root, token)
    desk.tell("account.sign-out", None)


def change_own_password(desk: Desk, *, old: str, new: str, again: str, token: str = "") -> None:
    """Change one's own password; sessions of the account end, but the one behind *token*."""
    account = _account(desk, desk.identity.login)
    faults = []
    if not verify_password(account, old):
        faults.append(Fault("old", "This is not your present password."))
    if new != again:
        faults.append(Fault("again", "The two new passwords differ."))
    faults.extend(password_faults(account, new))
    if faults:
        raise Invalid(faults)
    change_password(account, new, now=desk.house.clock.now())
    _end_sessions(desk, account.login, but=token)
    desk.tell("account.password-changed", None)


def _account(desk: Desk, login: str) -> Account:
    account: Account | None = accounts_of(desk.root).by_login.get(login)
    if account is None:
        raise Missing
    return account


def _administered(desk: Desk, account: Account) -> bool:
    """Say whether the account's unit lies in the administrator's scope (S3-7: subtree)."""
    units = desk.house.policy.units_of(desk.identity, Permission.ACCOUNT_VIEW, on=desk.today)
    if 0 in units:
        return True
    unit = desk.site.unit_by_number.get(account.unit) if account.unit else None
    return unit is not None and any(step.number in units for step in lineage(unit))


def _keeps(desk: Desk, dossier: Dossier) -> bool:
    """Say whether a dossier is kept in the units one makes accounts for."""
    scope = desk.house.policy.units_of(desk.identity, Permission.ACCOUNT_MANAGE, on=desk.today)
    return bool(scope & {0, *(unit.number for unit in lineage(dossier.unit))})


def _reach(desk: Desk, login: str, permission: Permission) -> Account:
    """Return an account in this administrator's scope, or :class:`Missing`."""
    account = _account(desk, login)
    scope = desk.house.policy.units_of(desk.identity, permission, on=desk.today)
    unit = desk.site.unit_by_number.get(account.unit) if account.unit else None
    line = {step.number for step in lineage(unit)} if unit is not None else set()
    if not scope & {0, *line}:
        raise Missing
    return account


@act("account.listed", Permission.ACCOUNT_VIEW, told=False)
def accounts(desk: Desk, _site: Site) -> list[AccountView]:
    """Return the accounts of the units one administers, by login."""
    kept = accounts_of(desk.root).by_login.values()
    return [_view(desk, account) for account in kept if _administered(desk, account)]


def account_named(desk: Desk, login: str) -> AccountView:
    """Return one of the accounts one administers; :class:`Missing` where it is none of them."""
    account = _account(desk, login)
    if not _administered(desk, account):
        raise Missing
    return _view(desk, account)


def _view(desk: Desk, account: Account) -> AccountView:
    units = desk.site.unit_by_number
    roles = tuple((held, units[held.unit].name if held.unit else "") for held in account.roles)
    return AccountView(
        login=account.login,
        name=account.name,
        unit=units.get(account.unit) if account.unit else None,
        clearance=account.clearance,
        roles=roles,
        shut=_shut(desk, account) or "",
        must_change=account.must_change,
        issued_at=account.issued_at,
        last_sign_in=account.last_sign_in,
        revision=account.revision,
    )


@act("account.created", Permission.ACCOUNT_MANAGE)
def create_account(
    desk: Desk, unit: Unit, *, login: str, name: str, clearance: int, dossier: str = ""
) -> str:
    """Issue an account at a unit; return its one-time password, shown once."""
    faults = []
    if not name.strip():
        faults.append(Fault("name", "State the person's full name."))
    highest = max(ORDINARY, desk.identity.clearance)
    if not 0 <= clearance <= highest:
        faults.append(
            Fault(
                "clearance",
                "You may clear others up to level {level}.",
                {"level": highest},
            )
        )
    own = desk.site.dossiers.get(dossier) if dossier else None
    if dossier and (own is None or not _keeps(desk, own)):
        faults.append(Fault("dossier", "There is no dossier {code}.", {"code": dossier}))
    if faults:
        raise Invalid(faults)
    _, password = issue(
        desk.root,
        login=login.strip(),
        name=name.strip(),
        clearance=clearance,
        roles=(),
        now=desk.house.clock.now(),
        by=desk.identity.login,
        unit=unit.number,
        dossier=own.id if own is not None else 0,
    )
    desk.say(login=login, clearance=clearance, dossier=dossier)
    return password


def _is_day(text: str) -> bool:
    try:
        return PartialDate.parse(text).exact is not None
    except ValueError:
        return False


@act("account.role-given", Permission.ACCOUNT_ROLES)
def grant_role(
    desk: Desk,
    unit: Unit,
    *,
    login: str,
    role: str,
    cause: str,
    valid_from: str = "",
    valid_to: str = "",
) -> None:
    """Give a role at a unit to an account, with the cause (decision number) of it."""
    account = _reach(desk, login, Permission.ACCOUNT_ROLES)
    faults = []
    if role not in desk.rulebook.roles.roles:
        faults.append(Fault("role", "There is no role {role}.", {"role": role}))
    if not cause.strip():
        faults.append(Fault("cause", "State the decision that gives this role."))
    only_at = desk.rulebook.profile.settings.get("accounts", {}).get("administered_at", ())
    if role == "account-admin" and only_at and unit.key not in only_at:
        # S3-13: one administrator for all schools; S4-22: the personnel department.
        faults.append(
            Fault(
                "unit",
                "Here accounts are administered at {units} only.",
                {"units": ", ".join(only_at)},
            )
        )
    if login == desk.identity.login:
        faults.append(Fault("login", "Nobody gives a role to himself; ask another administrator."))
    for field, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day and not _is_day(day):
            faults.append(Fault(field, "Write the day as 2026-03-02."))
    if valid_from and valid_to and valid_to < valid_from:
        faults.append(Fault("valid_to", "The role ends before it begins."))
    if faults:
        raise Invalid(faults)
    held = Held(role, unit.number, valid_from, valid_to, cause.strip())
    account.roles = (*(kept for kept in account.roles if kept != held), held)
    _changed(desk, account, "account.role-given", cause)
    desk.say(login=login, role=role, cause=cause, valid_from=valid_from, valid_to=valid_to)


@act("account.role-taken", Permission.ACCOUNT_ROLES)
def revoke_role(desk: Desk, unit: Unit, *, login: str, role: str, cause: str) -> None:
    """Take back what one cause gave; the same role given by another cause stays."""
    account = _reach(desk, login, Permission.ACCOUNT_ROLES)
    left = tuple(
        held
        for held in account.roles
        if (held.role, held.unit, held.cause) != (role, unit.number, cause)
    )
    if left == account.roles:
        raise Missing
    account.roles = left
    _changed(desk, account, "account.role-taken", cause)
    desk.say(login=login, role=role, cause=cause)


@act("account.password-reissued", Permission.ACCOUNT_MANAGE)
def reset_password(desk: Desk, _site: Site, *, login: str, request: str, revision: int) -> str:
    """Give a new one-time password on a written request (S1-70, S4-110); opens a lock."""
    account = _reach(desk, login, Permission.ACCOUNT_MANAGE)
    if not request.strip():
        raise Invalid([Fault("request", "State the number of the written request.")])
    if revision != account.revision:
        raise Conflict(by=account.touched_by or "?", at=account.touched_at or "?")
    password = reissue(account, now=desk.house.clock.now())
    _changed(desk, account, "account.password-reissued", request)
    _end_sessions(desk, login)
    desk.say(login=login, request=request)
    return password


@act("account.locked", Permission.ACCOUNT_MANAGE)
def lock(desk: Desk, _site: Site, *, login: str, reason: str) -> None:
    """Shut an account at once; its sessions end."""
    account = _reach(desk, login, Permission.ACCOUNT_MANAGE)
    if not reason.strip():
        raise Invalid([Fault("reason", "State why the account is shut.")])
    account.locked = reason.strip()
    _changed(desk, account, "account.locked", reason)
    _end_sessions(desk, login)
    desk.say(login=login, why=reason)


def _changed(desk: Desk, account: Account, what: str, cause: str = "") -> None:
    by = desk.identity.login
    history.changed(account, at=desk.now, by=by, what=what, cause=cause.strip())


def _end_sessions(desk: Desk, login: str, *, but: str = "") -> None:
    sessions.end_all(desk.root, login, but=but)
    # A new password or a lock means that what was given out before is not trusted.
    keys.end_all(desk.root, login)
