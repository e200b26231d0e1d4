"""``hoso index verify | rebuild | status``: prove that the index is what the database says.

``verify`` prints one line for each difference and a last one with the counts; status 1 where
there is any.  ``--repair`` then writes the differing records anew and verifies once more.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from hoso.cli.output import Output
from hoso.kernel import ids
from hoso.kernel.errors import NotReady
from hoso.search.changes import pending
from hoso.search.follower import Follower
from hoso.search.interfaces import EntrySource, OpenConnection
from hoso.search.place import open_view
from hoso.search.rebuild import rebuild
from hoso.search.snapshots import snapshot, snapshots
from hoso.search.verifying import Difference, damaged_files, repair, verify

__all__ = ["IndexedSite", "add", "run"]

_KINDS = ("missing", "extra", "stale", "duplicate", "unread")
_LOOKS, _BETWEEN = 50, 0.1


class _Databases(Protocol):
    @property
    def main(self) -> Any: ...


class IndexedSite(Protocol):
    """What these commands need of an opened site."""

    @property
    def databases(self) -> _Databases: ...

    @property
    def entries(self) -> EntrySource: ...

    @property
    def index_path(self) -> Path: ...


def add(subparsers: Any) -> None:
    """Declare ``index`` and its three actions."""
    parser = subparsers.add_parser("index", help="the search index: verify, rebuild, status")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, says in (
        ("verify", "compare the index with the database, record by record"),
        ("rebuild", "build the index anew beside the one in use, and swap"),
        ("status", "say which state of the database the index shows"),
    ):
        one = actions.add_parser(action, help=says, description=says)
        one.add_argument("--json", action="store_true", help="JSON, a line each")
        if action == "verify":
            one.add_argument(
                "--repair", action="store_true", help="write the differing records anew"
            )
        one.set_defaults(with_site=run)


def run(args: argparse.Namespace, site: IndexedSite, out: Output) -> int:
    """Run the action and return the exit status."""
    actions: dict[str, Callable[[argparse.Namespace, IndexedSite, Output], int]] = {
        "verify": _verify,
        "rebuild": _rebuild,
        "status": _status,
    }
    return actions[args.action](args, site, out)


def _verify(args: argparse.Namespace, site: IndexedSite, out: Output) -> int:
    opened = snapshots(site.databases.main)
    found, damaged = _compared(site, opened, out)
    if args.repair and (found or damaged):
        for kind, known in _each(found):
            out.say(f"{kind}: {ids.to_text(known)}; it is written anew")
        if damaged or found.more:
            rebuild(site.index_path, opened, site.entries)
        else:
            repair(opened, found)
        found, damaged = _compared(site, opened, out)
    for kind, known in _each(found):
        out.line({"difference": kind, "id": ids.to_text(known)})
    for name in damaged:
        out.line({"difference": "damaged", "file": name})
    counts = {
        "records": found.records,
        "entries": found.entries,
        "dossiers": found.dossiers,
        "pending": found.pending,
        **{kind: len(getattr(found, kind)) for kind in _KINDS},
        "damaged": len(damaged),
        "complete": not found.more,
    }
    wrong = bool(found) or bool(damaged)
    out.line(counts, human=_summary(found, wrong=wrong))
    if wrong and not args.repair:
        out.say("Run 'hoso index verify --repair' to write the differing records anew.")
    return 1 if wrong else 0


def _each(found: Difference) -> list[tuple[str, int]]:
    return [(kind, known) for kind in _KINDS for known in getattr(found, kind)]


def _summary(found: Difference, *, wrong: bool) -> str:
    said = "The index is NOT what the database says" if wrong else "The index is the database"
    parts = ", ".join(f"{len(getattr(found, kind))} {kind}" for kind in _KINDS)
    return f"{said}: {found.records} records, {found.entries} entries; {parts}."


def _compared(
    site: IndexedSite, opened: OpenConnection, out: Output
) -> tuple[Difference, list[str]]:
    open_view(site.index_path)  # not there, or of another version: said, and nothing else done
    damaged = damaged_files(site.index_path)
    if damaged:
        return Difference(), damaged
    _catch_up(site, opened, out)
    for _ in range(_LOOKS):
        _, _, view = open_view(site.index_path)
        with snapshot(opened) as (root, tid):
            if view.generation.tid <= tid:
                return verify(view, site.entries, root), []
        # Another process follows, and the storage has not told us yet what it told that one.
        time.sleep(_BETWEEN)
    raise NotReady("The index is ahead of the database. Stop the site and try again.")


def _catch_up(site: IndexedSite, opened: OpenConnection, out: Output) -> None:
    follower = Follower(opened, site.entries, site.index_path, may_build=False)
    try:
        follower.catch_up()
    except NotReady as error:
        out.say(str(error))
    finally:
        follower.close()


def _rebuild(_args: argparse.Namespace, site: IndexedSite, out: Output) -> int:
    started = time.monotonic()
    built = rebuild(site.index_path, snapshots(site.databases.main), site.entries)
    _, _, view = open_view(site.index_path)
    counts = {
        "directory": built.directory,
        # One document holds the cursor.
        "entries": view.documents.num_docs - 1,
        "dossiers": view.dossiers.num_docs,
        "unread": [ids.to_text(known) for known in sorted(built.unread)],
        "seconds": round(time.monotonic() - started, 3),
    }
    out.line(
        counts,
        human=f"Built {counts['entries']} entries in {counts['seconds']} s;"
        f" {len(built.unread)} records could not be read.",
    )
    return 1 if built.unread else 0


def _status(_args: argparse.Namespace, site: IndexedSite, out: Output) -> int:
    try:
        _, _, view = open_view(site.index_path)
    except NotReady as error:
        out.line({"state": "not-ready", "reason": str(error)}, human=str(error))
        return 1
    shown = view.generation
    with snapshot(snapshots(site.databases.main)) as (root, _):
        behind = pending(root, shown.cursor)
    where = site.index_path / shown.directory
    said = {
        "state": "ready" if not behind else "behind",
        "entries": view.documents.num_docs - 1,
        "dossiers": view.dossiers.num_docs,
        "behind": behind,
        "unread": [ids.to_text(known) for known in sorted(shown.unread)],
        "commits": shown.commits,
        "directory": shown.directory,
        "bytes": sum(f.stat().st_size for f in where.rglob("*") if f.is_file()),
    }
    out.line(
        said,
        human=f"{said['entries']} entries, {said['dossiers']} dossiers, {behind} changes behind,"
        f" {len(shown.unread)} records unread, {said['bytes']} bytes.",
    )
    return 0
