"""A dossier leaves the desk in every profile, read again and with its journal that proves itself."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from hoso.app.sealing import seal_journal
from hoso.desk import exporting
from hoso.kernel.errors import Forbidden, Invalid, Missing, Unusable
from hoso.preservation.signing import NotStamped
from hoso.preservation.virtual_zip import Damaged
from hoso.testing.service import let_stand
from hoso.testing.sites import sitting
from hoso.testing.things import a_dossier, a_filed_paper

PAPER = {
    "title": "Quyết định nâng bậc lương",
    "number": "14",
    "symbol": "QĐ-SNV",
    "date": "2001-05-04",
    "agency": "Sở Nội vụ",
    "given_name": "Quyết định số 14.pdf".encode(),
    "pages": 1,
}


@pytest.fixture
def archiving(site):
    """The site with an agency that has a code, and a fonds."""
    settings = dict(site.rulebook.profile.settings)
    settings["archive"] = {**settings["archive"], "agency_code": "H99", "fonds": "P99"}
    profile = replace(site.rulebook.profile, settings=MappingProxyType(settings))
    site.rulebook = replace(site.rulebook, profile=profile)
    return site


@pytest.fixture
def leaver(archiving):
    """The uid of a dossier of somebody who retired in 2022: kept permanently (TT 09/2011, 52)."""
    with sitting(archiving, "officer") as desk:
        dossier = a_dossier(desk, ended="2022-06-30")
        let_stand(desk, dossier, status="NGHI_HUU", effective="2022-06-30")
        a_filed_paper(desk, dossier, words="một", **PAPER)
        a_filed_paper(desk, dossier, words="hai", **PAPER)
        return dossier.uid


def test_every_profile_passes_the_second_reader(archiving, leaver, tmp_path):
    with sitting(archiving, "archivist") as desk:
        known = exporting.profiles(desk)
        reports = [
            exporting.export(
                desk,
                desk.find(leaver),
                profile=one,
                to=tmp_path,
                zipped=one == "tt05-sip-hoso",
                sign=True,
            )
            for one in known
        ]

    assert ["bagit", "eark-sip-2.2.0", "tt05-aip-hoso", "tt05-sip-hoso"] == known
    assert all(report.path.exists() for report in reports)
    beside = {path.name for path in tmp_path.iterdir() if path.name.endswith(".p7s")}
    assert {f"{one.path.name.removesuffix('.zip')}.METS.xml.p7s" for one in reports[2:]} == beside


def test_the_journal_of_a_dossier_travels_with_it_and_proves_itself(
    archiving, leaver, clock, tmp_path
):
    clock.advance(timedelta(days=1))
    seal_journal(archiving)
    with sitting(archiving, "archivist") as desk:
        path = exporting.export(desk, desk.find(leaver), profile="eark-sip-2.2.0", to=tmp_path).path

    (journal,) = path.glob("data/*/metadata/other/journal")
    done = subprocess.run(
        [sys.executable, "-I", journal / "hoso_verify_journal.py", journal],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len((journal / "entries.jsonl").read_bytes().splitlines()) >= 1


def test_the_same_dossier_is_the_same_package_on_another_day(archiving, leaver, clock, tmp_path):
    clock.advance(timedelta(days=1))
    seal_journal(archiving)
    seen = []
    for number in range(2):
        with sitting(archiving, "archivist") as desk:
            seen.append(
                exporting.export(
                    desk, desk.find(leaver), profile="eark-sip-2.2.0", to=tmp_path / str(number)
                ).sha256
            )
        clock.advance(timedelta(days=40))

    assert seen[0] == seen[1]


def test_what_is_not_known_is_told_all_at_once_and_nothing_is_written(archiving, tmp_path):
    with sitting(archiving, "officer") as desk:
        dossier = a_dossier(desk)
        a_filed_paper(desk, dossier, **{**PAPER, "date": "2001", "agency": ""})
        uid = dossier.uid

    with sitting(archiving, "archivist") as desk, pytest.raises(Invalid) as refused:
        exporting.export(desk, desk.find(uid), profile="tt05-sip-hoso", to=tmp_path / "out")

    fields = {fault.field.rpartition(".")[2] for fault in refused.value.faults}
    assert {"issuedDate", "organName", "maintenance"} <= fields
    assert not list((tmp_path / "out").iterdir())


def test_a_profile_nobody_knows_is_refused_with_those_there_are(archiving, leaver, tmp_path):
    with sitting(archiving, "archivist") as desk, pytest.raises(Invalid, match="profile"):
        exporting.export(desk, desk.find(leaver), profile="eark-9", to=tmp_path)


def test_who_may_not_export_gets_no_package(archiving, leaver, tmp_path):
    with sitting(archiving, "auditor") as desk, pytest.raises((Forbidden, Missing)):
        exporting.export(desk, desk.find(leaver), profile="eark-sip-2.2.0", to=tmp_path)


# An authority that gives no time ------------------------------------------------------------


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("profile", ["tt05-sip-hoso", "bagit"])
def test_an_authority_that_is_away_leaves_no_half_a_deposit(
    archiving, leaver, tmp_path, profile, zipped
):
    settings = archiving.settings
    how = {"profile": profile, "to": tmp_path / "out", "sign": True, "zipped": zipped}
    # Nobody listens at port 1 (RFC 1078, tcpmux).
    archiving.settings = replace(settings, timestamp_url="http://127.0.0.1:1/")
    with (
        sitting(archiving, "archivist") as desk,
        pytest.raises(NotStamped, match=r"127\.0\.0\.1:1"),
    ):
        exporting.export(desk, desk.find(leaver), **how)
    assert list((tmp_path / "out").iterdir()) == []

    archiving.settings = settings
    with sitting(archiving, "archivist") as desk:
        report = exporting.export(desk, desk.find(leaver), **how)
    left = {path.name for path in (tmp_path / "out").iterdir()}
    assert report.path.name in left
    assert len(left) == (2 if profile.startswith("tt05") else 1)


def test_a_signature_stays_nowhere_without_its_package(archiving, leaver, tmp_path, monkeypatch):
    """The disk is full when the package is written: the signature that was made goes too."""

    def full(*_args, **_words):
        raise Unusable("no room")

    monkeypatch.setattr(exporting, "write_layout", full)
    with sitting(archiving, "archivist") as desk, pytest.raises(Unusable):
        exporting.export(
            desk, desk.find(leaver), profile="tt05-sip-hoso", to=tmp_path / "out", sign=True
        )

    assert list((tmp_path / "out").iterdir()) == []


# Nowhere written ----------------------------------------------------------------------------


@pytest.fixture
def streamed(archiving, leaver, tmp_path):
    """A bag that is built to be given out, and the folder with what was made for it."""
    made = tmp_path / "made"
    made.mkdir()
    with sitting(archiving, "archivist") as desk:
        report = exporting.export(desk, desk.find(leaver), profile="bagit", to=made, streamed=True)
    return report, made


def test_what_is_streamed_is_the_zip_that_would_be_written(archiving, leaver, streamed, tmp_path):
    with sitting(archiving, "archivist") as desk:
        written = exporting.export(
            desk, desk.find(leaver), profile="bagit", to=tmp_path / "out", zipped=True
        )
    with archiving.databases.connection() as connection:
        archive = exporting.archive_at(connection.root(), streamed[0].layout)
        content = b"".join(archive.stream())

    assert content == written.path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == written.sha256


def test_no_byte_of_a_paper_is_written_to_be_streamed(streamed, entries):
    report, made = streamed
    papers = {one.sha256 for one in report.layout.entries if not one.made}

    on_disk = {hashlib.sha256(path.read_bytes()).hexdigest() for path in made.rglob("*")}

    assert papers
    assert not papers & on_disk
    assert [entry.outcome for entry in entries("dossier.exported")] == ["done"]


def test_a_file_that_is_damaged_when_it_is_given_out_ends_the_stream(archiving, streamed):
    paper = next(one for one in streamed[0].layout.entries if not one.made)
    with archiving.databases.connection() as connection:
        archive = exporting.archive_at(connection.root(), streamed[0].layout)
        entry = next(one for one in archive.entries if one.path == paper.path)
        with entry.open() as stream:
            path = Path(stream.name)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"x")

        with pytest.raises(Damaged, match="is not what was filed"):
            list(archive.stream())


def test_what_is_damaged_before_is_not_streamed_at_all(archiving, leaver, streamed, tmp_path):
    paper = next(one for one in streamed[0].layout.entries if not one.made)
    with archiving.databases.connection() as connection:
        archive = exporting.archive_at(connection.root(), streamed[0].layout)
        entry = next(one for one in archive.entries if one.path == paper.path)
        with entry.open() as stream:
            path = Path(stream.name)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"x")

    (tmp_path / "again").mkdir()
    with sitting(archiving, "archivist") as desk, pytest.raises(Unusable, match="differs"):
        exporting.export(
            desk, desk.find(leaver), profile="bagit", to=tmp_path / "again", streamed=True
        )
