"""Persistent accounts and sessions; their dotted names are on disk."""

from __future__ import annotations

from BTrees.OOBTree import OOBTree
from persistent import Persistent

from hoso.access.identity import Held

__all__ = ["AccessKey", "Account", "Accounts", "Session"]


class Accounts(Persistent):
    """Accounts of a site by login; sessions and access keys by digest of their token."""

    def __init__(self) -> None:
        self.by_login: OOBTree = OOBTree()
        self.sessions: OOBTree = OOBTree()
        self.keys: OOBTree = OOBTree()


class Account(Persistent):
    """One person's way in.

    ``issued_at`` starts the clock of the first password (S3-19: five days); ``locked`` says
    why the account is shut, "" where it is open.
    """

    password = ""
    must_change = True
    issued_at = ""
    changed_at = ""
    locked = ""
    failures = 0
    last_failure = ""
    last_sign_in = ""
    clearance = 1
    dossier = 0
    unit = 0
    roles: tuple[Held, ...] = ()
    revision = 1
    created_by = ""

    def __init__(self, login: str, name: str) -> None:
        self.login = login
        self.name = name

    def __repr__(self) -> str:
        return f"<Account {self.login}>"


class Session(Persistent):
    """A signed-in browser, kept on the server: listed and revocable."""

    seen_at = ""

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
