"""Persistent accounts and sessions; their dotted names are on disk."""

from __future__ import annotations

from typing import NamedTuple

from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from persistent import Persistent

from hoso.access.identity import Held

__all__ = [
    "MANAGEMENT",
    "PERSONAL",
    "AccessKey",
    "Account",
    "AccountState",
    "Accounts",
    "Attempts",
    "Link",
    "Passkey",
    "Session",
    "Wanted",
]

#: Opens the own dossier and nothing else; holds no role (QĐ 1666/QĐ-BGDĐT, điều 5.1; S4-20).
PERSONAL = "personal"
#: Holds roles; it opens the own dossier too, being shared with the personal one (S4-21).
MANAGEMENT = "management"


class AccountState(NamedTuple):
    """What an account was allowed from an instant on, and which act made it so.

    States are written one behind the other and never changed: who could see what on a past
    day is answered from them (``hoso.access.history``).  ``shut`` says why nobody could come
    in, "" where somebody could.
    """

    since: str
    by: str
    what: str
    cause: str
    kind: str
    clearance: int
    unit: int
    dossier: int
    roles: tuple[Held, ...]
    shut: str


class Passkey(NamedTuple):
    """A key pair of a device (WebAuthn): the public half, and how often it was used.

    ``uses`` is the counter of the authenticator (0 where it keeps none); one that goes back
    tells of a copied key.
    """

    id: bytes
    public: bytes
    uses: int
    label: str
    added_at: str
    used_at: str


class Link(NamedTuple):
    """An account of an identity provider that opens this account (OIDC issuer and subject)."""

    issuer: str
    subject: str
    added_at: str
    by: str


class Attempts(NamedTuple):
    """How many wrong passwords in a row, and when the last was."""

    wrong: int
    last: str


class Wanted(NamedTuple):
    """What a personnel event asks of the accounts of a person: ``why`` is its key.

    ``issue`` (a dossier was opened, nobody has an account), ``moved`` (roles are held where
    the person no longer works), ``left`` (the person left; the day is in ``day``, "" where
    it is not known and somebody must decide).
    """

    why: str
    at: str
    day: str = ""


class Accounts(Persistent):
    """Accounts of a site by login; sessions and access keys by digest of their token.

    ``by_dossier`` leads from a dossier's id to the logins of its person, ``by_passkey`` from
    a key's id and ``by_link`` from issuer and subject to a login.  ``attempts`` counts wrong
    passwords; ``spent`` are one-time challenges that were answered, with their end;
    ``wanted`` leads from a dossier's id to what a personnel event asks of its accounts.
    """

    def __init__(self) -> None:
        self.by_login: OOBTree = OOBTree()
        self.sessions: OOBTree = OOBTree()
        self.keys: OOBTree = OOBTree()
        self.by_dossier: LOBTree = LOBTree()
        self.by_passkey: OOBTree = OOBTree()
        self.by_link: OOBTree = OOBTree()
        self.attempts: OOBTree = OOBTree()
        self.spent: OOBTree = OOBTree()
        self.wanted: LOBTree = LOBTree()


class Account(Persistent):
    """One person's way in.

    ``issued_at`` starts the clock of the first password (S3-19: five days); ``locked`` says
    why the account is shut, "" where it is open.  ``dossier`` is the id of the dossier about
    the person: two accounts with one dossier are one person.  ``ends_on`` is the civil day
    from which it is shut since the person has left, ``ends_why`` the standing that says so.

    ``source`` is where its password is asked: "" here, ``ldap`` in the directory.
    ``totp`` is the shared secret of a code generator (base32), ``totp_step`` the last time
    step that was used, so that no code counts twice; ``recovery`` are digests of codes for
    the day the generator is lost; ``handle`` stands for the account towards a passkey.
    """

    kind = MANAGEMENT
    password = ""
    must_change = True
    issued_at = ""
    changed_at = ""
    locked = ""
    last_sign_in = ""
    clearance = 1
    dossier = 0
    unit = 0
    roles: tuple[Held, ...] = ()
    history: tuple[AccountState, ...] = ()
    ends_on = ""
    ends_why = ""
    source = ""
    totp = ""
    totp_step = 0
    recovery: tuple[str, ...] = ()
    handle = b""
    passkeys: tuple[Passkey, ...] = ()
    links: tuple[Link, ...] = ()
    revision = 1
    created_by = ""
    touched_at = ""
    touched_by = ""

    def __init__(self, login: str, name: str) -> None:
        self.login = login
        self.name = name

    def __repr__(self) -> str:
        return f"<Account {self.login}>"


class Session(Persistent):
    """A signed-in browser, kept on the server: listed and revocable.

    ``waits_for`` is ``second-factor`` while the password alone was shown: nobody is signed
    in yet.  ``seen_at`` is written at most once a minute; ``wrong`` counts wrong codes;
    ``offer`` is a secret that was shown and not confirmed yet.
    """

    seen_at = ""
    address = ""
    device = ""
    channel = "web"
    how = "password"
    waits_for = ""
    wrong = 0
    offer = ""

    def __init__(self, login: str, *, begun_at: str, ends_at: str) -> None:
        self.login = login
        self.begun_at = begun_at
        self.ends_at = ends_at


class AccessKey(Persistent):
    """What a program shows instead of a password; it opens the REST channel only.

    ``label`` says which program or scanner holds it.
    """

    def __init__(self, login: str, label: str, *, begun_at: str, ends_at: str) -> None:
        self.login = login
        self.label = label
        self.begun_at = begun_at
        self.ends_at = ends_at
