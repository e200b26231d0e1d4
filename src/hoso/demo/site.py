"""Put the demo's people and papers into a new site, through the desk as everybody does.

The papers are filed under the descriptions the plan knows; reading them (text, pictures) is
left to the worker, so that the site answers soon.  Some scans are left in the tray, for the
archivist to file.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from hoso.app.house import House
from hoso.app.seeding import INSTALLER, tie_accounts
from hoso.demo.plan import make_plan
from hoso.demo.production import produce
from hoso.demo.province import Paper, Plan, StatusEvent
from hoso.demo.shelves import furnish_store
from hoso.demo.stock import load_stock
from hoso.demo.telling import Teller
from hoso.desk import dossiers, holding, intake, leaving
from hoso.desk.desk import Desk
from hoso.records.model import Dossier
from hoso.storage.blobs import spool

__all__ = ["PASSWORDS", "file_plan", "furnish"]

_PASSWORD = "ho-so-mau-2026"  # noqa: S105 - printed by make serve, for a site of invented people
#: First passwords of the demo's accounts; a demo that is reached from outside needs others.
PASSWORDS = dict.fromkeys(
    (
        "luutru",
        "canbo",
        "thutruong",
        "tccb",
        "giamdoc",
        "phogiamdoc",
        "kiemtra",
        "quantri",
        "nhanvien",
        "khach",
        "vanhanh",
    ),
    _PASSWORD,
)

_BATCH = 25
#: What a leaving rests on whose decision is not among the papers.
_UNPROVED = "Theo sơ yếu lý lịch"
#: Of the scans that prove nothing, every so many-th is left in the tray.
_LEFT_IN_TRAY = 13


def furnish(house: House, out: Teller) -> None:
    """Put the whole of the demo into a new site."""
    profile = house.home / "profiles" / "demo"
    plan = make_plan(load_stock(profile))
    file_plan(house, plan, produce(plan, profile=profile, workers=2), out)


def file_plan(house: House, plan: Plan, made: Iterable[tuple[Paper, bytes]], out: Teller) -> None:
    """Open the dossiers, file the papers, record standings, place holds.

    :param made: the papers of the plan with their files, in the order of the plan.
    """
    house.databases.attempt(lambda c: _open_dossiers(_desk(house, c), plan), note="dossiers")
    proofs = {
        event.evidence
        for person in plan.people
        for event in person.events
        if event.evidence is not None
    }
    uids: dict[int, str] = {}
    for batch in _batches(made):
        uids |= _file_batch(house, batch, proofs)
        out.progress(f"{len(uids)} of {len(plan.papers)} papers made and filed")
    out.progress("")
    house.databases.attempt(lambda c: _record(_desk(house, c), plan, uids), note="standings")
    house.databases.attempt(lambda c: furnish_store(_desk(house, c), plan), note="paper store")
    tie_accounts(house)
    out.say(
        f"{len(plan.people)} people, {len(plan.cases)} case files, {len(plan.papers)} papers; "
        "the papers are read while the site answers."
    )


def _desk(house: House, connection: Any) -> Desk:
    return Desk(house, connection, INSTALLER, via="demo")


def _batches(made: Iterable[tuple[Paper, bytes]]) -> Iterator[list[tuple[Paper, bytes]]]:
    rest = iter(made)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _open_dossiers(desk: Desk, plan: Plan) -> None:
    for person in plan.people:
        dossiers.open_(
            desk,
            desk.unit(person.unit),
            code=person.code,
            type_=person.kind,
            name=person.name,
            birth_date=person.birth_date,
            gender=_GENDERS.get(person.gender, person.gender),
        )
    for case in plan.cases:
        dossiers.open_(desk, desk.unit(case.unit), code=case.code, type_=case.type, name=case.title)


_GENDERS = {"male": "1", "female": "2"}


def _file_batch(house: House, batch: list[tuple[Paper, bytes]], proofs: set[int]) -> dict[int, str]:
    spooled = {
        paper.index: spool(io.BytesIO(content), house.spool, limit=house.upload_limit)
        for paper, content in batch
    }

    def work(connection: Any) -> dict[int, str]:
        desk = _desk(house, connection)
        uids = {}
        for paper, _content in batch:
            document = intake.receive(
                desk,
                desk.unit(paper.unit),
                spooled=spooled[paper.index],
                name=paper.file_name.encode(),
            ).document
            if document is None:
                raise ValueError(f"two papers of the plan have the same bytes: {paper.index}")
            uids[paper.index] = document.uid
            left = paper.scanned and paper.index not in proofs and paper.level < 2
            if left and paper.index % _LEFT_IN_TRAY == 0:
                continue
            intake.file(
                desk,
                document,
                dossier=str(paper.person or paper.case),
                typed={
                    "type": paper.type,
                    "form": paper.form,
                    "title": paper.subject,
                    "number": paper.number,
                    "symbol": paper.symbol,
                    "date": paper.date,
                    "agency": paper.agency,
                    "signer": paper.signer,
                    "person": paper.person_name,
                    "level": paper.level,
                },
                revision=None,
                checked=False,
                unread=True,
            )
        return uids

    # One try: the spooled files are renamed into blobs by the commit.
    uids: dict[int, str] = house.databases.attempt(work, note="papers filed", tries=1)
    return uids


def _record(desk: Desk, plan: Plan, uids: dict[int, str]) -> None:
    for person in plan.people:
        dossier: Dossier = desk.find(person.code, Dossier)
        for event in person.events:
            proof = uids.get(event.evidence, "") if event.evidence is not None else ""
            _stand(desk, dossier, event, proof)
        if person.hold:
            holding.place_hold(desk, dossier, reason=person.hold, authority=_INSPECTORS)
    for case in plan.cases:
        dossier = desk.find(case.code, Dossier)
        if not case.open:
            dossiers.close(desk, dossier, ended=case.closed, revision=dossier.revision)
        if case.hold:
            holding.place_hold(desk, dossier, reason=case.hold, authority=_INSPECTORS)


def _stand(desk: Desk, dossier: Dossier, event: StatusEvent, proof: str) -> None:
    """Record a change of standing by the act it belongs to."""
    way = next((one for one in desk.rulebook.leaving.values() if one.status == event.status), None)
    if way is None:
        dossiers.change_status(
            desk,
            dossier,
            status=event.status,
            effective=event.date,
            evidence=proof,
            revision=dossier.revision,
        )
        return
    typed = {
        "kind": way.key,
        "effective": event.date,
        "evidence": proof,
        "decision": "" if proof else _UNPROVED,
        "reason": way.reasons[0],
    }
    leaving.record(desk, dossier, typed=typed, revision=dossier.revision)


_INSPECTORS = "Thanh tra tỉnh Mẫu"
