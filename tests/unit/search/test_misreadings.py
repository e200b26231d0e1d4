"""What a scan meant: the forms seen on real papers (facts 5.4), and the letter of Gia Lâm."""

from __future__ import annotations

import pytest
from search_archive import ids

from hoso.search.analysis import folded_words
from hoso.search.misreadings import candidates, repaired
from hoso.search.syllables import syllables


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("cong chirc", "chuc"),
        ("hing thdng", "hang"),
        ("hing thdng", "thang"),
        ("Quyét dinh s6", "so"),
        ("Quy ché quan 1y", "ly"),
        ("co quan, don vi c6 trich nhiém", "trach"),
        ("hop ddng", "dong"),
        ("Pénh gid", "danh"),
        ("phin mém", "phan"),
        ("nguoi sir dung", "su"),
        ("Ban Thudng vu Thanh iy", "uy"),
        ("cia Chinh phu", "cua"),
    ],
)
def test_the_word_meant_is_among_the_candidates(read, meant):
    assert meant in repaired(folded_words(read))


def test_good_text_is_left_alone():
    text = """Căn cứ Nghị định số 204/2004/NĐ-CP ngày 14 tháng 12 năm 2004 của Chính phủ về chế độ
    tiền lương đối với cán bộ, công chức, viên chức và lực lượng vũ trang; xét đề nghị của Trưởng
    phòng Tổ chức cán bộ, quyết định nâng bậc lương thường xuyên cho bà Nguyễn Thị Ngọc Thu."""

    assert len(repaired(folded_words(text))) <= 5


def test_digits_that_are_numbers_stay_numbers():
    assert candidates("2021") == candidates("204") == ()


@pytest.mark.parametrize("word", ["nghiêng", "quyết", "thuở", "yên", "giặt", "khuỷu", "loằng"])
def test_real_syllables_may_stand(word):
    [plain] = folded_words(word)

    assert plain in syllables()


@pytest.mark.parametrize("word", ["chirc", "thdng", "ngi4", "cu", "kanh", "ghan"])
def test_what_no_spelling_allows_may_not(word):
    assert (word in syllables()) == (word == "cu")


@pytest.mark.parametrize(
    "typed",
    [
        "đánh giá, xếp loại hàng tháng đối với cán bộ, công chức",
        "tổ chức triển khai thực hiện đánh giá",
        "quản lý, khai thác và sử dụng phần mềm",
        "trách nhiệm quản lý, sử dụng, bảo quản, đảm bảo an toàn",
        "cơ quan, đơn vị và cá nhân được cấp tài khoản",
    ],
)
def test_the_garbled_letter_is_found_by_what_it_says(archive, find, shared, typed):
    """Seed 003, as its scanner's software read it; forty other papers stand around it."""
    [letter] = (shared / "seeds").glob("003_*.txt")
    archive.file({1: {"text": letter.read_text("utf-8"), "ocr": True}})
    archive.file(
        {n: {"text": f"Báo cáo {n} về công tác văn thư, lưu trữ của đơn vị"} for n in range(2, 42)}
    )
    engine = find()

    assert ids(engine, typed)[0] == 1


def test_its_number_is_found(archive, find, shared):
    [letter] = (shared / "seeds").glob("003_*.txt")
    archive.file({1: {"text": letter.read_text("utf-8"), "ocr": True}})

    assert ids(find(), "Quyết định số 1841-QĐ/TU") == [1]
