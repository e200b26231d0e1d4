"""The demo's paper store: boxes for the dossiers that are there, loans, a stock-take begun.

All through the desk.  Codes and words are invented; days are counted back from today, so that
something is always late.
"""

from __future__ import annotations

from datetime import date, timedelta

from hoso.demo.province import Plan
from hoso.desk import arranging, lending, shelving, stocktaking
from hoso.desk.desk import Desk
from hoso.records.model import Unit
from hoso.records.units import lineage

__all__ = ["furnish_store"]

_STORE = "KHO1"
#: Most dossiers in one box of the demo.
_IN_A_BOX = 6
#: Of the people, in the order of the plan: who was lent, how many days ago, on which paper.
_LOANS = (
    (1, 45, "Lê Văn Thanh", "Thanh tra tỉnh Mẫu", "Xác minh văn bằng", "CV 118/TTr-NV"),
    (4, 3, "Phạm Thị Soát", "Ủy ban Kiểm tra Tỉnh ủy Mẫu", "Thẩm tra bổ nhiệm", "CV 37/UBKT"),
    (7, 30, "Trần Thị Giao", "Bảo hiểm xã hội tỉnh Mẫu", "Chốt sổ bảo hiểm", "CV 902/BHXH"),
)
_BACK = 7


def furnish_store(desk: Desk, plan: Plan) -> None:
    """Make a store with a shelf for each top unit, and put every dossier into a box."""
    units = {person.unit for person in plan.people} | {case.unit for case in plan.cases}
    if not units:
        return
    tops = sorted({_top(desk.unit(key)) for key in units}, key=lambda unit: unit.key)
    root = lineage(tops[0])[-1]
    arranging.add(desk, root, code=_STORE, kind="store", label="Kho lưu trữ hồ sơ tỉnh Mẫu")
    for number, top in enumerate(tops, 1):
        shelf = arranging.add(
            desk,
            root,
            code=f"{_STORE}.G{number}",
            kind="shelf",
            label=f"Giá {number}: {top.name}",
            parent=_STORE,
        )
        _fill(desk, plan, top, shelf.code)
    _lend(desk, plan)
    box = next(iter(shelving.place_named(desk, f"{_STORE}.G1").below.values()))
    count = stocktaking.open_(desk, box)
    first = desk.site.by_id[box.contents[1]]
    stocktaking.scan(desk, count, texts=[shelving.canonical(box), shelving.canonical(first)])


def _top(unit: Unit) -> Unit:
    """Return the unit below the root that a unit belongs to; the root itself for the root."""
    line = lineage(unit)
    return line[-2] if len(line) > 1 else line[-1]


def _fill(desk: Desk, plan: Plan, top: Unit, shelf: str) -> None:
    kept = [(person.code, person.unit) for person in plan.people]
    kept += [(case.code, case.unit) for case in plan.cases]
    mine = [code for code, unit in kept if _top(desk.unit(unit)) is top]
    for number, start in enumerate(range(0, len(mine), _IN_A_BOX), 1):
        codes = mine[start : start + _IN_A_BOX]
        label = f"Hồ sơ {codes[0]} đến {codes[-1]}"
        box = arranging.add(
            desk, top, code=f"{shelf}.H{number:02d}", kind="box", label=label, parent=shelf
        )
        for code in codes:
            shelving.move(desk, desk.find(code), place=box.code)


def _lend(desk: Desk, plan: Plan) -> None:
    for index, days, borrower, organisation, purpose, authority in _LOANS:
        if index >= len(plan.people):
            continue
        handed = desk.today - timedelta(days=days)
        record = desk.find(plan.people[index].code)
        loan = lending.lend(
            desk,
            record,
            borrower=borrower,
            organisation=organisation,
            purpose=purpose,
            authority=f"{authority} ngày {_written(handed)}",
            handed_on=_written(handed),
        )
        if index == _BACK:
            lending.give_back(desk, record, loan=loan.uid, condition="Đủ, nguyên vẹn")


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
