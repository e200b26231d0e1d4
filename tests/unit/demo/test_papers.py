"""Typeset papers, read back with a reader that shares nothing with the typesetter."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import subprocess
import sys
import unicodedata

import pypdfium2
import pytest

from hoso.demo.wording import long_date

VOWELS = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]


def vietnamese_letters() -> list[str]:
    """The 134 letters beyond ASCII: 12 vowels in 6 tones, đ, capitals; less the 12 plain."""
    small = [unicodedata.normalize("NFC", v + t) for v in VOWELS for t in TONES] + ["đ"]
    letters = small + [letter.upper() for letter in small]
    return [letter for letter in letters if not letter.isascii()]


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return " ".join(" ".join(pages).split())


def first(plan, recipe, **wanted):
    return next(
        paper
        for paper in plan.papers
        if paper.recipe == recipe
        and all(getattr(paper, name) == value for name, value in wanted.items())
    )


def test_vietnamese_has_134_letters_beyond_ascii():
    assert len(set(vietnamese_letters())) == 134


@pytest.mark.parametrize("date", ["2020-05-14", "1995-05-16"], ids=["new face", "early face"])
def test_the_fonts_have_every_vietnamese_letter(plan, press, date):
    letters = " ".join(vietnamese_letters())
    paper = first(plan, "raise")
    paper = dataclasses.replace(
        paper, date=date, facts={**paper.facts, "name": letters}, person_name=letters
    )

    assert set(vietnamese_letters()) <= set(text_of(press.render(paper)))


def test_a_decision_says_what_the_plan_says(plan, press):
    paper = next(
        p
        for p in plan.papers
        if p.recipe == "raise" and p.person == "M-0001" and p.date.startswith("2017")
    )

    said = text_of(press.render(paper))

    assert f"Số: {paper.number}/QĐ-SNV" in said
    assert re.search(r"Mẫu Trung, ngày \d\d tháng (0[12]|[3-9]|1\d) năm 2017", said)
    assert "Căn cứ Luật Cán bộ, công chức ngày 13 tháng 11 năm 2008;" in said
    assert "Thông tư số 08/2013/TT-BNV" in said
    assert "Nguyễn Thị Ngọc Thu" in said
    assert "Điều 1." in said
    assert said.endswith(paper.signer)


@pytest.mark.parametrize(
    ("date", "written"),
    [
        ("2022-02-05", "ngày 05 tháng 02 năm 2022"),
        ("2022-03-05", "ngày 05 tháng 3 năm 2022"),
        ("2022-12-25", "ngày 25 tháng 12 năm 2022"),
        ("2022-01", "tháng 01 năm 2022"),
        ("2022", "năm 2022"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_zero(date, written):
    """ND 30/2020/NĐ-CP, Phụ lục I, mục II.4."""
    assert long_date(date) == written


def test_a_paper_rests_on_the_law_of_its_day(stock):
    def officials(date):
        return stock.grounds_for(("officials",), date)

    assert officials("2009-12-31") == ("Pháp lệnh Cán bộ, công chức ngày 26 tháng 02 năm 1998",)
    assert officials("2025-06-30") == ("Luật Cán bộ, công chức ngày 13 tháng 11 năm 2008",)
    assert officials("2025-07-01") == ("Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025",)
    assert officials("1997-01-01") == ()


def test_the_secret_paper_bears_its_mark(plan, press):
    paper = first(plan, "secret")

    assert "MẬT" in text_of(press.render(paper))


def test_the_seal_puts_no_words_into_the_text(plan, press):
    """Its ring would read as a second, garbled heading."""
    paper = first(plan, "raise", person="M-0001")

    assert text_of(press.render(paper)).count("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == 1


def test_form_2c_names_its_form_and_its_fields(plan, press):
    paper = next(p for p in plan.papers if p.recipe == "cv" and "2009" < p.date < "2019")

    said = text_of(press.render(paper))

    assert "Mẫu 2C-BNV/2008" in said
    assert paper.person_name.upper() in said
    assert "31) Diễn biến quá trình lương" in said


def test_every_recipe_can_be_set(plan, press, stock):
    done = {}
    for paper in plan.papers:
        done.setdefault(paper.recipe, paper)

    for paper in done.values():
        assert press.render(paper).startswith(b"%PDF-")
    assert set(stock.recipes) == set(done)


def test_no_two_papers_of_the_plan_have_the_same_bytes(plan, press):
    """Intake would take the second for a copy of the first."""
    pages = [
        press.render(paper)
        for paper in plan.papers
        if paper.recipe in {"exam-paper", "succession-ballot", "health", "identity", "judicial"}
    ]

    assert len(pages) == len({hashlib.sha256(page).digest() for page in pages})


_ELSEWHERE = """
import hashlib, pathlib
from hoso.demo.papers import Press
from hoso.demo.plan import make_plan
from hoso.demo.production import make
from hoso.demo.stock import load_stock
stock = load_stock(pathlib.Path({profile!r}))
press = Press(stock)
for paper in make_plan(stock).papers[{window}]:
    print(hashlib.sha256(make(press, paper)).hexdigest())
"""


def test_another_process_makes_the_same_bytes(plan, press, profile):
    from hoso.demo.production import make

    window = slice(0, 120, 9)
    script = _ELSEWHERE.format(profile=str(profile), window="0:120:9")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONHASHSEED": "11",
        "TZ": "Pacific/Auckland",
    }
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )

    here = [hashlib.sha256(make(press, paper)).hexdigest() for paper in plan.papers[window]]
    assert run.stdout.split() == here
