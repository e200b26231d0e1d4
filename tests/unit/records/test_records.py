"""The tree of records: numbers given once, originals written once, standing and wants."""

from __future__ import annotations

from datetime import date

import pytest

from hoso.kernel.errors import Conflict, Invalid
from hoso.records import filing, interfaces, units
from hoso.records.completeness import completeness
from hoso.records.model import Site, StatusEvent
from hoso.records.standing import status_at
from hoso.testing.things import a_dossier, a_filed_paper, a_paper, spooled

AT = "2026-03-02T02:00:00.000000Z"


# Standing ------------------------------------------------------------------------------


def event(status, effective, recorded="2020-01-01"):
    return StatusEvent(status, effective, "", f"{recorded}T00:00:00.000000Z", "lan")


@pytest.mark.parametrize(
    ("events", "on", "status"),
    [
        ([], date(2024, 1, 1), None),
        ([event("TAP_SU", "2020-01-01")], date(2019, 12, 31), None),
        ([event("TAP_SU", "2020-01-01")], date(2020, 1, 1), "TAP_SU"),
        (
            [event("TAP_SU", "2020-01-01"), event("DANG_CT", "2021-01-01")],
            date(2020, 6, 1),
            "TAP_SU",
        ),
        (
            [event("DANG_CT", "2021-01-01"), event("TAP_SU", "2020-01-01")],
            date(2022, 1, 1),
            "DANG_CT",
        ),
        # Recorded later, effective earlier: what is effective last counts.
        (
            [event("NGHI_HUU", "2024-01-01"), event("DI_HOC", "2010-01-01", "2025-01-01")],
            date(2026, 1, 1),
            "NGHI_HUU",
        ),
        # Effective on one day: what was recorded last corrects the other.
        (
            [event("THOI_VIEC", "2024-01-01"), event("NGHI_HUU", "2024-01-01", "2024-02-01")],
            date(2026, 1, 1),
            "NGHI_HUU",
        ),
        ([event("NGHI_HUU", "2024")], date(2024, 1, 1), "NGHI_HUU"),
        ([event("NGHI_HUU", "2024-05")], date(2024, 4, 30), None),
        ([event("NGHI_HUU", "2024-05")], date(2024, 5, 1), "NGHI_HUU"),
        # Without a date nothing is known before the day it was recorded.
        ([event("TU_TRAN", "", "2023-06-01")], date(2023, 5, 31), None),
        ([event("TU_TRAN", "", "2023-06-01")], date(2023, 6, 1), "TU_TRAN"),
    ],
)
def test_the_standing_at_a_day(events, on, status):
    found = status_at(events, on)

    assert (found.status if found else None) == status


# Completeness --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("required", "present", "missing", "percent"),
    [
        ([], {"A01"}, (), 100),
        (["A01", "A02", "B01"], {"A02"}, ("A01", "B01"), 33),
        (["A01", "A01"], {"A01"}, (), 100),
        (["A01", "A02", "B01"], {"A01", "B01", "X"}, ("A02",), 66),
        (["A01"], set(), ("A01",), 0),
    ],
)
def test_what_is_missing_of_what_is_required(required, present, missing, percent):
    whole = completeness(required, present)

    assert (whole.missing, whole.percent) == (missing, percent)


# Units ---------------------------------------------------------------------------------


@pytest.fixture
def site_tree():
    site = Site("test")
    top = units.add_unit(site, key="so", name="Sở Mẫu", kind="SO", parent=None)
    low = units.add_unit(site, key="phong", name="Phòng Mẫu", kind="PHONG", parent=top)
    units.add_unit(site, key="to", name="Tổ Mẫu", kind="TO", parent=low)
    units.add_unit(site, key="ban", name="Ban Mẫu", kind="BAN", parent=None)
    return site


def test_units_are_numbered_once_in_the_order_they_come(site_tree):
    assert {u.key: n for n, u in site_tree.unit_by_number.items()} == {
        "so": 1,
        "phong": 2,
        "to": 3,
        "ban": 4,
    }


def test_a_key_is_taken_for_the_whole_site(site_tree):
    with pytest.raises(Invalid, match="unit to already"):
        units.add_unit(site_tree, key="to", name="x", kind="SO", parent=site_tree.units["ban"])


def test_the_lineage_runs_upwards_and_the_path_downwards(site_tree):
    low = site_tree.unit_by_key["to"]

    assert [unit.key for unit in units.lineage(low)] == ["to", "phong", "so"]
    assert units.path_of(low) == ("Sở Mẫu", "Phòng Mẫu", "Tổ Mẫu")


def test_the_subtree_has_parents_first(site_tree):
    assert [unit.key for unit in units.subtree(site_tree.units["so"])] == ["so", "phong", "to"]
    assert [unit.key for unit in units.all_units(site_tree)] == ["ban", "so", "phong", "to"]


# Filing --------------------------------------------------------------------------------


def test_the_second_of_two_writers_is_told(as_):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        seen = dossier.revision
        filing.touch(dossier, at=AT, by="lan")

        with pytest.raises(Conflict, match=f"changed by lan at {AT}"):
            filing.check_revision(dossier, seen)

        filing.check_revision(dossier, dossier.revision)
        filing.check_revision(dossier, None)


def test_a_dossier_code_is_given_once(as_):
    with as_("officer") as desk, pytest.raises(Invalid, match="dossier T-0001 already"):
        a_dossier(desk, code="T-0001")


def test_filing_keeps_id_and_address_part(as_):
    with as_("officer") as desk:
        paper = a_paper(desk)
        number, uid, dossier = paper.id, paper.uid, a_dossier(desk)

        filing.file_document(desk.site, paper, dossier, at=AT, by="lan")

        assert dossier[uid] is desk.site.by_id[number] is paper
        assert uid not in desk.site.tray
        assert (paper.filed_at, paper.filed_by, paper.dossier) == (AT, "lan", dossier)


def test_filing_writes_nothing_on_the_dossier_itself(site, as_):
    """So that many clerks can file into one dossier without meeting in one object."""
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        # A tree that has grown buckets, as those of a site in use have.
        for n in range(40):
            a_filed_paper(desk, dossier, words=str(n))
        paper = a_paper(desk)
        uid = paper.uid

    def serial():
        with site.databases.connection() as connection:
            dossier = connection.root()["site"].dossiers["T-0002"]
            dossier._p_activate()
            return dossier._p_serial

    before = serial()
    with as_("officer") as desk:
        paper = desk.site.tray[uid]
        filing.file_document(desk.site, paper, desk.site.dossiers["T-0002"], at=AT, by="x")

    assert serial() == before


def test_an_original_is_written_once(as_):
    with as_("officer") as desk:
        paper = a_paper(desk)

        with pytest.raises(ValueError, match="never rewritten"):
            filing.add_rendition(
                paper, "original", spooled(desk), mime="application/pdf", at=AT, tool="x"
            )


def test_a_transfer_changes_the_unit_and_no_address(as_):
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        paper = a_filed_paper(desk, dossier)

        before = filing.transfer(dossier, desk.site.unit_by_key["ben"], at=AT, by="lan")

        assert before.key == "nhanh"
        assert desk.site["dossiers"]["T-0002"][paper.uid] is paper
        assert dossier.unit.key == "ben"


def test_describing_says_what_changed(as_):
    with as_("officer") as desk:
        paper = a_paper(desk, title="Cũ", number="14")

        changed = filing.describe(paper, {"title": "Mơ\u0301i", "number": "14"})

        assert changed == {"title": ("Cũ", "Mới")}
        assert paper.title == "Mới"


def test_only_what_a_person_may_write_can_be_described(as_):
    with as_("officer") as desk, pytest.raises(ValueError, match="state"):
        filing.describe(a_paper(desk), {"state": "filed"})


# Contracts -----------------------------------------------------------------------------

KINDS = {
    "ISite": lambda desk: desk.site,
    "IUnit": lambda desk: desk.site.unit_by_key["nhanh"],
    "IDossier": lambda desk: desk.site.dossiers["T-0001"],
    "IDocument": a_paper,
    "IRendition": lambda desk: a_paper(desk).renditions["original"],
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_has_what_its_contract_promises(as_, kind):
    with as_("officer") as desk:
        record = KINDS[kind](desk)
        promised = [n for n, d in getattr(interfaces, kind).namesAndDescriptions(all=True)]

        assert [name for name in promised if not hasattr(record, name)] == []
