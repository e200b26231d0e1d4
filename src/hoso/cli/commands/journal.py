"""``hoso journal verify|show|seal``: what was done, and the proof that it is all there."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    journal = subparsers.add_parser("journal", help="the journal: verify, show, seal")
    verbs = journal.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser("verify", help="prove that the journal is whole")
    verify.set_defaults(with_site=_verify)
    show = verbs.add_parser("show", help="show what was done to a record")
    show.add_argument("id", metavar="ID")
    show.add_argument("--limit", type=int, default=1000)
    show.set_defaults(with_site=_show)
    sealed = verbs.add_parser("seal", help="seal the days that are over")
    sealed.set_defaults(with_site=_seal)
    for verb in (verify, show, sealed):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _verify(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import journal

    with at_desk(house, identity_for(house, args.login)) as desk:
        found = journal.verify(desk, desk.site)
    first = found.difference
    out.line(
        {"entries": found.entries, "seals": found.heads, "first difference": _said(first)},
        human=f"{found.entries} entries, {found.heads} seals; "
        + ("the journal is whole" if first is None else f"FIRST DIFFERENCE: {first}"),
    )
    return 0 if first is None else 1


def _show(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import journal
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.site.dossiers.get(args.id)
        uid = dossier.uid if isinstance(dossier, Dossier) else args.id
        page = journal.of_uid(desk, desk.site, uid=uid, limit=args.limit)
        for written in page.entries:
            entry = written.entry
            out.line(
                {
                    "at": entry.at,
                    "actor": entry.actor,
                    "verb": entry.verb,
                    "outcome": entry.outcome,
                    "record": entry.record or None,
                    "dossier": entry.dossier or None,
                    "unit": entry.unit or None,
                    "reason": entry.reason or None,
                    "details": dict(entry.details),
                },
                human=f"{entry.at}  {entry.actor:18} {entry.verb:26} {entry.outcome:8} {entry.reason}",
            )
    return 0


def _seal(_args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.housekeeping import keep_house

    keep_house(house)
    out.say("Days that are over are sealed.")
    return 0


def _said(difference: Any) -> dict[str, Any] | None:
    if difference is None:
        return None
    return {
        "day": difference.day,
        "shard": difference.shard,
        "seq": difference.seq,
        "what": difference.what,
    }
