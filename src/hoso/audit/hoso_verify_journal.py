#!/usr/bin/env python3
"""Check a journal of hoso, or an export of one, without hoso.

    python3 hoso_verify_journal.py FOLDER|FILE.zip [--anchors FILE] [--anchor DAY=DIGEST]
                                   [--language vi|en] [--json]

One file; it needs Python 3.8 or newer and nothing else.  It shares no code with the program that
writes the journal: what it knows is the description of the formats ``hoso-journal-1`` and
``hoso-journal-2`` in ``README.txt`` beside it.  Every link, tree, bundle and head of a day is
computed again and compared; what differs is named by day, shard and number.

Who can write to the journal's files can make all of them anew, from some day on, so that they
agree with each other.  That is found out only against digests kept elsewhere, on paper or on
another machine: give them as anchors, lines of ``2026-03-02 DIGEST`` for the head of a day and
``2026-03-02#17 DIGEST`` for a bundle.

Exit status: 0 all agrees, 1 something differs, 2 it cannot be read at all.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import json
import re
import sys
import zipfile
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from typing import Any

__all__ = ["WITHHELD", "Finding", "Result", "Unreadable", "check", "check_package", "sentence"]

OLD, NEW = "hoso-journal-1", "hoso-journal-2"
START = bytes(32)
MOST = 200  # findings named; beyond that somebody has to look at the whole anyway
LENGTH = 32
UNSALTED, PLAIN = 9, 5

#: In the place of the values of an entry: it is there, and only its link is given.
WITHHELD = ("withheld",)

SENTENCES = {
    "anchor": (
        "the digest is not the one that was kept elsewhere",
        "mã băm không đúng với mã đã giữ ở nơi khác",
    ),
    "anchor-missing": (
        "a digest of it was kept elsewhere, and it is not here",
        "đã có mã băm giữ ở nơi khác nhưng ở đây không có",
    ),
    "bundle-changed": ("bundle {number} was changed", "tập {number} đã bị sửa"),
    "bundle-chain": (
        "bundle {number} does not follow the one before it",
        "tập {number} không nối tiếp tập trước",
    ),
    "bundle-missing": ("bundle {number} is missing", "thiếu tập {number}"),
    "bundle-range": (
        "bundle {number} does not go on where the one before it ended",
        "tập {number} không bắt đầu từ chỗ tập trước kết thúc",
    ),
    "bundle-short": (
        "bundle {number} names {count} entries, {found} are here",
        "tập {number} ghi {count} mục, ở đây chỉ có {found}",
    ),
    "bundle-tree": (
        "the entries are not those that bundle {number} was made of",
        "các mục không phải là các mục đã lập nên tập {number}",
    ),
    "entry-changed": (
        "the entry does not follow from the one before it",
        "mục không nối tiếp mục trước",
    ),
    "entry-missing": (
        "entry {expected} is missing, {found} follows",
        "thiếu mục {expected}, kế đó là mục {found}",
    ),
    "entry-path": (
        "the proof does not lead to its bundle",
        "bằng chứng không dẫn tới tập chứa nó",
    ),
    "file-changed": (
        "{file}: not the file that was exported",
        "{file}: không phải tệp đã kết xuất",
    ),
    "file-line": (
        "{file}: line {line} is not as it was written",
        "{file}: dòng {line} không còn nguyên",
    ),
    "file-missing": ("{file}: the file is missing", "{file}: thiếu tệp"),
    "file-unknown": ("{file}: the file does not belong here", "{file}: tệp này không thuộc gói"),
    "head-bundles": (
        "the bundles are not those that the day was closed with",
        "các tập không phải là các tập lúc chốt ngày",
    ),
    "head-changed": ("the head of the day was changed", "bản chốt ngày đã bị sửa"),
    "head-count": (
        "the day was closed with {count} entries, {found} are here",
        "ngày được chốt với {count} mục, ở đây có {found}",
    ),
    "head-chain": (
        "the head of the day does not follow the one before it",
        "bản chốt ngày không nối tiếp bản chốt trước",
    ),
    "head-missing": (
        "the day has no head, but later days have",
        "ngày không có bản chốt trong khi các ngày sau có",
    ),
    "head-order": ("the head of the day is out of order", "bản chốt ngày sai thứ tự"),
    "head-said": (
        "the {kind} is not of this head of the day",
        "{kind} không phải của bản chốt ngày này",
    ),
    "index": (
        "the entries are there, but the journal would not show them to who asks for {key}",
        "các mục còn đó nhưng nhật ký sẽ không hiện khi hỏi về {key}",
    ),
    "no-entries": ("the day has a head but no entries", "ngày có bản chốt nhưng không có mục nào"),
    "order": ("out of order", "sai thứ tự"),
    "shard-cut": (
        "{count} entries were written, {found} are here",
        "đã ghi {count} mục, ở đây chỉ có {found}",
    ),
    "shard-end": (
        "the last entry is not the one written last",
        "mục cuối không phải là mục được ghi sau cùng",
    ),
    "shard-missing": (
        "the shard is missing, the head of its day lists it",
        "thiếu dãy ghi mà bản chốt ngày có kê",
    ),
    "shard-gone": ("all {count} entries are missing", "thiếu cả {count} mục"),
    "shard-other": (
        "the shard is not as it was when the day was closed",
        "dãy ghi không còn như lúc chốt ngày",
    ),
    "shard-unlisted": (
        "entries in a shard that the day does not list",
        "có mục trong một dãy ghi mà ngày không kê",
    ),
    "unreadable": ("cannot be read: {why}", "không đọc được: {why}"),
}


class Unreadable(object):
    """In the place of the values of an entry: what stood here cannot be read."""

    def __init__(self, why: str) -> None:
        self.why = why


class Finding(object):
    """Where a journal is not what was written, and what is wrong there."""

    def __init__(
        self, day: str, shard: str, seq: int | None, code: str, facts: Mapping[str, Any]
    ) -> None:
        self.day = day
        self.shard = shard
        self.seq = seq
        self.code = code
        self.facts = dict(facts)

    @property
    def what(self) -> str:
        """What is wrong, in English."""
        return sentence(self)

    @property
    def place(self) -> str:
        """Day, shard and number as far as they are known."""
        said = [part for part in (self.day, self.shard) if part]
        return "/".join([*said, *([] if self.seq is None else [str(self.seq)])])

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.what) if part)

    def __repr__(self) -> str:
        return "<" + str(self) + ">"


class Result(object):
    """How much was checked, and what was found wrong."""

    def __init__(self) -> None:
        self.entries = 0
        self.withheld = 0
        self.bundles = 0
        self.heads = 0
        self.anchored = 0
        self.waiting = 0  # entries on their way into the journal; known to the site alone
        self.loose = 0  # entries in no bundle yet: only their chain speaks for them
        self.last = ("", "")  # what was checked last: the place and digest to keep elsewhere
        self.findings: list[Finding] = []

    @property
    def is_whole(self) -> bool:
        """Whether everything agrees."""
        return not self.findings

    @property
    def difference(self) -> Finding | None:
        """The first thing found wrong."""
        return self.findings[0] if self.findings else None


def sentence(finding: Finding, language: str = "en") -> str:
    """Say what is wrong."""
    words = SENTENCES[finding.code][0 if language == "en" else 1]
    return words.format(**finding.facts)


# Texts and digests ------------------------------------------------------------------------

#: Writes a text as JSON has it, no more escaped than it must be; what is no text is a TypeError.
quoted: Callable[[Any], str] = json.encoder.encode_basestring


def value_text(value: Any) -> str:
    """Write a value of a detail."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if type(value) is int:
        return str(value)
    return quoted(value)


def entry_text(day: str, shard: str, seq: int, values: Any) -> bytes | None:
    """Write an entry as its link was made over it; ``None`` where the values are no entry."""
    try:
        at, actor, verb, outcome, record, dossier, unit, reason, details = values[:UNSALTED]
        named = dict(details)
        if len(named) != len(details) or len(values) > UNSALTED + 1:
            return None
        salt = '"salt":%s,' % quoted(values[UNSALTED]) if len(values) > UNSALTED else ""
        inner = ",".join(quoted(name) + ":" + value_text(named[name]) for name in sorted(named))
        return (
            '{"actor":%s,"at":%s,"day":%s,"details":{%s},"dossier":%s,"outcome":%s,'
            '"reason":%s,"record":%s,%s"seq":%d,"shard":%s,"unit":%s,"verb":%s}'
            % (
                quoted(actor),
                quoted(at),
                quoted(day),
                inner,
                quoted(dossier),
                quoted(outcome),
                quoted(reason),
                quoted(record),
                salt,
                seq,
                quoted(shard),
                quoted(unit),
                quoted(verb),
            )
        ).encode("utf-8")
    except (TypeError, ValueError):
        return None


def bundle_text(bundle: Any) -> bytes:
    """Write a bundle (day, number, previous, at, ranges, root, ...) as it was digested."""
    day, number, previous, at, ranges, root = bundle[:6]
    listed = ",".join(
        "[%s,%d,%d,%s]" % (quoted(shard), first, end, quoted(link))
        for shard, first, end, link in ranges
    )
    return (
        '{"at":%s,"day":%s,"format":"%s","number":%d,"previous":%s,"ranges":[%s],"root":%s}'
        % (quoted(at), quoted(day), NEW, number, quoted(previous), listed, quoted(root))
    ).encode("utf-8")


def head_text(head: Any) -> bytes:
    """Write the head of a day as it was digested, in the format it has."""
    day, previous, at, shards = head[:4]
    listed = ",".join(
        "[%s,%d,%s]" % (quoted(shard), count, quoted(link)) for shard, count, link in shards
    )
    if len(head) == PLAIN:
        text = '{"at":%s,"day":%s,"format":"%s","previous":%s,"shards":[%s]}' % (
            quoted(at),
            quoted(day),
            OLD,
            quoted(previous),
            listed,
        )
        return text.encode("utf-8")
    bundles, last, root, entries = head[PLAIN:]
    return (
        '{"at":%s,"bundles":%d,"day":%s,"entries":%d,"format":"%s","last":%s,"previous":%s,'
        '"root":%s,"shards":[%s]}'
        % (
            quoted(at),
            bundles,
            quoted(day),
            entries,
            NEW,
            quoted(last),
            quoted(previous),
            quoted(root),
            listed,
        )
    ).encode("utf-8")


def sha(content: bytes) -> bytes:
    """Return the SHA-256 of some bytes."""
    return hashlib.sha256(content).digest()


def tree(leaves: list[bytes]) -> bytes:
    """Return the root over texts as RFC 9162, 2.1.1 defines it, by its own recursion."""
    if not leaves:
        return sha(b"")
    stack: list[tuple[int, bytes]] = []  # complete trees on the left, largest first
    for leaf in leaves:
        size, node = 1, sha(b"\0" + leaf)
        while stack and stack[-1][0] == size:
            node = sha(b"\1" + stack.pop()[1] + node)
            size *= 2
        stack.append((size, node))
    node = stack.pop()[1]
    while stack:
        node = sha(b"\1" + stack.pop()[1] + node)
    return node


def climb(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """Return the root that a path leads to (RFC 9162, 2.1.3.2); ``None`` where it fits no tree."""
    if not 0 <= index < size:
        return None
    node, last = sha(b"\0" + leaf), size - 1
    for beside in path:
        if last == 0:
            return None
        if index % 2 or index == last:
            node = sha(b"\1" + beside + node)
            while index % 2 == 0 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha(b"\1" + node + beside)
        index, last = index >> 1, last >> 1
    return node if last == 0 else None


# A whole journal --------------------------------------------------------------------------


def check(
    entries: Iterable[Any],
    heads: Iterable[Any] | None,
    days: Iterable[Any],
    bundles: Iterable[Any] = (),
    *,
    anchors: Mapping[str, str] = {},
    begins: str | None = "",
) -> Result:
    """Compute every link, tree, bundle and head of a day again.

    :param entries: (day, shard, seq, values, link) by day, shard and number; the values as
        written, or their text as bytes.
    :param heads: what each shard says of itself, (day, shard, count, link), in the same order;
        ``None`` where only heads of days and bundles say it.
    :param days: (day, previous, at, ((shard, count, link), ...), digest[, bundles, last, root,
        entries]) by day.
    :param bundles: (day, number, previous, at, ranges, root, digest) by day and number.
    :param begins: the digest the first head follows; ``None`` where any will do.
    """
    work = _Work(anchors, begins)
    try:
        work.run(entries, heads, days, bundles)
    except _Enough:
        pass
    except Exception as error:  # noqa: BLE001 - bytes that cannot be read are a finding
        day, shard, seq = work.place
        why = "%s: %s" % (type(error).__name__, error)
        work.result.findings.append(Finding(day, shard, seq, "unreadable", {"why": why}))
    return work.result


class _Enough(Exception):
    """So much is wrong that going on says nothing more."""


class _Work(object):
    """Goes along entries, shards, bundles and heads together, day by day."""

    def __init__(self, anchors: Mapping[str, str], begins: str | None) -> None:
        self.anchors = dict(anchors)
        self.begins = begins
        self.result = Result()
        self.place: tuple[str, str, int | None] = ("", "", None)

    def wrong(
        self, code: str, day: str, shard: str = "", seq: int | None = None, **facts: Any
    ) -> None:
        self.result.findings.append(Finding(day, shard, seq, code, facts))
        if len(self.result.findings) >= MOST:
            raise _Enough

    def run(
        self,
        entries: Iterable[Any],
        heads: Iterable[Any] | None,
        days: Iterable[Any],
        bundles: Iterable[Any],
    ) -> None:
        closed = self.chain_of_days(days)
        last = max(closed) if closed else ""
        rows = _Stream(entries, lambda row: (row[0], row[1]), self.unordered)
        shards = _Stream(heads or (), lambda head: (head[0], head[1]), self.unordered)
        sheaves = _Stream(bundles, lambda bundle: (bundle[0], bundle[1]), self.unordered)
        while True:
            waiting = [one.day for one in (rows, shards, sheaves) if one.day is not None]
            if not waiting:
                break
            day = min(waiting)
            stated = None if heads is None else {h[1]: (h[2], bytes(h[3])) for h in shards.of(day)}
            head = closed.pop(day, None)
            listed = list(sheaves.of(day))
            if stated is None:
                stated = _stated(head, listed)
            links = self.chains(day, rows, stated)
            self.bundles_of(day, listed, links)
            self.against_head(day, head, links, listed, is_behind=day < last)
        for day in sorted(closed):
            self.wrong("no-entries", day)
        for day in sorted(self.anchors):
            self.wrong("anchor-missing", day)

    def unordered(self, row: Any) -> None:
        shard = row[1] if isinstance(row[1], str) else ""
        self.wrong("order", str(row[0]), shard)

    def kept(self, name: str, day: str, digest: str) -> None:
        """Compare with the digest kept elsewhere, where there is one."""
        kept = self.anchors.pop(name, None)
        if kept is None:
            return
        self.result.anchored += 1
        if kept != digest:
            self.wrong("anchor", day)

    def chain_of_days(self, days: Iterable[Any]) -> dict[str, Any]:
        closed: dict[str, Any] = {}
        before, last, is_new = self.begins, "", False
        for head in days:
            day, previous, digest = head[0], head[1], head[4]
            self.place = (day, "", None)
            self.result.heads += 1
            if day <= last:
                self.wrong("head-order", day)
            # Who may write anew may not go back to the older format either.
            if before is not None and previous != before:
                self.wrong("head-chain", day)
            elif is_new and len(head) == PLAIN:
                self.wrong("head-changed", day)
            if digest != hashlib.sha256(head_text(head)).hexdigest():
                self.wrong("head-changed", day)
            self.kept(day, day, digest)
            closed[day] = head
            before, last, is_new = digest, max(day, last), len(head) > PLAIN
            self.result.last = (day, digest)
        return closed

    def chains(
        self, day: str, rows: _Stream, stated: dict[str, tuple[int, bytes]]
    ) -> dict[str, bytearray]:
        """Check the entries of a day; return the links of each shard."""
        links: dict[str, bytearray] = {}
        flawed: set[str] = set()
        before = START
        for _, name, seq, values, stated_link in rows.of(day):
            self.place = (day, name, seq)
            if name not in links:
                before, links[name] = START, bytearray()
                if name not in stated:
                    flawed.add(name)
                    self.wrong("shard-unlisted", day, name)
            made = links[name]
            expected = len(made) // LENGTH
            if isinstance(values, Unreadable):
                flawed.add(name)
                self.wrong("unreadable", day, name, seq, why=values.why)
                continue
            link = bytes(stated_link)
            if seq != expected:
                flawed.add(name)
                self.wrong("entry-missing", day, name, expected, expected=expected, found=seq)
                # What lies between is gone; from here on the chain is followed again.
                made.extend(bytes(LENGTH * max(0, min(seq - expected, 1 << 20))))
                before = link
            elif values is WITHHELD:
                self.result.withheld += 1
                before = link
            else:
                text = values if type(values) is bytes else entry_text(day, name, seq, values)
                if text is None or sha(before + text) != link:
                    flawed.add(name)
                    self.wrong("entry-changed", day, name, seq)
                before = link
            made.extend(link)
            self.result.entries += 1
        for name in sorted(stated):
            self.place = (day, name, None)
            count, head = stated[name]
            found = len(links.get(name, b"")) // LENGTH
            if name not in links and count:
                self.wrong("shard-gone", day, name, count=count)
            elif found != count:
                if name not in flawed:
                    self.wrong("shard-cut", day, name, min(found, count), count=count, found=found)
            elif count and bytes(links[name][-LENGTH:]) != head and name not in flawed:
                self.wrong("shard-end", day, name, found - 1)
        return links

    def bundles_of(self, day: str, listed: list[Any], links: dict[str, bytearray]) -> None:
        reached: dict[str, int] = {}
        before, number = "", 0
        for bundle in listed:
            said, previous, digest = bundle[1], bundle[2], bundle[6]
            number += 1
            self.place = (day, "", None)
            self.result.bundles += 1
            if said != number:
                self.wrong("bundle-missing", day, number=number)
                number = said
            elif previous != before:
                self.wrong("bundle-chain", day, number=number)
            if digest != hashlib.sha256(bundle_text(bundle)).hexdigest():
                self.wrong("bundle-changed", day, number=number)
            self.kept("%s#%d" % (day, number), day, digest)
            self.tree_of(day, bundle, links, reached)
            before = digest
            self.result.last = max(self.result.last, (day, digest), key=lambda one: one[0])
        for shard, made in links.items():
            self.result.loose += max(0, len(made) // LENGTH - reached.get(shard, 0))

    def tree_of(
        self, day: str, bundle: Any, links: dict[str, bytearray], reached: dict[str, int]
    ) -> None:
        number, ranges, root = bundle[1], bundle[4], bundle[5]
        leaves: list[bytes] = []
        for shard, first, end, link in ranges:
            made = links.get(shard, bytearray())
            have = len(made) // LENGTH
            if first != reached.get(shard, 0) or end <= first:
                self.wrong("bundle-range", day, shard, first, number=number)
            reached[shard] = end
            if have < end:
                self.wrong(
                    "bundle-short",
                    day,
                    shard,
                    max(first, have),
                    number=number,
                    count=end - first,
                    found=max(0, have - first),
                )
                return
            leaves += [
                bytes(made[at : at + LENGTH]) for at in range(first * LENGTH, end * LENGTH, LENGTH)
            ]
            if leaves[-1].hex() != link:
                self.wrong("bundle-tree", day, shard, end - 1, number=number)
                return
        if tree(leaves).hex() != root:
            self.wrong("bundle-tree", day, number=number)

    def against_head(
        self,
        day: str,
        head: Any,
        links: dict[str, bytearray],
        listed: list[Any],
        *,
        is_behind: bool,
    ) -> None:
        if head is None:
            if is_behind:
                self.wrong("head-missing", day)
            return
        shards = {shard: (count, link) for shard, count, link in head[3]}
        for shard in sorted(links):
            self.place = (day, shard, None)
            made = links[shard]
            here = (len(made) // LENGTH, bytes(made[-LENGTH:]).hex())
            if shard not in shards:
                self.wrong("shard-unlisted", day, shard)
            elif shards.pop(shard) != here:
                self.wrong("shard-other", day, shard)
        for shard in sorted(shards):
            self.wrong("shard-missing", day, shard)
        if len(head) == PLAIN:
            return
        count, last, root, entries = head[PLAIN:]
        digests = [bytes.fromhex(bundle[6]) for bundle in listed]
        if (len(digests), tree(digests).hex()) != (count, root) or (
            digests and digests[-1].hex() != last
        ):
            self.wrong("head-bundles", day)
        found = sum(len(made) // LENGTH for made in links.values())
        if found != entries:
            self.wrong("head-count", day, count=entries, found=found)


def _stated(head: Any, bundles: list[Any]) -> dict[str, tuple[int, bytes]]:
    """Return how far the shards of a day go, by its head or else by its bundles."""
    if head is not None:
        return {shard: (count, bytes.fromhex(link)) for shard, count, link in head[3]}
    return {
        shard: (end, bytes.fromhex(link)) for bundle in bundles for shard, _, end, link in bundle[4]
    }


class _Stream(object):
    """Rows in order, taken day by day; what is out of order is told and left out."""

    def __init__(
        self,
        rows: Iterable[Any],
        key: Callable[[Any], tuple[Any, ...]],
        unordered: Callable[[Any], None],
    ) -> None:
        self.rows = iter(rows)
        self.key = key
        self.unordered = unordered
        self.waiting: Any = None
        self.last: tuple[Any, ...] = ()
        self.step()

    @property
    def day(self) -> str | None:
        """The day of the next row; ``None`` at the end."""
        return None if self.waiting is None else self.waiting[0]

    def step(self) -> None:
        for row in self.rows:
            place = self.key(row)
            if self.last and place < self.last:
                self.unordered(row)
                continue
            self.last, self.waiting = place, row
            return
        self.waiting = None

    def of(self, day: str) -> Iterator[Any]:
        while self.waiting is not None and self.waiting[0] == day:
            row = self.waiting
            yield row
            self.step()


# An export --------------------------------------------------------------------------------

EXPORT = "hoso-journal-export-1"
SUMS = "SHA256SUMS"
FILES = ("manifest.json", "entries.jsonl", "bundles.jsonl", "days.jsonl")
BLOCK = 1 << 20
LINE = 1 << 24  # no line of ours is longer; who sends more wants our memory


class Useless(Exception):
    """What was given is no export of a journal."""


class _Package(object):
    """The files of an export, in a folder or in a ZIP."""

    def __init__(self, path: Path) -> None:
        self.zip = None if path.is_dir() else zipfile.ZipFile(str(path))
        self.folder = path
        self.inside = ""
        if self.zip is None:
            here = {p.name for p in path.iterdir() if p.is_file() and not p.name.startswith(".")}
        else:
            here = set(self.zip.namelist())
            tops = {name.split("/")[0] + "/" for name in here if "/" in name}
            if FILES[0] not in here and len(tops) == 1:
                self.inside = tops.pop()
                here = {name[len(self.inside) :] for name in here}
        self.names = {name for name in here if name and not name.endswith("/")}

    def open(self, name: str) -> Any:
        if self.zip is not None:
            return self.zip.open(self.inside + name)
        return (self.folder / name).open("rb")

    def digest(self, name: str) -> str:
        made = hashlib.sha256()
        with self.open(name) as stream:
            for block in iter(lambda: stream.read(BLOCK), b""):
                made.update(block)
        return made.hexdigest()


def canonical(value: Any) -> bytes:
    """Write a value as every line of an export is written."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def check_package(path: Path, anchors: Mapping[str, str] = {}) -> tuple[Result, dict[str, Any]]:
    """Check an export; return what was found and its manifest."""
    try:
        package = _Package(path)
        with package.open(FILES[0]) as stream:
            manifest = json.loads(stream.read(LINE).decode("utf-8"))
        if manifest["format"] != EXPORT:
            raise Useless("%s: the format %s is not %s" % (path, manifest["format"], EXPORT))
        is_whole = manifest["kind"] == "whole"
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise Useless("%s: no export of a journal (%s)" % (path, error)) from error
    missing = [name for name in FILES if name not in package.names]
    if missing:
        result = Result()
        for name in missing:
            result.findings.append(Finding("", "", None, "file-missing", {"file": name}))
        return result, manifest
    told: list[Finding] = []
    run = _whole if is_whole else _parts
    result = run(package, anchors, told)
    result.findings.extend(told)
    result.findings.extend(_files(package))
    counts = (manifest.get("entries"), manifest.get("withheld"))
    if not result.findings and counts != (result.entries, result.withheld):
        result.findings.append(Finding("", "", None, "file-changed", {"file": FILES[0]}))
    return result, manifest


def _whole(package: _Package, anchors: Mapping[str, str], told: list[Finding]) -> Result:
    return check(
        _lines(package, "entries.jsonl", told, _row),
        None,
        list(_lines(package, "days.jsonl", told, _head)),
        _lines(package, "bundles.jsonl", told, _bundle),
        anchors=anchors,
        begins=None,
    )


def _lines(
    package: _Package, name: str, told: list[Finding], parse: Callable[[Any], Any]
) -> Iterator[Any]:
    """Yield what the lines of a file say; what is not exactly as we write it is told."""
    with package.open(name) as stream:
        for number, line in enumerate(_raw(stream), 1):
            try:
                said = json.loads(line.decode("utf-8"))
                if canonical(said) + b"\n" != line:
                    raise ValueError("not as we write it")
                found = parse(said)
            except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
                told.append(Finding("", "", None, "file-line", {"file": name, "line": number}))
            else:
                yield found


def _raw(stream: Any) -> Iterator[bytes]:
    reader = io.BufferedReader(stream) if not hasattr(stream, "readline") else stream
    while True:
        line = reader.readline(LINE)
        if not line:
            return
        yield line


ENTRY = {"entry", "link"}
HIDDEN = {"day", "link", "seq", "shard", "withheld"}
SINGLE = {"bundle", "index", "path"}
BUNDLE = {"at", "day", "digest", "number", "previous", "ranges", "root"}
OLD_HEAD = {"at", "day", "digest", "format", "previous", "shards"}
NEW_HEAD = OLD_HEAD | {"bundles", "entries", "last", "root"}


def _just(said: Any, keys: set[str], may: frozenset[str] = frozenset()) -> None:
    if not keys <= set(said) <= keys | may:
        raise ValueError("other keys than ours")


def _row(said: Any) -> Any:
    """Return (day, shard, seq, text, link) of a line."""
    link = bytes.fromhex(said["link"])
    if "withheld" in said:
        _just(said, HIDDEN)
        if said["withheld"] is not True:
            raise ValueError("withheld or not")
        return said["day"] + "", said["shard"] + "", _count(said["seq"]), WITHHELD, link
    _just(said, ENTRY)
    entry = said["entry"]
    return entry["day"] + "", entry["shard"] + "", _count(entry["seq"]), canonical(entry), link


def _single(said: Any) -> Any:
    """Return a row, the link before, and bundle, index and path of one entry."""
    more = {key: said.pop(key) for key in SINGLE}
    before = said.pop("previous", None)
    row = _row(said)
    if (before is None) != (row[3] is WITHHELD):
        raise ValueError("the link before is of what is shown")
    path = [bytes.fromhex(one) for one in more["path"]]
    previous = bytes.fromhex(before) if before is not None else b""
    return row, previous, _count(more["bundle"]), _count(more["index"]), path


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no number")
    return value


def _head(said: Any) -> Any:
    is_old = said["format"] == OLD
    _just(said, OLD_HEAD if is_old else NEW_HEAD, frozenset(["said"]))
    if not is_old and said["format"] != NEW:
        raise ValueError("no format of ours")
    shards = tuple((one + "", _count(count), link + "") for one, count, link in said["shards"])
    head: Any = said["day"] + "", said["previous"] + "", said["at"] + "", shards
    head = (*head, said["digest"] + "")
    if not is_old:
        over = _count(said["bundles"]), said["last"] + "", said["root"] + ""
        head = (*head, *over, _count(said["entries"]))
    for token in said.get("said", {}).values():
        if not is_said_of(head, base64.b64decode(token, validate=True)):
            raise ValueError("a signature or time stamp of something else")
    return head


def is_said_of(head: Any, token: bytes) -> bool:
    """Say whether a signature or time stamp is over this head, by the digest inside it.

    Whose it is, and whether it is good, ``openssl cms`` and ``openssl ts`` say.
    """
    return sha(head_text(head)) in token


def _bundle(said: Any) -> Any:
    _just(said, BUNDLE)
    return (
        said["day"] + "",
        _count(said["number"]),
        said["previous"] + "",
        said["at"] + "",
        tuple(
            (one + "", _count(first), _count(end), link + "")
            for one, first, end, link in said["ranges"]
        ),
        said["root"] + "",
        said["digest"] + "",
    )


def _bundle_with_path(said: Any) -> Any:
    path = said.pop("path", None)
    return _bundle(said), None if path is None else [bytes.fromhex(one) for one in path]


def _parts(package: _Package, anchors: Mapping[str, str], told: list[Finding]) -> Result:
    """Check single entries: each by its proof up to a bundle, each bundle up to its day."""
    work = _Work(anchors, None)
    try:
        closed = work.chain_of_days(_lines(package, "days.jsonl", told, _head))
        bundles: dict[tuple[str, int], tuple[str, int]] = {}
        for bundle, path in _lines(package, "bundles.jsonl", told, _bundle_with_path):
            _one_bundle(work, bundle, path, closed.get(bundle[0]))
            size = sum(end - first for _, first, end, _ in bundle[4])
            bundles[bundle[0], bundle[1]] = (bundle[5], size)
        last = ("", 0, 0)
        for single in _lines(package, "entries.jsonl", told, _single):
            here = (single[0][0], single[2], single[3])
            if here <= last:
                work.wrong("order", single[0][0], single[0][1], single[0][2])
            last = here
            _one_entry(work, single, bundles)
        for day in sorted(work.anchors):
            work.wrong("anchor-missing", day)
    except _Enough:
        pass
    return work.result


def _one_bundle(work: _Work, bundle: Any, path: list[bytes] | None, head: Any) -> None:
    day, number, digest = bundle[0], bundle[1], bundle[6]
    work.result.bundles += 1
    if digest != hashlib.sha256(bundle_text(bundle)).hexdigest():
        work.wrong("bundle-changed", day, number=number)
    work.kept("%s#%d" % (day, number), day, digest)
    if head is None or len(head) == PLAIN:
        return
    root = climb(bytes.fromhex(digest), number - 1, head[5], path or [])
    if path is None or root is None or root.hex() != head[7]:
        work.wrong("head-bundles", day)


def _one_entry(work: _Work, single: Any, bundles: dict[tuple[str, int], tuple[str, int]]) -> None:
    (day, shard, seq, text, link), before, number, index, path = single
    work.result.entries += 1
    if text is WITHHELD:
        work.result.withheld += 1
    elif sha(before + text) != link:
        work.wrong("entry-changed", day, shard, seq)
    if (day, number) not in bundles:
        work.wrong("bundle-missing", day, shard, seq, number=number)
        return
    root, size = bundles[day, number]
    found = climb(link, index, size, path)
    if found is None or found.hex() != root:
        work.wrong("entry-path", day, shard, seq)


def _files(package: _Package) -> Iterator[Finding]:
    """Compare every file with the list of digests that came with it."""
    try:
        with package.open(SUMS) as stream:
            text = stream.read(LINE).decode("utf-8")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        yield Finding("", "", None, "file-missing", {"file": SUMS})
        return
    listed: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        match = re.match(r"([0-9a-f]{64})  ([A-Za-z0-9_.-]+)\Z", line)
        if match is None:
            yield Finding("", "", None, "file-line", {"file": SUMS, "line": number})
        else:
            listed[match.group(2)] = match.group(1)
    for name in sorted(package.names - set(listed) - {SUMS}):
        yield Finding("", "", None, "file-unknown", {"file": name})
    for name in sorted(listed):
        if name not in package.names:
            yield Finding("", "", None, "file-missing", {"file": name})
            continue
        try:
            digest = package.digest(name)
        except (OSError, zipfile.BadZipFile) as error:
            yield Finding("", "", None, "unreadable", {"why": "%s: %s" % (name, error)})
            continue
        if digest != listed[name]:
            yield Finding("", "", None, "file-changed", {"file": name})


# The command ------------------------------------------------------------------------------

SAID = {
    "whole": ("EVERYTHING AGREES.", "TẤT CẢ KHỚP."),
    "wrong": ("{count} DIFFERENCES:", "CÓ {count} CHỖ SAI KHÁC:"),
    "counts": (
        "{entries} entries ({withheld} withheld), {bundles} bundles, {heads} heads of days",
        "{entries} mục ({withheld} mục giữ kín), {bundles} tập, {heads} bản chốt ngày",
    ),
    "anchored": (
        "{anchored} digests compared with those kept elsewhere",
        "đã so {anchored} mã băm với mã giữ ở nơi khác",
    ),
    "loose": (
        (
            "No digest from elsewhere was given: who could write to all files could have made "
            "them all anew. Compare {place} {digest} with a printed head of a day."
        ),
        (
            "Chưa so với mã băm nào giữ ở nơi khác: người ghi được vào mọi tệp có thể làm lại "
            "tất cả. Hãy so {place} {digest} với bản chốt ngày đã in."
        ),
    ),
    "part": (
        (
            "A part of the journal: each line stands in it as it is here; whether there are more "
            "is not proved."
        ),
        "Trích nhật ký: từng dòng có trong nhật ký đúng như ở đây; không chứng minh là đã đủ.",
    ),
}


def read_anchors(text: str) -> dict[str, str]:
    """Read lines of a place and a digest; blanks inside the digest are as printed."""
    anchors: dict[str, str] = {}
    for line in text.splitlines():
        words = line.split("//")[0].split()
        if not words:
            continue
        digest = "".join(words[1:]).lower()
        if not re.match(r"\d{4}-\d\d-\d\d(#\d+)?\Z", words[0]) or not re.match(
            r"[0-9a-f]{64}\Z", digest
        ):
            raise Useless("no anchor: %s" % line)
        anchors[words[0]] = digest
    return anchors


def main(arguments: list[str] | None = None) -> int:
    """Check what the arguments name; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("--anchors", type=Path, metavar="FILE")
    parser.add_argument("--anchor", action="append", default=[], metavar="DAY=DIGEST")
    parser.add_argument("--language", choices=("vi", "en"), default="en")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        text = asked.anchors.read_text(encoding="utf-8") if asked.anchors else ""
        extra = "\n".join(one.replace("=", " ", 1) for one in asked.anchor)
        result, manifest = check_package(asked.export, read_anchors(text + "\n" + extra))
    except (OSError, Useless, UnicodeError) as error:
        print(error, file=sys.stderr)
        return 2
    _tell(result, manifest, asked)
    return 0 if result.is_whole else 1


def _tell(result: Result, manifest: dict[str, Any], asked: Any) -> None:
    counts = {
        "entries": result.entries,
        "withheld": result.withheld,
        "bundles": result.bundles,
        "heads": result.heads,
        "anchored": result.anchored,
    }
    if asked.json:
        wrong = [
            {"day": f.day, "shard": f.shard, "seq": f.seq, "code": f.code, "what": f.what}
            for f in result.findings
        ]
        print(json.dumps(dict(counts, whole=result.is_whole, differences=wrong), sort_keys=True))
        return

    def say(code: str, **facts: Any) -> None:
        print(SAID[code][0 if asked.language == "en" else 1].format(**facts))

    for stream in (sys.stdout,):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if result.is_whole:
        say("whole")
    else:
        say("wrong", count=len(result.findings))
        for finding in result.findings:
            print(
                "  "
                + (finding.place + ": " if finding.place else "")
                + sentence(finding, asked.language)
            )
    say("counts", **counts)
    if manifest["kind"] != "whole":
        say("part")
    if result.anchored:
        say("anchored", **counts)
    elif result.is_whole:
        say("loose", place=result.last[0], digest=result.last[1])


if __name__ == "__main__":
    sys.exit(main())
