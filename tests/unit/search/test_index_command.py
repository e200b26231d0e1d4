"""``hoso index``: what it prints, and its exit status."""

from __future__ import annotations

import argparse
import io
import json
from types import SimpleNamespace

import pytest
from search_archive import RAISE, spoil

from hoso.cli.commands import index
from hoso.cli.output import Output
from hoso.kernel.errors import NotReady
from hoso.kernel.ids import to_text
from hoso.search.place import read_pointer


@pytest.fixture
def hoso(archive):
    """Run ``hoso index ...`` and return (status, lines of JSON, what people read)."""
    archive.follower.catch_up()
    archive.follower.close()
    site = SimpleNamespace(
        databases=SimpleNamespace(main=archive.database),
        entries=archive.source,
        index_path=archive.path,
    )

    def run(*words):
        parser = argparse.ArgumentParser()
        index.add(parser.add_subparsers())
        args = parser.parse_args(["index", *words, "--json"])
        said, told = io.StringIO(), io.StringIO()
        status = args.with_site(args, site, Output(as_json=True, stdout=said, stderr=told))
        return status, [json.loads(line) for line in said.getvalue().splitlines()], told.getvalue()

    return run


def test_verify_says_the_counts(archive, hoso):
    archive.file({1: RAISE, 2: {"kind": "dossier", "person": "Mẫu"}})

    status, lines, _ = hoso("verify")

    assert status == 0
    assert lines == [
        {
            "records": 2,
            "entries": 2,
            "dossiers": 1,
            "pending": 0,
            "missing": 0,
            "extra": 0,
            "stale": 0,
            "duplicate": 0,
            "unread": 0,
            "damaged": 0,
            "complete": True,
        }
    ]


def test_verify_names_each_difference_and_repair_mends_it(archive, hoso):
    archive.file({1: RAISE, 2: RAISE})
    hoso("verify")
    archive.write_unnoted(1, {**RAISE, "level": 4})
    archive.write_unnoted(2, None)

    status, lines, told = hoso("verify")

    assert status == 1
    assert lines[:-1] == [
        {"difference": "extra", "id": to_text(2)},
        {"difference": "stale", "id": to_text(1)},
    ]
    assert "--repair" in told
    assert hoso("verify", "--repair")[0] == 0
    assert hoso("verify")[0] == 0


def test_verify_finds_a_damaged_file_and_repair_builds_anew(archive, hoso):
    archive.file({1: RAISE})
    hoso("verify")
    where = archive.path / read_pointer(archive.path).directory / "documents"
    file = max(where.glob("*.term"), key=lambda found: found.stat().st_mtime_ns)
    spoiled = bytearray(file.read_bytes())
    spoiled[0] ^= 1
    spoil(file, bytes(spoiled))

    status, lines, _ = hoso("verify")

    assert status == 1
    assert lines[0]["difference"] == "damaged"
    assert hoso("verify", "--repair")[0] == 0


def test_rebuild_says_how_many(archive, hoso):
    archive.file({1: RAISE, 2: {"kind": "dossier"}})

    status, [line], _ = hoso("rebuild")

    assert (status, line["entries"], line["dossiers"], line["unread"]) == (0, 2, 1, [])


def test_status_says_how_far_behind(archive, hoso):
    archive.file({1: RAISE})

    status, [line], _ = hoso("status")

    assert (status, line["state"], line["behind"], line["entries"]) == (0, "behind", 1, 0)
    hoso("verify")
    assert hoso("status")[1][0]["state"] == "ready"


def test_without_an_index_it_says_so(archive, hoso):
    (archive.path / "current").unlink()

    status, [line], _ = hoso("status")

    assert (status, line["state"]) == (1, "not-ready")
    with pytest.raises(NotReady):
        hoso("verify")
