"""Who is here now: names of one's own scope, seen within ten minutes (S4-69)."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from hoso.access import sessions
from hoso.access.accounts import accounts_of
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.people import is_in_reach
from hoso.desk.signing_in import rules_of
from hoso.kernel.clock import stamp
from hoso.records.model import Site

__all__ = ["HERE", "Present", "present"]

#: How long after the last page somebody counts as here.
HERE = timedelta(minutes=10)


class Present(NamedTuple):
    """Somebody who is here, and the minute of the last page."""

    name: str
    unit: str
    seen_at: str


@act("presence.listed", Permission.PRESENCE_VIEW, told=False)
def present(desk: Desk, _site: Site) -> list[Present]:
    """Return who of the units where one may know it is here, the last seen first.

    Of another process of the site one knows what it wrote down, up to a minute ago.
    """
    now, accounts = desk.house.clock.now(), accounts_of(desk.root)
    since = stamp(now - HERE)
    latest: dict[str, str] = {}
    open_ = sessions.open_now(desk.root, now=now, rules=rules_of(desk), seen=desk.house.seen)
    for session in open_:
        if session.seen_at >= since:
            latest[session.login] = max(session.seen_at, latest.get(session.login, ""))
    found = []
    for login, seen_at in latest.items():
        account = accounts.by_login.get(login)
        if account is None or not is_in_reach(desk, account, Permission.PRESENCE_VIEW):
            continue
        unit = desk.site.unit_by_number.get(account.unit) if account.unit else None
        found.append(Present(account.name, unit.name if unit is not None else "", seen_at))
    return sorted(found, key=lambda each: each.seen_at, reverse=True)
