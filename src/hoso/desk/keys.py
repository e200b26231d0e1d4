"""One's own access keys: issue one for a scanner or a program, see them, take them back.

Like one's own password: nobody does it for somebody else, and who is locked loses them.
"""

from __future__ import annotations

from hoso.access import keys
from hoso.access.accounts import accounts_of, verify_password
from hoso.access.keys import LONGEST_DAYS, Issued
from hoso.desk.desk import Desk
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line

__all__ = ["issue_key", "own_keys", "take_back_key"]

_LONGEST_LABEL = 100


def own_keys(desk: Desk) -> list[Issued]:
    """Return the keys of who sits here."""
    return keys.of(desk.root, desk.identity.login)


def issue_key(desk: Desk, *, label: str, days: int, password: str | None) -> str:
    """Make a key; return its token, shown once.

    :param password: one's own, typed again: a browser left open must not give keys away;
        ``None`` where whoever runs the machine acts.
    """
    faults = []
    label = one_line(label)
    if not label:
        faults.append(Fault("label", "Say which scanner or program will hold the key."))
    if len(label) > _LONGEST_LABEL:
        faults.append(Fault("label", "Use at most {most} characters.", {"most": _LONGEST_LABEL}))
    if not 1 <= days <= LONGEST_DAYS:
        faults.append(Fault("days", "A key lasts 1 to {most} days.", {"most": LONGEST_DAYS}))
    account = accounts_of(desk.root).by_login.get(desk.identity.login)
    if account is None:
        raise Missing
    if password is not None and account.source:
        faults.append(
            Fault(
                "password",
                "Your password is kept in the directory and cannot be asked here. Ask who runs "
                "the site to make the key.",
            )
        )
    elif password is not None and not verify_password(account, password):
        faults.append(Fault("password", "This is not your present password."))
    if faults:
        raise Invalid(faults)
    now = desk.house.clock.now()
    token = keys.issue(desk.root, account.login, label=label, days=days, now=now)
    desk.tell("account.key-issued", None, label=label, days=days)
    return token


def take_back_key(desk: Desk, *, name: str) -> None:
    """End one of one's own keys."""
    if not keys.take_back(desk.root, desk.identity.login, name):
        raise Missing
    desk.tell("account.key-taken-back", None, key=name)
