"""``hoso compliance overview|list|sample|evidence|look``: how rules are kept, and the proof."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date like 2026-12-31") from None


def add(subparsers: Any) -> None:
    """Declare the commands."""
    compliance = subparsers.add_parser("compliance", help="how rules are kept, and the proof")
    verbs = compliance.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("overview", help="how many records fail each check").set_defaults(
        with_site=_overview
    )
    listed = verbs.add_parser("list", help="the dossiers that fail a check")
    listed.add_argument("check", metavar="CHECK", help="as overview names them")
    listed.set_defaults(with_site=_list)
    drawn = verbs.add_parser("sample", help="draw dossiers by a seed that is published")
    drawn.add_argument("--seed", required=True)
    drawn.add_argument("--size", type=int, default=10, metavar="N")
    drawn.set_defaults(with_site=_sample)
    built = verbs.add_parser("evidence", help="build the package to take away")
    built.add_argument("--from", dest="first", type=_day, required=True, metavar="DATE")
    built.add_argument("--to", dest="last", type=_day, required=True, metavar="DATE")
    built.add_argument("--seed", default="", help="of a sample")
    built.add_argument("--size", type=int, default=10, metavar="N")
    built.set_defaults(with_site=_evidence)
    looked = verbs.add_parser("look", help="look now for components that are missing")
    looked.set_defaults(with_site=_look)
    for verb in verbs.choices.values():
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _overview(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import compliance

    with at_desk(house, identity_for(house, args.login)) as desk:
        told = compliance.overview(desk, desk.site)
    for one in told.figures:
        more = "+" if one.capped else ""
        out.line(
            {"check": one.check, "count": one.count, "more": one.capped},
            human=f"{one.check:12} {one.count}{more}",
        )
    return 1 if any(one.count for one in told.figures) else 0


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import compliance

    with at_desk(house, identity_for(house, args.login)) as desk:
        for one in compliance.lines(desk, desk.site, check=args.check):
            _line(out, one)
    return 0


def _line(out: Output, one: Any, **more: Any) -> None:
    decision = one.decision
    out.line(
        {
            **more,
            "code": one.dossier.code,
            "id": one.dossier.uid,
            "state": decision.state,
            "rule": decision.rule,
            "expires": decision.expires.isoformat() if decision.expires else None,
            "missing": list(one.missing),
        },
        human=f"{one.dossier.code:12} {decision.state:9} {' '.join(one.missing)}",
    )


def _sample(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import compliance

    with at_desk(house, identity_for(house, args.login)) as desk:
        for one in compliance.sample(desk, desk.site, seed=args.seed, size=args.size):
            _line(out, one, lot=one.lot)
    return 0


def _evidence(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import evidence
    from hoso.web.charts import teller

    size = args.size if args.seed else 0
    with at_desk(house, identity_for(house, args.login)) as desk:
        made = evidence.build(
            desk,
            desk.site,
            first=args.first,
            last=args.last,
            told=teller(),
            seed=args.seed,
            size=size,
        )
    out.line(
        {"file": str(made.path), "bytes": made.size, "sha256": made.sha256},
        human=f"{made.path}\n{made.sha256}",
    )
    return 0


def _look(_args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.lacking import look_through

    while look_through(house):
        pass
    out.line({"looked": True}, human="Every dossier was looked through today.")
    return 0
