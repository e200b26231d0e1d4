"""Gather what was written into bundles: within a minute every entry stands under a digest.

A bundle names the entries of a day that are new since the bundle before, shard by shard, the
root of the Merkle tree over their links, and the bundle before it.  Gathering only reads the
shards, so no writer waits for it or meets it; it may be cut off or run in two processes at
once: both write the ledger, one of them begins again and finds nothing left to do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hoso.audit import merkle
from hoso.audit.journal import LAST, PAGE, book_of, ledger_of, open_days
from hoso.audit.model import Book, Bundle, Ledger, Shard
from hoso.kernel.clock import stamp

__all__ = ["FORMAT", "bundles_of", "digest_of", "gather", "gather_day", "links_of", "proof_of"]

FORMAT = "hoso-journal-2"
#: Most entries of a bundle: to prove one, the links of all its others are read.
MOST = 8192

Range = tuple[str, int, int, str]


def gather(root: Any, *, now: datetime) -> list[Bundle]:
    """Put every entry of the open days that is in no bundle yet into one; the caller commits."""
    return [made for day in open_days(root) for made in gather_day(root, day, now=now)]


def gather_day(root: Any, day: str, *, now: datetime) -> list[Bundle]:
    """Put what is new in *day* into bundles; none where nothing is new."""
    book, ledger = book_of(root), ledger_of(root)
    made: list[Bundle] = []
    ranges: list[Range] = []
    links: list[bytes] = []
    for (_, name), shard in book.shards.items((day, ""), (day, LAST)):
        first = ledger.gathered.get((day, name), 0)
        while first < shard.count:
            end = min(shard.count, first + MOST - len(links))
            links += links_of(shard, first, end)
            ranges.append((name, first, end, links[-1].hex()))
            first = end
            if len(links) == MOST:
                made.append(_bundle(ledger, day, at=stamp(now), ranges=ranges, links=links))
                ranges, links = [], []
    if links:
        made.append(_bundle(ledger, day, at=stamp(now), ranges=ranges, links=links))
    return made


def _bundle(
    ledger: Ledger, day: str, *, at: str, ranges: list[Range], links: list[bytes]
) -> Bundle:
    last, previous = ledger.newest.get(day, (0, ""))
    number, root = last + 1, merkle.root(links).hex()
    said = {
        "at": at,
        "day": day,
        "format": FORMAT,
        "number": number,
        "previous": previous,
        "ranges": [list(one) for one in ranges],
        "root": root,
    }
    bundle = Bundle(
        (day, number), previous, at, ranges=tuple(ranges), root=root, digest=digest_of(said)
    )
    ledger.bundles[day, number] = bundle
    ledger.newest[day] = (number, bundle.digest)
    for name, _first, end, _link in ranges:
        ledger.gathered[day, name] = end
    ledger.count += 1
    return bundle


def digest_of(said: Any) -> str:
    """Return the SHA-256 over *said* as canonical JSON, in hex."""
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def links_of(shard: Shard, first: int, end: int) -> list[bytes]:
    """Return the links of the entries *first* to *end* (not in) of a shard."""
    whole = shard.count - len(shard.tail)
    links: list[bytes] = []
    for number in range(first // PAGE, min(-(-end // PAGE), whole // PAGE)):
        page = shard.pages[number]
        loaded = page._p_changed is None  # noqa: SLF001 - ZODB's protocol: a ghost
        links += [made for _, made in page.entries]
        if loaded:
            page._p_deactivate()  # noqa: SLF001
    if end > whole:
        links += [made for _, made in shard.tail]
    begin = min(first // PAGE * PAGE, whole)
    return links[first - begin : end - begin]


def bundles_of(ledger: Ledger, day: str) -> Iterator[Bundle]:
    """Yield the bundles of a day, first to last."""
    yield from ledger.bundles.values((day, 0), (day, 1 << 60))


def proof_of(
    book: Book, ledger: Ledger, place: tuple[str, str, int]
) -> tuple[Bundle, int, list[bytes]] | None:
    """Return the bundle of the entry at (day, shard, number), its index there and the path.

    ``None`` where it is in no bundle yet.
    """
    day, name, seq = place
    for bundle in bundles_of(ledger, day):
        before = 0
        for shard, first, end, _ in bundle.ranges:
            if shard == name and first <= seq < end:
                index = before + seq - first
                return bundle, index, merkle.path(leaves_of(book, bundle), index)
            before += end - first
    return None


def leaves_of(book: Book, bundle: Bundle) -> list[bytes]:
    """Return the links a bundle stands over, in its order."""
    return [
        link
        for shard, first, end, _ in bundle.ranges
        for link in links_of(book.shards[bundle.day, shard], first, end)
    ]
