"""Somebody edits the journal's database behind our back: found, and said where."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import transaction
import ZODB
from ZODB.FileStorage import FileStorage

from hoso.audit.entry import Entry, link
from hoso.audit.gathering import gather
from hoso.audit.journal import append, book_of, ledger_of
from hoso.audit.sealing import close_due, seal_due
from hoso.audit.verifying import verify
from hoso.kernel.clock import stamp

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def entry(day, number, *, actor="lan"):
    at = MORNING + timedelta(days=day, minutes=number)
    return Entry(stamp(at), actor, "document.filed", "done", record=f"record-{day}-{number:02d}")


def database_at(path, **how):
    return ZODB.DB(FileStorage(str(path), **how))


def write(path, *, days=3, each=40, actor="lan"):
    """Three sealed days and a begun one."""
    database = database_at(path)
    for day in range(days + 1):
        with database.transaction() as connection:
            for number in range(each):
                append(connection.root(), entry(day, number, actor=actor), shard=f"s{number % 2}")
            gather(connection.root(), now=MORNING + timedelta(days=day, hours=2))
    for step in (close_due, seal_due):
        with database.transaction() as connection:
            step(connection.root(), now=MORNING + timedelta(days=days))
    database.pack()
    database.close()


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("journal")
    write(folder / "journal.fs")
    return folder


@pytest.fixture
def path(written, tmp_path):
    shutil.copy(written / "journal.fs", tmp_path / "journal.fs")
    return tmp_path / "journal.fs"


def tampered(path, change):
    database = database_at(path)
    with database.transaction() as connection:
        change(connection.root())
    database.close()


def found(path, anchors=None):
    database = database_at(path, read_only=True)
    manager = transaction.TransactionManager()
    connection = database.open(manager)
    findings = verify(connection.root(), anchors=anchors).findings
    manager.abort()
    connection.close()
    database.close()
    return findings


def digest_of(path, day):
    database = database_at(path, read_only=True)
    with database.transaction() as connection:
        digest = book_of(connection.root()).seals[day][4]
    database.close()
    return digest


def _rechained(root, day, name, change):
    """Change the entries of a shard and make its links anew, as who knows the format would."""
    shard = book_of(root).shards[day, name]
    rows = [values for page in shard.pages.values() for values, _ in page.entries]
    rows = change([*rows, *(values for values, _ in shard.tail)])
    shard.pages.clear()
    head, made = bytes(32), []
    for seq, values in enumerate(rows):
        head = link(head, values, day=day, shard=name, seq=seq)
        made.append((values, head))
    shard.tail, shard.count, shard.head = tuple(made), len(made), head


def _first_page(root):
    return book_of(root).shards["2026-03-03", "s1"].pages[0]


def _swap(root):
    page = _first_page(root)
    page.entries = (page.entries[1], page.entries[0], *page.entries[2:])


def _drop(root):
    page = _first_page(root)
    page.entries = page.entries[1:]


def _forge(root):
    page = _first_page(root)
    (values, made), *rest = page.entries
    page.entries = (((values[0], "minh", *values[2:]), made), *rest)


CHANGES = {
    "an entry changed": (_forge, "2026-03-03/s1/0"),
    "two entries swapped": (_swap, "2026-03-03/s1/0"),
    "an entry dropped": (_drop, "2026-03-03/s1/0"),
    "a shard taken away": (
        lambda root: book_of(root).shards.__delitem__(("2026-03-03", "s1")),
        "2026-03-03",
    ),
    "a shard made anew": (
        lambda root: _rechained(root, "2026-03-03", "s1", lambda rows: rows[:-1]),
        "2026-03-03/s1",
    ),
    "a shard of the open day cut": (
        lambda root: _rechained(root, "2026-03-05", "s1", lambda rows: rows[:-3]),
        "2026-03-05/s1",
    ),
    "a head taken away": (
        lambda root: book_of(root).seals.__delitem__("2026-03-03"),
        "2026-03-04",
    ),
    "a bundle taken away": (
        lambda root: ledger_of(root).bundles.__delitem__(("2026-03-03", 1)),
        "2026-03-03",
    ),
    "an entry hidden from who asks for its record": (
        lambda root: book_of(root).where.remove(("record:record-1-01", "2026-03-03", "s1")),
        "2026-03-03/s1",
    ),
    "a page hidden from who asks for its actor": (
        lambda root: book_of(root).shards["2026-03-03", "s1"].postings.remove(("actor:lan", 0)),
        "2026-03-03/s1/0",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_done_to_its_objects_is_found_and_located(path, name):
    change, place = CHANGES[name]
    assert found(path) == []

    tampered(path, change)

    findings = found(path)
    assert findings
    assert findings[0].place.startswith(place), findings


def test_a_journal_made_anew_from_some_day_on_is_found_by_a_digest_kept_elsewhere(path, tmp_path):
    kept = {day: digest_of(path, day) for day in ("2026-03-02", "2026-03-04")}
    path.unlink()
    write(path, actor="minh")

    assert found(path) == []  # it agrees with itself: what the format says it cannot prove
    assert [(f.day, f.code) for f in found(path, kept)] == [
        ("2026-03-02", "anchor"),
        ("2026-03-04", "anchor"),
    ]


@pytest.mark.parametrize("number", range(0, 40, 5))
def test_a_flipped_bit_in_the_file_is_found_where_it_is(path, number):
    """In the packed file every entry stands once beside the keys it is found under."""
    content = path.read_bytes()
    name = f"record-1-{number:02d}".encode()
    places = [at for at in range(len(content)) if content.startswith(name, at)]
    assert places
    for place in places:
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])

        findings = found(path)

        # A bit in a key that entries are found under also breaks the order of its neighbours, of
        # other days too: what they hide is told of.  What entries say is located to the day.
        assert "2026-03-03" in {f.day for f in findings}, findings
        assert {f.day for f in findings if f.code != "index"} <= {"2026-03-03"}, findings
