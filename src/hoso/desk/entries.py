"""What a record says to the index, with the tokens of the facts by which it is found.

The index finds candidates; the object decides.  Codes of facets are taken from the key
itself, so they are the same in every index and never renumbered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from ZODB.utils import z64

from hoso.access.days import day_of
from hoso.access.facts import protected
from hoso.access.tokens import own_tokens, tokens_of_record
from hoso.definitions.rulebook import Rulebook
from hoso.desk.documents import text_of
from hoso.desk.kept import kept_of
from hoso.kernel import ids
from hoso.kernel.clock import civil_day
from hoso.kernel.dates import PartialDate
from hoso.records.marking import level_of
from hoso.records.model import Document, Dossier, Site
from hoso.records.standing import status_at
from hoso.search.values import Entry, days_of

__all__ = ["Entries", "code_of", "is_found", "papers_rest_on"]

#: What an entry of a paper takes from its dossier.
_UNDER_PAPERS = ("name", "unit", "level", "marks", "grants", "walled", "status_events")
#: Raise it whenever the same record would say something else to the index.
VERSION = 3


@cache
def code_of(key: str) -> int:
    """Return the facet code of a key: its CRC-32, 31 bits; "" is 0."""
    return zlib.crc32(key.encode("utf-8")) & 0x7FFFFFFF if key else 0


def _days(text: str) -> tuple[int, int | None, int | None]:
    """Return the year (0 unknown), the first and the last day of what is known, since 1970."""
    if not text:
        return 0, None, None
    known = PartialDate.parse(text)
    return known.year, *days_of(known)


def is_found(record: Document | Dossier) -> bool:
    """Say whether anybody shall find *record*: not what was refused; of a split scan the parts."""
    return record.state not in {"refused", "split"}


def papers_rest_on(dossier: Dossier) -> bool:
    """Say whether what *dossier* became in this transaction changes what its papers say.

    Compared with the state it was loaded in, so that no act need say it, and none can forget.
    Filing a paper into it does not.
    """
    jar, loaded = dossier._p_jar, dossier._p_serial  # noqa: SLF001 - ZODB's protocol
    if jar is None or loaded == z64:
        return False  # It was opened just now: nothing of its papers is known to the index.
    if not dossier._p_changed:  # noqa: SLF001
        return False
    before = jar.oldstate(dossier, loaded)
    return any(
        before.get(name, getattr(Dossier, name, None)) != getattr(dossier, name)
        for name in _UNDER_PAPERS
    )


class Entries:
    """Reads the records of one site as entries (``hoso.search.interfaces.EntrySource``).

    An entry is written for the day the database says (``access.days``), so it rests on the
    database alone, whatever clock the process has.
    """

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        #: What entries rest on beside the records.
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
            return self._document(root, record, day_of(root)) if is_found(record) else None
        if isinstance(record, Dossier):
            return _dossier(root, record, day_of(root))
        return None

    def below(self, root: Any, id: int) -> Iterable[int]:  # noqa: A002
        """Yield the ids of the papers in a dossier, without loading them."""
        dossier = root["site"].by_id.get(id)
        if isinstance(dossier, Dossier):
            yield from (number for number in map(ids.from_text, dossier) if number)

    def _document(self, root: Any, document: Document, day: date) -> Entry:
        filed = document.dossier is not None
        year, first, last = _days(document.date)
        keep, until = kept_of(root, document)
        known = self._rulebook.document_types.get(document.type)
        dossier = document.dossier
        unit = dossier.unit if dossier is not None else document.unit
        given = document.given_name.decode("utf-8", "replace")
        title = document.title if filed else f"{document.title} {given}".strip()
        return Entry(
            id=document.id,
            kind="document" if filed else "item",
            acl=_tokens(document, day),
            dossier=dossier.id if dossier is not None else 0,
            type=code_of(document.type),
            form=code_of(document.form),
            year=year,
            unit=unit.number if unit is not None else 0,
            level=level_of(document, day),
            section=code_of(known.section) if known is not None else 0,
            status=code_of(document.state),
            standing=_standing(dossier, day),
            day=first,
            last=last,
            filed=_days(civil_day(document.filed_at))[1] if document.filed_at else None,
            keep=keep,
            until=until,
            number=document.number,
            symbol=document.symbol,
            person=dossier.name if dossier is not None else document.person,
            agency=document.agency,
            title=title,
            text=text_of(document),
            ocr=document.ocr,
        )


def _dossier(root: Any, dossier: Dossier, day: date) -> Entry:
    year, first, last = _days(dossier.birth_date)
    standing = _standing(dossier, day)
    keep, until = kept_of(root, dossier)
    return Entry(
        id=dossier.id,
        kind="dossier",
        acl=_tokens(dossier, day),
        dossier=dossier.id,
        type=code_of(dossier.type),
        year=year,
        unit=dossier.unit.number,
        level=level_of(dossier, day),
        status=standing,
        standing=standing,
        day=first,
        last=last,
        keep=keep,
        until=until,
        number=dossier.code,
        person=dossier.name,
        title=dossier.name,
    )


def _standing(dossier: Dossier | None, day: date) -> int:
    found = status_at(dossier.status_events, day) if dossier is not None else None
    return code_of(found.status) if found is not None else 0


def _tokens(record: Document | Dossier, day: date) -> tuple[str, ...]:
    facts = protected(record, on=day)
    if isinstance(record, Dossier):
        return tokens_of_record(facts, "d", on=day)
    if record.dossier is None:
        return tokens_of_record(facts, "w", on=day)
    own = own_tokens(level_of(record, day), record.grants, on=day)
    return (*tokens_of_record(facts, "f", on=day), *own)
