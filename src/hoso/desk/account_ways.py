"""What an administrator does about somebody's ways in besides the password.

A lost telephone, a sign-in at the identity provider, sessions left open, the dossier that is
about the person, the unit the account belongs to.
"""

from __future__ import annotations

from hoso.access import passkeys, sessions
from hoso.access.accounts import accounts_of, tie
from hoso.access.model import Link
from hoso.access.permissions import Permission
from hoso.access.second_factor import has_factor
from hoso.access.sessions import Open
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.people import changed, end_ways_in, keeps, reach
from hoso.desk.signing_in import rules_of
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records.model import Site, Unit

__all__ = [
    "end_sessions",
    "link",
    "move",
    "reset_second_factor",
    "sessions_of",
    "tie_person",
    "unlink",
]

_LONGEST_SUBJECT = 255


@act("account.second-factor-reset", Permission.ACCOUNT_MANAGE)
def reset_second_factor(
    desk: Desk, _site: Site, *, login: str, request: str, revision: int | None = None
) -> None:
    """Forget generator, recovery codes and passkeys of an account, on a written request."""
    request = one_line(request)
    if not request:
        raise Invalid([Fault("request", "State the number of the written request.")])
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    if not has_factor(found):
        raise Missing
    found.totp, found.totp_step, found.recovery = "", 0, ()
    passkeys.take_away(desk.root, found)
    changed(desk, found, "account.second-factor-reset", request)
    end_ways_in(desk, login)
    desk.say(login=login, request=request)


@act("account.linked", Permission.ACCOUNT_MANAGE)
def link(
    desk: Desk, _site: Site, *, login: str, issuer: str, subject: str, revision: int | None = None
) -> None:
    """Tie a sign-in at an identity provider to an account; nothing ties itself."""
    issuer, subject = one_line(issuer), one_line(subject)
    faults = []
    provider = desk.house.ways.provider
    if provider is None or issuer != provider.issuer:
        faults.append(Fault("issuer", "This site knows no such provider."))
    if not subject or len(subject) > _LONGEST_SUBJECT:
        faults.append(Fault("subject", "State the name that the provider has for this person."))
    by_link = accounts_of(desk.root).by_link
    if (issuer, subject) in by_link:
        faults.append(Fault("subject", "This name is tied to an account already."))
    if faults:
        raise Invalid(faults)
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    found.links = (*found.links, Link(issuer, subject, desk.now, desk.identity.login))
    by_link[issuer, subject] = login
    changed(desk, found, "account.linked")
    desk.say(login=login, issuer=issuer, subject=subject)


@act("account.unlinked", Permission.ACCOUNT_MANAGE)
def unlink(
    desk: Desk, _site: Site, *, login: str, issuer: str, subject: str, revision: int | None = None
) -> None:
    """Untie a sign-in at an identity provider; sessions of the account end."""
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    left = tuple(each for each in found.links if (each.issuer, each.subject) != (issuer, subject))
    if left == found.links:
        raise Missing
    found.links = left
    accounts_of(desk.root).by_link.pop((issuer, subject), None)
    changed(desk, found, "account.unlinked")
    end_ways_in(desk, login)
    desk.say(login=login, issuer=issuer, subject=subject)


@act("account.tied", Permission.ACCOUNT_MANAGE)
def tie_person(
    desk: Desk, _site: Site, *, login: str, dossier: str, cause: str, revision: int | None = None
) -> None:
    """Say that a dossier is about the person of an account: it opens to them."""
    cause, code = one_line(cause), one_line(dossier)
    faults = []
    own = desk.site.dossiers.get(code)
    if own is None or not keeps(desk, own):
        faults.append(Fault("dossier", "There is no dossier {code}.", {"code": code}))
    if not cause:
        faults.append(Fault("cause", "State the decision this rests on."))
    if faults or own is None:
        raise Invalid(faults)
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    tie(desk.root, found, own.id)
    changed(desk, found, "account.tied", cause)
    desk.say(login=login, dossier=code, cause=cause)


@act("account.moved", Permission.ACCOUNT_MANAGE)
def move(desk: Desk, unit: Unit, *, login: str, decision: str, revision: int | None = None) -> None:
    """Let an account belong to another unit; roles stay where they are held."""
    decision = one_line(decision)
    if not decision:
        raise Invalid([Fault("decision", "State the number of the decision.")])
    found = reach(desk, login, Permission.ACCOUNT_MANAGE, revision=revision)
    found.unit = unit.number
    changed(desk, found, "account.moved", decision)
    desk.say(login=login, unit=unit.key, decision=decision)


@act("account.sessions-listed", Permission.SESSION_MANAGE, told=False)
def sessions_of(desk: Desk, _site: Site, *, login: str) -> list[Open]:
    """Return where somebody of one's scope is signed in."""
    reach(desk, login, Permission.SESSION_MANAGE)
    now, rules = desk.house.clock.now(), rules_of(desk)
    return sessions.of(desk.root, login, now=now, rules=rules, seen=desk.house.seen)


@act("account.sessions-ended", Permission.SESSION_MANAGE)
def end_sessions(desk: Desk, _site: Site, *, login: str, name: str = "") -> int:
    """End one session of somebody of one's scope by its name, or all; return how many."""
    reach(desk, login, Permission.SESSION_MANAGE)
    if name:
        ended = int(sessions.end_named(desk.root, login, name))
    else:
        ended = sessions.end_all(desk.root, login)
    if not ended:
        raise Missing
    desk.say(login=login, sessions=ended)
    return ended
