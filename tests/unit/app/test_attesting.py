"""What others say of the head of a day, checked by OpenSSL and not by what made it."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
import zipfile
from datetime import date, timedelta

import pytest
from asn1crypto import tsp
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from hoso.app.attesting import attest
from hoso.app.sealing import seal_journal
from hoso.audit import hoso_verify_journal as proof
from hoso.audit.journal import book_of, ledger_of
from hoso.audit.verifying import verify
from hoso.desk import dossiers, journal_export
from hoso.ingest.receipts.keys import signer_of
from hoso.ingest.receipts.place import KeyPlace
from hoso.kernel.errors import NotReady
from hoso.storage.databases import journal_connection

OPENSSL = shutil.which("openssl")
DAY = "2026-03-02"


@pytest.fixture
def closed(site, as_, clock):
    """A day that is closed, on a site that signs and has a time-stamp authority."""
    with as_("clerk") as desk:
        dossiers.look(desk, desk.find("T-0001"))
    clock.advance(timedelta(days=1))
    seal_journal(site)
    site.settings = dataclasses.replace(
        site.settings, journal_signed=True, timestamp_url="http://tsa.invalid"
    )
    return site


@pytest.fixture
def authority(tmp_path):
    """An authority with a key of its own, asked without a network."""
    key = signer_of(KeyPlace(tmp_path / "tsa", "Cơ quan cấp dấu thời gian"))
    stamper = DummyTimeStamper(key.signing_cert, key.signing_key)

    def post(_url, content):
        return stamper.request_tsa_response(tsp.TimeStampReq.load(content)).dump()

    return post


def journal(site, ask):
    with site.databases.connection() as connection:
        return ask(journal_connection(connection).root())


def test_the_head_is_signed_and_stamped_once(closed, authority):
    assert attest(closed, post=authority) == 2
    assert attest(closed, post=authority) == 0
    assert journal(closed, lambda root: list(ledger_of(root).said)) == [
        (DAY, "signature"),
        (DAY, "timestamp"),
    ]
    assert journal(closed, verify).is_whole


@pytest.mark.skipif(OPENSSL is None, reason="NOT RUN: no openssl")
def test_openssl_agrees_with_the_signature_and_reads_the_stamp(closed, authority, tmp_path):
    attest(closed, post=authority)
    head = journal(closed, lambda root: proof.head_text(book_of(root).seals[DAY]))
    (tmp_path / "head").write_bytes(head)
    for kind in ("signature", "timestamp"):
        token = journal(closed, lambda root, kind=kind: ledger_of(root).said[DAY, kind])
        (tmp_path / kind).write_bytes(token)

    def openssl(*words):
        run = subprocess.run([OPENSSL, *words], cwd=tmp_path, capture_output=True, check=False)
        return run.returncode, run.stdout

    cms = ("cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", "signature")
    assert openssl(*cms, "-content", "head") == (0, head)
    (tmp_path / "other").write_bytes(head.replace(b"2026", b"2025"))
    assert openssl(*cms, "-content", "other")[0] != 0
    status, said = openssl("ts", "-reply", "-token_in", "-in", "timestamp", "-text")
    assert status == 0
    assert b"sha256" in said.lower()


def test_a_stamp_for_something_else_is_not_taken(closed, authority):
    def other(url, content):
        request = tsp.TimeStampReq.load(content)
        request["message_imprint"]["hashed_message"] = bytes(32)
        return authority(url, request.dump(force=True))

    with pytest.raises(NotReady, match="something else"):
        attest(closed, post=other)
    with pytest.raises(NotReady, match="no time stamp"):
        attest(closed, post=lambda *_: b"<html>")
    assert journal(closed, lambda root: list(ledger_of(root).said)) == []


def test_what_is_said_of_another_head_is_found_in_database_and_export(closed, authority, as_):
    attest(closed, post=authority)
    with as_("auditor") as desk:
        day = date(2026, 3, 2)
        made = journal_export.export(desk, desk.site, first=day, last=day)
    with zipfile.ZipFile(made.path) as package:
        assert b'"said"' in package.read("days.jsonl")
    assert proof.check_package(made.path)[0].is_whole

    def swap(connection):
        ledger_of(journal_connection(connection).root()).said[DAY, "signature"] = b"of another"

    closed.databases.attempt(swap)

    assert [f.code for f in journal(closed, verify).findings] == ["head-said"]
