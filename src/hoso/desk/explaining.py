"""Why can I see this, why can he not, who could on 3 March: answered in words, from facts.

A person is told of what he sees, and of nothing else: of a record he may not see there is only
"not found".  An auditor asks about others, within the records he may know of himself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from hoso.access import past
from hoso.access.accounts import accounts_of, identity_of
from hoso.access.consents import consent_behind
from hoso.access.identity import Identity, in_force
from hoso.access.model import Account
from hoso.access.permissions import Permission
from hoso.access.policy import SUBJECT, Decision, Protected
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.kernel.errors import Missing
from hoso.records.model import Document, Dossier

__all__ = [
    "ON_DOSSIERS",
    "ON_PAPERS",
    "CouldLine",
    "Explanation",
    "Way",
    "WhoAnswer",
    "mine_of_dossier",
    "mine_of_paper",
    "of_somebody",
    "who_could",
]

ON_DOSSIERS = (
    Permission.DOSSIER_VIEW,
    Permission.DOSSIER_EDIT,
    Permission.DOSSIER_STATUS,
    Permission.CAREER_RECORD,
    Permission.CUSTODY_SEND,
    Permission.INTAKE_FILE,
    Permission.RETENTION_VIEW,
    Permission.RETENTION_HOLD,
    Permission.EXPORT_BUILD,
    Permission.CONSENT_DECIDE,
    Permission.MARK_DETERMINE,
    Permission.JOURNAL_VIEW,
)
ON_PAPERS = (
    Permission.DOCUMENT_VIEW,
    Permission.DOCUMENT_READ,
    Permission.DOCUMENT_DOWNLOAD,
    Permission.DOCUMENT_EDIT,
    Permission.DOCUMENT_WITHDRAW,
    Permission.MARK_DETERMINE,
    Permission.CONSENT_DECIDE,
    Permission.JOURNAL_VIEW,
)


@dataclass(frozen=True)
class Way:
    """One reason why somebody sees a record: a role, where it comes from, how long it lasts.

    ``kind`` is ``unit``, ``grant``, ``consent`` or ``own``; ``place`` the name of the unit,
    ``consent`` a uid.  ``closed`` says that this role never sees papers of this type.
    """

    kind: str
    role: str
    place: str = ""
    cause: str = ""
    consent: str = ""
    valid_from: str = ""
    valid_to: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Explanation:
    """Everything an access decision about one person and one record rests on."""

    identity: Identity
    level: int
    walled: bool
    ways: tuple[Way, ...]
    may: tuple[Permission, ...]
    may_not: tuple[tuple[Permission, Decision], ...]

    @property
    def is_cleared(self) -> bool:
        return self.level <= self.identity.clearance


@dataclass(frozen=True)
class CouldLine:
    """One account in the answer to who could: ``answer`` of ``access.past``."""

    login: str
    name: str
    answer: past.Answer


@dataclass(frozen=True)
class WhoAnswer:
    """Who could do something to a record on a day, and of whom it is not known.

    :ivar known: whether facts about the record are kept for that day.
    """

    on: date
    permission: Permission
    known: bool
    could: tuple[CouldLine, ...]
    unknown: tuple[CouldLine, ...]


def asked_of(record: Any) -> tuple[Permission, ...]:
    """Return what may be done to a record of this kind, as far as pages explain it."""
    return ON_PAPERS if isinstance(record, Document) else ON_DOSSIERS


def _explain(desk: Desk, identity: Identity, record: Any) -> Explanation:
    facts, policy, on = desk.facts(record), desk.house.policy, desk.today
    decided = [(p, policy.decide(identity, facts, p, on=on)) for p in asked_of(record)]
    return Explanation(
        identity,
        facts.level,
        facts.walled,
        tuple(_ways(desk, identity, facts)),
        tuple(permission for permission, decision in decided if decision),
        tuple((permission, decision) for permission, decision in decided if not decision),
    )


def _ways(desk: Desk, identity: Identity, facts: Protected) -> Iterator[Way]:
    here = {*facts.lineage, 0}
    for held in identity.roles:
        if held.unit in here and held.in_force(desk.today) and not facts.walled:
            unit = desk.site.unit_by_number.get(held.unit)
            yield Way(
                "unit",
                held.role,
                place=unit.name if unit is not None else "",
                cause=held.cause,
                valid_from=held.valid_from,
                valid_to=held.valid_to,
                closed=held.role in facts.closed_to,
            )
    for given in facts.grants:
        if given.principal == identity.principal and in_force(
            given.valid_from, given.valid_to, desk.today
        ):
            consent = consent_behind(desk.root, given.cause)
            yield Way(
                "consent" if consent is not None else "grant",
                given.role,
                cause=given.cause,
                consent=consent.uid if consent is not None else "",
                valid_from=given.valid_from,
                valid_to=given.valid_to,
                closed=given.role in facts.closed_to,
            )
    if facts.subject_of and facts.subject_of == identity.own_dossier:
        yield Way("own", SUBJECT, closed=SUBJECT in facts.closed_to)


@act("access.why-dossier-asked", Permission.DOSSIER_VIEW, told=False)
def mine_of_dossier(desk: Desk, dossier: Dossier) -> Explanation:
    """Say why one sees a dossier, what one may do to it and what not."""
    return _explain(desk, desk.identity, dossier)


@act("access.why-paper-asked", Permission.DOCUMENT_VIEW, told=False)
def mine_of_paper(desk: Desk, paper: Document) -> Explanation:
    """Say why one sees a paper, what one may do to it and what not."""
    return _explain(desk, desk.identity, paper)


def _account(desk: Desk, login: str) -> Account:
    found: Account | None = accounts_of(desk.root).by_login.get(login.strip().lower())
    if found is None:
        raise Missing("There is no account {login}.", login=login)
    return found


@act("access.why-asked", Permission.ACCESS_EXPLAIN)
def of_somebody(desk: Desk, record: Any, *, login: str) -> Explanation:
    """Say why somebody else sees a record today, or does not."""
    account = _account(desk, login)
    desk.say(about=account.login)
    return _explain(desk, identity_of(account), record)


@act("access.who-asked", Permission.ACCESS_EXPLAIN)
def who_could(
    desk: Desk, record: Any, *, permission: Permission, on: date, login: str = ""
) -> WhoAnswer:
    """Say who could do something to a record on a day, past or present, answered from facts.

    :param login: one account only; "" for all.
    """
    accounts, types = accounts_of(desk.root).by_login, desk.rulebook.document_types

    def closed_to(type_: str) -> tuple[str, ...]:
        return types[type_].closed_to if type_ in types else ()

    asked = [_account(desk, login)] if login else list(accounts.values())
    lines = [
        CouldLine(
            one.login,
            one.name,
            past.could(
                desk.root,
                desk.house.policy,
                one,
                record,
                permission,
                on=on,
                closed_to=closed_to,
            ),
        )
        for one in asked
    ]
    known = past.is_known(desk.root, on)
    desk.say(on=on.isoformat(), permission=str(permission), about=login)
    return WhoAnswer(
        on,
        permission,
        known,
        # Of one account that was asked for, the refusal is an answer too.
        tuple(line for line in lines if line.answer.known and (line.answer.decision or login)),
        tuple(line for line in lines if not line.answer.known),
    )
