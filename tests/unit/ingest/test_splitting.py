"""Where the next paper begins, and that no page is lost on the way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hoso.ingest.sheets.codes import Label, Separator, payload
from hoso.ingest.splitting.cuts import Cut, plan_between, proposed_cuts
from hoso.ingest.splitting.pages import PageFacts, facts_kept, page_facts
from hoso.ingest.splitting.plan import Part, Plan, faults_of, from_json, to_json
from hoso.ingest.splitting.separators import by_separators

BLANK = ({"code": "blank", "value": None, "box": None},)


def pile(*pages):
    """Pages told in short: a separator or label, None for an empty page, else the text."""
    made = []
    for number, page in enumerate(pages, 1):
        if page is None:
            made.append(PageFacts(number, findings=BLANK))
        elif isinstance(page, str):
            made.append(PageFacts(number, page))
        elif isinstance(page, Label):
            made.append(PageFacts(number, "chữ", codes=("https://example.vn", payload(page))))
        else:
            made.append(PageFacts(number, "TỜ PHÂN CÁCH", codes=(payload(page),)))
    return made


def parts(plan):
    return [(part.pages, part.dossier, part.type) for part in plan.parts]


# By our own sheets ----------------------------------------------------------------------

A = Separator("T-0001", "D05")
B = Separator("T-0002")
TYPE = Separator("", "D04")
NEXT = Separator()
TWO = Separator("T-0001", "D05", 2)


def test_without_a_sheet_nothing_is_split():
    assert by_separators(pile("a", None, Label("0123456789"))) is None


def test_the_papers_between_sheets_are_parts_and_the_sheets_are_in_none():
    plan = by_separators(pile(A, "a", "b", B, "c"))

    assert parts(plan) == [((2, 3), "T-0001", "D05"), ((5,), "T-0002", "")]
    assert plan.apart == {1: "separator", 4: "separator"}


def test_what_lies_before_the_first_sheet_is_a_paper_of_no_dossier():
    plan = by_separators(pile("z", A, "a"))

    assert parts(plan) == [((1,), "", ""), ((3,), "T-0001", "D05")]


def test_a_dossier_holds_until_another_is_named_a_type_for_one_paper_only():
    plan = by_separators(pile(A, "a", NEXT, "b", TYPE, "c", NEXT, "d", B, "e"))

    assert parts(plan) == [
        ((2,), "T-0001", "D05"),
        ((4,), "T-0001", ""),
        ((6,), "T-0001", "D04"),
        ((8,), "T-0001", ""),
        ((10,), "T-0002", ""),
    ]


@pytest.mark.parametrize("sheets", [(B, TYPE), (TYPE, B)])
def test_two_sheets_in_a_row_speak_together(sheets):
    plan = by_separators(pile("z", *sheets, "a"))

    assert parts(plan)[1] == ((4,), "T-0002", "D04")


def test_both_sides_of_a_sheet_are_one_sheet():
    plan = by_separators(pile(TWO, TWO, "a", "b", TWO, TWO, "c"))

    assert [pages for pages, _, _ in parts(plan)] == [(3, 4), (7,)]
    assert list(plan.apart) == [1, 2, 5, 6]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        # printed on one side, scanned on both: face up, then face down
        ((TWO, None, "a"), [(3,)]),
        (("z", None, TWO, "a"), [(1,), (4,)]),
        # the second sheet's empty back, not the paper's empty front
        ((TWO, TWO, None, "a"), [(3, 4)]),
        # the last thing in the feeder
        (("a", "b", TWO), [(1, 2)]),
    ],
)
def test_the_empty_back_of_a_sheet_goes_with_it(pages, expected):
    plan = by_separators(pile(*pages))

    assert [pages for pages, _, _ in parts(plan)] == expected


def test_the_scanner_s_word_counts_where_the_sheet_says_one_side():
    said = by_separators(pile(NEXT, None, "a"))
    known = by_separators(pile(NEXT, None, "a"), duplex=True)

    assert [pages for pages, _, _ in parts(said)] == [(2, 3)]
    assert [pages for pages, _, _ in parts(known)] == [(3,)]


def test_a_pile_of_sheets_alone_has_no_parts():
    plan = by_separators(pile(TWO, TWO, TWO, None))

    assert plan.parts == ()
    assert sorted(plan.apart) == [1, 2, 3, 4]
    assert faults_of(plan, 4) == []


def test_the_code_on_a_paper_goes_with_the_part_it_was_read_in():
    plan = by_separators(pile(A, "a", Label("AAAAAAAAAA"), NEXT, Label("BBBBBBBBBB"), "c"))

    assert [part.serial for part in plan.parts] == ["AAAAAAAAAA", "BBBBBBBBBB"]


PAGES = st.lists(
    st.sampled_from(["x", None, A, B, TYPE, NEXT, TWO, Label("AAAAAAAAAA")]), max_size=30
)


@given(PAGES, st.booleans())
def test_whatever_lies_in_the_feeder_no_page_is_lost_nor_doubled(pages, duplex):
    plan = by_separators(pile(*pages), duplex=duplex)

    if plan is not None:
        placed = [page for part in plan.parts for page in part.pages] + list(plan.apart)
        assert sorted(placed) == list(range(1, len(pages) + 1))
        # Only sheets and empty pages are set apart.
        assert all(not isinstance(pages[p - 1], str | Label) for p in plan.apart)


# What is wrong with a plan --------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "fields"),
    [
        (Plan((Part((1, 2)), Part((3,)))), []),
        (Plan((Part((3, 1)), Part((2,), turns=(180,)))), []),
        (Plan((Part((1, 3)),), {2: "blank"}), []),
        (Plan((Part((1, 2, 3)),)), ["parts"]),
        (Plan((Part((1,)), Part((2,)))), ["page-3"]),
        (Plan((Part((1, 2)), Part((2, 3)))), ["page-2"]),
        (Plan((Part((1, 2)), Part((2, 9)))), ["page-2", "page-9", "page-3"]),
        (Plan((Part((1, 2)), Part(())), {3: "vì"}), ["parts", "page-3"]),
        (Plan((Part((1, 2), turns=(45, 0)),), {3: "blank"}), ["parts"]),
        (Plan((Part((1, 2, 0)),), {3: "blank"}), ["page-0"]),
    ],
)
def test_every_fault_of_a_split_is_told_at_once(plan, fields):
    assert [fault.field for fault in faults_of(plan, 3)] == fields


def test_a_plan_is_kept_as_text_and_read_back():
    plan = Plan((Part((2, 1), "T-Đ1", "D05", "AAAAAAAAAA", (0, 90)),), {3: "separator"})

    assert from_json(to_json(plan)) == plan


# Proposals ------------------------------------------------------------------------------

HEAD = "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH MẪU Độc lập - Tự do - Hạnh phúc\nSố: {}\nQUYẾT ĐỊNH\nVề việc nâng bậc lương"
FIRST = HEAD.format("14/QĐ-UBND Mẫu, ngày 05 tháng 9 năm 2024")
SECOND = HEAD.format("15/QĐ-UBND Mẫu, ngày 06 tháng 9 năm 2024")


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        (SECOND, "head"),
        (FIRST, None),  # a copy of the first page: told as a duplicate, not as a paper
        ("CONG HOA XA HQI CHU NGHIA VIET NAM\nSo:    /QD-UBND\n", "head"),
        ("ĐẢNG BỘ TỈNH MẪU ĐẢNG CỘNG SẢN VIỆT NAM\nSố 383-QĐ/TU\n", "head"),
        (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSƠ YẾU LÝ LỊCH",
            "title",
        ),
        ("PHỤ LỤC\n" + SECOND, None),
        ("DANH SÁCH\n(Kèm theo Quyết định số 14/QĐ-UBND)\n" + SECOND, None),
        ("Điều 1. Nâng bậc lương\nCộng hòa xã hội chủ nghĩa Việt Nam", None),
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nhọ và tên", None),
        ("Căn cứ Quyết định số 15/QĐ-UBND ngày 06", None),
        ("x\n" * 40 + SECOND, None),
        ("", None),
    ],
)
def test_a_paper_seems_to_begin_where_a_head_and_another_number_stand(page, kind):
    cuts = proposed_cuts(pile(FIRST, "Điều 2.", page))

    assert [(cut.page, cut.kind) for cut in cuts] == ([(3, kind)] if kind else [])


def test_a_code_on_the_paper_says_that_another_begins():
    one, other = Label("AAAAAAAAAA"), Label("BBBBBBBBBB")

    assert proposed_cuts(pile(one, "b", one, other, "d")) == (Cut(4, "serial", "BBBBBBBBBB"),)


def test_empty_pages_part_papers_only_where_the_office_says_so():
    pages = pile("a", None, "b", None, None, "c")

    assert proposed_cuts(pages) == ()
    assert proposed_cuts(pages, blank=True) == (Cut(3, "blank"), Cut(6, "blank"))


def test_cuts_become_parts_without_separators_and_empty_pages():
    pages = pile("a", None, "b", NEXT, "c", Label("AAAAAAAAAA"))

    plan = plan_between(pages, {3, 5}, drop_blank=True)

    assert [part.pages for part in plan.parts] == [(1,), (3,), (5, 6)]
    assert plan.apart == {2: "blank", 4: "separator"}
    assert plan.parts[2].serial == "AAAAAAAAAA"
    assert faults_of(plan, 6) == []


@given(PAGES, st.sets(st.integers(1, 30)), st.booleans())
def test_whatever_is_proposed_every_page_has_its_place(pages, starts, drop_blank):
    plan = plan_between(pile(*pages), starts, drop_blank=drop_blank)

    placed = [page for part in plan.parts for page in part.pages] + list(plan.apart)
    assert sorted(placed) == list(range(1, len(pages) + 1))


# What is kept of a page -----------------------------------------------------------------


def test_what_is_kept_of_a_page_is_read_back():
    finished = {
        "page": 1, "source": "ocr", "words": [["a"]], "text": "a", "turn": 180, "print": "00ff",
        "codes": [{"format": "QRCode", "text": payload(TWO), "box": [0, 0, 1, 1]}],
        "findings": [{"code": "turned", "value": 180, "box": None}],
    }  # fmt: skip

    (page,) = page_facts([facts_kept(finished)], ["a"])

    assert (page.separator, page.turn, page.print, page.text) == (TWO, 180, "00ff", "a")
    assert "words" not in facts_kept(finished)
