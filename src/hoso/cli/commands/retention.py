"""``hoso retention due|why|evaluate|rehearse``: what falls due, why, and under which rules."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]

_LISTS = ("due", "unknown", "unverified", "no-rule", "no-end", "to-come")


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
    due.add_argument("--list", dest="which", choices=_LISTS, default="", help="one list only")
    due.set_defaults(with_site=_due)
    why = verbs.add_parser("why", help="explain the decision for one record")
    why.add_argument("id", metavar="ID")
    why.add_argument("--on", type=_day, metavar="DATE", help="default: today")
    why.add_argument(
        "--under",
        default="",
        metavar="DIGEST",
        help="decide under an earlier rulebook that was kept, named by the start of its digest",
    )
    why.set_defaults(with_site=_why)
    rehearse = verbs.add_parser(
        "rehearse", help="what another schedule would move; nothing is written"
    )
    rehearse.add_argument(
        "--with",
        dest="folder",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="retention tables (*.toml), retention-classes.toml, triggers.toml",
    )
    rehearse.add_argument("--on", type=_day, metavar="DATE", help="default: today")
    rehearse.add_argument("--csv", type=Path, metavar="FILE", help="write every move to a table")
    rehearse.set_defaults(with_site=_rehearse)
    evaluate = verbs.add_parser(
        "evaluate", help="decide every period anew where the rules changed; goes on where it was"
    )
    evaluate.add_argument(
        "--anew", action="store_true", help="also under the same rules, reading every paper again"
    )
    evaluate.set_defaults(with_site=_evaluate)
    for verb in (due, why, rehearse):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--language", choices=("vi", "en"), default="vi")
    for verb in (due, why, rehearse, evaluate):
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
        "faults": [str(fault) for fault in decision.faults],
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
    wanting = [f"  ! {fault}" for fault in said["faults"]]
    return "\n".join([head, *(steps if deep else [*steps[:1], *wanting])])


def _warn(house: Any, desk: Any, out: Output) -> None:
    """Say where not every dossier was decided under today's rules; never a silent stale list."""
    from hoso.desk import keeping

    stands = keeping.standing(desk.root, house.rulebook)
    if not stands.is_done:
        out.say(
            "hoso: the rules have changed and not every dossier is decided anew "
            f"({stands.done} of {stands.total or '?'}); what follows may lack some. "
            "Type: bin/hoso retention evaluate"
        )


def _due(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import keeping

    with at_desk(house, identity_for(house, args.login)) as desk:
        _warn(house, desk, out)
        if args.all:
            lines = keeping.all_lines(desk, desk.site, on=args.on)
        elif args.which:
            lines = iter(keeping.listed(desk, desk.site, which=args.which, on=args.on))
        else:
            lines = iter(keeping.due(desk, desk.site, on=args.on))
        for one in lines:
            said = line(one.dossier, one.decision, language=args.language)
            out.line(said, human=_human(said, deep=False))
    return 0


def _why(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import keeping
    from hoso.records.model import Document, Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        record = desk.find(args.id, (Dossier, Document))
        on = args.on or desk.today
        decision = keeping.why(desk, record, on=on, under=args.under)
        said = line(record, decision, language=args.language)
        under = keeping.decided_under(desk, record, on=on)
        said |= {"rulebook": under.decided, "rulebook_today": under.today}
        human = _human(said, deep=True) + f"\n  rulebook {under.decided[:16] or '-'}"
        if not under.is_today:
            human += f"; today's is {under.today[:16]}"
            if under.then is not None and not args.under:
                said["then"] = line(record, under.then, language=args.language)
                human += f"\n  under the earlier one:\n{_human(said['then'], deep=True)}"
        out.line(said, human=human)
    return 0


def _evaluate(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.rescheduling import work_off

    def say(stands: Any) -> None:
        if args.json:
            out.line({"done": stands.done, "left": max(0, stands.total - stands.done)})
        out.progress(f"{stands.done} of {stands.total} dossiers")

    stands = work_off(house, anew=args.anew, say=say)
    out.progress("")
    out.line(
        {
            "rulebook": stands.digest,
            "before": stands.before,
            "done": stands.done,
            "left": max(0, stands.total - stands.done),
            "changed": stands.changed,
            "is_done": stands.is_done,
        },
        human=f"rulebook {stands.digest[:16]}: {stands.done} dossiers decided, "
        f"{stands.changed} of them otherwise than before",
    )
    return 0 if stands.is_done else 1


def _rehearse(args: argparse.Namespace, house: Any, out: Output) -> int:
    import contextlib
    import csv
    from collections import Counter

    from hoso.definitions.beside import files_of_folder, load_beside
    from hoso.desk import retention_rehearsing as trying

    files = files_of_folder(args.folder)
    law = load_beside(house.home, house.rulebook.profile.key, files)
    counts: Counter[tuple[str, str]] = Counter()
    with contextlib.ExitStack() as stack:
        desk = stack.enter_context(at_desk(house, identity_for(house, args.login)))
        _warn(house, desk, out)
        table = None
        if args.csv is not None:
            written = args.csv.open("w", encoding="utf-8-sig", newline="")
            table = csv.writer(stack.enter_context(written))
            table.writerow(trying.HEADINGS)
        on = args.on or desk.today
        for count, (_, class_, move) in enumerate(
            trying.rehearse(desk, desk.site, law=law, on=on), start=1
        ):
            counts[class_, move.kind if move is not None else ""] += 1
            if count % 500 == 0:
                out.progress(f"{count} dossiers")
            if move is None:
                continue
            row = trying.row(move)
            if table is not None:
                table.writerow(row)
            if args.json:
                out.line(dict(zip(trying.HEADINGS, row, strict=True)))
            elif table is None:
                out.line({}, human=_moved(row))
    out.progress("")
    for (class_, kind), many in sorted(counts.items()):
        said = {"class": class_, "move": kind or None, "dossiers": many}
        out.line(said, human=f"{class_:24} {kind or 'stays':20} {many:8}")
    out.say(
        f"hoso: nothing was written. In force: {house.rulebook.digest[:16]}; tried: {law.digest[:16]}"
    )
    return 0


def _moved(row: tuple[str, ...]) -> str:
    code, _unit, class_, kind, held, state, rule, until, state_then, rule_then, until_then = row
    before, after = (
        f"{state} {rule} {until}".strip(),
        f"{state_then} {rule_then} {until_then}".strip(),
    )
    return f"{code:14} {class_:22} {kind:20} {before} -> {after}{'  (held)' if held else ''}"
