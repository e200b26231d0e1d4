"""One's own account: where one is signed in, the second factor, passkeys.

Nobody does these for somebody else.  What changes the way in asks for a sign-in of a moment
ago: a browser left open must not give the account away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hoso.access import history, keys, passkeys, sessions
from hoso.access.accounts import accounts_of, logins_of_person
from hoso.access.model import Account, Passkey, Session
from hoso.access.passkeys import Place
from hoso.access.second_factor import (
    has_factor,
    new_recovery_codes,
    new_secret,
    provisioning_uri,
    step_of,
)
from hoso.access.sessions import Open
from hoso.desk.desk import Desk
from hoso.desk.signing_in import From, rules_of
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import one_line

__all__ = [
    "OwnAccount",
    "add_generator",
    "add_passkey",
    "end_own_session",
    "end_own_sessions",
    "make_recovery_codes",
    "offer_generator",
    "offered",
    "own_account",
    "passkey_options",
    "remove_generator",
    "remove_passkey",
]

#: How long after signing in one may change how one signs in.
FRESH = timedelta(minutes=15)
AGAIN = "Sign out and sign in again first: this is done within a quarter of an hour of signing in."
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class OwnAccount:
    """An account as its person sees it.

    :ivar here: name of the session the page is asked in.
    :ivar asked_for: whether a role held asks for a second factor.
    :ivar fresh: whether the way in may be changed now.
    :ivar others: further logins of the same person.
    """

    login: str
    name: str
    kind: str
    source: str
    others: tuple[str, ...]
    sessions: tuple[Open, ...]
    here: str
    generator: bool
    recovery_left: int
    passkeys: tuple[Passkey, ...]
    asked_for: bool
    fresh: bool


def own_account(desk: Desk, *, token: str) -> OwnAccount:
    """Return one's own account, with every open session of it."""
    account, rules, now = _own(desk), rules_of(desk), desk.house.clock.now()
    open_ = sessions.of(desk.root, account.login, now=now, rules=rules, seen=desk.house.seen)
    others = tuple(
        login for login in logins_of_person(desk.root, account.login) if login != account.login
    )
    return OwnAccount(
        login=account.login,
        name=account.name,
        kind=account.kind,
        source=account.source,
        others=others,
        sessions=tuple(open_),
        here=sessions.name_of(token),
        generator=bool(account.totp),
        recovery_left=len(account.recovery),
        passkeys=account.passkeys,
        asked_for=rules.want_second_factor(account.roles, desk.today),
        fresh=_is_fresh(desk, token),
    )


def _own(desk: Desk) -> Account:
    account: Account | None = accounts_of(desk.root).by_login.get(desk.identity.login)
    if account is None:
        raise Missing
    return account


def _session(desk: Desk, token: str) -> Session:
    session = sessions.session_behind(desk.root, token, now=desk.house.clock.now())
    if session is None or session.login != desk.identity.login:
        raise Missing
    return session


def _is_fresh(desk: Desk, token: str) -> bool:
    begun = datetime.fromisoformat(_session(desk, token).begun_at)
    return desk.house.clock.now() - begun <= FRESH


def _fresh(desk: Desk, token: str) -> Account:
    if not _is_fresh(desk, token):
        raise Forbidden(reason=AGAIN)
    return _own(desk)


def end_own_session(desk: Desk, *, name: str) -> None:
    """End one of one's own sessions, by its name in the list."""
    if not sessions.end_named(desk.root, desk.identity.login, name):
        raise Missing
    desk.tell("account.session-ended", None, session=name)


def end_own_sessions(desk: Desk, *, but: str) -> int:
    """End every session of one's own but the one behind the token *but*."""
    ended = sessions.end_all(desk.root, desk.identity.login, but=but)
    desk.tell("account.session-ended", None, sessions=ended)
    return ended


# The generator -----------------------------------------------------------------------------


def offer_generator(desk: Desk, *, token: str) -> str:
    """Draw a secret for a code generator, or return the one offered before; nothing holds yet."""
    _fresh(desk, token)
    session = _session(desk, token)
    if not session.offer:
        session.offer = new_secret()
    return session.offer


def offered(desk: Desk, *, token: str, site: str) -> str:
    """Return what the QR code of the offered secret says; :class:`Missing` where none is."""
    session = _session(desk, token)
    if not session.offer:
        raise Missing
    return provisioning_uri(session.offer, desk.identity.login, site)


def add_generator(
    desk: Desk, *, token: str, code: str, whence: From | None = None
) -> tuple[str, list[str]]:
    """Take the generator into use once it shows the right code.

    :return: the token the session goes on under, and the recovery codes, shown once.
    """
    account, session = _fresh(desk, token), _session(desk, token)
    now = desk.house.clock.now()
    step = step_of(session.offer, code, now=now) if session.offer else None
    if step is None:
        raise Invalid([Fault("code", "This code does not fit. Check the clock of the telephone.")])
    account.totp, account.totp_step = session.offer, step
    codes, account.recovery = new_recovery_codes()
    _touched(desk, account)
    desk.tell("account.second-factor-added", None)
    return _risen(desk, session, "password+code", whence), codes


def make_recovery_codes(desk: Desk, *, token: str) -> list[str]:
    """Draw new recovery codes; those before count no longer."""
    account = _fresh(desk, token)
    if not has_factor(account):
        raise Missing
    codes, account.recovery = new_recovery_codes()
    _touched(desk, account)
    desk.tell("account.recovery-codes-made", None)
    return codes


def remove_generator(desk: Desk, *, token: str) -> None:
    """Stop asking for codes; not where a role asks for a second factor and this is the last."""
    account = _fresh(desk, token)
    if not account.totp:
        raise Missing
    _not_the_last(desk, account, others=bool(account.passkeys))
    account.totp, account.totp_step = "", 0
    if not account.passkeys:
        account.recovery = ()
    _touched(desk, account)
    desk.tell("account.second-factor-removed", None)


def _not_the_last(desk: Desk, account: Account, *, others: bool) -> None:
    if not others and rules_of(desk).want_second_factor(account.roles, desk.today):
        raise Forbidden(
            reason="A role of yours asks for a second factor. Add another before you remove this."
        )


def _risen(desk: Desk, session: Session, how: str, whence: From | None) -> str:
    """Give the session another token: what was known of the weaker one is worth nothing."""
    whence = whence or From(session.address, session.device)
    sessions.end_all(desk.root, session.login)
    keys.end_all(desk.root, session.login)
    return sessions.begin(
        desk.root,
        session.login,
        now=desk.house.clock.now(),
        rules=rules_of(desk),
        address=whence.address,
        device=whence.device,
        how=how,
    )


def _touched(desk: Desk, account: Account) -> None:
    history.touch(account, at=desk.now, by=account.login)


# Passkeys ----------------------------------------------------------------------------------


def passkey_options(desk: Desk, *, token: str, place: Place) -> str:
    """Return as JSON what the browser needs to make a passkey."""
    account = _fresh(desk, token)
    return passkeys.options_to_add(desk.root, account, place, now=desk.house.clock.now())


def add_passkey(
    desk: Desk, *, token: str, answer: str, label: str, place: Place, whence: From | None = None
) -> str:
    """Take in the passkey the browser made; return the token the session goes on under."""
    account, session = _fresh(desk, token), _session(desk, token)
    label = one_line(label)[:_LONGEST_LABEL] or "—"
    passkeys.add(desk.root, account, answer, place=place, label=label, now=desk.house.clock.now())
    _touched(desk, account)
    desk.tell("account.passkey-added", None, label=label)
    return _risen(desk, session, "passkey", whence)


def remove_passkey(desk: Desk, *, token: str, name: str) -> None:
    """Forget one of one's own passkeys, by its name in the list."""
    account = _fresh(desk, token)
    left = [key for key in account.passkeys if passkeys.name_of(key) != name]
    if len(left) == len(account.passkeys):
        raise Missing
    _not_the_last(desk, account, others=bool(left or account.totp))
    passkeys.take_away(desk.root, account, name)
    if not has_factor(account):
        account.recovery = ()
    _touched(desk, account)
    desk.tell("account.passkey-removed", None, passkey=name)
