"""Open one record to one person, close it again; put a wall round a dossier.

A grant gives a role on one dossier or one paper, with dates and the decision behind it; taking
it back removes what that decision gave and nothing else.  A wall stops roles held at units:
then only grants on the dossier count, so it is put up together with those who keep it.
What a written consent opened is closed by ending the consent (``desk.consent``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hoso.access import grants
from hoso.access.accounts import accounts_of, same_person
from hoso.access.consents import consent_behind
from hoso.access.identity import in_force
from hoso.access.permissions import Permission
from hoso.desk.act import Second, act
from hoso.desk.consenting import CONSENTED
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.records.events import DocumentChanged, Moved
from hoso.records.former import remember
from hoso.records.model import Document, Dossier, Grant

__all__ = [
    "GrantLine",
    "check",
    "grant",
    "grantable_roles",
    "listed",
    "take",
    "unwall",
    "wall",
]

#: What a role must allow to mean anything on one record.
_ON_RECORDS = (Permission.DOSSIER_VIEW, Permission.DOCUMENT_VIEW)


@dataclass(frozen=True)
class GrantLine:
    """A grant as a list shows it: to whom (the name as far as known), and whether it holds."""

    grant: Grant
    login: str
    name: str
    holds: bool
    by_consent: str
    on_dossier: bool


def grantable_roles(desk: Desk) -> tuple[str, ...]:
    """Return the roles that mean something on one record and are given by hand."""
    roles, matrix = desk.house.policy.roles, desk.rulebook.roles
    return tuple(
        role
        for role in roles
        if role not in {CONSENTED, "subject"}
        and not role.endswith("-machine")
        and any(permission in matrix.permissions_of(role) for permission in _ON_RECORDS)
    )


def _changed(record: Any, *, tightens: bool) -> DocumentChanged | Moved:
    if isinstance(record, Document):
        return DocumentChanged(record, tightens=tightens)
    return Moved(record, tightens=tightens)


def _day(field: str, text: str, faults: list[Fault]) -> str:
    if not text.strip():
        return ""
    try:
        found = parse_typed(text).exact
    except ValueError:
        found = None
    if found is None:
        faults.append(Fault(field, "Write the day as 05/09/2024."))
        return ""
    return found.isoformat()


def check(
    desk: Desk, *, login: str, role: str, decision: str, valid_from: str = "", valid_to: str = ""
) -> Grant:
    """Return the grant that is meant, as it would be kept; ``Invalid`` with all faults at once.

    Asked before a second person is, so that nobody agrees to what cannot be done.
    """
    faults: list[Fault] = []
    login = login.strip().lower()
    account = accounts_of(desk.root).by_login.get(login)
    if account is None or account.locked:
        faults.append(Fault("login", "There is no open account {login}.", {"login": login}))
    elif same_person(desk.root, login, desk.identity.login):
        faults.append(Fault("login", "Nobody opens a record to himself; another head does."))
    if role not in grantable_roles(desk):
        faults.append(Fault("role", "Choose a role that can be given on one record."))
    decision = statement(
        "decision", decision, faults, wanting="State the decision that opens the record."
    )
    if decision.startswith("consent:"):
        faults.append(Fault("decision", "A written consent is given on its own page."))
    first, last = _day("valid_from", valid_from, faults), _day("valid_to", valid_to, faults)
    if first and last and last < first:
        faults.append(Fault("valid_to", "The period ends before it begins."))
    elif last and last < desk.today.isoformat():
        faults.append(Fault("valid_to", "The period is over already."))
    if faults:
        raise Invalid(faults)
    return Grant(grants.principal_of(login), role, first, last, decision)


@act("access.granted", Permission.CONSENT_DECIDE, second=Second(Permission.ROLE_CONFIRM))
def grant(
    desk: Desk,
    record: Any,
    *,
    login: str,
    role: str,
    decision: str,
    valid_from: str = "",
    valid_to: str = "",
) -> None:
    """Give one person a role on a dossier or a paper, by a decision; all faults at once."""
    made = check(
        desk, login=login, role=role, decision=decision, valid_from=valid_from, valid_to=valid_to
    )
    grants.give(desk.root, record, made, at=desk.now, by=desk.identity.login)
    desk.notify([_changed(record, tightens=False)])
    desk.say(
        to=login.strip().lower(),
        role=role,
        decision=made.cause,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
    )


@act("access.taken", Permission.CONSENT_DECIDE)
def take(desk: Desk, record: Any, *, login: str, decision: str, why: str) -> None:
    """Take back what one decision gave a person on a record; what others gave stays."""
    faults: list[Fault] = []
    why = statement("why", why, faults, wanting="State why it is taken back.")
    principal = grants.principal_of(login)
    gone = [one for one in record.grants if (one.principal, one.cause) == (principal, decision)]
    if not gone:
        raise Missing
    if consent_behind(desk.root, decision) is not None:
        faults.append(Fault("login", "This was opened by a written consent: end the consent."))
    left = [one for one in record.grants if one not in gone]
    if isinstance(record, Dossier) and record.walled and not _keepers(desk, left):
        faults.append(Fault("login", "Nobody would be left who may open the wall: name another."))
    if faults:
        raise Invalid(faults)
    grants.take(
        desk.root,
        record,
        principal=principal,
        cause=decision,
        at=desk.now,
        by=desk.identity.login,
    )
    desk.notify([_changed(record, tightens=True)])
    desk.say(to=login, decision=decision, why=why)


def _keepers(desk: Desk, given: Any) -> list[Grant]:
    """Return the grants that let somebody decide on the record for good."""
    day = desk.today
    return [
        one
        for one in given
        if Permission.CONSENT_DECIDE in desk.house.policy.permissions_of(one.role)
        and in_force(one.valid_from, one.valid_to, day)
        and not one.valid_to
    ]


@act("access.walled", Permission.CONSENT_DECIDE)
def wall(desk: Desk, dossier: Dossier, *, keepers: str, decision: str) -> None:
    """Put a wall round a dossier: roles at units stop counting, only grants on it do.

    :param keepers: logins of those who keep it behind the wall, apart by commas or blanks; two
        are wiser than one, since nobody else can take the wall away.
    """
    faults: list[Fault] = []
    logins = list(dict.fromkeys(keepers.replace(",", " ").lower().split()))
    if not logins:
        faults.append(Fault("keepers", "Name who keeps the dossier behind the wall."))
    for login in logins:
        account = accounts_of(desk.root).by_login.get(login)
        if account is None or account.locked:
            faults.append(Fault("keepers", "There is no open account {login}.", {"login": login}))
    decision = statement(
        "decision", decision, faults, wanting="State the decision that walls the dossier off."
    )
    if dossier.walled:
        faults.append(Fault("decision", "There is a wall round this dossier already."))
    if faults:
        raise Invalid(faults)
    role = desk.house.policy.roles_with(Permission.CONSENT_DECIDE)[0]
    when = {"at": desk.now, "by": desk.identity.login}
    remember(dossier, **when)
    for login in logins:
        made = Grant(grants.principal_of(login), role, "", "", decision)
        grants.give(desk.root, dossier, made, **when)
    dossier.walled = True
    desk.notify([Moved(dossier, tightens=True)])
    desk.say(keepers=", ".join(logins), decision=decision)


@act("access.unwalled", Permission.CONSENT_DECIDE)
def unwall(desk: Desk, dossier: Dossier, *, decision: str) -> None:
    """Take the wall round a dossier away; grants on it stay until they are taken back."""
    faults: list[Fault] = []
    decision = statement(
        "decision", decision, faults, wanting="State the decision that takes the wall away."
    )
    if not dossier.walled:
        faults.append(Fault("decision", "There is no wall round this dossier."))
    if faults:
        raise Invalid(faults)
    remember(dossier, at=desk.now, by=desk.identity.login)
    dossier.walled = False
    desk.notify([Moved(dossier)])
    desk.say(decision=decision)


@act("access.listed", Permission.CONSENT_VIEW, told=False)
def listed(desk: Desk, record: Any) -> tuple[GrantLine, ...]:
    """Return what is opened on a record, and on the dossier a paper lies in."""
    around = record.dossier if isinstance(record, Document) else None
    lines = [_line(desk, one, on_dossier=isinstance(record, Dossier)) for one in record.grants]
    if around is not None and desk.may(around, Permission.CONSENT_VIEW):
        lines += [_line(desk, one, on_dossier=True) for one in around.grants]
    return tuple(lines)


def _line(desk: Desk, given: Grant, *, on_dossier: bool) -> GrantLine:
    login = given.principal.removeprefix("user:")
    account = accounts_of(desk.root).by_login.get(login)
    consent = consent_behind(desk.root, given.cause)
    return GrantLine(
        given,
        login,
        account.name if account is not None else "",
        in_force(given.valid_from, given.valid_to, desk.today),
        consent.uid if consent is not None else "",
        on_dossier,
    )
