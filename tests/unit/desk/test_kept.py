"""What the index is told of how long a record is kept: what the calendar says, and holds."""

from __future__ import annotations

from datetime import date

import pytest

from hoso.desk.kept import kept_of
from hoso.records.model import Document, Dossier, Unit
from hoso.retention import calendar, holds
from hoso.retention.explaining import Step
from hoso.retention.model import Calendar, Holds
from hoso.retention.schedule import Decision
from hoso.search.values import day_number

OVER = date(2024, 1, 1)
AT = "2026-11-22T00:00:00+00:00"


@pytest.fixture
def dossier():
    return Dossier("M-1", "CC", "Nguyễn Văn Mẫu", Unit("u", "Đơn vị", "school", 7))


def root_with(dossier, state, *, due=None, expires=None):
    root = {"retention-calendar": Calendar(), "retention-holds": Holds()}
    decision = Decision(state, None, None, None, None, None, due, Step("", {}), expires=expires)
    calendar.note(root["retention-calendar"], dossier.id, decision=decision, digest="d")
    return root


def hold(root, record):
    lying = {record.id: record.dossier.id} if isinstance(record, Document) else {}
    holds.place(
        root["retention-holds"],
        reason="r",
        authority="a",
        records=[record.id],
        by="x",
        at=AT,
        lying=lying,
    )


@pytest.mark.parametrize(
    ("state", "due", "expires", "free", "held"),
    [
        ("permanent", None, None, "permanent", "permanent"),
        ("due", OVER, OVER, "dated", "held"),
        ("not-due", OVER, OVER, "dated", "held"),
        ("not-due", None, None, "open", "held"),
        ("not-due", None, OVER, "doubtful", "doubtful-held"),
        ("unknown", None, OVER, "doubtful", "doubtful-held"),
        ("unknown", None, None, "unknown", "unknown"),
    ],
)
def test_the_calendar_and_holds_make_the_word(dossier, state, due, expires, free, held):
    root = root_with(dossier, state, due=due, expires=expires)
    until = day_number(expires) if expires else None

    assert kept_of(root, dossier) == (free, until)
    hold(root, dossier)
    assert kept_of(root, dossier) == (held, until)


def test_a_held_paper_holds_its_dossier_and_a_held_dossier_its_papers(dossier):
    root = root_with(dossier, "due", due=OVER, expires=OVER)
    paper, other = Document(), Document()
    for one in (paper, other):
        dossier.add(one.uid, one)
    hold(root, paper)

    assert kept_of(root, dossier)[0] == kept_of(root, paper)[0] == "held"
    assert kept_of(root, other)[0] == "dated"


def test_what_is_in_no_dossier_has_no_period_yet(dossier):
    assert kept_of(root_with(dossier, "unknown"), Document()) == ("", None)


def test_what_the_calendar_does_not_hold_is_not_known(dossier):
    root = {"retention-calendar": Calendar(), "retention-holds": Holds()}

    assert kept_of(root, dossier) == ("unknown", None)
