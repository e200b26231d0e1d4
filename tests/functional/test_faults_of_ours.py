"""What breaks on a fault of ours is undone, owned up to, and told to the journal."""

from __future__ import annotations

import pytest

from hoso.cli.acting import at_desk
from hoso.desk import holding, keeping
from hoso.testing.sites import identity


@pytest.fixture
def broken(monkeypatch):
    def breaks(*_args, **_named):
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(keeping, "decision_of", breaks)
    monkeypatch.setattr(holding.holds, "place", breaks)


def test_a_page_that_breaks_is_told_with_the_deed_and_the_person(browse, broken, entries):
    page = browse("clerk").get("/dossiers/T-0001/why", status=500)

    assert "ZeroDivisionError" not in page.text
    [entry] = entries("retention.why-asked")
    assert (entry.actor, entry.outcome) == ("clerk", "failed")
    assert "fault of ours" not in entry.reason


def test_a_command_that_breaks_is_told_and_raises(site, broken, entries):
    who = identity(site, "officer")

    with pytest.raises(ZeroDivisionError), at_desk(site, who) as desk:
        holding.place_hold(desk, desk.find("T-0001"), reason="Tòa án hỏi", authority="12/CV")

    [entry] = entries("retention.hold-placed")
    assert entry.outcome == "failed"
