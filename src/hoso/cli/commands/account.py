"""``hoso account list|create|role|clear|reset|lock|…``: accounts from the command line."""

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
    listed.add_argument("words", nargs="*", help="parts of login, name or unit")
    listed.set_defaults(with_site=_list)
    wanted = verbs.add_parser("wanted", help="what personnel events ask of accounts")
    wanted.set_defaults(with_site=_wanted)
    create = verbs.add_parser("create", help="issue an account; prints its first password once")
    create.add_argument("login")
    create.add_argument("--name", required=True)
    create.add_argument("--unit", required=True)
    create.add_argument("--clearance", type=int, default=1)
    create.add_argument("--dossier", default="")
    create.add_argument("--kind", choices=("management", "personal"), default="management")
    create.add_argument("--source", choices=("", "ldap"), default="", help="who keeps the password")
    create.set_defaults(with_site=_create)
    role = verbs.add_parser("role", help="give a role at a unit")
    role.add_argument("login")
    role.add_argument("role")
    role.add_argument("--unit", required=True)
    role.add_argument("--cause", required=True, help="the decision that gives the role")
    role.add_argument("--from", dest="valid_from", default="", metavar="DAY")
    role.add_argument("--to", dest="valid_to", default="", metavar="DAY")
    role.set_defaults(with_site=_role)
    clear = verbs.add_parser("clear", help="clear an account for another level, by a decision")
    clear.add_argument("login")
    clear.add_argument("level", type=int)
    clear.add_argument("--decision", required=True)
    clear.set_defaults(with_site=_clear)
    lock = verbs.add_parser("lock", help="shut an account at once")
    unlock = verbs.add_parser("unlock", help="open an account that was shut")
    for one, name in ((lock, "lock"), (unlock, "unlock")):
        one.add_argument("login")
        one.add_argument("--reason", required=True)
        one.set_defaults(with_site=_lock, deed=name)
    factor = verbs.add_parser("reset-factor", help="forget the second factor of an account")
    factor.add_argument("login")
    factor.add_argument("--request", required=True, help="number of the written request")
    factor.set_defaults(with_site=_factor)
    sessions = verbs.add_parser("sessions", help="where somebody is signed in; --end ends all")
    sessions.add_argument("login")
    sessions.add_argument("--end", action="store_true")
    sessions.set_defaults(with_site=_sessions)
    reset = verbs.add_parser("reset", help="give a new first password on a written request")
    reset.add_argument("login")
    reset.add_argument("--request", required=True, help="number of the written request")
    reset.set_defaults(with_site=_reset)
    key = verbs.add_parser("key", help="make an access key for --as LOGIN; prints it once")
    key.add_argument("--label", required=True, help="which scanner or program will hold it")
    key.add_argument("--days", type=int, default=90)
    key.set_defaults(with_site=_key)
    for verb in (
        listed, wanted, create, role, clear, lock, unlock, factor, sessions, reset, key,
    ):  # fmt: skip
        verb.add_argument("--as", dest="acting", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        for account in people.accounts(desk, desk.site, words=" ".join(args.words)):
            out.line(
                {
                    "login": account.login,
                    "name": account.name,
                    "kind": account.kind,
                    "unit": account.unit.key if account.unit is not None else None,
                    "clearance": account.clearance,
                    "roles": [f"{held.role}@{unit or '*'}" for held, unit in account.roles],
                    "second factor": account.factor,
                    "ends": account.ends_on or None,
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
            kind=args.kind,
            source=args.source,
        )
    out.line({"login": args.login, "one-time password": password or None})
    return 0


def _role(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        people.grant_role(
            desk,
            desk.unit(args.unit),
            login=args.login,
            role=args.role,
            cause=args.cause,
            valid_from=args.valid_from,
            valid_to=args.valid_to,
        )
    out.line({"login": args.login, "role": args.role, "unit": args.unit})
    return 0


def _wanted(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import account_events

    with at_desk(house, identity_for(house, args.acting)) as desk:
        for line in account_events.wanted(desk, desk.site):
            out.line(
                {
                    "dossier": line.dossier.code,
                    "unit": line.dossier.unit.key,
                    "why": line.wanted.why,
                    "day": line.wanted.day or None,
                    "accounts": list(line.logins),
                    "suggested": line.suggested or None,
                },
                human=f"{line.dossier.code:14} {line.wanted.why:6} {line.wanted.day:10} "
                f"{', '.join(line.logins) or line.suggested}",
            )
    return 0


def _clear(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        known = people.account_named(desk, args.login)
        record = known.unit if known.unit is not None else desk.site
        raised = args.level > known.clearance
        deed = people.raise_clearance if raised else people.lower_clearance
        deed(desk, record, login=args.login, clearance=args.level, decision=args.decision)
    out.line({"login": args.login, "clearance": args.level})
    return 0


def _lock(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    deed = people.lock if args.deed == "lock" else people.unlock
    with at_desk(house, identity_for(house, args.acting)) as desk:
        deed(desk, desk.site, login=args.login, reason=args.reason)
    out.line({"login": args.login, "shut": args.deed == "lock"})
    return 0


def _factor(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import account_ways

    with at_desk(house, identity_for(house, args.acting)) as desk:
        account_ways.reset_second_factor(desk, desk.site, login=args.login, request=args.request)
    out.line({"login": args.login, "second factor": False})
    return 0


def _sessions(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import account_ways

    with at_desk(house, identity_for(house, args.acting)) as desk:
        if args.end:
            ended = account_ways.end_sessions(desk, desk.site, login=args.login)
            out.line({"login": args.login, "ended": ended})
            return 0
        for each in account_ways.sessions_of(desk, desk.site, login=args.login):
            out.line(
                {
                    "name": each.name,
                    "browser": each.device or None,
                    "address": each.address or None,
                    "by": each.how,
                    "since": each.begun_at,
                    "seen": each.seen_at,
                },
                human=f"{each.name} {each.begun_at[:16]} {each.address:15} {each.device}",
            )
    return 0


def _reset(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import people

    with at_desk(house, identity_for(house, args.acting)) as desk:
        password = people.reset_password(
            desk, desk.site, login=args.login, request=args.request, revision=None
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
