"""The preservation copy: what was scanned, unchanged, and what was read, where it stands."""

from __future__ import annotations

import hashlib
import io
import struct
from datetime import timedelta

import pikepdf
import pypdfium2
import pytest
from pdfminer.high_level import extract_text
from PIL import Image, ImageChops, ImageCms, ImageOps, ImageStat
from renditions import (
    MADE_AT,
    TEXT,
    WORDS,
    bytes_of,
    drawn,
    jpeg_stream,
    placed,
    scan_pdf,
    typed_pdf,
)

from hoso.ingest.pages.layer import open_page, read_layer_words
from hoso.ingest.renditions.colour import is_profile, srgb
from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.glyphless import Letters, program
from hoso.ingest.renditions.layer import turned
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.pictures import jpeg_facts


def copied(leaves, target, **about):
    return make_copy(leaves, target, **{"title": "Quyết định", "made_at": MADE_AT, **about})


def look(path, number=1, *, scale=1.0):
    """What a page shows, as RGB."""
    with pypdfium2.PdfDocument(path) as document:
        return document[number - 1].render(scale=scale).to_pil().convert("RGB")


def difference(one, two):
    """Mean difference of two pictures, 0 to 255; of their sizes, at most a pixel."""
    assert all(abs(a - b) <= 1 for a, b in zip(one.size, two.size, strict=True))
    return max(ImageStat.Stat(ImageChops.difference(one, two.resize(one.size))).mean)


def streams(path):
    """Digests of the coded bytes of all pictures in a PDF."""
    with pikepdf.open(path) as document:
        return [
            hashlib.sha256(each.read_raw_bytes()).hexdigest()
            for each in document.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        ]


def only_picture(document):
    (picture,) = (each for _, each in document.pages[0].obj.Resources.XObject.items())
    return picture


def pdfium_text(path, number=1):
    with pypdfium2.PdfDocument(path) as document:
        return document[number - 1].get_textpage().get_text_bounded().replace("\r\n", "\n")


# --- the invisible layer ---------------------------------------------------------------------


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("own", [0, 90])
def test_words_are_found_where_they_stand_whichever_way_the_page_is_turned(tmp_path, own, turn):
    scan = scan_pdf(tmp_path / "scan.pdf", turn=own)

    copied([Leaf(scan, 1, turn, WORDS, "ocr")], tmp_path / "copy.pdf")

    with open_page(str(tmp_path / "copy.pdf"), 1) as page:
        found = read_layer_words(page).words
    assert [word[0] for word in WORDS] == [word[0] for word in found]
    for (_, _, wanted, _), (_, _, box, _) in zip(WORDS, found, strict=True):
        assert wanted == pytest.approx(box, abs=0.012)


def test_two_readers_of_pdf_find_the_same_text_letter_by_letter(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")

    copied([Leaf(scan, 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert TEXT == pdfium_text(tmp_path / "copy.pdf")
    lines = [each for each in extract_text(tmp_path / "copy.pdf").split("\n") if each.strip("\f")]
    assert TEXT.split("\n") == lines


@pytest.mark.parametrize("slope", [-0.035, 0.035], ids=["rising", "falling"])
def test_lines_of_a_page_that_lies_askew_are_not_mixed_up(tmp_path, slope):
    scan = scan_pdf(tmp_path / "scan.pdf")
    lines = [[f"{letter}{at}ường" for at in range(8)] for letter in "ĐKLMNP"]
    words = []
    for row, line in enumerate(lines):
        for at, word in enumerate(line):
            # As far down at the end of a line as the next begins.
            top = 0.3 + row * 0.025 + slope * at * 0.1 * 300 / 420
            words.append([word, 90.0, [0.1 + at * 0.1, top, 0.18 + at * 0.1, top + 0.016], row])

    copied([Leaf(scan, 1, 0, words, "ocr")], tmp_path / "copy.pdf")

    wanted = [word for line in lines for word in line]
    assert wanted == pdfium_text(tmp_path / "copy.pdf").split()
    with open_page(str(tmp_path / "copy.pdf"), 1) as page:
        found = read_layer_words(page).words
    for (_, _, (x0, y0, _, _), _), (_, _, (a0, b0, _, _), _) in zip(words, found, strict=True):
        assert (x0, y0) == pytest.approx((a0, b0), abs=0.006)


def test_every_letter_there_is_comes_back(tmp_path):
    drawn().save(tmp_path / "page.jpg")
    letters = "ĂăÂâĐđÊêÔôƠơƯưẰẦẺỄỘỢỨỲỹ₫№“”…𝔄𐐀"
    words = [[letters, 99.0, [0.1, 0.1, 0.9, 0.13], 0]]

    copied([Leaf(tmp_path / "page.jpg", 1, 0, words, "ocr")], tmp_path / "copy.pdf")

    assert letters == extract_text(tmp_path / "copy.pdf").strip()


def test_the_layer_draws_nothing(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")

    copied([Leaf(scan)], tmp_path / "bare.pdf")
    copied([Leaf(scan, 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert look(tmp_path / "bare.pdf").tobytes() == look(tmp_path / "copy.pdf").tobytes()


def test_a_scanners_own_layer_gives_way_to_the_words_that_were_read(tmp_path):
    with pikepdf.new() as made:
        page = placed(
            made,
            jpeg_stream(made, drawn()),
            before=b"BT /F1 12 Tf 10 50 Td (under the picture) Tj ET ",
            after=b" BT 3 Tr /F1 12 Tf 10 10 Td (garbage) Tj ET",
        )
        page.obj.Resources.Font = pikepdf.Dictionary(
            F1=pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        made.save(tmp_path / "scan.pdf")

    done = copied([Leaf(tmp_path / "scan.pdf", 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    assert TEXT == pdfium_text(tmp_path / "copy.pdf")


def test_turning_the_words_four_times_brings_them_back():
    words = turned(turned(turned(turned(WORDS, 90), 90), 90), 90)

    assert [word[2] for word in WORDS] == [pytest.approx(word[2]) for word in words]
    assert [0.88, 0.1, 0.9, 0.14] == pytest.approx(turned(WORDS, 90)[0][2])
    assert turned(WORDS, 180) == turned(turned(WORDS, 270), 270)


def test_the_font_is_one_a_font_library_reads():
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(program()), checkChecksums=2)

    assert 2 == font["maxp"].numGlyphs
    assert {(500, 0)} == set(font["hmtx"].metrics.values())
    stroke = font["glyf"]["glyph00001"]
    assert (1, 0, 0, 500, 1000) == (
        stroke.numberOfContours,
        stroke.xMin,
        stroke.yMin,
        stroke.xMax,
        stroke.yMax,
    )
    assert 0xB1B0AFBA == sum(struct.unpack(f">{len(program()) // 4}I", program())) & 0xFFFFFFFF


def test_letters_get_codes_as_they_turn_up_and_keep_them():
    letters = Letters()

    assert "000100020001" == letters.hexadecimal("aba")
    assert "00030002" == letters.hexadecimal("𝔄b")
    assert b"<0003> <D835DD04>" in letters.to_unicode()


# --- scans keep their coding -----------------------------------------------------------------


def test_pictures_of_a_pdf_are_taken_over_byte_for_byte(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf", pages=2)

    done = copied([Leaf(scan, 1), Leaf(scan, 2)], tmp_path / "copy.pdf")

    assert ("scan", "scan") == done.methods
    assert streams(scan) == streams(tmp_path / "copy.pdf")


@pytest.mark.parametrize(
    ("name", "mode", "how"),
    [
        ("page.jpg", "RGB", {"quality": 80}),
        ("page.jpg", "L", {"quality": 80, "progressive": True}),
        ("page.png", "RGB", {}),
        ("page.png", "P", {}),
        ("page.png", "1", {}),
        ("page.tif", "1", {"compression": "group4", "tiffinfo": {278: 560}}),
        ("page.tif", "L", {"compression": "tiff_adobe_deflate", "tiffinfo": {278: 560}}),
    ],
    ids=["JPEG", "grey JPEG", "PNG", "PNG palette", "PNG bilevel", "TIFF fax", "TIFF deflate"],
)
def test_picture_files_keep_their_own_coding(tmp_path, name, mode, how):
    picture = drawn(mode)
    picture.save(tmp_path / name, dpi=(200, 200), **how)

    done = copied([Leaf(tmp_path / name)], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        kept = only_picture(copy).read_raw_bytes()
    assert kept in (tmp_path / name).read_bytes() or name == "page.png"
    shown = look(tmp_path / "copy.pdf", scale=200 / 72)
    assert difference(shown, picture.convert("RGB")) < 1.5


@pytest.mark.parametrize(
    ("mode", "how"),
    [
        ("1", {"compression": "group3"}),
        ("1", {"compression": "packbits"}),
        ("L", {"compression": "tiff_lzw"}),
        ("RGB", {"compression": "raw"}),
        ("RGB", {"compression": "jpeg"}),
        ("CMYK", {"compression": "raw"}),
        ("P", {"compression": "tiff_deflate"}),
        ("RGBA", {"compression": "tiff_deflate"}),
    ],
    ids=lambda each: each if isinstance(each, str) else each["compression"],
)
def test_what_a_pdf_cannot_hold_is_coded_anew_and_looks_the_same(tmp_path, mode, how):
    picture = drawn(mode)
    picture.save(tmp_path / "page.tif", dpi=(200, 200), **how)

    copied([Leaf(tmp_path / "page.tif")], tmp_path / "copy.pdf")

    shown = look(tmp_path / "copy.pdf", scale=200 / 72)
    assert difference(shown, picture.convert("RGB")) < 4


def test_sixteen_bits_are_scaled_not_cut(tmp_path):
    deep = Image.new("I;16", (300, 400), 0x8000)
    deep.save(tmp_path / "deep.tif", dpi=(200, 200))

    copied([Leaf(tmp_path / "deep.tif")], tmp_path / "copy.pdf")

    assert 128 == pytest.approx(look(tmp_path / "copy.pdf").getpixel((50, 50))[0], abs=2)


def test_what_is_see_through_lies_on_white_paper(tmp_path):
    Image.new("RGBA", (300, 400), (0, 0, 0, 0)).save(tmp_path / "clear.png")

    copied([Leaf(tmp_path / "clear.png")], tmp_path / "copy.pdf")

    assert (255, 255, 255) == look(tmp_path / "copy.pdf").getpixel((50, 50))


def test_cmyk_becomes_rgb(tmp_path):
    drawn("CMYK").save(tmp_path / "page.jpg", dpi=(200, 200))

    done = copied([Leaf(tmp_path / "page.jpg")], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert "/DeviceRGB" == only_picture(copy).ColorSpace
    with Image.open(tmp_path / "page.jpg") as picture:
        assert difference(look(tmp_path / "copy.pdf", scale=200 / 72), picture.convert("RGB")) < 4


def test_a_page_of_cmyk_in_a_pdf_becomes_a_picture_and_is_called_one(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf", mode="CMYK")

    done = copied([Leaf(scan, 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert ("pictured",) == done.methods
    assert difference(look(tmp_path / "copy.pdf"), look(scan)) < 4
    assert TEXT == pdfium_text(tmp_path / "copy.pdf")


def test_a_scan_whose_maker_forbade_copying_is_copied_in_the_clear(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")
    closed = pikepdf.Encryption(owner="owner", allow=pikepdf.Permissions(extract=False))
    with pikepdf.open(scan) as document:
        document.save(tmp_path / "closed.pdf", encryption=closed)

    done = copied([Leaf(tmp_path / "closed.pdf", 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    assert streams(scan) == streams(tmp_path / "copy.pdf")


def test_pictures_with_palettes_and_tables_of_their_own_bring_them_along(tmp_path):
    with pikepdf.new() as made:
        paletted = pikepdf.Stream(made, bytes([0, 1, 2, 3]))
        paletted.Type, paletted.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        paletted.Width = paletted.Height = 2
        paletted.BitsPerComponent = 8
        table = made.make_stream(bytes([255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9]))
        paletted.ColorSpace = pikepdf.Array(
            [pikepdf.Name.Indexed, pikepdf.Name.DeviceRGB, 3, table]
        )
        placed(made, made.make_indirect(paletted))
        made.save(tmp_path / "scan.pdf")

    done = copied([Leaf(tmp_path / "scan.pdf")], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    shown = look(tmp_path / "copy.pdf")
    assert [(255, 0, 0), (0, 255, 0), (0, 0, 255), (9, 9, 9)] == [
        shown.getpixel(at) for at in ((20, 20), (280, 20), (20, 400), (280, 400))
    ]


def test_rows_packed_by_lzw_are_deflated_and_the_same(tmp_path):
    # 80 0B 60 50 22 0C 0C 85 01 is the example of ISO 32000-1, 7.4.4.2, EXAMPLE 2.
    coded, plain = (
        bytes.fromhex("800b6050220c0c8501"),
        bytes([45, 45, 45, 45, 45, 65, 45, 45, 45, 66]),
    )
    with pikepdf.new() as made:
        picture = pikepdf.Stream(made, coded)
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = 10, 1, 8
        picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.LZWDecode
        placed(made, made.make_indirect(picture))
        made.save(tmp_path / "scan.pdf", stream_decode_level=pikepdf.StreamDecodeLevel.none)

    copied([Leaf(tmp_path / "scan.pdf")], tmp_path / "copy.pdf")

    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert ("/FlateDecode", plain) == (
            only_picture(copy).Filter,
            only_picture(copy).read_bytes(),
        )


@pytest.mark.parametrize("progressive", [False, True])
def test_what_hangs_behind_a_picture_is_not_copied(tmp_path, progressive):
    picture = bytes_of(drawn(), "JPEG", progressive=progressive)
    (tmp_path / "page.jpg").write_bytes(picture + b"PK\x03\x04 and an archive")

    copied([Leaf(tmp_path / "page.jpg")], tmp_path / "copy.pdf")

    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert picture == only_picture(copy).read_raw_bytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_that_says_how_it_lies_is_set_upright(tmp_path, orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    drawn().save(tmp_path / "page.jpg", dpi=(200, 200), exif=tags)

    copied([Leaf(tmp_path / "page.jpg")], tmp_path / "copy.pdf")

    with Image.open(tmp_path / "page.jpg") as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    assert difference(look(tmp_path / "copy.pdf", scale=200 / 72), upright) < 3


@pytest.mark.parametrize(
    ("dpi", "size"),
    [((200, 200), (144, 201.6)), ((204, 98), (141.18, 411.43)), (None, (601.35, 841.89))],
    ids=["200 dpi", "fax, coarse", "not said: A4"],
)
def test_paper_is_as_large_as_its_resolution_says(tmp_path, dpi, size):
    drawn().save(tmp_path / "page.tif", **({"dpi": dpi} if dpi else {}))

    copied([Leaf(tmp_path / "page.tif")], tmp_path / "copy.pdf")

    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert size == pytest.approx([float(each) for each in copy.pages[0].mediabox[2:]], abs=0.01)


def test_frames_of_one_file_are_pages(tmp_path):
    frames = [drawn("1"), drawn("L"), drawn("RGB")]
    frames[0].save(tmp_path / "stack.tif", save_all=True, append_images=frames[1:], dpi=(200, 200))

    copied([Leaf(tmp_path / "stack.tif", number) for number in (3, 1, 2)], tmp_path / "copy.pdf")

    for number, frame in enumerate((frames[2], frames[0], frames[1]), 1):
        shown = look(tmp_path / "copy.pdf", number, scale=200 / 72)
        assert difference(shown, frame.convert("RGB")) < 4


@pytest.mark.parametrize(
    "extra",
    [{"Interpolate": True}, {"Intent": pikepdf.Name.Odd}, {"Metadata": pikepdf.Dictionary()}],
    ids=lambda extra: next(iter(extra)),
)
def test_what_pdfa_forbids_about_a_picture_is_left_out(tmp_path, extra):
    scan = scan_pdf(tmp_path / "scan.pdf", **extra)

    done = copied([Leaf(scan)], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert not {f"/{key}" for key in extra} & set(only_picture(copy).keys())


# --- pages of programs -----------------------------------------------------------------------


def test_letters_of_a_program_stay_letters(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf", pages=2)

    done = copied([Leaf(typed, 1, 0, WORDS, "layer"), Leaf(typed, 2)], tmp_path / "copy.pdf")

    assert ("converted", "converted") == done.methods
    assert [] == streams(tmp_path / "copy.pdf")
    assert TEXT == pdfium_text(tmp_path / "copy.pdf", 2)
    assert look(typed).tobytes() == look(tmp_path / "copy.pdf").tobytes()


def test_a_turned_page_of_a_program_is_turned(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf")

    copied([Leaf(typed, 1, 270, WORDS, "layer")], tmp_path / "copy.pdf")

    upright = look(typed).transpose(Image.Transpose.ROTATE_90)
    assert difference(look(tmp_path / "copy.pdf"), upright) < 1


def test_a_page_whose_font_is_missing_becomes_a_picture_and_the_report_says_why(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf", embedded=False)

    done = copied([Leaf(typed, 1, 0, WORDS, "layer")], tmp_path / "copy.pdf")

    assert ("pictured",) == done.methods
    (note,) = done.notes
    assert ("pictured-parts", "1") == (note.code, note.facts["pages"])
    assert note.facts["what"].startswith("ISO_19005_2:6.2.11.4.1-1")
    assert TEXT == pdfium_text(tmp_path / "copy.pdf")
    assert difference(look(tmp_path / "copy.pdf"), look(typed)) < 4


def test_a_font_that_is_chosen_but_not_written_with_is_no_reason(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf")
    with pikepdf.open(typed, allow_overwriting_input=True) as document:
        page = document.pages[0]
        page.Resources.Font.Fx = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
            )
        )
        page.contents_add(b"BT /Fx 12 Tf 14 TL ET", prepend=True)
        document.save()

    done = copied([Leaf(typed, 1, 0, WORDS, "layer")], tmp_path / "copy.pdf")

    assert (("converted",), ()) == (done.methods, done.notes)


def test_letters_of_an_old_encoding_are_shown_as_a_picture_with_the_words_behind(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf")

    done = copied([Leaf(typed, 1, 0, WORDS, "converted")], tmp_path / "copy.pdf")

    assert ("pictured",) == done.methods
    assert TEXT == pdfium_text(tmp_path / "copy.pdf")


def test_a_stamp_laid_over_a_scan_is_seen_in_the_copy(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")
    with pikepdf.open(scan, allow_overwriting_input=True) as document:
        shown = document.make_stream(b"0 0 1 rg 0 0 50 50 re f")
        shown.Type, shown.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        shown.BBox = pikepdf.Array([0, 0, 50, 50])
        document.pages[0].obj.Annots = pikepdf.Array(
            [
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Annot,
                    Subtype=pikepdf.Name.Stamp,
                    Rect=[200, 20, 250, 70],
                    F=4,
                    AP=pikepdf.Dictionary(N=shown),
                )
            ]
        )
        document.save()

    done = copied([Leaf(scan, 1, 0, WORDS, "ocr")], tmp_path / "copy.pdf")

    assert ("converted",) == done.methods
    assert (0, 0, 255) == look(tmp_path / "copy.pdf").getpixel((225, 375))
    assert TEXT == pdfium_text(tmp_path / "copy.pdf")
    assert streams(scan) == streams(tmp_path / "copy.pdf")


def test_leaves_of_several_files_come_in_their_order(tmp_path):
    typed, scan = typed_pdf(tmp_path / "typed.pdf", pages=2), scan_pdf(tmp_path / "scan.pdf")
    drawn("1").save(tmp_path / "page.tif", compression="group4")

    done = copied(
        [
            Leaf(tmp_path / "page.tif"),
            Leaf(typed, 2, 0, WORDS, "layer"),
            Leaf(scan, 1, 180, WORDS, "ocr"),
        ],
        tmp_path / "copy.pdf",
    )

    assert ("scan", "converted", "scan") == done.methods
    assert [TEXT, TEXT] == [pdfium_text(tmp_path / "copy.pdf", number) for number in (2, 3)]


def test_what_many_pages_have_in_common_is_told_once(tmp_path):
    typed = typed_pdf(tmp_path / "typed.pdf", pages=5, embedded=False)

    done = copied(
        [Leaf(typed, at, 0, WORDS, "converted" if at == 4 else "layer") for at in range(1, 6)],
        tmp_path / "copy.pdf",
    )

    assert [("pictured-parts", "1–3, 5"), ("pictured-text", "4")] == [
        (note.code, note.facts["pages"]) for note in done.notes
    ]


def test_an_empty_page_is_an_empty_page(tmp_path):
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 420))
        made.save(tmp_path / "blank.pdf")

    done = copied([Leaf(tmp_path / "blank.pdf")], tmp_path / "copy.pdf")

    assert ("scan",) == done.methods
    assert ((255, 255),) * 3 == look(tmp_path / "copy.pdf").getextrema()


# --- the file as a whole ---------------------------------------------------------------------


def test_the_same_leaves_give_the_same_bytes_and_the_time_is_the_only_other_thing(tmp_path):
    typed, scan = typed_pdf(tmp_path / "typed.pdf"), scan_pdf(tmp_path / "scan.pdf")
    leaves = [Leaf(scan, 1, 90, WORDS, "ocr"), Leaf(typed, 1, 0, WORDS, "layer")]

    copied(leaves, tmp_path / "one.pdf")
    copied(leaves, tmp_path / "two.pdf")
    copied(leaves, tmp_path / "later.pdf", made_at=MADE_AT + timedelta(seconds=1))

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert (tmp_path / "one.pdf").read_bytes() != (tmp_path / "later.pdf").read_bytes()


def test_the_copy_says_what_it_is(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")

    copied([Leaf(scan)], tmp_path / "copy.pdf", title="Nâng lương <A & B>\n")

    with pikepdf.open(tmp_path / "copy.pdf") as copy, copy.open_metadata() as about:
        assert ("2", "B") == (about["pdfaid:part"], about["pdfaid:conformance"])
        assert "Nâng lương <A & B>" == about["dc:title"] == str(copy.docinfo.Title)
        assert "2026-11-22T08:30:00+07:00" == about["xmp:CreateDate"]
        assert "D:20261122083000+07'00'" == str(copy.docinfo.CreationDate)


@pytest.mark.parametrize("leaves", [[], [2], [0]], ids=["none", "beyond", "before"])
def test_a_leaf_that_is_not_there_leaves_no_half_a_file(tmp_path, leaves):
    scan = scan_pdf(tmp_path / "scan.pdf")

    with pytest.raises(ValueError, match="page"):
        copied([Leaf(scan, number) for number in leaves], tmp_path / "copy.pdf")

    assert [scan] == list(tmp_path.iterdir())


def test_the_colour_profile_is_srgb_as_a_colour_library_knows_it():
    ours = ImageCms.ImageCmsProfile(io.BytesIO(srgb()))
    theirs = ImageCms.createProfile("sRGB")
    ramp = Image.merge("RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)])

    same = ImageCms.profileToProfile(ramp, ours, theirs)

    assert max(high for _, high in ImageChops.difference(ramp, same).getextrema()) <= 2
    assert is_profile(srgb(), 3)
    assert not is_profile(srgb(), 1)
    assert not is_profile(srgb()[:-1], 3)


def test_the_head_of_a_jpeg_tells_what_it_holds():
    facts = jpeg_facts(bytes_of(drawn("CMYK"), "JPEG"))

    assert (400, 560, 4, 8) == (facts.width, facts.height, facts.channels, facts.bits)
    assert None is jpeg_facts(b"\xff\xd8\xff\xd9")
    assert None is jpeg_facts(b"GIF89a")
