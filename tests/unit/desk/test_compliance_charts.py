"""The pictures of the auditor's desk: what they count, how they are drawn, what leaves in them."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from pdfminer.high_level import extract_text

from hoso.desk import compliance, compliance_charts
from hoso.desk.evidence_report import report
from hoso.preservation.fixity.model import Ended, Fixity
from hoso.preservation.fixity.rounds import KEY, note
from hoso.records.events import DossierChanged
from hoso.reports.charts import Bar, Chart, svg
from hoso.testing.things import a_dossier
from hoso.web.charts import charts, teller
from hoso.web.language import Language

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def ended(as_):
    """Case files of ten years that ended in 2012, 2016 and twice in 2020: over a year later."""
    with as_("officer") as desk:
        for number, year in enumerate(("2012", "2016", "2020", "2020")):
            dossier = a_dossier(
                desk, code=f"L-{number}", type_="training-course", name=f"Lớp mẫu {number}"
            )
            dossier.state, dossier.ended = "closed", year
            desk.notify([DossierChanged(dossier)])


def counted(as_, login="auditor"):
    with as_(login) as desk:
        told = compliance.overview(desk, desk.site)
        return told, compliance_charts.charted(desk, desk.site)


def drawn(chart, **how):
    return ET.fromstring(svg(chart, **how))


def test_what_falls_due_is_counted_by_year_and_what_is_over_stands_first(as_, ended):
    _, counts = counted(as_)

    due = {one.year: one.count for one in counts.due}
    # Ten years from the end of the year in which the work ended (TT 10/2022/TT-BNV).
    assert [one.year for one in counts.due] == list(range(2025, 2036))
    assert (due[2025], due[2027], due[2031]) == (1, 1, 2)
    assert sum(due.values()) == 4


def test_more_than_is_looked_at_is_said_and_not_guessed(as_, ended, monkeypatch):
    monkeypatch.setattr(compliance_charts, "MOST", 1)

    told, counts = counted(as_)

    assert {one.year for one in counts.due if one.capped} == {2031}
    picture = charts(Language("vi"), told, counts)[0]
    assert ("2031", "1+") in picture.rows


def test_what_one_may_not_know_of_is_in_no_picture(as_, ended):
    with as_("officer") as desk:
        for number in range(4):
            dossier = desk.find(f"L-{number}")
            dossier.walled = True
            desk.notify([DossierChanged(dossier)])

    told, counts = counted(as_)

    assert not any(one.count for one in counts.due)
    assert not [one for one in counts.oldest if one.kind == "overdue"]
    assert all("Lớp" not in one.unit for one in told.units)


def test_failures_are_counted_by_unit(as_, ended):
    told, _ = counted(as_)

    figures = {one.check: one.count for one in told.figures}
    by_check = dict(
        zip(compliance.CHECKS, zip(*(one.counts for one in told.units), strict=True), strict=True)
    )
    assert {check: sum(counts) for check, counts in by_check.items()} == figures


def test_the_oldest_of_each_kind_is_told_with_its_age(as_, ended, site):
    with as_("archivist") as desk:
        kept = desk.root[KEY] = Fixity()
        for at in ("2026-01-31T02:00:00.000000Z", "2026-02-20T02:00:00.000000Z"):
            note(kept, 5, at, kind="missing", expected="", found="", why="", at=at)

    _, counts = counted(as_)

    found = {one.kind: (one.since, one.days) for one in counts.oldest}
    # On 2 March 2026: of the file of 2012, over on 1 January 2023; 30 days from 31 January.
    assert found["overdue"] == (date(2023, 1, 1), (date(2026, 3, 2) - date(2023, 1, 1)).days)
    assert found["risk"] == (date(2026, 1, 31), 30)


def test_a_bar_is_as_long_as_what_it_stands_for():
    bars = (Bar("một", (25,), "25"), Bar("hai", (50, 50), "100"), Bar("ba", (0,), "0"))
    picture = drawn(Chart("k", "Tên", "Lời", bars))

    widths = [
        one.get("width")
        for one in picture.iter(f"{SVG}rect")
        if one.get("class", "").startswith("part-")
    ]
    assert widths == ["25.00%", "50.00%", "50.00%"]
    on_paper = drawn(Chart("k", "Tên", "Lời", bars), width=460)
    assert [one.get("width") for one in on_paper.iter(f"{SVG}rect")][1] == "115.00"


def test_a_picture_says_what_it_is_and_escapes_what_it_is_told():
    evil = '</text><script>alert(1)</script>"'
    picture = drawn(Chart("k", evil, evil, (Bar(evil, (1,), evil),)))

    assert picture.get("role") == "img"
    named = {one.get("id"): one.text for one in picture if one.get("id")}
    assert [named[one] for one in picture.get("aria-labelledby").split()] == [evil, evil]
    assert picture.findall(f".//{SVG}script") == []
    # The content policy of the pages takes no style in place.
    assert "style" not in {name for one in picture.iter() for name in one.attrib}


def test_a_long_name_takes_two_lines_and_no_more():
    name = "Quyết định về việc bổ nhiệm, miễn nhiệm, điều động, luân chuyển, biệt phái cán bộ cấp phòng"
    picture = drawn(Chart("k", "t", "s", (Bar(name, (1,), "1"),)))

    lines = [one.text for one in picture.iter(f"{SVG}text") if one.get("class") != "count"]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 40
    assert lines[1].endswith("…")


def test_the_report_of_the_evidence_has_figures_and_pictures_in_vietnamese(as_, ended):
    with as_("auditor") as desk:
        told = compliance.overview(desk, desk.site)
        counts = compliance_charts.charted(desk, desk.site)
        last = Ended(1, "2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z", 40, 9, 2, 1)
        counts = dataclasses.replace(counts, rounds=(last,))
        content = report(desk, told, counts, told=teller(), name="evidence-1")

    text = extract_text(io.BytesIO(content))
    assert content.startswith(b"%PDF-")
    for words in ("Tình hình tuân thủ", "Hết thời hạn, theo năm", "Các vòng đọc lại", "2031"):
        assert words in text
