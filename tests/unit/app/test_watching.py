"""Watched folders: taken when at rest, moved after the commit, aside with a reason, never lost."""

from __future__ import annotations

import hashlib
import os

import pytest

from hoso.app import watching
from hoso.app.settings import Watched, read_settings
from hoso.app.watching import Watching
from hoso.app.watchman import Watchman
from hoso.kernel.errors import Forbidden, NotReady
from hoso.records.model import Document
from hoso.testing.things import bytes_of

DAY = "2026-03-02"  # the day the tests' clock stands at


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "scanner"
    path.mkdir()
    return path


class Clock:
    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at


@pytest.fixture
def watch(site, folder):
    """A watcher of the folder whose files rest ten seconds, and a way to let them."""
    watched = Watched("may-quet", folder, "nhanh", "clerk", 10.0)
    clock = Clock()
    one = Watching(site, watched, now=clock)

    def look(*, rested=True):
        if not rested:
            return list(one.look())
        list(one.look())
        clock.at += 11
        return list(one.look())

    look.clock, look.folder, look.watched = clock, one, watched
    return look


@pytest.fixture
def papers(site):
    """Digests of what is in the tray, each once a document."""

    def ask():
        with site.databases.connection() as connection:
            tray = connection.root()["site"].tray.values()
            return sorted(d.sha256 for d in tray if isinstance(d, Document))

    return ask


def digest(content):
    return hashlib.sha256(content).hexdigest()


def left(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_file_at_rest_is_taken_and_moved_out_of_the_way(folder, watch, papers):
    (folder / "quyết định.pdf").write_bytes(bytes_of("a"))

    (line,) = watch()

    assert (line.folder, line.file, line.outcome) == ("may-quet", "quyết định.pdf", "received")
    assert papers() == [digest(bytes_of("a"))]
    assert left(folder) == [f"taken/{DAY}/quyết định.pdf"]
    assert watch() == []


def test_a_file_that_still_grows_is_left_alone(folder, watch, papers):
    path = folder / "a.pdf"
    path.write_bytes(b"%PDF-1.7\n")
    assert watch(rested=False) == []
    watch.clock.at += 9
    with path.open("ab") as stream:
        stream.write(b"more")
    assert watch(rested=False) == []
    watch.clock.at += 9
    assert watch(rested=False) == []
    watch.clock.at += 2

    (line,) = watch(rested=False)

    assert line.outcome == "received"
    assert papers() == [digest(b"%PDF-1.7\nmore")]


def test_the_files_of_a_day_are_one_batch_and_the_next_day_has_its_own(folder, watch, clock, as_):
    from datetime import timedelta

    (folder / "a.pdf").write_bytes(bytes_of("a"))
    (folder / "b.pdf").write_bytes(bytes_of("b"))
    first = {line.batch for line in watch()}
    (folder / "c.pdf").write_bytes(bytes_of("c"))
    second = {line.batch for line in watch()}
    clock.advance(timedelta(days=1))
    (folder / "d.pdf").write_bytes(bytes_of("d"))
    third = {line.batch for line in watch()}

    assert first == second == {"2026-nhanh-001"}
    assert third == {"2026-nhanh-002"}
    with as_("clerk") as desk:
        batches = {batch.number: batch for batch in desk.site.batches.values()}
        assert [len(batch.arrivals) for _number, batch in sorted(batches.items())] == [3, 1]
        sources = {one.source for batch in batches.values() for one in batch.arrivals.values()}
    assert sources == {"folder"}


def test_the_same_bytes_again_are_here_already(folder, watch, papers):
    (folder / "a.pdf").write_bytes(bytes_of("a"))
    watch()
    (folder / "b.pdf").write_bytes(bytes_of("a"))

    (line,) = watch()

    assert line.outcome == "duplicate"
    assert len(papers()) == 1
    assert left(folder) == [f"taken/{DAY}/a.pdf", f"taken/{DAY}/b.pdf"]


def test_two_files_of_one_name_are_both_kept(folder, watch):
    for words in ("a", "b"):
        (folder / "scan.pdf").write_bytes(bytes_of(words))
        watch()

    taken = [path.read_bytes() for path in sorted((folder / "taken" / DAY).iterdir())]
    assert sorted(taken) == sorted([bytes_of("a"), bytes_of("b")])


def test_what_cannot_be_taken_lies_aside_with_the_reason_and_the_batch_is_told(
    folder, watch, papers, as_
):
    (folder / "trống.pdf").write_bytes(b"")
    (folder / "b.pdf").write_bytes(bytes_of("b"))

    outcomes = {line.file: line.outcome for line in watch()}

    assert outcomes == {"trống.pdf": "aside", "b.pdf": "received"}
    assert left(folder) == [
        f"aside/{DAY}/trống.pdf",
        f"aside/{DAY}/trống.pdf.why.txt",
        f"taken/{DAY}/b.pdf",
    ]
    why = (folder / "aside" / DAY / "trống.pdf.why.txt").read_text("utf-8")
    assert why.startswith("Tệp rỗng. ")
    with as_("clerk") as desk:
        (batch,) = desk.site.batches.values()
        assert sorted(one.outcome for one in batch.arrivals.values()) == ["received", "refused"]


def test_links_unfinished_and_hidden_files_are_not_looked_at(folder, watch, tmp_path):
    (tmp_path / "secret.pdf").write_bytes(bytes_of("secret"))
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "out").symlink_to(tmp_path)
    (folder / "a.pdf.part").write_bytes(bytes_of("a"))
    (folder / ".hidden.pdf").write_bytes(bytes_of("b"))
    (folder / "deep").mkdir()
    (folder / "deep" / "c.pdf").write_bytes(bytes_of("c"))

    assert [line.file for line in watch()] == ["deep/c.pdf"]


@pytest.mark.parametrize("when", ["before the commit", "after the commit"])
def test_a_kill_at_any_moment_loses_nothing_and_takes_nothing_twice(
    folder, watch, papers, monkeypatch, when
):
    class Killed(BaseException):
        pass

    def killed(*_args, **_kwargs):
        raise Killed

    (folder / "a.pdf").write_bytes(bytes_of("a"))
    with monkeypatch.context() as patched:
        if when == "before the commit":
            patched.setattr(watching.intake, "receive", killed)
        else:
            patched.setattr(Watching, "_move", killed)
        with pytest.raises(Killed):
            watch()
    assert left(folder) == ["a.pdf"]

    (line,) = watch()

    assert line.outcome == ("received" if when == "before the commit" else "again")
    assert papers() == [digest(bytes_of("a"))]
    assert left(folder) == [f"taken/{DAY}/a.pdf"]


def test_a_folder_is_watched_by_one_process_at_a_time(folder, watch, site):
    other = Watching(site, watch.watched)

    with watch.folder._alone(), pytest.raises(NotReady, match="another process"):
        list(other.look())


def test_a_folder_that_is_away_is_told_and_looked_for_again(site, tmp_path):
    gone = Watching(site, Watched("x", tmp_path / "gone", "nhanh", "clerk"))

    with pytest.raises(NotReady, match="cannot be opened"):
        list(gone.look())


def test_who_may_not_take_papers_in_takes_none_and_the_files_stay(site, folder, papers):
    clock = Clock()
    one = Watching(site, Watched("x", folder, "nhanh", "head", 10.0), now=clock)
    (folder / "a.pdf").write_bytes(bytes_of("a"))
    list(one.look())
    clock.at += 11

    with pytest.raises((Forbidden, NotReady)) as refused:
        list(one.look())

    assert refused.value
    assert left(folder) == ["a.pdf"]
    assert papers() == []


def test_troubles_of_a_folder_are_told_to_who_runs_the_site(site, tmp_path):
    import dataclasses

    watched = (Watched("kho", tmp_path / "gone", "nhanh", "clerk"),)
    site.settings = dataclasses.replace(site.settings, watched=watched)
    watchman = Watchman(site)

    watchman.once()
    assert "cannot be opened" in site.troubles["watch kho"]
    (tmp_path / "gone").mkdir()
    watchman.once()

    assert "watch kho" not in site.troubles


SETTINGS = """[hoso]
zodb = zodb.conf
[watch may quet 1]
path = scans
unit = nhanh
as = clerk
rest = 2.5
"""


def test_watched_folders_stand_in_the_settings(tmp_path):
    (tmp_path / "hoso.ini").write_text(SETTINGS, "utf-8")

    settings = read_settings(tmp_path / "hoso.ini")

    assert settings.watched == (Watched("may quet 1", tmp_path / "scans", "nhanh", "clerk", 2.5),)


@pytest.mark.parametrize("wrong", ["unit = nhanh\n", "as = clerk\n", "path = scans\n"])
def test_a_watched_folder_that_lacks_something_is_refused(tmp_path, wrong):
    (tmp_path / "hoso.ini").write_text(SETTINGS.replace(wrong, ""), "utf-8")

    with pytest.raises(NotReady, match="watch NAME"):
        read_settings(tmp_path / "hoso.ini")


def test_a_pipe_in_the_folder_holds_nothing_up(folder, watch):
    os.mkfifo(folder / "pipe.pdf")
    (folder / "z.pdf").write_bytes(bytes_of("z"))

    outcomes = {line.file: line.outcome for line in watch()}

    assert outcomes == {"pipe.pdf": "aside", "z.pdf": "received"}
