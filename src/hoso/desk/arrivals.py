"""What comes in with a batch: noted at the door, put together with its papers.

An arrival is written in the transaction that stores the bytes, so that nothing which was
acknowledged can be missing from the batch.  Its key is made of its name and bytes: the same
file sent again meets itself, also where two send it in the same moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from hoso.desk.desk import Desk
from hoso.ingest.counting import Declared, File, Paper, Tally, tally
from hoso.kernel import ids
from hoso.kernel.errors import Fault, HosoError, Invalid
from hoso.records.leaves import ORIGINAL, scans_of
from hoso.records.model import Arrival, Batch, Document, Reason, Unit

__all__ = [
    "arrived",
    "hold_still",
    "in_order",
    "note",
    "ready_for",
    "reason_of",
    "tally_of",
    "written",
]

_PLAIN = "{what}"


def ready_for(desk: Desk, batch: Batch, unit: Unit) -> None:
    """Refuse to go on where the batch takes nothing; see to it that it is so at the commit."""
    if batch.unit is not unit:
        wrong = Fault(
            "batch",
            "The batch {number} is of another unit. Choose the tray of {unit}.",
            {"number": batch.number, "unit": batch.unit.name},
        )
        raise Invalid([wrong])
    if batch.state != "open":
        closed = Fault(
            "batch",
            "The batch {number} is closed. Reopen it, or open another one.",
            {"number": batch.number},
        )
        raise Invalid([closed])
    # Who closes it in this very moment makes this transaction look again.
    _unchanged(desk, batch)


def hold_still(desk: Desk, batch: Batch) -> None:
    """Make this transaction look again where a file arrives in this very moment."""
    _unchanged(desk, batch.arrivals)
    bucket = getattr(batch.arrivals, "_firstbucket", None)
    while bucket is not None:
        _unchanged(desk, bucket)
        bucket = bucket._next  # noqa: SLF001 - BTrees' chain of buckets


def _unchanged(desk: Desk, thing: Any) -> None:
    """Let the commit fail, to be tried again, where somebody else changed what was read."""
    # What was made in this transaction, or lies inside another record, is nobody else's.
    if thing._p_jar is desk.connection:  # noqa: SLF001 - ZODB's protocol
        # What is not loaded has no serial yet, and would pass unlooked at.
        thing._p_activate()  # noqa: SLF001
        desk.connection.readCurrent(thing)


def _key(name: bytes, identity: str) -> int:
    digest = hashlib.sha256(name + b"\0" + identity.encode()).digest()
    # LOBTrees take signed 64 bits; ids use 62 of them.
    return int.from_bytes(digest[:8]) >> 2


def _identity(sha256: str, size: int) -> str:
    # What the door refused has no digest, since it was not read to its end.
    return sha256 or f"size {size}"


def arrived(batch: Batch, name: bytes, *, sha256: str, size: int = 0) -> Arrival | None:
    """Return the arrival of the same name and bytes, where there is one."""
    found: Arrival | None = batch.arrivals.get(_key(name, _identity(sha256, size)))
    return found


def note(
    desk: Desk,
    batch: Batch,
    *,
    name: bytes,
    source: str,
    outcome: str,
    size: int,
    sha256: str = "",
    document: str = "",
    reason: str = "",
) -> None:
    """Write down what came to the door; the first of a name and its bytes is what counts."""
    arrival = Arrival(
        desk.now,
        desk.identity.login,
        source,
        name,
        size,
        sha256,
        outcome,
        document,
        reason,
    )
    first = _key(name, _identity(sha256, size))
    key = ids.new_id() if first in batch.arrivals else first
    batch.arrivals[key] = arrival


def written(reason: str | HosoError) -> str:
    """Return a reason as an arrival keeps it: a sentence, or one with facts as JSON."""
    if isinstance(reason, str):
        text, facts = reason, {}
    else:
        text = reason.text
        facts = {name: fact for name, fact in reason.facts.items() if isinstance(fact, str | int)}
    if not facts and not text.startswith("["):
        return text
    return json.dumps([text, facts] if facts else [_PLAIN, {"what": text}], ensure_ascii=False)


def reason_of(arrival: Arrival) -> Reason:
    """Return why the door refused a file, to be said in the reader's language."""
    if not arrival.reason.startswith("["):
        # A sentence is said as it is, whatever signs are in it; "what" is a phrase of ours.
        return Reason("refused", _PLAIN, (("what", arrival.reason),))
    message, facts = json.loads(arrival.reason)
    return Reason("refused", message, tuple(facts.items()))


def in_order(batch: Batch) -> list[tuple[int, Arrival]]:
    """Return what came in, oldest first, each with its key."""
    return sorted(batch.arrivals.items(), key=lambda pair: (pair[1].at, pair[1].name, pair[0]))


def tally_of(desk: Desk, batch: Batch) -> Tally:
    """Return the equation of a batch as it is at this moment."""
    found = in_order(batch)
    files = [
        File(
            key,
            arrival.outcome,
            arrival.document,
            again=key != _key(arrival.name, _identity(arrival.sha256, arrival.size)),
        )
        for key, arrival in found
    ]
    papers = {
        paper.uid: paper
        for _key_, arrival in found
        if arrival.document
        for paper in _papers(desk, arrival.document, set())
    }
    return tally(Declared(batch.sheets, batch.sides), files, papers)


def _papers(desk: Desk, uid: str, seen: set[str]) -> Iterator[Paper]:
    """Yield a paper and, where its scan was split, all its parts."""
    document = desk.site.by_id.get(ids.from_text(uid) or 0)
    if not isinstance(document, Document) or uid in seen:
        return
    seen.add(uid)
    source = document.source
    yield Paper(
        uid,
        document.state,
        # Of the file as it came; nought is what a record says before anybody counted.
        scans_of(document).get(ORIGINAL) or None,
        _dropped(document),
        document.parts,
        source.pages if source is not None else (),
        source.document if source is not None else "",
    )
    if document.state == "split":
        for part in document.parts:
            yield from _papers(desk, part, seen)


def _dropped(document: Document) -> tuple[tuple[int, str], ...]:
    return tuple((one.page, one.why) for one in document.dropped if one.scan == ORIGINAL)
