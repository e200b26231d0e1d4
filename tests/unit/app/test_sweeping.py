"""What a killed process left behind goes; what is in hand or waits stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from hoso.app.housekeeping import keep_house
from hoso.app.sweeping import sweep
from hoso.ingest import queue
from hoso.kernel import ids
from hoso.testing.things import a_paper

OLD = time.time() - 7 * 3600


def left(folder: Path, name: str, *, since: float = OLD) -> Path:
    """A file, or a folder with a file in it, last written at an instant."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if "." in name:
        path.write_bytes(b"x")
    else:
        path.mkdir()
        (path / "page-0001.png").write_bytes(b"x")
        os.utime(path / "page-0001.png", (since, since))
    os.utime(path, (since, since))
    return path


@pytest.fixture
def uncommitted(site):
    return Path(site.databases.main.storage.temporaryDirectory())


def test_bytes_that_were_never_acknowledged_are_swept(site, uncommitted):
    lost = [
        left(site.spool, "in-abc.spool"),
        left(site.spool, "export-abc"),
        left(uncommitted, "BUCx.tmp"),
    ]

    keep_house(site)

    assert [path for path in lost if path.exists()] == []


def test_what_somebody_may_have_in_hand_stays(site, uncommitted):
    now = time.time()
    young = [left(site.spool, "in-abc.spool", since=now), left(uncommitted, "BUCx.tmp", since=now)]
    package = left(site.spool, "export-abc")
    os.utime(package / "page-0001.png", (now, now))

    assert sweep(site) == 0
    assert all(path.exists() for path in [*young, package])


def test_pages_of_a_paper_that_waits_are_kept_for_going_on(site, as_):
    with as_("clerk") as desk:
        waiting, read = a_paper(desk), a_paper(desk, words="khác")
        queue.remove(desk.root, read)
        names = [waiting.uid, read.uid]
    folders = [left(site.path / "work", name) for name in [*names, ids.to_text(7), "x"]]

    sweep(site, older=timedelta())

    assert [folder.name for folder in folders if folder.exists()] == [names[0]]


def test_a_refused_act_leaves_nothing_on_the_spool(site, as_):
    """A committed paper has its bytes among the blobs and nowhere else."""
    with as_("clerk") as desk:
        uid = a_paper(desk).uid

    assert list(site.spool.iterdir()) == []
    with site.databases.connection() as connection:
        document = connection.root()["site"].by_id[ids.from_text(uid)]
        assert Path(document.renditions["original"].blob.committed()).is_file()
