"""``hoso access who|rehearse``: who could see what on a day; what a change would open and close."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from hoso.access.permissions import Permission
from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output
from hoso.kernel.errors import Fault, Invalid

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    access = subparsers.add_parser("access", help="who could see what; what a change would do")
    verbs = access.add_subparsers(dest="verb", required=True, metavar="VERB")
    who = verbs.add_parser("who", help="say who could do something to a record on a day")
    who.add_argument("record", help="code of a dossier, or id of a dossier or a paper")
    who.add_argument("--on", default="", metavar="DAY", help="a day, 2026-03-03 (today)")
    who.add_argument("--may", default="dossier:view", metavar="PERMISSION")
    who.add_argument("--login", dest="about", default="", metavar="LOGIN", help="one account only")
    who.set_defaults(with_site=_who)
    rehearse = verbs.add_parser(
        "rehearse", help="say who would gain and lose sight of what; nothing is changed"
    )
    rehearse.add_argument("login_of", nargs="?", default="", metavar="LOGIN")
    rehearse.add_argument("--give", default="", metavar="ROLE")
    rehearse.add_argument("--take", default="", metavar="ROLE")
    rehearse.add_argument("--unit", default="", metavar="UNIT", help="key; none: the whole site")
    rehearse.add_argument("--clearance", type=int, default=-1, metavar="N")
    rehearse.add_argument(
        "--definitions",
        type=Path,
        default=None,
        metavar="DIR",
        help="a folder with edited catalogs and profiles, for everybody at once",
    )
    rehearse.set_defaults(with_site=_rehearse)
    for verb in (who, rehearse):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _who(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.explaining import who_could
    from hoso.records.model import Document, Dossier

    try:
        day = date.fromisoformat(args.on) if args.on else house.clock.today()
        permission = Permission(args.may)
    except ValueError as error:
        raise Invalid(
            [Fault("on", "Write a day as 2026-03-03 and a permission by name.")]
        ) from error
    with at_desk(house, identity_for(house, args.login)) as desk:
        record = desk.find(args.record, (Dossier, Document))
        answer = who_could(desk, record, permission=permission, on=day, login=args.about)
        if not answer.known:
            out.line(
                {"known": False}, human="Not known: of that day no facts about records are kept."
            )
        for line in answer.could:
            decision = line.answer.decision
            out.line(
                {
                    "login": line.login,
                    "could": bool(decision),
                    "why": str(decision) if decision is not None else None,
                    "from": line.answer.at or None,
                },
                human=f"{'yes' if decision else 'no ':4}{line.login:16} {decision or '-'}",
            )
        for line in answer.unknown:
            out.line({"login": line.login, "could": None}, human=f"?   {line.login:16} not known")
    return 0


def _rehearse(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.definitions import load
    from hoso.desk import rehearsing

    with at_desk(house, identity_for(house, args.login)) as desk:
        if args.definitions is not None:
            rulebook = load(args.definitions, house.rulebook.profile.key)
            effects = rehearsing.of_table(desk, desk.site, rulebook=rulebook)
        else:
            effects = [
                rehearsing.of_person(
                    desk,
                    desk.site,
                    login=args.login_of,
                    give=args.give,
                    take=args.take,
                    unit=args.unit,
                    clearance=args.clearance,
                )
            ]
        for effect in effects:
            _told(effect, out)
        if not any(effects):
            out.line({"changes": 0}, human="Nobody gains or loses anything.")
    return 0


def _told(effect: Any, out: Output) -> None:
    for sign, sights in (("+", effect.gained), ("-", effect.lost)):
        for one in sights:
            out.line(
                {
                    "login": effect.login,
                    "change": sign,
                    "kind": one.kind,
                    "unit": one.unit,
                    "level": one.level,
                    "count": one.count,
                },
                human=f"{sign} {effect.login:16} {one.count:9,} {one.kind:10} "
                f"level {one.level}  {one.unit}",
            )
    for sign, moved in (("+", effect.may), ("-", effect.may_not)):
        for permission, unit in moved:
            out.line(
                {
                    "login": effect.login,
                    "change": sign,
                    "permission": str(permission),
                    "unit": unit,
                },
                human=f"{sign} {effect.login:16} {permission!s:20} {unit or 'the whole site'}",
            )
