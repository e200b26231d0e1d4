"""Bytes nobody meant well: what reads the heads of pictures ends, and says no in its own words."""

from __future__ import annotations

import io
import struct

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from renditions import MADE_AT, bytes_of, drawn, placed, scan_pdf

from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.part import part
from hoso.ingest.renditions.pictures import jpeg_facts, whole_jpeg
from hoso.ingest.renditions.tiff import UnusableTiff, read_directories

JPEG = bytes_of(drawn("L", (64, 64)), "JPEG")
TIFF = bytes_of(drawn("1", (64, 64)), "TIFF", compression="group4")
QUICK = settings(max_examples=80, deadline=None)


def spoilt(whole):
    """The file with some bytes changed, cut somewhere."""
    change = st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255))
    return st.tuples(st.lists(change, max_size=8), st.integers(1, len(whole))).map(
        lambda drawn: _with(whole, *drawn)
    )


def _with(whole, changes, end):
    data = bytearray(whole)
    for at, value in changes:
        data[at] = value
    return bytes(data[:end])


@QUICK
@given(spoilt(TIFF) | st.binary(max_size=200).map(lambda rest: b"II*\0" + rest))
def test_directories_of_any_bytes_are_read_or_refused(data):
    try:
        frames = read_directories(data)
        for frame in frames:
            assert all(begin + length <= len(data) for begin, length in frame.blocks(data))
    except UnusableTiff:
        pass


@QUICK
@given(spoilt(JPEG) | st.binary(max_size=200).map(lambda rest: b"\xff\xd8" + rest))
def test_the_head_of_any_bytes_is_read_or_is_none(data):
    facts = jpeg_facts(data)
    coded = whole_jpeg(data)

    assert coded is None or (facts is not None and len(coded.data) <= len(data))


@pytest.mark.parametrize("tag", [273, 279, 256, 257, 259])
@pytest.mark.parametrize("value", [0, 0xFFFFFFFF])
def test_a_tiff_that_lies_about_itself_is_parted_or_refused(tmp_path, tag, value):
    data = bytearray(TIFF)
    at = struct.unpack_from("<I", data, 4)[0] + 2
    while struct.unpack_from("<H", data, at)[0] != tag:
        at += 12
    struct.pack_into("<HHII", data, at, tag, 4, 1, value)
    (tmp_path / "lie.tif").write_bytes(data)

    for work in (_part, _copy):
        try:
            work(tmp_path / "lie.tif", tmp_path / "out")
        except (ValueError, OSError, Image.DecompressionBombError, MemoryError):
            assert not (tmp_path / "out").exists()
        else:
            assert (tmp_path / "out").stat().st_size < 1 << 20
            (tmp_path / "out").unlink()


def _part(source, target):
    part(str(source), "image/tiff", [1], str(target))


def _copy(source, target):
    make_copy([Leaf(source)], target, title="-", made_at=MADE_AT)


def test_forms_that_paint_themselves_are_not_followed_for_ever(tmp_path):
    with pikepdf.new() as made:
        form = made.make_stream(b"/Me Do")
        form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
        form.BBox = pikepdf.Array([0, 0, 9, 9])
        form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Me=form))
        page = made.add_blank_page(page_size=(100, 100))
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Me=form))
        page.obj.Contents = made.make_stream(b"/Me Do")
        made.save(tmp_path / "loop.pdf")

    done = make_copy(
        [Leaf(tmp_path / "loop.pdf")], tmp_path / "copy.pdf", title="-", made_at=MADE_AT
    )

    assert ("pictured",) == done.methods


def test_a_picture_that_lies_in_another_file_is_not_fetched(tmp_path):
    (tmp_path / "secret.jpg").write_bytes(JPEG)
    with pikepdf.new() as made:
        picture = pikepdf.Stream(made, b"")
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width = picture.Height = 64
        picture.BitsPerComponent, picture.ColorSpace = 8, pikepdf.Name.DeviceGray
        picture.F = pikepdf.String(str(tmp_path / "secret.jpg"))
        picture.FFilter = pikepdf.Name.DCTDecode
        placed(made, made.make_indirect(picture))
        made.save(tmp_path / "far.pdf")

    done = make_copy(
        [Leaf(tmp_path / "far.pdf")], tmp_path / "copy.pdf", title="-", made_at=MADE_AT
    )

    assert ("pictured",) == done.methods
    assert b"secret" not in (tmp_path / "copy.pdf").read_bytes()


def test_scripts_and_attachments_stay_behind(tmp_path):
    scan = scan_pdf(tmp_path / "scan.pdf")
    with pikepdf.open(scan, allow_overwriting_input=True) as document:
        act = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        document.Root.OpenAction = act
        document.pages[0].obj.AA = pikepdf.Dictionary(O=act)
        document.attachments["x.exe"] = b"MZ attached"
        document.save()

    make_copy([Leaf(scan)], tmp_path / "copy.pdf", title="-", made_at=MADE_AT)

    with pikepdf.open(tmp_path / "copy.pdf") as copy:
        assert {
            "/Type",
            "/Pages",
            "/Metadata",
            "/Lang",
            "/ViewerPreferences",
            "/OutputIntents",
        } == set(copy.Root.keys())
        written = io.BytesIO()
        copy.save(written, compress_streams=False)
    assert b"app.alert" not in written.getvalue()
    assert b"MZ attached" not in written.getvalue()
