"""``hoso fixity status|run|risks|repair``: is every file still what came in."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    fixity = subparsers.add_parser("fixity", help="files read again: is each what came in")
    verbs = fixity.add_subparsers(dest="verb", required=True, metavar="VERB")
    status = verbs.add_parser("status", help="how far it is; 1 where anything wants a person")
    status.set_defaults(with_site=_status)
    run = verbs.add_parser("run", help="read to the end of the round that is due")
    run.set_defaults(with_site=_run)
    risks = verbs.add_parser("risks", help="list files at risk")
    risks.add_argument("--all", action="store_true", help="those that were seen to as well")
    risks.set_defaults(with_site=_risks)
    repair = verbs.add_parser("repair", help="mend a file from the second copy")
    repair.add_argument("id", metavar="ID")
    repair.add_argument("rendition", metavar="FILE", help="such as: original")
    repair.set_defaults(with_site=_repair)
    for verb in (status, risks, repair):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
    for verb in (status, run, risks, repair):
        verb.add_argument("--json", action="store_true")


def _status(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import fixity

    with at_desk(house, identity_for(house, args.login)) as desk:
        stands = fixity.status(desk, desk.site)
    last = stands.last._asdict() if stands.last is not None else None
    ended = stands.last.ended if stands.last is not None else "never"
    out.line(
        {
            "round": stands.number,
            "began": stands.began or None,
            "files": stands.files,
            "bytes": stands.size,
            "wrong": stands.wrong,
            "unread": stands.unread,
            "last": last,
            "overdue": stands.overdue,
            "risks": stands.open_risks,
            "failing": stands.failing or None,
        },
        human=f"last full round: {ended}; at risk: {stands.open_risks}"
        + ("; OVERDUE" if stands.overdue else "")
        + (f"; FAILING: {stands.failing}" if stands.failing else ""),
    )
    return 1 if stands.failing or stands.open_risks or stands.overdue else 0


def _run(_args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.fixity import read_round

    ended, files = None, 0
    for step in read_round(house):
        files += step.files
        ended = step.ended
        if sys.stderr.isatty():
            print(f"\r{files:,} files", end="", file=sys.stderr)
    if ended is None:
        out.line({"ended": None}, human="No round is due.")
        return 0
    out.line(
        {"ended": ended._asdict()},
        human=f"{ended.files} files read, {ended.wrong} wrong, {ended.unread} not read",
    )
    return 1 if ended.wrong or ended.unread else 0


def _risks(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import fixity_risks

    with at_desk(house, identity_for(house, args.login)) as desk:
        for line in fixity_risks.risks(desk, desk.site, every=args.all):
            risk = line.risk
            out.line(
                {
                    "id": line.uid,
                    "of": line.kind or None,
                    "file": line.rendition,
                    "kind": risk.kind,
                    "state": risk.state,
                    "found_at": risk.found_at,
                    "expected": risk.expected,
                    "found": risk.found or None,
                    "in_second_copy": line.in_copy,
                },
                human=f"{line.uid} {line.rendition:12} {risk.kind:10} {risk.state:9} {line.title}",
            )
    return 0


def _repair(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import fixity_risks

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = fixity_risks.find(desk, args.id)
        fixity_risks.repair(desk, record, of=args.id, rendition=args.rendition)
    out.line({"repaired": args.id, "file": args.rendition}, human="mended from the second copy")
    return 0
