"""``hoso batch open|list|show|close|reopen|receipt``: declare a box, see whether it adds up."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for, unit_for
from hoso.cli.output import Output

__all__ = ["add", "described"]

#: Options of a declaration, by the names the desk knows.
_DECLARED = {
    "title": "what is in the box",
    "sheets": "sheets, counted by hand",
    "sides": "sides scanned of each sheet: 1 or 2",
    "into": "dossier all papers are meant for",
    "box": "mark of the box",
    "operator": "who scans (default: the account)",
    "dpi": "resolution of the scanner",
    "colour": "code of the value list scan-colour",
    "model": "what the scanner is called",
}


def add(subparsers: Any) -> None:
    """Declare the commands."""
    batch = subparsers.add_parser("batch", help="count boxes of paper in")
    verbs = batch.add_subparsers(dest="verb", required=True, metavar="VERB")
    opened = verbs.add_parser("open", help="declare a batch")
    opened.add_argument("--unit", default="", metavar="KEY")
    for name, said in _DECLARED.items():
        opened.add_argument(f"--{name}", default="", help=said)
    opened.set_defaults(with_site=_open)
    listed = verbs.add_parser("list", help="list batches, open ones first")
    listed.add_argument("--unit", default="", metavar="KEY")
    listed.set_defaults(with_site=_list)
    show = verbs.add_parser("show", help="show the equation of a batch and its files")
    show.set_defaults(with_site=_show)
    close = verbs.add_parser("close", help="close a batch")
    close.add_argument("--because", default="", metavar="TEXT", help="why the sums differ")
    close.set_defaults(with_site=_close)
    reopen = verbs.add_parser("reopen", help="open a closed batch again")
    reopen.add_argument("--why", required=True, metavar="TEXT")
    reopen.set_defaults(with_site=_reopen)
    receipt = verbs.add_parser("receipt", help="make the signed receipt of a closed batch")
    receipt.add_argument("--to", required=True, type=Path, metavar="FILE")
    receipt.set_defaults(with_site=_receipt)
    for verb in (show, close, reopen, receipt):
        verb.add_argument("number", metavar="NUMBER")
    for verb in (opened, listed, show, close, reopen, receipt):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def described(batch: Any) -> dict[str, Any]:
    """Return what was declared of a batch as plain values."""
    from hoso.desk.batches import scanner_of

    scanner = scanner_of(batch)
    return {
        "id": batch.uid,
        "number": batch.number,
        "unit": batch.unit.key,
        "state": batch.state,
        "title": batch.title,
        "sheets": batch.sheets or None,
        "sides": batch.sides,
        "into": batch.into or None,
        "box": batch.box,
        "operator": batch.operator,
        "dpi": scanner.dpi or None,
        "colour": scanner.colour or None,
        "model": scanner.model,
        "opened": batch.opened_at,
        "closed": batch.closed_at or None,
        "because": batch.closing or None,
    }


def _files(view: Any) -> list[dict[str, Any]]:
    from hoso.kernel.text import shown_name

    arrivals = dict(view.arrivals)
    lines = []
    for one in view.tally.counted:
        arrival = arrivals[one.file]
        document = view.papers.get(one.paper)
        dossier = document.dossier if document is not None else None
        lines.append(
            {
                "name": shown_name(arrival.name),
                "sha256": arrival.sha256 or None,
                "size": arrival.size,
                "part": one.part,
                "place": one.place,
                "pages": one.pages,
                "document": document.uid if document is not None else None,
                "dossier": dossier.code if dossier is not None else None,
                "at": arrival.at,
                "by": arrival.by,
                "source": arrival.source,
            }
        )
    return lines


def _open(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches

    identity = identity_for(house, args.login)
    unit = unit_for(house, identity, args.unit)
    with at_desk(house, identity) as desk:
        typed = {name: getattr(args, name) for name in _DECLARED}
        line = described(batches.open_(desk, desk.unit(unit), typed=typed))
    out.line(line, human=line["number"])
    return 0


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches

    offset, size = 0, 200
    with at_desk(house, identity_for(house, args.login)) as desk:
        while True:
            page = batches.listing(desk, desk.site, unit=args.unit, offset=offset, limit=size)
            for batch in page.batches:
                line = {**described(batch), "files": len(batch.arrivals)}
                said = f"{line['number']:24} {line['state']:7} {line['files']:6}  {line['title']}"
                out.line(line, human=said)
            offset += size
            if offset >= page.total:
                return 0


def _show(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches

    with at_desk(house, identity_for(house, args.login)) as desk:
        view = batches.look(desk, batches.find(desk, args.number))
        line = {**described(view.batch), **view.tally.as_json(), "lines": _files(view)}
        receipts = [
            {"name": one.name, "at": one.made_at, "sha256": one.sha256}
            for _name, one in sorted(view.batch.renditions.items())
        ]
        out.line({**line, "receipts": receipts}, human=_human(line))
    return 0


def _human(line: dict[str, Any]) -> str:
    from hoso.web.batches import PLACE_WORDS

    def known(pages: int | None) -> str:
        return "?" if pages is None else str(pages)

    sums = (
        f"declared {known(line['declared'])}, scanned {line['scanned']}, "
        f"stored {line['stored']}, difference {known(line['difference'])}"
    )
    rows = [f"{line['number']}  {line['state']}  {line['title']}", sums]
    for place, at in line["places"].items():
        if at["files"] or at["parts"]:
            word = PLACE_WORDS[place].text
            parts = f", {at['parts']} split off" if at["parts"] else ""
            rows.append(f"  {word:20} {at['files']} files{parts}, {at['pages']} pages")
    rows += [f"  {kind:20} {n} pages" for kind, n in line["apart"].items() if n]
    if line["unknown"]:
        rows.append(f"  pages not known: {line['unknown']} files")
    if not line["adds_up"]:
        rows.append("  IT DOES NOT ADD UP")
    return "\n".join(rows)


def _close(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches

    with at_desk(house, identity_for(house, args.login)) as desk:
        batch = batches.find(desk, args.number)
        tally = batches.close(desk, batch, because=args.because, revision=None)
        line = {**described(batch), **tally.as_json()}
    out.line(line, human=f"{line['number']} closed")
    return 0


def _reopen(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches

    with at_desk(house, identity_for(house, args.login)) as desk:
        batch = batches.find(desk, args.number)
        batches.reopen(desk, batch, why=args.why, revision=None)
        line = described(batch)
    out.line(line, human=f"{line['number']} open")
    return 0


def _receipt(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import batches, receipts
    from hoso.storage.blobs import file_of
    from hoso.web.receipts import reason, teller

    identity = identity_for(house, args.login)
    with at_desk(house, identity) as desk:
        batch = batches.find(desk, args.number)
        receipts.make(desk, batch, told=teller(house), reason=reason())
    with at_desk(house, identity) as desk:
        batch = batches.find(desk, args.number)
        made = receipts.take(desk, batch)
        # Beside its place first: what is there under the name is always whole.
        half = args.to.with_name(f".{args.to.name}.half")
        with file_of(made.blob) as content, half.open("wb") as copy:
            shutil.copyfileobj(content, copy)
        half.replace(args.to)
        line = {
            "number": batch.number,
            "receipt": made.name,
            "path": str(args.to),
            "bytes": made.size,
            "sha256": made.sha256,
        }
    out.line(line, human=str(args.to))
    return 0
