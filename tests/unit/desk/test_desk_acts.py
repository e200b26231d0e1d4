"""Acts: done and told, refused and journalled apart, faults all at once, the second told.

One table holds an act each: who may, who may not, on what, with which words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from hoso.access import sessions
from hoso.desk import (
    account_events,
    account_ways,
    arranging,
    day_heads,
    documents,
    dossiers,
    holding,
    intake,
    journal,
    journal_export,
    keeping,
    labelling,
    lending,
    mark_register,
    marking,
    people,
    permits,
    presence,
    reading_register,
    searching,
    setting_aside,
    shelving,
    signing_in,
    stocktaking,
    stubs,
    units,
)
from hoso.desk.act import ACTS
from hoso.desk.journal import Sieve
from hoso.kernel.errors import Conflict, Forbidden, HosoError, Invalid, Missing
from hoso.records.model import Dossier, Reason
from hoso.testing.things import a_dossier, a_filed_paper, a_paper, a_waiting_paper, spooled

DECISION = {"level": "2", "basis": "Mục 3", "determiner": "Giám đốc", "decision": "7/QĐ-M"}
DESCRIPTION = {"type": "D05", "title": "Về việc nâng bậc lương", "date": "05/09/2024"}


@dataclass(frozen=True)
class Case:
    """An act that somebody may perform and somebody else may not."""

    verb: str
    on: str
    who: str
    other: str
    call: Any
    words: dict[str, Any] = field(default_factory=dict)
    #: what the other is told: that he may not, or that there is nothing.
    hears: type[HosoError] = Forbidden


CASES = [
    Case("unit.added", "unit", "officer", "clerk", units.add, {"key": "moi", "name": "Phòng Mới", "kind": "PHONG"}),
    Case("dossier.opened", "unit", "clerk", "head", dossiers.open_, {"code": "T-0005", "type_": "CC", "name": "Mẫu"}),
    Case("dossier.seen", "dossier", "clerk", "nobody", dossiers.look, hears=Missing),
    Case("dossier.described", "dossier", "clerk", "head", dossiers.edit, {"name": "Mẫu", "birth_date": "1980", "gender": "", "revision": 1}),
    Case("dossier.status-changed", "dossier", "officer", "clerk", dossiers.change_status, {"status": "BIET_PHAI", "effective": "01/01/2025", "evidence": "", "revision": 1}),
    Case("dossier.closed", "dossier", "clerk", "head", dossiers.close, {"ended": "2025", "revision": 1}),
    Case("document.seen", "filed", "clerk", "admin", documents.look, hears=Missing),
    Case("document.downloaded", "filed", "clerk", "head", documents.original),
    Case("document.described", "filed", "clerk", "head", documents.edit, {"typed": DESCRIPTION, "revision": 0}),
    Case("document.withdrawn", "filed", "officer", "clerk", documents.withdraw, {"why": "Nhầm hồ sơ", "revision": 0}),
    Case("document.filed", "waiting", "clerk", "head", intake.file, {"dossier": "T-0002", "typed": DESCRIPTION, "revision": 0}, Missing),
    Case("intake.seen", "waiting", "clerk", "head", intake.item, hears=Missing),
    Case("intake.corrected", "waiting", "clerk", "head", intake.correct, {"typed": {"title": "Mới"}, "revision": 0}, Missing),
    Case("intake.quarantined", "waiting", "clerk", "head", setting_aside.set_aside, {"why": "Mờ", "revision": 0}, Missing),
    Case("mark.determined", "filed", "officer", "clerk", marking.determine, {"typed": DECISION, "revision": 0}),
    Case("mark.seen", "filed", "auditor", "clerk", marking.see),
    Case("mark.listed", "site", "auditor", "clerk", mark_register.listed),
    Case("stub.made", "dossier", "clerk", "head", stubs.make, {"typed": {**DESCRIPTION, "level": "2"}}),
    Case("intake.released", "quarantined", "officer", "clerk", setting_aside.release, {"why": "Đã xem", "revision": 0}),
    Case("retention.why-asked", "dossier", "clerk", "operator", keeping.why, {"on": None}, Missing),
    Case("retention.hold-placed", "dossier", "officer", "clerk", holding.place_hold, {"reason": "Tòa án hỏi", "authority": "12/CV"}),
    Case("paper.place-added", "unit", "clerk", "auditor", arranging.add, {"code": "K9", "kind": "store", "label": "Kho 9"}),
    Case("paper.places-listed", "site", "auditor", "admin", arranging.tree),
    Case("paper.seen", "dossier", "head", "nobody", shelving.see, hears=Missing),
    Case("paper.lent", "dossier", "archivist", "clerk", lending.lend, {"borrower": "Mẫu", "organisation": "Sở Mẫu", "purpose": "Đọc", "authority": "12/CV"}),
    Case("paper.loans-listed", "site", "auditor", "admin", lending.listed),
    Case("paper.overdue-listed", "site", "auditor", "admin", lending.overdue),
    Case("paper.labels-printed", "dossier", "clerk", "nobody", labelling.print_labels, {"layout": "small", "say": str}, Missing),
    Case("paper.counts-listed", "site", "clerk", "nobody", stocktaking.listed),
    Case("retention.due-listed", "site", "auditor", "admin", keeping.due, {"on": None}),
    Case("search.run", "site", "clerk", "auditor", searching.search, {"text": "lương"}),
    Case("dossier.listed", "site", "clerk", "nobody", searching.listing),
    Case("journal.record-read", "dossier", "auditor", "clerk", journal.of_record),
    Case("journal.day-read", "site", "auditor", "officer", journal.of_day, {"day": "2026-03-02"}),
    Case("journal.sifted", "site", "auditor", "clerk", journal.sift, {"sieve": Sieve(date(2026, 3, 2), date(2026, 3, 2))}),
    Case("journal.exported", "site", "auditor", "clerk", journal_export.export, {"first": date(2026, 3, 2), "last": date(2026, 3, 2)}),
    Case("journal.heads-read", "site", "auditor", "clerk", day_heads.heads),
    Case("dossier.readers-seen", "dossier", "auditor", "clerk", reading_register.readers),
    Case("dossier.readers-exported", "dossier", "auditor", "clerk", reading_register.exported),
    Case("journal.verified", "site", "auditor", "clerk", journal.verify),
    Case("account.listed", "site", "admin", "clerk", people.accounts),
    Case("account.created", "unit", "admin", "officer", people.create_account, {"login": "moi", "name": "Mới", "clearance": 0}),
    Case("account.role-given", "unit", "admin", "officer", people.grant_role, {"login": "clerk", "role": "auditor", "cause": "14/QĐ-M"}),
    Case("account.role-taken", "unit", "admin", "officer", people.revoke_role, {"login": "clerk", "role": "clerk", "cause": "profile"}),
    Case("account.clearance-raised", "unit", "admin", "officer", people.raise_clearance, {"login": "clerk", "clearance": 1, "decision": "14/QĐ-M"}),
    Case("account.clearance-lowered", "unit", "admin", "officer", people.lower_clearance, {"login": "clerk", "clearance": 1, "decision": "14/QĐ-M"}),
    Case("account.unlocked", "site", "admin", "auditor", people.unlock, {"login": "head", "reason": "Xong việc"}),
    Case("account.second-factor-reset", "site", "admin", "auditor", account_ways.reset_second_factor, {"login": "archivist", "request": "3/ĐN"}),
    Case("account.linked", "site", "admin", "auditor", account_ways.link, {"login": "clerk", "issuer": "https://idp", "subject": "c-1"}),
    Case("account.unlinked", "site", "admin", "auditor", account_ways.unlink, {"login": "clerk", "issuer": "https://idp", "subject": "c-1"}),
    Case("account.tied", "site", "admin", "auditor", account_ways.tie_person, {"login": "clerk", "dossier": "T-0001", "cause": "3/QĐ"}),
    Case("account.moved", "unit", "admin", "officer", account_ways.move, {"login": "clerk", "decision": "3/QĐ"}),
    Case("account.sessions-listed", "site", "admin", "auditor", account_ways.sessions_of, {"login": "clerk"}),
    Case("account.sessions-ended", "site", "admin", "auditor", account_ways.end_sessions, {"login": "officer"}),
    Case("account.wanted-listed", "site", "admin", "auditor", account_events.wanted),
    Case("account.goes-on", "site", "admin", "auditor", account_events.keep_open, {"login": "clerk", "reason": "3/QĐ"}),
    Case("presence.listed", "site", "clerk", "nobody", presence.present),
    Case("account.locked", "site", "admin", "auditor", people.lock, {"login": "clerk", "reason": "Nghỉ việc"}),
    Case("account.password-reissued", "site", "admin", "auditor", people.reset_password, {"login": "clerk", "request": "3/ĐN", "revision": 1}),
]  # fmt: skip
IDS = [case.verb for case in CASES]


def _with_provider(desk):
    from hoso.access.sources import Ways
    from hoso.access.sources.provider import Provider

    provider = Provider(issuer="https://idp", client_id="hoso", client_secret="x", name="IdP")
    desk.house.ways = Ways(None, provider)


def _linked(desk):
    from hoso.access.model import Link

    _account(desk, "clerk").links = (Link("https://idp", "c-1", "", "admin"),)


def _account(desk, login):
    from hoso.access.accounts import accounts_of

    return accounts_of(desk.root).by_login[login]


#: What must be so before an act can be done, where that is no thing of the fixture.
READY = {
    "account.clearance-raised": lambda desk: setattr(_account(desk, "clerk"), "clearance", 0),
    "account.unlocked": lambda desk: setattr(_account(desk, "head"), "locked", "Điều tra"),
    "account.second-factor-reset": lambda desk: setattr(_account(desk, "archivist"), "totp", "A"),
    "account.sessions-ended": lambda desk: sessions.begin(
        desk.root, "officer", now=desk.house.clock.now()
    ),
    "account.linked": _with_provider,
    "account.unlinked": _linked,
}


@pytest.fixture
def things(site, as_):
    """One thing of each kind, in the unit of the clerk; ids, since connections close."""
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        made = {
            "unit": desk.site.unit_by_key["nhanh"],
            "dossier": dossier,
            "filed": a_filed_paper(desk, dossier, words="f"),
            "waiting": a_waiting_paper(desk, words="w"),
            "quarantined": a_waiting_paper(desk, words="q", state="quarantined"),
        }
        found = {kind: record.id for kind, record in made.items()}
    site.follower.catch_up()
    return found


@pytest.fixture
def perform(things):
    """Perform a case at a desk; revisions and days are those of the moment."""

    def run(desk, case, **words):
        record = desk.site if case.on == "site" else desk.site.by_id[things[case.on]]
        words = {**case.words, **words}
        if words.get("revision") == 0:
            words["revision"] = record.revision
        if "on" in words:
            words["on"] = desk.today
        if case.verb in READY:
            READY[case.verb](desk)
        return case.call(desk, record, **words)

    return run


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_who_may_does_it_and_the_journal_has_it(as_, perform, entries, case):
    with as_(case.who) as desk:
        perform(desk, case)

    done = [e for e in entries(case.verb) if e.actor == case.who]
    assert [e.outcome for e in done] == (["done"] if ACTS[case.verb].told else [])


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_who_may_not_is_refused_and_that_is_journalled_though_the_deed_is_undone(
    site, as_, perform, entries, case
):
    with pytest.raises(HosoError) as refused, as_(case.other) as desk:
        desk.root["half-done"] = True
        perform(desk, case)

    assert type(refused.value) is case.hears
    told = [e for e in entries(case.verb) if e.actor == case.other]
    assert [e.outcome for e in told] == ["refused"]
    assert told[0].reason
    with site.databases.connection() as connection:
        assert "half-done" not in connection.root()


def test_the_tables_hold_every_act_a_person_performs_on_purpose():
    of_machines = {"reading.begun", "reading.progress", "reading.failed", "document.read"}
    # Splitting has its own table in test_parting.
    of_machines |= {"intake.split", "intake.split-given-up", "page.replaced"}
    of_machines |= {"mark.swept", "stub.sealed"}
    of_machines |= {"document.quarantined", "intake.refused", "document.copied"}
    elsewhere = {
        "batch.closed",
        "batch.corrected",
        "batch.listed",
        "batch.opened",
        "batch.receipt-made",
        "batch.receipt-taken",
        "batch.reopened",
        "batch.shown",
        "batch.turned-away",
        "intake.received",
        "intake.tray",
        "intake.page-shown",
        "document.page-shown",
        "document.compared",
        "document.copy-downloaded",
        "document.compare-listed",
        "document.unfiled",
        "learnt.forgotten",
        "learnt.listed",
        "learnt.switched",
        "journal.uid-read",
        "journal.export-fetched",
        "journal.head-printed",
        "retention.all-listed",
        "retention.due-glanced",
        "retention.hold-lifted",
        "intake.split-planned",
        "intake.joined",
        "serials.printed",
        # On papers that bear a mark, which test_marking makes, and on sealed ones (test_stubs).
        "mark.extended",
        "mark.glanced",
        "mark.raised",
        "mark.lowered",
        "mark.lifted",
        "mark.notice-sent",
        "stub.all-opened",
        "stub.opened",
        # On papers of several pages, which test_page_order makes.
        "document.arranged",
        "document.rescanned",
        "page.accepted",
        "page.replacement-sent",
        "page.sent-back",
        "pages.alike-listed",
        "pages.seen",
        "sheets.printed",
        "pages.sent-back-listed",
        # On saved searches and lists, which test_saved_searches and test_list_export make.
        "search.alerts-counted",
        "search.exported",
        "search.forgotten",
        "search.kept",
        "search.kept-listed",
        "search.news-noted",
        "search.news-seen",
        "search.renamed",
        "search.suggested",
        "unit.listed",
        "dossier.exported",
        # On packages, which test_taking_packages makes.
        "package.taken",
        "package.taken-listed",
        # On places, which test_paper makes.
        "paper.place-seen",
        "paper.place-described",
        "paper.place-moved",
        "paper.place-ended",
        "paper.moved",
        "paper.returned",
        "paper.loan-seen",
        "paper.loan-extended",
        "paper.count-opened",
        "paper.labels-read",
        "paper.count-seen",
        "paper.count-exported",
        "paper.count-closed",
    }

    # Imports have a table of their own in test_importing_acts.
    imports = {verb for verb in ACTS if verb.startswith("import.")}
    # Consents have theirs in test_consent, who was let in and why in test_granting, and two
    # persons in test_two_persons.
    imports |= {verb for verb in ACTS if verb.startswith(("consent.", "access."))}
    # Holds on several records have theirs in test_holding, schedules on trial in
    # test_retention_rehearsing, lists of what wants a person in test_keeping.
    imports |= {verb for verb in ACTS if verb.startswith(("retention.hold", "retention.rehears"))}
    imports |= {"retention.listed"}
    # Files read again have theirs in test_fixity, the auditor's desk in test_compliance and
    # test_evidence.
    # Packages have theirs in test_delivering and test_taking_packages, disposal in test_disposing,
    # leaving, deadlines and handovers in test_leaving, test_deadlines and test_handing_over.
    things = (
        "fixity.",
        "compliance.",
        "evidence.",
        "package.",
        "disposal.",
        "career.",
        "custody.",
        "deadline.",
    )
    imports |= {verb for verb in ACTS if verb.startswith(things)}

    assert set(ACTS) - of_machines - elsewhere - imports - set(IDS) == set()


# All faults at once ----------------------------------------------------------------------

FAULTY = [
    ("unit.added", {"name": " ", "kind": "X"}, {"name", "kind"}),
    (
        "dossier.opened",
        {"code": "a b", "type_": "X", "name": "", "birth_date": "32/13/2000", "gender": "9"},
        {"code", "type", "name", "birth_date", "gender"},
    ),
    ("dossier.opened", {"code": "T-0002"}, {"code"}),
    ("dossier.opened", {"birth_date": "04/2026"}, {"birth_date"}),
    (
        "dossier.described",
        {"name": "", "birth_date": "x", "gender": "9"},
        {"name", "birth_date", "gender"},
    ),
    ("dossier.described", {"birth_date": "2027"}, {"birth_date"}),
    (
        "dossier.status-changed",
        {"status": "X", "effective": "hôm nay", "evidence": "x"},
        {"status", "effective", "evidence"},
    ),
    ("dossier.status-changed", {"effective": "1979"}, {"effective"}),
    # How somebody leaves is recorded where one sees what it brings about.
    ("dossier.status-changed", {"status": "NGHI_HUU"}, {"status"}),
    (
        "dossier.status-changed",
        {"status": "CHUYEN_DI", "effective": "1979"},
        {"status", "effective"},
    ),
    ("dossier.closed", {"ended": "x"}, {"ended"}),
    (
        "document.described",
        {"typed": {"type": "Z9", "title": "", "date": "x", "level": "0", "form": "X"}},
        {"type", "title", "date", "level", "form"},
    ),
    ("document.withdrawn", {"why": " "}, {"why"}),
    (
        "document.filed",
        {"dossier": "T-9", "typed": {"type": "", "title": "x" * 501, "level": "9"}},
        {"dossier", "type", "title", "level"},
    ),
    ("intake.corrected", {"typed": {"date": "x", "number": "1" * 21}}, {"date", "number"}),
    ("intake.quarantined", {"why": ""}, {"why"}),
    ("intake.released", {"why": ""}, {"why"}),
    (
        "account.created",
        {"name": " ", "clearance": 4, "dossier": "T-9"},
        {"name", "clearance", "dossier"},
    ),
    (
        "account.role-given",
        {"role": "king", "cause": " ", "valid_from": "1/1/2026", "valid_to": "x"},
        {"role", "cause", "valid_from", "valid_to"},
    ),
    (
        "account.role-given",
        {"valid_from": "2026-03-02", "valid_to": "2026-03-01"},
        {"valid_to"},
    ),
    ("account.locked", {"reason": " "}, {"reason"}),
    ("account.password-reissued", {"request": " "}, {"request"}),
]


@pytest.mark.parametrize(
    ("verb", "words", "fields"), FAULTY, ids=[f"{v}-{n}" for n, (v, _, _) in enumerate(FAULTY)]
)
def test_every_fault_is_said_at_once_and_nothing_is_changed(
    as_, perform, entries, verb, words, fields
):
    case = next(case for case in CASES if case.verb == verb)
    before = len(entries())

    with pytest.raises(Invalid) as refused, as_(case.who) as desk:
        perform(desk, case, **words)

    assert {fault.field for fault in refused.value.faults} == fields
    assert len(entries()) == before


# The second writer -----------------------------------------------------------------------

REVISED = [case for case in CASES if case.words.get("revision") in {0, 1}]


@pytest.mark.parametrize("case", REVISED, ids=[case.verb for case in REVISED])
def test_the_second_of_two_who_saw_one_state_is_told(site, as_, perform, things, case):
    with as_(case.who) as desk:
        if case.on == "site":
            from hoso.access.accounts import accounts_of

            accounts_of(desk.root).by_login["clerk"].revision += 1
        else:
            record = desk.site.by_id[things[case.on]]
            seen = record.revision
            record.revision, record.changed_by, record.changed_at = seen + 1, "minh", desk.now

    with pytest.raises(Conflict), as_(case.who) as desk:
        perform(desk, case, **({} if case.on == "site" else {"revision": seen}))


def test_a_deed_and_its_entry_are_one_commit(site, as_, perform, entries):
    case = next(case for case in CASES if case.verb == "dossier.closed")

    with pytest.raises(ZeroDivisionError), as_("clerk") as desk:
        perform(desk, case)
        raise ZeroDivisionError

    assert entries("dossier.closed") == []
    with site.databases.connection() as connection:
        assert connection.root()["site"].dossiers["T-0002"].state == "open"


def test_what_a_failed_act_said_is_not_told_of_the_next(as_, perform, entries):
    faulty = next(case for case in CASES if case.verb == "dossier.opened")
    with as_("clerk") as desk:
        desk.say(stray="kept")
        with pytest.raises(Invalid):
            perform(desk, faulty, name="")
        perform(desk, faulty)

    assert "stray" not in entries("dossier.opened")[0].details


def test_an_entry_names_what_was_made_not_where(as_, perform, entries):
    case = next(case for case in CASES if case.verb == "dossier.opened")
    with as_("clerk") as desk:
        uid = perform(desk, case).uid

    entry = entries("dossier.opened")[0]
    assert (entry.record, entry.dossier) == (uid, uid)
    assert entry.details["code"] == "T-0005"


# Levels and types ------------------------------------------------------------------------


def test_a_paper_is_never_filed_below_the_level_of_its_type(as_):
    """G03 is at level 2 at least (catalogs/document-types)."""
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk)
        typed = {"type": "G03", "title": "Kết luận"}

        intake.file(desk, paper, dossier="T-0001", typed=typed, revision=None)

        assert paper.level == 2


def test_a_paper_whose_type_becomes_a_closer_one_follows_it(as_):
    with as_("clerk") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"], level=1)

        documents.edit(desk, paper, typed={**DESCRIPTION, "type": "G03"}, revision=paper.revision)

        assert paper.level == 2


@pytest.mark.parametrize(("level", "ok"), [("0", False), ("1", False), ("2", True), ("3", False)])
def test_who_files_marks_between_the_type_and_the_own_clearance(as_, level, ok):
    with as_("clerk") as desk:
        paper = a_waiting_paper(desk)
        typed = {"type": "G03", "title": "Kết luận", "level": level}
        try:
            intake.file(desk, paper, dossier="T-0001", typed=typed, revision=None)
        except Invalid as error:
            assert not ok
            assert {fault.field for fault in error.faults} == {"level"}
        else:
            assert ok


def test_a_stamp_that_was_read_closes_the_paper_until_a_person_decides(as_):
    stamp = {"level": {"value": 3, "confidence": 0.9, "page": 1, "box": None, "rule": "stamp"}}
    with as_("archivist") as desk:
        uid = a_waiting_paper(desk, proposals=stamp).uid

    with as_("clerk") as desk, pytest.raises(Missing):
        desk.find(uid)
    with as_("archivist") as desk:
        paper = desk.find(uid)
        typed = {"type": "D05", "title": "x"}
        intake.file(desk, paper, dossier="T-0001", typed=typed, revision=None)
        assert paper.level == 3


def test_a_level_is_not_lowered_in_passing(as_):
    with as_("clerk") as desk:
        paper = a_filed_paper(desk, desk.site.dossiers["T-0001"], level=2)

        with pytest.raises(Invalid, match="lowered by an act of its own"):
            documents.edit(
                desk, paper, typed={**DESCRIPTION, "level": "1"}, revision=paper.revision
            )


def test_a_paper_of_a_case_goes_into_no_persons_dossier(as_):
    """K papers are those of case files, which have periods of their own (facts 3.2)."""
    with as_("clerk") as desk, pytest.raises(Invalid, match="belongs in a case file"):
        paper = a_waiting_paper(desk)
        intake.file(
            desk, paper, dossier="T-0001", typed={"type": "K07", "title": "x"}, revision=None
        )


# Taking in -------------------------------------------------------------------------------


def receive(desk, words="tờ giấy", *, unit="nhanh", into=""):
    return intake.receive(
        desk, desk.unit(unit), spooled=spooled(desk, words), name=b"a.pdf", into=into
    )


def test_the_same_bytes_twice_are_one_paper(site, as_):
    with as_("clerk") as desk:
        first = receive(desk)
    with as_("clerk") as desk:
        second = receive(desk)

        assert (first.outcome, second.outcome) == ("received", "duplicate")
        assert second.document.uid == first.document.uid
        assert len(list(desk.site.tray)) == 1
    assert list(site.spool.iterdir()) == []


def test_handing_in_bytes_that_lie_at_a_hidden_place_tells_nothing(site, as_):
    """They are taken in as any others; who sees both is told which one came first."""
    with as_("officer") as desk:
        first = receive(desk, unit="ben").document.uid

    with as_("clerk") as desk:
        mine = receive(desk)
        assert (mine.outcome, mine.document.unit.key) == ("received", "nhanh")
    with as_("clerk") as desk:
        again = receive(desk)
        assert (again.outcome, again.document.uid) == ("duplicate", mine.document.uid)
    with as_("officer") as desk:
        assert receive(desk, unit="ben").document.uid == first
    assert list(site.spool.iterdir()) == []


def test_bytes_that_were_refused_may_come_in_anew_beside_their_copy(as_):
    with as_("officer") as desk:
        first = receive(desk, unit="ben").document
    with as_("clerk") as desk:
        mine = receive(desk).document
    with as_("officer") as desk:
        setting_aside.refuse(desk, desk.site.by_id[first.id], reasons=(Reason("empty", "Empty."),))
    with as_("officer") as desk:
        assert receive(desk, unit="ben").document.uid == mine.uid


def test_a_dossier_one_may_not_file_into_is_as_one_that_is_not_there(site, as_):
    with as_("officer") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
    said = []
    for code in ("T-0900", "T-0999"):
        with pytest.raises(Invalid) as refused, as_("clerk") as desk:
            receive(desk, into=code)
        said.append(str(refused.value).replace(code, "…"))

    assert said[0] == said[1]
    assert list(site.spool.iterdir()) == []


def test_bytes_that_were_refused_may_come_again(as_):
    from hoso.desk.desk import Desk
    from hoso.desk.reading import MACHINE
    from hoso.records.model import Reason

    with as_("clerk") as desk:
        paper = receive(desk).document
        machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
        setting_aside.refuse(machine, paper, reasons=(Reason("program", "This is a program."),))
        assert list(paper.renditions) == []

        assert receive(desk).outcome == "received"


@pytest.mark.parametrize("state", ["received", "quarantined"])
def test_only_what_was_read_is_filed(as_, state):
    with as_("clerk") as desk, pytest.raises(Invalid) as refused:
        paper = a_paper(desk, state=state)
        intake.file(desk, paper, dossier="T-0001", typed=DESCRIPTION, revision=None)

    assert [fault.field for fault in refused.value.faults] == ["dossier"]


def test_nothing_is_filed_into_a_closed_dossier(as_):
    with as_("officer") as desk:
        a_dossier(desk, state="closed")

    with as_("clerk") as desk, pytest.raises(Invalid, match="closed"):
        intake.file(desk, a_waiting_paper(desk), dossier="T-0002", typed=DESCRIPTION, revision=None)


def test_the_tray_shows_ones_own_units_and_what_wants_a_person_first(as_):
    with as_("officer") as desk:
        a_paper(desk, words="1")
        a_waiting_paper(desk, words="2")
        a_waiting_paper(desk, words="3", state="quarantined")
        a_waiting_paper(desk, words="4", unit="ben")
        a_waiting_paper(desk, words="5", level=4)

    with as_("clerk") as desk:
        seen = intake.tray(desk, desk.unit("nhanh"))

        assert [d.state for d in seen.documents] == ["waiting", "quarantined", "received"]
        assert (seen.counts["waiting"], seen.counts["quarantined"]) == (1, 1)
        assert seen.progress.unread == 1


# What may be known -----------------------------------------------------------------------


def test_unknown_and_hidden_are_one_error_word_for_word(as_):
    with as_("officer") as desk:
        hidden = [
            a_dossier(desk, code="T-0900", unit="ben"),
            a_dossier(desk, code="T-0901", level=2),
        ]
        hidden += [a_filed_paper(desk, hidden[0]), a_waiting_paper(desk, unit="ben", words="w")]
        names = [thing.uid for thing in hidden] + ["T-0900"]

    with as_("employee") as desk:
        for name in [*names, "0000000000001", "T-0999", "", "../x"]:
            with pytest.raises(Missing) as missing:
                desk.find(name)
            assert (str(missing.value), missing.value.facts) == ("Not found.", {})


def test_a_dossier_is_found_by_its_code_whatever_its_length(as_):
    """Codes of thirteen characters look like ids."""
    with as_("officer") as desk:
        made = a_dossier(desk, code="hue-0123-0001")

        assert desk.find("hue-0123-0001", Dossier) is made
        assert desk.find("hue-0123-0001", (Dossier, type(desk.site))) is made
        assert desk.find(made.uid) is made


def test_an_auditor_reads_nothing_about_what_he_is_not_cleared_for(as_, entries):
    with as_("archivist") as desk:
        secret = a_dossier(desk, code="T-0901", name="Mật Danh", level=4)
        dossiers.look(desk, secret)
        uid = secret.uid

    with as_("auditor") as desk:
        day = journal.of_day(desk, desk.site, day="2026-03-02")
        assert uid not in {w.entry.record for w in day.entries}
        for unknown in (uid, "0000000000001"):
            with pytest.raises(Missing) as missing:
                journal.of_uid(desk, desk.site, uid=unknown)
            assert missing.value.facts == {}


def test_auditing_one_unit_does_not_open_the_journal_of_another(as_):
    """Who audits one unit and works in another sees the papers there, not their journal."""
    from hoso.access.accounts import accounts_of
    from hoso.access.identity import Held

    with as_("officer") as desk:
        uid = desk.site.dossiers["T-0001"].uid
        ben = desk.site.unit_by_key["ben"].number
        clerk = accounts_of(desk.root).by_login["clerk"]
        clerk.roles = (*clerk.roles, Held("auditor", ben, "", "", "14/QĐ"))

    with as_("clerk") as desk, pytest.raises(Missing):
        journal.of_uid(desk, desk.site, uid=uid)


def test_an_administrator_ties_accounts_to_dossiers_of_the_own_units_only(site, as_):
    from hoso.access.accounts import accounts_of
    from hoso.access.identity import Held

    with as_("officer") as desk:
        a_dossier(desk, code="T-0900", unit="ben")
        number = desk.site.unit_by_key["nhanh"].number
        admin = accounts_of(desk.root).by_login["admin"]
        admin.roles = (Held("account-admin", number, "", "", "14/QĐ"),)

    said = []
    for code in ("T-0900", "T-0999"):
        with pytest.raises(Invalid) as refused, as_("admin") as desk:
            people.create_account(
                desk, desk.unit("nhanh"), login="moi", name="Mới", clearance=0, dossier=code
            )
        said.append(str(refused.value).replace(code, "…"))
    assert said[0] == said[1]
    with as_("admin") as desk:
        people.create_account(
            desk, desk.unit("nhanh"), login="moi", name="Mới", clearance=0, dossier="T-0001"
        )


def test_nobody_gives_a_role_to_himself(as_):
    with as_("admin") as desk, pytest.raises(Invalid, match="himself"):
        people.grant_role(desk, desk.unit("goc"), login="admin", role="archivist", cause="x")


def test_taking_back_one_cause_leaves_what_another_gave(site, as_):
    from hoso.access.accounts import accounts_of

    with as_("admin") as desk:
        unit = desk.unit("nhanh")
        for cause in ("14/QĐ", "15/QĐ"):
            people.grant_role(desk, unit, login="head", role="auditor", cause=cause)
        people.revoke_role(desk, unit, login="head", role="auditor", cause="14/QĐ")

        head = accounts_of(desk.root).by_login["head"]
        assert [h.cause for h in head.roles if h.role == "auditor"] == ["15/QĐ"]


def test_the_person_sees_the_own_dossier_but_not_what_is_closed_to_him(as_):
    """G03 is closed to its subject (TT 11/2012: evaluations of internal politics)."""
    with as_("officer") as desk:
        mine = desk.site.dossiers["T-0001"]
        open_, closed = (a_filed_paper(desk, mine, words=t, type_=t).uid for t in ("D05", "G02"))

    with as_("employee") as desk:
        seen = dossiers.visible_documents(desk, desk.find("T-0001"))
        assert [d.uid for d in seen] == [open_]
        with pytest.raises(Missing):
            desk.find(closed)


def test_a_hold_always_wins_over_withdrawing(as_):
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        paper = a_filed_paper(desk, dossier)
        hold = holding.place_hold(desk, dossier, reason="Tòa án", authority="12/CV")

        with pytest.raises(Invalid, match="on hold"):
            documents.withdraw(desk, paper, why="Nhầm", revision=paper.revision)

        from hoso.kernel import ids

        words = {"hold": ids.to_text(hold.id), "reason": "Xong"}
        permit = permits.ask(desk, dossier, function=holding.lift_hold, words=words, reason="Xong")
        number, paper_number = dossier.id, paper.id
    with as_("head") as desk:
        permits.agree(desk, permit.uid)
    with as_("officer") as desk:
        dossier, paper = desk.site.by_id[number], desk.site.by_id[paper_number]
        holding.lift_hold(desk, dossier, **words)
        documents.withdraw(desk, paper, why="Nhầm", revision=paper.revision)
        assert paper.state == "withdrawn"


def test_a_wrong_password_is_counted_and_told_in_one_commit(site, as_, entries):
    from hoso.access.accounts import accounts_of
    from hoso.access.identity import NOBODY

    with as_(NOBODY) as desk:
        assert signing_in.sign_in(desk, login="clerk", password="sai").token == ""

    with site.databases.connection() as connection:
        counted = accounts_of(connection.root()).attempts.values()
        assert [attempts.wrong for attempts in counted] == [1, 1]
    assert entries("account.sign-in")[-1].outcome == "refused"
