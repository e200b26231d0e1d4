"""The journal, or a part of it, as a package that proves itself without hoso.

A whole export holds every entry of some days that is in a bundle, so that links, trees, bundles
and heads can all be made again.  A part (one record, one account) holds single entries, each with
the path to its bundle, and each bundle with the path to the head of its day.  What the reader may
not see is not left out: its link stands in its place, which says nothing of what it is.

The digests and the program that checks them travel along; the format is in ``docs/formats.md``.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import IO, Any

from hoso.audit import merkle
from hoso.audit.entry import Entry, Stored, restored, text_of
from hoso.audit.gathering import bundles_of, leaves_of
from hoso.audit.journal import LAST, PAGE, book_of, ledger_of, read
from hoso.audit.model import Book, Bundle, Ledger, Shard

__all__ = ["FORMAT", "Exported", "Wanted", "write"]

FORMAT = "hoso-journal-export-1"
_VERIFIER = "hoso_verify_journal.py"
_STEP = 1000


@dataclass(frozen=True)
class Wanted:
    """What is to be exported: days of the journal (in UTC), and of whom or what.

    A record (a dossier with what lies in it) or an actor makes it a part.
    """

    first: str
    last: str
    record: str = ""
    actor: str = ""

    @property
    def is_whole(self) -> bool:
        return not (self.record or self.actor)


@dataclass(frozen=True)
class Exported:
    """What was written."""

    entries: int
    withheld: int
    sha256: str
    size: int


def write(
    root: Any, to: Path, *, wanted: Wanted, made: str, may_show: Callable[[Entry], bool]
) -> Exported:
    """Write the package as a new ZIP file; memory stays flat.

    :param made: the instant, as text.
    :param may_show: whether the reader may see what an entry says.
    """
    with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as package:
        work = _Export(root, package, wanted, may_show)
        work.run(made)
    digest = hashlib.sha256()
    with to.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return Exported(work.entries, work.withheld, digest.hexdigest(), to.stat().st_size)


class _Export:
    def __init__(
        self, root: Any, package: zipfile.ZipFile, wanted: Wanted, may_show: Callable[[Entry], bool]
    ) -> None:
        self.root = root
        self.book: Book = book_of(root)
        self.ledger: Ledger = ledger_of(root)
        self.package = package
        self.wanted = wanted
        self.may_show = may_show
        self.entries = self.withheld = 0
        self.sums: list[tuple[str, str]] = []
        self.bundles: list[tuple[Bundle, list[str] | None]] = []

    def run(self, made: str) -> None:
        whole = self.wanted.is_whole
        self._lines("entries.jsonl", self._days_whole() if whole else self._picked())
        self._lines("bundles.jsonl", self._bundles_whole() if whole else self._bundles_picked())
        self._lines("days.jsonl", self._heads())
        manifest = {
            "entries": self.entries,
            "first": self.wanted.first,
            "format": FORMAT,
            "kind": "whole" if whole else "part",
            "last": self.wanted.last,
            "made": made,
            "of": {"actor": self.wanted.actor, "record": self.wanted.record},
            "withheld": self.withheld,
        }
        self._lines("manifest.json", [_canonical(manifest)])
        here = resources.files("hoso.audit")
        self._bytes(_VERIFIER, (here / _VERIFIER).read_bytes())
        self._bytes("README.txt", (here / "export_readme.txt").read_bytes())
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(self.sums))
        self._bytes("SHA256SUMS", listed.encode())

    # Files ----------------------------------------------------------------------------

    def _lines(self, name: str, lines: Iterable[str]) -> None:
        digest = hashlib.sha256()
        with self._open(name) as out:
            for line in lines:
                content = f"{line}\n".encode()
                digest.update(content)
                out.write(content)
        self.sums.append((name, digest.hexdigest()))

    def _bytes(self, name: str, content: bytes) -> None:
        with self._open(name) as out:
            out.write(content)
        self.sums.append((name, hashlib.sha256(content).hexdigest()))

    def _open(self, name: str) -> IO[bytes]:
        # No date inside: what the package says of its time stands in the manifest.
        return self.package.open(zipfile.ZipInfo(name), "w", force_zip64=True)

    # A whole period -------------------------------------------------------------------

    def _days_whole(self) -> Iterator[str]:
        span = (self.wanted.first, ""), (self.wanted.last, LAST)
        for (day, name), shard in self.book.shards.items(*span):
            for seq, (values, link) in enumerate(_rows(shard, self._gathered(day, name, shard))):
                self.entries += 1
                if self.may_show(restored(values)):
                    text = text_of(values, day=day, shard=name, seq=seq)
                    yield f'{{"entry":{text},"link":"{link.hex()}"}}'
                else:
                    self.withheld += 1
                    yield _canonical(
                        {
                            "day": day,
                            "link": link.hex(),
                            "seq": seq,
                            "shard": name,
                            "withheld": True,
                        }
                    )
            shard._p_deactivate()  # noqa: SLF001 - ZODB's protocol

    def _gathered(self, day: str, name: str, shard: Shard) -> int:
        """Return how many entries of a shard are in bundles; of days that never had any, all."""
        if day <= self.book.last_sealed:
            return shard.count
        return int(self.ledger.gathered.get((day, name), 0))

    def _bundles_whole(self) -> Iterator[str]:
        span = (self.wanted.first, 0), (self.wanted.last, 1 << 60)
        for bundle in self.ledger.bundles.values(*span):
            yield _canonical(_bundle(bundle))
            bundle._p_deactivate()  # noqa: SLF001 - ZODB's protocol

    # Single entries -------------------------------------------------------------------

    def _picked(self) -> Iterator[str]:
        for day, rows in groupby(sorted(self._places()), key=lambda place: place[0]):
            yield from self._picked_of(day, [(shard, seq) for _, shard, seq in rows])

    def _places(self) -> Iterator[tuple[str, str, int]]:
        """Yield the places of what is wanted; as many as one record or one account has."""
        after: str | None = f"{self.wanted.last}/{LAST}/{LAST}/0"
        what = {"record": self.wanted.record or None, "actor": self.wanted.actor or None}
        while after:
            page = read(self.root, **what, after=after, limit=_STEP)
            for written in page:
                if written.day < self.wanted.first:
                    return
                yield written.day, written.shard, written.seq
            after = page[-1].position if len(page) == _STEP else None

    def _picked_of(self, day: str, places: list[tuple[str, int]]) -> Iterator[str]:
        head = self.book.seals.get(day)
        listed = list(bundles_of(self.ledger, day))
        digests = [bytes.fromhex(bundle.digest) for bundle in listed]
        for bundle in listed:
            inside = [(place, _index(bundle, place)) for place in places]
            wanted = sorted((i, place) for place, i in inside if i is not None)
            if not wanted:
                continue
            path = merkle.path(digests, bundle.number - 1) if head is not None else None
            self.bundles.append((bundle, [one.hex() for one in path] if path is not None else None))
            paths = merkle.paths(leaves_of(self.book, bundle), [i for i, _ in wanted])
            for (index, (name, seq)), climbed in zip(wanted, paths, strict=True):
                yield self._single(bundle, index, (name, seq), [one.hex() for one in climbed])

    def _single(self, bundle: Bundle, index: int, place: tuple[str, int], path: list[str]) -> str:
        name, seq = place
        shard = self.book.shards[bundle.day, name]
        values, link = _row(shard, seq)
        said: dict[str, Any] = {
            "bundle": bundle.number,
            "index": index,
            "link": link.hex(),
            "path": path,
        }
        self.entries += 1
        if self.may_show(restored(values)):
            previous = _row(shard, seq - 1)[1] if seq else bytes(32)
            said["previous"] = previous.hex()
            said["entry"] = json.loads(text_of(values, day=bundle.day, shard=name, seq=seq))
        else:
            self.withheld += 1
            said |= {"day": bundle.day, "seq": seq, "shard": name, "withheld": True}
        return _canonical(said)

    def _bundles_picked(self) -> Iterator[str]:
        for bundle, path in self.bundles:
            said = _bundle(bundle)
            yield _canonical(said if path is None else said | {"path": path})

    # Days -----------------------------------------------------------------------------

    def _heads(self) -> Iterator[str]:
        first = self.wanted.first
        if not self.wanted.is_whole:
            first = self.bundles[0][0].day if self.bundles else LAST
        last = self.wanted.last if self.wanted.is_whole else LAST
        for day, head in self.book.seals.items(first, last):
            said = {
                kind: base64.b64encode(content).decode()
                for (_, kind), content in self.ledger.said.items((day, ""), (day, LAST))
            }
            yield _canonical(_head(head) | ({"said": said} if said else {}))


def _rows(shard: Shard, count: int) -> Iterator[tuple[Stored, bytes]]:
    whole = shard.count - len(shard.tail)
    for number in range(min(whole, -(-count // PAGE) * PAGE) // PAGE):
        page = shard.pages[number]
        yield from page.entries[: count - number * PAGE]
        page._p_deactivate()  # noqa: SLF001 - ZODB's protocol
    if count > whole:
        yield from shard.tail[: count - whole]


def _row(shard: Shard, seq: int) -> tuple[Stored, bytes]:
    whole = shard.count - len(shard.tail)
    found: tuple[Stored, bytes] = (
        shard.tail[seq - whole] if seq >= whole else shard.pages[seq // PAGE].entries[seq % PAGE]
    )
    return found


def _index(bundle: Bundle, place: tuple[str, int]) -> int | None:
    before = 0
    for name, first, end, _ in bundle.ranges:
        if name == place[0] and first <= place[1] < end:
            return before + place[1] - first
        before += end - first
    return None


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {
        "at": bundle.at,
        "day": bundle.day,
        "digest": bundle.digest,
        "number": bundle.number,
        "previous": bundle.previous,
        "ranges": [list(one) for one in bundle.ranges],
        "root": bundle.root,
    }


def _head(head: Any) -> dict[str, Any]:
    day, previous, at, shards, digest = head[:5]
    said = {
        "at": at,
        "day": day,
        "digest": digest,
        "format": "hoso-journal-1",
        "previous": previous,
        "shards": [list(shard) for shard in shards],
    }
    if len(head) > len(said) - 1:
        bundles, last, over, entries = head[5:]
        said |= {
            "bundles": bundles,
            "entries": entries,
            "format": "hoso-journal-2",
            "last": last,
            "root": over,
        }
    return said


def _canonical(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
