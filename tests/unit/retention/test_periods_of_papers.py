"""Papers with a period of their own: days worked out by hand, and what always keeps them."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law import LAW

from hoso.kernel.dates import PartialDate
from hoso.retention.facts import Facts, HoldFact
from hoso.retention.laws import Kept, Kind, read, written
from hoso.retention.parting import class_of_part, decide_part, first_due
from hoso.retention.schedule import decide, roll_up

#: The rules of the tests, with ballots and dated papers as parts of files.
BOOK = Kept(
    retention_rules=LAW.retention_rules,
    retention_classes={
        **LAW.retention_classes,
        "succession-ballots": replace(
            LAW.retention_classes["succession-ballots"],
            part_of=("succession-ballots", "succession-papers"),
        ),
        "by-day": replace(LAW.retention_classes["by-day"], part_of=("succession-papers",)),
    },
    triggers=LAW.triggers,
    statuses=LAW.statuses,
    document_types={
        "K03": Kind("succession-ballots"),
        "K04": Kind("succession-papers"),
        "K06": Kind("pay-raises"),
        "K11": Kind("training-plans"),
        "K99": Kind("by-day"),
    },
    dossier_types={
        "ballots": Kind("succession-ballots"),
        "papers": Kind("succession-papers"),
        "person": Kind("original-dossier"),
    },
    digest="0" * 64,
)
ON = date(2026, 3, 2)


def judged(type_, *, around=("succession-papers",), on=ON, dated="", holds=(), **facts):
    """Decide for a paper of a type in a file with papers of these classes."""
    said = {"retention_class": "succession-papers", "holds": holds} | facts
    whole = roll_up(
        [decide(BOOK, Facts(**{**said, "retention_class": one}), on=on) for one in around]
    )
    class_ = class_of_part(BOOK, "papers", type_)
    own = Facts(
        **{**said, "retention_class": class_},
        document_date=PartialDate.parse(dated) if dated else None,
    )
    return decide_part(BOOK, own, whole=whole, on=on)


@pytest.mark.parametrize(
    ("ended", "due"),
    [
        # TT 10/2022, group 3: ballots 5 years from the end of the year; the file 10.
        ("2024-06-30", "2030-01-01"),
        ("2024-12-31", "2030-01-01"),
        ("2023-02-15", "2029-01-01"),
        # TT 09/2011 item 47, in force until 14/02/2023: 20 years for all of it.
        ("2023-02-14", "2044-01-01"),
        ("2022", "2043-01-01"),
        # The tables changed within the year: the longer of the two counts.
        ("2023", "2044-01-01"),
    ],
)
def test_ballots_go_by_the_item_that_is_theirs(ended, due):
    found = judged("K03", ended=PartialDate.parse(ended))

    assert str(found.due) == due


def test_a_paper_that_counts_from_its_own_day_is_due_while_the_work_goes_on():
    """Five years by the day: from 10/03/2020 to 10/03/2025; from 29/02/2020 to 28/02/2025."""
    work = {"is_open": True}

    assert str(judged("K99", dated="2020-03-10", **work).due) == "2025-03-11"
    assert str(judged("K99", dated="2020-02-29", **work).due) == "2025-03-01"
    assert judged("K99", dated="2020-03-10", **work).state == "due"
    assert judged("K03", **work).state == "not-due"
    assert judged("K99", **work).state != "due"


@pytest.mark.parametrize(
    ("around", "state"),
    [
        # Item 54 is permanent and wins over all; a period nobody has checked may be.
        (("succession-papers", "training-plans"), "permanent"),
        (("succession-papers", "without-rule"), "unknown"),
    ],
)
def test_permanent_or_unknown_papers_beside_it_keep_it(around, state):
    found = judged("K03", around=around, ended=PartialDate.parse("2010"))

    assert (found.state, found.due) == (state, None)


def test_a_hold_stands_before_its_period_too():
    hold = HoldFact(1, "Vụ án", "Tòa án", "2026-01-05T00:00:00.000000Z")

    found = judged("K99", dated="2010", is_open=True, holds=(hold,))

    assert (found.state, found.without_holds.state) == ("held", "due")


@pytest.mark.parametrize(
    ("dossier", "type_", "class_"),
    [
        ("ballots", "K03", "succession-ballots"),
        ("papers", "K03", "succession-ballots"),
        ("papers", "K04", ""),
        # Nothing leaves the dossier of a person alone.
        ("person", "K03", ""),
        ("papers", "K98", ""),
        ("nothing", "K03", ""),
    ],
)
def test_only_what_the_catalogue_names_is_a_part(dossier, type_, class_):
    assert class_of_part(BOOK, dossier, type_) == class_


def first(kinds, whole, ended="2024-06-30"):
    facts = Facts("", ended=PartialDate.parse(ended))
    decided = [decide(BOOK, replace(facts, retention_class=one), on=ON) for one in whole]
    return first_due(BOOK, "papers", kinds, facts=facts, whole=roll_up(decided), on=ON)


def test_the_first_day_is_that_of_the_paper_that_goes_first():
    kinds = [("K03", "2024-01-05"), ("K03", "2024-02-05"), ("K04", ""), ("K99", "2016-05-01")]

    assert first(kinds, ["succession-papers"]) == date(2021, 5, 2)
    assert first(kinds[:3], ["succession-papers"]) == date(2030, 1, 1)
    assert first([("K04", "")], ["succession-papers"]) is None
    # Both are kept for 20 years: the paper goes with its file.
    assert first(kinds[:3], ["succession-papers"], "2020") is None
    assert first(kinds, ["succession-papers", "training-plans"]) is None


DAYS = st.dates(date(1995, 1, 1), date(2026, 3, 1))
AROUND = st.sampled_from(["succession-papers", "training-plans", "without-rule", "pay-raises"])


@settings(max_examples=60, deadline=None)
@given(ended=DAYS, on=DAYS, more=AROUND, held=st.booleans(), unknown=st.booleans())
def test_nothing_that_is_added_makes_a_paper_due_earlier(ended, on, more, held, unknown):
    """A paper beside it, a hold, an end nobody knows: never earlier, never due where it was not."""
    known = PartialDate.parse(ended.isoformat())
    before = judged("K03", ended=known, on=on)
    hold = HoldFact(1, "Vụ án", "Tòa án", "2026-01-05T00:00:00.000000Z")

    after = judged(
        "K03",
        around=("succession-papers", more),
        ended=None if unknown else known,
        on=on,
        holds=(hold,) if held else (),
    )

    assert after.state != "due" or before.state == "due"
    assert (after.due or date.max) >= (before.due or date.max)


def test_a_law_that_was_kept_before_parts_were_known_is_read_as_it_was():
    """What an older release wrote lacks both words; the newer ones are read back."""
    kept = written(BOOK)
    assert read(kept).retention_classes["by-day"].part_of == ("succession-papers",)
    said = json.loads(zlib.decompress(kept))
    for row in said["classes"].values():
        del row["part_of"], row["transfer_first"]

    older = read(zlib.compress(json.dumps(said).encode()))

    assert {one.part_of for one in older.retention_classes.values()} == {()}
    assert not any(one.transfer_first for one in older.retention_classes.values())
