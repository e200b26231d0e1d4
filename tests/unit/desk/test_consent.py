"""Written consent: asked for without learning anything, decided by another, ended by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.desk import consent, consenting, documents, dossiers, searching
from hoso.desk.act import refusal_of
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.records.model import Dossier
from hoso.testing.things import a_dossier, a_filed_paper

ASKED = {
    "purpose": "02",
    "reason": "Soạn lịch sử đơn vị",
    "authority": "Giấy giới thiệu 7/GGT-SGD ngày 01/03/2026",
    "valid_from": "02/03/2026",
    "valid_to": "31/03/2026",
}
GIVEN = {
    "number": "21/CV-TT",
    "decided_on": "02/03/2026",
    "valid_from": "02/03/2026",
    "valid_to": "15/03/2026",
}


@pytest.fixture
def kept(site, as_):
    """A dossier at ``nhanh`` with two papers of sections A and D; uids by name."""
    with as_("officer") as desk:
        dossier = a_dossier(desk, code="T-0050", name="Phạm Thị Mẫu")
        raised = a_filed_paper(desk, dossier, words="nâng lương", type_="D05")
        booklet = a_filed_paper(desk, dossier, words="lý lịch", type_="A01", title="Quyển lý lịch")
        found = {"dossier": dossier.uid, "D": raised.uid, "A": booklet.uid}
    site.follower.catch_up()
    return found


@pytest.fixture
def reader(as_):
    """A clerk of another unit, who sees nothing of ``nhanh``: his login."""
    with as_("operator") as desk:
        account = desk.root["accounts"].by_login["clerk"]
        account.roles = tuple(held._replace(unit=4) for held in account.roles)
        assert desk.site.unit_by_number[4].key == "ben"
    return "clerk"


def ask(as_, who="clerk", what="T-0050", **words):
    with as_(who) as desk:
        return consent.ask(desk, desk.site, **{**ASKED, "what": what, **words}).uid


def give(as_, uid, who="head", code="T-0050", **words):
    with as_(who) as desk:
        dossier = desk.site.dossiers[code]
        return consenting.give(desk, dossier, consent=uid, **{**GIVEN, **words}).uid


def read(as_, who, uid):
    with as_(who) as desk:
        return documents.look(desk, desk.find(uid))


def test_what_is_consented_to_can_be_read_and_then_not_any_more(as_, kept, reader, clock):
    with pytest.raises(Missing):
        read(as_, reader, kept["A"])

    give(as_, ask(as_))
    read(as_, reader, kept["A"])
    with as_(reader) as desk:
        dossiers.look(desk, desk.find("T-0050", Dossier))

    clock.advance(timedelta(days=13))  # 15 March: the last day
    read(as_, reader, kept["A"])
    clock.advance(timedelta(days=1))
    with pytest.raises(Missing):
        read(as_, reader, kept["A"])


def test_each_reading_names_the_consent_it_rests_on(as_, kept, reader, entries):
    uid = give(as_, ask(as_))
    read(as_, reader, kept["A"])

    assert entries("document.seen")[-1].details["right"] == f"consent:{uid}"


def test_asking_is_answered_alike_whether_there_is_such_a_dossier_or_not(as_, kept, reader):
    there, absent = ask(as_, what="T-0050"), ask(as_, what="T-9999")

    with as_(reader) as desk:
        found = {v.consent.uid: v for v in consent.mine(desk, desk.site)}
    assert found[there].state == found[absent].state == "asked"
    assert found[there].dossier is found[absent].dossier is None
    assert found[there].matches == found[absent].matches == ()


def test_the_head_sees_what_a_code_or_a_name_means_and_nobody_else_does(as_, kept, reader):
    ask(as_, what="T-0050")
    ask(as_, what="phạm thị mẫu")
    ask(as_, what="T-9999")

    with as_("head") as desk:
        seen = consenting.pending(desk, desk.site)
        assert [[d.code for d in view.matches] for view in seen] == [["T-0050"], ["T-0050"]]
    with pytest.raises(Forbidden), as_("archivist") as desk:
        consenting.pending(desk, desk.site)


def test_a_request_addressed_to_a_body_is_seen_there_though_it_means_nothing(as_, kept, reader):
    ask(as_, what="Người không có", unit="nhanh")

    with as_("head") as desk:
        assert [view.matches for view in consenting.pending(desk, desk.site)] == [()]


def test_who_asks_does_not_decide(as_, kept):
    uid = ask(as_, who="head")

    with pytest.raises(Missing):
        give(as_, uid)


def test_the_person_the_dossier_is_about_does_not_decide(as_, kept, reader):
    from hoso.access.accounts import tie

    uid = ask(as_)
    with as_("operator") as desk:
        known = desk.root["accounts"].by_login["head"]
        tie(desk.root, known, desk.site.dossiers["T-0050"].id)

    with pytest.raises(Forbidden, match="another head"):
        give(as_, uid)


def test_a_consent_may_open_less_than_was_asked_for(as_, kept, reader):
    give(as_, ask(as_), sections=["D"])

    read(as_, reader, kept["D"])
    with pytest.raises(Missing):
        read(as_, reader, kept["A"])
    with pytest.raises(Missing), as_(reader) as desk:
        desk.find("T-0050", Dossier)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"valid_to": "01/04/2026"}, "valid_to"),
        ({"valid_from": "01/03/2026"}, "valid_from"),
        ({"number": " "}, "number"),
        ({"decided_on": "03/03/2026"}, "decided_on"),
        ({"decided_on": "2026"}, "decided_on"),
        ({"scan": "không có"}, "scan"),
        ({"papers": ["0000000000001"]}, "papers"),
        ({"sections": ["B"]}, "sections"),
    ],
)
def test_a_consent_never_opens_more_than_was_asked_for(as_, kept, reader, words, field):
    uid = ask(as_)

    with pytest.raises(Invalid) as refused:
        give(as_, uid, **words)

    assert {fault.field for fault in refused.value.faults} == {field}


def test_sections_that_were_not_asked_for_stay_shut(as_, kept, reader):
    uid = ask(as_, sections=["D"])
    with pytest.raises(Invalid):
        give(as_, uid, sections=["A"])
    with pytest.raises(Invalid):
        give(as_, uid, papers=[kept["A"]])

    give(as_, uid)

    read(as_, reader, kept["D"])
    with pytest.raises(Missing):
        read(as_, reader, kept["A"])


def test_all_faults_of_a_request_are_told_at_once(as_):
    with pytest.raises(Invalid) as refused:
        ask(as_, what=" ", purpose="9", reason="", authority="", valid_from="x", valid_to="2026")

    assert {fault.field for fault in refused.value.faults} == {
        "what", "purpose", "reason", "authority", "valid_from", "valid_to",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last"),
    [("05/03/2026", "04/03/2026"), ("01/02/2026", "01/03/2026"), ("02/03/2026", "02/03/2027")],
    ids=["backwards", "over", "longer than 365 days"],
)
def test_a_period_makes_sense(as_, first, last):
    with pytest.raises(Invalid):
        ask(as_, valid_from=first, valid_to=last)


def test_a_consent_gives_no_clearance(as_, kept, reader):
    with as_("officer") as desk:
        desk.site.by_id[desk.find(kept["A"]).id].level = 2
    with as_("operator") as desk:
        desk.root["accounts"].by_login[reader].clearance = 1
    give(as_, ask(as_))

    read(as_, reader, kept["D"])
    with pytest.raises(Missing):
        read(as_, reader, kept["A"])


def test_a_consent_that_ends_early_shuts_at_once_and_leaves_other_causes(as_, kept, reader):
    first, second = give(as_, ask(as_)), give(as_, ask(as_))
    with as_("head") as desk:
        consenting.end(desk, desk.site.dossiers["T-0050"], consent=first, why="Xong việc")
    read(as_, reader, kept["A"])
    with as_("head") as desk:
        consenting.end(desk, desk.site.dossiers["T-0050"], consent=second, why="Xong việc")

    with pytest.raises(Missing):
        read(as_, reader, kept["A"])
    with pytest.raises(Conflict), as_("head") as desk:
        consenting.end(desk, desk.site.dossiers["T-0050"], consent=second, why="Lại")


def test_a_decision_is_made_once(as_, kept, reader):
    uid = ask(as_)
    with as_("head") as desk:
        consenting.refuse(desk, desk.site, consent=uid, note="Không cần thiết")

    with pytest.raises(Conflict):
        give(as_, uid)
    with as_(reader) as desk:
        view = consent.look(desk, uid)
    assert (view.state, view.consent.note) == ("refused", "Không cần thiết")


def test_an_asker_takes_the_own_request_back_and_nobody_elses(as_, kept, reader):
    uid = ask(as_)
    with pytest.raises(Missing), as_("officer") as desk:
        consent.withdraw(desk, desk.site, consent=uid)
    with as_(reader) as desk:
        consent.withdraw(desk, desk.site, consent=uid)

    with as_("head") as desk:
        assert consenting.pending(desk, desk.site) == []


def test_a_request_nobody_answered_lapses_when_its_period_is_over(as_, kept, reader, clock):
    uid = ask(as_)
    clock.advance(timedelta(days=30))

    with as_(reader) as desk:
        assert consent.look(desk, uid).state == "lapsed"
    with as_("head") as desk:
        assert consenting.pending(desk, desk.site) == []


def test_nobody_tries_names_without_end(as_):
    for n in range(consent.AT_ONCE):
        ask(as_, what=f"T-{n:04d}")

    with pytest.raises(Invalid, match="wait for an answer"):
        ask(as_, what="T-0050")


@pytest.mark.parametrize("other", ["archivist", "nobody", "admin", "operator"])
def test_a_consent_does_not_exist_for_those_it_does_not_concern(as_, kept, reader, other):
    uid = ask(as_)

    with pytest.raises(Missing), as_(other) as desk:
        consent.look(desk, uid)


def test_the_person_sees_who_was_let_in_and_why(as_, site):
    uid = ask(as_, what="T-0001")
    give(as_, uid, code="T-0001")

    with as_("employee") as desk:
        (view,) = consent.opened_to(desk, desk.site.dossiers["T-0001"])
        assert (view.consent.asked_by, view.consent.reason) == ("clerk", ASKED["reason"])
        assert consent.look(desk, uid).consent is view.consent


def test_the_scan_of_the_document_may_come_later(as_, kept, reader):
    uid = give(as_, ask(as_))
    with as_("head") as desk:
        dossier = desk.site.dossiers["T-0050"]
        consenting.attach_scan(desk, dossier, consent=uid, scan=kept["D"])
        assert consent.look(desk, uid).consent.decided.scan == kept["D"]


def test_a_reader_by_consent_finds_the_papers_it_opens(site, as_, kept):
    with as_("operator") as desk:
        desk.root["accounts"].by_login["clerk"].roles = ()
    with pytest.raises(Forbidden) as refused, as_("clerk") as desk:
        consent.ask(desk, desk.site, **{**ASKED, "what": "T-0050"})
    assert refusal_of(refused.value).verb == "consent.asked"

    uid = ask(as_, who="archivist")
    give(as_, uid)
    site.follower.catch_up()
    with as_("archivist") as desk:
        assert searching.search(desk, desk.site, text="lý lịch").total >= 1
