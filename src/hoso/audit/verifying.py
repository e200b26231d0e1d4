"""Hand the content of the journal database to the proof, and prove that it can be found.

What is wrong in the bytes of the database shows as objects that cannot be read: they are
findings with a place like any other, and the rest is proved all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hoso.audit import hoso_verify_journal as proof
from hoso.audit.hoso_verify_journal import Finding, Result, Unreadable
from hoso.audit.journal import PAGE, book_of, keys_of
from hoso.audit.model import Book, Ledger, Page, Shard
from hoso.audit.outgoing import outgoing_of, waiting_count

__all__ = ["bundles", "entries", "heads", "seals", "verify"]


def verify(root: Any, *, anchors: Mapping[str, str] | None = None) -> Result:
    """Prove the journal under *root*; ``anchors`` are digests kept elsewhere."""
    book: Book = book_of(root)
    ledger: Ledger | None = root.get("journal-ledger")
    index = _Index(book)
    rows = entries(book, index)
    found = proof.check(rows, heads(book), seals(book), bundles(ledger), anchors=anchors or {})
    if found.is_whole:
        found.findings.extend(index.hidden())
        found.findings.extend(_last_sealed(book))
        found.findings.extend(_said(book, ledger))
    outgoing = outgoing_of(root)
    if outgoing is not None:
        found.waiting = waiting_count(outgoing, ledger or Ledger())
    return found


def entries(book: Book, index: _Index | None = None) -> Iterator[tuple[str, str, int, Any, bytes]]:
    """Yield every entry as plain values, by day, shard and number; memory stays flat.

    :param index: told of what readers who search must be led to.
    """
    for (day, name), shard in book.shards.items():
        seq = 0
        try:
            whole = shard.count - len(shard.tail)
            for number in range(whole // PAGE):
                page = shard.pages[number]
                for values, made in page.entries:
                    yield day, name, seq, values, made
                    seq += 1
                if index is not None:
                    index.turned(number, page)
                page._p_deactivate()  # noqa: SLF001 - ZODB's protocol
            for values, made in shard.tail:
                yield day, name, seq, values, made
                seq += 1
            if index is not None:
                index.ended(day, name, shard)
            shard._p_deactivate()  # noqa: SLF001
        except GeneratorExit:
            raise
        except Exception as error:  # noqa: BLE001 - bytes that cannot be read are a finding
            if index is not None:
                index.broken()
            yield day, name, seq, Unreadable(f"{type(error).__name__}: {error}"), b""


class _Index:
    """Compares what readers are led to by their search with the entries that are there.

    Both sides are added up, by hashes that this process alone knows the seed of: to look each
    key up takes longer than to prove its entry.  Where the sums differ each is looked up, and what is
    missing is named.
    """

    def __init__(self, book: Book) -> None:
        self.book = book
        self._posted = 0
        self._sealed: dict[tuple[str, str], int] = {}
        self._found: list[Finding] = []

    def turned(self, number: int, page: Page) -> None:
        """Note the keys of a page of the shard that is being read."""
        keys = {key for values, _ in page.entries for key in keys_of(values)}
        self._posted += sum([hash((key, number)) for key in keys])

    def ended(self, day: str, name: str, shard: Shard) -> None:
        """Compare what a shard leads to with its pages; note the keys of a sealed one."""
        posted, self._posted = self._posted, 0
        total, keys, last = 0, 0, ""
        for posting in shard.postings:
            total += hash(posting)
            if posting[0] != last:
                last = posting[0]
                keys += hash(last)
        if total != posted:
            for number in range((shard.count - len(shard.tail)) // PAGE):
                self._found.extend(_unposted(day, name, shard, number, shard.pages[number]))
        if day <= self.book.last_sealed:
            in_tail = {key for values, _ in shard.tail for key in keys_of(values)}
            for key in in_tail:
                keys += 0 if _is_posted(shard, key) else hash(key)
            self._sealed[day, name] = keys
        _let_go(self.book)

    def broken(self) -> None:
        """Note that the rest of a shard cannot be read."""
        self._posted = 0

    def hidden(self) -> Iterator[Finding]:
        """Yield what is there and would not be shown to who searches for it."""
        yield from self._found
        led: dict[tuple[str, str], int] = {}
        try:
            for count, (key, day, name) in enumerate(self.book.where):
                led[day, name] = led.get((day, name), 0) + hash(key)
                if count % 10_000 == 0:
                    _let_go(self.book)
        except Exception as error:  # noqa: BLE001 - bytes that cannot be read are a finding
            why = f"{type(error).__name__}: {error}"
            yield Finding("", "", None, "unreadable", {"why": why})
            return
        for (day, name), keys in self._sealed.items():
            if led.get((day, name), 0) != keys:
                yield from _unfound(self.book, day, name, self.book.shards[day, name])


def _is_posted(shard: Shard, key: str) -> bool:
    return next(iter(shard.postings.keys((key, 0), (key, 1 << 62))), None) is not None


def _let_go(book: Book) -> None:
    """Keep no more of the database in memory than its cache is meant to hold."""
    if book._p_jar is not None:  # noqa: SLF001 - ZODB's protocol
        book._p_jar.cacheGC()  # noqa: SLF001


def heads(book: Book) -> Iterator[tuple[str, str, int, bytes]]:
    """Yield what each shard says of itself: day, shard, count, last link."""
    for (day, name), shard in book.shards.items():
        try:
            count, head = int(shard.count), bytes(shard.head)
        except Exception:  # noqa: BLE001, S112 - told where its entries are read
            continue
        yield day, name, count, head
        shard._p_deactivate()  # noqa: SLF001


def seals(book: Book) -> Iterator[Any]:
    """Yield the heads of the days in order."""
    yield from book.seals.values()


def bundles(ledger: Ledger | None) -> Iterator[Any]:
    """Yield the bundles in order."""
    for bundle in ledger.bundles.values() if ledger is not None else ():
        yield (
            bundle.day,
            bundle.number,
            bundle.previous,
            bundle.at,
            bundle.ranges,
            bundle.root,
            bundle.digest,
        )
        bundle._p_deactivate()  # noqa: SLF001 - ZODB's protocol


def _unposted(day: str, name: str, shard: Shard, number: int, page: Page) -> Iterator[Finding]:
    """Yield the keys of a page that readers who search by them are not led to."""
    for key in {key for values, _ in page.entries for key in keys_of(values)}:
        if (key, number) not in shard.postings:
            yield Finding(day, name, number * PAGE, "index", {"key": key})


def _unfound(book: Book, day: str, name: str, shard: Shard) -> Iterator[Finding]:
    """Yield the keys of a shard of a sealed day that readers are not led to."""
    for key in sorted(_keys(shard)):
        if (key, day, name) not in book.where:
            yield Finding(day, name, None, "index", {"key": key})


def _last_sealed(book: Book) -> Iterator[Finding]:
    if book.seals and (book.last_sealed, book.last_seal) != _last(book):
        yield Finding(book.last_sealed, "", None, "head-chain", {})


def _said(book: Book, ledger: Ledger | None) -> Iterator[Finding]:
    """Yield signatures and time stamps that are not of the head they stand beside."""
    for (day, kind), token in ledger.said.items() if ledger is not None else ():
        head = book.seals.get(day)
        if head is None or not proof.is_said_of(head, token):
            yield Finding(day, "", None, "head-said", {"kind": kind})


def _last(book: Book) -> tuple[str, str]:
    day = book.seals.maxKey()
    return day, book.seals[day][4]


def _keys(shard: Shard) -> set[str]:
    posted = {key for key, _ in shard.postings}
    return posted.union(*(keys_of(values) for values, _ in shard.tail))
