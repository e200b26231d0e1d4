"""Headings are recognised as Vietnamese lists write them; a mapping is kept by headings."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hoso.ingest.bulk.fields import FIELDS
from hoso.ingest.bulk.mapping import (
    ColumnMap,
    columns_of,
    from_toml,
    heading_row,
    headings_of,
    is_numbering,
    propose,
    settle,
    to_toml,
)
from hoso.ingest.bulk.rows import rows_of, split_reference
from hoso.ingest.bulk.values import Line
from hoso.kernel.errors import Invalid

# The index of papers of a dossier, Nghị định 30/2020/NĐ-CP, annex V, model 03, with the file.
INDEX = [
    Line(1, ("MỤC LỤC VĂN BẢN, TÀI LIỆU",)),
    Line(2, ("Hồ sơ số: 12",)),
    Line(4, ("STT", "Số, ký hiệu văn bản", "Ngày tháng năm văn bản",
             "Tên loại và trích yếu nội dung văn bản", "Tác giả văn bản", "Tờ số", "Ghi chú",
             "Tên tệp")),
    Line(5, ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)")),
    Line(6, ("1", "14/QĐ-THLT", "05/9/2024", "Quyết định nâng lương", "THPT Lê Trãi", "1", "", "a.pdf")),
]  # fmt: skip


def test_the_index_of_a_dossier_is_understood_as_it_is():
    columns = columns_of(INDEX, columns=8)

    assert columns.row == 4
    assert dict(columns.places) == {1: "reference", 2: "date", 3: "title", 4: "agency", 7: "file"}


def test_a_personnel_list_in_english_is_understood():
    line = Line(
        1, ("No", "Employee code", "Full name", "Date of birth", "File name", "Type", "Level")
    )

    found = propose([line], columns=7)

    assert list(found.columns.values()) == [
        "number", "dossier", "person", "birth_date", "file", "type", "level",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("TÊN TỆP", "file"), ("Tên file", "file"), ("Đường dẫn", "file"), ("Số hồ sơ", "dossier"),
        ("Số hiệu công chức", "dossier"), ("Họ và tên", "person"), ("Ngày, tháng, năm sinh", "birth_date"),
        ("Ngày tháng năm sinh (dd/mm/yyyy)", "birth_date"), ("Số, ký hiệu", "reference"),
        ("Số/Ký hiệu", "reference"), ("Ký hiệu", "symbol"), ("Số", "number"), ("Ngày ký", "date"),
        ("Trích yếu", "title"), ("Người ký", "signer"), ("Họ và tên người ký", "signer"),
        ("Độ mật", "level"), ("Cơ quan ban hành", "agency"), ("Thành phần hồ sơ", "type"),
        ("Loại văn bản", "form"), ("Hộp số", "box"), ("STT", ""), ("Số TT", ""), ("Ghi chú", ""),
        ("Số lượng tờ", ""), ("Tờ số", ""),
    ],
)  # fmt: skip
def test_headings_as_offices_write_them(heading, key):
    found = propose([Line(1, (heading, "Tên tệp" if key != "file" else "x"))], columns=2, row=1)

    assert found.columns[heading] == key


def test_no_heading_stands_for_two_fields():
    headings = [heading for field in FIELDS for heading in field.headings]

    assert len(headings) == len(set(headings))


def test_two_columns_of_one_meaning_the_surer_one_is_taken():
    line = Line(1, ("Ngày ban hành của đơn vị", "Ngày ban hành", "Tên tệp"))

    assert list(propose([line], columns=3).columns.values()) == ["", "date", "file"]


def test_a_list_without_headings_goes_by_letters():
    first = [Line(1, ("a.pdf", "M-0001"))]
    mapping = ColumnMap({"A": "file", "B": "dossier"}, 0)

    columns = settle(mapping, first, columns=2)

    assert (columns.row, dict(columns.places)) == (0, {0: "file", 1: "dossier"})


def test_headings_that_are_missing_or_stand_twice_are_told_apart_by_letters():
    assert headings_of([Line(1, ("Ngày", "", "Ngày"))], 1, columns=4) == (
        "Ngày",
        "B",
        "Ngày (C)",
        "D",
    )


def test_a_kept_mapping_fits_a_list_with_its_columns_elsewhere():
    mapping = propose([Line(1, ("Tên tệp", "Số hồ sơ"))], columns=2, row=1)

    columns = settle(mapping, [Line(1, ("STT", "SỐ HỒ SƠ", "Tên  tệp"))], columns=3)

    assert dict(columns.places) == {2: "file", 1: "dossier"}


def test_all_that_is_wrong_with_a_mapping_is_said_at_once():
    mapping = ColumnMap(
        {"A": "dossier", "B": "dossier", "C": "colour", "D": "reference", "E": "number", "F": "date"}, 0
    )  # fmt: skip

    with pytest.raises(Invalid) as refused:
        settle(mapping, [Line(1, ("x",) * 5)], columns=5)

    assert {fault.field for fault in refused.value.faults} == {"B", "C", "D", "F", "file"}


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.text(min_size=1).map(lambda t: " ".join(t.split())).filter(bool),
        st.just(""),
        max_size=6,
    ),
    st.integers(-1, 40),
)
def test_a_mapping_file_says_what_the_mapping_says(others, row):
    from hoso.kernel.text import one_line

    others = {one_line(heading): "" for heading in others if one_line(heading)}
    mapping = ColumnMap({**others, "Tên tệp": "file", "Số hồ sơ": "dossier"}, row)

    again = from_toml(to_toml(mapping))

    assert (dict(again.columns), again.row) == (dict(mapping.columns), row)
    assert ColumnMap.from_json(mapping.as_json()) == ColumnMap(mapping.columns, row)


@pytest.mark.parametrize(
    "text",
    ["x", "columns = 3", "[columns]\nA = 3", "heading-row = true\n[columns]\nA = 'file'",
     "[columns]\nA = 'date'", "[columns]\nA='file'\n[other]\n", "heading-row = -7\n[columns]\nA = 'file'"],
)  # fmt: skip
def test_a_mapping_file_with_faults_is_refused(text):
    with pytest.raises(Invalid):
        from_toml(text)


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(), max_size=6), min_size=1, max_size=8))
def test_any_rows_have_a_proposal_that_can_be_shown(rows):
    first = [Line(number, tuple(cells)) for number, cells in enumerate(rows, start=1)]
    width = max(map(len, rows))

    found = propose(first, columns=width)

    assert len(found.columns) == len(headings_of(first, heading_row(first), columns=width))
    given_keys = [key for key in found.columns.values() if key]
    assert len(given_keys) == len(set(given_keys))


@pytest.mark.parametrize(
    ("cells", "yes"),
    [
        (("(1)", "(2)", "(3)"), True), (("1", "2", "3", "4"), True), (("a", "b", "c"), True),
        (("A", "B", "1"), False), (("1", "3", "2"), False), (("1", "2"), False),
        (("1", "M-0001", "3"), False), (("14", "15", "16"), False),
    ],
)  # fmt: skip
def test_the_row_of_numbers_below_the_headings_is_known(cells, yes):
    assert is_numbering(cells) is yes


# Rows -----------------------------------------------------------------------------------


def test_rows_below_the_headings_say_their_fields():
    (row,) = rows_of(iter(INDEX), columns_of(INDEX, columns=8))

    assert row.number == 6
    assert row.said == {
        "number": "14", "symbol": "QĐ-THLT", "date": "05/9/2024", "title": "Quyết định nâng lương",
        "agency": "THPT Lê Trãi", "file": "a.pdf",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("14/QĐ-THLT", ("14", "QĐ-THLT")), ("12/2019/QĐ-UBND", ("12", "2019/QĐ-UBND")),
        ("14-QĐ/TU", ("14", "QĐ/TU")), ("Số: 05/TTr-SNV", ("05", "TTr-SNV")), ("14", ("14", "")),
        ("15a/QĐ-UB", ("15a", "QĐ-UB")), ("QĐ-THLT", ("", "QĐ-THLT")), ("", ("", "")),
        ("/QĐ-THLT", ("", "/QĐ-THLT")), ("không số", ("", "không số")),
    ],
)  # fmt: skip
def test_number_and_symbol_are_taken_apart_as_papers_write_them(text, parts):
    """Nghị định 30/2020/NĐ-CP, annex I, II.3; Hướng dẫn 36-HD/VPTW for papers of the party."""
    assert split_reference(text) == parts


def test_cells_are_composed_and_made_one_line():
    first = [
        Line(1, ("Tên tệp", "Trích yếu")),
        Line(2, (" a.pdf ", "Ve\u0302\u0300\u200b vie\u0323\u0302c\n  lương")),
    ]

    (row,) = rows_of(iter(first), columns_of(first, columns=2))

    assert (row.get("file"), row.get("title")) == ("a.pdf", "Về việc lương")


def test_a_formula_and_an_error_stop_their_row_only_where_the_column_counts():
    first = [
        Line(1, ("Tên tệp", "Ghi chú", "Ngày")),
        Line(2, ("a.pdf", "=A1", "#REF!"), {1: "formula", 2: "error"}),
    ]

    (row,) = rows_of(iter(first), columns_of(first, columns=3))

    assert [(one.column, one.severity, one.value) for one in row.findings] == [
        ("Ngày", "stop", "#REF!")
    ]


def test_merged_cells_stop_the_rows_that_have_no_value_of_their_own():
    first = [Line(1, ("Tên tệp", "Số hồ sơ"))]
    first += [Line(n, (f"{n}.pdf", "M-0001" if n == 2 else "")) for n in range(2, 6)]

    rows = list(rows_of(iter(first), columns_of(first, columns=2), ((2, 1, 4, 1),)))

    assert [bool(row.findings) for row in rows] == [False, True, True, False]
