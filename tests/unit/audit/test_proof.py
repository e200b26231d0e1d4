"""The proof: what it accepts, and that every kind of tampering is found where it was done."""

from __future__ import annotations

import ast
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import transaction
import ZODB
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.FileStorage import FileStorage

from hoso.audit import entry as entry_module
from hoso.audit import hoso_verify_journal as proof
from hoso.audit import sealing, verifying
from hoso.audit.entry import Entry
from hoso.audit.gathering import gather
from hoso.audit.journal import append, book_of, keys_of
from hoso.audit.model import Shard
from hoso.audit.verifying import verify
from hoso.kernel.clock import stamp

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOW = MORNING + timedelta(days=4, hours=1)  # day five is open, the four before are sealed

# Made with printf and sha256sum from the description of the formats.
OLD_LINKS = (
    "4f7ed5a001af091b6bde1464ecc39ca9b8a79b7d2ec77c0489dba4f660b34fd4",
    "e2a39f55c857a106e188dbff97672362b863426815bebcabaa1972962e721c43",
)
OLD_SEAL = "7f04818e310dd055e18a60be4e01c7c0f82ab139d3520a9a0c7a5feb14b6384d"
LINKS = (
    "2aee1e65bf373d39357f16e7dd8f267bb499def95502b0f9f147a0d84722069b",
    "3f57c884b55e52b373f7727481dfe81dfc3962b364862ca88f23b322973ff937",
)
ROOT = "5b1f8261d8963305cced06669c60b7f71112c5e694a3bfeb6a83f62a29707b21"
BUNDLE = "617087ea3692b0a9883e4e24628b04b44949adb1b3f8a580d3e9e9a2335d1d15"
HEAD = "3e583a884ff9e4e8725e2826282892a8acc72f249cd542d3b8510a8b53b3d108"

SAID = (
    (
        "2026-03-02T01:00:00.000000Z",
        "lan",
        "document.filed",
        "done",
        "r1",
        "d1",
        "u1",
        "Đủ hồ sơ",
        (("level", 2), ("name", 'Tờ "khai"\n'), ("page", None), ("whole", True)),
    ),
    ("2026-03-02T02:00:00.000000Z", "", "account.signed-in", "failed", "", "", "", "", ()),
)
SALTED = ((*SAID[0], "AAAAAAAAAAAAAAAA"), (*SAID[1], "-_-_-_-_-_-_-_-_"))


def _written(root, rows, *, day="2026-03-02", shard="one"):
    """Put rows into a shard as they stand, also such as are not written any more."""
    mine = book_of(root).shards[day, shard] = Shard()
    for values in rows:
        made = entry_module.link(mine.head, values, day=day, shard=shard, seq=mine.count)
        mine.tail = (*mine.tail, (values, made))
        mine.count, mine.head = mine.count + 1, made
    return [made.hex() for _, made in mine.tail]


def _sealed_of_old(root, day):
    """Seal a day as versions before 0.4 did."""
    book = book_of(root)
    shards = tuple(
        (name, shard.count, shard.head.hex())
        for (one_day, name), shard in book.shards.items()
        if one_day == day
    )
    plain = (day, book.last_seal, "2026-03-03T00:06:00.000000Z", shards)
    digest = hashlib.sha256(proof.head_text((*plain, ""))).hexdigest()
    book.seals[day] = (*plain, digest)
    book.last_sealed, book.last_seal = day, digest
    book.gate.closed_to = day
    for (one_day, name), shard in book.shards.items():
        if one_day == day:
            book.where.update(
                (key, day, name) for values, _ in shard.tail for key in keys_of(values)
            )
    return digest


def test_the_writer_makes_the_digests_that_sha256sum_makes():
    root: dict = {}
    links = _written(root, SALTED)
    book_of(root).gate.closed_to = "2026-03-02"

    head = sealing.seal(root, "2026-03-02", now=datetime(2026, 3, 3, 0, 6, tzinfo=UTC))

    bundle = root["journal-ledger"].bundles["2026-03-02", 1]
    assert (tuple(links), bundle.root, bundle.digest, head[4]) == (LINKS, ROOT, BUNDLE, HEAD)
    assert _counts(verify(root)) == (2, 1, 1, [])


def test_a_journal_of_an_older_version_is_still_proved_and_goes_on():
    root: dict = {}
    assert _written(root, SAID) == list(OLD_LINKS)
    assert _sealed_of_old(root, "2026-03-02") == OLD_SEAL
    del root["journal-ledger"]

    append(root, Entry("2026-03-04T01:00:00.000000Z", "lan", "document.filed", "done"), shard="two")
    sealing.close_due(root, now=datetime(2026, 3, 5, 1, tzinfo=UTC))
    sealing.seal_due(root, now=datetime(2026, 3, 5, 1, tzinfo=UTC))

    assert _counts(verify(root)) == (3, 1, 2, [])
    assert verify(root, anchors={"2026-03-02": OLD_SEAL}).anchored == 1


def test_a_day_of_the_new_format_cannot_be_given_a_head_of_the_old():
    root: dict = {}
    for day in ("2026-03-02", "2026-03-03"):
        _written(root, SALTED, day=day)
    book = book_of(root)
    book.gate.closed_to = "2026-03-02"
    sealing.seal(root, "2026-03-02", now=NOW)
    _sealed_of_old(root, "2026-03-03")

    found = verify(root).difference

    assert (found.day, found.code) == ("2026-03-03", "head-changed")


def _counts(found):
    return found.entries, found.bundles, found.heads, found.findings


def test_the_proof_shares_nothing_with_the_writer():
    tree = ast.parse(Path(proof.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        )
    }

    assert not {name.split(".")[0] for name in imported} - set(sys.stdlib_module_names)


def test_the_proof_runs_on_older_pythons_too():
    """What an archive has in ten years, and what an office has today: 3.8 as a grammar."""
    ast.parse(Path(proof.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


_texts = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(_texts, _texts, _texts, _texts, _texts),
    st.dictionaries(_texts, _texts | st.integers() | st.booleans() | st.none(), max_size=4),
)
def test_writer_and_proof_write_any_entry_the_same(texts, details):
    root: dict = {}
    actor, record, dossier, unit, reason = texts
    composed = {entry_module._clean(key) for key in details}
    if len(composed) < len(details):
        return
    append(
        root,
        Entry(stamp(MORNING), actor, "a.b", "done", record, dossier, unit, reason, details),
        shard="one",
    )

    assert verify(root).is_whole


def _journal():
    """Five days, three shards a day, 20 entries each; the first four days are sealed."""
    root: dict = {}
    for day in range(5):
        for number in range(60):
            at = MORNING + timedelta(days=day, minutes=number)
            append(
                root,
                Entry(
                    stamp(at),
                    f"actor{number % 7}",
                    "document.filed",
                    "done",
                    f"r{number}",
                    details={"page": number},
                ),
                shard=f"s{number % 3}",
            )
            if day == 4 or number % 25 == 0:
                gather(root, now=at)
    sealing.close_due(root, now=NOW)
    sealing.seal_due(root, now=NOW)
    return _read(root)


def _read(root):
    book, ledger = book_of(root), root["journal-ledger"]
    return (
        list(verifying.entries(book)),
        list(verifying.heads(book)),
        list(verifying.seals(book)),
        list(verifying.bundles(ledger)),
    )


ENTRIES, HEADS, SEALS, BUNDLES = _journal()
ANCHOR = {SEALS[-1][0]: SEALS[-1][4]}
OPEN = {f"{BUNDLES[-1][0]}#{BUNDLES[-1][1]}": BUNDLES[-1][-1]}


def _found(entries=ENTRIES, heads=HEADS, seals=SEALS, bundles=BUNDLES, anchors=ANCHOR):
    difference = proof.check(entries, heads, seals, bundles, anchors=anchors).difference
    return difference and (difference.day, difference.shard, difference.seq)


def test_a_whole_journal_is_whole():
    found = proof.check(ENTRIES, HEADS, SEALS, BUNDLES, anchors=ANCHOR)

    assert (300, 4, 1, 0) == (found.entries, found.heads, found.anchored, found.loose)
    assert len(BUNDLES) == found.bundles > 60
    assert found.findings == []


_index = st.integers(0, len(ENTRIES) - 1)


def _renumbered(entries):
    """Number the entries by their places, as a reader of the database does."""
    numbers: dict = {}
    for day, shard, _, values, link in entries:
        numbers[day, shard] = numbers.get((day, shard), -1) + 1
        yield day, shard, numbers[day, shard], values, link


@settings(max_examples=150, deadline=None)
@given(_index, st.integers(0, 7), st.integers(0, 200), st.integers(0, 1_000_000))
def test_a_changed_character_is_found_in_its_entry(index, field, at, shift):
    day, shard, seq, values, link = ENTRIES[index]
    text = values[field] or " "
    at %= len(text)
    other = chr((ord(text[at]) + 1 + shift) % 0xD800)
    changed = text[:at] + other + text[at + 1 :]
    if changed == values[field]:
        return
    rows = list(ENTRIES)
    rows[index] = (day, shard, seq, (*values[:field], changed, *values[field + 1 :]), link)

    assert (day, shard, seq) == _found(entries=rows)


@settings(max_examples=100, deadline=None)
@given(_index, st.integers(0, 255))
def test_a_changed_bit_of_a_link_is_found_in_its_entry(index, bit):
    day, shard, seq, values, link = ENTRIES[index]
    flipped = (int.from_bytes(link) ^ (1 << bit)).to_bytes(32)
    rows = list(ENTRIES)
    rows[index] = (day, shard, seq, values, flipped)

    assert (day, shard, seq) == _found(entries=rows)


@pytest.mark.parametrize(
    "details",
    [(("page", 5.0),), (("page", "5"),), (("page", 5), ("page", 5)), (), (("page", True),)],
)
def test_a_changed_detail_is_found(details):
    (index,) = [i for i, row in enumerate(ENTRIES) if row[:3] == ("2026-03-03", "s2", 1)]
    day, shard, seq, values, link = ENTRIES[index]
    assert values[8] == (("page", 5),)
    rows = list(ENTRIES)
    rows[index] = (day, shard, seq, (*values[:8], details), link)

    assert (day, shard, seq) == _found(entries=rows)


@settings(max_examples=100, deadline=None)
@given(_index)
def test_a_removed_entry_is_found_where_it_was(index):
    day, shard, seq, *_ = ENTRIES[index]

    rows = list(_renumbered(ENTRIES[:index] + ENTRIES[index + 1 :]))

    assert (day, shard, seq) == _found(entries=rows)


@settings(max_examples=100, deadline=None)
@given(_index)
def test_swapped_neighbours_are_found(index):
    rows = list(ENTRIES)
    here, there = rows[index], rows[index - 1]
    if here[:2] != there[:2]:
        return
    rows[index], rows[index - 1] = there, here

    assert there[:3] == _found(entries=list(_renumbered(rows)))


@settings(max_examples=100, deadline=None)
@given(_index, _index)
def test_an_inserted_entry_is_found_where_it_was_put(index, copied):
    day, shard, seq, *_ = ENTRIES[index]
    rows = [*ENTRIES[:index], (day, shard, seq, *ENTRIES[copied][3:]), *ENTRIES[index:]]

    found = _found(entries=list(_renumbered(rows)))

    # A copy of the very entry that stands here shows in the place after it.
    assert found in {(day, shard, seq), (day, shard, seq + 1)}


def _forged(day):
    """The whole journal with one reason of a day changed and all digests made anew."""
    root: dict = {}
    for one_day, shard, seq, values, _ in ENTRIES:
        said = (*values[:7], "changed", *values[8:]) if (one_day, seq) == (day, 5) else values
        mine = book_of(root).shards.setdefault((one_day, shard), Shard())
        made = entry_module.link(mine.head, said, day=one_day, shard=shard, seq=mine.count)
        mine.tail = (*mine.tail, (said, made))
        mine.count, mine.head = mine.count + 1, made
        if mine.count == 20:
            gather(root, now=MORNING)
    sealing.close_due(root, now=NOW)
    sealing.seal_due(root, now=NOW)
    return _read(root)


def _with_day(day, ours, theirs):
    return [*(r for r in ours if r[0] != day), *(r for r in theirs if r[0] == day)]


def test_a_day_replaced_by_another_that_is_chained_in_itself_is_found():
    day = "2026-03-04"
    entries, heads, seals, bundles = _forged(day)
    rows = sorted(_with_day(day, ENTRIES, entries), key=lambda row: row[:3])

    of_itself = {
        "entries": rows,
        "heads": sorted(_with_day(day, HEADS, heads)),
        "bundles": sorted(_with_day(day, BUNDLES, bundles)),
    }

    assert _found(**of_itself)[0] == day
    assert _found(**of_itself, seals=sorted(_with_day(day, SEALS, seals)))[0] == day


@pytest.mark.parametrize("day", ["2026-03-02", "2026-03-04", "2026-03-05"])
@pytest.mark.parametrize("with_seal", [True, False], ids=["with its seal", "without its seal"])
def test_a_removed_day_is_found(day, with_seal):
    found = _found(
        entries=[row for row in ENTRIES if row[0] != day],
        heads=[row for row in HEADS if row[0] != day],
        seals=[seal for seal in SEALS if not with_seal or seal[0] != day],
    )

    following = {"2026-03-02": "2026-03-03", "2026-03-04": "2026-03-05", "2026-03-05": "2026-03-05"}
    assert (following[day] if with_seal else day) == found[0]


def test_a_removed_shard_is_found():
    gone = ("2026-03-03", "s1")

    entries = [row for row in ENTRIES if row[:2] != gone]
    heads = [row for row in HEADS if row[:2] != gone]

    assert (*gone, None) == _found(entries=entries)
    found = proof.check(entries, heads, SEALS, BUNDLES)
    assert {f.day for f in found.findings} == {gone[0]}
    assert "shard-missing" in {f.code for f in found.findings}


def test_the_end_of_an_open_day_cannot_be_cut_off_unseen():
    assert _found(entries=ENTRIES[:-1]) == ("2026-03-06", "s2", 19)


@pytest.mark.parametrize(
    "field",
    range(9),
    ids=["day", "previous", "at", "shards", "digest", "bundles", "last", "root", "entries"],
)
def test_a_changed_seal_is_found(field):
    _, _, at, shards, digest, count, last, over, entries = SEALS[1]
    changed = [
        "2026-03-02",
        "0" * 64,
        at.replace("0", "1", 1),
        ((shards[0][0], shards[0][1] + 1, shards[0][2]), *shards[1:]),
        digest[::-1],
        count + 1,
        last[::-1],
        over[::-1],
        entries - 1,
    ]
    seal = list(SEALS[1])
    seal[field] = changed[field]

    found = _found(seals=[SEALS[0], tuple(seal), *SEALS[2:]])

    assert found[0] == seal[0]


def test_all_made_anew_is_found_by_a_digest_kept_elsewhere_and_by_nothing_else():
    forged = dict(zip(("entries", "heads", "seals", "bundles"), _forged("2026-03-04"), strict=True))

    assert _found(**forged, anchors={}) is None  # the limit that the format states
    assert _found(**forged) == ("2026-03-05", "", None)


def test_the_whole_end_cut_off_is_found_by_a_digest_kept_elsewhere():
    """Of a day that was closed, and of a bundle of the day that is open."""
    kept = [row for row in ENTRIES if row[0] < "2026-03-05"]
    cut = {
        "entries": kept,
        "heads": HEADS[:9],
        "seals": SEALS[:3],
        "bundles": [one for one in BUNDLES if one[0] < "2026-03-05"],
    }

    assert _found(**cut, anchors={}) is None
    assert _found(**cut) == ("2026-03-05", "", None)
    day, number, digest = (*BUNDLES[-1][:2], BUNDLES[-1][-1])
    assert _found(**cut, anchors={f"{day}#{number}": digest}) == (f"{day}#{number}", "", None)


@pytest.mark.parametrize(
    "field", range(7), ids=["day", "number", "previous", "at", "ranges", "root", "digest"]
)
@pytest.mark.parametrize("index", [0, 3, len(BUNDLES) - 1])
def test_a_changed_bundle_is_found(index, field):
    bundle = list(BUNDLES[index])
    changed = [
        "2026-03-01",
        bundle[1] + 1,
        "0" * 64,
        bundle[3].replace("0", "1", 1),
        (("s9", *bundle[4][0][1:]), *bundle[4][1:]),
        bundle[5][::-1],
        bundle[6][::-1],
    ]
    bundle[field] = changed[field]

    assert _found(bundles=[*BUNDLES[:index], tuple(bundle), *BUNDLES[index + 1 :]])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(BUNDLES) - 1))
def test_a_removed_bundle_is_found(index):
    found = _found(bundles=[*BUNDLES[:index], *BUNDLES[index + 1 :]], anchors=OPEN)

    assert found[0].startswith(BUNDLES[index][0])


def test_two_differences_far_apart_are_both_named():
    rows = list(ENTRIES)
    for index in (7, 200):
        day, shard, seq, values, link = rows[index]
        rows[index] = (day, shard, seq, (*values[:3], "failed", *values[4:]), link)

    findings = proof.check(rows, HEADS, SEALS, BUNDLES).findings

    assert [(f.day, f.shard, f.seq) for f in findings] == [ENTRIES[7][:3], ENTRIES[200][:3]]


def test_values_that_are_no_entry_at_all_are_a_finding_and_not_a_crash():
    for values in [None, 7, (), (1,) * 9, ("",) * 8 + (7,), ("",) * 8 + ((("a", []),),)]:
        rows = [(*ENTRIES[0][:3], values, ENTRIES[0][4]), *ENTRIES[1:]]

        assert _found(entries=rows) == ("2026-03-02", "s0", 0)


def test_a_byte_changed_in_the_file_of_the_database_is_found(tmp_path):
    path = tmp_path / "journal.fs"
    database = ZODB.DB(FileStorage(str(path)))
    with database.transaction() as connection:
        for number in range(40):
            said = Entry(stamp(MORNING), "lan", "document.filed", "done", f"record-{number:04d}")
            append(connection.root(), said, shard="one")
    database.close()
    content = path.read_bytes()

    found = {}
    for number in range(0, 40, 3):
        # The last occurrence: pages and tail; the postings come with the shard before them.
        places = [
            at for at in range(len(content)) if content.startswith(b"record-%04d" % number, at)
        ]
        for place in places:
            path.write_bytes(content[:place] + b"R" + content[place + 1 :])
            database = ZODB.DB(FileStorage(str(path), read_only=True))
            manager = transaction.TransactionManager()
            connection = database.open(manager)
            difference = verify(connection.root()).difference
            if difference:
                found[number] = (difference.day, difference.shard, difference.seq)
            manager.abort()
            connection.close()
            database.close()

    assert {number: ("2026-03-02", "one", number) for number in range(0, 40, 3)} == found
