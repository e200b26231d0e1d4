"""``hoso journal verify|show|seal|export|anchors``: what was done, and the proof that it is all there."""

from __future__ import annotations

import argparse
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    journal = subparsers.add_parser("journal", help="the journal: verify, show, seal, export")
    verbs = journal.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser("verify", help="prove that the journal is whole")
    verify.add_argument(
        "--anchors", type=Path, metavar="FILE", help="digests kept elsewhere to compare with"
    )
    verify.set_defaults(with_site=_verify)
    show = verbs.add_parser("show", help="show what was done to a record")
    show.add_argument("id", metavar="ID")
    show.add_argument("--limit", type=int, default=1000)
    show.set_defaults(with_site=_show)
    sealed = verbs.add_parser("seal", help="gather what was written; close the days that are over")
    sealed.set_defaults(with_site=_seal)
    anchors = verbs.add_parser(
        "anchors", help="the digests of the closed days, to be kept elsewhere"
    )
    anchors.set_defaults(with_site=_anchors)
    export = verbs.add_parser("export", help="a package that proves itself without hoso")
    export.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    export.add_argument("--until", dest="last", type=date.fromisoformat)
    export.add_argument("--record", default="", metavar="ID", help="of one record only")
    export.add_argument("--actor", default="", metavar="LOGIN", help="of one account only")
    export.add_argument("--to", type=Path, default=Path(), metavar="DIR")
    export.set_defaults(with_site=_export)
    for verb in (verify, show, sealed, anchors, export):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _verify(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.audit.hoso_verify_journal import read_anchors
    from hoso.desk import journal

    text = args.anchors.read_text(encoding="utf-8") if args.anchors else ""
    with at_desk(house, identity_for(house, args.login)) as desk:
        found = journal.verify(desk, desk.site, anchors=read_anchors(text))
    for finding in found.findings:
        out.say(f"  {finding}")
    first = found.difference
    out.line(
        {
            "entries": found.entries,
            "waiting": found.waiting,
            "bundles": found.bundles,
            "seals": found.heads,
            "anchored": found.anchored,
            "differences": len(found.findings),
            "first difference": _said(first),
        },
        human=f"{found.entries} entries, {found.waiting} on their way, {found.bundles} bundles, "
        f"{found.heads} seals, {found.anchored} compared with digests kept elsewhere; "
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
    from hoso.app.attesting import attest
    from hoso.app.sealing import seal_journal

    seal_journal(house)
    attest(house)
    out.say("All entries are gathered; days that are over are sealed.")
    return 0


def _anchors(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import day_heads

    with at_desk(house, identity_for(house, args.login)) as desk:
        for head in reversed(day_heads.heads(desk, desk.site, limit=1 << 30)):
            out.line({"day": head.day, "digest": head.digest}, human=f"{head.day} {head.digest}")
    return 0


def _export(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.sealing import seal_journal
    from hoso.desk import journal_export
    from hoso.records.model import Dossier

    seal_journal(house)
    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.site.dossiers.get(args.record)
        made = journal_export.export(
            desk,
            desk.site,
            first=args.first,
            last=args.last or args.first,
            record=dossier.uid if isinstance(dossier, Dossier) else args.record,
            actor=args.actor,
        )
        path = shutil.move(made.path, args.to / made.name)
    out.line(
        {
            "path": str(path),
            "entries": made.entries,
            "withheld": made.withheld,
            "bytes": made.size,
            "sha256": made.sha256,
        },
        human=f"{path}: {made.entries} entries, {made.withheld} withheld, SHA-256 {made.sha256}",
    )
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
