"""What a record says to the index, with the tokens of those who may find it.

The index finds candidates; the object decides.  Codes of facets are taken from the key
itself, so they are the same in every index and never renumbered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from hoso.access.facts import protected
from hoso.access.permissions import Permission
from hoso.access.policy import Policy
from hoso.access.tokens import tokens_of_record
from hoso.definitions.rulebook import Rulebook
from hoso.desk.documents import text_of
from hoso.kernel.clock import IClock
from hoso.kernel.dates import PartialDate
from hoso.records.model import Document, Dossier, Site
from hoso.records.standing import status_at
from hoso.search.values import Entry

__all__ = ["Entries", "code_of"]

_EPOCH = date(1970, 1, 1).toordinal()
#: Raise it whenever the same record would say something else to the index.
VERSION = 1


@cache
def code_of(key: str) -> int:
    """Return the facet code of a key: its CRC-32, 31 bits; "" is 0."""
    return zlib.crc32(key.encode("utf-8")) & 0x7FFFFFFF if key else 0


def _day(text: str) -> tuple[int, int | None]:
    """Return the year (0 unknown) and the first day of what is known, since 1970."""
    if not text:
        return 0, None
    known = PartialDate.parse(text)
    first = date(known.year, known.month or 1, known.day or 1)
    return known.year, first.toordinal() - _EPOCH


class Entries:
    """Reads the records of one site as entries (``hoso.search.interfaces.EntrySource``)."""

    def __init__(self, rulebook: Rulebook, policy: Policy, clock: IClock) -> None:
        self._rulebook = rulebook
        self._policy = policy
        self._clock = clock
        #: What entries rest on beside the records: who may read is part of each of them.
        self.edition = f"{VERSION}:{rulebook.digest}"

    def all_ids(self, root: Any) -> Iterable[int]:
        """Yield the id of every dossier and document."""
        site: Site = root["site"]
        for number, record in site.by_id.items():
            if isinstance(record, Dossier | Document):
                yield number

    def read_entry(self, root: Any, id: int) -> Entry | None:  # noqa: A002
        """Return what the record says; ``None`` where nobody shall find it."""
        site: Site = root["site"]
        record = site.by_id.get(id)
        if isinstance(record, Document):
            return self._document(record)
        if isinstance(record, Dossier):
            return self._dossier(record)
        return None

    def _closed_to(self, type_: str) -> tuple[str, ...]:
        known = self._rulebook.document_types.get(type_)
        return known.closed_to if known is not None else ()

    def _tokens(self, record: Any, permission: Permission) -> tuple[str, ...]:
        today = self._clock.today()
        facts = protected(record, self._closed_to, on=today)
        return tokens_of_record(facts, self._policy, permission=permission, on=today)

    def _document(self, document: Document) -> Entry | None:
        if document.state in {"refused", "split"}:
            # Of a split scan the parts are found.
            return None
        filed = document.dossier is not None
        permission = Permission.DOCUMENT_READ if filed else Permission.INTAKE_WORK
        year, day = _day(document.date)
        known = self._rulebook.document_types.get(document.type)
        dossier = document.dossier
        unit = dossier.unit if dossier is not None else document.unit
        given = document.given_name.decode("utf-8", "replace")
        title = document.title if filed else f"{document.title} {given}".strip()
        return Entry(
            id=document.id,
            kind="document" if filed else "item",
            acl=self._tokens(document, permission),
            dossier=dossier.id if dossier is not None else 0,
            type=code_of(document.type),
            form=code_of(document.form),
            year=year,
            unit=unit.number if unit is not None else 0,
            level=document.level,
            section=code_of(known.section) if known is not None else 0,
            status=code_of(document.state),
            day=day,
            number=document.number,
            symbol=document.symbol,
            person=dossier.name if dossier is not None else document.person,
            agency=document.agency,
            title=title,
            text=text_of(document),
            ocr=document.ocr,
        )

    def _dossier(self, dossier: Dossier) -> Entry:
        year, day = _day(dossier.birth_date)
        standing = status_at(dossier.status_events, self._clock.today())
        return Entry(
            id=dossier.id,
            kind="dossier",
            acl=self._tokens(dossier, Permission.DOSSIER_VIEW),
            dossier=dossier.id,
            type=code_of(dossier.type),
            year=year,
            unit=dossier.unit.number,
            level=dossier.level,
            status=code_of(standing.status if standing is not None else ""),
            day=day,
            number=dossier.code,
            person=dossier.name,
            title=dossier.name,
        )
