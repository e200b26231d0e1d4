"""Is a text layer Vietnamese, in which encoding; examples as papers of the time show them."""

from __future__ import annotations

import pytest

from hoso.ingest.pages.legacy import convert, detect
from hoso.ingest.pages.quality import is_readable_latin, quality

REAL = """Căn cứ Luật Viên chức ngày 15 tháng 11 năm 2010; Căn cứ Nghị định số 115/2020/NĐ-CP ngày
25 tháng 9 năm 2020 của Chính phủ quy định về tuyển dụng, sử dụng và quản lý viên chức; Xét đề nghị
của Trưởng phòng Tổ chức cán bộ, Quyết định nâng bậc lương thường xuyên đối với bà Nguyễn Thị Mẫu"""

# The same words as a scanner set to English reads them.
MISREAD = """Can cir Lust Vién chirc ngay 15 thang 11 nam 2010; Can cir Nghj dinh so 115/2020/ND-CP ngay
25 thing 9 nim 2020 cia Chinh phit quy dinh vé tuyén dung, sir dung va quan ly vién chirc; Xét dé nghj
cia Truéng phéng Té chirc c4n bé, Quyét dinh ning bic luong thudng xuyén dbi voi ba Nguyén Thj Miu"""

ENGLISH = (
    "Here is to the crazy ones, the misfits, the rebels and the troublemakers of this world " * 4
)

# National name and motto in each encoding, as such papers come out of a PDF.
TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam §éc lËp - Tù do - H¹nh phóc"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam Ñoäc laäp - Töï do - Haïnh phuùc"
UNICODE = "Cộng hòa xã hội chủ nghĩa Việt Nam Độc lập - Tự do - Hạnh phúc"


def test_real_vietnamese_is_believed():
    assert quality(REAL).is_vietnamese is True


def test_a_layer_in_the_wrong_language_is_not_believed():
    assert quality(MISREAD).is_vietnamese is False


def test_a_list_of_recipients_is_vietnamese_in_spite_of_its_abbreviations():
    text = "Nơi nhận: UBND tỉnh; HĐND; VP UBND; TT HĐND; CT, các PCT UBND; Lưu: VT, TCCB. " * 3

    assert (
        quality(
            text + "Trưởng phòng Tổ chức cán bộ, Giám đốc các Sở, Chủ tịch các huyện"
        ).is_vietnamese
        is True
    )


def test_a_few_words_prove_nothing():
    assert quality("Độc lập - Tự do - Hạnh phúc").is_vietnamese is None
    assert quality("").words == 0


def test_another_language_is_readable_though_not_vietnamese():
    assert quality(ENGLISH).is_vietnamese is False
    assert is_readable_latin(ENGLISH)
    assert not is_readable_latin("(cid:12)(cid:40) \x03\x04 ��")


@pytest.mark.parametrize(("encoding", "written"), [("tcvn3", TCVN3), ("vni", VNI)])
def test_the_old_encodings_are_told_apart_and_converted(encoding, written):
    assert detect(written * 3) == encoding
    assert convert(written, encoding) == UNICODE


def test_capitals_fonts_of_tcvn3_show_capitals():
    assert convert("quyÕt ®Þnh", "tcvn3", capitals=True) == "QUYẾT ĐỊNH"


def test_vni_capitals_may_have_small_marks_behind_them():
    assert convert("QUYEÁT ÑÒNH", "vni") == convert("QUYEáT ÑÒNH", "vni") == "QUYẾT ĐỊNH"


@pytest.mark.parametrize("text", [REAL, ENGLISH, UNICODE * 3, ""])
def test_text_in_unicode_is_left_alone(text):
    assert detect(text) is None


def test_a_fonts_name_is_evidence_where_the_text_is_short():
    short = "Hå vµ tªn: NguyÔn V¨n MÉu"

    assert detect(short, ["ABCDEF+.VnTime"]) == "tcvn3"
