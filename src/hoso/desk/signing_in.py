"""The door: sign in by password, code, passkey or provider; sign out; one's own password.

A wrong password is an answer and not an error, so that the failure is counted in the same
commit as its journal entry.  Each step that raises rights gives a new token and ends the one
before.
"""

from __future__ import annotations

from dataclasses import dataclass

from hoso.access import history, keys, passkeys, sessions
from hoso.access.accounts import (
    accounts_of,
    change_password,
    password_faults,
    verify_password,
    why_closed,
)
from hoso.access.attempts import Guess, note_right, note_wrong, seconds_to_wait
from hoso.access.devices import known_device
from hoso.access.identity import Identity
from hoso.access.model import Account
from hoso.access.passkeys import Place
from hoso.access.rules import Rules
from hoso.access.second_factor import has_factor, step_of, use_recovery_code
from hoso.desk.desk import Desk
from hoso.kernel.errors import Fault, Forbidden, Invalid, Missing

__all__ = [
    "Ahead",
    "From",
    "SignIn",
    "ahead",
    "change_own_password",
    "closed",
    "rules_of",
    "sign_in",
    "sign_in_linked",
    "sign_in_second",
    "sign_in_with_passkey",
    "sign_out",
    "waiting_for",
]

WRONG = (
    "The login or the password is wrong. After five wrong ones there is a pause before the next."
)
PAUSED = "There were too many wrong passwords. Try again in {seconds} seconds."
WRONG_CODE = "This code is wrong or was used. Wait for the next one."
STARTED_OVER = "There were too many wrong codes. Begin again with your password."
NOT_TIED = (
    "You are known to {provider}, but no account here is tied to that. Ask your unit's "
    "administrator to tie it; tell him this name: {subject}."
)
#: Wrong codes after one right password.
MOST_WRONG = 5


@dataclass(frozen=True)
class From:
    """Where a sign-in comes from.

    :ivar device: what a person would call the browser.
    :ivar cookie: the device cookie it sent, or "".
    """

    address: str = ""
    device: str = ""
    cookie: str = ""


@dataclass(frozen=True)
class SignIn:
    """The outcome of a step at the door: a token, or the reason there is none.

    :ivar second: the token is for the second step only; nobody is signed in yet.
    :ivar left: recovery codes left, where one was spent; -1 where none was.
    """

    token: str = ""
    identity: Identity | None = None
    reason: str = ""
    seconds: int = 0
    second: bool = False
    provider: str = ""
    subject: str = ""
    left: int = -1


@dataclass(frozen=True)
class Ahead:
    """What must be known before a password is tried: the pause, and who is asked about it."""

    seconds: int
    source: str


def rules_of(desk: Desk) -> Rules:
    """Return what the profile says of accounts."""
    return Rules.of(desk.rulebook.profile.settings)


def _guess(desk: Desk, login: str, whence: From) -> Guess:
    known = known_device(desk.root["secret"], whence.cookie, login)
    return Guess(login, whence.address, known)


def ahead(desk: Desk, *, login: str, whence: From) -> Ahead:
    """Say how long to wait, and where the password of *login* is kept ("" for here)."""
    login = _typed(login)
    wait = seconds_to_wait(desk.root, _guess(desk, login, whence), now=desk.house.clock.now())
    account = accounts_of(desk.root).by_login.get(login)
    return Ahead(wait, account.source if account is not None else "")


def _typed(login: str) -> str:
    return login.strip().lower()


def sign_in(
    desk: Desk, *, login: str, password: str, whence: From | None = None, fits: bool | None = None
) -> SignIn:
    """Open a session where login and password fit; journal both outcomes.

    During a pause nothing is tried, whatever the password: who goes on guessing must not
    learn that he guessed it.

    :param fits: what a directory said of the password, where it is kept there.
    """
    whence = whence or From()
    login, now = _typed(login), desk.house.clock.now()
    guess = _guess(desk, login, whence)
    wait = seconds_to_wait(desk.root, guess, now=now)
    if wait:
        return SignIn(reason=PAUSED, seconds=wait)
    account = accounts_of(desk.root).by_login.get(login)
    here = verify_password(account, password)
    good = here if account is None or not account.source else bool(fits)
    shut = closed(desk, account) if account is not None else None
    if account is None or not good or shut:
        if not good:
            note_wrong(desk.root, guess, now=now)
        # Only who knows the password learns that the account is shut.
        reason = shut if good and shut else WRONG
        # What is no login may be a password typed into the wrong field.
        named = account.login if account is not None else ""
        desk.tell("account.sign-in", None, outcome="refused", login=named, why=shut or reason)
        return SignIn(reason=reason)
    note_right(desk.root, guess)
    if has_factor(account):
        return SignIn(
            token=_open(desk, account, whence, waits_for=sessions.SECOND_FACTOR), second=True
        )
    return _welcome(desk, account, whence, how="password")


def closed(desk: Desk, account: Account) -> str | None:
    """Say why nobody comes in with an account now; ``None`` where somebody may."""
    days = rules_of(desk).first_password_days
    return why_closed(account, now=desk.house.clock.now(), days=days)


def _open(
    desk: Desk, account: Account, whence: From, *, how: str = "password", waits_for: str = ""
) -> str:
    return sessions.begin(
        desk.root,
        account.login,
        now=desk.house.clock.now(),
        rules=rules_of(desk),
        address=whence.address,
        device=whence.device,
        how=how,
        waits_for=waits_for,
    )


def _welcome(desk: Desk, account: Account, whence: From, *, how: str, left: int = -1) -> SignIn:
    account.last_sign_in = desk.now
    token = _open(desk, account, whence, how=how)
    found = sessions.identity_behind(
        desk.root, token, now=desk.house.clock.now(), rules=rules_of(desk)
    )
    if found is None:
        raise Missing
    desk.identity = found
    desk.tell("account.sign-in", None, how=how)
    return SignIn(token=token, identity=found, left=left)


def waiting_for(desk: Desk, *, token: str) -> Account | None:
    """Return whose second factor is awaited behind *token*, if anybody's is."""
    session = sessions.waiting_behind(desk.root, token, now=desk.house.clock.now())
    return accounts_of(desk.root).by_login.get(session.login) if session is not None else None


def sign_in_second(desk: Desk, *, token: str, code: str, whence: From | None = None) -> SignIn:
    """Take the code of the generator, or a recovery code, after the password."""
    whence, now = whence or From(), desk.house.clock.now()
    session = sessions.waiting_behind(desk.root, token, now=now)
    account = waiting_for(desk, token=token)
    if session is None or account is None:
        return SignIn(reason=STARTED_OVER)
    shut = closed(desk, account)
    if shut:
        sessions.end(desk.root, token)
        return SignIn(reason=shut)
    guess = Guess(account.login)
    wait = seconds_to_wait(desk.root, guess, now=now, of="factor")
    if wait:
        return SignIn(reason=PAUSED, seconds=wait, second=True)
    step = step_of(account.totp, code, now=now, last=account.totp_step) if account.totp else None
    recovered = step is None and use_recovery_code(account, code)
    if step is None and not recovered:
        note_wrong(desk.root, guess, now=now, of="factor")
        session.wrong += 1
        desk.tell("account.sign-in", None, outcome="refused", login=account.login, why=WRONG_CODE)
        if session.wrong >= MOST_WRONG:
            sessions.end(desk.root, token)
            return SignIn(reason=STARTED_OVER)
        return SignIn(reason=WRONG_CODE, second=True)
    if step is not None:
        account.totp_step = step
    note_right(desk.root, guess, of="factor")
    sessions.end(desk.root, token)
    if recovered:
        return _welcome(desk, account, whence, how="password+recovery", left=len(account.recovery))
    return _welcome(desk, account, whence, how="password+code")


def sign_in_with_passkey(
    desk: Desk, *, answer: str, place: Place, token: str = "", whence: From | None = None
) -> SignIn:
    """Open a session for whose passkey was shown.

    :param token: the session that waits for a second factor, if a password went before.
    :raises Invalid: where the passkey is nobody's or the answer is stale.
    """
    now = desk.house.clock.now()
    account = passkeys.account_behind(desk.root, answer, place=place, now=now)
    awaited = waiting_for(desk, token=token) if token else None
    if awaited is not None and awaited.login != account.login:
        raise Invalid([Fault("passkey", "This passkey belongs to another account.")])
    shut = closed(desk, account)
    if shut:
        desk.tell("account.sign-in", None, outcome="refused", login=account.login, why=shut)
        return SignIn(reason=shut)
    if awaited is not None:
        sessions.end(desk.root, token)
    return _welcome(desk, account, whence or From(), how="passkey")


def sign_in_linked(
    desk: Desk,
    *,
    issuer: str,
    subject: str,
    provider: str = "",
    factor_shown: bool = False,
    whence: From | None = None,
) -> SignIn:
    """Open a session for whom an identity provider vouches, where an account is tied to that.

    What the provider says of groups or addresses is not read: it gives no role and ties nothing.

    :param factor_shown: the provider asked for a second factor, and is trusted in that.
    """
    whence = whence or From()
    accounts = accounts_of(desk.root)
    account = accounts.by_login.get(accounts.by_link.get((issuer, subject), ""))
    if account is None:
        desk.tell(
            "account.sign-in",
            None,
            outcome="refused",
            login="",
            issuer=issuer,
            subject=subject[:200],
        )
        return SignIn(reason=NOT_TIED, provider=provider or issuer, subject=subject)
    shut = closed(desk, account)
    if shut:
        desk.tell("account.sign-in", None, outcome="refused", login=account.login, why=shut)
        return SignIn(reason=shut)
    if has_factor(account) and not factor_shown:
        return SignIn(
            token=_open(desk, account, whence, waits_for=sessions.SECOND_FACTOR), second=True
        )
    return _welcome(desk, account, whence, how="provider+factor" if factor_shown else "provider")


def sign_out(desk: Desk, *, token: str) -> None:
    """Close the session behind *token*."""
    sessions.end(desk.root, token)
    desk.tell("account.sign-out", None)


def change_own_password(
    desk: Desk, *, old: str, new: str, again: str, token: str = "", whence: From | None = None
) -> str:
    """Change one's own password; every session of the account ends.

    :param token: the session it is done in; it goes on under the token that is returned.
    """
    account = accounts_of(desk.root).by_login.get(desk.identity.login)
    if account is None:
        raise Missing
    if account.source:
        raise Forbidden(
            reason="Your password is kept in the directory of your body; change it there."
        )
    faults = []
    if not verify_password(account, old):
        faults.append(Fault("old", "This is not your present password."))
    if new != again:
        faults.append(Fault("again", "The two new passwords differ."))
    faults.extend(password_faults(account, new))
    if faults:
        raise Invalid(faults)
    now = desk.house.clock.now()
    session = sessions.session_behind(desk.root, token, now=now) if token else None
    how = session.how if session is not None else "password"
    change_password(account, new, now=now)
    history.touch(account, at=desk.now, by=account.login)
    sessions.end_all(desk.root, account.login)
    keys.end_all(desk.root, account.login)
    desk.tell("account.password-changed", None)
    return _open(desk, account, whence or From(), how=how) if session is not None else ""
