"""The journal sifted and exported: full pages, nothing said of what may not be seen."""

from __future__ import annotations

import zipfile
from datetime import date, timedelta

import pytest

from hoso.app.sealing import seal_journal
from hoso.audit import hoso_verify_journal as proof
from hoso.desk import day_heads, dossiers, journal, journal_export
from hoso.desk.journal import Sieve
from hoso.kernel.errors import Conflict, Forbidden, Invalid, Missing
from hoso.testing.sites import CODE
from hoso.testing.things import a_dossier

DAY = date(2026, 3, 2)


@pytest.fixture
def worked(as_, clock):
    """The clerk looks at a dossier twenty times, the archivist at a secret one between."""
    with as_("archivist") as desk:
        secret = a_dossier(desk, code="T-0901", name="Mật Danh", level=4).uid
    for _ in range(20):
        clock.advance(timedelta(seconds=1))
        with as_("clerk") as desk:
            dossiers.look(desk, desk.find(CODE))
        with as_("archivist") as desk:
            dossiers.look(desk, desk.find(secret))
    return secret


def pages(as_, limit, **sought):
    found, after = [], ""
    while True:
        with as_("auditor") as desk:
            page = journal.sift(
                desk, desk.site, sieve=Sieve(DAY, DAY, **sought), after=after, limit=limit
            )
        found.append([w.entry for w in page.entries])
        if not page.after:
            return found
        after = page.after


def test_pages_are_full_though_every_other_entry_is_hidden(as_, worked):
    found = pages(as_, 7, verb="dossier.seen")

    assert [len(page) for page in found] == [7, 7, 6]
    assert {entry.actor for page in found for entry in page} == {"clerk"}


def test_the_place_to_go_on_from_says_nothing_of_what_lies_between(as_, worked):
    with as_("auditor") as desk:
        page = journal.sift(desk, desk.site, sieve=Sieve(DAY, DAY, verb="dossier.seen"), limit=5)
    last = page.entries[-1]

    assert page.after == f"{last.day}/{last.order}/{last.mark}"
    assert last.shard not in page.after


@pytest.mark.parametrize("carried", [False, True], ids=["on their way", "carried"])
def test_pages_follow_one_another_while_entries_are_carried(as_, worked, site, carried):
    with as_("auditor") as desk:
        first = journal.of_record(desk, desk.find(CODE), limit=6)
    if carried:
        seal_journal(site)
    with as_("auditor") as desk:
        rest = journal.of_record(desk, desk.find(CODE), after=first.after, limit=100)

    seconds = [
        w.entry.at for w in (*first.entries, *rest.entries) if w.entry.verb == "dossier.seen"
    ]
    assert len(seconds) == len(set(seconds)) == 20


@pytest.mark.parametrize(
    ("sought", "wanted"),
    [
        ({"actor": "clerk"}, lambda e: e.actor == "clerk"),
        ({"outcome": "refused"}, lambda e: e.outcome == "refused"),
        ({"actor": "clerk", "verb": "dossier.seen"}, lambda e: e.verb == "dossier.seen"),
    ],
)
def test_what_is_sought_is_all_that_is_shown(as_, worked, sought, wanted):
    with pytest.raises(Forbidden), as_("clerk") as desk:
        journal.of_record(desk, desk.find(CODE))

    found = [entry for page in pages(as_, 5, **sought) for entry in page]

    assert found
    assert all(map(wanted, found))


@pytest.mark.parametrize(
    ("sieve", "field"),
    [
        (Sieve(DAY, DAY - timedelta(days=1)), "last"),
        (Sieve(DAY - timedelta(days=366), DAY), "first"),
    ],
    ids=["backwards", "longer than a year"],
)
def test_a_period_that_is_none_or_too_long_is_told(as_, sieve, field):
    with as_("auditor") as desk, pytest.raises(Invalid) as told:
        journal.sift(desk, desk.site, sieve=sieve)

    assert [fault.field for fault in told.value.faults] == [field]


@pytest.mark.parametrize("after", ["x", "2026-03-02/x", "a/b/c", "//", "2026-03-02/1/2/3"])
def test_a_place_that_is_none_is_told(as_, after):
    with as_("auditor") as desk, pytest.raises(Invalid):
        journal.of_record(desk, desk.find(CODE), after=after)


def test_a_refusal_keeps_its_reason_and_facts_apart_for_the_reader_s_language(as_, entries):
    with pytest.raises(Forbidden), as_("clerk") as desk:
        journal.of_record(desk, desk.find(CODE))

    (told,) = [e for e in entries("journal.record-read") if e.outcome == "refused"]
    assert told.reason == "Your role here ({roles}) does not include {permission}."
    assert told.details["reason.roles"] == "clerk"
    assert told.details["reason.permission"] == "journal:view"


def test_a_deed_that_could_not_be_done_is_told_of(as_, entries):
    with as_("officer") as desk:
        revision = desk.find(CODE).revision
    with pytest.raises(Conflict), as_("officer") as desk:
        dossiers.close(desk, desk.find(CODE), ended="2026-03-01", revision=revision + 7)

    (told,) = entries("dossier.closed")
    assert (told.outcome, told.actor) == ("failed", "officer")


def exported(as_, who="auditor", **how):
    with as_(who) as desk:
        return journal_export.export(desk, desk.site, first=DAY, last=DAY, **how)


def test_an_export_proves_itself_and_withholds_what_its_reader_may_not_audit(
    as_, worked, site, entries
):
    seal_journal(site)

    made = exported(as_)

    found, _ = proof.check_package(made.path)
    assert (found.findings, found.entries, found.withheld) == ([], made.entries, made.withheld)
    assert made.withheld == 21  # opened once and looked at twenty times
    with zipfile.ZipFile(made.path) as package:
        assert worked.encode() not in package.read("entries.jsonl")
    (told,) = entries("journal.exported")
    assert told.details["sha256"] == made.sha256


def test_an_export_of_one_record_holds_nothing_else(as_, worked, site):
    seal_journal(site)
    with as_("auditor") as desk:
        uid = desk.find(CODE).uid

    made = exported(as_, record=uid)

    found, manifest = proof.check_package(made.path)
    assert (found.findings, manifest["kind"], made.withheld) == ([], "part", 0)
    assert made.entries >= 20


def test_only_who_made_a_package_fetches_it(as_, worked, site):
    name = exported(as_).name

    with as_("auditor") as desk:
        assert journal_export.fetch(desk, desk.site, name=name).name == name
        for other in ("../main.fs", "journal-20260302-20260302-0000000000000000.zip", "x"):
            with pytest.raises(Missing):
                journal_export.fetch(desk, desk.site, name=other)
    with pytest.raises(Forbidden), as_("officer") as desk:
        journal_export.fetch(desk, desk.site, name=name)


def test_the_head_of_a_closed_day_is_listed_and_printed(as_, worked, site, clock):
    clock.advance(timedelta(days=1))
    seal_journal(site)

    with as_("auditor") as desk:
        (head,) = day_heads.heads(desk, desk.site)
        pdf = day_heads.print_head(
            desk,
            desk.site,
            day=head.day,
            words=lambda one: {
                "language": "vi",
                "site": "Sở Nội vụ",
                "title": one.day,
                "facts": [("Số mục", "1")],
                "digest_label": "SHA-256",
                "lines": ["Giữ kín."],
                "hands": ["Người in", "Người giữ"],
            },
        )
        assert day_heads.heads(desk, desk.site, before=head.day) == ()
        with pytest.raises(Missing):
            day_heads.print_head(desk, desk.site, day="2020-01-01", words=lambda _: {})

    assert head.day == "2026-03-02"
    assert "".join(head.groups) == head.digest
    assert _square(pdf) == f"HOSO-JOURNAL {head.day} {head.digest}"


def _square(pdf):
    import pypdfium2
    import zxingcpp

    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=2).to_pil().convert("L")
        assert len(document) == 1
    finally:
        document.close()
    (code,) = zxingcpp.read_barcodes(picture)
    return code.text
