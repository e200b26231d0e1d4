"""Papers that bring their own text: read many pages at a time, by the second reader in doubt."""

from __future__ import annotations

import invented
import pypdfium2
import pytest
from test_reading import text_pdf

from hoso.ingest.pages.digital import judged, read_pages
from hoso.ingest.pages.layer import UNASKED, Layer, open_text, read_layer_words
from hoso.ingest.pages.layout import read_again
from hoso.ingest.propose.lines import sheet_of_words
from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox

PAPER = next(paper for paper in invented.papers() if paper["key"] == "district, secondment")
PDF = "application/pdf"


@pytest.fixture
def decision(tmp_path):
    path = tmp_path / "decision.pdf"
    path.write_bytes(invented.pdf_of(PAPER))
    return path


class Counted:
    """A sandbox that keeps the names of the jobs it was asked for."""

    def __init__(self, pool):
        self._pool = pool
        self.workers = pool.workers
        self.asked = []

    def run(self, job, *arguments, **options):
        self.asked.append(job)
        return self._pool.run(job, *arguments, **options)


def test_forty_pages_are_asked_for_in_three_messages(sandbox, reader, tmp_path):
    path = tmp_path / "long.pdf"
    path.write_bytes(text_pdf(*(f"Page {number} of a long report" for number in range(1, 41))))
    counted = Counted(sandbox)

    reading = Reader(counted, reader._classifiers, reader._model).read(
        path, reader.inspect(path), tmp_path / "out"
    )

    assert counted.asked == ["layers"] * 3 + ["propose"]
    assert [page.number for page in reading.pages] == list(range(1, 41))
    assert reading.pages[39].text == "Page 40 of a long report"


def test_a_short_paper_is_read_and_proposed_for_in_one_message(sandbox, reader, decision, tmp_path):
    counted = Counted(sandbox)

    reading = Reader(counted, reader._classifiers, reader._model).read(
        decision, reader.inspect(decision), tmp_path / "out"
    )

    assert counted.asked == ["layers"]
    assert reading.proposals["symbol"]["value"] == "QĐ-UBND"


def test_where_looking_closer_fails_there_are_proposals_all_the_same(reader, decision, tmp_path):
    out = tmp_path / "out"
    verdict = reader.inspect(decision)
    reader.read(decision, verdict, out)  # the pages are there; only proposing is left

    with Sandbox(workers=1, jobs="hasty") as pool:
        reading = Reader(pool, reader._classifiers, reader._model).read(decision, verdict, out)

    assert reading.proposals["symbol"]["value"] == "QĐ-UBND"
    assert "no closer look at the scan" in reading.notes[0]


def test_a_head_that_makes_no_sense_is_read_by_the_second_reader(reader, decision, tmp_path):
    with Sandbox(workers=1, jobs="unsure") as pool:
        reading = Reader(pool, reader._classifiers, reader._model).read(
            decision, reader.inspect(decision), tmp_path / "out"
        )

    assert reading.proposals["symbol"]["value"] == "QĐ-UBND"
    assert reading.notes == ("head of the first page read by pdfminer.six",)


def test_both_readers_see_the_same_lines(decision, tmp_path):
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()

    first = read_pages(str(decision), PDF, [1], str(tmp_path / "first")).done[1]
    read_again(str(decision), [1], str(tmp_path / "second"), [])
    second = read_pages(str(decision), PDF, [1], str(tmp_path / "second")).done[1]

    lines = [sheet_of_words(page).lines for page in (first, second)]
    assert [line.text for line in lines[0]] == [line.text for line in lines[1]]
    assert [line.bold for line in lines[0]] == [line.bold for line in lines[1]]


def test_the_body_that_issues_is_bold_and_the_one_above_is_not(tmp_path):
    paper = next(each for each in invented.papers() if each["key"] == "by authority")
    (page,) = invented.pages_of(paper, tmp_path)

    weights = {line.text: line.bold for line in sheet_of_words(page).lines}

    assert weights["UBND TỈNH MẪU HẢI"] is False
    assert weights["SỞ NỘI VỤ"] is True
    assert weights["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"] is True


def test_text_is_the_same_without_its_colours(decision):
    with open_text(str(decision)) as document:
        colourless = read_layer_words(document[0]).words
    with pypdfium2.PdfDocument(decision) as document:
        assert read_layer_words(document[0]).words == colourless


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_boxes_are_where_the_words_are_shown_on_a_turned_page(turned, decision, tmp_path):
    path = tmp_path / "turned.pdf"
    with pypdfium2.PdfDocument(decision) as document:
        upright = {word[0]: word[2] for word in read_layer_words(document[0]).words}
        document[0].set_rotation(turned)
        document.save(path)
    with pypdfium2.PdfDocument(path) as document:
        words = {word[0]: word[2] for word in read_layer_words(document[0]).words}

    x0, y0, x1, y1 = upright["1204/QĐ-UBND"]
    expected = {
        90: (1 - y1, x0, 1 - y0, x1),
        180: (1 - x1, 1 - y1, 1 - x0, 1 - y0),
        270: (y0, 1 - x1, y1, 1 - x0),
    }[turned]
    assert words["1204/QĐ-UBND"] == pytest.approx(expected, abs=0.004)


def test_text_of_an_old_encoding_is_told_by_the_fonts_and_converted():
    words = ["Hå", "vµ", "tªn:", "NguyÔn", "V¨n", "MÉu"]
    layer = Layer(
        [[word, 100.0, [0.1, 0.1, 0.2, 0.12], 0] for word in words],
        ("ABCDEF+.VnTime",),
        ((13.0, False, False),),
        (0, *[UNASKED] * (len(words) - 1)),
    )

    found = judged(layer)

    assert found.source == "converted"
    assert " ".join(word[0] for word in found.layer.words) == "Hồ và tên: Nguyễn Văn Mẫu"
    assert found.notes == ("text converted from tcvn3",)
    assert len(found.layer.look_of) == len(found.layer.words)


def test_a_word_that_is_nothing_but_invisible_signs_is_left_out_with_its_look():
    layer = Layer(
        [["\u200b", 100.0, [0, 0, 1, 1], 0], ["a\u0323", 100.0, [0, 0, 1, 1], 0]],
        (),
        ((12.0, False, False), (13.0, True, False)),
        (0, 1),
    )

    found = judged(layer)

    assert [word[0] for word in found.layer.words] == ["ạ"]
    assert found.layer.look_of == (1,)
