"""Lists of either kind become plain rows; what is hostile or no list is refused with words.

Expected texts are written by hand; workbooks are made by openpyxl's writer and by hand.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import unicodedata
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook as Written

from hoso.ingest.bulk.opened import Head, open_list, opened_before, sandbox
from hoso.ingest.bulk.separated import Separated, encoding_of, separator_of
from hoso.ingest.bulk.tables import open_list as convert
from hoso.ingest.bulk.values import ListRefused, column_letters, line_of
from hoso.ingest.bulk.workbook import shown_date
from hoso.ingest.sandbox import Limits

HEADINGS = ["Tên tệp", "Số hồ sơ", "Số, ký hiệu", "Ngày ban hành", "Trích yếu nội dung"]
ROWS = [
    ["hs1/qđ 14.pdf", "M-0001", "14/QĐ-THLT", "05/09/2024", "Về việc nâng bậc lương thường xuyên"],
    ["hs1/b.pdf", "M-0002", "15/QĐ-SNV", "2019", "Bổ nhiệm có thời hạn đối với viên chức, người lao động"],
]  # fmt: skip


def separated(separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([HEADINGS, *ROWS])
    return out.getvalue()


@pytest.fixture
def opened(tmp_path):
    """Give it bytes for the answer of the child and the rows it wrote."""

    def run(content, **options):
        path, folder = tmp_path / "list", tmp_path / "rows"
        path.write_bytes(content)
        folder.mkdir(exist_ok=True)
        told = convert(str(path), str(folder), **options)
        lines = []
        for chunk in sorted(folder.glob("rows-*.jsonl")):
            lines += [line_of(json.loads(one)) for one in chunk.read_text("utf-8").splitlines()]
        return told, lines

    return run


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (b"", "utf-8", "utf-8"),
        (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
        (b"", "utf-16-le", "utf-16-le"),
    ],
)
def test_what_a_spreadsheet_saves_as_text_is_read(opened, separator, mark, codec, name):
    told, lines = opened(mark + separated(separator).encode(codec))

    assert (told["encoding"], told["separator"]) == (name, separator)
    assert [list(line.cells) for line in lines] == [HEADINGS, *ROWS]


def test_windows_1258_is_recognised_and_composed(opened):
    # The code page has marks of its own for tones: text must be taken apart to be written in it.
    apart = separated().translate({ord(c): _for_1258(c) for c in set(separated())})

    told, lines = opened(apart.encode("cp1258"))

    assert told["encoding"] == "cp1258"
    assert [list(line.cells) for line in lines] == [HEADINGS, *ROWS]


def _for_1258(char):
    """Split a letter into what windows-1258 has: a letter with its roof or horn, and a tone."""
    parts = unicodedata.normalize("NFD", char)
    tones = [c for c in parts if c in "\u0300\u0301\u0303\u0309\u0323"]
    return unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)) + "".join(
        tones
    )


def test_a_list_typed_in_an_old_font_is_converted(opened):
    """TCVN 5712:1993: "Tªn tÖp" is "Tên tệp"."""
    text = (
        "Tªn tÖp,TrÝch yÕu néi dung\r\n"
        + "a.pdf,VÒ viÖc n©ng bËc l­¬ng th­êng xuyªn ®èi víi c¸n bé\r\n" * 5
    )

    told, lines = opened(text.encode("cp1252"))

    assert told["encoding"] == "tcvn3"
    assert lines[0].cells == ("Tên tệp", "Trích yếu nội dung")
    assert lines[1].cells[1] == "Về việc nâng bậc lương thường xuyên đối với cán bộ"


def test_a_quoted_cell_may_hold_separators_and_lines(opened):
    _told, lines = opened(b'a,b\n"x, ""y""\nz",2\n3,4\n')

    assert [line.cells for line in lines] == [("a", "b"), ('x, "y"\nz', "2"), ("3", "4")]
    assert [line.number for line in lines] == [1, 2, 3]


def test_empty_rows_are_left_out_and_the_others_keep_their_numbers(opened):
    told, lines = opened(b"a,b\n,\n1,2\n\n3,4\n")

    assert [line.number for line in lines] == [1, 3, 5]
    assert (told["rows"], told["last"]) == (3, 5)


def test_excels_line_that_names_the_separator_is_no_row(opened):
    told, lines = opened(b"sep=;\na;b,c\n1;2\n")

    assert told["separator"] == ";"
    assert [(line.number, line.cells) for line in lines] == [(2, ("a", "b,c")), (3, ("1", "2"))]


def test_titles_above_the_headings_do_not_hide_the_separator():
    sample = "DANH MỤC TÀI LIỆU\n\nNăm 2024\n" + "Tên tệp;Ngày;Trích yếu\na.pdf;2024;Một, hai, ba\n"

    assert separator_of(sample) == (";", False)


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc"))), min_size=2, max_size=5),
        min_size=1, max_size=6,
    ),
    st.sampled_from(",;\t"),
)  # fmt: skip
def test_any_table_comes_back_as_it_was_written(tmp_path_factory, table, separator):
    width = max(map(len, table))
    table = [["head"] * width, *([*row, *([""] * (width - len(row)))] for row in table)]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL).writerows(table)
    path = tmp_path_factory.mktemp("any") / "list.csv"
    path.write_bytes(codecs.BOM_UTF8 + out.getvalue().encode())

    read = Separated(path)

    assert read.separator == separator
    composed = [[unicodedata.normalize("NFC", cell) for cell in row] for row in table]
    assert [cells for _number, cells in read.records()] == composed


@settings(max_examples=40)
@given(st.binary(max_size=600))
def test_no_bytes_make_the_reader_fail_otherwise_than_by_refusing(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "list"
    path.write_bytes(content)

    told = convert(str(path), str(folder))

    assert ("refused" in told) != ("rows" in told)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n,,\n\n", "empty"),
        (b'a,b\n1,"open\n2,3\n', "Row 2"),
        (b"x" * (3 << 20), "longer than"),
        (b"," * 300 + b"\n", "301 columns"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 512, ".xls"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x81\x8d\x8f\x90\x9d" * 20, "no encoding"),
        (codecs.BOM_UTF8 + b"a,\xff\n", "not throughout"),
        (b"PK\x03\x04" + b"\x00" * 100, "damaged"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(opened, content, said):
    told, _lines = opened(content)

    assert said in told["refused"].format_map(told["facts"])


def test_a_character_that_is_no_text_marks_its_cell(opened):
    _told, lines = opened(b"a,b\nx\x00y,2\n")

    assert dict(lines[1].marks) == {0: "control"}
    assert lines[1].cells == ("x\ufffdy", "2")


def test_a_cell_longer_than_any_spreadsheet_holds_is_marked_and_cut(opened):
    _told, lines = opened(b"a,b\n" + b"x" * 40_000 + b",2\n")

    assert dict(lines[1].marks) == {0: "long"}
    assert len(lines[1].cells[0]) == 200


# Workbooks ------------------------------------------------------------------------------


def workbook(fill, *, more=()):
    book = Written()
    fill(book.active)
    out = io.BytesIO()
    book.save(out)
    if more:
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, content in more:
                archive.writestr(name, content)
    return out.getvalue()


def test_cells_of_a_workbook_are_text_as_they_are_shown(opened):
    def fill(sheet):
        sheet.append(["Tệp", "Số", "Ngày", "Tháng", "Năm", "Sai", "Tính"])
        sheet.append(
            [
                "a.pdf",
                14.0,
                date(2024, 9, 5),
                date(2019, 3, 1),
                date(2001, 1, 1),
                "#N/A",
                "=1+1",
            ]
        )
        sheet["C2"].number_format = "dd/mm/yyyy"
        sheet["D2"].number_format = "mm/yyyy"
        sheet["E2"].number_format = "yyyy"
        sheet["F2"].data_type = "e"
        sheet["I5"] = "xa"

    told, lines = opened(workbook(fill))

    assert (told["kind"], told["rows"], told["last"]) == ("xlsx", 3, 5)
    assert lines[1].cells == ("a.pdf", "14", "2024-09-05", "2019-03", "2001", "#N/A", "=1+1")
    assert dict(lines[1].marks) == {5: "error", 6: "formula"}
    assert (lines[2].number, lines[2].cells[8]) == (5, "xa")


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("dd/mm/yyyy", "2024-09-01"), ("mm/yyyy", "2024-09"), ("yyyy", "2024"),
        ('"ngày" dd "tháng" mm "năm" yyyy', "2024-09-01"), ('"ngày" mm/yyyy', "2024-09"),
        ("[$-42A]mmmm yyyy;@", "2024-09"), ("h:mm", "2024-09-01"), ("d-mmm", "2024-09-01"),
    ],
)  # fmt: skip
def test_a_date_is_known_as_far_as_its_cell_shows_it(form, text):
    assert shown_date(date(2024, 9, 1), form) == text


def test_merged_cells_are_told_with_their_columns_from_nought(opened):
    def fill(sheet):
        sheet.append(["a", "b"])
        for _ in range(4):
            sheet.append(["x", "y"])
        sheet.merge_cells("B2:B4")

    told, _lines = opened(workbook(fill))

    assert told["merged"] == [[2, 1, 4, 1]]


def test_another_sheet_is_read_when_asked_for(opened):
    book = Written()
    book.active.append(["first"])
    book.create_sheet("Danh mục").append(["second"])
    out = io.BytesIO()
    book.save(out)

    _told, lines = opened(out.getvalue(), sheet="Danh mục")
    refused, _ = opened(out.getvalue(), sheet="Không có")

    assert lines[0].cells == ("second",)
    assert refused["facts"]["sheets"] == "Sheet, Danh mục"


def rewritten(part, change):
    """Return a small workbook with one part changed by hand."""
    before = io.BytesIO(workbook(lambda sheet: sheet.append(["a", "b"])))
    out = io.BytesIO()
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (rewritten(SHEET, lambda c: c.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)), "entities"),
        (rewritten("xl/workbook.xml", lambda c: b"<?xml version='1.0' encoding='UTF-16'?>".decode().encode("utf-16") + "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><x/>".encode("utf-16-le")), "entities"),
        (rewritten(SHEET, lambda c: c.replace(b'r="B1"', b'r="ZZZ1"')), "columns"),
        (rewritten(SHEET, lambda c: b" " * (40 << 20) + c), "unpacks to"),
        (rewritten("xl/workbook.xml", lambda _: b"<workbook/>"), "no sheet"),
    ],
)  # fmt: skip
def test_a_hostile_workbook_is_refused_before_it_is_unpacked(opened, content, said):
    told, _lines = opened(content)

    assert said in told["refused"].format_map(told["facts"])


def test_a_sheet_that_claims_to_be_endless_is_as_long_as_its_rows(opened):
    """17 billion cells by its own word; read as two."""
    content = rewritten(SHEET, lambda c: c.replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))

    told, lines = opened(content)

    assert told["rows"] == 1
    assert lines[0].cells == ("a", "b")


GOOD = workbook(lambda sheet: sheet.append(["a", "b", 3, "=A1"]))


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), min_size=1, max_size=8)
)
def test_a_workbook_with_any_bytes_changed_is_read_or_refused(tmp_path_factory, changes):
    content = bytearray(GOOD)
    for at, byte in changes:
        content[at] = byte
    folder = tmp_path_factory.mktemp("changed")
    path = folder / "list.xlsx"
    path.write_bytes(content)

    told = convert(str(path), str(folder))

    assert ("refused" in told) != ("rows" in told)


def test_an_archive_that_is_no_workbook_is_refused(opened):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")

    told, _lines = opened(out.getvalue())

    assert "no XLSX" in told["refused"]


# Through the child ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool():
    with sandbox() as one:
        yield one


def test_a_list_is_opened_in_a_child_and_read_on_from_any_row(pool, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("a,b\n" + "".join(f"{n},x\n" for n in range(2, 60)), "utf-8")

    opened = open_list(pool, path, folder=tmp_path / "rows")
    again = opened_before(tmp_path / "rows")

    assert again == opened
    assert [line.number for line in again.lines(after=57)] == [58, 59]


def test_reading_on_skips_whole_chunks(opened, tmp_path):
    told, _ = opened(b"a\n" + b"".join(b"%d\n" % n for n in range(2, 26)), chunk=10)
    from hoso.ingest.bulk.opened import Opened, _head

    whole = Opened(tmp_path / "rows", _head(told))

    assert told["chunks"] == [1, 11, 21]
    assert [next(whole.lines(after=n)).number for n in (0, 9, 10, 11, 20, 24)] == [
        1,
        10,
        11,
        12,
        21,
        25,
    ]
    assert list(whole.lines(after=25)) == []


def test_a_workbook_that_eats_its_child_s_memory_is_refused_and_the_next_is_read(
    pool, tmp_path, monkeypatch
):
    many = b"".join(b"<si><t>%x</t></si>" % n for n in range(250_000))
    table = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + many
    path = tmp_path / "bomb.xlsx"
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    told = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % kind
    path.write_bytes(rewritten("[Content_Types].xml", lambda c: c.replace(b"</Types>", told)))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/sharedStrings.xml", table + b"</sst>")
    good = tmp_path / "good.csv"
    good.write_text("a,b\n1,2\n", "utf-8")
    small = Limits(memory=120 << 20, cpu=60)
    monkeypatch.setattr("hoso.ingest.bulk.opened.limits_for", lambda _size: small)

    with pytest.raises(ListRefused) as refused:
        open_list(pool, path, folder=tmp_path / "r1")

    assert "memory" in str(refused.value.facts["why"])
    assert open_list(pool, good, folder=tmp_path / "r2").head.rows == 2


def test_columns_are_called_as_spreadsheets_call_them():
    """ECMA-376: the last column is XFD, the 16,384th."""
    assert [column_letters(n) for n in (0, 25, 26, 701, 702, 16383)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@pytest.mark.parametrize(
    "odd", [[], [1], ["1", []], [1, "x"], [1, [2]], {"a": 1}, [1, ["a"], {"x": "y"}]]
)
def test_what_a_child_says_that_is_no_row_is_not_believed(odd):
    with pytest.raises(ValueError):
        line_of(odd)


def test_encoding_is_told_for_what_it_is(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"abc")

    assert encoding_of(path).name == "utf-8"
    assert isinstance(ListRefused("x"), Exception)
    assert Head("csv", 1, 1, 1, (), ()).merged == ()
