r"""Prove that a journal is whole; shares no code with what writes it.

This module imports nothing of hoso.  All it knows is the format ``hoso-journal-1``:

*Text.* JSON in UTF-8 without spaces, keys in the order of their code points, ``"`` and ``\``
escaped with ``\``, control characters below U+0020 as ``\b \t \n \f \r`` or ``\u00xx`` in
lower case, everything else as itself; numbers are integers.

*Entry.* An object with the keys ``actor at day details dossier outcome reason record seq
shard unit verb``; ``details`` is an object of texts, integers, ``true``, ``false``, ``null``.
``day`` (``YYYY-MM-DD``) and ``shard`` say in which chain the entry stands, ``seq`` its number
there, from 0.

*Link.* SHA-256 over the link before it in the shard (32 bytes, zeros before the first) and
the text of the entry.  The last link is the *head* of the shard.

*Seal.* SHA-256, as lower-case hex, over the text of an object with the keys ``at day format
previous shards``: ``format`` is the name above, ``previous`` the seal before it (empty for the
first), ``shards`` a list of ``[shard, count, head in hex]`` in order of ``shard``.  Days are
sealed in order; days without entries have no seal.

*Order.* Entries come by day, shard and number, as tuples ``(day, shard, seq, (at, actor,
verb, outcome, record, dossier, unit, reason, ((name, value), ...)), link)``; shards as
``(day, shard, count, head)``; seals as ``(day, previous, at, ((shard, count, head), ...),
digest)``.

*Limits.* Entries of days that are not sealed are proved against the chain of their shard
alone: who rewrites a whole open shard, head included, is found out only by a copy of the head
kept elsewhere.  Who rewrites every seal from some day on is found out only by a digest kept
elsewhere: give it as an anchor.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

__all__ = ["Difference", "Proof", "verify"]


@dataclass(frozen=True)
class Difference:
    """Where the journal is not what was written, and what is wrong there."""

    day: str
    shard: str
    seq: int | None
    what: str


@dataclass(frozen=True)
class Proof:
    """How much was checked, and the first thing found wrong."""

    entries: int
    seals: int
    difference: Difference | None

    @property
    def is_whole(self) -> bool:
        return self.difference is None


def verify(
    entries: Iterable[Any],
    heads: Iterable[Any],
    seals: Iterable[Any],
    *,
    anchors: Mapping[str, str] = {},
) -> Proof:
    """Recompute every link and every seal; return the counts and the first difference."""
    work = _Work(anchors)
    try:
        work.compare(entries, heads, seals)
    except _Found as found:
        return Proof(work.entries, work.seals, found.difference)
    except Exception as error:  # noqa: BLE001 - bytes that cannot be read are a finding
        day, shard, seq = work.place
        what = f"cannot be read: {type(error).__name__}: {error}"
        return Proof(work.entries, work.seals, Difference(day, shard, seq, what))
    return Proof(work.entries, work.seals, None)


class _Found(Exception):
    def __init__(self, difference: Difference) -> None:
        self.difference = difference
        super().__init__(difference)


class _Work:
    """Goes along entries, shards and seals together, day by day."""

    def __init__(self, anchors: Mapping[str, str]) -> None:
        self.anchors = anchors
        self.entries = self.seals = 0
        self.place: tuple[str, str, int | None] = ("", "", None)

    def compare(self, entries: Iterable[Any], heads: Iterable[Any], seals: Iterable[Any]) -> None:
        sealed = self._seal_chain(seals)
        chains = _groups(entries, 2)
        chain = next(chains, None)
        for day, shards in groupby(heads, key=lambda head: head[0]):
            found = []
            for _, shard, count, head in shards:
                self.place = (day, shard, None)
                while chain is not None and chain[0] < (day, shard):
                    self._fail(chain[0], None, "entries in a shard that the day does not list")
                if chain is not None and chain[0] == (day, shard):
                    self._chain(day, shard, chain[1], count=count, head=bytes(head))
                    chain = next(chains, None)
                else:
                    self._fail((day, shard), None, f"all {count} entries are missing")
                found.append((shard, count, bytes(head).hex()))
            self._against_seal(day, found, sealed)
        if chain is not None:
            self._fail(chain[0], None, "entries in a shard that the day does not list")
        for day in sorted(sealed):
            self._fail((day, ""), None, "the day has a seal but no entries")
        for day in sorted(self.anchors):
            self._fail((day, ""), None, "the day has no seal, but a digest of it was kept")

    def _fail(self, place: tuple[str, str], seq: int | None, what: str) -> None:
        raise _Found(Difference(place[0], place[1], seq, what))

    def _seal_chain(self, seals: Iterable[Any]) -> dict[str, list[tuple[str, int, str]]]:
        """Check each seal against its own text and the seal before it."""
        sealed: dict[str, list[tuple[str, int, str]]] = {}
        before, last, anchors = "", "", dict(self.anchors)
        for seal in seals:
            day, previous, at, shards, digest = seal
            self.place = (day, "", None)
            if day <= last:
                self._fail((day, ""), None, "the seal is out of order")
            if previous != before:
                self._fail((day, ""), None, "the seal does not follow the seal before it")
            if digest != _seal_digest(day, previous, at, shards):
                self._fail((day, ""), None, "the seal was changed")
            if anchors.pop(day, digest) != digest:
                self._fail((day, ""), None, "the seal is not the one whose digest was kept")
            sealed[day] = [(shard, count, head) for shard, count, head in shards]
            before, last = digest, day
            self.seals += 1
        self.anchors = anchors
        self._last_sealed = last
        return sealed

    def _chain(self, day: str, shard: str, rows: Iterator[Any], *, count: int, head: bytes) -> None:
        before, expected = bytes(32), 0
        for _, _, seq, values, link in rows:
            self.place = (day, shard, seq)
            if seq != expected:
                self._fail((day, shard), expected, f"entry {expected} is missing, {seq} follows")
            text = _entry_text(day, shard, seq, values)
            if text is None or hashlib.sha256(before + text).digest() != bytes(link):
                self._fail((day, shard), seq, "the entry does not follow from the one before it")
            before, expected = bytes(link), expected + 1
            self.entries += 1
        if expected != count:
            self._fail((day, shard), expected, f"{count} entries were written, {expected} are here")
        if before != head:
            self._fail((day, shard), expected - 1, "the last entry is not the one written last")

    def _against_seal(
        self,
        day: str,
        found: list[tuple[str, int, str]],
        sealed: dict[str, list[tuple[str, int, str]]],
    ) -> None:
        if day not in sealed:
            if day <= self._last_sealed:
                self._fail((day, ""), None, "the day has no seal, but later days have")
            return
        listed = {shard: (count, head) for shard, count, head in sealed.pop(day)}
        for shard, count, head in found:
            if shard not in listed:
                self._fail((day, shard), None, "the shard is not in the seal of its day")
            if listed.pop(shard) != (count, head):
                self._fail((day, shard), None, "the shard is not as it was when the day was sealed")
        for shard in sorted(listed):
            self._fail((day, shard), None, "the shard is missing, its day's seal lists it")


def _groups(rows: Iterable[Any], width: int) -> Iterator[tuple[tuple[str, str], Iterator[Any]]]:
    for key, group in groupby(rows, key=lambda row: row[:width]):
        yield (key[0], key[1]), group


_SPECIAL = re.compile(r'[\x00-\x1f"\\]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _quoted(text: str) -> str:
    if _SPECIAL.search(text):
        text = _SPECIAL.sub(lambda m: _SHORT.get(m[0]) or f"\\u{ord(m[0]):04x}", text)
    return f'"{text}"'


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return str(value)
    return _quoted(value)


def _entry_text(day: str, shard: str, seq: int, values: Any) -> bytes | None:
    """Write an entry in the format's words; ``None`` where the values are no entry."""
    try:
        at, actor, verb, outcome, record, dossier, unit, reason, details = values
        named = dict(details)
        if len(named) != len(details):
            return None
        inner = ",".join(f"{_quoted(name)}:{_value(named[name])}" for name in sorted(named))
        return (
            f'{{"actor":{_quoted(actor)},"at":{_quoted(at)},"day":{_quoted(day)},'
            f'"details":{{{inner}}},"dossier":{_quoted(dossier)},"outcome":{_quoted(outcome)},'
            f'"reason":{_quoted(reason)},"record":{_quoted(record)},"seq":{seq},'
            f'"shard":{_quoted(shard)},"unit":{_quoted(unit)},"verb":{_quoted(verb)}}}'
        ).encode()
    except (TypeError, ValueError):
        return None


def _seal_digest(day: str, previous: str, at: str, shards: Any) -> str:
    listed = ",".join(
        f"[{_quoted(shard)},{count:d},{_quoted(head)}]" for shard, count, head in shards
    )
    text = (
        f'{{"at":{_quoted(at)},"day":{_quoted(day)},"format":"hoso-journal-1",'
        f'"previous":{_quoted(previous)},"shards":[{listed}]}}'
    )
    return hashlib.sha256(text.encode()).hexdigest()
