"""Keep the journal: carry what was written into it, gather it, close and seal days.

Every step is a transaction of its own and finds for itself what is left to do, so it may be cut
off anywhere and run in several processes at once.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime
from typing import Any

from hoso.app.attesting import attest
from hoso.app.house import House
from hoso.audit.gathering import gather
from hoso.audit.journal import book_of, carry, ledger_of
from hoso.audit.outgoing import acknowledge, forget, outgoing_of
from hoso.audit.sealing import close_due, seal_due
from hoso.storage.databases import journal_connection

__all__ = ["Sealer", "seal_journal"]

log = logging.getLogger(__name__)

#: Seconds between two rounds: an entry stands under a digest well within a minute.
PAUSE = 15.0


def seal_journal(house: House) -> None:
    """Do once what is to be done."""
    now = house.clock.now()
    steps = (
        (_carry, "journal carried"),
        (_acknowledge, "journal acknowledged"),
        (_gather, "journal gathered"),
        # Two commits: the second sees every shard a late writer could still begin.
        (_close, "days closed"),
        (_seal, "days sealed"),
        (_forget, "boxes forgotten"),
    )
    for step, note in steps:
        while house.databases.attempt(_on_journal(step, now), note=note):
            pass


def _on_journal(step: Any, now: datetime) -> Any:
    return lambda connection: step(journal_connection(connection).root(), now)


def _carry(root: Any, _now: datetime) -> bool:
    return carry(root) > 0


def _acknowledge(root: Any, _now: datetime) -> bool:
    outgoing = outgoing_of(root)
    if outgoing is not None:
        acknowledge(outgoing, ledger_of(root))
    return False


def _gather(root: Any, now: datetime) -> bool:
    gather(root, now=now)
    return False


def _close(root: Any, now: datetime) -> bool:
    close_due(root, now=now)
    return False


def _seal(root: Any, now: datetime) -> bool:
    seal_due(root, now=now)
    return False


def _forget(root: Any, _now: datetime) -> bool:
    outgoing = outgoing_of(root)
    if outgoing is not None:
        forget(outgoing, ledger_of(root), sealed_to=book_of(root).last_sealed)
    return False


class Sealer:
    """Keeps the journal in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop; what is committed by now is still carried."""
        self._stop.set()
        self._thread.join(timeout=30)

    def _run(self) -> None:
        stopping = False
        while not stopping:
            stopping = self._stop.wait(PAUSE)
            try:
                seal_journal(self._house)
                attest(self._house)
            except Exception as error:
                # The rim of a thread that must not end: it is tried again at the next round.
                log.exception("sealing failed")
                self._house.troubles["sealing"] = f"{type(error).__name__}: {error}"
            else:
                self._house.troubles.pop("sealing", None)
