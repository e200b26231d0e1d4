"""``hoso intake PATH...``: file or queue papers, one JSON line a file.

A folder means every file below it, in the order of names.  Each file is stored first and
acknowledged by its line; bytes that are here already are said to be.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hoso.cli.identity import identity_for, unit_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the command."""
    intake = subparsers.add_parser("intake", help="take papers in")
    intake.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    intake.add_argument("--into", default="", metavar="DOSSIER", help="file into this dossier")
    intake.add_argument("--unit", default="", metavar="KEY", help="whose tray (default: one's own)")
    intake.add_argument("--batch", default="", metavar="NUMBER", help="count it in with this batch")
    intake.add_argument("--as", dest="login", default="", metavar="LOGIN")
    intake.add_argument("--no-read", action="store_true", help="queue only; the worker reads")
    intake.add_argument("--json", action="store_true")
    intake.set_defaults(with_site=_run)


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            for folder, folders, names in os.walk(path):
                folders.sort()
                for name in sorted(names):
                    yield Path(folder, name)
        else:
            yield path


def _unit_of(house: Any, identity: Any, args: argparse.Namespace) -> str:
    """Return whose tray it is: the batch knows, where one is named."""
    if not args.batch:
        return unit_for(house, identity, args.unit)
    from hoso.cli.acting import at_desk
    from hoso.desk import batches

    with at_desk(house, identity) as desk:
        return str(batches.find(desk, args.batch).unit.key)


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.reading_room import ReadingRoom
    from hoso.app.taking_in import TakingIn

    identity = identity_for(house, args.login)
    unit = _unit_of(house, identity, args)
    room = None if args.no_read else ReadingRoom(house)
    taking = TakingIn(house, room, identity, unit=unit, into=args.into, batch=args.batch)
    troubled = count = 0
    try:
        with ThreadPoolExecutor(house.settings.readers, "intake") as pool:
            window: list[Future[dict[str, Any]]] = []
            for path in _files(args.paths):
                window.append(pool.submit(taking.take, path))
                # Bounded: a million files wait on disk, not in memory.
                if len(window) >= 4 * house.settings.readers:
                    troubled += _say(window.pop(0).result(), out)
                    count += 1
                    out.progress(f"{count} files")
            for future in window:
                troubled += _say(future.result(), out)
                count += 1
    finally:
        if room is not None:
            room.close()
    house.catch_up()
    out.progress("")
    return 1 if troubled else 0


def _say(line: dict[str, Any], out: Output) -> int:
    why = f"  {line['reason']}" if line["reason"] else ""
    out.line(line, human=f"{line['outcome']:12} {line['document'] or '-':13} {line['path']}{why}")
    return int(line["outcome"] in {"quarantined", "refused"})
