"""The archive's answer: both ways of writing it, everything wrong with it at once, who signed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from hoso.kernel.errors import Invalid
from hoso.preservation.delivery.receipt import Answer, Said, faults_of, read_answer
from hoso.preservation.delivery.signed import judge

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
WRITTEN = {
    "format": "hoso-receipt-1",
    "objid": "hoso-HS-2026-001",
    "tagmanifest-sha512": "ab" * 64,
    "payload-oxum": "1234.5",
    "received": "2026-03-09T15:30:00+07:00",
    "outcome": "accepted",
    "rules": [
        {"id": "CSIP1", "outcome": "pass"},
        {"id": "CSIPSTR16", "outcome": "warning", "message": "SHOULD"},
    ],
    "aip": "H49.64.33.2001.160",
    "accession": "12/2026",
    "archive": "Trung tâm Lưu trữ lịch sử tỉnh Mẫu",
    "signer": "Lê Thị Mẫu",
    "events": [{"type": "ingestion", "at": "2026-03-09T15:30:00+07:00"}],
}
AS_XML = """<?xml version="1.0" encoding="UTF-8"?>
<receipt xmlns="urn:hoso:receipt:1">
  <objid>hoso-HS-2026-001</objid>
  <tagmanifest-sha512>{digest}</tagmanifest-sha512>
  <payload-oxum>1234.5</payload-oxum>
  <received>2026-03-09T15:30:00+07:00</received>
  <outcome>accepted</outcome>
  <rules><rule id="CSIP1" outcome="pass"/><rule id="CSIPSTR16" outcome="warning">SHOULD</rule></rules>
  <aip>H49.64.33.2001.160</aip>
  <accession>12/2026</accession>
  <archive>Trung tâm Lưu trữ lịch sử tỉnh Mẫu</archive>
  <signer>Lê Thị Mẫu</signer>
  <events><event type="ingestion" at="2026-03-09T15:30:00+07:00"/></events>
</receipt>
""".format(digest="ab" * 64)
OURS = {
    "identifier": "hoso-HS-2026-001",
    "sha512": "ab" * 64,
    "oxum": "1234.5",
    "made_at": "2026-03-08T02:00:00.000000Z",
    "now": NOW,
}


def as_json(**more):
    return json.dumps({**WRITTEN, **more}, ensure_ascii=False).encode()


def codes(answer, **more):
    return {reason.code for reason in faults_of(answer, **{**OURS, **more})}


def test_both_ways_of_writing_say_the_same():
    expected = Answer(
        objid="hoso-HS-2026-001",
        sha512="ab" * 64,
        oxum="1234.5",
        received="2026-03-09T15:30:00+07:00",
        outcome="accepted",
        archive="Trung tâm Lưu trữ lịch sử tỉnh Mẫu",
        signer="Lê Thị Mẫu",
        aip="H49.64.33.2001.160",
        accession="12/2026",
        rules=(Said("CSIP1", "pass"), Said("CSIPSTR16", "warning", "SHOULD")),
        events=("ingestion",),
    )

    assert read_answer(as_json()) == expected
    assert read_answer(AS_XML.encode()) == expected
    assert codes(expected) == set()


def test_everything_that_is_wrong_is_said_at_once():
    content = as_json(
        outcome="maybe", received="yesterday", signer="", rules=[{"outcome": "pass"}],
        **{"tagmanifest-sha512": "12", "payload-oxum": "many"},
    )  # fmt: skip

    with pytest.raises(Invalid) as told:
        read_answer(content)

    assert len(told.value.faults) == 6


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"OK",
        b"{",
        b"[]",
        b'"accepted"',
        b'{"format": "hoso-receipt-2"}',
        as_json().replace(b'"objid"', b'"objid": "x", "objid"', 1),
        b"[" * 100_000,
        b"<html><body>502 Bad Gateway</body></html>",
        AS_XML.replace("receipt:1", "receipt:2").encode(),
        AS_XML.replace("</receipt>", "<objid>x</objid></receipt>").encode(),
        AS_XML.replace("<receipt", '<!DOCTYPE receipt [<!ENTITY a "aaaa">]><receipt').encode(),
        b"\x00" * 100,
        b" " * (5 << 20),
    ],
    ids=range(14),
)
def test_what_is_no_receipt_is_refused(content):
    with pytest.raises(Invalid):
        read_answer(content)


def test_an_entity_is_not_resolved():
    bomb = AS_XML.replace(
        "<receipt", '<!DOCTYPE receipt [<!ENTITY a SYSTEM "file:///etc/passwd">]><receipt'
    ).replace("Lê Thị Mẫu", "&a;")

    with pytest.raises(Invalid):
        read_answer(bomb.encode())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"objid": "hoso-HS-2026-002"}, "receipt-other"),
        ({"tagmanifest-sha512": "ac" * 64}, "receipt-other"),
        ({"payload-oxum": "1234.6"}, "receipt-other"),
        ({"received": "2026-03-07T15:30:00+07:00"}, "receipt-early"),
        ({"received": "2026-03-11T15:30:00+07:00"}, "receipt-future"),
        ({"rules": [{"id": "CSIP1", "outcome": "fail"}]}, "receipt-failed"),
        ({"aip": ""}, "receipt-no-aip"),
        ({"events": [{"type": "rejection"}]}, "receipt-event"),
        ({"outcome": "rejected"}, "receipt-event"),
    ],
)
def test_a_receipt_that_does_not_answer_this_package_says_in_what(said, code):
    assert codes(read_answer(as_json(**said))) == {code}


def test_a_rejection_needs_neither_number_nor_good_rules():
    said = read_answer(
        as_json(outcome="rejected", aip="", events=[], rules=[{"id": "CSIP71", "outcome": "fail"}])
    )

    assert codes(said) == set()


# Signatures ----------------------------------------------------------------------------------


def certified(name, *, by=None, days=365, begins=NOW - timedelta(days=30), ca=False):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, issuer_key = (by[0].subject, by[1]) if by else (subject, key)
    usage = x509.KeyUsage(
        digital_signature=not ca, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=ca, crl_sign=ca,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    return certificate, key


def signed(content, signer, *, encoding=serialization.Encoding.DER, detached=True):
    certificate, key = signer
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    return builder.add_signer(certificate, key, hashes.SHA256()).sign(encoding, options)


def known(*signers):
    return [
        asn1.Certificate.load(one[0].public_bytes(serialization.Encoding.DER)) for one in signers
    ]


@pytest.fixture(scope="module")
def authority():
    return certified("Cơ quan chứng thực", ca=True)


@pytest.fixture(scope="module")
def archive(authority):
    return certified("Lưu trữ lịch sử tỉnh Mẫu", by=authority)


@pytest.mark.parametrize("encoding", [serialization.Encoding.DER, serialization.Encoding.PEM])
def test_who_signed_is_told_and_believed(authority, archive, encoding):
    content = as_json()

    found = judge(
        content, signed(content, archive, encoding=encoding), trusted=known(authority), now=NOW
    )

    assert found.faults == ()
    assert "Lưu trữ lịch sử tỉnh Mẫu" in found.signer


def test_the_certificate_of_the_archive_itself_is_enough(archive):
    content = as_json()

    assert judge(content, signed(content, archive), trusted=known(archive), now=NOW).faults == ()


def faults(content, signature, trusted, now=NOW):
    return [one.code for one in judge(content, signature, trusted=trusted, now=now).faults]


def test_a_receipt_that_was_changed_after_it_was_signed_is_not_believed(authority, archive):
    signature = signed(as_json(), archive)

    assert faults(as_json(aip="H49.1"), signature, known(authority)) == ["signature-other"]


def test_a_stranger_is_not_believed(authority):
    content = as_json()

    told = faults(content, signed(content, certified("Ai đó")), known(authority))

    assert told == ["signature-unknown"]


def test_a_certificate_that_is_over_is_not_believed(authority):
    content = as_json()
    old = certified("Cũ", by=authority, days=20)

    assert faults(content, signed(content, old), known(authority)) == ["signature-unknown"]


@pytest.mark.parametrize("signature", [b"", b"signed", b"\x30\x80" * 50, b"0" * (2 << 20)])
def test_what_is_no_signature_is_said_so(authority, signature):
    assert faults(as_json(), signature, known(authority)) in (
        ["unsigned"],
        ["signature-unreadable"],
    )


def test_a_signature_that_holds_its_own_content_is_refused(authority, archive):
    """Else somebody would read one receipt and another would be believed."""
    other = signed(as_json(aip="H49.1"), archive, detached=False)

    assert faults(as_json(), other, known(authority)) == ["signature-unreadable"]


def test_without_a_known_archive_nobody_is_believed(archive):
    content = as_json()

    assert faults(content, signed(content, archive), []) == ["no-archives"]
