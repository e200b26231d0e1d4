"""A dossier leaves the desk in every profile, read again and with its journal that proves itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

import pytest

from hoso.app.sealing import seal_journal
from hoso.desk import exporting
from hoso.kernel.errors import Forbidden, Invalid, Missing
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
