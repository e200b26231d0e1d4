"""``hoso learnt list|forget``: what people's corrections taught, and how to undo it."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    learnt = subparsers.add_parser("learnt", help="what corrections taught: list it, forget it")
    verbs = learnt.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="list the lessons of the units you work at")
    listed.set_defaults(with_site=_list)
    forget = verbs.add_parser("forget", help="forget a lesson")
    forget.add_argument("id", metavar="ID")
    forget.set_defaults(with_site=_forget)
    for verb in (listed, forget):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.learning import listing

    with at_desk(house, identity_for(house, args.login)) as desk:
        for line in listing(desk, desk.site).lines:
            lesson = line.lesson
            out.line(
                {
                    "id": lesson.id,
                    "unit": line.unit.key,
                    "agency": lesson.agency or None,
                    "field": lesson.field,
                    "read": lesson.read,
                    "proposes": line.proposes,
                    "writings": [
                        {"written": text, "papers": times, "by": by, "at": at}
                        for text, times, by, at in line.writings
                    ],
                },
                human=f"{lesson.id}  {line.unit.key:12} {lesson.field:7} {lesson.read} -> "
                + "; ".join(f"{text} ({times})" for text, times, _by, _at in line.writings),
            )
    return 0


def _forget(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.learning import forget, listing
    from hoso.kernel.errors import Missing

    with at_desk(house, identity_for(house, args.login)) as desk:
        lines = listing(desk, desk.site).lines
        line = next((line for line in lines if line.lesson.id == args.id), None)
        if line is None:
            raise Missing("There is no lesson {id} you may see.", id=args.id)
        forget(desk, line.unit, lesson=args.id)
    out.line({"forgotten": args.id}, human=f"Lesson {args.id} is forgotten.")
    return 0
