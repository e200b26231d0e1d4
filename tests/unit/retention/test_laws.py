"""An old decision is made again from what was kept of its rulebook."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hoso.definitions import load
from hoso.kernel.dates import PartialDate
from hoso.retention import laws
from hoso.retention.facts import Facts, StatusFact
from hoso.retention.schedule import decide

D = PartialDate.parse
CASES = [
    Facts("exam-papers", ended=D("2018")),
    Facts("original-dossier", (StatusFact("NGHI_HUU", D("2026-05")),)),
    Facts("headcount"),
    Facts("casual-contracts", (StatusFact("CHUYEN_DI", D("2020")),)),
]


def test_what_is_kept_decides_as_the_rulebook_did_with_the_same_reasons(home):
    book = load(home, "test")
    root = {}
    laws.keep(root, book)
    laws.keep(root, replace(book, digest="0" * 64, retention_rules={}))

    kept = laws.law_under(root, book.digest)

    for facts in CASES:
        on = date(2200, 1, 1)
        assert decide(book, facts, on=on) == decide(kept, facts, on=on)
    assert (book.digest, laws.written(book)) == (kept.digest, laws.written(kept))
    assert laws.law_under(root, "1" * 64) is None
    assert sorted(["0" * 64, book.digest]) == laws.known(root)
