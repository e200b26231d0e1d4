"""Files read again: each byte, each file, and what could not be read never counts as whole."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from hoso.app.fixity import Scrubber, read_on, read_round
from hoso.desk import batches, fixity, fixity_risks, receipts
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Forbidden, Invalid, NotReady, Unusable
from hoso.preservation.fixity.reading import Verdict
from hoso.records.model import Document
from hoso.records.sealing import seal
from hoso.testing.things import a_dossier, a_filed_paper, bytes_of
from hoso.web.receipts import reason, teller

#: The builder makes an original, a page and a text for each paper.
FILES_A_PAPER = 3
WORDS = ("Quyết định số 1/QĐ-M", "Quyết định số 2/QĐ-M")


@pytest.fixture
def papers(as_):
    """Two filed papers; their uids."""
    with as_("officer") as desk:
        dossier = a_dossier(desk)
        return [a_filed_paper(desk, dossier, words=words).uid for words in WORDS]


@pytest.fixture
def copied(site, tmp_path):
    """The site with a second copy on another disk; its folder."""
    folder = tmp_path / "second"
    site.settings = dataclasses.replace(site.settings, second_copy=folder)
    return folder


def path_of(site, uid, name="original"):
    with site.databases.connection() as connection:
        paper = connection.root()["site"].by_id[ids.from_text(uid)]
        return Path(paper.renditions[name].blob.committed())


def write(path, content):
    path.chmod(0o600)
    path.write_bytes(content)


def flip(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    write(path, bytes(content))
    return hashlib.sha256(content).hexdigest()


def a_round(site):
    steps = list(read_round(site))
    return steps[-1].ended, sum(step.copied for step in steps)


def listed(as_, login="archivist", **how):
    with as_(login) as desk:
        return [
            (line.uid, line.rendition, line.risk.kind, line.risk.state)
            for line in fixity_risks.risks(desk, desk.site, **how)
        ]


def test_a_round_reads_every_file_once(site, papers, as_):
    done, _ = a_round(site)

    assert (done.files, done.wrong, done.unread) == (FILES_A_PAPER * len(papers), 0, 0)
    with as_("auditor") as desk:
        stands = fixity.status(desk, desk.site)
    assert (stands.last, stands.began, stands.open_risks, stands.failing) == (done, "", 0, "")


def test_no_second_round_begins_before_its_day(site, papers, clock):
    a_round(site)

    assert read_on(site) is None
    clock.advance(timedelta(days=90))
    assert read_on(site).files == FILES_A_PAPER * len(papers)


def test_a_flipped_bit_is_found_and_told_with_both_digests(site, papers, as_, entries):
    found = flip(path_of(site, papers[0]))

    done, _ = a_round(site)

    assert (done.wrong, done.unread) == (1, 0)
    assert listed(as_) == [(papers[0], "original", "changed", "open")]
    [entry] = entries("fixity.fault-found")
    assert entry.record == papers[0]
    told = dict(entry.details)
    assert told["expected"] == hashlib.sha256(bytes_of(WORDS[0])).hexdigest()
    assert told["found"] == found


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda path: write(path, path.read_bytes()[:-1]), "cut"),
        (lambda path: write(path, path.read_bytes() + b"\n"), "changed"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable"),
    ],
)
def test_each_kind_of_damage_is_told_apart(site, papers, as_, damage, kind):
    damage(path_of(site, papers[1]))

    done, _ = a_round(site)

    assert listed(as_) == [(papers[1], "original", kind, "open")]
    is_read = kind in {"cut", "changed"}
    assert (done.wrong, done.unread) == (int(is_read), int(not is_read))


def test_a_round_that_is_cut_off_goes_on_where_it_was(site, papers):
    steps = []
    while (step := read_on(site, files=1)) is not None:
        steps.append(step.files)
        if step.ended:
            break

    assert sum(steps) == FILES_A_PAPER * len(papers) == step.ended.files
    assert max(steps) == FILES_A_PAPER


def test_who_comes_second_drops_what_he_read(site, papers, as_):
    read_on(site, files=1)

    with site.databases.connection() as connection:
        desk = Desk(site, connection, KEEPER, via="test")
        again = fixity.Read(1, "original", "", Verdict("", "", 9))
        assert not fixity.note_read(desk, desk.site, read=[again], before=0, cursor=1)


def test_a_damaged_file_is_mended_from_the_second_copy(site, papers, as_, copied, clock, entries):
    _, copies = a_round(site)
    assert copies == FILES_A_PAPER * len(papers) - 1  # both papers show the same page
    flip(path_of(site, papers[0]))
    clock.advance(timedelta(days=90))
    a_round(site)

    with as_("archivist") as desk:
        fixity_risks.repair(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        )

    assert path_of(site, papers[0]).read_bytes() == bytes_of(WORDS[0])
    assert listed(as_) == []
    assert listed(as_, every=True) == [(papers[0], "original", "changed", "repaired")]
    [entry] = entries("fixity.repaired")
    assert dict(entry.details)["was"] == "changed"


def test_a_damaged_second_copy_mends_nothing(site, papers, as_, copied, clock):
    a_round(site)
    found = flip(path_of(site, papers[0]))
    name = hashlib.sha256(bytes_of(WORDS[0])).hexdigest()
    flip(copied / name[:2] / name)
    clock.advance(timedelta(days=90))
    a_round(site)

    with as_("archivist") as desk, pytest.raises(Unusable):
        fixity_risks.repair(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        )

    assert hashlib.sha256(path_of(site, papers[0]).read_bytes()).hexdigest() == found
    assert listed(as_) == [(papers[0], "original", "changed", "open")]


def test_a_damaged_second_copy_is_written_anew_from_what_is_whole(site, papers, copied, clock):
    a_round(site)
    name = hashlib.sha256(bytes_of(WORDS[1])).hexdigest()
    flip(copied / name[:2] / name)
    clock.advance(timedelta(days=90))

    _, copies = a_round(site)

    assert copies == 1
    assert (copied / name[:2] / name).read_bytes() == bytes_of(WORDS[1])


def test_without_a_second_copy_it_says_what_to_set(site, papers, as_):
    flip(path_of(site, papers[0]))
    a_round(site)

    with as_("archivist") as desk, pytest.raises(NotReady, match="second-copy"):
        fixity_risks.repair(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        )


def test_what_is_whole_is_not_mended(site, papers, as_, copied):
    path = path_of(site, papers[0])
    whole = path.read_bytes()
    flip(path)
    a_round(site)
    write(path, whole)

    with as_("archivist") as desk, pytest.raises(Conflict):
        fixity_risks.repair(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        )
    with as_("archivist") as desk:
        assert fixity_risks.see_again(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        ).is_whole
    assert listed(as_) == []


def test_what_is_lost_is_said_with_a_reason_and_stays_on_record(site, papers, as_):
    path_of(site, papers[0]).unlink()
    a_round(site)

    with as_("archivist") as desk:
        paper = desk.find(papers[0], Document)
        with pytest.raises(Invalid):
            fixity_risks.state_lost(desk, paper, of=papers[0], rendition="original", reason="  ")
        fixity_risks.state_lost(
            desk, paper, of=papers[0], rendition="original", reason="Cháy kho năm 2025"
        )

    assert listed(as_, every=True) == [(papers[0], "original", "missing", "lost")]


def test_who_may_not_does_not(site, papers, as_):
    flip(path_of(site, papers[0]))
    a_round(site)

    with as_("auditor") as desk, pytest.raises(Forbidden):
        fixity_risks.see_again(
            desk, desk.find(papers[0], Document), of=papers[0], rendition="original"
        )
    with as_("clerk") as desk, pytest.raises(Forbidden):
        fixity_risks.risks(desk, desk.site)


def test_reading_that_fails_as_a_whole_is_a_trouble_and_no_round(
    site, papers, copied, entries, as_
):
    copied.write_text("a file where the folder should be")

    Scrubber(site)._once(1 << 20)

    assert "fixity" in site.troubles
    assert len(entries("fixity.failed")) == 1
    with as_("auditor") as desk:
        stands = fixity.status(desk, desk.site)
    assert stands.last is None
    assert stands.failing


def test_a_period_without_a_full_round_is_overdue(site, papers, as_, clock):
    a_round(site)
    with as_("auditor") as desk:
        assert not fixity.status(desk, desk.site).overdue

    clock.advance(timedelta(days=1096))

    with as_("auditor") as desk:
        assert fixity.status(desk, desk.site).overdue


def test_what_lies_behind_a_seal_is_read_and_not_copied(site, papers, as_, copied, clock):
    with as_("officer") as desk:
        paper = desk.site.by_id[ids.from_text(papers[0])]
        seal(paper)
        sealed = {one.sha256 for one in paper.sealed.values()}

    done, _ = a_round(site)

    assert done.files == FILES_A_PAPER * len(papers)
    alone = hashlib.sha256(bytes_of(WORDS[0])).hexdigest()
    assert alone in sealed
    assert not (copied / alone[:2] / alone).exists()


def test_the_receipts_of_a_batch_are_read(site, as_):
    with as_("clerk") as desk:
        batch = batches.open_(desk, desk.unit("nhanh"), typed={"title": "Hộp 1"})
        batches.close(desk, batch, because="", revision=None)
        receipts.make(desk, batch, told=teller(desk.house), reason=reason())

    done, _ = a_round(site)

    assert done.files == 1
