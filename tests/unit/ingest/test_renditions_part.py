"""Pages of a scan as a file of their own: nothing re-encoded, nothing dragged along."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pypdfium2
import pytest
from PIL import Image, TiffImagePlugin

from hoso.ingest.renditions.part import part
from hoso.ingest.renditions.tiff import UnusableTiff, read_directories
from hoso.ingest.sandbox import Limits


def noise(seed, size=(120, 160)):
    """A picture that does not compress, another for each seed."""
    bits = hashlib.shake_256(str(seed).encode()).digest(size[0] * size[1])
    return Image.frombytes("L", size, bits)


def jpeg(seed):
    kept = io.BytesIO()
    noise(seed).save(kept, "JPEG", quality=80)
    return kept.getvalue()


def scanned(path, count, *, shared=True):
    """A scanner's PDF: one dictionary names the pictures of all pages, each draws its own."""
    with pikepdf.new() as made:
        pictures = pikepdf.Dictionary()
        for number in range(1, count + 1):
            picture = pikepdf.Stream(made, jpeg(number))
            picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
            picture.Width, picture.Height, picture.BitsPerComponent = 120, 160, 8
            picture.ColorSpace, picture.Filter = pikepdf.Name.DeviceGray, pikepdf.Name.DCTDecode
            pictures[f"/Im{number}"] = made.make_indirect(picture)
        resources = made.make_indirect(pikepdf.Dictionary(XObject=pictures))
        for number in range(1, count + 1):
            page = made.add_blank_page(page_size=(300, 400))
            if shared:
                page.obj.Resources = resources
            else:
                own = pikepdf.Dictionary({f"/Im{number}": pictures[f"/Im{number}"]})
                page.obj.Resources = pikepdf.Dictionary(XObject=own)
            page.obj.Contents = made.make_stream(b"q 300 0 0 400 0 0 cm /Im%d Do Q" % number)
        if shared:
            # Boxes and turns may be said once, for all pages.
            made.Root.Pages.Rotate = 90
        made.save(path)
    return path


def pictures_of(path):
    """Digests of the coded bytes of every picture in the file, wherever it hangs."""
    with pikepdf.open(path) as document:
        return sorted(
            hashlib.sha256(each.read_raw_bytes()).hexdigest()
            for each in document.objects
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == "/Image"
        )


def digest(data):
    return hashlib.sha256(data).hexdigest()


def test_a_part_of_a_pdf_holds_the_pictures_of_its_pages_unchanged_and_no_others(tmp_path):
    whole = scanned(tmp_path / "stack.pdf", 6)

    made = part(str(whole), "application/pdf", [2, 5], str(tmp_path / "part.pdf"))

    assert {"mime": "application/pdf", "pages": 2, "notes": []} == made
    assert sorted([digest(jpeg(2)), digest(jpeg(5))]) == pictures_of(tmp_path / "part.pdf")
    assert (tmp_path / "part.pdf").stat().st_size < len(jpeg(2)) + len(jpeg(5)) + 3000


def test_pages_come_in_the_order_asked_for_and_keep_what_the_tree_said_of_them(tmp_path):
    whole = scanned(tmp_path / "stack.pdf", 4)

    part(str(whole), "application/pdf", [3, 1], str(tmp_path / "part.pdf"))

    with pikepdf.open(tmp_path / "part.pdf") as document:
        drawn = [list(page.resources.XObject.keys()) for page in document.pages]
        assert [["/Im3"], ["/Im1"]] == drawn
        assert [90, 90] == [page.obj.Rotate for page in document.pages]
        assert [[0, 0, 300, 400]] * 2 == [list(map(int, page.mediabox)) for page in document.pages]


def test_the_same_pages_of_the_same_file_make_the_same_bytes(tmp_path):
    whole = scanned(tmp_path / "stack.pdf", 3)

    for name in ("one.pdf", "two.pdf"):
        part(str(whole), "application/pdf", [1, 2], str(tmp_path / name))

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_a_part_looks_as_its_page_did(tmp_path):
    whole = scanned(tmp_path / "stack.pdf", 3, shared=False)

    part(str(whole), "application/pdf", [2], str(tmp_path / "part.pdf"))

    with pypdfium2.PdfDocument(whole) as one, pypdfium2.PdfDocument(tmp_path / "part.pdf") as two:
        seen = [each.render(scale=1).to_pil().tobytes() for each in (one[1], two[0])]
        assert seen[0] == seen[1]


def test_layers_that_are_off_stay_off(tmp_path):
    with pikepdf.new() as made:
        hidden = made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="draft"))
        page = made.add_blank_page(page_size=(100, 100))
        page.obj.Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(Off=hidden))
        page.obj.Contents = made.make_stream(b"/OC /Off BDC 0 0 100 100 re f EMC")
        made.Root.OCProperties = pikepdf.Dictionary(
            OCGs=pikepdf.Array([hidden]), D=pikepdf.Dictionary(OFF=pikepdf.Array([hidden]))
        )
        made.save(tmp_path / "layers.pdf")

    part(str(tmp_path / "layers.pdf"), "application/pdf", [1], str(tmp_path / "part.pdf"))

    with pypdfium2.PdfDocument(tmp_path / "part.pdf") as document:
        assert (255, 255) == document[0].render(scale=1).to_pil().convert("L").getextrema()


def test_a_link_to_another_page_does_not_bring_it_along(tmp_path):
    whole = scanned(tmp_path / "stack.pdf", 2, shared=False)
    with pikepdf.open(whole, allow_overwriting_input=True) as document:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            Dest=pikepdf.Array([document.pages[1].obj, pikepdf.Name.Fit]),
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(link)])
        document.save()

    part(str(whole), "application/pdf", [1], str(tmp_path / "part.pdf"))

    assert [digest(jpeg(1))] == pictures_of(tmp_path / "part.pdf")


@pytest.fixture
def stack(tmp_path):
    """A TIFF of four frames, each compressed in another way."""
    kept = []
    ways = [("1", "group4"), ("L", "jpeg"), ("RGB", "tiff_lzw"), ("L", "raw")]
    for seed, (mode, way) in enumerate(ways):
        frame = noise(seed).convert(mode)
        frame.encoderinfo = {"compression": way, "dpi": (200, 200)}
        kept.append((frame, way))
    target = tmp_path / "stack.tif"
    with TiffImagePlugin.AppendingTiffWriter(target, new=True) as out:
        for frame, way in kept:
            frame.save(out, "TIFF", compression=way, dpi=(200, 200))
            out.newFrame()
    return target


def blocks(path):
    data = path.read_bytes()
    return [
        [data[begin : begin + length] for begin, length in frame.blocks(data)]
        for frame in read_directories(data)
    ]


def test_frames_of_a_tiff_are_taken_over_byte_for_byte(tmp_path, stack):
    made = part(str(stack), "image/tiff", [4, 2, 1, 3], str(tmp_path / "part.tif"))

    assert [] == made["notes"]
    assert [blocks(stack)[at] for at in (3, 1, 0, 2)] == blocks(tmp_path / "part.tif")


def test_frames_of_a_tiff_look_as_they_did_and_keep_their_resolution(tmp_path, stack):
    part(str(stack), "image/tiff", [2, 3], str(tmp_path / "part.tif"))

    with Image.open(stack) as whole, Image.open(tmp_path / "part.tif") as made:
        assert 2 == made.n_frames
        for at in (0, 1):
            whole.seek(at + 1)
            made.seek(at)
            assert whole.tobytes() == made.tobytes()
            assert (200, 200) == made.info["dpi"]


def test_a_part_of_a_tiff_is_no_larger_than_its_frames(tmp_path, stack):
    part(str(stack), "image/tiff", [1], str(tmp_path / "part.tif"))

    assert (tmp_path / "part.tif").stat().st_size < sum(map(len, blocks(stack)[0])) + 1000


@pytest.mark.parametrize("big", [False, True], ids=["TIFF 6.0", "BigTIFF"])
def test_both_kinds_of_tiff_are_read(tmp_path, big):
    pages = [noise(1), noise(2)]
    source = tmp_path / "two.tif"
    pages[0].save(source, save_all=True, append_images=pages[1:], big_tiff=big)

    part(str(source), "image/tiff", [2], str(tmp_path / "part.tif"))

    with Image.open(tmp_path / "part.tif") as made:
        assert (1, noise(2).tobytes()) == (made.n_frames, made.tobytes())


def test_a_chain_of_frames_that_bites_its_tail_has_an_end(tmp_path):
    source = tmp_path / "loop.tif"
    noise(1).save(source)
    data = bytearray(source.read_bytes())
    first = int.from_bytes(data[4:8], "little")
    count = int.from_bytes(data[first : first + 2], "little")
    data[first + 2 + 12 * count : first + 6 + 12 * count] = data[4:8]

    assert 1 == len(read_directories(bytes(data)))


def test_a_directory_beyond_the_end_is_told(tmp_path):
    with pytest.raises(UnusableTiff):
        read_directories(b"II*\0\xff\xff\0\0")


def test_a_frame_that_cannot_be_taken_over_is_packed_anew_and_the_report_says_so(tmp_path):
    source = tmp_path / "no-counts.tif"
    noise(1).save(source)
    data = bytearray(source.read_bytes())
    at = data.index((279).to_bytes(2, "little"))
    data[at : at + 2] = (65000).to_bytes(2, "little")  # no StripByteCounts any more
    source.write_bytes(data)

    made = part(str(source), "image/tiff", [1], str(tmp_path / "part.tif"))

    assert ["packed-anew"] == [note["code"] for note in made["notes"]]
    with Image.open(tmp_path / "part.tif") as picture:
        assert noise(1).tobytes() == picture.tobytes()


@pytest.mark.parametrize(
    ("mime", "name"), [("image/jpeg", "one.jpg"), ("image/png", "one.png")], ids=["JPEG", "PNG"]
)
def test_a_picture_of_one_page_is_copied(tmp_path, mime, name):
    noise(1).save(tmp_path / name)

    part(str(tmp_path / name), mime, [1], str(tmp_path / f"part-{name}"))

    assert (tmp_path / name).read_bytes() == (tmp_path / f"part-{name}").read_bytes()


def test_pages_of_typed_text_are_parted(tmp_path):
    (tmp_path / "note.txt").write_text("Một\fHai\fBa", "utf-8")

    part(str(tmp_path / "note.txt"), "text/plain", [3, 1], str(tmp_path / "part.txt"))

    assert "Ba\fMột" == (tmp_path / "part.txt").read_text("utf-8")


@pytest.mark.parametrize("pages", [[], [0], [4], [1, 9]], ids=["none", "zero", "beyond", "one of"])
def test_a_page_that_does_not_exist_leaves_no_half_a_file(tmp_path, pages):
    whole = scanned(tmp_path / "stack.pdf", 3)

    with pytest.raises(ValueError, match="no page"):
        part(str(whole), "application/pdf", pages, str(tmp_path / "part.pdf"))

    assert [whole] == list(tmp_path.iterdir())


def test_the_sandbox_parts_a_file(tmp_path, sandbox):
    whole = scanned(tmp_path / "stack.pdf", 3)

    answer = sandbox.run(
        "part",
        {
            "path": str(whole),
            "mime": "application/pdf",
            "pages": [3],
            "target": str(tmp_path / "part.pdf"),
        },
        limits=Limits(file_size=1 << 30),
    )

    assert answer.failure is None
    assert 1 == answer.value["pages"]
    assert [digest(jpeg(3))] == pictures_of(tmp_path / "part.pdf")
