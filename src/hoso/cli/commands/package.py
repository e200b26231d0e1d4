"""``hoso package``: judge one, take one in and sign for it; freeze, list, save, send those that leave, take receipts."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.commands.leaving_packages import add_leaving
from hoso.cli.identity import identity_for, unit_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    package = subparsers.add_parser("package", help="packages of other archives, and one's own")
    verbs = package.add_subparsers(dest="verb", required=True, metavar="VERB")
    judged = verbs.add_parser("check", help="open a package again and say all that is wrong")
    judged.add_argument(
        "package", type=Path, nargs="+", metavar="PACKAGE", help="several: one dossier in parts"
    )
    judged.add_argument("--profile", default="", metavar="P")
    judged.add_argument("--language", choices=("en", "vi"), default="en", help="of what is found")
    judged.add_argument("--json", action="store_true")
    judged.set_defaults(run=_check)
    taken = verbs.add_parser("take", help="take a package in, or all those of a dossier in parts")
    taken.add_argument("package", type=Path, nargs="+", metavar="PACKAGE")
    taken.add_argument("--unit", default="", metavar="KEY")
    taken.add_argument("--as", dest="login", default="", metavar="LOGIN")
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(with_site=_take)
    answered = verbs.add_parser("answer", help="sign for a package that was taken in")
    answered.add_argument("package", metavar="ID", help="as 'package take' told it")
    answered.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    answered.add_argument("--as", dest="login", default="", metavar="LOGIN")
    answered.add_argument("--json", action="store_true")
    answered.set_defaults(with_site=_answer)
    add_leaving(verbs)


def _check(args: argparse.Namespace, out: Output) -> int:
    from hoso.app.settings import home
    from hoso.kernel.errors import Fault, Invalid
    from hoso.preservation import schemas
    from hoso.preservation.check import PROFILES, check, check_together
    from hoso.web.language import Language

    if args.profile and args.profile not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        raise Invalid([Fault("profile", "There is only: {known}.", {"known": known})])
    folders, language = schemas.folders(home()), Language(args.language)
    verdicts = [check(one, profile=args.profile, schemas=folders) for one in args.package]
    for verdict in verdicts:
        _tell(verdict, out, language=language)
    together = check_together(verdicts) if len(verdicts) > 1 else ()
    for one in together:
        _finding(one, out, language=language)
    return 0 if all(one.is_sound for one in verdicts) and not together else 1


def _finding(one: Any, out: Output, *, language: Any, departure: bool = False) -> None:
    from hoso.web.second_reader import DEPARTS

    kept = f"; {language.say(DEPARTS)}" if departure else ""
    out.line(
        {**one.as_data(), "departure": departure},
        human=f"{one.level.value}  {one.rule}  {one.path}: {language.finding(one.what)}{kept}",
    )


def _tell(verdict: Any, out: Output, *, language: Any) -> None:
    for one in verdict.findings:
        _finding(one, out, language=language)
    for one in verdict.departures:
        _finding(one, out, language=language, departure=True)
    said = {key: value for key, value in verdict.as_data().items() if not isinstance(value, list)}
    sound = "sound" if verdict.is_sound else "NOT SOUND"
    out.line(
        said, human=f"{sound}: {verdict.profile}, {verdict.files} files, {verdict.bytes} bytes"
    )


def _take(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import taking_packages
    from hoso.preservation.taking.unpacking import unpacked

    identity = identity_for(house, args.login)
    key = unit_for(house, identity, args.unit)
    with ExitStack() as stack:
        first, *others = [stack.enter_context(unpacked(one, house.spool)) for one in args.package]
        desk = stack.enter_context(at_desk(house, identity))
        taken = taking_packages.take(desk, desk.unit(key), package=first, others=others)
        out.line(
            {
                "id": taken.package.uid,
                "package": taken.package.identifier or taken.package.name,
                "profile": taken.package.profile,
                "dossier": taken.dossier.code if taken.dossier is not None else "",
                "papers": taken.papers,
                "foreign": taken.foreign,
                "remarks": len(taken.package.findings),
                "sha256": taken.package.digest,
            }
        )
        for part in taken.parts:
            # Each is signed for by itself.
            out.line({"id": part.uid, "package": part.identifier, "sha256": part.digest})
    return 0


def _answer(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import handover_receipts

    with at_desk(house, identity_for(house, args.login)) as desk:
        unit = handover_receipts.taken_package(desk, args.package).unit
        made = handover_receipts.answer(desk, unit, package=args.package)
    args.to.mkdir(parents=True, exist_ok=True)
    for ending, content in (
        ("json", made.content),
        ("p7s", made.signature),
        ("pem", made.certificate),
    ):
        path = args.to / f"{made.name}.{ending}"
        path.write_bytes(content)
        out.line({"path": str(path), "bytes": len(content)})
    return 0
