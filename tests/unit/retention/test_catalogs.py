"""The tables as delivered: the cases of the law, decided with the catalogs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hoso.definitions.catalogs import read_catalogs
from hoso.definitions.loader import DefinitionFiles
from hoso.kernel.dates import PartialDate
from hoso.retention.facts import Facts, StatusFact
from hoso.retention.schedule import decide

D = PartialDate.parse
HOME = Path(__file__).parents[3]


@dataclass(frozen=True)
class Tables:
    retention_rules: Any
    retention_classes: Any
    triggers: Any
    statuses: Any


@pytest.fixture(scope="module")
def law() -> Tables:
    read = read_catalogs(DefinitionFiles(HOME))
    return Tables(
        read.retention_rules,
        read.retention_classes,
        read.triggers,
        read.vocabularies["dossier-status"].terms,
    )


@pytest.mark.parametrize(
    ("facts", "rule", "on", "state", "due"),
    [
        (Facts("exam-papers", ended=D("2018")), "09-049b", "2023-12-31", "not-due", "2024-01-01"),
        (Facts("exam-papers", ended=D("2018")), "09-049b", "2024-01-01", "due", "2024-01-01"),
        (
            Facts("succession-ballots", ended=D("2024")),
            "10-QHa",
            "2029-12-31",
            "not-due",
            "2030-01-01",
        ),
        (
            Facts("succession-papers", ended=D("2022")),
            "09-047",
            "2043-01-01",
            "due",
            "2043-01-01",
        ),
        (
            Facts("original-dossier", (StatusFact("NGHI_HUU", D("2026-05")),)),
            "10-GOC",
            "2200-01-01",
            "unknown",
            None,
        ),
        (
            Facts("original-dossier", (StatusFact("NGHI_HUU", D("1995")),)),
            "09-052",
            "2200-01-01",
            "permanent",
            None,
        ),
        (
            Facts("casual-contracts", ended=D("2017-06-30")),
            "09-065",
            "2023-01-01",
            "due",
            "2023-01-01",
        ),
    ],
)
def test_a_case_of_the_law(law, facts, rule, on, state, due):
    decision = decide(law, facts, on=date.fromisoformat(on))

    assert (rule, state, due and date.fromisoformat(due)) == (
        decision.rule,
        decision.state,
        decision.due,
    )


def test_no_unverified_rule_of_the_tables_ever_makes_anything_due(law):
    for key, found in law.retention_classes.items():
        if not any(law.retention_rules[one].confidence == "?" for one in found.rules):
            continue
        for year in ("2023-06", "2024", "2025"):
            facts = Facts(
                key,
                (StatusFact("NGHI_HUU", D(year)),),
                ended=D(year),
                contract_end=D(year),
                document_date=D(year),
            )
            decision = decide(law, facts, on=date(2500, 1, 1))
            doubtful = law.retention_rules[decision.rule].confidence == "?"
            assert not doubtful or decision.state in {"unknown", "permanent"}
