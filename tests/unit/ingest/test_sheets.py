"""Separator sheets and labels: found again by an independent look at the printed page."""

from __future__ import annotations

import zlib

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter

from hoso.ingest.sheets.codes import Label, Separator, new_serial, payload, read, typed_serial
from hoso.ingest.sheets.printing import GRIDS, Sheet, labels, separators

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def rendered(made, dpi):
    with pypdfium2.PdfDocument(made) as document:
        return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]


def seen(picture):
    return [code.text for code in zxingcpp.read_barcodes(picture)]


# What stands in a code ------------------------------------------------------------------


def check(text):
    """The check by the sheet's own description: 20 bits of CRC-32, lowest five first."""
    number = zlib.crc32(text.encode())
    return "".join(ALPHABET[number >> shift & 31] for shift in (0, 5, 10, 15))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (Separator("T-0001", "D05", 2), "HOSO1:S:T-0001:D05:2"),
        (Separator("HS.Đà-Nẵng-7", "", 1), "HOSO1:S:HS.Đà-Nẵng-7:-:1"),
        (Separator("", "D05", 1), "HOSO1:S:-:D05:1"),
        (Separator(), "HOSO1:S:-:-:1"),
        (Label("0123456789"), "HOSO1:P:0123456789"),
    ],
)
def test_a_code_says_what_the_sheet_is_for_and_ends_in_a_check(code, said):
    text = payload(code)

    assert text == f"{said}:{check(said)}"
    assert read(text) == code


@pytest.mark.parametrize(
    "foreign",
    [
        "",
        "https://vbcc.moet.gov.vn/tra-cuu?so=123",
        "HOSO1:S:T-0001:D05:2",
        "HOSO1:S:T-0001:D05:2:0000",
        "HOSO1:S:T-0001:D05:3:" + check("HOSO1:S:T-0001:D05:3"),
        "HOSO2:S:-:-:1:" + check("HOSO2:S:-:-:1"),
        "HOSO1:P:ILO0123456:" + check("HOSO1:P:ILO0123456"),
        "HOSO1:P:SHORT:" + check("HOSO1:P:SHORT"),
        "x" * 5000 + ":" + check("x" * 5000),
    ],
)
def test_a_code_of_somebody_else_is_not_taken_for_ours(foreign):
    assert read(foreign) is None


@given(st.text(max_size=60))
def test_whatever_a_code_says_reading_it_does_not_fail(text):
    assert read(text) is None or payload(read(text)) == text


@given(st.integers(0, 24), st.characters())
def test_one_wrong_character_is_noticed(place, char):
    text = payload(Separator("T-0001", "D05", 2))
    spoiled = text[:place] + char + text[place + 1 :]

    assert read(spoiled) is None or spoiled == text


def test_what_cannot_stand_in_a_code_is_refused():
    for wrong in (Separator("a:b"), Separator("a b"), Separator("x" * 41), Label("")):
        with pytest.raises(ValueError, match=r"Separator|Label"):
            payload(wrong)


def test_serials_are_drawn_apart_and_read_as_people_type_them():
    drawn = {new_serial() for _ in range(500)}

    assert len(drawn) == 500
    assert all(read(payload(Label(serial))) == Label(serial) for serial in drawn)
    assert typed_serial(" abcde-f0hio ") == "ABCDEF0H10"
    assert typed_serial("abc") == ""


# What comes out of the printer ----------------------------------------------------------

SHEETS = [
    Sheet(Separator("T-0001", "D05", 2), "TỜ PHÂN CÁCH", (("Hồ sơ", "T-0001"),), "Quét hai mặt"),
    Sheet(Separator(), "TÀI LIỆU TIẾP THEO"),
]


@pytest.fixture(scope="module")
def sheets():
    return separators(SHEETS, title="Tờ phân cách")


def test_a_sheet_scanned_on_both_sides_is_printed_on_both(sheets):
    found = [set(seen(page)) for page in rendered(sheets, 100)]

    two, one = payload(SHEETS[0].code), payload(SHEETS[1].code)
    assert found == [{two}, {two}, {one}]


def test_the_sheet_says_in_words_what_the_code_says(sheets):
    with pypdfium2.PdfDocument(sheets) as document:
        text = document[0].get_textpage().get_text_bounded()

    assert all(word in text for word in ("TỜ PHÂN CÁCH", "Hồ sơ", "T-0001", "Quét hai mặt"))


@pytest.mark.parametrize("turn", [0, 90, 180, 270, 4])
def test_it_is_recognised_whichever_way_it_lies_in_the_feeder(sheets, turn):
    page = rendered(sheets, 150)[0].rotate(turn, expand=True, fillcolor=255)

    assert set(seen(page)) == {payload(SHEETS[0].code)}


def test_a_pale_blurred_folded_copy_of_a_copy_is_recognised(sheets):
    page = rendered(sheets, 200)[0]
    faded = page.point(lambda value: 150 + value * 80 // 255).filter(ImageFilter.GaussianBlur(2))
    faded.paste(205, (0, 600, faded.width, 640))  # a fold across the middle
    grain = Image.effect_noise(faded.size, 40)

    assert payload(SHEETS[0].code) in seen(Image.blend(faded, grain, 0.2))


@pytest.mark.parametrize(("kind", "count", "skip"), [("24", 24, 0), ("24", 5, 22), ("65", 65, 0)])
def test_every_label_of_a_sheet_is_read_at_two_hundred_dots(kind, count, skip):
    serials = [new_serial() for _ in range(count)]

    pages = rendered(
        labels(serials, grid=GRIDS[kind], skip=skip, title="Nhãn", note="Mã giấy"), 200
    )

    # A row of random squares may look like a foreign bar code now and then; ours alone count.
    found = sorted(text for page in pages for text in seen(page) if text.startswith("HOSO1:"))
    assert found == sorted(payload(Label(serial)) for serial in serials)
    assert len(pages) == -(-(count + skip) // GRIDS[kind].places)


def test_the_same_sheets_are_the_same_bytes(sheets):
    assert separators(SHEETS, title="Tờ phân cách") == sheets
