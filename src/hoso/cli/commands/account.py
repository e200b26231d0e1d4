"""``hoso account list|create|role|reset|key``: accounts from the command line."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    account = subparsers.add_parser("account", help="accounts: list, create, give roles")
    verbs = account.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="list accounts")
    listed.set_defaults(with_site=_list)
    create = verbs.add_parser("create", help="issue an account; prints its first password once")
    create.add_argument("login")
    create.add_argument("--name", required=True)
    create.add_argument("--unit", required=True)
    create.add_argument("--clearance", type=int, default=1)
    create.add_argument("--dossier", default="")
    create.set_defaults(with_site=_create)
    role = verbs.add_parser("role", help="give a role at a unit")
    role.add_argument("login")
    role.add_argument("role")
    role.add_argument("--unit", required=True)
    role.add_argument("--cause", required=True, help="the decision that gives the role")
    role.set_defaults(with_site=_role)
    reset = verbs.add_parser("reset", help="give a new first password on a written request")
    reset.add_argument("login")
    reset.add_argument("--request", required=True, help="number of the written request")
    reset.set_defaults(with_site=_reset)
    key = verbs.add_parser("key", help="make an access key for --as LOGIN; prints it once")
    key.add_argument("--label", required=True, help="which scanner or program will hold it")
    key.add_argument("--days", type=int, default=90)
    key.set_defaults(with_site=_key)
    for verb in (listed, create, role, reset, key):
        verb.add_argument("--as", dest="acting", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        for account in people.accounts(desk, desk.site):
            out.line(
                {
                    "login": account.login,
                    "name": account.name,
                    "unit": account.unit.key if account.unit is not None else None,
                    "clearance": account.clearance,
                    "roles": [f"{held.role}@{unit or '*'}" for held, unit in account.roles],
                    "shut": account.shut or None,
                },
                human=f"{account.login:14} {account.name:30} {account.shut}",
            )
    return 0


def _create(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        password = people.create_account(
            desk,
            desk.unit(args.unit),
            login=args.login,
            name=args.name,
            clearance=args.clearance,
            dossier=args.dossier,
        )
    out.line({"login": args.login, "one-time password": password})
    return 0


def _role(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        people.grant_role(
            desk, desk.unit(args.unit), login=args.login, role=args.role, cause=args.cause
        )
    out.line({"login": args.login, "role": args.role, "unit": args.unit})
    return 0


def _reset(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.access.accounts import accounts_of
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        known = accounts_of(desk.root).by_login.get(args.login)
        revision = known.revision if known is not None else 0
        password = people.reset_password(
            desk, desk.site, login=args.login, request=args.request, revision=revision
        )
    out.line({"login": args.login, "one-time password": password})
    return 0


def _key(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import keys

    with at_desk(house, identity_for(house, args.acting)) as desk:
        token = keys.issue_key(desk, label=args.label, days=args.days, password=None)
        login = desk.identity.login
    out.line({"login": login, "key": token})
    return 0
