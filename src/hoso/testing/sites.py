"""A site of the profile ``test``: prepared once, copied for each test.

The copy is a FileStorage with blobs, as in production; copying two small files costs less
than a DemoStorage over them, and conflicts between writers are the real ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hoso.access.accounts import accounts_of, identity_of
from hoso.access.identity import NOBODY, Identity
from hoso.app.house import House, found_site
from hoso.app.seeding import seed, tie_accounts
from hoso.app.settings import read_settings
from hoso.desk.desk import Desk
from hoso.desk.refusals import journal_refusal
from hoso.ingest.receipts.keys import signer_of
from hoso.kernel.clock import FrozenClock, IClock
from hoso.kernel.errors import HosoError
from hoso.search.follower import Follower
from hoso.storage.databases import Databases
from hoso.testing.passwords import PASSWORD, cheap_passwords
from hoso.testing.things import a_dossier

__all__ = ["CODE", "NOW", "Prepared", "identity", "sitting"]

#: When every test begins: Monday 2 March 2026, nine in the morning in Vietnam.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
#: The dossier of the person behind the account ``employee``.
CODE = "T-0001"


class Prepared:
    """A site with units, accounts and one dossier, closed, to be copied."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with cheap_passwords(), found_site(folder, "test", clock=FrozenClock(NOW)) as house:
            logins = [account.login for account in house.rulebook.profile.accounts]
            seed(house, passwords=dict.fromkeys(logins, PASSWORD))
            with sitting(house, "officer") as desk:
                a_dossier(desk, code=CODE, unit="nhanh", name="Nguyễn Văn Mẫu")
            tie_accounts(house)
            # Making a key takes longer than most tests.
            signer_of(house.signing)
            house.follower.catch_up()
            self._home, self._rulebook = house.home, house.rulebook
        self._settings = read_settings()
        self._copies: set[Path] = set()
        self._index = folder.with_name(f"{folder.name}-index")
        (folder / "index").rename(self._index)
        (self._index / "writer.lock").unlink()

    def copy(self, folder: Path, clock: IClock) -> House:
        """Open a copy of the site in *folder*, which must not exist."""
        shutil.copytree(self.folder, folder)
        self._copies.add(folder.resolve() / "index")
        return House(
            home=self._home,
            path=folder,
            settings=self._settings,
            databases=Databases(self._settings.zodb, folder),
            rulebook=self._rulebook,
            clock=clock,
        )

    @contextmanager
    def indexes(self) -> Iterator[None]:
        """Let each copy find the index of the prepared site when first it is opened.

        Most tests search nothing; building takes four times as long as copying.
        """
        follower: Any = Follower
        opened = follower.open

        def open_(one: Any) -> None:
            if one._path in self._copies and not one._path.exists():  # noqa: SLF001
                shutil.copytree(self._index, one._path)  # noqa: SLF001
            self._copies.discard(one._path)  # noqa: SLF001
            opened(one)

        follower.open = open_
        try:
            yield
        finally:
            follower.open = opened


def identity(house: House, login: str) -> Identity:
    """Return the identity of an account as it stands now; nobody for ""."""
    if not login:
        return NOBODY
    with house.databases.connection() as connection:
        return identity_of(accounts_of(connection.root()).by_login[login])


@contextmanager
def sitting(house: House, who: str | Identity) -> Iterator[Desk]:
    """Give a desk; commit at the end, or undo what was done and journal the refusal."""
    known = identity(house, who) if isinstance(who, str) else who
    try:
        with house.databases.connection() as connection:
            yield Desk(house, connection, known, via="test")
            connection.transaction_manager.commit()
    except HosoError as error:
        journal_refusal(house, error)
        raise
