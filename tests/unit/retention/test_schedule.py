"""Due dates and their reasons; every expected date was worked out by hand from the tables.

Two rules of law carry most of it: a period is counted from the end of the year in which the
work ended (TT 10/2022/TT-BNV and TT 09/2011/TT-BNV), and the table is the one in force then
(TT 10/2022/TT-BNV from 15/02/2023).
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law import ENDS, LAW, PHASES, LawOfTests, rule

from hoso.definitions.values import RetentionClass, Text
from hoso.kernel.dates import PartialDate
from hoso.kernel.errors import Missing
from hoso.retention.explaining import lines
from hoso.retention.facts import Facts, HoldFact, StatusFact, last_day
from hoso.retention.schedule import decide, roll_up
from hoso.retention.triggers import firing

D = PartialDate.parse
HOLD = HoldFact(7, "vụ án 12/2026", "Tòa án nhân dân", "2026-01-05T00:00:00.000000Z")
NOW = date(2026, 3, 2)


def ended(retention_class, when, **more):
    return Facts(retention_class, ended=D(when), **more)


def left(*events, **more):
    facts = tuple(StatusFact(status, D(when) if when else None) for status, when in events)
    return Facts("original-dossier", events=facts, **more)


@pytest.mark.parametrize(
    ("facts", "rule_key", "due"),
    [
        # TT 09/2011 item 49b: 5 years from the end of 2018 are over on 31/12/2023.
        (ended("exam-papers", "2018-06-15"), "09-049b", "2024-01-01"),
        # The day in the year makes no difference, first to last.
        (ended("exam-papers", "2018-01-01"), "09-049b", "2024-01-01"),
        (ended("exam-papers", "2018-12-31"), "09-049b", "2024-01-01"),
        (ended("exam-papers", "2019-01-01"), "09-049b", "2025-01-01"),
        (ended("exam-papers", "2018"), "09-049b", "2024-01-01"),
        (ended("exam-papers", "2018-11"), "09-049b", "2024-01-01"),
        (ended("exam-papers", "2016-02-29"), "09-049b", "2022-01-01"),
        # TT 10/2022 annex I group 3: ballots 5 years, closed 2024.
        (ended("succession-ballots", "2024-05-02"), "10-QHa", "2030-01-01"),
        # TT 09/2011 item 47, closed 2022: 20 years; the newer 10 does not reach back.
        (ended("succession-papers", "2022-07-01"), "09-047", "2043-01-01"),
        # The last day of the old table and the first of the new.
        (ended("succession-papers", "2023-02-14"), "09-047", "2044-01-01"),
        (ended("succession-papers", "2023-02-15"), "10-QHb", "2034-01-01"),
        # Known to the month or year of the change only: the longer of both.
        (ended("succession-papers", "2023-02"), "09-047", "2044-01-01"),
        (ended("succession-papers", "2023"), "09-047", "2044-01-01"),
        (ended("succession-papers", "2023-03"), "10-QHb", "2034-01-01"),
        # Work older than the first table takes the first table: 20 years from 1990.
        (ended("succession-papers", "1990"), "09-047", "2011-01-01"),
        # TT 09/2011 item 65: from the end of the contract.
        (Facts("casual-contract", contract_end=D("2020-04-30")), "09-065", "2026-01-01"),
        (ended("casual-contract", "2020-04-30"), "09-065", "2026-01-01"),
        (
            Facts("casual-contract", events=(StatusFact("HET_HD", D("2020-04-30")),)),
            "09-065",
            "2026-01-01",
        ),
        # Counted by the day: 5 years from 15/03/2018 end on 15/03/2023.
        (Facts("by-day", document_date=D("2018-03-15")), "10-by-day", "2023-03-16"),
        (Facts("by-day", document_date=D("2016-02-29")), "10-by-day", "2021-03-01"),
        (Facts("by-day", document_date=D("2016-02")), "10-by-day", "2021-03-01"),
        (Facts("by-day", document_date=D("2018")), "10-by-day", "2024-01-01"),
    ],
)
def test_the_first_day_of_disposal(facts, rule_key, due):
    decision = decide(LAW, facts, on=date(2100, 1, 1))

    assert (rule_key, date.fromisoformat(due), "due") == (
        decision.rule,
        decision.due,
        decision.state,
    )


@pytest.mark.parametrize(
    ("on", "state"),
    [("2023-12-31", "not-due"), ("2024-01-01", "due"), ("2023-01-01", "not-due")],
)
def test_a_file_falls_due_on_new_years_day_and_not_the_day_before(on, state):
    decision = decide(LAW, ended("exam-papers", "2018-06-15"), on=date.fromisoformat(on))

    assert state == decision.state


def test_the_decision_names_its_law():
    decision = decide(LAW, ended("exam-papers", "2018-06-15"), on=NOW)

    assert ("09-049b", "TT 09/2011/TT-BNV", "work-ended", D("2018-06-15"), "P5Y") == (
        decision.rule,
        decision.instrument,
        decision.trigger,
        decision.from_,
        decision.period,
    )


def test_the_explanation_reads_as_law():
    decision = decide(LAW, ended("exam-papers", "2018-06-15"), on=NOW)

    assert list(lines(decision.explanation)) == [
        (0, "Due for disposal since 01/01/2024."),
        (1, "Rule 09-049b: Files 09-049b; TT 09/2011/TT-BNV, item 049b: 5 years."),
        (1, "End of the work: 15/06/2018."),
        (1, "Rule 09-049b governs work that ended up to 31/12/2999."),
        (
            1,
            (
                "The period is counted from the end of the year in which the work ended: "
                "31/12/2018 (TT 10/2022/TT-BNV, as TT 09/2011/TT-BNV before)."
            ),
        ),
        (1, "5 years end on 31/12/2023; the first day of disposal is 01/01/2024."),
    ]


# --- the original dossier ---------------------------------------------------------------


def test_who_retired_in_1995_is_kept_permanently_under_the_table_before_any_other():
    decision = decide(LAW, left(("NGHI_HUU", "1995-08-01")), on=NOW)

    assert (
        decision.state,
        decision.rule,
        decision.period,
        decision.due,
    ) == ("permanent", "09-052", "permanent", None)


def test_a_table_with_a_first_day_still_governs_older_work():
    dated = LawOfTests(
        {"09-X": rule("09-X", None, since="2011-12-31")},
        {"x": RetentionClass("x", Text("x"), ("09-X",))},
        LAW.triggers,
        LAW.statuses,
    )

    assert decide(dated, ended("x", "1995"), on=NOW).state == "permanent"


def test_who_retires_in_2026_is_never_proposed_while_the_period_is_unverified():
    facts = left(("NGHI_HUU", "2026-05-01"))

    kept = decide(LAW, facts, on=date(2096, 12, 31))
    over = decide(LAW, facts, on=date(2097, 1, 1))

    assert (kept.state, kept.rule, kept.due) == ("not-due", "10-GOC", None)
    assert ("unknown", None, date(2097, 1, 1)) == (over.state, over.due, over.expires)
    assert any("has not been checked" in text for _, text in lines(over.explanation))


@pytest.mark.parametrize(
    ("events", "state", "from_"),
    [
        ([("NGHI_HUU", "2024-06-01")], "not-due", "2024-06-01"),
        ([("DANG_CT", "1990"), ("TU_TRAN", "2024")], "not-due", "2024"),
        # Retired, then died: public service ended on retirement.
        ([("NGHI_HUU", "2020-01-01"), ("TU_TRAN", "2025-03-03")], "permanent", "2020-01-01"),
        # Archived afterwards: the service did not begin again.
        ([("NGHI_HUU", "2024-06-01"), ("LUU_TRU", "2025")], "not-due", "2024-06-01"),
        # Came back, and is in service.
        ([("THOI_VIEC", "2020"), ("DANG_CT", "2022")], "not-due", None),
        # Came back and left again: the last time counts.
        ([("THOI_VIEC", "2010"), ("DANG_CT", "2012"), ("BUOC_TV", "2024")], "not-due", "2024"),
        # Transferred out: no end of service.
        ([("DANG_CT", "2010"), ("CHUYEN_DI", "2020")], "not-due", None),
        ([("CHUYEN_DI", "2020")], "not-due", None),
        # In service, whatever the papers of the dossier are doing.
        ([("DANG_CT", "2010"), ("DU_THAO", None)], "not-due", None),
        # Recorded out of order.
        ([("THOI_VIEC", "2020"), ("DANG_CT", "1999")], "permanent", "2020"),
        # Recorded out of order, and one day is not known: nobody can say whether it came last.
        ([("DANG_CT", "2015"), ("NGHI_HUU", "1990")], "not-due", None),
        ([("TAP_SU", None), ("DANG_CT", "2015"), ("NGHI_HUU", "1990")], "unknown", None),
        # What lies before all else does not turn round what may be of one day.
        # A status that stands in no list may be a coming back.
        ([("NGHI_HUU", "1990"), ("TRO_LAI", "2015")], "unknown", None),
        ([("TRO_LAI", None), ("NGHI_HUU", "1990")], "unknown", None),
        ([("NGHI_HUU", "2010-05"), ("DANG_CT", "2010")], "not-due", None),
        ([("NGHI_HUU", "2010-05"), ("DANG_CT", "2010"), ("TAP_SU", "2000")], "not-due", None),
        # Left, nobody knows when.
        ([("THOI_VIEC", None)], "unknown", None),
        ([("NGHI_HUU", None), ("TU_TRAN", "2025")], "unknown", None),
        # Nothing known at all.
        ([], "unknown", None),
        ([("DU_THAO", "2020")], "unknown", None),
        ([("LUU_TRU", "2020")], "unknown", None),
        ([("A_STANDING_NOBODY_DECLARED", "2020")], "unknown", None),
    ],
)
def test_service_ends_with_a_standing(events, state, from_):
    decision = decide(LAW, left(*events), on=NOW)

    assert (state, from_ and D(from_), None) == (decision.state, decision.from_, decision.due)


def test_a_contract_of_somebody_who_resigned_waits_for_its_own_end_date():
    facts = Facts("casual-contract", events=(StatusFact("THOI_VIEC", D("2020")),))

    assert decide(LAW, facts, on=NOW).state == "unknown"


def test_a_date_of_closing_is_no_end_of_service():
    assert decide(LAW, ended("original-dossier", "1995"), on=NOW).state == "unknown"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (left(("NGHI_HUU", "2026-03-03")), "in the future"),
        (left(("NGHI_HUU", "2027")), "in the future"),
        (left(("NGHI_HUU", "1950"), born=D("1960-02")), "before the person was born"),
        (ended("exam-papers", "2030"), "in the future"),
    ],
)
def test_a_date_that_cannot_be_right_counts_as_unknown_and_is_said(facts, said):
    decision = decide(LAW, facts, on=NOW)

    assert (decision.state, decision.due, len(decision.faults)) == ("unknown", None, 1)
    assert any(said in text for _, text in lines(decision.explanation))


@pytest.mark.parametrize("when", ["2026", "2026-03", "2026-03-02"])
def test_a_date_that_may_be_today_is_no_fault(when):
    assert decide(LAW, ended("exam-papers", when), on=NOW).faults == ()


def test_an_unknown_date_is_unknown_and_never_due():
    decision = decide(LAW, Facts("exam-papers"), on=date(9999, 12, 31))

    assert (decision.state, decision.due, decision.rule) == ("unknown", None, "09-049b")


def test_open_work_is_not_due_and_not_unknown():
    assert decide(LAW, Facts("exam-papers", is_open=True), on=NOW).state == "not-due"


def test_what_every_table_keeps_permanently_is_permanent_without_any_date():
    assert decide(LAW, Facts("training-plans"), on=NOW).state == "permanent"


def test_a_class_without_rule_is_shown_and_never_due():
    decision = decide(LAW, Facts("without-rule", ended=D("1900")), on=NOW)

    assert (decision.state, decision.due, len(decision.faults)) == ("unknown", None, 1)


def test_an_unknown_class_is_told_with_those_there_are():
    with pytest.raises(Missing, match="exam-papers"):
        decide(LAW, Facts("nonsense"), on=NOW)


def test_a_gap_between_tables_is_unknown():
    gap = LawOfTests(
        {"09-X": rule("09-X", 5, until="2010-12-31"), "10-X": rule("10-X", 5)},
        {"x": RetentionClass("x", Text("x"), ("09-X", "10-X"))},
        LAW.triggers,
        LAW.statuses,
    )

    assert decide(gap, ended("x", "2015"), on=NOW).state == "unknown"


# --- holds --------------------------------------------------------------------------------


def test_a_held_file_is_listed_as_held_and_says_what_it_would_be():
    decision = decide(LAW, ended("exam-papers", "2018", holds=(HOLD,)), on=NOW)

    assert ("held", date(2024, 1, 1), "due") == (
        decision.state,
        decision.due,
        decision.without_holds.state,
    )
    assert list(lines(decision.explanation))[:4] == [
        (0, "On hold: nothing may be disposed of, whatever its period."),
        (1, "Held by Tòa án nhân dân: vụ án 12/2026; since 05/01/2026."),
        (1, "Without the hold the following would apply."),
        (2, "Due for disposal since 01/01/2024."),
    ]


def test_a_held_file_that_is_permanent_stays_so_and_the_hold_is_said():
    decision = decide(LAW, left(("NGHI_HUU", "1995"), holds=(HOLD,)), on=NOW)

    assert (decision.state, decision.holds) == ("permanent", (HOLD,))
    assert any("Held by" in text for _, text in lines(decision.explanation))


# --- the dossier as a whole ---------------------------------------------------------------


def test_a_dossier_takes_the_longest_period_of_its_parts():
    parts = [
        decide(LAW, facts, on=NOW)
        for facts in (
            ended("exam-papers", "2018"),
            ended("succession-papers", "2022"),
            ended("exam-papers", "2018"),
        )
    ]

    whole = roll_up(parts)

    assert ("not-due", "09-047", date(2043, 1, 1)) == (whole.state, whole.rule, whole.due)
    said = [line for line in lines(whole.explanation) if line[0] < 3]
    assert said == [
        (0, "Not due: to be kept until 31/12/2042."),
        (1, "Of records kept together the longest period counts (TT 09/2011/TT-BNV, art. 3)."),
        (2, "2 records alike."),
        (2, "Not due: to be kept until 31/12/2042."),
    ]


@pytest.mark.parametrize(
    ("parts", "state"),
    [
        ([ended("training-plans", "2000"), Facts("exam-papers")], "permanent"),
        ([ended("exam-papers", "2000"), Facts("exam-papers")], "unknown"),
        ([ended("exam-papers", "2000"), Facts("exam-papers", is_open=True)], "not-due"),
        ([ended("exam-papers", "2000"), ended("exam-papers", "2001")], "due"),
        ([ended("exam-papers", "2000"), ended("exam-papers", "2001", holds=(HOLD,))], "held"),
        ([Facts("exam-papers"), ended("exam-papers", "2001", holds=(HOLD,))], "unknown"),
        ([ended("exam-papers", "2001")], "due"),
    ],
)
def test_what_is_least_certain_decides_for_the_whole(parts, state):
    whole = roll_up([decide(LAW, facts, on=NOW) for facts in parts])

    assert state == whole.state


# --- properties ---------------------------------------------------------------------------

_partials = st.builds(
    lambda day, cut: D(day.isoformat()[:cut]),
    st.dates(date(1930, 1, 1), date(2090, 12, 31)),
    st.sampled_from([4, 7, 10]),
)
_days = st.dates(date(1990, 1, 1), date(2150, 12, 31))
_events = st.lists(
    st.builds(
        StatusFact,
        st.sampled_from(["NGHI_HUU", "THOI_VIEC", "DANG_CT", "CHUYEN_DI", "TU_TRAN", "LUU_TRU"]),
        st.none() | _partials,
    ),
    max_size=4,
).map(tuple)
_facts = st.builds(
    Facts,
    st.sampled_from(sorted(LAW.retention_classes)),
    events=_events,
    ended=st.none() | _partials,
    is_open=st.booleans(),
    document_date=st.none() | _partials,
    contract_end=st.none() | _partials,
    born=st.none() | _partials,
    holds=st.sampled_from([(), (HOLD,)]),
)


def _eligible(decision):
    return decision.state == "due"


@settings(max_examples=150, deadline=None)
@given(_facts, _days)
def test_what_is_due_has_a_known_date_a_verified_rule_and_no_hold(facts, on):
    decision = decide(LAW, facts, on=on)

    if _eligible(decision):
        found = LAW.retention_rules[decision.rule]
        assert decision.due <= on
        assert found.confidence == "V"
        assert not facts.holds
        assert decision.due > last_day(decision.from_) + timedelta(days=365 * found.years)


@settings(max_examples=100, deadline=None)
@given(_facts, _days)
def test_a_hold_never_makes_anything_due(facts, on):
    held = Facts(**{**facts.__dict__, "holds": (HOLD,)})

    assert not _eligible(decide(LAW, held, on=on))


@settings(max_examples=150, deadline=None)
@given(_facts, _days, st.sampled_from(["ended", "contract_end", "document_date", "events"]))
def test_forgetting_a_date_never_makes_anything_due_earlier(facts, on, field):
    if field == "events":
        forgotten = {"events": tuple(StatusFact(event.status, None) for event in facts.events)}
    else:
        forgotten = {field: None}
    less = decide(LAW, Facts(**{**facts.__dict__, **forgotten}), on=on)
    more = decide(LAW, facts, on=on)

    assert not _eligible(less) or (_eligible(more) and less.due >= more.due)


@settings(max_examples=150, deadline=None)
@given(_events, st.sampled_from(sorted({*ENDS, *PHASES})), st.integers(0, 4), _days)
def test_one_more_standing_without_a_day_never_lets_service_end_earlier(events, status, at, on):
    def ended_on(known):
        facts = Facts("original-dossier", events=known)
        return firing(LAW.triggers["employment-ended"], facts, statuses=LAW.statuses, on=on).date

    before, after = (
        ended_on(events),
        ended_on((*events[:at], StatusFact(status, None), *events[at:])),
    )

    assert after is None or (before is not None and last_day(before) <= last_day(after))


@settings(max_examples=150, deadline=None)
@given(_facts, _days, st.integers(0, 80) | st.none(), st.sampled_from(sorted(LAW.retention_rules)))
def test_a_longer_rule_never_makes_anything_due_earlier(facts, on, extra, key):
    known = LAW.retention_rules[key]
    longer = None if extra is None or known.years is None else known.years + extra
    changed = LawOfTests(
        {
            **LAW.retention_rules,
            key: rule(
                key,
                longer,
                known.trigger,
                confidence=known.confidence,
                since=known.valid_from,
                until=known.valid_to,
            ),
        },
        LAW.retention_classes,
        LAW.triggers,
        LAW.statuses,
    )
    before, after = decide(LAW, facts, on=on), decide(changed, facts, on=on)

    assert not _eligible(after) or (_eligible(before) and after.due >= before.due)


@settings(max_examples=100, deadline=None)
@given(_facts, _days, _days)
def test_what_is_due_stays_due(facts, on, later):
    on, later = sorted([on, later])
    if _eligible(decide(LAW, facts, on=on)):
        # A date that lay in the future may become known; one that was known stays so.
        assert _eligible(decide(LAW, facts, on=later))


@settings(max_examples=100, deadline=None)
@given(st.lists(_facts, min_size=1, max_size=5), _days)
def test_a_dossier_is_never_due_before_any_of_its_parts(facts, on):
    parts = [decide(LAW, one, on=on) for one in facts]

    whole = roll_up(parts)

    assert not _eligible(whole) or all(_eligible(part) for part in parts)


@settings(max_examples=100, deadline=None)
@given(_facts, _days)
def test_every_explanation_can_be_written(facts, on):
    decision = decide(LAW, facts, on=on)

    said = list(lines(decision.explanation, language="vi"))
    assert all("{" not in text and "None" not in text for _, text in said)


@settings(max_examples=80, deadline=None)
@given(st.lists(_facts, min_size=1, max_size=4), _facts, _days)
def test_one_more_paper_never_makes_a_dossier_due_earlier(facts, added, on):
    before = roll_up([decide(LAW, one, on=on) for one in facts])
    after = roll_up([decide(LAW, one, on=on) for one in [*facts, added]])

    assert not _eligible(after) or (_eligible(before) and after.due >= before.due)


@settings(max_examples=80, deadline=None)
@given(_facts, _days)
def test_nothing_is_due_before_its_rule_alone_would_let_it_go(facts, on):
    """Whatever else is known: the years of the rule lie between the event and the disposal."""
    decision = decide(LAW, facts, on=on)
    years = LAW.retention_rules[decision.rule].years if decision.rule else None

    if decision.expires is not None:
        assert decision.expires.year - decision.from_.year >= years


@pytest.mark.parametrize(("on", "again"), [("2026-03-02", "2026-03-10"), ("2026-03-10", None)])
def test_an_event_recorded_for_a_day_to_come_says_when_to_look_again(on, again):
    facts = left(("DANG_CT", "2000"), ("NGHI_HUU", "2026-03-10"))

    decision = decide(LAW, facts, on=date.fromisoformat(on))

    assert (again and date.fromisoformat(again)) == decision.again
    assert roll_up([decision, decide(LAW, ended("exam-papers", "1990"), on=NOW)]).again == (
        decision.again
    )
