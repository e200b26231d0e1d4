"""``hoso watch``: take in what is laid in the watched folders, one JSON line a file.

The folders stand in the settings, a section ``[watch NAME]`` each.  ``--once`` looks until
nothing is left that may be taken, waiting for files to rest, and stops.
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from typing import Any

from hoso.cli.commands.serving import stop_on_signal
from hoso.cli.output import Output
from hoso.kernel.errors import NotReady

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the command."""
    watch = subparsers.add_parser("watch", help="take in what is laid in watched folders")
    watch.add_argument("--once", action="store_true", help="stop when nothing is left to take")
    watch.add_argument("--json", action="store_true")
    watch.set_defaults(with_site=_run)


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.watching import Line
    from hoso.app.watchman import Watchman

    if not house.settings.watched:
        raise NotReady("No folder is watched. Name one in the settings: [watch NAME].")

    def say(line: Line) -> None:
        human = (
            f"{line.outcome:10} {line.document or '-':13} {line.folder}: {line.file} {line.reason}"
        )
        out.line(dataclasses.asdict(line), human=human.rstrip())

    watchman = Watchman(house, on_line=say)
    if not args.once:
        stop_on_signal(watchman.stop)
        watchman.run()
        return 0
    longest = max(one.rest for one in house.settings.watched)
    until = time.monotonic() + longest + 1.0
    watchman.once()
    while time.monotonic() < until:
        if watchman.once():
            until = time.monotonic() + longest + 1.0
        time.sleep(min(1.0, longest / 4))
    troubles = {k: why for k, why in house.troubles.items() if k.startswith("watch ")}
    for name, why in troubles.items():
        out.say(f"hoso: {name}: {why}")
    return 1 if troubles else 0
