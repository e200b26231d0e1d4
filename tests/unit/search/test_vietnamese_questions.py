"""Vietnamese as it is typed: marks new, old, half, none, decomposed; names in any order; garbage.

Expected hits are stated by hand for each way of typing.
"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from search_archive import ME, ids

from hoso.kernel.text import fold, nfc, tone_placed
from hoso.search import analysis
from hoso.search.analysis import cut
from hoso.search.language import parse
from hoso.search.permitted import Permitted

PAPERS = {
    1: {"text": "Quyết định bổ nhiệm ông Nguyễn Văn Mẫu giữ chức vụ Hiệu trưởng"},
    2: {"text": "Bà Đặng Thị Thuỳ, sinh tại Hoà Bình, thuý kính gửi quý cơ quan"},
    3: {"text": "Ủy ban nhân dân xã Đông Hòa; tài khoản của đơn vị"},
}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("quyết định", 1),
        ("quyêt định", 1),
        ("quyet định", 1),
        ("quyết dinh", 1),
        ("QUYẾT ĐỊNH", 1),
        ("quyet dinh bo nhiem", 1),
        ("Mẫu Nguyễn", 1),
        ("mau van nguyen", 1),
        ("Nguyễn Mẫu", 1),
        ("hiệu trưởng", 1),
        ("Đặng", 2),
        ("đặng", 2),
        ("dang thi", 2),
        ("Thùy", 2),
        ("thuỳ", 2),
        ("hòa bình", 2),
        ("hoà bình", 2),
        ("thúy", 2),
        ("quí", None),
        ("quý", 2),
        ("Uỷ ban", 3),
        ("Ủy ban", 3),
        ("tài khoản", 3),
        ("tai khoan", 3),
        ("đông hoà", 3),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_paper_is_found_however_its_words_are_typed(archive, find, typed, found, form):
    archive.file(PAPERS)
    first = ids(find(), unicodedata.normalize(form, typed))[:1]

    assert first == ([found] if found else [])


@pytest.mark.parametrize(
    "typed",
    [
        "quyết\u200b định",
        "\ufeffquyết định",
        "quyết\u00a0định",
        "\u202equyết định\u202c",
        "quyết\u00ad định\u200f",
        "quyết\u2003định\u2028",
        "  quyết\t\nđịnh  ",
        "q\u200du\u200dyết định",
        "quyết, định!",
    ],
)
def test_what_cannot_be_seen_is_not_looked_for(archive, find, typed):
    archive.file(PAPERS)

    assert ids(find(), typed) == [1]


@pytest.mark.parametrize(
    "typed",
    [
        "q" + "\u0301" * 200,
        "\u0301\u0302\u0303",
        "\u202e\u202d\u2066\u2069",
        "\u200b" * 50,
        "﷽" * 20,
        "e\u0301\u0323\u0302\u031b quyết",
        "\U0001f600 \U00010400",
        "\x00\x01\x7f",
        "ß ŉ ǰ İ",
        "مرحبا بالعالم",
    ],
)
def test_garbage_is_an_answer_or_a_fault_never_an_accident(archive, find, typed):
    archive.file(PAPERS)
    engine = find()

    assert ids(engine, typed) is not None
    assert engine.suggest(typed, ME, papers=ME) is not None


def test_exact_marks_come_first_strictly(archive, find):
    """However often the others say the word: lương (pay), lượng (amount), lưởng (none)."""
    archive.file({n: {"text": "lượng " * n, "day": 100 + n} for n in range(1, 20)})
    archive.file({n: {"text": "lương", "day": n} for n in range(20, 30)})
    engine = find()

    assert ids(engine, "lương", limit=10) == list(range(29, 19, -1))
    assert ids(engine, "lượng", limit=19) == list(range(19, 0, -1))
    assert len(ids(engine, "luong", limit=50)) == 29


def test_a_question_typed_without_marks_prefers_none(archive, find):
    archive.file({1: {"text": "thu", "day": 1}, 2: {"text": "thư", "day": 3}})
    archive.file({3: {"text": "thứ", "day": 2}})

    assert ids(find(), "thu") == [2, 3, 1]


@given(
    st.text(st.one_of(st.characters(), st.sampled_from("ăâđêôơưýỳỷỹỵòóỏõọ qQ.,-_/\u0301\u0323")))
)
def test_words_are_cut_as_folding_the_whole_text_would(text):
    """By the plain reading: fold, then take runs of letters and digits."""
    folded, exact = cut(text)

    assert folded == [word[:40] for word in analysis._RUN.findall(fold(nfc(text).lower()))]
    assert exact == [word[:40] for word in analysis._RUN.findall(tone_placed(nfc(text).lower()))]


SENTENCES = (
    "Ban Thường vụ Thành ủy quyết định",
    "đánh giá, xếp loại hàng tháng đối với cán bộ, công chức",
    "quản lý, khai thác và sử dụng phần mềm",
    "cơ quan, đơn vị và cá nhân được cấp tài khoản",
    "tổ chức triển khai thực hiện đánh giá",
)


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("plain", [False, True])
def test_the_garbled_letter_is_found_among_the_other_seeds_by_the_least_privileged(
    archive, find, shared, sentence, plain
):
    """Seed 003 among the clean seeds, cut into papers; its reader has one token of one record."""
    archive.file({1: {"text": _seed(shared, "003"), "ocr": True, "acl": ("u7:1", "u1:1")}})
    archive.file(
        {
            1000 + 100 * seed + part: {"text": text, "ocr": seed % 2 == 0}
            for seed in (0, 1, 2, 4)
            for part, text in enumerate(_parts(_seed(shared, f"00{seed}")), 1)
        }
    )
    engine = find()
    typed = fold(sentence) if plain else sentence

    mine = engine.search(parse(typed), Permitted(frozenset({"u7:1"})))
    assert [hit.id for hit in mine.hits] == [1]
    assert 1 in ids(engine, typed)  # others say the same words, and say them plainly


def _seed(shared, number):
    [letter] = (shared / "seeds").glob(f"{number}_*.txt")
    return letter.read_text("utf-8")


def _parts(text, size=1500):
    return [text[start : start + size] for start in range(0, len(text), size)]
