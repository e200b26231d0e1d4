"""``hoso marks list|sweep``: which marks of secrecy want a look; tell of those that ended."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    marks = subparsers.add_parser("marks", help="marks of secrecy: what ends, what is owed")
    verbs = marks.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="list ends of terms, notices owed, levels not decided")
    listed.add_argument("--days", type=int, default=90, metavar="N", help="days ahead (90)")
    listed.add_argument("--as", dest="login", default="", metavar="LOGIN")
    listed.set_defaults(with_site=_list)
    swept = verbs.add_parser("sweep", help="tell the journal of marks that ended by themselves")
    swept.set_defaults(with_site=_sweep)
    for verb in (listed, swept):
        verb.add_argument("--json", action="store_true")


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.mark_register import listed

    with at_desk(house, identity_for(house, args.login)) as desk:
        found = listed(desk, desk.site, days=max(0, min(args.days, 3650)))
        for name in ("ending", "owed", "bare", "endless", "ended"):
            for line in getattr(found, name):
                record, mark = line.record, line.mark
                dossier = getattr(record, "dossier", None)
                code = getattr(record, "code", "") or (dossier.code if dossier is not None else "-")
                out.line(
                    {
                        "list": name,
                        "id": record.uid,
                        "dossier": code,
                        "day": line.day or None,
                        "decision": mark.decision if mark is not None else None,
                    },
                    human=f"{name:8} {line.day or '-':10} {code:10} {record.uid}",
                )
    return 0


def _sweep(_args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.marks import seal_secrets, sweep_marks

    ended, sealed = sweep_marks(house), seal_secrets(house)
    house.catch_up()
    out.line(
        {"ended": ended, "sealed": sealed},
        human=f"{ended} marks ended by themselves; {sealed} papers were sealed",
    )
    return 0
