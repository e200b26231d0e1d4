"""Two persons: ask for a permit, agree or refuse, carry out what was agreed to.

Whose permission counts is the act's own: to ask and to carry out one must be able to do the
act at the record, to decide one must hold what the act asks of its second person.  So these
are no acts with one permission of their own; each decides by the act it is about, journals
itself, and answers as the act would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hoso.access import permits
from hoso.access.accounts import accounts_of, identity_of, same_person
from hoso.access.agreed.model import Permit
from hoso.access.permissions import Permission
from hoso.desk.act import (
    ACTS,
    Act,
    needs_second,
    permit_days,
    refused,
    words_of,
)
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import one_line

__all__ = [
    "PermitView",
    "agree",
    "ask",
    "carry_out",
    "is_needed",
    "look",
    "mine",
    "refuse",
    "waiting",
    "who_may_agree",
    "withdraw",
]

#: Most lines of a list of what one asked for.
MOST = 100


@dataclass(frozen=True)
class PermitView:
    """A permit as somebody who has to do with it sees it.

    ``record`` is ``None`` where it is no more, or not for this reader; ``state`` is that of
    the permit, or ``lapsed``.
    """

    permit: Permit
    record: Any
    state: str
    may_decide: bool
    may_use: bool
    may_withdraw: bool


def is_needed(desk: Desk, record: Any, *, function: Any, words: Mapping[str, Any]) -> bool:
    """Say whether an act with these words needs somebody else to agree first."""
    known: Act = function.act
    return needs_second(desk, known, record, words_of(known, (), dict(words)))


def _record(desk: Desk, permit: Permit) -> Any:
    if not permit.record:
        return desk.site
    return desk.site.by_id.get(ids.from_text(permit.record) or 0)


def ask(desk: Desk, record: Any, *, function: Any, words: Mapping[str, Any], reason: str) -> Permit:
    """Ask a second person to agree to an act on *record* with these very words.

    :param function: the act, as the desk has it.
    :raises Invalid: where no reason is said, or nobody is needed.
    :raises Conflict: where the same is asked already.
    """
    known: Act = function.act
    decision = desk.decide(record, known.permission)
    if not decision:
        raise refused(desk, "permit.asked", record, decision)
    reason = one_line(reason)
    if not reason:
        raise Invalid([Fault("reason", "State why: the second person decides by it.")])
    said = words_of(known, (), dict(words))
    if known.second is None or not needs_second(desk, known, record, said):
        raise Invalid(message="No second person is needed for this; do it.")
    if not who_may_agree(desk, record, known.second.permission):
        raise Invalid(
            message="Nobody but you could agree to this here. Ask the administrator to give the "
            "permission {permission} to somebody at this unit or at one above it.",
            permission=str(known.second.permission),
        )
    permit = permits.ask(
        desk.root,
        known.verb,
        record=getattr(record, "uid", ""),
        permission=str(known.second.permission),
        words=said,
        reason=reason,
        by=desk.identity.login,
        at=desk.now,
        today=desk.today,
        days=permit_days(desk),
    )
    desk.tell("permit.asked", record, permit=permit.uid, act=known.verb, why=reason, **_said(said))
    return permit


def _said(words: dict[str, Any]) -> dict[str, Any]:
    return {f"with-{name}": value for name, value in words.items() if value not in ("", None)}


def who_may_agree(desk: Desk, record: Any, permission: Permission) -> list[str]:
    """Return the names of those who could agree to a deed on *record* now, but the asker.

    So that a unit of one person hears whom to turn to, above it.
    """
    facts, found = desk.facts(record) if getattr(record, "uid", "") else None, []
    for account in accounts_of(desk.root).by_login.values():
        if account.locked or same_person(desk.root, account.login, desk.identity.login):
            continue
        identity = identity_of(account)
        if facts is None:
            may = desk.house.policy.anywhere(identity, permission, on=desk.today)
        else:
            may = bool(desk.house.policy.decide(identity, facts, permission, on=desk.today))
        if may:
            found.append(account.name)
    return found


def _view(desk: Desk, permit: Permit) -> PermitView:
    record = _record(desk, permit)
    seen = record is not None and desk.sees(record)
    lapsed = permits.has_lapsed(permit, today=desk.today, days=permit_days(desk))
    login = desk.identity.login
    asker = same_person(desk.root, login, permit.asked_by)
    holds = seen and desk.may(record, Permission(permit.permission))
    able = seen and permit.verb in ACTS and desk.may(record, ACTS[permit.verb].permission)
    return PermitView(
        permit,
        record if seen else None,
        "lapsed" if lapsed else permit.state,
        may_decide=permit.state == "asked"
        and not lapsed
        and not asker
        and holds
        and not _is_for(desk, permit),
        may_use=permit.state == "agreed"
        and not lapsed
        and able
        and not same_person(desk.root, login, permit.decided_by),
        may_withdraw=permit.state in {"asked", "agreed"} and login == permit.asked_by,
    )


def _is_for(desk: Desk, permit: Permit) -> bool:
    """Say whether this very person would gain by the deed: then another must agree."""
    login = str(dict(permit.words).get("login") or "")
    return bool(login) and same_person(desk.root, desk.identity.login, login)


def _concerns(desk: Desk, view: PermitView) -> bool:
    """Say whether a permit is this person's business at all."""
    permit = view.permit
    if desk.identity.login in {permit.asked_by, permit.decided_by, permit.used_by}:
        return True
    return view.record is not None and (
        desk.may(view.record, Permission(permit.permission)) or view.may_use
    )


def waiting(desk: Desk) -> list[PermitView]:
    """Return what waits for this person: to be decided, or to be carried out."""
    views = (_view(desk, permit) for permit in permits.open_permits(desk.root))
    found = [view for view in views if view.may_decide or view.may_use]
    return sorted(found, key=lambda view: (view.permit.asked_at, view.permit.id))


def mine(desk: Desk) -> list[PermitView]:
    """Return what this person asked for, the last first."""
    kept = permits.asked_by(desk.root, desk.identity.login, limit=MOST)
    return [_view(desk, permit) for permit in kept]


def look(desk: Desk, uid: str) -> PermitView:
    """Return one permit, for those who have to do with it; ``Missing`` for all others."""
    permit = permits.permit_of(desk.root, uid)
    view = _view(desk, permit) if permit is not None else None
    if view is None or not _concerns(desk, view):
        raise Missing
    return view


def _to_decide(desk: Desk, uid: str, verb: str) -> tuple[Permit, Any]:
    view = look(desk, uid)
    permit, record = view.permit, view.record
    if same_person(desk.root, desk.identity.login, permit.asked_by):
        raise Forbidden(reason="Who asks does not agree: another person must.")
    if _is_for(desk, permit):
        raise Forbidden(reason="This is for yourself: another person must agree.")
    if record is None:
        raise Missing
    decision = desk.decide(record, Permission(permit.permission))
    if not decision:
        raise refused(desk, verb, record, decision)
    return permit, record


def agree(desk: Desk, uid: str, *, note: str = "") -> Permit:
    """Agree to what somebody else asked for."""
    permit, record = _to_decide(desk, uid, "permit.agreed")
    permits.agree(
        permit,
        by=desk.identity.login,
        at=desk.now,
        note=one_line(note),
        today=desk.today,
        days=permit_days(desk),
    )
    desk.tell("permit.agreed", record, permit=uid, act=permit.verb, asked_by=permit.asked_by)
    return permit


def refuse(desk: Desk, uid: str, *, note: str) -> Permit:
    """Refuse what somebody else asked for, with the reason."""
    permit, record = _to_decide(desk, uid, "permit.refused")
    if not one_line(note):
        raise Invalid([Fault("note", "State why you refuse.")])
    permits.refuse(desk.root, permit, by=desk.identity.login, at=desk.now, note=one_line(note))
    desk.tell(
        "permit.refused", record, permit=uid, act=permit.verb, asked_by=permit.asked_by, why=note
    )
    return permit


def withdraw(desk: Desk, uid: str) -> Permit:
    """Take one's own request back, as long as it was not used."""
    view = look(desk, uid)
    permits.withdraw(desk.root, view.permit, by=desk.identity.login, at=desk.now)
    desk.tell("permit.withdrawn", view.record, permit=uid, act=view.permit.verb)
    return view.permit


def carry_out(desk: Desk, uid: str) -> Any:
    """Do what was agreed to, with the words it was agreed to with; return the act's answer."""
    view = look(desk, uid)
    permit = view.permit
    if permit.state == "used":
        raise Conflict(by=permit.used_by, at=permit.used_at)
    if view.state == "lapsed":
        raise Conflict("What was agreed to was not done in time and has lapsed; ask again.")
    if permit.state != "agreed":
        raise Conflict("A second person has not agreed to this.")
    if view.record is None or permit.verb not in ACTS:
        raise Missing
    # The act finds its permit by itself, and spends it.
    return ACTS[permit.verb].function(desk, view.record, **dict(permit.words))
