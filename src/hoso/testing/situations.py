"""Situations: several people, several deeds, in the order they happen in an office."""

from __future__ import annotations

from hoso.app.house import House
from hoso.desk import documents, dossiers, holding, intake, people, signing_in
from hoso.desk.desk import Desk
from hoso.records.model import Dossier, Grant, Reason
from hoso.testing.passwords import PASSWORD
from hoso.testing.service import let_keep, let_stand
from hoso.testing.sites import sitting
from hoso.testing.things import a_waiting_paper, spooled

__all__ = ["a_day_of_work"]


def a_day_of_work(house: House) -> Dossier:
    """Let a person's dossier be opened, filled, read, handed over and held.

    Returns the dossier as of a connection that is closed: take its ``code`` or ``id``.
    """
    with sitting(house, "officer") as desk:
        dossier = dossiers.open_(
            desk, desk.unit("nhanh"), code="T-0100", type_="CC", name="Lê Văn Mẫu"
        )
        signing_in.sign_in(desk, login="clerk", password=PASSWORD)
    with sitting(house, "clerk") as desk:
        waiting = a_waiting_paper(desk)
        waiting.notes = (Reason("note", "A remark.", ()),)
        typed = {"type": "D05", "title": "Nâng bậc lương", "date": "05/09/2024"}
        filed = intake.file(desk, waiting, dossier="T-0100", typed=typed, revision=None)
        documents.look(desk, filed)
        intake.receive(desk, desk.unit("nhanh"), spooled=spooled(desk, "khác"), name=b"b.pdf")
    with sitting(house, "officer") as desk:
        mine = desk.find("T-0100", Dossier)
        mine.grants = (Grant("user:nobody", "auditor", "", "", "14/QĐ-M"),)
        _retire(desk, mine, filed.uid)
        let_keep(desk, mine, "la")
        holding.place_hold(desk, mine, reason="Tòa án hỏi", authority="12/CV-TA")
    with sitting(house, "admin") as desk:
        people.grant_role(desk, desk.unit("ben"), login="clerk", role="auditor", cause="16/QĐ-M")
    return dossier


def _retire(desk: Desk, dossier: Dossier, evidence: str) -> None:
    let_stand(desk, dossier, status="NGHI_HUU", effective="2025-01-01", evidence=evidence)
