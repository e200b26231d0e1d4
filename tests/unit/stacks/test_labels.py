"""Labels: printed, drawn as a picture by another library, and read again from the picture."""

from __future__ import annotations

import pypdfium2
import pytest
import zxingcpp

from hoso.kernel.errors import Invalid
from hoso.stacks.labels import LAYOUTS, Label, label_text, parse_label, sheet

A4 = (210 / 25.4 * 72, 297 / 25.4 * 72)


def labels(count):
    return [
        Label(
            label_text("place", f"KHO-1.G2.H{number:03d}"),
            "Hộp",
            f"KHO-1.G2.H{number:03d}",
            "Hồ sơ viên chức Trường Trung học cơ sở Nguyễn Thị Minh Khai 1998–2012",
            ("Kho 1 › Giá 2", "Phòng Giáo dục và Đào tạo huyện Mẫu"),
        )
        for number in range(count)
    ]


def codes(pdf):
    """Return, page by page, each code that a scanner sees with its middle in millimetres."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_on_page(page) for page in document]
    finally:
        document.close()


def _on_page(page):
    assert page.get_size() == pytest.approx(A4, abs=0.1)
    picture = page.render(scale=2).to_pil().convert("L")
    read = zxingcpp.read_barcodes(picture)
    scale = 25.4 / 72 / 2
    return {one.text: _middle(one.position, scale) for one in read}


def _middle(place, scale):
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    x, y = (sum(getattr(corner, axis) for corner in corners) / 4 for axis in "xy")
    return x * scale, y * scale


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_printed_is_read_again_each_code_on_its_own_label(layout):
    known = LAYOUTS[layout]
    start, count = 2, known.on_a_sheet
    pages = codes(sheet(labels(count), layout=layout, start=start))

    assert [len(page) for page in pages] == [count - 1, 1]
    for number in range(count):
        page, cell = divmod(number + start - 1, known.on_a_sheet)
        x, y = pages[page][f"hoso:place:KHO-1.G2.H{number:03d}"]
        row, column = divmod(cell, known.columns)
        assert (int(y // known.height), int(x // known.width)) == (row, column)


def test_the_words_on_a_label_are_vietnamese_text():
    document = pypdfium2.PdfDocument(sheet(labels(1), layout="large"))
    text = document[0].get_textpage().get_text_range()
    document.close()

    assert "Hồ sơ viên chức Trường" in " ".join(text.split())
    assert "Kho 1 › Giá 2" in text
    assert "KHO-1.G2.H000" in text


def test_the_same_labels_are_the_same_bytes():
    assert sheet(labels(2), layout="small") == sheet(labels(2), layout="small")


def test_words_that_would_be_commands_are_words():
    strange = Label("hoso:place:X", "#panic()", "X", '"] #read("/etc/passwd") $', ("*_`\\",))

    document = pypdfium2.PdfDocument(sheet([strange], layout="large"))
    text = document[0].get_textpage().get_text_range()
    document.close()

    assert '#read("/etc/passwd")' in text


@pytest.mark.parametrize(
    ("count", "how", "fields"),
    [
        (1, {"layout": "huge"}, {"layout"}),
        (1, {"layout": "small", "start": 25}, {"start"}),
        (1, {"layout": "small", "start": 0}, {"start"}),
        (0, {"layout": "huge"}, {"layout", "what"}),
        (721, {"layout": "small", "start": 25}, {"start", "what"}),
    ],
)
def test_all_that_is_wrong_with_a_print_is_said_at_once(count, how, fields):
    with pytest.raises(Invalid) as wrong:
        sheet(labels(count), **how)

    assert {fault.field for fault in wrong.value.faults} == fields


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("hoso:place:K1.G1", ("place", "K1.G1")),
        (" HOSO:PLACE:K1.G1\n", ("place", "K1.G1")),
        ("hoso:dossier:0abc", ("dossier", "0abc")),
        ("hoso:sheet:0abc", None),
        ("hoso:place:", None),
        ("K1.G1", None),
        ("", None),
    ],
)
def test_what_a_label_says(text, meant):
    assert parse_label(text) == meant
