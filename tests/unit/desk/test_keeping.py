"""The calendar follows papers, rules and days; a schedule is tried before it is adopted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType

import pytest

from hoso.app import rescheduling
from hoso.cli.main import main
from hoso.desk import keeping, retention_rehearsing
from hoso.kernel.errors import Invalid, Missing
from hoso.records import filing
from hoso.records.events import DossierChanged
from hoso.retention import calendar
from hoso.testing.things import a_dossier, a_filed_paper

ON = date(2026, 3, 2)


def other_rules(house, years):
    """Make the rulebook one in which succession papers of the new table are kept for *years*."""
    book = house.rulebook
    rules = dict(book.retention_rules)
    rules["10-QHb"] = replace(rules["10-QHb"], years=years)
    house.rulebook = replace(book, retention_rules=MappingProxyType(rules), digest=f"{years:064d}")


def matter(desk, code, ended="2024-05-05"):
    return a_dossier(desk, code=code, type_="succession-papers", ended=ended, state="closed")


def expires(site, number):
    with site.databases.connection() as connection:
        return calendar.line_of(connection.root()["retention-calendar"], number)


def test_after_a_change_of_rules_every_dossier_is_decided_anew_and_lists_say_so(
    site, as_, entries, monkeypatch
):
    monkeypatch.setattr(rescheduling, "BATCH", 2)
    with as_("officer") as desk:
        numbers = [matter(desk, f"P-{n}").id for n in range(5)]
    earlier = site.rulebook.digest
    other_rules(site, 15)
    with as_("auditor") as desk:
        stands = keeping.standing(desk.root, site.rulebook)
        under = keeping.decided_under(desk, desk.site.by_id[numbers[0]], on=ON)
        # 10 years from the end of 2024 as it was decided; what was is made again.
        assert (stands.is_done, under.decided, under.then.expires) == (
            False, earlier, date(2035, 1, 1),
        )  # fmt: skip

    seen = []
    rescheduling.work_off(site, say=seen.append, stop=lambda: len(seen) == 1)
    assert [(one.done, one.is_done) for one in seen] == [(2, False)]
    done = rescheduling.work_off(site, say=seen.append)

    assert (done.is_done, done.done, done.total, done.changed) == (True, 6, 6, 5)
    assert {expires(site, number).expires for number in numbers} == {date(2040, 1, 1)}
    assert {expires(site, number).digest for number in numbers} == {site.rulebook.digest}
    assert [entry.details["changed"] for entry in entries("retention.evaluated")] == [5]
    assert rescheduling.work_off(site).done == 6
    with as_("auditor") as desk:
        then = keeping.why(desk, desk.site.by_id[numbers[0]], on=ON, under=earlier[:8])
        assert then.expires == date(2035, 1, 1)
        with pytest.raises(Invalid):
            keeping.why(desk, desk.site.by_id[numbers[0]], on=ON, under="nothing")


def test_an_event_recorded_for_a_day_to_come_counts_from_that_day_on(site, as_, clock):
    with as_("officer") as desk:
        dossier = desk.site.dossiers["T-0001"]
        filing.record_status(
            dossier, status="NGHI_HUU", effective="2026-03-04", evidence="", at=desk.now, by="x"
        )
        desk.notify([DossierChanged(dossier)])
        number = dossier.id
        listed = keeping.listed(desk, desk.site, which="to-come", on=ON)
        assert [line.dossier.id for line in listed] == [number]

    assert [rescheduling.follow_the_day(site), expires(site, number).state] == [0, "unknown"]
    clock.advance(timedelta(days=2))
    assert [rescheduling.follow_the_day(site), expires(site, number).state] == [1, "not-due"]


def test_contents_that_are_noted_wrongly_are_written_anew(site, as_):
    with as_("officer") as desk:
        dossier = matter(desk, "P-1", ended="1990")
        a_filed_paper(desk, dossier)
        number = dossier.id
        kept = desk.root["retention-contents"]
        papers = dict(kept.papers)
        kept.papers.clear()
        kept.kinds.clear()

    assert rescheduling.work_off(site, anew=True).is_done
    with site.databases.connection() as connection:
        assert dict(connection.root()["retention-contents"].papers) == papers
        # By the object and by the index: the paper of an original dossier keeps the whole.
        root = connection.root()
        found = [
            decide(root, site.rulebook, root["site"].by_id[number], on=ON).state
            for decide in (keeping.decision_of, keeping.judged)
        ]
        assert found == ["unknown", "unknown"]


def test_what_wants_a_person_is_listed_apart(as_):
    with as_("officer") as desk:
        without_end, over = matter(desk, "P-1", ended=""), matter(desk, "P-2", ended="1990")
        lists = {
            which: [
                line.dossier.code for line in keeping.listed(desk, desk.site, which=which, on=ON)
            ]
            for which in keeping.LISTS
        }
        assert (without_end.code, over.code) == ("P-1", "P-2")
        with pytest.raises(Invalid):
            keeping.listed(desk, desk.site, which="everything", on=ON)

    assert lists["due"] == ["P-2"]
    assert lists["no-rule"] == lists["unverified"] == lists["to-come"] == []
    assert sorted(lists["no-end"]) == sorted(lists["unknown"]) == ["P-1", "T-0001"]


def test_trying_a_schedule_says_who_moves_where_and_writes_nothing(site, as_):
    with as_("officer") as desk:
        for code, ended in (("P-1", "2024-05-05"), ("P-2", "2024"), ("P-3", "2010")):
            matter(desk, code, ended=ended)
        a_dossier(desk, code="B-1", unit="ben", type_="succession-papers", ended="2024")
        number = desk.site.dossiers["P-1"].id
    before = expires(site, number)
    mine = site.rulebook
    other_rules(site, 1)
    tried, site.rulebook = site.rulebook, mine
    with as_("auditor") as desk:
        found = list(retention_rehearsing.rehearse(desk, desk.site, law=tried, on=ON))
        moved = {move.code: (move.kind, move.after.expires) for _, _, move in found if move}
    # One year from the end of 2024 is over on 1 January 2026; P-3 keeps the older table.
    assert moved == {
        "P-1": ("due-at-once", date(2026, 1, 1)),
        "P-2": ("due-at-once", date(2026, 1, 1)),
        "B-1": ("due-at-once", date(2026, 1, 1)),
    }
    assert expires(site, number) == before
    with as_("auditor") as desk, pytest.raises(Missing):
        retention_rehearsing.look(desk, desk.site, rehearsal="0" * 13)


def test_the_commands_hold_evaluate_and_rehearse(site, as_, tmp_path, capsys, home):
    with as_("officer") as desk:
        matter(desk, "P-1")
    site.close()
    table = "tt-10-2022-tt-bnv.toml"
    text = (home / "catalogs/retention" / table).read_text(encoding="utf-8")
    (tmp_path / "new").mkdir()
    longer = text.replace('period = "P10Y"', 'period = "P15Y"', 1)
    (tmp_path / "new" / table).write_text(longer, encoding="utf-8")

    def run(*words, status=0):
        capsys.readouterr()
        assert main(["--site", str(site.path), *words, "--json"]) == status
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    (hold,) = run(
        "hold", "place", "P-1", "--reason", "Vụ án", "--authority", "Tòa án", "--as", "officer"
    )
    assert run("hold", "extend", hold["hold"], "T-0001", "--as", "officer")[0]["records"]
    assert [one["state"] for one in run("hold", "list", "--as", "clerk")] == ["standing"]
    lifted = run("hold", "lift", hold["hold"], "--reason", "Xong", "--as", "officer")
    assert lifted[0]["done"] is False
    history = run("hold", "show", hold["hold"], "--as", "officer")[0]["history"]
    assert [act["what"] for act in history] == ["placed", "widened"]
    assert run("retention", "evaluate")[-1]["is_done"] is True
    assert run("retention", "evaluate", "--anew")[-1]["done"] == 2
    said = run("retention", "rehearse", "--with", str(tmp_path / "new"), "--as", "auditor")
    assert [line["until_after"] for line in said if "code" in line] == ["2040-01-01"]
    assert (
        run("retention", "due", "--on", "2026-03-02", "--list", "no-rule", "--as", "auditor") == []
    )
    (why,) = run("retention", "why", "P-1", "--as", "auditor")
    assert why["rulebook"] == why["rulebook_today"]
