"""The evidence package: a bag another program accepts, with a journal that proves itself."""

from __future__ import annotations

import asyncio
import csv
import hashlib
import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import bagit
import pytest
from asn1crypto import cms
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from hoso.app.lacking import look_through
from hoso.app.sealing import seal_journal
from hoso.desk import evidence, holding
from hoso.kernel.errors import Forbidden, Invalid, Missing
from hoso.testing.things import a_dossier
from hoso.web.charts import teller

DAY = date(2026, 3, 2)


@pytest.fixture
def built(site, as_):
    with as_("officer") as desk:
        a_dossier(desk, code="T-9", name="=HYPERLINK(1)")
        holding.place_hold(desk, desk.find("T-0001"), reason="Tòa án hỏi", authority="12/CV")
    look_through(site)
    seal_journal(site)
    with as_("auditor") as desk:
        return evidence.build(
            desk, desk.site, first=DAY, last=DAY, told=teller(), seed="417", size=1
        )


@pytest.fixture
def unpacked(built, tmp_path):
    with zipfile.ZipFile(built.path) as archive:
        archive.extractall(tmp_path / "out")
    [top] = (tmp_path / "out").iterdir()
    return top


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def test_another_program_finds_the_bag_whole(unpacked):
    bag = bagit.Bag(str(unpacked))

    assert bag.is_valid()
    assert bag.info["Bagging-Date"] == "2026-03-02"


def test_the_journal_inside_proves_itself_with_nothing_of_ours(unpacked):
    with zipfile.ZipFile(unpacked / "data" / "journal.zip") as archive:
        archive.extractall(unpacked / "journal")
    [verifier] = (unpacked / "journal").rglob("hoso_verify_journal.py")

    done = subprocess.run(
        [sys.executable, "-I", str(verifier), str(verifier.parent)],
        check=False,
        capture_output=True,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_list_is_in_it(unpacked):
    said = json.loads((unpacked / "data" / "overview.json").read_text())

    assert said["figures"]["incomplete"] == len(rows(unpacked / "data" / "incomplete.csv")) == 2
    [hold] = rows(unpacked / "data" / "holds.csv")
    assert (hold["reason"], hold["authority"]) == ("Tòa án hỏi", "12/CV")


def test_the_sample_is_drawn_again_by_hand(unpacked):
    codes = ["T-0001", "T-9"]
    lots = sorted((hashlib.sha256(f"417\n{code}".encode()).hexdigest(), code) for code in codes)

    [line] = rows(unpacked / "data" / "sample.csv")

    assert (line["lot"], line["code"]) == lots[0]


def test_no_cell_is_a_formula(unpacked):
    names = {line["name"] for line in rows(unpacked / "data" / "incomplete.csv")}

    assert "'=HYPERLINK(1)" in names


def test_the_journal_keeps_the_digest_of_what_left(built, entries):
    [entry] = entries("evidence.built")

    assert dict(entry.details)["sha256"] == hashlib.sha256(built.path.read_bytes()).hexdigest()


def test_who_made_it_alone_fetches_it(built, as_):
    with as_("auditor") as desk:
        assert evidence.fetch(desk, desk.site, name=built.name) == built.path
        with pytest.raises(Missing):
            evidence.fetch(desk, desk.site, name="../" + built.name)
    with as_("archivist") as desk, pytest.raises(Forbidden):
        evidence.fetch(desk, desk.site, name=built.name)


def test_a_period_that_ends_before_it_begins_is_refused(as_):
    with as_("auditor") as desk, pytest.raises(Invalid):
        evidence.build(desk, desk.site, first=DAY, last=date(2026, 3, 1), told=teller())


def test_the_signature_is_over_what_covers_every_byte(unpacked):
    """Read again by the validator of pyHanko; a changed byte is refused."""
    signed = cms.ContentInfo.load((unpacked / "tagmanifest-sha256.txt.p7s").read_bytes())
    content = (unpacked / "tagmanifest-sha256.txt").read_bytes()

    def is_intact(over):
        # In a thread: a loop of ours must not meet that of a test beside it.
        with ThreadPoolExecutor(1) as apart:
            trusted = ValidationContext(trust_roots=[])
            judged = async_validate_detached_cms(over, signed["content"], trusted)
            return apart.submit(asyncio.run, judged).result().intact

    assert is_intact(content)
    assert not is_intact(content[:-2] + b"x\n")
