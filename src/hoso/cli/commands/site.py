"""``hoso site create``: make a site of a profile."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    site = subparsers.add_parser("site", help="make a site, say what it is")
    verbs = site.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make a site of a profile")
    create.add_argument("--profile", required=True, metavar="NAME")
    create.add_argument("--json", action="store_true")
    create.set_defaults(run=_create)
    about = verbs.add_parser("about", help="say what the site is made of")
    about.add_argument("--json", action="store_true")
    about.set_defaults(with_site=_about)


def _create(args: argparse.Namespace, out: Output) -> int:
    from hoso.app.house import found_site
    from hoso.app.seeding import seed

    passwords: dict[str, str] = {}
    if args.profile == "demo":
        from hoso.demo.site import PASSWORDS

        passwords = PASSWORDS
    with found_site(args.site, args.profile, config=args.config) as house:
        made = seed(house, passwords=passwords)
        for account in made:
            out.line(
                {
                    "login": account.login,
                    "name": account.name,
                    "role": ", ".join(account.roles),
                    "one-time password": account.password,
                },
                human=f"{account.login:12} {account.password:20} {', '.join(account.roles)}",
            )
        if args.profile == "demo":
            from hoso.demo.site import furnish

            furnish(house, out)
        house.catch_up()
    return 0


def _about(_args: argparse.Namespace, house: Any, out: Output) -> int:
    profile = house.rulebook.profile
    out.line(
        {
            "profile": profile.key,
            "title": profile.title.vi,
            "chain": list(profile.chain),
            "rulebook": house.rulebook.digest,
            "plugins": [f"{i.__name__}:{name}" for i, name, _ in house.plugins.all()],
        }
    )
    return 0
