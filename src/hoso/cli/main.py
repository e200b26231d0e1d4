"""``hoso [--site DIR] [--config FILE] COMMAND``: parser, exit codes.

Exit status: 0 done, 1 something was refused or found wrong (and said), 2 usage.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from hoso.cli.output import Output
from hoso.http.redaction import Discreet
from hoso.kernel.errors import HosoError

__all__ = ["main", "serve"]

#: Modules of ``hoso.cli.commands``, in the order of the help.
COMMANDS = (
    "site",
    "serving",
    "extract",
    "intake",
    "batch",
    "splitting",
    "importing",
    "watching",
    "dossier",
    "search",
    "index",
    "career",
    "custody",
    "retention",
    "hold",
    "disposal",
    "marks",
    "paper",
    "export",
    "package",
    "journal",
    "fixity",
    "compliance",
    "learnt",
    "access",
    "account",
    "check",
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hoso",
        description="Hồ sơ: the records system of Vietnamese public bodies.",
    )
    parser.add_argument(
        "--site",
        type=Path,
        default=Path(os.environ.get("HOSO_SITE", "var")),
        metavar="DIR",
        help="folder that keeps all data of a site (default: var)",
    )
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: etc/hoso.ini)"
    )
    parser.add_argument("--debug", action="store_true", help=argparse.SUPPRESS)
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"hoso.cli.commands.{name}").add(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    # Pyramid 2.1 imports pkg_resources, which warns (docs/adr/0002).
    warnings.filterwarnings("ignore", message="pkg_resources is deprecated", category=UserWarning)
    args = _parser().parse_args(argv)
    written = logging.StreamHandler()
    written.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.DEBUG if args.debug else logging.WARNING, handlers=[written])
    out = Output(as_json=getattr(args, "json", False))
    try:
        if getattr(args, "with_site", None) is None:
            return int(args.run(args, out))
        from hoso.app.house import open_house

        with open_house(
            args.site, config=args.config, evolve=getattr(args, "evolve", False)
        ) as house:
            return int(args.with_site(args, house, out))
    except HosoError as error:
        if args.debug:
            raise
        out.say(f"hoso: {error}")
        for fault in getattr(error, "faults", ()):
            out.say(f"  {fault}")
        return 1
    except BrokenPipeError:
        # The reader of our lines went away; what was done stays done.
        sys.stderr.close()
        return 1
    except KeyboardInterrupt:
        out.say("hoso: stopped; what was done so far is kept.")
        return 1


def serve(argv: Sequence[str] | None = None) -> int:
    """``bin/serve``: short for ``hoso serve``."""
    given = list(sys.argv[1:] if argv is None else argv)
    return main([*_globals(given), "serve", *_rest(given)])


def _globals(given: list[str]) -> list[str]:
    taken = []
    for index, word in enumerate(given):
        if word in {"--site", "--config"}:
            taken += given[index : index + 2]
        elif word.startswith(("--site=", "--config=")):
            taken.append(word)
    return taken


def _rest(given: list[str]) -> list[str]:
    words = iter(given)
    left = []
    for word in words:
        if word in {"--site", "--config"}:
            next(words, None)
        elif not word.startswith(("--site=", "--config=")):
            left.append(word)
    return left
