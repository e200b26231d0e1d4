"""``hoso package``: judge one, take one in; freeze, list, save, send those that leave, take receipts."""

from __future__ import annotations

import argparse
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
    judged.add_argument("package", type=Path, metavar="PACKAGE")
    judged.add_argument("--profile", default="", metavar="P")
    judged.add_argument("--json", action="store_true")
    judged.set_defaults(run=_check)
    taken = verbs.add_parser("take", help="take a package in")
    taken.add_argument("package", type=Path, metavar="PACKAGE")
    taken.add_argument("--unit", default="", metavar="KEY")
    taken.add_argument("--as", dest="login", default="", metavar="LOGIN")
    taken.add_argument("--json", action="store_true")
    taken.set_defaults(with_site=_take)
    add_leaving(verbs)


def _check(args: argparse.Namespace, out: Output) -> int:
    from hoso.app.settings import home
    from hoso.kernel.errors import Fault, Invalid
    from hoso.preservation import schemas
    from hoso.preservation.check import PROFILES, check

    if args.profile and args.profile not in PROFILES:
        known = ", ".join(sorted(PROFILES))
        raise Invalid([Fault("profile", "There is only: {known}.", {"known": known})])
    verdict = check(args.package, profile=args.profile, schemas=schemas.folders(home()))
    for one in (*verdict.findings, *verdict.departures):
        departs = one in verdict.departures
        kept = "; the profile departs here" if departs else ""
        out.line(
            {**one.as_data(), "departure": departs},
            human=f"{one.level.value}  {one.rule}  {one.path}: {one.what}{kept}",
        )
    said = {key: value for key, value in verdict.as_data().items() if not isinstance(value, list)}
    sound = "sound" if verdict.is_sound else "NOT SOUND"
    out.line(
        said, human=f"{sound}: {verdict.profile}, {verdict.files} files, {verdict.bytes} bytes"
    )
    return 0 if verdict.is_sound else 1


def _take(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import taking_packages
    from hoso.preservation.taking.unpacking import unpacked

    identity = identity_for(house, args.login)
    key = unit_for(house, identity, args.unit)
    with (
        unpacked(args.package, house.spool) as package,
        at_desk(house, identity) as desk,
    ):
        taken = taking_packages.take(desk, desk.unit(key), package=package)
        out.line(
            {
                "package": taken.package.identifier or taken.package.name,
                "profile": taken.package.profile,
                "dossier": taken.dossier.code if taken.dossier is not None else "",
                "papers": taken.papers,
                "foreign": taken.foreign,
                "remarks": len(taken.package.findings),
                "sha256": taken.package.digest,
            }
        )
    return 0
