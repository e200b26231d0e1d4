"""What a leaving does to accounts: roles and grants end with the day, and come back when undone.

Shutting the accounts themselves is ``account_events``' work, which follows the standing.  Roles
are given an end, not taken out, so that who held what on a past day stays answered; grants on
records are cut the same way.  A day that is not known ends nothing: it is listed for the
administrator, as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hoso.access import grants
from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.access.model import Account
from hoso.desk.desk import Desk
from hoso.desk.people import changed, end_ways_in
from hoso.personnel.model import EndedRole, Leaving
from hoso.records.events import DocumentChanged, Moved
from hoso.records.model import Dossier, Grant

__all__ = [
    "AccountEnd",
    "accounts_of_person",
    "cut_grants",
    "end_roles",
    "ends_of",
    "give_back_roles",
    "shut_out",
]


@dataclass(frozen=True)
class AccountEnd:
    """What happens to one account: roles that end (key, unit number), sessions open now."""

    login: str
    kind: str
    roles: tuple[tuple[str, int], ...]
    sessions: int
    grants: int


def accounts_of_person(desk: Desk, dossier: Dossier) -> list[Account]:
    """Return the accounts that belong to the person of a dossier."""
    known = accounts_of(desk.root)
    return [known.by_login[login] for login in known.by_dossier.get(dossier.id, ())]


def ends_of(desk: Desk, dossier: Dossier, *, day: date | None) -> Iterator[AccountEnd]:
    """Say of each account what a leaving on a day would end; of an unknown day, nothing ends."""
    for account in accounts_of_person(desk, dossier):
        ending = [held for held in account.roles if day is not None and _outlasts(held, day)]
        yield AccountEnd(
            account.login,
            account.kind,
            tuple((held.role, held.unit) for held in ending),
            sum(
                session.login == account.login and session.ends_at >= desk.now
                for session in accounts_of(desk.root).sessions.values()
            ),
            len(_grants_after(desk, account.login, day)) if day is not None else 0,
        )


def _outlasts(held: Held | Grant, day: date) -> bool:
    return not held.valid_to or held.valid_to >= day.isoformat()


def _until(held: Held, day: date) -> Held | None:
    """Return a role that ends before a day; ``None`` where it would end before it begins."""
    last = (day - timedelta(days=1)).isoformat()
    if held.valid_from and held.valid_from > last:
        return None
    return held._replace(valid_to=last)


def end_roles(desk: Desk, dossier: Dossier, *, day: date, cause: str) -> tuple[EndedRole, ...]:
    """Let every role of the person's accounts end on the day before; return what was changed."""
    ended: list[EndedRole] = []
    for account in accounts_of_person(desk, dossier):
        mine = [
            EndedRole(account.login, held, _until(held, day))
            for held in account.roles
            if _outlasts(held, day)
        ]
        if not mine:
            continue
        anew = {one.before: one.after for one in mine}
        account.roles = tuple(
            held for held in (anew.get(one, one) for one in account.roles) if held is not None
        )
        changed(desk, account, "account.role-taken", cause)
        for one in mine:
            desk.tell(
                "account.role-taken",
                dossier,
                login=one.login,
                role=one.before.role,
                cause=cause,
                day=day.isoformat(),
            )
        ended.extend(mine)
    return tuple(ended)


def give_back_roles(desk: Desk, leaving: Leaving, *, cause: str) -> int:
    """Give the roles back that a leaving ended, as far as nobody touched them since."""
    known, count = accounts_of(desk.root), 0
    for login in {one.login for one in leaving.roles}:
        account = known.by_login.get(login)
        if account is None:
            continue
        roles = list(account.roles)
        for one in (one for one in leaving.roles if one.login == login):
            if one.after is None:
                roles.append(one.before)
            elif one.after in roles:
                roles[roles.index(one.after)] = one.before
            else:
                continue
            count += 1
        if tuple(roles) != account.roles:
            account.roles = tuple(roles)
            changed(desk, account, "account.role-given", cause)
    return count


def _grants_after(desk: Desk, login: str, day: date) -> list[tuple[int, Grant]]:
    found = grants.given_to(desk.root, login)
    return [(number, grant) for number, grant in found if _outlasts(grant, day)]


def cut_grants(desk: Desk, dossier: Dossier, *, day: date, cause: str) -> int:
    """Let what was opened to the person on single records end on the day before."""
    count, last = 0, (day - timedelta(days=1)).isoformat()
    for account in accounts_of_person(desk, dossier):
        for number, grant in _grants_after(desk, account.login, day):
            record = desk.site.by_id.get(number)
            if record is None:
                continue
            by, at = desk.identity.login, desk.now
            gone = grants.take(
                desk.root, record, principal=grant.principal, cause=grant.cause, at=at, by=by
            )
            for one in gone:
                until = min(one.valid_to or last, last)
                if not one.valid_from or one.valid_from <= until:
                    kept = one._replace(valid_to=until)
                    grants.give(desk.root, record, kept, at=at, by=by)
            kind = Moved if isinstance(record, Dossier) else DocumentChanged
            desk.notify([kind(record, tightens=True)])
            desk.tell("access.taken", record, login=account.login, cause=cause)
            count += len(gone)
    return count


def shut_out(desk: Desk, dossier: Dossier) -> None:
    """End the sessions and keys of the person's accounts: their day has come."""
    for account in accounts_of_person(desk, dossier):
        if account.ends_on and account.ends_on <= desk.today.isoformat():
            end_ways_in(desk, account.login)
