"""What a desk needs of the house it stands in; ``hoso.app`` provides it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from hoso.access.policy import Policy
from hoso.access.seen import Seen
from hoso.access.sources import Ways
from hoso.audit.journal import Writers
from hoso.definitions.rulebook import Rulebook
from hoso.ingest.pace import Pace
from hoso.ingest.receipts.place import KeyPlace
from hoso.kernel.clock import IClock
from hoso.kernel.components import Plugins
from hoso.kernel.events import Subscribers
from hoso.preservation.delivery.destinations import Destination
from hoso.search.engine import Engine
from hoso.storage.databases import Databases

__all__ = ["House"]


class House(Protocol):
    """One opened site: its definitions, databases, index and services."""

    home: Path
    path: Path
    rulebook: Rulebook
    databases: Databases
    policy: Policy
    plugins: Plugins
    subscribers: Subscribers
    clock: IClock
    writers: Writers
    seen: Seen
    ways: Ways
    troubles: dict[str, str]
    pace: Pace

    @property
    def engine(self) -> Engine:
        """The search engine; it opens the index when first asked for."""

    @property
    def spool(self) -> Path:
        """Folder for bytes on their way in; on the same file system as the blobs."""

    @property
    def upload_limit(self) -> int:
        """Most bytes one file may have."""

    @property
    def second_copy(self) -> Path | None:
        """The folder where every file is kept once more; ``None`` where there is none."""

    @property
    def destinations(self) -> tuple[Destination, ...]:
        """Where packages may be sent."""

    @property
    def archive_certificates(self) -> Path:
        """The folder with the certificates of the archives whose receipts are believed."""

    @property
    def timestamp_url(self) -> str:
        """Address of the time-stamp authority; "" where there is none."""

    def in_vietnamese(self, msgid: str, /, **facts: Any) -> str:
        """Say a sentence in Vietnamese, the language of the papers of an office."""

    @property
    def signing(self) -> KeyPlace:
        """Where the key is that receipts are signed with."""
