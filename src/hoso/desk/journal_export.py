"""The journal leaves as a package that proves itself: a period, or one record's or account's part.

It is written beside the data first, so that sending it can be taken up again where it was cut
off; who made it alone may fetch it, for two days.  What he may not audit goes in by its digest.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from hoso.access.permissions import Permission
from hoso.audit.export import Wanted, write
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.journal import in_scope
from hoso.desk.own_exports import folder_for, ready
from hoso.kernel.errors import Fault, Invalid
from hoso.records.model import Site

__all__ = ["JournalExport", "export", "fetch"]

_NAME = re.compile(r"journal-\d{8}-\d{8}-[0-9a-f]{16}\.zip")


@dataclass(frozen=True)
class JournalExport:
    """A package that lies ready.

    :ivar withheld: entries that are in it by their digest only.
    :ivar sha256: of the file, as the journal has it too.
    """

    name: str
    path: Path
    entries: int
    withheld: int
    size: int
    sha256: str


@act("journal.exported", Permission.JOURNAL_EXPORT)
def export(
    desk: Desk, _site: Site, *, first: date, last: date, record: str = "", actor: str = ""
) -> JournalExport:
    """Write the entries of some days, those of one record or account where one is named.

    Days are those of Vietnam; the journal's own, in UTC, that they lie in are taken whole.
    """
    if last < first:
        raise Invalid([Fault("last", "The last day is before the first one.")])
    if record and actor:
        raise Invalid([Fault("actor", "Name a record or a person, not both.")])
    folder = folder_for(desk)
    name = f"journal-{first:%Y%m%d}-{last:%Y%m%d}-{secrets.token_hex(8)}.zip"
    since = (first - timedelta(days=1)).isoformat()
    wanted = Wanted(since, last.isoformat(), record=record, actor=actor)
    made = write(desk.journal, folder / name, wanted=wanted, made=desk.now, may_show=in_scope(desk))
    desk.say(
        **{"of.record": record, "of.actor": actor},
        first=first.isoformat(),
        last=last.isoformat(),
        entries=made.entries,
        withheld=made.withheld,
        sha256=made.sha256,
    )
    return JournalExport(name, folder / name, made.entries, made.withheld, made.size, made.sha256)


@act("journal.export-fetched", Permission.JOURNAL_EXPORT)
def fetch(desk: Desk, _site: Site, *, name: str) -> Path:
    """Return the file of a package that this account made."""
    path = ready(desk, name, _NAME)
    desk.say(file=name)
    return path
