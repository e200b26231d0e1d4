"""Lists taken out: only what may be, harmless to spreadsheets, read again by other code."""

from __future__ import annotations

import csv
import hashlib
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace

import pytest

from hoso.desk import list_export
from hoso.desk.list_files import ABOUT, COLUMNS, write
from hoso.desk.questions import Question
from hoso.kernel.errors import Forbidden, Invalid
from hoso.testing.things import a_dossier, a_filed_paper

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
#: What OWASP names as beginnings a spreadsheet takes for a formula, and what is none.
DANGEROUS = ["=1+1", "+84 903", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")', "＝1+1"]
HARMLESS = ["0012", "14/QĐ-M", "Nguyễn Văn Mẫu", "'quoted", "a=b", "1-2"]
LUONG = list_export.as_text(Question("lương"))


def read_csv(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def read_xlsx(path, *, sheet=1):
    """Read a workbook by nothing but zipfile and XML: (text, type, formula) of each cell."""
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        shared = []
        if "xl/sharedStrings.xml" in names:
            root = ET.fromstring(book.read("xl/sharedStrings.xml"))
            shared = ["".join(t.text or "" for t in si.iter(f"{_SHEET}t")) for si in root]
        root = ET.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    rows = []
    for row in root.iter(f"{_SHEET}row"):
        cells = []
        for cell in row:
            kind = cell.get("t")
            value = cell.find(f"{_SHEET}v")
            text = "".join(t.text or "" for t in cell.iter(f"{_SHEET}t"))
            if kind == "s":
                text = shared[int(value.text)]
            cells.append((text, kind, cell.find(f"{_SHEET}f")))
        rows.append(cells)
    return rows


def table(tmp_path, rows, kind):
    path = tmp_path / f"list.{kind}"
    count = write(path, rows, kind=kind, headings={}, about=[""] * len(ABOUT))
    return path, count


def line(**cells):
    return tuple(cells.get(name, "") for name in COLUMNS)


# The files ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_is_a_formula(tmp_path, text):
    path, _count = table(tmp_path, [line(title=text)], "csv")

    (_head, row) = read_csv(path)
    assert row[COLUMNS.index("title")] == f"'{text}"


@pytest.mark.parametrize("text", [*DANGEROUS, *HARMLESS])
def test_every_cell_of_a_workbook_is_text_as_it_was(tmp_path, text):
    path, _count = table(tmp_path, [line(title=text)], "xlsx")

    cells = read_xlsx(path)[1]
    text_, kind, formula = cells[COLUMNS.index("title")]
    assert (text_, formula) == (text, None)
    assert kind in {"s", "inlineStr"}
    assert {cell[1] for cell in cells} <= {"s", "inlineStr"}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_no_formula_stays_as_it_is_with_its_leading_zeros(tmp_path, text):
    path, _count = table(tmp_path, [line(number=text)], "csv")

    assert read_csv(path)[1][COLUMNS.index("number")] == text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tabs_breaks_controls_and_broken_letters_make_no_other_cell(tmp_path, kind):
    nasty = 'a\tb\r\nc";=d\x00\x07\ud800,e'
    path, count = table(tmp_path, [line(title=nasty, id="x")], kind)

    rows = read_csv(path) if kind == "csv" else [[c[0] for c in row] for row in read_xlsx(path)]
    assert count == 1
    assert len(rows) == 2
    assert rows[1][COLUMNS.index("id")] == "x"
    assert rows[1][COLUMNS.index("title")].startswith('a b c";=d')


@pytest.mark.parametrize("text", ["\t=1", "\r=1", "\n=1", " =1"])
def test_a_formula_behind_white_space_is_none_either(tmp_path, text):
    path, _count = table(tmp_path, [line(title=text)], "csv")

    assert read_csv(path)[1][COLUMNS.index("title")] == "'=1"


def test_a_csv_says_that_it_is_utf_8(tmp_path):
    path, _count = table(tmp_path, [line(person="Nguyễn")], "csv")

    assert path.read_bytes()[:3] == b"\xef\xbb\xbf"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_long_list_takes_no_more_memory_than_a_short_one(tmp_path, kind):
    def peak(rows):
        tracemalloc.start()
        folder = tmp_path / f"{kind}-{rows}"
        folder.mkdir()
        table(folder, (line(title=f"Quyết định {n}", id=str(n)) for n in range(rows)), kind)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)  # what the library keeps for ever is not the list's
    assert peak(1500) < peak(300) * 1.5 + 200_000


# The act ------------------------------------------------------------------------------------


@pytest.fixture
def two_units(site, as_):
    """A paper at ``nhanh``, one at ``ben``, one at ``nhanh`` above the officer's clearance."""
    with as_("officer") as desk:
        here = a_dossier(desk, code="T-0010")
        there = a_dossier(desk, code="T-0020", unit="ben")
        hidden = a_dossier(desk, code="T-0030", level=4)
        for dossier in (here, there, hidden):
            a_filed_paper(desk, dossier, words=f"Nâng lương {dossier.code}", number="05")
    site.follower.catch_up()


def taken(desk, tmp_path, unit="goc", **words):
    words = {"query": LUONG, "kind": "csv", "purpose": "02", **words}
    return list_export.export(desk, desk.site.unit_by_key[unit], to=tmp_path, **words)


def codes(table_):
    return sorted(row[0] for row in read_csv(table_.path)[1:])


def test_a_list_holds_what_its_taker_may_read_below_the_unit(as_, two_units, tmp_path):
    with as_("officer") as desk:
        assert codes(taken(desk, tmp_path)) == ["T-0010", "T-0020"]
        assert codes(taken(desk, tmp_path, unit="nhanh")) == ["T-0010"]
    with as_("archivist") as desk:
        assert codes(taken(desk, tmp_path)) == ["T-0010", "T-0020", "T-0030"]


def test_what_the_index_does_not_know_yet_is_asked_of_the_record(site, as_, two_units, tmp_path):
    with as_("officer") as desk:
        desk.site.dossiers["T-0020"].walled = True  # nobody has told the index

    with as_("officer") as desk:
        assert codes(taken(desk, tmp_path)) == ["T-0010"]


def test_reading_by_another_role_is_no_right_to_take_lists_out(site, as_, two_units, tmp_path):
    """A head takes lists of his unit; reading elsewhere as a clerk adds no line."""
    from hoso.access.accounts import accounts_of
    from hoso.access.identity import Held

    with as_("admin") as desk:
        head = accounts_of(desk.root).by_login["head"]
        ben = desk.site.unit_by_key["ben"].number
        head.roles = (*head.roles, Held("clerk", ben, "2026-01-01", "", "test"))
    with as_("head") as desk:
        assert codes(taken(desk, tmp_path, unit="nhanh")) == ["T-0010"]
    with pytest.raises(Forbidden), as_("head") as desk:
        taken(desk, tmp_path, unit="ben")


def test_the_journal_has_question_count_purpose_and_digest(as_, two_units, tmp_path, entries):
    query = list_export.as_text(Question.of("lương", {"unit": ["nhanh"]}))
    with as_("officer") as desk:
        made = taken(desk, tmp_path, query=query, note="Rà soát", kind="xlsx")

    (entry,) = entries("search.exported")
    said = {key: value for key, value in entry.details.items() if key not in {"via", "bytes", "by"}}
    assert said == {
        "query": "lương",
        "filters": "unit=nhanh",
        "kind": "xlsx",
        "purpose": "02",
        "note": "Rà soát",
        "rows": 1,
        "found": 1,
        "sha256": hashlib.sha256(made.path.read_bytes()).hexdigest(),
    }


def test_a_workbook_says_what_it_is(as_, two_units, tmp_path):
    with as_("officer") as desk:
        made = taken(desk, tmp_path, kind="xlsx")

    about = {row[0][0]: row[1][0] for row in read_xlsx(made.path, sheet=2)}
    assert about["query"] == "lương"
    assert (about["by"], about["purpose"]) == ("officer", "Công vụ")


def test_every_fault_is_told_at_once_and_no_file_is_left(as_, two_units, tmp_path):
    with pytest.raises(Invalid) as refused, as_("officer") as desk:
        taken(desk, tmp_path, kind="exe", purpose="99", note="x" * 400)

    assert [fault.field for fault in refused.value.faults] == ["kind", "purpose", "note"]
    assert list(tmp_path.glob("list-*")) == []


def test_more_than_the_most_is_refused_with_the_number(site, as_, two_units, tmp_path):
    profile = site.rulebook.profile
    search = {**profile.settings["search"], "export_rows_most": 1}
    profile = replace(profile, settings={**profile.settings, "search": search})
    site.rulebook = replace(site.rulebook, profile=profile)

    with pytest.raises(Invalid) as refused, as_("officer") as desk:
        taken(desk, tmp_path)

    (fault,) = refused.value.faults
    assert (fault.facts["found"], fault.facts["most"]) == (2, 1)


@pytest.mark.parametrize("login", ["clerk", "auditor", "admin", "employee", "operator"])
def test_who_has_no_right_to_it_is_refused(as_, two_units, tmp_path, login, entries):
    from hoso.kernel.errors import HosoError

    with pytest.raises(HosoError), as_(login) as desk:
        taken(desk, tmp_path, unit="nhanh")

    assert [entry.outcome for entry in entries("search.exported")] == ["refused"]


def test_a_question_survives_being_written_as_text():
    asked = Question.of('"a&b" = ü', {"unit": ["a b", "c"], "year": ["2019"]}, sort="filed")

    again = list_export.from_text(list_export.as_text(asked))

    assert (again.text, dict(again.chosen), again.sort) == (asked.text, dict(asked.chosen), "filed")
