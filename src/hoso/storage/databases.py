"""The databases of a site, opened from one ZConfig file.

``main`` holds the records, ``journal`` the journal; a commit over both is one two-phase
commit (an error or conflict in either aborts both).  The file sees ``$SITE``, the folder
that keeps all data of the site, so changing storage is changing one conf.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import transaction
import ZConfig
from zc.lockfile import LockError
from ZODB.DB import DB
from ZODB.FileStorage import FileStorage

from hoso.kernel.errors import NotReady

__all__ = ["Databases", "journal_connection", "step_aside"]

log = logging.getLogger(__name__)

_SCHEMA = """
<schema>
  <import package="ZODB"/>
  <multisection type="ZODB.database" name="+" attribute="databases" required="yes"/>
</schema>
"""
_NAMES = {"main", "journal"}

Answer = TypeVar("Answer")


class Databases:
    """The opened databases of one site."""

    def __init__(self, conf: Path, site: Path) -> None:
        site.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Absolute: a served site may change its working directory.
        text = f"%define SITE {site.resolve()}\n" + conf.read_text(encoding="utf-8")
        schema = ZConfig.loadSchemaFile(StringIO(_SCHEMA))
        config, _handlers = ZConfig.loadConfigFile(schema, StringIO(text), url=conf.as_uri())
        opened: dict[str, DB] = {}
        try:
            for factory in config.databases:
                factory.open(opened)
            if set(opened) != _NAMES:
                raise NotReady(
                    "{conf} must name the databases main and journal; it names {found}.",
                    conf=str(conf),
                    found=", ".join(sorted(opened)),
                )
        except BaseException as error:
            for database in opened.values():
                database.close()
            if not isinstance(error, LockError):
                raise
            raise NotReady(
                "The site in {site} is in use by another process. Stop it, or let both share "
                "the databases: etc/zeo.conf and --config etc/hoso-zeo.ini.",
                site=str(site),
            ) from None
        self.main: DB = opened["main"]
        self.journal: DB = opened["journal"]

    @property
    def are_ours_alone(self) -> bool:
        """Whether no other process has these databases open: a FileStorage is locked."""
        return isinstance(self.main.storage, FileStorage)

    def close(self) -> None:
        """Close both; the lock files are free afterwards."""
        self.main.close()
        self.journal.close()

    @contextmanager
    def connection(self, manager: Any = None) -> Iterator[Any]:
        """Open a connection of *manager* (or of a new one) to main, closed at the end.

        The caller commits or aborts; whatever is left undone is aborted here.
        """
        manager = manager or transaction.TransactionManager(explicit=True)
        manager.begin()
        connection = self.main.open(transaction_manager=manager)
        try:
            yield connection
        finally:
            with suppress(transaction.interfaces.NoTransaction):
                manager.abort()
            connection.close()

    def attempt(self, work: Callable[[Any], Answer], *, note: str = "", tries: int = 6) -> Answer:
        """Run *work(connection)* in a transaction of its own, again where writers met.

        Only errors that ZODB marks as transient are tried again; every other one aborts
        and goes to the caller.
        """
        for left in range(tries - 1, -1, -1):
            manager = transaction.TransactionManager(explicit=True)
            with self.connection(manager) as connection:
                try:
                    answer = work(connection)
                    if note:
                        manager.get().note(note)
                    manager.commit()
                except transaction.interfaces.TransientError as error:
                    if not left:
                        raise
                    log.info("two writers met; trying again (%s): %s", note, error)
                    step_aside(tries - left)
                else:
                    return answer
        raise AssertionError  # the loop returns or raises


def step_aside(met: int) -> None:
    """Wait a moment, by chance and longer each time, so that writers do not meet in step.

    :param met: how often this writer has met others.
    """
    time.sleep(random.uniform(0, 0.005 * 2 ** min(met, 6)))  # noqa: S311 - no secret


def journal_connection(connection: Any) -> Any:
    """Return the connection to the journal database that commits with *connection*."""
    return connection.get_connection("journal")
