"""House: one opened site with everything that serves it."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hoso.access.accounts import accounts_of
from hoso.access.days import prepare as prepare_days
from hoso.access.policy import Policy
from hoso.access.seen import Seen
from hoso.app import evolution, plugins
from hoso.app.settings import Settings, home, read_settings
from hoso.audit.journal import Writers, book_of
from hoso.audit.outgoing import outgoing_of
from hoso.definitions import load
from hoso.definitions.rulebook import Rulebook
from hoso.desk.entries import Entries
from hoso.desk.keeping import prepare as prepare_schedule
from hoso.ingest.pace import Pace
from hoso.ingest.queue import intake_of
from hoso.ingest.receipts.place import KeyPlace
from hoso.ingest.signers import prepare as prepare_signers
from hoso.kernel.clock import IClock, SystemClock
from hoso.kernel.errors import Missing, NotReady
from hoso.kernel.events import Subscribers
from hoso.personnel.model import careers_of
from hoso.preservation.delivery.destinations import Destination
from hoso.records.model import Site
from hoso.search.changes import newest
from hoso.search.changes import prepare as prepare_changes
from hoso.search.engine import Engine
from hoso.search.follower import Follower
from hoso.search.interfaces import Change
from hoso.search.snapshots import snapshots
from hoso.stacks.places import stacks_of
from hoso.storage.databases import Databases, journal_connection
from hoso.storage.evolution import mark_all_done, undone

__all__ = ["House", "found_site", "open_house"]

#: Seconds to wait for another process that keeps the index.
PATIENCE = 30.0


class House:
    """An opened site; close it, or use it as a context."""

    def __init__(
        self,
        *,
        home: Path,
        path: Path,
        settings: Settings,
        databases: Databases,
        rulebook: Rulebook,
        clock: IClock,
    ) -> None:
        self.home = home
        # Absolute: the readers' processes work in another folder.
        self.path = path.resolve()
        self.settings = settings
        self.databases = databases
        self.rulebook = rulebook
        self.clock = clock
        self.policy = Policy(rulebook.roles.permissions_of, rulebook.roles.roles)
        self.writers = Writers()
        self.seen = Seen()
        self.ways = settings.ways
        self.subscribers = Subscribers()
        self.plugins = plugins.registered()
        self.entries = Entries(rulebook)
        self.pace = Pace()
        self.index_path = self.path / "index"
        plugins.subscribe(self, self.changed)
        #: Called after each commit that changed records; threads that wait for work put theirs in.
        self.waiting: list[Callable[[], None]] = []
        self._once = threading.Lock()
        self._engine: Engine | None = None
        self._follower: Follower | None = None
        #: What does not work now, by the name of who should do it, for an administrator to see.
        self.troubles: dict[str, str] = {}

    @property
    def spool(self) -> Path:
        """Folder for bytes on their way in; on the same file system as the blobs."""
        return self.path / "spool"

    @property
    def uploads(self) -> Path:
        """Folder for files that arrive in pieces; on the same file system as the spool."""
        return self.path / "uploads"

    @property
    def upload_limit(self) -> int:
        return self.settings.upload_limit

    @property
    def second_copy(self) -> Path | None:
        """The folder where every file is kept once more; ``None`` where there is none."""
        return self.settings.second_copy

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where packages may be sent."""
        return self.settings.destinations

    @property
    def archive_certificates(self) -> Path:
        """The folder with the certificates of the archives whose receipts are believed."""
        return self.settings.archive_certificates or self.path / "archive-certificates"

    @property
    def timestamp_url(self) -> str:
        """Address of the time-stamp authority; "" where there is none."""
        return self.settings.timestamp_url

    def in_vietnamese(self, msgid: str, /, **facts: Any) -> str:
        """Say a sentence in Vietnamese, the language of the papers of an office."""
        # Only where a paper is printed; catalogs are heavy.
        from hoso.web.language import Language

        return Language("vi").say(msgid, **facts)

    @property
    def signing(self) -> KeyPlace:
        """Where the key is that receipts are signed with."""
        return KeyPlace(
            self.path / "keys",
            self.rulebook.profile.title.vi,
            self.settings.signing_key,
            self.settings.signing_password,
        )

    @property
    def follower(self) -> Follower:
        """The one writer of the index of this machine; opened when first asked for."""
        with self._once:
            if self._follower is None:
                open_connection = snapshots(self.databases.main)
                self._follower = Follower(open_connection, self.entries, self.index_path)
            return self._follower

    @property
    def engine(self) -> Engine:
        """The reader of the index; one for all threads."""
        with self._once:
            if self._engine is None:
                self._engine = Engine(self.index_path)
            return self._engine

    def catch_up(self) -> None:
        """Bring the index up to everything committed so far.

        Where another process follows, wait for it; say so where it does not come.
        """
        try:
            self.follower.catch_up()
        except NotReady:
            with self.databases.connection() as connection:
                goal = [Change(shard, seq) for shard, seq in newest(connection.root()).items()]
            if not all(self.engine.wait_for(change, seconds=PATIENCE) for change in goal):
                raise

    def changed(self, committed: bool) -> None:  # noqa: FBT001 - ZODB's hook gives it so
        """Wake who waits for changes; called after each commit that made some."""
        if not committed:
            return
        if self._follower is not None:
            self._follower.wake()
        for wake in self.waiting:
            wake()

    def close(self) -> None:
        """Give back files and locks."""
        if self._follower is not None:
            self._follower.close()
        self.databases.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_house(
    path: Path, *, config: Path | None = None, clock: IClock | None = None, evolve: bool = False
) -> House:
    """Open the site kept in the folder *path*.

    :param evolve: open although evolution steps are undone (to run them).
    """
    settings = read_settings(config)
    if not _is_begun(path, settings):
        raise _nothing(path)
    databases = Databases(settings.zodb, path)
    try:
        with databases.connection() as connection:
            site = connection.root().get("site")
            if site is None:
                raise _nothing(path)
            left = undone(connection.root(), evolution.STEPS)
            if left and not evolve:
                raise NotReady(
                    "The site needs {count} evolution steps before it can serve. Make a copy "
                    "of {path}, then run: bin/hoso evolve",
                    count=len(left),
                    path=str(path),
                )
            profile = site.profile
        rulebook = load(home(), profile)
    except BaseException:
        databases.close()
        raise
    return House(
        home=home(),
        path=path,
        settings=settings,
        databases=databases,
        rulebook=rulebook,
        clock=clock or SystemClock(),
    )


def _is_begun(path: Path, settings: Settings) -> bool:
    """Say whether opening would find a site, without making files where there is none."""
    return (path / "main.fs").exists() or settings.zodb.name != "zodb.conf"


def _nothing(path: Path) -> Missing:
    return Missing(
        "There is no site in {path}. Make one: bin/hoso --site {path} site create --profile demo",
        path=str(path),
    )


def found_site(
    path: Path, profile: str, *, config: Path | None = None, clock: IClock | None = None
) -> House:
    """Make an empty site of a profile in the folder *path* and open it."""
    settings = read_settings(config)
    rulebook = load(home(), profile)
    clock = clock or SystemClock()
    databases = Databases(settings.zodb, path)

    def begin(connection: Any) -> None:
        root = connection.root()
        if "site" in root:
            raise NotReady(
                "There is a site in {path} already; it was left as it is.", path=str(path)
            )
        root["site"] = Site(profile)
        root["secret"] = secrets.token_hex(32)
        accounts_of(root)
        intake_of(root)
        prepare_signers(root)
        prepare_changes(root)
        prepare_days(root, today=clock.today())
        prepare_schedule(root, rulebook)
        stacks_of(root)
        # Nobody serves here yet, so everybody who does is known.
        careers_of(root).births_known = True
        journal = journal_connection(connection).root()
        book_of(journal)
        outgoing_of(journal)
        mark_all_done(root, evolution.STEPS, clock)

    try:
        databases.attempt(begin, note="site created")
    except BaseException:
        databases.close()
        raise
    return House(
        home=home(),
        path=path,
        settings=settings,
        databases=databases,
        rulebook=rulebook,
        clock=clock,
    )
