"""``hoso retention due|why``: what falls due, and why a record is kept as long as it is."""

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
    retention = subparsers.add_parser("retention", help="what is due, and why")
    verbs = retention.add_subparsers(dest="verb", required=True, metavar="VERB")
    due = verbs.add_parser("due", help="list what is due on a day, and what needs a person")
    due.add_argument("--on", type=_day, required=True, metavar="DATE")
    due.add_argument("--all", action="store_true", help="every dossier, due or not")
    due.set_defaults(with_site=_due)
    why = verbs.add_parser("why", help="explain the decision for one record")
    why.add_argument("id", metavar="ID")
    why.add_argument("--on", type=_day, metavar="DATE", help="default: today")
    why.set_defaults(with_site=_why)
    for verb in (due, why):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--language", choices=("vi", "en"), default="vi")
        verb.add_argument("--json", action="store_true")


def _translator(language: str) -> Any:
    from hoso.web.language import Language

    return Language(language).say


def line(record: Any, decision: Any, *, language: str) -> dict[str, Any]:
    """Return a decision as plain values."""
    from hoso.retention.explaining import tree

    return {
        "id": record.uid,
        "code": getattr(record, "code", None),
        "rule": decision.rule,
        "instrument": decision.instrument,
        "trigger": decision.trigger,
        "from": str(decision.from_) if decision.from_ is not None else None,
        "period": decision.period,
        "due": decision.due.isoformat() if decision.due is not None else None,
        "state": decision.state,
        "explanation": tree(
            decision.explanation, language=language, translate=_translator(language)
        ),
    }


def _human(said: dict[str, Any], *, deep: bool) -> str:
    def tell(step: dict[str, Any], depth: int) -> list[str]:
        below = [text for child in step["because"] for text in tell(child, depth + 1)]
        return ["  " * depth + step["text"], *below]

    head = f"{said['code'] or said['id']:14} {said['state']:10} {said['due'] or '-':10} {said['rule'] or '-'}"
    steps = tell(said["explanation"], 1)
    return "\n".join([head, *(steps if deep else steps[:1])])


def _due(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import keeping

    with at_desk(house, identity_for(house, args.login)) as desk:
        lines = (
            keeping.all_lines(desk, desk.site, on=args.on)
            if args.all
            else keeping.due(desk, desk.site, on=args.on)
        )
        for one in lines:
            said = line(one.dossier, one.decision, language=args.language)
            out.line(said, human=_human(said, deep=False))
    return 0


def _why(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import keeping
    from hoso.records.model import Document, Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = desk.find(args.id, (Dossier, Document))
        decision = keeping.why(desk, record, on=args.on or desk.today)
        said = line(record, decision, language=args.language)
        out.line(said, human=_human(said, deep=True))
    return 0
