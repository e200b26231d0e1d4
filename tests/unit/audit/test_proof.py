"""The proof: what it accepts, and that every kind of tampering is found where it was done."""

from __future__ import annotations

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import transaction
import ZODB
from hypothesis import given, settings
from hypothesis import strategies as st
from ZODB.FileStorage import FileStorage

from hoso.audit import entry as entry_module
from hoso.audit import proof, sealing
from hoso.audit.entry import Entry
from hoso.audit.journal import append, book_of
from hoso.kernel.clock import stamp

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOW = MORNING + timedelta(days=4, hours=1)  # day five is open, the four before are sealed

# Made with printf and sha256sum from the description of the format.
FIRST = "4f7ed5a001af091b6bde1464ecc39ca9b8a79b7d2ec77c0489dba4f660b34fd4"
SECOND = "e2a39f55c857a106e188dbff97672362b863426815bebcabaa1972962e721c43"
SEAL = "7f04818e310dd055e18a60be4e01c7c0f82ab139d3520a9a0c7a5feb14b6384d"


def test_the_writer_makes_the_digests_that_sha256sum_makes():
    root: dict = {}
    first = Entry(
        "2026-03-02T01:00:00.000000Z",
        "lan",
        "document.filed",
        "done",
        "r1",
        "d1",
        "u1",
        "Đủ hồ sơ",
        {"whole": True, "page": None, "name": 'Tờ "khai"\n', "level": 2},
    )
    second = Entry("2026-03-02T02:00:00.000000Z", "", "account.signed-in", "failed")

    links = [append(root, one, shard="one").link for one in (first, second)]
    book_of(root).gate.closed_to = "2026-03-02"
    sealed = sealing.seal(root, "2026-03-02", now=datetime(2026, 3, 3, 0, 6, tzinfo=UTC))

    assert [*links, sealed[-1]] == [FIRST, SECOND, SEAL]
    assert sealing.verify(root) == proof.Proof(2, 1, None)


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

    assert imported <= {
        "__future__",
        "collections.abc",
        "dataclasses",
        "hashlib",
        "itertools",
        "re",
        "typing",
    }


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

    assert sealing.verify(root).is_whole


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
    sealing.close_due(root, now=NOW)
    sealing.seal_due(root, now=NOW)
    book = book_of(root)
    return list(sealing.entries(book)), list(sealing.heads(book)), list(sealing.seals(book))


ENTRIES, HEADS, SEALS = _journal()
ANCHOR = {SEALS[-1][0]: SEALS[-1][-1]}


def _found(entries=ENTRIES, heads=HEADS, seals=SEALS, anchors=ANCHOR):
    difference = proof.verify(entries, heads, seals, anchors=anchors).difference
    return difference and (difference.day, difference.shard, difference.seq)


def test_a_whole_journal_is_whole():
    assert proof.Proof(300, 4, None) == proof.verify(ENTRIES, HEADS, SEALS, anchors=ANCHOR)


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


def _rewritten(day):
    """The same day with one reason changed and its chains made anew, as a forger would."""
    root: dict = {}
    for one_day, shard, _, values, _ in ENTRIES:
        if one_day == day:
            said = Entry(*values[:7], "changed", dict(values[8]))
            append(root, said, shard=shard)
    book = book_of(root)
    return list(sealing.entries(book)), list(sealing.heads(book))


def test_a_day_replaced_by_another_that_is_chained_in_itself_is_found():
    entries, heads = _rewritten("2026-03-04")

    found = _found(
        entries=[
            *(r for r in ENTRIES if r[0] < "2026-03-04"),
            *entries,
            *(r for r in ENTRIES if r[0] > "2026-03-04"),
        ],
        heads=[
            *(r for r in HEADS if r[0] < "2026-03-04"),
            *heads,
            *(r for r in HEADS if r[0] > "2026-03-04"),
        ],
    )

    assert found == ("2026-03-04", "s0", None)


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
    assert (*gone, None) == _found(entries=entries, heads=heads)


def test_the_end_of_an_open_day_cannot_be_cut_off_unseen():
    assert _found(entries=ENTRIES[:-1]) == ("2026-03-06", "s2", 19)


@pytest.mark.parametrize("field", range(5), ids=["day", "previous", "at", "shards", "digest"])
def test_a_changed_seal_is_found(field):
    _, _, at, shards, digest = SEALS[1]
    changed = [
        "2026-03-02",
        "0" * 64,
        at.replace("0", "1", 1),
        ((shards[0][0], shards[0][1] + 1, shards[0][2]), *shards[1:]),
        digest[::-1],
    ]
    seal = list(SEALS[1])
    seal[field] = changed[field]

    found = _found(seals=[SEALS[0], tuple(seal), *SEALS[2:]])

    assert found[0] == seal[0]


def test_seals_made_anew_from_some_day_on_are_found_by_the_digest_kept_elsewhere():
    entries, heads = _rewritten("2026-03-04")
    made, previous = list(SEALS[:2]), SEALS[1][-1]
    for day, at in [(seal[0], seal[2]) for seal in SEALS[2:]]:
        of_day = heads if day == "2026-03-04" else [row for row in HEADS if row[0] == day]
        shards = tuple((shard, count, head.hex()) for _, shard, count, head in of_day)
        digest = proof._seal_digest(day, previous, at, shards)
        made.append((day, previous, at, shards, digest))
        previous = digest
    forged = {
        "entries": [
            *(r for r in ENTRIES if r[0] < "2026-03-04"),
            *entries,
            *(r for r in ENTRIES if r[0] > "2026-03-04"),
        ],
        "heads": [
            *(r for r in HEADS if r[0] < "2026-03-04"),
            *heads,
            *(r for r in HEADS if r[0] > "2026-03-04"),
        ],
        "seals": made,
    }

    assert _found(**forged, anchors={}) is None  # the limit that the format states
    assert _found(**forged) == ("2026-03-05", "", None)


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
            difference = sealing.verify(connection.root()).difference
            if difference:
                found[number] = (difference.day, difference.shard, difference.seq)
            manager.abort()
            connection.close()
            database.close()

    assert {number: ("2026-03-02", "one", number) for number in range(0, 40, 3)} == found
