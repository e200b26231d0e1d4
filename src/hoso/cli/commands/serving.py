"""``hoso serve``, ``worker``, ``follow``, ``zeo``, ``evolve``: the processes of a site."""

from __future__ import annotations

import argparse
import signal
import threading
from types import FrameType
from typing import Any

from hoso.cli.output import Output

__all__ = ["add", "stop_on_signal"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    serve = subparsers.add_parser("serve", help="answer requests (bin/serve)")
    serve.add_argument("--listen", metavar="HOST:PORT", help="default: as in the settings")
    serve.set_defaults(with_site=_serve)
    worker = subparsers.add_parser("worker", help="read what comes in, as a process")
    worker.add_argument("--until-empty", action="store_true", help="stop when all is read")
    worker.set_defaults(with_site=_worker)
    follow = subparsers.add_parser("follow", help="keep the index, as a process")
    follow.set_defaults(with_site=_follow)
    zeo = subparsers.add_parser("zeo", help="serve the databases to several processes")
    zeo.set_defaults(run=_zeo)
    evolve = subparsers.add_parser("evolve", help="bring an older site to today's shape")
    evolve.add_argument("--status", action="store_true", help="only say what is undone")
    evolve.add_argument("--dry-run", action="store_true", help="run and undo")
    evolve.add_argument("--json", action="store_true")
    evolve.set_defaults(with_site=_evolve, evolve=True)


def stop_on_signal(stop: threading.Event) -> None:
    """Let the signals that ask a process to end set *stop*."""

    def stopped(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, stopped)
    signal.signal(signal.SIGINT, stopped)


def _serve(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.serving import serve

    if house.rulebook.profile.key == "demo":
        from hoso.demo.site import PASSWORDS

        out.say("Demo accounts (password of all: " + next(iter(PASSWORDS.values())) + "):")
        for account in house.rulebook.profile.accounts:
            roles = ", ".join(grant.role for grant in account.roles) or "-"
            out.say(f"  {account.login:12} {roles:18} {account.name}")
    return serve(house, listen=args.listen or house.settings.listen, say=out.say)


def _worker(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.importer import Importer
    from hoso.app.watchman import Watchman
    from hoso.app.worker import Worker

    worker, importer, watchman = Worker(house), Importer(house), Watchman(house)
    stop_on_signal(worker.stop)
    if not args.until_empty:
        importer.start()
        watchman.start()
    try:
        read = worker.run(until_empty=args.until_empty)
    finally:
        watchman.close()
        importer.close()
    out.say(f"{read} papers read.")
    return 0


def _follow(_args: argparse.Namespace, house: Any, out: Output) -> int:
    stop = threading.Event()
    stop_on_signal(stop)
    house.follower.start()
    out.say("Following.")
    stop.wait()
    house.follower.stop()
    return 0


def _zeo(args: argparse.Namespace, out: Output) -> int:
    from hoso.app.settings import home
    from hoso.storage.server import serve_databases

    out.say(f"Serving the databases of {args.site}.")
    serve_databases(home() / "etc" / "zeo.conf", args.site)
    return 0


def _evolve(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.evolution import STEPS
    from hoso.storage import evolution

    if args.status:
        with house.databases.connection() as connection:
            for step in evolution.undone(connection.root(), STEPS):
                out.line({"step": step.name, "done": False})
        return 0
    for name in evolution.run(house.databases, STEPS, house.clock, dry=args.dry_run):
        out.line({"step": name, "done": not args.dry_run})
    return 0
