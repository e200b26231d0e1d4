"""The boundary cases of the two tables, each worked out by hand with its article cited.

The cases stand in ``boundary_cases.csv``, so that a records officer can read and correct them;
they are decided with the catalogs as delivered.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from hoso.definitions.catalogs import read_catalogs
from hoso.definitions.loader import DefinitionFiles
from hoso.kernel.dates import PartialDate
from hoso.retention.facts import Facts, HoldFact, StatusFact
from hoso.retention.schedule import decide, roll_up

HERE = Path(__file__)
with HERE.with_name("boundary_cases.csv").open(encoding="utf-8", newline="") as _table:
    CASES = list(csv.DictReader(_table))


def partial(text):
    return PartialDate.parse(text) if text else None


@pytest.fixture(scope="module")
def law():
    from law import LawOfTests

    read = read_catalogs(DefinitionFiles(HERE.parents[3]))
    return LawOfTests(
        read.retention_rules,
        read.retention_classes,
        read.triggers,
        read.vocabularies["dossier-status"].terms,
    )


def facts_of(case, retention_class):
    events = (one.partition(":") for one in case["events"].split(";") if one)
    holds = tuple(
        HoldFact(number, "vụ án 12/2026", "Tòa án nhân dân", "2026-01-05T00:00:00.000000Z")
        for number in range(len([one for one in case["held"].split("+") if one]))
    )
    return Facts(
        retention_class,
        events=tuple(StatusFact(status, partial(when)) for status, _, when in events),
        ended=partial(case["ended"]),
        is_open=bool(case["open"]),
        document_date=partial(case["document_date"]),
        contract_end=partial(case["contract_end"]),
        born=partial(case["born"]),
        holds=holds,
    )


def decided(law, case, classes):
    on = date.fromisoformat(case["on"])
    return roll_up([decide(law, facts_of(case, one), on=on) for one in classes])


def test_there_are_more_than_sixty_and_each_cites_what_it_rests_on():
    assert len(CASES) > 60
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert [case["case"] for case in CASES if not case["article"]] == []


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_boundary_case(law, case):
    decision = decided(law, case, case["classes"].split("+"))

    expected = (case["state"], case["rule"], case["due"], case["expires"])
    assert expected == (
        decision.state,
        decision.rule or "",
        str(decision.due or ""),
        str(decision.expires or ""),
    )


@pytest.mark.parametrize(
    "case", [case for case in CASES if "+" in case["classes"]], ids=lambda case: case["case"]
)
def test_the_order_of_papers_makes_no_difference(law, case):
    classes = case["classes"].split("+")

    one, other = decided(law, case, classes), decided(law, case, classes[::-1])

    assert (one.state, one.rule, one.expires) == (other.state, other.rule, other.expires)
