"""The stage of the permission table: one reader of each role, one record in each situation.

Readers stand at one unit (``nhanh``); records lie there, below, above and beside it, secret,
walled, held, lent to a reader by a grant.  Everything is made as facts, without asking who may.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.access import consents, permits
from hoso.access.accounts import accounts_of, identity_of
from hoso.access.agreed.model import Consent, Permit
from hoso.access.grants import index
from hoso.access.identity import NOBODY, Held, Identity
from hoso.access.model import Account
from hoso.desk import holding
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.desk.saved_searches import KEY as SAVED
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Export
from hoso.records.model import Batch, Document, Dossier, Grant, Mark, Unit
from hoso.retention.disposing import book
from hoso.retention.disposing.model import Destroyed, DisposalLine, DisposalList
from hoso.search.model import SavedSearch, SavedSearches
from hoso.stacks import places, stocktaking
from hoso.stacks.model import Count, Place
from hoso.testing.disposals import a_frozen_decision
from hoso.testing.things import a_dossier, a_filed_paper, a_waiting_paper

__all__ = ["HOME", "Example", "Reader", "Stage", "set_stage"]

#: The unit the readers belong to; ``la`` is below it, ``goc`` above, ``ben`` beside.
HOME = "nhanh"
#: Where a role is held, where it is not at a unit: the whole site.
_SITE_WIDE = ("operator",)
#: Roles nobody holds at a unit: they come with a record.
_BY_RECORD = ("subject", "consented")
_UNITS = (
    ("own unit", "nhanh"),
    ("unit below", "la"),
    ("unit above", "goc"),
    ("unit beside", "ben"),
)


@dataclass(frozen=True)
class Reader:
    """One column of the table."""

    title: str
    identity: Identity


@dataclass(frozen=True)
class Example:
    """One record in one situation; *when* says how readers differ from their plain selves.

    :ivar when: ``""``, or ``ended``/``begins`` for roles that are over or not begun.
    """

    situation: str
    record: Any
    when: str = ""


@dataclass
class Stage:
    """Readers, and records by kind."""

    readers: list[Reader] = field(default_factory=list)
    records: dict[str, list[Example]] = field(default_factory=dict)

    def as_of(self, reader: Reader, example: Example) -> Identity:
        """Return the reader as he stands before the record of an example."""
        identity = reader.identity
        if reader.title == "subject":
            dossier = _dossier_of(example.record)
            return dataclasses.replace(identity, own_dossier=dossier.id if dossier else 0)
        if example.when:
            dates = _DATES[example.when]
            held = tuple(Held(h.role, h.unit, *dates, h.cause) for h in identity.roles)
            return dataclasses.replace(identity, roles=held)
        return identity


#: The stage plays on 2 March 2026.
_DATES = {"ended": ("2025-01-01", "2026-03-01"), "begins": ("2026-03-03", "")}


def _dossier_of(record: Any) -> Dossier | None:
    if isinstance(record, Dossier):
        return record
    return record.dossier if isinstance(record, Document) else None


def set_stage(desk: Desk) -> Stage:
    """Make readers and records in the site of *desk*; the caller commits or undoes it."""
    stage = Stage()
    stage.readers = [*_readers(desk)]
    beside = Account("beside", "Người bên")
    beside.unit = desk.site.unit_by_key["ben"].number
    accounts_of(desk.root).by_login[beside.login] = beside
    grants = _Grants(stage.readers)
    dossiers = [*_dossiers(desk, grants)]
    stage.records = {
        "dossier": dossiers,
        "filed paper": [*_filed(desk, dossiers)],
        "waiting paper": [*_waiting(desk, grants)],
        "unit": [*_in_units(lambda unit: unit, desk)],
        "batch": [*_in_units(lambda unit: _batch(desk, unit), desk)],
        "place": [*_in_units(lambda unit: _place(desk, unit), desk)],
        "count": [*_in_units(lambda unit: _count(desk, unit), desk)],
        "consent": [
            Example("own unit", _consent(desk, "of-clerk", dossiers[0].record)),
            Example("unit beside", _consent(desk, "beside", dossiers[3].record)),
        ],
        "package": [
            Example("own unit", _package(desk, dossiers[0].record)),
            Example("unit beside", _package(desk, dossiers[3].record)),
        ],
        "permit": [
            Example("own unit", _permit(desk, "of-archivist", dossiers[0].record)),
            Example("unit beside", _permit(desk, "beside", dossiers[3].record)),
        ],
        "saved search": [
            Example("own unit", _saved(desk, "of-clerk")),
            Example("unit beside", _saved(desk, "beside")),
        ],
        "disposal list": [*_disposals(lambda unit: _disposal_list(desk, unit), desk)],
        "destroyed dossier": [*_disposals(lambda unit: _destroyed(desk, unit), desk)],
        "site": [
            Example("the site", desk.site),
            Example("role ended", desk.site, "ended"),
            Example("role begins tomorrow", desk.site, "begins"),
        ],
    }
    return stage


def _readers(desk: Desk) -> Iterator[Reader]:
    yield Reader("nobody", NOBODY)
    yield Reader("member", _account(desk, "member"))
    for role in desk.rulebook.roles.roles:
        if role == "reader-machine":
            yield Reader(role, MACHINE)
        else:
            yield Reader(role, _account(desk, role))


def _account(desk: Desk, role: str) -> Identity:
    """Keep an account that holds one role; clearance 2 as most have."""
    account = Account(f"of-{role}", role)
    account.must_change = False
    account.clearance = 2
    account.issued_at = desk.now
    account.unit = desk.site.unit_by_key[HOME].number
    if role != "member" and role not in _BY_RECORD:
        number = 0 if role in _SITE_WIDE else desk.site.unit_by_key[HOME].number
        account.roles = (Held(role, number, "", "", "12/QĐ-M"),)
    accounts_of(desk.root).by_login[account.login] = account
    return identity_of(account)


class _Grants:
    """Grants of each reader's own role on one record."""

    def __init__(self, readers: list[Reader]) -> None:
        self._readers = [r for r in readers if r.title not in {"nobody", "member", "subject"}]

    def __call__(self, valid_from: str = "", valid_to: str = "") -> tuple[Grant, ...]:
        return tuple(
            Grant(r.identity.principal, r.title, valid_from, valid_to, "14/QĐ-M")
            for r in self._readers
        )


def _mark(until: str) -> tuple[Mark, ...]:
    made = Mark("determined", 3, until, "mục 1", "UBND", "2020-01-01", "1/QĐ", "", "", "test")
    return (made,)


def _dossiers(desk: Desk, grants: _Grants) -> Iterator[Example]:
    yesterday = (desk.today - timedelta(days=1)).isoformat()
    tomorrow = (desk.today + timedelta(days=1)).isoformat()
    count = iter(range(100, 200))

    def made(situation: str, unit: str = HOME, when: str = "", **facts: Any) -> Example:
        dossier = a_dossier(desk, code=f"P-0{next(count)}", unit=unit, **facts)
        return Example(situation, dossier, when)

    for situation, key in _UNITS:
        yield made(situation, key)
    yield made("beside, grant in force", "ben", grants=grants(yesterday, tomorrow))
    yield made("beside, grant that ends today", "ben", grants=grants("", desk.today.isoformat()))
    yield made("beside, grant ended yesterday", "ben", grants=grants("", yesterday))
    yield made("beside, grant begins tomorrow", "ben", grants=grants(tomorrow))
    consented = tuple(one for one in grants() if one.role == "consented")
    alone = made("beside, consent in force", "ben", grants=consented)
    index(desk.root, alone.record)
    yield alone
    yield made("above clearance", level=3)
    yield made("above clearance, grant in force", level=3, grants=grants())
    yield made("marked secret", marks=_mark(tomorrow))
    yield made("mark of secrecy is over", marks=_mark(yesterday))
    held = made("held")
    holding.place_hold(desk, held.record, reason="Tòa án hỏi", authority="12/CV-TA")
    yield held
    yield made("walled", walled=True)
    yield made("walled, grant in force", walled=True, grants=grants())
    yield made("role ended", when="ended")
    yield made("role begins tomorrow", when="begins")


def _filed(desk: Desk, dossiers: list[Example]) -> Iterator[Example]:
    for at, around in enumerate(dossiers):
        paper = a_filed_paper(desk, around.record, words=f"filed {at}")
        yield Example(around.situation, paper, around.when)
    own = dossiers[0].record
    yield Example(
        "above clearance in an open dossier", a_filed_paper(desk, own, words="l", level=3)
    )
    yield Example(
        "of a type closed to its person", a_filed_paper(desk, own, words="c", type_="G02")
    )
    yield Example("withdrawn", a_filed_paper(desk, own, words="w", state="withdrawn"))
    yield Example("kept as a stub", a_filed_paper(desk, own, words="s", stub=True))


def _waiting(desk: Desk, grants: _Grants) -> Iterator[Example]:
    for situation, key in _UNITS:
        yield Example(situation, a_waiting_paper(desk, unit=key, words=f"waits in {key}"))
    for situation, unit, facts in (
        ("above clearance", HOME, {"level": 3}),
        ("beside, grant in force", "ben", {"grants": grants()}),
        ("in quarantine", HOME, {"state": "quarantined"}),
    ):
        yield Example(situation, a_waiting_paper(desk, unit=unit, words=situation, **facts))


def _in_units(make: Callable[[Unit], Any], desk: Desk) -> Iterator[Example]:
    own = None
    for situation, key in _UNITS:
        record = make(desk.site.unit_by_key[key])
        own = own or record
        yield Example(situation, record)
    yield Example("role ended", own, "ended")
    yield Example("role begins tomorrow", own, "begins")


def _batch(desk: Desk, unit: Unit) -> Batch:
    batch = Batch(f"2026-{unit.key}-001", unit)
    batch.opened_at = batch.changed_at = desk.now
    desk.site.batches.add(batch.uid, batch)
    desk.site.by_id[batch.id] = batch
    return batch


def _place(desk: Desk, unit: Unit) -> Place:
    return places.add_place(
        places.stacks_of(desk.root),
        code=f"K-{unit.key.upper()}",
        kind="store",
        label="Kho",
        parent=None,
        unit=unit,
        at=desk.now,
        by="test",
        faults=[],
    )


def _count(desk: Desk, unit: Unit) -> Count:
    stacks = places.stacks_of(desk.root)
    place = stacks.places[f"K-{unit.key.upper()}"]
    return stocktaking.open_count(stacks, place, at=desk.now, by="test")


def _disposals(make: Callable[[Unit], Any], desk: Desk) -> Iterator[Example]:
    """Yield what a disposal leaves, in each unit; what names a secret is a secret."""
    yield from _in_units(make, desk)
    secret = make(desk.site.unit_by_key[HOME])
    secret.level = 3
    yield Example("above clearance", secret)


def _disposal_list(desk: Desk, unit: Unit) -> DisposalList:
    """Keep a list of one line, as it stands when it is proposed."""
    count = book.next_count(desk.root, unit, 2026)
    number = f"XH-2026-{unit.key}-{count:02d}"
    list_ = DisposalList(number, unit, title="Hết hạn", at=desk.now, by="test", name="Thử")
    dossier = Dossier(f"X-{unit.key}-{count}", "exam-papers", "Kỳ thi", unit)
    list_.lines[1] = DisposalLine(1, dossier, basis="expired", frozen=a_frozen_decision())
    book.add(desk.root, list_, year=2026, count=count)
    return list_


def _destroyed(desk: Desk, unit: Unit) -> Destroyed:
    """Keep what stays of a dossier that was destroyed."""
    list_ = _disposal_list(desk, unit)
    made = Destroyed(list_, list_.lines[1], unit=unit)
    kept = book.book_of(desk.root)
    kept.destroyed[made.id] = made
    kept.codes[made.code] = made.id
    return made


# What belongs to a person and not to a unit: one of theirs, one of somebody beside.


def _consent(desk: Desk, login: str, dossier: Dossier) -> Consent:
    consent = Consent(
        consents.number_for(desk.root, login, year=2026),
        what=dossier.code,
        sections=(),
        papers="",
        purpose="nghien-cuu",
        reason="Nghiên cứu",
        authority="12/GGT",
        unit=dossier.unit.number,
        valid_from="2026-03-02",
        valid_to="2026-03-20",
        by=login,
        at=desk.now,
    )
    return consents.put(desk.root, consent)


def _package(desk: Desk, dossier: Dossier) -> Export:
    export = Export(
        dossier=dossier.uid,
        code=dossier.code,
        title=dossier.name,
        profile="bagit",
        top="mau",
        identifier=dossier.uid,
        frozen_at=desk.now,
        software="hoso",
        papers=(),
        left_out=0,
        files=0,
        octets=0,
        why="Nộp lưu",
        by="test",
        at=desk.now,
    )
    export.state = "ready"
    export.size = 22  # bytes of a zip with nothing in it
    return register.put(desk.root, export)


def _permit(desk: Desk, login: str, dossier: Dossier) -> Permit:
    return permits.ask(
        desk.root,
        "retention.hold-lifted",
        record=dossier.uid,
        permission="retention:lift",
        words={"hold_id": 1, "reason": "Hết"},
        reason="Tòa án đã xử",
        by=login,
        at=desk.now,
        today=desk.today,
        days=5,
    )


def _saved(desk: Desk, login: str) -> SavedSearch:
    kept = desk.root.get(SAVED)
    if kept is None:
        kept = desk.root[SAVED] = SavedSearches()
    search = SavedSearch(f"ab12{login[:2]}", "Lương", text="lương", chosen=())
    kept.by_login.setdefault(login, OOBTree())[search.key] = search
    return search
