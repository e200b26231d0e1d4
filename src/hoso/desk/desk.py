"""Desk: one unit of work by one identity, inside one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from hoso.access.facts import protected
from hoso.access.grants import granted_roles
from hoso.access.identity import Identity
from hoso.access.permissions import Permission
from hoso.access.policy import Decision, Granted, Protected, Refused
from hoso.audit.entry import Entry
from hoso.audit.journal import append
from hoso.definitions.rulebook import Rulebook
from hoso.desk.interfaces import House
from hoso.kernel import ids
from hoso.kernel.clock import stamp
from hoso.kernel.errors import Missing
from hoso.records import filing
from hoso.records.events import RecordEvent
from hoso.records.model import Batch, Document, Dossier, Site, Unit
from hoso.retention.disposing.model import Destroyed, DisposalList
from hoso.stacks.model import Count, Place
from hoso.storage.databases import journal_connection
from hoso.workflow.machine import move

__all__ = ["Desk", "entry_for"]


class Desk:
    """Where one person (or machine) sits for the length of one transaction.

    :param via: the channel, as the journal shall name it: ``web``, ``cli``, ``worker``.
    """

    def __init__(self, house: House, connection: Any, identity: Identity, *, via: str) -> None:
        self.house = house
        self.connection = connection
        self.identity = identity
        self.via = via
        # Fixed for the length of the act: midnight does not pass in the middle of a decision.
        self._today = house.clock.today()
        self._details: dict[str, Any] = {}
        self._about: Any = None

    # What is here ---------------------------------------------------------------------

    @property
    def root(self) -> Any:
        """The root mapping of the main database."""
        return self.connection.root()

    @property
    def journal(self) -> Any:
        """The root mapping of the journal database, of the same transaction."""
        return journal_connection(self.connection).root()

    @property
    def site(self) -> Site:
        site: Site = self.root["site"]
        return site

    @property
    def rulebook(self) -> Rulebook:
        return self.house.rulebook

    @property
    def now(self) -> str:
        """The present instant as text."""
        return stamp(self.house.clock.now())

    @property
    def today(self) -> date:
        """The civil day on which this piece of work began; every decision in it is of that day."""
        return self._today

    # Who may ---------------------------------------------------------------------------

    def facts(self, record: Any) -> Protected:
        """Return what the decision needs to know of *record*."""
        if isinstance(record, DisposalList | Destroyed):
            # What names a dossier is no more open than the dossier is, or was.
            return replace(protected(record.unit, on=self.today), level=record.level)
        if isinstance(record, Place | Count):
            # A box is open to whoever works for the unit whose box it is.
            return protected(record.unit, on=self.today)
        return protected(record, self._closed_to, on=self.today)

    def _closed_to(self, type_: str) -> tuple[str, ...]:
        known = self.rulebook.document_types.get(type_)
        return known.closed_to if known is not None else ()

    def closed_types(self, role: str) -> frozenset[str]:
        """Return the types of paper that a role never sees."""
        types = self.rulebook.document_types.items()
        return frozenset(key for key, type_ in types if role in type_.closed_to)

    def decide(self, record: Any, permission: Permission) -> Decision:
        """Say whether this identity may do *permission* to *record*, and why."""
        if isinstance(record, Site):
            granted = granted_roles(self.root, self.identity.login, self.today)
            if self.house.policy.anywhere(
                self.identity, permission, on=self.today, granted=granted
            ):
                return Granted("A role that includes this is held at some unit.")
            return Refused("No role you hold includes {permission}.", {"permission": permission})
        return self.house.policy.decide(
            self.identity, self.facts(record), permission, on=self.today
        )

    def may(self, record: Any, permission: Permission) -> bool:
        """Shorthand of :meth:`decide`, for what a page offers."""
        return bool(self.decide(record, permission))

    def sees(self, record: Any) -> bool:
        """Say whether the record exists for this identity at all."""
        if isinstance(record, Document):
            if record.dossier is None:
                return self.may(record, Permission.INTAKE_WORK)
            return self.may(record, Permission.DOCUMENT_VIEW)
        if isinstance(record, Dossier):
            return self.may(record, Permission.DOSSIER_VIEW)
        if isinstance(record, Batch):
            return self.may(record, Permission.INTAKE_WORK)
        if isinstance(record, Unit):
            return self.may(record, Permission.UNIT_VIEW)
        if isinstance(record, Place | Count):
            return self.may(record, Permission.PAPER_VIEW)
        if isinstance(record, DisposalList | Destroyed):
            return self.may(record, Permission.DISPOSAL_VIEW)
        return True

    # What there is ---------------------------------------------------------------------

    def find(self, uid: str, kind: type | tuple[type, ...] = object) -> Any:
        """Return a record by uid (a dossier by code too) that this identity may see.

        Unknown and not allowed are one answer: :class:`Missing`.
        """
        number = ids.from_text(uid)
        record = self.site.by_id.get(number) if number else None
        if record is None:
            record = self.site.dossiers.get(uid)
        if record is None or not isinstance(record, kind) or not self.sees(record):
            raise Missing
        return record

    def unit(self, key: str) -> Unit:
        """Return a unit by key, if this identity may see it."""
        unit = self.site.unit_by_key.get(key)
        if unit is None or not self.sees(unit):
            raise Missing
        found: Unit = unit
        return found

    def move(self, record: Document, to: str, **facts: Any) -> None:
        """Bring a paper into another state, as the profile's workflow allows."""
        move(self.rulebook.workflows["document"], record, to, **facts)
        if record.dossier is None:
            filing.lay_in_tray(self.site, record)

    # What happened ---------------------------------------------------------------------

    def say(self, **details: Any) -> None:
        """Add details to the journal entry of the act that is running."""
        self._details.update(details)

    def about(self, record: Any) -> None:
        """Name the record the running act made, for its journal entry to be found under."""
        self._about = record

    def said(self, record: Any) -> tuple[Any, dict[str, Any]]:
        """Take the record and the details of the act that ran on *record*."""
        about, self._about = self._about, None
        details, self._details = self._details, {}
        return (record if about is None else about), details

    def tell(self, verb: str, record: Any, *, outcome: str = "done", **details: Any) -> None:
        """Write the journal entry of a deed, in the same commit as the deed."""
        entry = entry_for(self, verb, record, outcome=outcome, details=details)
        append(self.journal, entry, shard=self.house.writers.with_deed())

    def notify(self, events: Iterable[RecordEvent]) -> None:
        """Tell listeners what happened to records."""
        for event in events:
            self.house.subscribers.notify(event, self.root)


def entry_for(
    desk: Desk,
    verb: str,
    record: Any,
    *,
    outcome: str,
    reason: Any = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """Describe a deed for the journal; it refers to records by uid only.

    The actor's name goes with it: the account may be gone when somebody asks who it was.

    :param reason: a sentence (a msgid), or what has one and facts: a decision, an error.  Both are
        kept, so that each reader is told in his own language.
    """
    dossier = record if isinstance(record, Dossier) else getattr(record, "dossier", None)
    unit = record if isinstance(record, Unit) else getattr(dossier or record, "unit", None)
    said = {key: _plain(value) for key, value in (details or {}).items()}
    said["via"] = desk.via
    if desk.identity.name and desk.identity.name != desk.identity.login:
        said["by"] = desk.identity.name
    sentence = str(getattr(reason, "reason", "") or getattr(reason, "text", "") or reason)
    for name, fact in getattr(reason, "facts", {}).items():
        if f"{{{name}}}" in sentence:
            said[f"reason.{name}"] = _plain(fact)
    return Entry(
        at=desk.now,
        actor=desk.identity.login or "nobody",
        verb=verb,
        outcome=outcome,
        record=getattr(record, "uid", ""),
        dossier=dossier.uid if dossier is not None else "",
        unit=unit.uid if unit is not None else "",
        reason=sentence,
        details=said,
    )


def _plain(value: Any) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)
