"""What the demo must contain, counted by hand."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from hoso.demo.plan import make_plan
from hoso.kernel.text import folded_words, nfc

HOME = Path(__file__).resolve().parents[3]
SUBJECT_WANTED = "về việc nâng bậc lương thường xuyên"


def test_there_are_six_hundred_papers_sixty_people_and_twelve_units(plan):
    assert (len(plan.papers), len(plan.people), len(plan.offices)) == (600, 60, 12)


def test_two_hundred_papers_are_scans_and_most_of_those_pdfs(plan):
    kinds = Counter(paper.scan_as for paper in plan.papers if paper.scanned)

    assert sum(kinds.values()) == 200
    assert {"pdf", "tiff", "jpeg", "png"} == set(kinds)
    assert kinds["pdf"] > 100


def test_the_units_stand_on_three_levels(plan):
    assert {1, 2, 3} == {office.level for office in plan.offices}


def test_the_letterheads_are_those_of_the_units_of_the_profile(plan, profile):
    units = tomllib.loads((profile / "units.toml").read_text(encoding="utf-8"))["unit"]

    assert {(u["key"], u["name"], u.get("parent", "")) for u in units} == {
        (office.key, office.label, office.parent) for office in plan.offices
    }


@pytest.mark.parametrize(
    "situation",
    [
        "probation",
        "serving",
        "transferred",
        "retired",
        "deceased",
        "resigned",
        "dismissed",
        "gone",
        "contract-ended",
        "suspended",
        "retiring",
    ],
)
def test_people_in_every_situation_are_there(plan, situation):
    assert situation in {person.situation for person in plan.people}


@pytest.mark.parametrize("year", ["1995", "2024"])
def test_somebody_retired_in(plan, year):
    retirements = [e.date for p in plan.people for e in p.events if e.status == "NGHI_HUU"]

    assert any(day.startswith(year) for day in retirements)


def test_a_retired_person_and_a_case_that_would_be_due_are_under_hold(plan):
    assert any(person.hold and person.situation == "retired" for person in plan.people)
    assert any(case.hold and case.closed < "2020" for case in plan.cases)


def test_exactly_one_paper_is_secret(plan):
    secret = [paper for paper in plan.papers if paper.level >= 2]

    assert [paper.type for paper in secret] == ["G03"]


def test_one_birth_date_is_known_only_to_the_year(plan):
    assert sum(len(person.birth_date) == 4 for person in plan.people) == 1


def test_two_people_and_no_more_share_a_name(plan):
    names = Counter(person.name for person in plan.people)

    assert [count for count in names.values() if count > 1] == [2]


def test_one_person_left_nobody_knows_when(plan):
    assert [e.status for p in plan.people for e in p.events if not e.date] == ["BO_VIEC"]


def test_every_case_has_ended_on_a_known_day_but_one_open_and_one_unknown(plan):
    assert sum(case.open for case in plan.cases) == 1
    assert sum(not case.closed and not case.open for case in plan.cases) == 1


def test_the_search_of_the_guide_has_its_paper(plan):
    wanted = {"nguyen", "thi", "ngoc", "thu", "nang", "luong"}
    found = [
        paper
        for paper in plan.papers
        if wanted <= set(folded_words(f"{paper.form} {paper.subject}"))
    ]

    assert found
    assert all(paper.form == "Quyết định" for paper in found)
    assert all(SUBJECT_WANTED in paper.subject.lower() for paper in found)
    assert {"Sở Nội vụ tỉnh Mẫu"} == {paper.agency for paper in found}


def test_every_name_on_every_paper_is_visibly_invented(plan, stock):
    names = {person.name for person in plan.people}
    for paper in plan.papers:
        names |= {paper.signer, paper.person_name}
        names |= {paper.facts.get(key, "") for key in ("head", "father", "mother", "reader")}
        names |= {row[1] for row in paper.rows.get("family", ())}

    assert sorted(n for n in names if n and not stock.names.is_invented(n)) == []


def test_every_agency_names_the_invented_province_or_a_place_in_it(plan):
    assert sorted({p.agency for p in plan.papers if p.agency and "Mẫu" not in p.agency}) == []


def test_identity_numbers_belong_to_no_province(plan):
    numbers = {paper.facts["id-number"] for paper in plan.papers if paper.person}

    assert all(number.startswith("000") and len(number) == 12 for number in numbers)


def test_types_forms_and_case_types_are_those_of_the_catalogs(plan):
    catalogs = HOME / "catalogs"
    types = {path.stem for path in (catalogs / "document-types").glob("*.toml")}
    cases = {path.stem for path in (catalogs / "dossier-types").glob("*.toml")}
    with (catalogs / "value-lists" / "document-form.csv").open(encoding="utf-8") as lines:
        forms = {row["label_vi"] for row in csv.DictReader(lines)}

    assert set() == {paper.type for paper in plan.papers} - types
    assert set() == {paper.form for paper in plan.papers} - forms
    assert set() == {case.type for case in plan.cases} - cases


def test_papers_lie_in_dossiers_that_take_their_type(plan):
    types = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in (HOME / "catalogs" / "document-types").glob("*.toml")
    }
    kinds = {person.code: person.kind for person in plan.people}
    kinds |= {case.code: case.type for case in plan.cases}

    wrong = [
        (paper.file_name, paper.type, kinds[paper.person or paper.case])
        for paper in plan.papers
        if not {kinds[paper.person or paper.case], "ALL"} & set(types[paper.type]["kinds"])
    ]

    assert wrong == []


def test_every_component_of_a_dossier_occurs(plan):
    """A01 to M04: thirty-six components (TT 11/2012, TT 07/2019, QĐ 06/2007)."""
    components = {p.stem for p in (HOME / "catalogs/document-types").glob("[A-IM]*.toml")}

    assert len(components) == 36
    assert components <= {paper.type for paper in plan.papers}


def test_papers_stand_dossier_by_dossier_the_oldest_first(plan):
    assert list(range(600)) == [paper.index for paper in plan.papers]
    for one, next_one in zip(plan.papers, plan.papers[1:], strict=False):
        if one.person == next_one.person and one.case == next_one.case:
            assert one.date <= next_one.date


def test_offices_are_shut_on_weekends(plan):
    shut = [p.file_name for p in plan.papers if p.person and _weekday(p.date) > 4]

    assert shut == []


def test_nothing_is_dated_after_the_day_the_demo_stops_at(plan):
    assert plan.as_of >= max(paper.date for paper in plan.papers)


def test_numbers_rise_through_the_year_in_each_register(plan):
    registers = {}
    for paper in sorted(plan.papers, key=lambda p: p.date):
        if paper.symbol:
            key = (paper.office, paper.symbol, paper.date[:4])
            registers.setdefault(key, []).append((paper.date, int(paper.number)))

    for register in registers.values():
        numbers = [number for _, number in register]
        assert len(numbers) == len(set(numbers))
        by_day = sorted(register)
        assert [number for _, number in by_day] == sorted(numbers)


def test_events_follow_one_another_and_are_proved_by_papers_of_the_same_person(plan):
    for person in plan.people:
        dates = [event.date for event in person.events if event.date]
        assert sorted(dates) == dates
        for event in person.events:
            if event.evidence is not None:
                assert person.code == plan.papers[event.evidence].person


def test_the_same_seed_gives_the_same_plan_and_another_gives_another(stock, plan):
    assert plan == make_plan(stock)
    other = make_plan(stock, seed=7)
    assert (len(other.papers), sum(p.scanned for p in other.papers)) == (600, 200)
    assert [p.name for p in plan.people] != [p.name for p in other.people]


def test_all_texts_are_composed(plan):
    for paper in plan.papers:
        assert nfc(paper.subject) == paper.subject


def _weekday(text):
    return date.fromisoformat(text).weekday()
