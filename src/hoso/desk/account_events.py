"""Accounts follow the person: opening a dossier asks for one, leaving closes, moving moves.

What is written are facts: the day from which an account is shut stands on the account, and
the sign-in compares it with the day it is.  Where the day of leaving is not known nothing is
guessed: it is listed, and the administrator decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hoso.access.accounts import accounts_of
from hoso.access.model import PERSONAL, Account, Wanted
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.people import NOT_ONESELF, ORDINARY, changed, end_ways_in, is_in_reach, keeps
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import fold, one_line
from hoso.records.marking import level_of
from hoso.records.model import Dossier, Site, StatusEvent
from hoso.records.standing import status_at

__all__ = ["WantedLine", "follow", "keep_open", "suggested_login", "wanted"]

#: Phase of a standing after which nobody works here (column ``phase`` of the list of standings).
LEFT = "left"
#: Phase of a standing that is of the dossier, not of the person.
_ARCHIVE = "archive"
_FEW = 200


@dataclass(frozen=True)
class WantedLine:
    """One thing a personnel event asks of the accounts of a person.

    :ivar suggested: a login that is free, where an account is to be issued.
    :ivar logins: the accounts there are.
    """

    dossier: Dossier
    wanted: Wanted
    logins: tuple[str, ...]
    suggested: str = ""


def follow(desk: Desk, dossier: Dossier) -> None:
    """Let the accounts of a person follow what was just written in the dossier."""
    known = accounts_of(desk.root)
    mine = [known.by_login[login] for login in known.by_dossier.get(dossier.id, ())]
    if not _is_of_a_person(desk, dossier):
        return
    left, day = _leaving(desk, dossier)
    if not mine:
        if left:
            known.wanted.pop(dossier.id, None)
        elif dossier.id not in known.wanted:
            known.wanted[dossier.id] = Wanted("issue", desk.now)
        return
    for account in mine:
        _close_from(desk, account, day if left else "", dossier)
    _move(desk, dossier, mine)
    _list(desk, dossier, mine, left=left, day=day)


def _is_of_a_person(desk: Desk, dossier: Dossier) -> bool:
    kind = desk.rulebook.dossier_types.get(dossier.type)
    return kind is not None and kind.personal


def _last(desk: Desk, dossier: Dossier) -> StatusEvent | None:
    """Return the last standing of the person, also one to come.

    Where the dossier itself is kept (an archive) says nothing of the person's service.
    """
    terms = desk.rulebook.vocabularies["dossier-status"].terms
    of_person = [
        event
        for event in dossier.status_events
        if event.status not in terms or terms[event.status].extra.get("phase") != _ARCHIVE
    ]
    # The last by its day, also one to come: who retires in June is shut out from June on.
    return status_at(of_person, date.max)


def _leaving(desk: Desk, dossier: Dossier) -> tuple[bool, str]:
    """Say whether the last standing is that of somebody who left, and from which day.

    The day is "" where it is not known to the day.
    """
    terms = desk.rulebook.vocabularies["dossier-status"].terms
    last = _last(desk, dossier)
    term = terms.get(last.status) if last is not None else None
    if last is None or term is None or term.extra.get("phase") != LEFT:
        return False, ""
    day = PartialDate.parse(last.effective).exact if last.effective else None
    return True, day.isoformat() if day is not None else ""


def _close_from(desk: Desk, account: Account, day: str, dossier: Dossier) -> None:
    if account.ends_on == day:
        return
    last = _last(desk, dossier)
    account.ends_on = day
    account.ends_why = last.status if day and last is not None else ""
    changed(desk, account, "account.ends", account.ends_why)
    if day and day <= desk.today.isoformat():
        end_ways_in(desk, account.login)
    desk.tell("account.ends", dossier, login=account.login, day=day, why=account.ends_why)


def _move(desk: Desk, dossier: Dossier, mine: list[Account]) -> None:
    for account in mine:
        # A management account stays with its roles' unit until somebody decides.
        if account.kind == PERSONAL and account.unit != dossier.unit.number:
            account.unit = dossier.unit.number
            changed(desk, account, "account.moved")
            desk.tell("account.moved", dossier, login=account.login, unit=dossier.unit.key)


def _list(desk: Desk, dossier: Dossier, mine: list[Account], *, left: bool, day: str) -> None:
    known = accounts_of(desk.root)
    elsewhere = any(held.unit != dossier.unit.number for account in mine for held in account.roles)
    if left:
        known.wanted[dossier.id] = Wanted("left", desk.now, day)
    elif elsewhere and any(account.unit != dossier.unit.number for account in mine):
        known.wanted[dossier.id] = Wanted("moved", desk.now)
    else:
        known.wanted.pop(dossier.id, None)


@act("account.wanted-listed", Permission.ACCOUNT_MANAGE, told=False)
def wanted(desk: Desk, _site: Site) -> list[WantedLine]:
    """Return what personnel events ask of accounts in one's scope, the oldest first.

    Of a dossier above the ordinary level, or with a wall, not even the name is told.
    """
    known, found = accounts_of(desk.root), []
    for number, asked in known.wanted.items():
        dossier = desk.site.by_id.get(number)
        if dossier is None or not keeps(desk, dossier):
            continue
        if dossier.walled or level_of(dossier, desk.today) > ORDINARY:
            continue
        if asked.why == "left" and asked.day and asked.day <= desk.today.isoformat():
            # Done: the accounts are shut, and say so themselves.
            continue
        logins = tuple(known.by_dossier.get(number, ()))
        suggested = "" if logins else suggested_login(desk, dossier.name)
        found.append(WantedLine(dossier, asked, logins, suggested))
        if len(found) == _FEW:
            break
    return sorted(found, key=lambda line: line.wanted.at)


def suggested_login(desk: Desk, name: str) -> str:
    """Return a free login as offices write them: given name, dot, initials of the rest."""
    parts = ["".join(c for c in word if c.isalnum()) for word in fold(name).split()]
    parts = [part for part in parts if part]
    if not parts:
        return ""
    base = parts[-1] + ("." + "".join(part[0] for part in parts[:-1]) if parts[:-1] else "")
    taken, login, count = accounts_of(desk.root).by_login, base, 1
    while login in taken:
        count += 1
        login = f"{base}{count}"
    return login


@act("account.goes-on", Permission.ACCOUNT_MANAGE)
def keep_open(desk: Desk, _site: Site, *, login: str, reason: str) -> None:
    """Leave an account open although its person left, by a decision; or undo a closing."""
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "State the decision this rests on.")])
    known = accounts_of(desk.root)
    account = known.by_login.get(login)
    if account is None or not is_in_reach(desk, account, Permission.ACCOUNT_MANAGE):
        raise Missing
    if account.login == desk.identity.login:
        raise Forbidden(reason=NOT_ONESELF)
    account.ends_on, account.ends_why = "", ""
    known.wanted.pop(account.dossier, None)
    changed(desk, account, "account.goes-on", reason)
    desk.say(login=login, why=reason)
