"""``hoso career left|undo|forecast|lists|deadlines``: who left, what is wanting, what runs out when."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    career = subparsers.add_parser("career", help="who left, what is wanting, who retires when")
    verbs = career.add_subparsers(dest="verb", required=True, metavar="VERB")
    left = verbs.add_parser("left", help="record that a person left; --preview changes nothing")
    left.add_argument("code", metavar="DOSSIER")
    left.add_argument("--kind", required=True, help="a key of catalogs/leaving.toml")
    left.add_argument("--from", dest="effective", required=True, metavar="DATE")
    left.add_argument("--evidence", default="", metavar="ID", help="the decision, filed there")
    left.add_argument("--decision", default="", metavar="NUMBER")
    left.add_argument("--reason", default="", metavar="CODE", help="of the list leaving-reason")
    left.add_argument("--form", default="", metavar="CODE", help="of the list retirement-form")
    left.add_argument("--preview", action="store_true", help="say what it would do")
    left.set_defaults(with_site=_left)
    undo = verbs.add_parser("undo", help="undo a leaving recorded by mistake")
    undo.add_argument("code", metavar="DOSSIER")
    undo.add_argument("leaving", metavar="ID")
    undo.add_argument("--reason", required=True)
    undo.add_argument("--standing", default="", metavar="CODE")
    undo.set_defaults(with_site=_undo)
    forecast = verbs.add_parser("forecast", help="who reaches the age of retirement, by month")
    forecast.add_argument("--first", default="", metavar="YYYY-MM", help="default: this month")
    forecast.add_argument("--months", type=int, default=12, metavar="N")
    forecast.add_argument("--unit", default="", metavar="KEY")
    forecast.set_defaults(with_site=_forecast)
    lists = verbs.add_parser("lists", help="what dossiers of who left must still receive")
    lists.add_argument("--late", action="store_true", help="only what is late")
    lists.set_defaults(with_site=_lists)
    clocks = verbs.add_parser("deadlines", help="what runs out when, and what stands still")
    clocks.add_argument("--unit", default="", metavar="KEY", help="also of each of its people")
    clocks.add_argument("--mine", action="store_true", help="only one's own tasks")
    clocks.set_defaults(with_site=_deadlines)
    for verb in (left, undo, forecast, lists, clocks):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--language", choices=("vi", "en"), default="vi")
        verb.add_argument("--json", action="store_true")


def _said(language: str) -> Any:
    from hoso.web.language import Language

    return Language(language)


def _left(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import leaving
    from hoso.records.model import Dossier

    typed = {
        name: getattr(args, name)
        for name in ("kind", "effective", "evidence", "decision", "reason", "form")
    }
    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.find(args.code, Dossier)
        shown = leaving.preview(desk, dossier, typed=typed)
        made = None if args.preview else leaving.record(desk, dossier, typed=typed)
        label = _said(args.language).label
        papers = {paper.key: label(paper.label) for paper in shown.way.papers}
        said = {
            "id": made.uid if made is not None else None,
            "dossier": dossier.code,
            "kind": shown.way.key,
            "effective": str(shown.effective),
            "before": shown.before or None,
            "status": shown.way.status,
            "accounts": [
                {"login": end.login, "roles": [role for role, _ in end.roles]}
                for end in shown.accounts
            ],
            "kept_before": _kept(shown.kept_before),
            "kept_after": _kept(shown.kept_after),
            "wanted": [
                {"key": item.key, "label": papers[item.key], "due": item.due or None}
                for item in shown.items
            ],
            "stopped": [one.key for one in shown.stops],
            "late": shown.late,
        }
        human = [
            (
                f"{dossier.code} {label(shown.way.label)} {shown.effective}"
                f"{'' if made is not None else '  (preview)'}"
            ),
            (
                f"  {shown.before or '-'} > {shown.way.status};"
                f" {_kept(shown.kept_before)} > {_kept(shown.kept_after)}"
            ),
            *(f"  account {end.login}: closed" for end in shown.accounts),
            *(f"  {item.due or '-':10} {papers[item.key]}" for item in shown.items),
        ]
        out.line(said, human="\n".join(human))
    return 0


def _kept(decision: Any) -> str:
    until = decision.expires or decision.due
    return str(until.isoformat() if until is not None else decision.state)


def _undo(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import leaving
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.find(args.code, Dossier)
        found = leaving.undo(
            desk, dossier, leaving=args.leaving, reason=args.reason, standing=args.standing
        )
        status = dossier.status_events[-1].status
        out.line(
            {"id": found.uid, "dossier": dossier.code, "status": status},
            human=f"{dossier.code} {found.kind} {found.effective} undone; now {status}",
        )
    return 0


def _forecast(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import forecasting
    from hoso.kernel.errors import Fault, Invalid
    from hoso.personnel.retirement_age import Month

    with at_desk(house, identity_for(house, args.login)) as desk:
        try:
            first = Month.parse(args.first) if args.first else Month.of(desk.today)
        except ValueError:
            raise Invalid([Fault("first", "Write the month as 2026-05.")]) from None
        found = forecasting.listed(desk, desk.site, first=first, months=args.months, unit=args.unit)
        for state, lines in (
            ("passed", found.passed),
            *(("reaches", lines) for _, lines in found.months),
        ):
            for line in lines:
                years, months = line.moment.age
                said = {
                    "state": state,
                    "dossier": line.dossier.code,
                    "name": line.dossier.name,
                    "born": line.dossier.birth_date,
                    "age": f"P{years}Y{months}M",
                    "last_day": line.moment.day.isoformat(),
                    "notice_by": line.notice_by.isoformat(),
                    "decision_by": line.decision_by.isoformat(),
                }
                out.line(
                    said,
                    human=f"{said['last_day']} {state:8} {line.dossier.code:14} "
                    f"{line.dossier.birth_date:10} {years}/{months:02d} {line.dossier.name}",
                )
        for dossier in found.unknown:
            out.line(
                {"state": "unknown", "dossier": dossier.code, "name": dossier.name},
                human=f"{'-':10} unknown  {dossier.code:14} {dossier.name}",
            )
    return 0


def _lists(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import checklists

    label = _said(args.language).label
    with at_desk(house, identity_for(house, args.login)) as desk:
        for view in checklists.listed(desk, desk.site, late=args.late):
            for line in view.lines:
                if line.tick is not None:
                    continue
                out.line(
                    {
                        "dossier": view.dossier.code,
                        "leaving": view.leaving.uid,
                        "kind": view.leaving.kind,
                        "item": line.item.key,
                        "label": label(line.label),
                        "due": line.item.due or None,
                        "late": line.late,
                    },
                    human=f"{line.item.due or '-':10} {view.dossier.code:14} {label(line.label)}"
                    f"{f'  ({line.late} days late)' if line.late else ''}",
                )
    return 0


def _deadlines(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import deadlines

    label = _said(args.language).label
    house.catch_up()
    with at_desk(house, identity_for(house, args.login)) as desk:
        board = deadlines.listed(desk, desk.site, unit=args.unit, mine=args.mine)
        for one in board.clocks:
            of = one.dossier.code if one.dossier is not None else one.number
            stopped = one.stopped
            out.line(
                {
                    "state": one.state,
                    "what": one.what,
                    "of": of,
                    "deadline": one.deadline.key if one.deadline is not None else None,
                    "label": label(one.label) if one.label else None,
                    "papers": list(one.types),
                    "due": one.due.isoformat() if one.due is not None else None,
                    "left": one.left,
                    "stopped_since": stopped.since if stopped is not None else None,
                    "stopped_by": stopped.way if stopped is not None else None,
                    "responsible": one.responsible,
                    "mine": one.mine,
                },
                human=f"{one.due or '-'!s:10} {one.state:8} {of:14} {one.what:9}"
                f" {label(one.label) if one.label else ''}"
                f"{f' ({stopped.since} {stopped.way})' if stopped is not None else ''}",
            )
    return 0
