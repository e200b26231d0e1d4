"""Builders of disposals: dossiers that are due, a council, lists as far as one wants them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hoso.access.accounts import accounts_of
from hoso.access.identity import Held
from hoso.access.model import Account
from hoso.app import executing as job
from hoso.app.house import House
from hoso.desk import disposing, disposing_executing, disposing_review
from hoso.desk.desk import Desk
from hoso.records.model import Dossier
from hoso.retention.disposing.model import Frozen
from hoso.testing.sites import sitting
from hoso.testing.things import a_dossier, a_filed_paper

__all__ = [
    "COUNCIL",
    "DECISION",
    "a_due_dossier",
    "a_frozen_decision",
    "a_second_head",
    "approved_list",
    "carried_out",
    "reviewed_list",
]

#: Who sits on the council of a list of the unit ``nhanh``, and as what.
COUNCIL = (("boss", "chair"), ("archivist", "secretary"), ("head", "unit"), ("officer", "expert"))
#: The number of the decision by which a list is approved.
DECISION = "9/QĐ"


def a_second_head(desk: Desk) -> Account:
    """Keep the account ``boss``, head of the unit at the top, so that four can sit on a council."""
    boss = Account("boss", "Chủ Mẫu")
    boss.must_change, boss.clearance, boss.issued_at = False, 4, desk.now
    boss.roles = (Held("unit-head", desk.site.unit_by_key["goc"].number, "", "", "1/QĐ"),)
    accounts_of(desk.root).by_login["boss"] = boss
    return boss


def a_due_dossier(
    desk: Desk, code: str, *, papers: int = 2, unit: str = "nhanh", **facts: Any
) -> Dossier:
    """Open a dossier of examination papers whose period of five years ended with 2017."""
    said = {"name": f"Kỳ thi {code}", "birth_date": "", "state": "closed", "ended": "2012-06-30"}
    dossier = a_dossier(desk, code=code, unit=unit, type_="exam-papers", **{**said, **facts})
    for number in range(1, papers + 1):
        a_filed_paper(desk, dossier, words=f"Bài thi {code} {number}", type_="K01")
    return dossier


def a_frozen_decision() -> Frozen:
    """Return the decision of a file of examination papers whose five years ended with 2017."""
    return Frozen(
        state="due",
        rule="09-049b",
        label="Bài thi",
        instrument="09/2011/TT-BNV",
        item="49b",
        trigger="work-ended",
        counted_from="2012-06-30",
        period="P5Y",
        expires="2018-01-01",
        digest="0" * 64,
        on="2026-03-02",
        steps=((0, "Due for disposal since {due}.", (("due", "01/01/2018"),)),),
        record_state="closed",
        standing="",
        papers="",
        paper_count=0,
    )


def reviewed_list(house: House, codes: Sequence[str], *, keep: Iterable[int] = ()) -> str:
    """Propose dossiers of ``nhanh`` and let the council agree; return the number of the list."""
    with sitting(house, "archivist") as desk:
        list_ = disposing.propose(
            desk,
            desk.site.unit_by_key["nhanh"],
            title="Hồ sơ thi hết hạn",
            explanation="Rà soát",
            codes=codes,
        )
        number = list_.number
        disposing_review.name_council(
            desk,
            list_,
            number="5/QĐ",
            decided=f"{desk.today:%d/%m/%Y}",
            members=COUNCIL,
            revision=None,
        )
        lines = list(list_.lines)
    kept = set(keep)
    for login, _ in COUNCIL:
        with sitting(house, login) as desk:
            votes = {n: ("keep", "Còn cần") if n in kept else ("destroy", "") for n in lines}
            disposing_review.give_opinion(desk, disposing.find(desk, number), votes=votes)
    with sitting(house, "archivist") as desk:
        disposing_review.close_review(desk, disposing.find(desk, number), revision=None)
    return number


def approved_list(house: House, codes: Sequence[str]) -> str:
    """Bring a list as far as the head's decision; return its number."""
    number = reviewed_list(house, codes)
    with sitting(house, "boss") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number=DECISION,
            decided=f"{desk.today:%d/%m/%Y}",
            signer="Chủ Mẫu",
            revision=None,
        )
    return number


def carried_out(house: House, number: str) -> None:
    """Let the officer carry an approved list out, as far as the bin."""
    with sitting(house, "officer") as desk:
        list_ = disposing.find(desk, number)
        disposing_executing.execute(desk, list_, number=DECISION, revision=None)
    job.carry_out(house)
