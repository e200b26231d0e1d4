"""What is proposed of a paper: expected is what a clerk would type in from the same page."""

from __future__ import annotations

from pathlib import Path

import pytest
from paper import Page, sheets, state_head

from hoso.ingest.classifiers import load
from hoso.ingest.propose.names import known_signer, surname_before
from hoso.ingest.propose.number import read_date
from hoso.ingest.propose.rules import as_dicts, propose
from hoso.ingest.propose.types import propose_type, section_of
from hoso.kernel.errors import Invalid

CATALOG = Path(__file__).resolve().parents[3] / "catalogs" / "classifiers"


@pytest.fixture(scope="module")
def data():
    return load(CATALOG)


@pytest.fixture(scope="module")
def proposed(data):
    def of(*pages: Page) -> dict[str, object]:
        found = propose(sheets(*pages), data, latest=2027)
        return {name: each.value if each else None for name, each in found.items()}

    return of


def raise_of_pay(*, recognised: bool = False, number: str = "Số: 14/QĐ-THMB") -> Page:
    page = Page(recognised=recognised)
    state_head(
        page,
        number,
        "Mẫu Bình, ngày 08 tháng 11 năm 2024",
        over="UBND HUYỆN MẪU BÌNH",
        agency="TRƯỜNG TIỂU HỌC MẪU BÌNH",
    )
    page.space().row(middle="QUYẾT ĐỊNH")
    page.row(middle="Về việc nâng bậc lương thường xuyên đối với bà Nguyễn Thị Mẫu")
    page.space().row(middle="HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC MẪU BÌNH")
    page.row(body="Căn cứ Luật Viên chức ngày 15 tháng 11 năm 2010;")
    page.row(body="Theo đề nghị của ông Trần Văn Thử, Tổ trưởng Tổ Văn phòng,")
    page.row(middle="QUYẾT ĐỊNH:")
    page.row(
        body="Điều 1. Nâng bậc lương đối với bà Nguyễn Thị Mẫu, giáo viên, từ bậc 3 lên bậc 4."
    )
    page.row(body="Điều 2. Quyết định này có hiệu lực kể từ ngày ký.")
    page.space().row(flush="Nơi nhận:", right="HIỆU TRƯỞNG")
    page.row(flush="- Như Điều 2;").space(3).row(right="Lê Thị Ví Dụ")
    return page


def test_a_decision_of_a_school(proposed):
    assert proposed(raise_of_pay()) == {
        "type": "Quyết định",
        "number": "14",
        "symbol": "QĐ-THMB",
        "date": "2024-11-08",
        "agency": "TRƯỜNG TIỂU HỌC MẪU BÌNH",
        "subject": "Về việc nâng bậc lương thường xuyên đối với bà Nguyễn Thị Mẫu",
        "signer": "Lê Thị Ví Dụ",
        "person": "Nguyễn Thị Mẫu",
        "level": None,
        "section": None,
    }


def test_every_field_is_there_with_its_evidence(data):
    said = as_dicts(propose(sheets(raise_of_pay()), data, latest=2027))

    assert set(said) == {
        "type", "number", "symbol", "date", "agency", "subject", "signer", "person", "level",
        "section",
    }  # fmt: skip
    symbol = said["symbol"]
    assert set(symbol) == {"value", "confidence", "page", "box", "rule"}
    assert 0 < symbol["confidence"] <= 1
    assert symbol["page"] == 1
    # The words of the number line: left half, upper fifth.
    left, top, right, bottom = symbol["box"]
    assert 0.1 < left < right < 0.5
    assert 0.05 < top < bottom < 0.2


def test_a_letter_has_no_name_but_a_subject_under_its_number(proposed):
    page = Page()
    state_head(
        page,
        "Số: 393/SNV-CCVC",
        "Mẫu Hải, ngày 05 tháng 4 năm 2023",
        over="UBND TỈNH MẪU HẢI",
        agency="SỞ NỘI VỤ",
    )
    page.row(left="V/v bổ sung hồ sơ công chức")
    page.space().row(body="Kính gửi: Các sở, ban, ngành tỉnh.")
    page.row(body="Thực hiện Kế hoạch số 12/KH-UBND ngày 03/01/2023 của UBND tỉnh,")
    page.space(3).row(flush="Nơi nhận:", right="KT. GIÁM ĐỐC").row(
        flush="- Như trên;", right="PHÓ GIÁM ĐỐC"
    )
    page.space(3).row(right="Phạm Văn Giả")

    said = proposed(page)

    assert said == {
        "type": "Công văn",
        "number": "393",
        "symbol": "SNV-CCVC",
        "date": "2023-04-05",
        "agency": "SỞ NỘI VỤ TỈNH MẪU HẢI",
        "subject": "V/v bổ sung hồ sơ công chức",
        "signer": "Phạm Văn Giả",
        "person": None,
        "level": None,
        "section": None,
    }


def test_a_paper_of_the_party_writes_its_number_another_way(proposed):
    page = Page().row(left="ĐẢNG BỘ TỈNH MẪU HẢI", right="ĐẢNG CỘNG SẢN VIỆT NAM")
    page.row(left="HUYỆN ỦY MẪU BÌNH").row(left="*")
    page.row(left="Số 383-QĐ/HU", right="Mẫu Bình, ngày 19 tháng 11 năm 2022")
    page.space().row(middle="QUYẾT ĐỊNH").row(middle="về việc điều động và bổ nhiệm cán bộ")
    page.row(body="- Căn cứ Điều lệ Đảng;").row(
        body="Điều 1. Điều động và bổ nhiệm đồng chí Vũ Văn Mẫu giữ chức"
    )
    page.row(body="Điều 2. Đồng chí Vũ Văn Mẫu chịu trách nhiệm thi hành.")
    page.space().row(flush="Nơi nhận:", right="T/M BAN THƯỜNG VỤ").row(right="BÍ THƯ").space(3)
    page.row(right="Hoàng Thị Thử")

    said = proposed(page)

    assert (said["number"], said["symbol"]) == ("383", "QĐ/HU")
    assert said["agency"] == "HUYỆN ỦY MẪU BÌNH"
    assert said["signer"] == "Hoàng Thị Thử"
    assert said["person"] == "Vũ Văn Mẫu"


@pytest.mark.parametrize(
    ("written", "number", "symbol"),
    [
        ("Số: 87/2025/QĐ-UBND", "87", "QĐ-UBND"),
        ("Số : 14 /QĐ-THLT", "14", "QĐ-THLT"),
        ("Số: 3176B/QĐ-SYT", "3176B", "QĐ-SYT"),
        ("Số: 012/CT-UBND", "012", "CT-UBND"),
        ("Số: 5680/CT-CS", "5680", "CT-CS"),
        ("Số: 11554/VPCP-V.I", "11554", "VPCP-V.I"),
        ("Số: 154/CTPH-LĐLĐ-SVH,TT,DL", "154", "CTPH-LĐLĐ-SVH,TT,DL"),
        ("Số 45-HD/BTCTW", "45", "HD/BTCTW"),
        ("Số: 07/NQ-HĐT", "07", "NQ-HĐT"),
    ],
)
def test_numbers_and_symbols_as_they_are_written(written, number, symbol, proposed):
    said = proposed(raise_of_pay(number=written))

    assert (said["number"], said["symbol"]) == (number, symbol)


@pytest.mark.parametrize(
    ("written", "symbol"),
    [("Só: 14/QD-THMB", "QĐ-THMB"), ("$6: 14/QÐ-THMB", "QĐ-THMB"), ("só. 14 /QĐ-THMB", "QĐ-THMB")],
)
def test_a_symbol_gets_back_what_recognition_took(written, symbol, proposed):
    assert proposed(raise_of_pay(recognised=True, number=written))["symbol"] == symbol


def test_a_number_written_by_hand_is_never_proposed(proposed):
    said = proposed(raise_of_pay(recognised=True, number="Số: 442·95 /QĐ-THMB"))

    assert said["number"] is None
    assert said["symbol"] == "QĐ-THMB"


def test_a_printed_number_is_read_from_a_scan(proposed):
    assert proposed(raise_of_pay(recognised=True))["number"] == "14"


def test_a_letter_read_without_its_marks_keeps_its_head(proposed):
    """As a scanner set to English reads papers of the Party: Đ comes out as D, P, B or DP."""
    page = Page(recognised=True)
    page.row(left="DANG BO THANH PHO MAU", right="DPANG CONG SAN VIET NAM")
    page.row(left="HUYEN UY MAU SON").row(left="*")
    page.row(left="$6 875-CV/HU·60", right="Mau Son, ngay /78·20 thdng 01 ndm 2022")
    page.row(left="V/v danh gia hang thang")
    page.space().row(body="Kinh gii: Cac chi bo, dang bo truc thuoc.")
    page.row(body="Thuc hien Quyét dinh sb 1841-QD/TU cua Thanh uy,")
    page.space(3).row(flush="Noi nhdn:", right="T/M BAN THUONG VU").row(right="PHO BI THU")
    page.space(3).row(right="Nguyen Van Mau")

    said = proposed(page)

    assert said["type"] == "Công văn"
    assert said["agency"] == "HUYEN UY MAU SON"
    assert said["subject"] == "V/v danh gia hang thang"
    assert said["signer"] == "Nguyen Van Mau"
    # Its day cannot be read; nobody guesses it.
    assert said["date"] is None


@pytest.mark.parametrize(
    ("line", "first_day", "expected"),
    [
        ("Mẫu, ngày 21 tháng 12 năm 2017", "21·97", "2017-12-21"),
        ("Mẫu, ngày 2| tháng 12 năm 2017", "2|·55", None),
        ("Mẫu, ngày 2 tháng 11 năm 2017", "2·96", None),
        ("Mẫu, ngày 42 tháng 10 năm 2017", "42·33", None),
        ("Mẫu, ngày32 tháng 10 năm 2017", "ngày32·39", None),
        ("Mẫu, ngày JQ tháng 10 năm 2017", "JQ·70", None),
    ],
    ids=["printed", "a stroke", "one figure", "unsure", "run in", "letters"],
)
def test_a_day_is_proposed_of_a_scan_only_where_it_was_printed(line, first_day, expected, proposed):
    page = Page(recognised=True)
    bare = first_day.partition("·")[0]
    sure = first_day.partition("·")[2]
    # Printed figures are read at 99 and more, whatever their word is worth.
    written = line.replace(bare, first_day, 1) if sure != "97" else line
    state_head(page, "Số: 5/QĐ-SYT", written, over="UBND TỈNH MẪU", agency="SỞ Y TẾ")
    page.row(middle="QUYẾT ĐỊNH").row(middle="Về việc thử").row(body="Căn cứ Luật;")

    assert proposed(page)["date"] == expected


def test_another_papers_number_in_a_letters_subject_is_not_its_own(proposed):
    page = Page(recognised=True)
    state_head(page, "Số:·32 4082·0 /SYT-NVY", "Mẫu, ngày 06 tháng 11 năm 2017",
               over="UBND TỈNH MẪU", agency="SỞ Y TẾ")  # fmt: skip
    page.row(left="V/v triển khai Quyết định").row(left="số 3916/QĐ-BYT của Bộ Y tế")
    page.space().row(body="Kính gửi: Các đơn vị.")

    said = proposed(page)

    assert (said["number"], said["symbol"]) == (None, "SYT-NVY")
    assert said["subject"] == "V/v triển khai Quyết định số 3916/QĐ-BYT của Bộ Y tế"


@pytest.mark.parametrize(
    "subject",
    [
        "VỀ VIỆC CHO VĂN THƯ, LƯU TRỮ HƯỞNG PHỤ CẤP",
        "VỀ VIỆC CHI TRẢ CHO TRƯỜNG VÀ CÁC ĐƠN VỊ",
        "VỀ VIỆC PHÂN CÔNG CÔNG CHỨC VĂN PHÒNG",
    ],
)
def test_words_of_a_subject_in_capitals_are_no_names(subject, proposed):
    page = Page()
    state_head(page, "Số: 5/QĐ-SYT", "Mẫu, ngày 06 tháng 11 năm 2017",
               over="UBND TỈNH MẪU", agency="SỞ Y TẾ")  # fmt: skip
    page.row(middle="QUYẾT ĐỊNH").row(middle=subject).row(body="Căn cứ Luật;")

    assert proposed(page)["person"] is None


def test_a_name_in_a_subject_in_capitals_ends_where_the_office_begins(proposed):
    page = Page()
    state_head(page, "Số: 5/QĐ-SYT", "Mẫu, ngày 06 tháng 11 năm 2017",
               over="UBND TỈNH MẪU", agency="SỞ Y TẾ")  # fmt: skip
    page.row(middle="QUYẾT ĐỊNH")
    page.row(middle="BỔ NHIỆM ÔNG VŨ VĂN MẪU GIỮ CHỨC VỤ TRƯỞNG PHÒNG").row(body="Căn cứ Luật;")

    assert proposed(page)["person"] == "VŨ VĂN MẪU"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("Hoàng Anh", "Lê Hoàng Anh"),  # the stamp hides the surname
        ("n Trúc Giang", "Nguyễn Trúc Giang"),
        ("Lê Hoang Anh", "Lê Hoàng Anh"),
        ("Trần Văn Lạ", None),
    ],
)
def test_a_known_signer_is_recognised_by_what_a_stamp_leaves(seen, expected, data):
    (sheet,) = sheets(Page(recognised=True).row(right=seen))

    found = known_signer(sheet.lines, (), ["Lê Hoàng Anh", "Nguyễn Trúc Giang", "Hà Văn Phúc"])

    assert (found.value if found else None) == expected


def test_of_two_known_signers_that_a_rest_may_mean_neither_is_chosen():
    (sheet,) = sheets(Page(recognised=True).row(right="Hoàng Anh"))

    assert known_signer(sheet.lines, (), ["Lê Hoàng Anh", "Vũ Hoàng Anh"]) is None


@pytest.mark.parametrize(
    ("looks", "expected"),
    [
        (["Tê Hoàng Anh", "Kê Hoàng Anh", "Lê Hoàng Anh"], "Lê"),
        (["Nguyễn Hoàng Anh"], "Nguyễn"),
        (["xố Hoàng Anh", "Hoàng Anh"], None),
    ],
)
def test_a_surname_is_told_by_what_stands_before_the_given_names(looks, expected, data):
    told = set()
    for look in looks:
        (sheet,) = sheets(Page(recognised=True).row(right=look))
        vote = surname_before(sheet.lines[0], ["Hoàng", "Anh"], data)
        told |= {vote[0]} if vote else set()

    assert told == ({expected} if expected else set())


@pytest.mark.parametrize(
    ("component", "section"), [("D05", "D"), ("A02", "A"), ("M04", "M"), ("K01.1", None)]
)
def test_the_section_follows_from_the_component(component, section):
    found = section_of({"value": component, "confidence": 0.8, "rule": "type.phrase"})

    assert (found.value if found else None) == section


def test_without_a_component_there_is_no_section():
    assert section_of(None) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kiên Giang, ngày 16 tháng 10 năm 2017", "2017-10-16"),
        ("Hà Nội, ngày 03 tháng 02 năm 2025", "2025-02-03"),
        ("ngay 18 thang 01 nam 2022", "2022-01-18"),
        ("Bình Tân, 08/11/2021", "2021-11-08"),
        ("ngày 31 tháng 02 năm 2021", None),
        ("ngày    tháng 10 năm 2017", None),
        ("ngày 2y tháng 10 năm 2017", None),
        ("ngày 12 tháng 10 năm 1017", None),
        ("năm học 2021 - 2022", None),
    ],
)
def test_dates_as_they_are_written(text, expected):
    found = read_date(text, latest=2027)

    assert (found[0] if found else None) == expected


def test_a_day_written_by_hand_leaves_the_date_open(proposed):
    page = Page(recognised=True)
    state_head(
        page, "Số: 5/QĐ-SYT", "Mẫu Hải, ngày 22·39 tháng 10 năm 2017",
        over="UBND TỈNH MẪU HẢI", agency="SỞ Y TẾ",
    )  # fmt: skip
    page.row(middle="QUYẾT ĐỊNH").row(middle="Về việc thử").row(body="Căn cứ Luật;")

    assert proposed(page)["date"] is None


def test_a_date_among_the_grounds_is_not_the_papers(proposed):
    page = Page()
    page.row(left="SỞ Y TẾ", right="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page.row(middle="QUYẾT ĐỊNH").row(middle="Về việc thử")
    page.row(body="Căn cứ Quyết định số 9/QĐ-UBND ngày 09 tháng 8 năm 2017 của UBND;")

    said = proposed(page)

    assert (said["date"], said["number"], said["symbol"]) == (None, None, None)


@pytest.mark.parametrize(
    ("stamp", "level"), [("MẬT", 2), ("TỐI MẬT", 3), ("TUYỆT MẬT", 4), ("HỎA TỐC", None)]
)
def test_a_stamp_gives_the_level(stamp, level, proposed):
    page = Page()
    state_head(
        page,
        "Số: 5/QĐ-SNV",
        "Mẫu, ngày 02 tháng 3 năm 2020",
        over="UBND TỈNH MẪU",
        agency="SỞ NỘI VỤ",
    )
    page.row(left=stamp).space().row(middle="QUYẾT ĐỊNH").row(middle="Về việc thử").row(
        body="Căn cứ Luật;"
    )

    assert proposed(page)["level"] == level


def test_the_word_secret_in_a_sentence_is_no_stamp(proposed):
    page = raise_of_pay().row(body="Tài liệu mật được quản lý theo quy định về TUYỆT MẬT.")

    assert proposed(page)["level"] is None


def test_a_form_tells_whom_it_is_about(proposed):
    page = Page().row(left="Cơ quan: SỞ NỘI VỤ", right="CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    page.row(middle="SƠ YẾU LÝ LỊCH CÁN BỘ, CÔNG CHỨC")
    page.row(body="1) Họ và tên khai sinh (viết chữ in hoa): NGUYỄN VĂN MẪU")
    page.row(body="2) Tên gọi khác: không. Sinh ngày: 02 tháng 9 năm 1980, Giới tính: Nam")

    said = proposed(page)

    assert said["type"] == "Sơ yếu lý lịch"
    assert said["person"] == "NGUYỄN VĂN MẪU"


def test_a_paper_about_two_people_is_about_no_single_one(proposed):
    page = Page()
    state_head(
        page,
        "Số: 14/QĐ-THMB",
        "Mẫu, ngày 08 tháng 11 năm 2021",
        over="UBND QUẬN MẪU",
        agency="TRƯỜNG MẪU",
    )
    page.row(middle="QUYẾT ĐỊNH").row(middle="Về việc phân công cán bộ").row(body="Căn cứ Luật;")
    page.row(body="Điều 1. Nay phân công:").row(body="1/ Ông Lý Văn Mẫu, nhân viên kế toán")
    page.row(body="2/ Bà Nguyễn Thị Thử, nhân viên văn thư").row(body="Điều 2. Thi hành.")

    assert proposed(page)["person"] is None


def test_the_signer_of_an_attachment_is_not_the_signer(proposed):
    first = Page()
    state_head(
        first,
        "Số: 393/SYT-VP",
        "Mẫu, ngày 05 tháng 4 năm 2018",
        over="UBND TỈNH MẪU",
        agency="SỞ Y TẾ",
    )
    first.row(left="V/v triển khai Quyết định").row(body="Kính gửi: Các đơn vị.")
    second = Page(2)
    state_head(
        second, "Số: 6110/QĐ-BYT", "Hà Nội, ngày 29 tháng 12 năm 2017", over="", agency="BỘ Y TẾ"
    )
    second.space(10).row(flush="Nơi nhận:", right="BỘ TRƯỞNG").space(3).row(right="Trần Thị Bộ")

    said = proposed(first, second)

    assert said["signer"] is None
    assert said["number"] == "393"


def test_of_what_is_no_administrative_paper_nothing_is_proposed(proposed):
    page = (
        Page()
        .row(middle="Phần mềm quản lý cán bộ")
        .row(body="Giới thiệu giải pháp cho cơ quan nhà nước")
    )
    page.row(body="Liên hệ ông Nguyễn Văn Bán, ngày 12 tháng 3 năm 2021 hoặc số 14/2 đường Mẫu")

    assert set(proposed(page).values()) == {None}


def test_an_empty_page_has_no_proposals(proposed):
    assert set(proposed(Page()).values()) == {None}
    assert set(proposed().values()) == {None}


PHRASES = {
    "D05": ("nâng bậc lương", "nâng bậc lương thường xuyên"),
    "D02": ("bổ nhiệm chức vụ", "về việc bổ nhiệm"),
    "A02": ("sơ yếu lý lịch",),
}


def test_the_component_follows_from_the_subject():
    found = propose_type(
        "... bổ nhiệm chức vụ trước đây ...",
        PHRASES,
        head="Quyết định Về việc nâng bậc lương thường xuyên",
    )

    assert found["value"] == "D05"
    assert found["rule"] == "type.phrase-in-title"
    assert 0.7 < found["confidence"] <= 1


def test_a_phrase_in_the_text_is_weaker_evidence():
    in_text = propose_type("SƠ YẾU LÝ LỊCH", PHRASES)
    in_head = propose_type("", PHRASES, head="Sơ yếu lý lịch")

    assert in_text["value"] == in_head["value"] == "A02"
    assert in_text["confidence"] < in_head["confidence"]


def test_no_phrase_no_component():
    assert propose_type("Giấy mời họp", PHRASES, head="Giấy mời") is None


def test_rule_data_that_is_missing_is_told_with_its_file(tmp_path):
    (tmp_path / "forms.toml").write_text('[[form]]\nlabel = "Quyết định"\n', encoding="utf-8")

    with pytest.raises(Invalid, match=r"layout\.toml"):
        load(tmp_path)
