"""``hoso check``: what is wrong in ``catalogs/`` and ``profiles/``, file and line.

Also whether the XML schemas that packages carry are installed.

Prints a line for each fault and nothing where there is none; needs no site.
"""

from __future__ import annotations

import argparse
from typing import Any

from hoso.app.settings import home
from hoso.cli.output import Output
from hoso.definitions import check
from hoso.preservation.schemas import missing, place

__all__ = ["add", "run"]


def add(subparsers: Any) -> None:
    """Declare ``check``."""
    says = "check the definitions: catalogs and profiles"
    parser = subparsers.add_parser("check", help=says, description=says)
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    parser.add_argument("--profile", metavar="NAME", help="this profile only (default: all)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Print what is wrong; 1 where anything is."""
    findings = check(home(), args.profile)
    for finding in findings:
        out.line(
            {"file": finding.file, "line": finding.line, "message": finding.message},
            human=str(finding),
        )
    lacking = missing(place(home()))
    if lacking:
        names = ", ".join(lacking)
        message = f"XML schemas are missing or changed: {names}. Type: make parts/schemas"
        out.line(
            {"file": "parts/schemas", "line": 0, "message": message},
            human=f"parts/schemas: {message}",
        )
    if findings:
        count = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
        out.say(f"hoso: {count} in the definitions.")
    else:
        out.say("hoso: the definitions are in order.")
    return 1 if findings or lacking else 0
