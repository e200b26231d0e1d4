"""``hoso paper``: where paper lies, moving it, lending it, taking stock; what is overdue.

CODE is what stands on a label or what people say: a dossier number, a uid, the serial code of
a sheet, the code of a place.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    paper = subparsers.add_parser("paper", help="where paper lies, who has it, stock-taking")
    verbs = paper.add_subparsers(dest="verb", required=True, metavar="VERB")

    where = verbs.add_parser("where", help="say where a paper is, or what lies in a place")
    where.add_argument("code", metavar="CODE")
    where.set_defaults(with_site=_where)

    place = verbs.add_parser("place", help="add a store, a shelf, a box or a folder")
    place.add_argument("code", metavar="CODE")
    place.add_argument("--kind", required=True, choices=("store", "shelf", "box", "folder"))
    place.add_argument("--label", required=True)
    place.add_argument("--unit", required=True, metavar="KEY", help="whose papers lie in it")
    place.add_argument("--in", dest="parent", default="", metavar="PLACE")
    place.set_defaults(with_site=_place)

    move = verbs.add_parser("move", help="put a paper into a place")
    move.add_argument("code", metavar="CODE")
    move.add_argument("place", metavar="PLACE")
    move.add_argument("--position", default="", metavar="N", help="default: behind the last")
    move.add_argument("--why", default="")
    move.set_defaults(with_site=_move)

    lend = verbs.add_parser("lend", help="hand a paper out")
    lend.add_argument("code", metavar="CODE")
    lend.add_argument("--to", required=True, metavar="NAME")
    lend.add_argument("--of", required=True, metavar="BODY", help="the borrower's unit or body")
    lend.add_argument("--purpose", required=True)
    lend.add_argument("--authority", required=True, help="the paper that allows the loan")
    lend.add_argument("--due", default="", metavar="DATE", help="default: as the settings say")
    lend.add_argument("--handed-on", default="", metavar="DATE", help="default: today")
    lend.set_defaults(with_site=_lend)

    extend = verbs.add_parser("extend", help="let a loan last longer")
    extend.add_argument("code", metavar="CODE")
    extend.add_argument("--authority", required=True, help="the paper that allows it")
    extend.add_argument("--due", default="", metavar="DATE", help="default: as the settings say")
    extend.set_defaults(with_site=_extend)

    back = verbs.add_parser("return", help="take a paper back")
    back.add_argument("code", metavar="CODE")
    back.add_argument("--condition", required=True)
    back.add_argument("--on", default="", metavar="DATE", help="default: today")
    back.set_defaults(with_site=_return)

    overdue = verbs.add_parser("overdue", help="list what should have come back")
    overdue.set_defaults(with_site=_overdue)
    lent = verbs.add_parser("lent", help="list what is out")
    lent.set_defaults(with_site=_lent)

    count = verbs.add_parser("count", help="take stock of a place from a list of labels")
    count.add_argument("place", metavar="PLACE")
    count.add_argument(
        "file", type=Path, metavar="FILE", help="one label a line; - is standard input"
    )
    count.add_argument("--conclusion", default="", help="close the stock-take with this")
    count.add_argument("--witness", default="", help="the second person, to close it")
    count.set_defaults(with_site=_count)

    labels = verbs.add_parser("labels", help="print labels as a PDF")
    labels.add_argument("code", metavar="CODE")
    labels.add_argument("--to", type=Path, required=True, metavar="FILE")
    labels.add_argument("--what", choices=("own", "places", "papers", "all"), default="own")
    labels.add_argument("--size", choices=("large", "middle", "small"), default="small")
    labels.add_argument("--start", type=int, default=1, metavar="N", help="first free label")
    labels.set_defaults(with_site=_labels)

    for verb in (where, place, move, lend, extend, back, overdue, lent, count, labels):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _codes(way: Any) -> str:
    return " › ".join(step.place.code for step in way)


def _loan(view: Any) -> dict[str, Any]:
    from hoso.records.model import Dossier

    loan, record = view.loan, view.record
    dossier = record if isinstance(record, Dossier) else record.dossier
    return {
        "loan": loan.uid,
        "id": record.uid,
        "dossier": dossier.code,
        "borrower": loan.borrower,
        "organisation": loan.organisation,
        "purpose": loan.purpose,
        "authority": loan.authority,
        "handed_on": loan.handed_on,
        "due": loan.due,
        "days_late": view.late,
    }


def _where(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import arranging, shelving
    from hoso.stacks.model import Place

    with at_desk(house, identity_for(house, args.login)) as desk:
        thing = shelving.thing_named(desk, args.code)
        if isinstance(thing, Place):
            seen = arranging.look(desk, thing)
            out.line(
                {
                    "place": thing.code,
                    "kind": thing.kind,
                    "label": thing.label,
                    "unit": thing.unit.key,
                    "way": [step.place.code for step in seen.way],
                    "places": [child.code for child in seen.below],
                    "papers": [
                        {
                            "position": kept.position,
                            "id": kept.record.uid,
                            "code": getattr(kept.record, "code", None),
                            "lent_to": kept.loan.borrower if kept.loan is not None else None,
                        }
                        for kept in seen.contents
                    ],
                },
                human="\n".join(
                    [f"{_codes(seen.way)}  {thing.label}  {thing.unit.name}"]
                    + [f"  {child.code}  {child.label}" for child in seen.below]
                    + [f"  {k.position:4}  {_called(k.record)}" for k in seen.contents]
                ),
            )
            return 0
        view = shelving.see(desk, thing)
        lent = f"  lent to {view.loan.borrower}, due {view.loan.due}" if view.loan else ""
        out.line(
            {
                "id": thing.uid,
                "code": getattr(thing, "code", None),
                "way": [step.place.code for step in view.way],
                "position": view.position or None,
                "own_place": view.own,
                "lent_to": view.loan.borrower if view.loan is not None else None,
                "due": view.loan.due if view.loan is not None else None,
            },
            human=f"{_called(thing)}  {_codes(view.way) or '-'}  {view.position or '-'}{lent}",
        )
    return 0


def _called(record: Any) -> str:
    code = getattr(record, "code", "")
    return f"{code}  {record.name}" if code else f"{record.uid}  {record.title}"


def _place(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import arranging

    with at_desk(house, identity_for(house, args.login)) as desk:
        made = arranging.add(
            desk,
            desk.unit(args.unit),
            code=args.code,
            kind=args.kind,
            label=args.label,
            parent=args.parent,
        )
        line = {"place": made.code, "kind": made.kind, "label": made.label}
    out.line(line)
    return 0


def _move(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import shelving

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = shelving.paper_of(desk, args.code)
        shelving.move(desk, record, place=args.place, position=args.position, why=args.why)
        view = shelving.see(desk, record)
        line = {
            "id": record.uid,
            "way": [step.place.code for step in view.way],
            "position": view.position,
        }
        human = f"{_called(record)}  {_codes(view.way)}  {view.position}"
    out.line(line, human=human)
    return 0


def _lend(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import lending, shelving

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = shelving.paper_of(desk, args.code)
        loan = lending.lend(
            desk,
            record,
            borrower=args.to,
            organisation=args.of,
            purpose=args.purpose,
            authority=args.authority,
            due=args.due,
            handed_on=args.handed_on,
        )
        said = _loan(lending.look(desk, record, loan=loan.uid))
    out.line(said, human=f"{said['dossier']}  {said['borrower']}  {said['due']}")
    return 0


def _extend(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import lending, shelving

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = shelving.paper_of(desk, args.code)
        loan = _lent_alone(desk, record)
        lending.extend(desk, record, loan=loan.uid, due=args.due, authority=args.authority)
        said = _loan(lending.look(desk, record, loan=loan.uid))
    out.line(said, human=f"{said['dossier']}  {said['borrower']}  {said['due']}")
    return 0


def _lent_alone(desk: Any, record: Any) -> Any:
    """Return the loan of a paper that is out, not that of the dossier it lies in."""
    from hoso.desk import shelving
    from hoso.kernel.errors import Fault, Invalid

    loan = shelving.see(desk, record).loan
    if loan is None or loan.record != record.id:
        raise Invalid([Fault("code", "This paper is not lent by itself.")])
    return loan


def _return(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import lending, shelving

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = shelving.paper_of(desk, args.code)
        loan = _lent_alone(desk, record)
        lending.give_back(
            desk, record, loan=loan.uid, condition=args.condition, returned_on=args.on
        )
        line = {"loan": loan.uid, "id": record.uid, "returned_on": loan.returned_on}
        human = f"{_called(record)}  {loan.returned_on}"
    out.line(line, human=human)
    return 0


def _overdue(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import lending

    return _loans(args, house, out, listed=lending.overdue)


def _lent(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import lending

    return _loans(args, house, out, listed=lending.listed)


def _loans(args: argparse.Namespace, house: Any, out: Output, *, listed: Any) -> int:
    with at_desk(house, identity_for(house, args.login)) as desk:
        for view in listed(desk, desk.site):
            said = _loan(view)
            late = f"+{said['days_late']}" if said["days_late"] else ""
            out.line(
                said,
                human=f"{said['due']}  {late:5} {said['dossier']:14} {said['borrower']}, "
                f"{said['organisation']}",
            )
    return 0


def _texts(path: Path) -> list[str]:
    from hoso.kernel.errors import Missing
    from hoso.kernel.text import nfc

    if str(path) != "-" and not path.is_file():
        raise Missing("There is no file {path}.", path=str(path))
    content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    return nfc(content.decode("utf-8-sig", "replace")).splitlines()


def _count(args: argparse.Namespace, house: Any, out: Output) -> int:
    """Read labels into the stock-take of a place, a new one or the one under way."""
    from hoso.desk import arranging, shelving, stocktaking
    from hoso.stacks.stocktaking import Outcome

    texts = _texts(args.file)
    with at_desk(house, identity_for(house, args.login)) as desk:
        place = shelving.place_named(desk, args.place)
        under_way = arranging.look(desk, place).count
        count = (
            stocktaking.count_named(desk, under_way)
            if under_way
            else stocktaking.open_(desk, place)
        )
        if any(text.strip() for text in texts):
            stocktaking.scan(desk, count, texts=texts)
        if args.conclusion or args.witness:
            stocktaking.close(desk, count, conclusion=args.conclusion, witness=args.witness)
        view = stocktaking.look(desk, count)
        outcome = view.outcome or Outcome(())
        for line in view.lines:
            if line.what == "found":
                continue
            said = {
                "finding": line.what,
                "kind": line.kind,
                "key": line.key,
                "code": getattr(line.thing, "code", None),
                "belongs": line.belongs or None,
                "found": line.found or None,
                "lent_to": line.lent_to or None,
            }
            out.line(
                said,
                human=f"{line.what:10} {said['code'] or line.key:22} "
                f"{line.belongs or '-':16} {line.found or '-':16} {line.lent_to}",
            )
        summary = {
            "count": count.uid,
            "place": place.code,
            "open": count.is_open,
            "labels": view.scans,
            "agrees": outcome.agrees,
            **{
                what: outcome.count(what)
                for what in ("found", "missing", "elsewhere", "back", "unknown", "lent")
            },
        }
        agrees = outcome.agrees
    out.line(summary, human="  ".join(f"{key} {value}" for key, value in summary.items()))
    return 0 if agrees else 1


def _labels(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import labelling, shelving
    from hoso.web.language import Language

    with at_desk(house, identity_for(house, args.login)) as desk:
        thing = shelving.thing_named(desk, args.code)
        made = labelling.print_labels(
            desk,
            thing,
            layout=args.size,
            what=args.what,
            start=args.start,
            say=Language("vi").say,
        )
        args.to.write_bytes(made.pdf)
    out.line({"labels": made.count, "file": str(args.to)})
    return 0
