"""What a killed process leaves on the spool goes after a day; what is under way stays."""

from __future__ import annotations

import os

from hoso.storage.blobs import sweep


def test_only_what_nobody_touched_for_long_is_swept(tmp_path):
    old, new, folder = tmp_path / "in-old.spool", tmp_path / "in-new.spool", tmp_path / "reading"
    folder.mkdir()
    for path in (old, new, folder / "page-0001.json"):
        path.write_bytes(b"x")
    for path in (old, folder):
        os.utime(path, (1000, 1000))
    os.utime(new, (2000, 2000))

    swept = sweep(tmp_path, before=1500)

    assert 2 == swept
    assert [new] == list(tmp_path.iterdir())


def test_a_link_goes_but_not_what_it_points_at(tmp_path):
    kept = tmp_path / "elsewhere"
    kept.mkdir()
    spool = tmp_path / "spool"
    spool.mkdir()
    (spool / "link").symlink_to(kept)

    sweep(spool, before=float("inf"))

    assert kept.is_dir()
    assert [] == list(spool.iterdir())


def test_a_folder_that_is_not_there_yet_is_no_fault(tmp_path):
    assert 0 == sweep(tmp_path / "none", before=1.0)
