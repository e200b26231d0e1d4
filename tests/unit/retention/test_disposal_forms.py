"""The papers of a destruction file, set in type and read again by other programs."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime

import pytest
from pdfminer.high_level import extract_pages, extract_text
from pdfminer.layout import LTTextContainer

from hoso.retention.forms.setting import typeset
from hoso.retention.forms.values import (
    Certificate,
    CertifiedLine,
    CouncilDecision,
    DestructionDecision,
    DestructionMinutes,
    HandOver,
    Head,
    JudgedLine,
    Line,
    Listing,
    Member,
    Minutes,
    Outcome,
    Paper,
    Person,
    Submission,
    Vote,
)

#: Ten in the morning in Vietnam.
AT = datetime(2026, 2, 5, 3, 0, tzinfo=UTC)
DECIDED = date(2026, 2, 1)
CLERK = Person("Lê Văn Ví Dụ", "Lưu trữ viên", "Người quản lý kho lưu trữ")
HEAD = Person("Nguyễn Văn Mẫu", "Giám đốc")
DOER = Person("Hoàng Thị Thực", "Chuyên viên", "Người thực hiện hủy")
MEMBERS = (
    Member("Trần Thị Mẫu", "Phó Giám đốc", "Chủ tịch Hội đồng"),
    Member(CLERK.name, CLERK.post, "Thư ký Hội đồng"),
    Member("Đỗ Hữu Giả", "Chuyên viên", "Ủy viên"),
)
PLACE = "Thành phố Mẫu"
COUNT = 26


def head(number="", symbol="BB"):
    return Head(
        "Sở Nội vụ", "2026/001", "Ủy ban nhân dân tỉnh Mẫu", number, symbol, PLACE, date(2026, 2, 5)
    )


LINES = tuple(
    Line(
        n,
        f"T-2018-{n:03}",
        f"Hồ sơ dự thi đợt {n}",
        box="K1-G2",
        span="2018",
        papers=2,
        rule="mục 49b, Thông tư 09/2011/TT-BNV",
        period="5 năm",
        due=date(2024, 1, 1),
        reason="Hết thời hạn lưu trữ",
        because=("Kết thúc năm 2018",),
    )
    for n in range(1, COUNT + 1)
)
VOTES = (Vote("Đỗ Hữu Giả", "giữ", "Cần để đối chiếu", differs=True),)
JUDGED = tuple(
    JudgedLine(one.number, one.code, one.title, 2, 1, "Đề nghị hủy", VOTES if n == 1 else ())
    for n, one in enumerate(LINES)
)
GONE = tuple(Outcome(one.number, one.code, one.title, "", AT, gone=True) for one in LINES[1:])
DIGEST, RULEBOOK = "0123456789abcdef" * 4, "fedcba9876543210" * 4
DECISION = ("15/QĐ-SNV", date(2026, 2, 5))
COUNCIL = ("12/QĐ-SNV", DECIDED)
FORMS = {
    "listing": Listing(
        head(),
        LINES,
        (("mục 49b, Thông tư 09/2011/TT-BNV", "Hồ sơ dự thi", COUNT),),
        "Hình thành trong kỳ thi năm 2018.",
        CLERK,
        DECIDED,
        RULEBOOK,
    ),
    "council": CouncilDecision(head("12/QĐ-SNV"), MEMBERS, COUNT, HEAD),
    "minutes": Minutes(head(), *COUNCIL, MEMBERS, AT, AT, JUDGED),
    "submission": Submission(
        head("", "TTr-HĐXH"),
        "Giám đốc Sở Nội vụ",
        *COUNCIL,
        COUNT,
        COUNT - 1,
        1,
        "Hết thời hạn.",
        ("Danh mục",),
        Person("Trần Thị Mẫu", "Chủ tịch Hội đồng"),
    ),
    "decision": DestructionDecision(
        head("15/QĐ-SNV"), *COUNCIL, LINES, date(2026, 2, 20), 15, HEAD
    ),
    "hand-over": HandOver(head(), *DECISION, CLERK, DOER, LINES),
    "destruction": DestructionMinutes(
        head(),
        *DECISION,
        (*GONE, Outcome(1, "T-2018-001", "Hồ sơ 1", "Bị chặn", why="Lệnh giữ của Tòa án")),
        date(2026, 3, 7),
        (CLERK, DOER),
    ),
    "certificate": Certificate(
        head(),
        *DECISION,
        (("Đề nghị xét hủy", CLERK.name, AT), ("Quyết định hủy", HEAD.name, AT)),
        (
            CertifiedLine(
                1,
                "uid-0001",
                "T-2018-001",
                "Hồ sơ dự thi đợt 1",
                LINES[0].rule,
                LINES[0].period,
                LINES[0].due,
                RULEBOOK,
                AT,
                (Vote("Trần Thị Mẫu", "hủy"),),
                (Paper("Đơn dự thi", DIGEST, 1234),),
            ),
        ),
        DOER,
        date(2026, 3, 7),
        date(2046, 2, 5),
    ),
}
#: What must stand on each, besides the head of an official document.
SAID = {
    "listing": (
        "DANH MỤC HỒ SƠ, TÀI LIỆU HẾT THỜI HẠN LƯU TRỮ, TRÙNG LẶP",
        "BẢN THUYẾT MINH",
        "Danh mục có 26 hồ sơ, gồm 52 tài liệu.",
        "Hình thành trong kỳ thi năm 2018.",
        "Kết thúc năm 2018",
    ),
    "council": ("Số: 12/QĐ-SNV", "QUYẾT ĐỊNH:", "Đỗ Hữu Giả", "GIÁM ĐỐC"),
    "minutes": (
        "Số: …………/BB",
        "10 giờ 00 phút, ngày 05 tháng 02 năm 2026",
        "(ý kiến khác với đa số). Cần để đối chiếu",
        "Hội đồng đề nghị hủy 26 hồ sơ, giữ lại 0 hồ sơ.",
    ),
    "submission": ("TỜ TRÌNH", "Kính gửi: Giám đốc Sở Nội vụ", "đề nghị hủy: 25; đề nghị giữ lại"),
    "decision": (
        "Số: 15/QĐ-SNV",
        "15 ngày kể từ ngày ký, chậm nhất ngày 20 tháng 02 năm 2026; quá",
        "ít nhất 20 năm",
        "T-2018-026",
    ),
    "hand-over": ("BIÊN BẢN BÀN GIAO", "Bên giao (người quản lý kho lưu trữ): Lê Văn Ví Dụ"),
    "destruction": (
        "1. Hồ sơ đã hủy: 25",
        "2. Hồ sơ không hủy: 1",
        "Lệnh giữ của Tòa án",
        "ngày 07 tháng 3 năm 2026",
    ),
    "certificate": (
        "GIẤY CHỨNG NHẬN",
        DIGEST,
        RULEBOOK,
        "Trần Thị Mẫu: hủy",
        "ngày 07 tháng 3 năm 2026",
        "ngày 05 tháng 02 năm 2046",
    ),
}


@pytest.fixture(scope="module")
def printed():
    """Every form as the bytes of its PDF."""
    return {name: typeset(form, at=AT) for name, form in FORMS.items()}


def solid(content):
    """Return the text without blanks; lines break where they must."""
    return re.sub(r"[\s\u200b]", "", content)


def test_there_are_the_eight_papers_of_a_destruction_file():
    # TT 06/2025/TT-BNV: list with explanation, council, minutes, submission, decision, hand-over,
    # minutes of the destruction; and our certificate.
    assert {type(form) for form in FORMS.values()} == {
        Listing, CouncilDecision, Minutes, Submission, DestructionDecision, HandOver,
        DestructionMinutes, Certificate,
    }  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_paper_says_what_it_must_under_the_head_of_an_official_document(printed, name):
    said = solid(extract_text(io.BytesIO(printed[name])))
    # ND 30/2020/NĐ-CP, Phụ lục I: boxes 1, 2 and 4.
    always = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH MẪU",
        "SỞ NỘI VỤ",
        "Thành phố Mẫu, ngày 05 tháng 02 năm 2026",
        "Hồ sơ hủy số 2026/001",
    )

    assert [words for words in (*always, *SAID[name]) if solid(words) not in said] == []


def test_a_list_over_many_pages_repeats_its_head_and_numbers_its_pages(printed):
    pages = [
        solid("".join(one.get_text() for one in page if isinstance(one, LTTextContainer)))
        for page in extract_pages(io.BytesIO(printed["decision"]))
    ]

    assert len(pages) > 2
    assert ["Tiêuđềhồsơ" in page for page in pages] == [False] + [True] * (len(pages) - 1)
    assert [f"Trang{n}/{len(pages)}" in page for n, page in enumerate(pages, start=1)] == [
        True
    ] * len(pages)


@pytest.mark.parametrize("name", ["council", "certificate"])
def test_the_same_values_give_the_same_bytes(printed, name):
    assert typeset(FORMS[name], at=AT) == printed[name]


def test_an_unknown_place_and_number_stay_open_for_the_hand():
    form = CouncilDecision(Head("Sở Nội vụ", "1", symbol="QĐ-SNV"), (), 0, Person(""))

    said = solid(extract_text(io.BytesIO(typeset(form, at=AT))))

    assert solid("Số: …………/QĐ-SNV") in said
    assert solid("…………, ngày …… tháng …… năm ………") in said


def test_an_independent_judge_takes_every_paper_for_pdf_a_2b(printed, tmp_path):
    from hoso.testing.pdfa import judge

    for name, content in printed.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)

    said = judge(sorted(tmp_path.iterdir()))

    assert set(said) == {tmp_path / f"{name}.pdf" for name in FORMS}
    assert [path.name for path, faults in said.items() if faults] == []
