"""``hoso sheets`` and ``hoso split``: separator sheets and labels; a scan into its papers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for, unit_for
from hoso.cli.output import Output
from hoso.kernel.errors import Fault, Invalid

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    sheets = subparsers.add_parser("sheets", help="make separator sheets, or serial labels")
    sheets.add_argument("--dossier", action="append", default=[], metavar="CODE")
    sheets.add_argument("--type", dest="types", action="append", default=[], metavar="D05")
    sheets.add_argument("--sides", type=int, default=1, choices=(1, 2), help="scanned of each")
    sheets.add_argument("--copies", type=int, default=1, metavar="N")
    sheets.add_argument("--labels", default="", metavar="24|65", help="serial labels instead")
    sheets.add_argument("--skip", type=int, default=0, help="labels gone from the first sheet")
    sheets.add_argument("--unit", default="", metavar="KEY", help="whose labels they are")
    sheets.add_argument("--to", required=True, type=Path, metavar="FILE")
    sheets.add_argument("--language", default="vi", choices=("vi", "en"))
    sheets.set_defaults(with_site=_sheets)
    split = subparsers.add_parser("split", help="split a scan into the papers it holds")
    split.add_argument("id", metavar="UID")
    how = split.add_mutually_exclusive_group()
    how.add_argument("--at", default="", metavar="3,7", help="pages where a paper begins")
    how.add_argument("--by", default="proposal", choices=("proposal", "separators", "blank"))
    how.add_argument("--join", default="", metavar="WHY", help="undo a split instead")
    split.add_argument("--drop", default="", metavar="5,6", help="pages to leave out")
    split.add_argument("--dry-run", action="store_true", help="only say what would be split")
    split.set_defaults(with_site=_split)
    for verb in (sheets, split):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _sheets(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import serials
    from hoso.desk import sheets as desk_sheets
    from hoso.web.language import Language
    from hoso.web.sheets import labels_pdf, separators_pdf

    identity, language = identity_for(house, args.login), Language(args.language)
    unit = unit_for(house, identity, args.unit) if args.labels else ""
    with at_desk(house, identity) as desk:
        if args.labels:
            drawn = serials.draw(
                desk, desk.unit(unit), sheets=args.copies, kind=args.labels, skip=args.skip
            )
            made = labels_pdf(drawn, kind=args.labels, skip=args.skip, language=language)
        else:
            wanted = desk_sheets.print_sheets(
                desk,
                desk.site,
                dossiers=args.dossier,
                types=args.types,
                sides=args.sides,
                copies=args.copies,
            )
            drawn = []
            made = separators_pdf(wanted, desk.rulebook, language)
        # Written before the codes are committed: a full disk costs no codes.
        args.to.write_bytes(made)
    line = {"path": str(args.to), "bytes": len(made), "sheets": args.copies}
    out.line({**line, "serials": list(drawn)}, human=f"{args.to}  {len(made)} bytes")
    return 0


def _pages(text: str, field: str) -> list[int]:
    """Read "3,7-9"; say what is no page."""
    pages: list[int] = []
    for word in filter(None, (one.strip() for one in text.split(","))):
        first, dash, last = word.partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise Invalid([Fault(field, "Write pages as numbers: 3,7 or 3-5.")])
        pages += range(int(first), int(last or first) + 1)
    return pages


def _split(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.reading_room import ReadingRoom
    from hoso.desk import splitting
    from hoso.records.model import Document

    identity = identity_for(house, args.login)
    with at_desk(house, identity) as desk:
        document = desk.find(args.id, Document)
        number = document.id
        if args.join:
            splitting.join(desk, document, why=args.join, revision=document.revision)
        else:
            plan = _plan(document, args)
            if args.dry_run:
                for part in plan.parts:
                    _tell(out, part.pages, part.dossier, part.type, part.serial, None, None)
                return 0
            splitting.plan(desk, document, plan=plan, revision=document.revision)
    if not args.join:
        room = ReadingRoom(house)
        try:
            room.read(number)
            for part in _parts(house, number):
                room.read(part)
        finally:
            room.close()
    house.catch_up()
    with house.databases.connection() as connection:
        site = connection.root()["site"]
        scan = site.by_id[number]
        for part in _parts(house, number):
            paper = site.by_id[part]
            pages = paper.source.pages if paper.source is not None else ()
            _tell(out, pages, paper.into, paper.type, paper.serial, paper.uid, paper.state)
        why = [str(note) for note in scan.notes if note.code == splitting.NOT_SPLIT]
        left = {str(one.page): one.why for one in scan.dropped}
        said = {"scan": scan.uid, "state": scan.state, "apart": left, "reason": why or None}
        out.line(said, human=f"{scan.uid}  {scan.state}  {' '.join(why)}")
        return 0 if args.join or scan.state == "split" else 1


def _plan(document: Any, args: argparse.Namespace) -> Any:
    from dataclasses import replace

    from hoso.desk.pages import pages_read
    from hoso.ingest.splitting.cuts import plan_between, proposed_cuts
    from hoso.ingest.splitting.plan import Plan
    from hoso.ingest.splitting.separators import by_separators

    pages = pages_read(document)
    blank = args.by == "blank" and not args.at
    if args.at:
        plan = plan_between(pages, _pages(args.at, "at"))
    elif args.by == "separators":
        plan = by_separators(pages) or plan_between(pages, ())
    else:
        cuts = proposed_cuts(pages, blank=blank)
        plan = plan_between(pages, (cut.page for cut in cuts), drop_blank=blank)
    dropped = dict.fromkeys(_pages(args.drop, "drop"), "dropped")
    parts = (
        replace(part, pages=tuple(page for page in part.pages if page not in dropped))
        for part in plan.parts
    )
    return Plan(tuple(part for part in parts if part.pages), {**plan.apart, **dropped})


def _parts(house: Any, number: int) -> list[int]:
    from hoso.kernel import ids

    with house.databases.connection() as connection:
        document = connection.root()["site"].by_id[number]
        return [found for uid in document.parts if (found := ids.from_text(uid))]


def _tell(
    out: Output, pages: Any, into: str, kind: str, serial: str, uid: str | None, state: str | None
) -> None:
    line = {
        "document": uid,
        "pages": list(pages),
        "dossier": into or None,
        "type": kind or None,
        "serial": serial or None,
        "state": state,
    }
    shown = ",".join(map(str, pages))
    out.line(
        line, human=f"{uid or '-':13}  {shown:12} {into or '-':12} {kind or '-':4} {state or ''}"
    )
