"""``hoso custody send|receive|list|take``: dossiers on their way to another keeper."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    custody = subparsers.add_parser("custody", help="hand dossiers over, and sign for them")
    verbs = custody.add_subparsers(dest="verb", required=True, metavar="VERB")
    send = verbs.add_parser("send", help="sign and send the list of dossiers")
    send.add_argument("codes", nargs="+", metavar="DOSSIER")
    send.add_argument("--from", dest="unit", required=True, metavar="UNIT")
    send.add_argument("--to", dest="target", default="", metavar="UNIT")
    send.add_argument("--agency", default="", metavar="NAME", help="a body outside this house")
    send.add_argument("--decision", required=True, metavar="NUMBER")
    send.add_argument("--envelope", default="", metavar="NUMBER")
    send.set_defaults(with_site=_send)
    receive = verbs.add_parser("receive", help="sign for what was counted; custody moves")
    receive.add_argument("number", metavar="NUMBER")
    receive.add_argument("--envelope", default="", metavar="NUMBER")
    receive.add_argument(
        "--count", action="append", default=[], metavar="DOSSIER=N", help="papers counted"
    )
    receive.add_argument("--signed-by", default="", metavar="TEXT", help="for another agency")
    receive.set_defaults(with_site=_receive)
    listing = verbs.add_parser("list", help="handovers of one's units")
    listing.add_argument("--late", action="store_true")
    listing.add_argument("--closed", action="store_true")
    listing.set_defaults(with_site=_list)
    take = verbs.add_parser("take", help="write a paper of a handover to a file")
    take.add_argument("number", metavar="NUMBER")
    take.add_argument("name", metavar="NAME", help="list.json, list.csv, list.pdf, answer.pdf")
    take.add_argument("to", type=Path, metavar="FILE")
    take.set_defaults(with_site=_take)
    for verb in (send, receive, listing, take):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _tell(out: Output, handover: Any, *, late: int = 0) -> None:
    to = handover.target or handover.agency
    out.line(
        {
            "number": handover.number,
            "state": handover.state,
            "from": handover.source,
            "to": to,
            "dossiers": len(handover.lines),
            "due": handover.due,
            "late": late,
            "manifest": handover.manifest,
            "answer": handover.answer or None,
        },
        human=f"{handover.number} {handover.state:9} {handover.source} > {to} "
        f"{len(handover.lines)} due {handover.due}{f' ({late} days late)' if late else ''}",
    )


def _send(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import handing_over
    from hoso.web import handovers

    with at_desk(house, identity_for(house, args.login)) as desk:
        made = handing_over.send(
            desk,
            desk.unit(args.unit),
            codes=args.codes,
            target=args.target,
            agency=args.agency,
            decision=args.decision,
            envelope=args.envelope,
            told=handovers.teller(house),
            reason=handovers.reason(),
        )
        _tell(out, made)
    return 0


def _receive(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import handing_over, handover_views
    from hoso.kernel.errors import Missing
    from hoso.web import handovers

    with at_desk(house, identity_for(house, args.login)) as desk:
        view = handover_views.look(desk, desk.site, handover=args.number)
        unit = view.target if view.handover.target else view.source
        if unit is None:
            raise Missing
        counted = (one.partition("=") for one in args.count)
        made = handing_over.receive(
            desk,
            unit,
            handover=args.number,
            envelope=args.envelope,
            counted={code: number for code, _, number in counted},
            notes={},
            told=handovers.teller(house),
            reason=handovers.reason(),
            signed_by=args.signed_by,
        )
        _tell(out, made)
    return 0


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import handover_views

    with at_desk(house, identity_for(house, args.login)) as desk:
        for view in handover_views.listed(desk, desk.site, late=args.late, closed=args.closed):
            _tell(out, view.handover, late=view.late)
    return 0


def _take(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import handover_views

    with at_desk(house, identity_for(house, args.login)) as desk:
        found = handover_views.take(desk, desk.site, handover=args.number, name=args.name)
        with found.blob.open("r") as source, args.to.open("xb") as to:
            shutil.copyfileobj(source, to)
        out.line(
            {"number": args.number, "name": args.name, "sha256": found.sha256},
            human=f"{args.to} {found.sha256}",
        )
    return 0
