"""The proof that index and database agree finds each thing wrong, and repair mends it."""

from __future__ import annotations

import pytest
from search_archive import RAISE, difference, spoil

from hoso.search.place import read_pointer
from hoso.search.schema import document_of
from hoso.search.values import Entry
from hoso.search.verifying import damaged_files, repair

MANY = {n: {**RAISE, "title": f"tờ {n}"} for n in range(1, 1205)}


@pytest.fixture
def filed(archive):
    archive.file({**MANY, 5000: {"kind": "dossier", "person": "Nguyễn Văn Mẫu"}})
    archive.follower.catch_up()
    return archive


def plant(archive, *, out=(), put=()):
    """Change the index behind the back of the follower."""
    writer = archive.follower._writer
    for known in out:
        writer.take_out(known)
    for entry in put:
        writer._documents.add_document(document_of(entry))
    writer.commit(archive.follower.generation)


def entry(known, **said):
    return Entry(**{"id": known, "kind": "document", "acl": ("u1:1",), **said})


def test_what_agrees_is_said_to_agree(filed):
    found = difference(filed)

    assert not found
    assert (found.records, found.entries, found.dossiers) == (1205, 1205, 1)


def test_each_planted_difference_is_found_and_mended(filed):
    filed.write_unnoted(11, {**RAISE, "title": "khác"})
    filed.write_unnoted(12, {**RAISE, "title": "tờ 12", "acl": ("u9:4",)})
    filed.write_unnoted(13, None)
    filed.write_unnoted(9000, RAISE)
    plant(filed, out=[21, 5000], put=[entry(22, **MANY[22]), entry(7777)])

    found = difference(filed)

    assert found.stale == [11, 12]
    assert found.missing == [21, 5000, 9000]
    assert found.duplicate == [22]
    assert found.extra == [13, 7777]
    assert repair(filed.open_connection, found) == 8
    filed.follower.catch_up()
    assert not difference(filed)


def test_what_changed_since_is_pending_and_not_wrong(filed):
    filed.file({1: RAISE, 2: None, 9001: RAISE})

    found = difference(filed)

    assert not found
    assert found.pending == 3


@pytest.mark.parametrize(
    "field",
    [
        {"level": 3},
        {"acl": ("u1:1", "u2:1")},
        {"text": "khác"},
        {"ocr": True},
        {"day": None},
        {"person": "Nguyễn Thị Ngọc Thư"},
        {"dossier": 5},
        {"status": 1},
        {"section": 4},
        {"agency": ""},
    ],
)
def test_every_field_counts(archive, field):
    archive.file({1: RAISE})
    archive.follower.catch_up()
    archive.write_unnoted(1, {**RAISE, **field})

    assert difference(archive).stale == [1]


def test_the_order_of_tokens_does_not_count():
    assert entry(1, acl=("a", "b")).digest == entry(1, acl=("b", "a", "b")).digest


@pytest.mark.parametrize("suffix", [".idx", ".term", ".fast", ".pos", ".fieldnorm", ".store"])
def test_a_flipped_bit_in_a_file_is_found(filed, suffix):
    where = filed.path / read_pointer(filed.path).directory / "documents"
    file = max(where.glob(f"*{suffix}"), key=lambda f: f.stat().st_size)
    spoiled = bytearray(file.read_bytes())
    spoiled[len(spoiled) // 3] ^= 4

    assert damaged_files(filed.path) == []
    spoil(file, bytes(spoiled))
    assert [name.rsplit("/", 1)[1] for name in damaged_files(filed.path)] == [file.name]


def test_a_cut_file_is_found(filed):
    where = filed.path / read_pointer(filed.path).directory / "documents"
    file = next(where.glob("*.idx"))
    spoil(file, file.read_bytes()[:5])

    assert len(damaged_files(filed.path)) == 1
