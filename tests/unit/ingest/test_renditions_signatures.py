"""What is said of signatures: by a made-up authority, on made-up papers, changed afterwards."""

from __future__ import annotations

import io
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from renditions import MADE_AT, WORDS, scan_pdf

from hoso.ingest.renditions import jobs
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.renditions.maker import Maker
from hoso.ingest.renditions.signatures import signatures
from hoso.ingest.renditions.states import COVERAGE, INTEGRITY, TRUST, SignatureState

NOW = datetime.now(UTC).replace(microsecond=0)


class Authority:
    """A certification authority for one test run."""

    def __init__(self, name="CA Mẫu"):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self.issue(self.name, self.key.public_key(), authority=True)

    def issue(self, subject, public, *, authority=False, years=(-1, 2), stamps=False):
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self.name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW + timedelta(days=365 * years[0]))
            .not_valid_after(NOW + timedelta(days=365 * years[1]))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True,
                    content_commitment=not authority,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=authority,
                    crl_sign=authority,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
        )
        if not authority:
            # Never asked: nobody fetches anything.
            place = x509.UniformResourceIdentifier("http://ca-mau.invalid/ca.crl")
            point = x509.DistributionPoint([place], None, None, None)
            made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        if stamps:
            use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            made = made.add_extension(use, critical=True)
        return made.sign(self.key, hashes.SHA256())

    def signer(self, name, *, bits=2048, **how):
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COMMON_NAME, name),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sở Mẫu"),
            ]
        )
        certificate = self.issue(subject, key.public_key(), **how)
        return asn1_key(key), asn1(certificate)

    def simple(self, name="Nguyễn Văn Mẫu", **how):
        key, certificate = self.signer(name, **how)
        known = SimpleCertificateStore()
        known.register(asn1(self.certificate))
        return signers.SimpleSigner(certificate, key, known)


def asn1(certificate):
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def asn1_key(key):
    return keys.PrivateKeyInfo.load(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def signer(authority):
    return authority.simple()


@pytest.fixture(scope="module")
def anchors(authority, tmp_path_factory):
    """The folder of trusted authorities, with a file in it that is none."""
    folder = tmp_path_factory.mktemp("anchors")
    coded = authority.certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "ca-mau.pem").write_bytes(coded)
    (folder / "broken.cer").write_bytes(b"no certificate")
    (folder / "README").write_text("whose these are")
    return str(folder)


def sign(path, signer, field="Signature1", *, stamper=None, **how):
    """Sign the file in place, as one more section at its end."""
    data = io.BytesIO(path.read_bytes())
    meta = signers.PdfSignatureMetadata(field_name=field, **how)
    writer = IncrementalPdfFileWriter(data)
    # In a thread of its own: a browser that ran before may have left a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        signed = apart.submit(signers.sign_pdf, writer, meta, signer, timestamper=stamper).result()
    path.write_bytes(signed.getvalue())
    return path


def state(path, anchors=None):
    (only,) = signatures(str(path), anchors)
    return SignatureState.from_dict(only)


@pytest.fixture
def paper(tmp_path):
    return scan_pdf(tmp_path / "paper.pdf")


def test_an_untouched_signature_by_a_trusted_authority(paper, signer, anchors):
    said = state(sign(paper, signer), anchors)

    assert ("Signature1", "Nguyễn Văn Mẫu", "CA Mẫu") == (said.field, said.signer, said.issuer)
    assert ("intact", "whole", "trusted") == (said.integrity, said.coverage, said.trust)
    assert ("sha256 rsa 2048", False, None) == (said.algorithm, said.weak, said.stamped_at)
    assert abs(datetime.fromisoformat(said.signed_at) - datetime.now(UTC)) < timedelta(minutes=5)
    assert (
        "What was signed has not been changed.",
        "The signature covers the whole file.",
        "The certificate comes from an authority trusted here.",
    ) == said.sentences


def test_without_a_folder_of_authorities_nobody_is_called_trusted(paper, signer):
    assert "none-configured" == state(sign(paper, signer)).trust


def test_an_authority_that_is_not_in_the_folder_is_unknown(paper, signer, tmp_path):
    (tmp_path / "anchors").mkdir()

    assert "unknown-root" == state(sign(paper, signer), str(tmp_path / "anchors")).trust


def test_a_changed_byte_breaks_the_signature(paper, signer, anchors):
    sign(paper, signer)
    data = bytearray(paper.read_bytes())
    data[data.index(b"/MediaBox") + 12] ^= 1
    paper.write_bytes(data)

    assert "broken" == state(paper, anchors).integrity


def test_a_second_signature_is_an_allowed_addition(paper, authority, signer, anchors):
    sign(paper, signer)
    sign(paper, authority.simple("Trần Thị Mẫu"), "Signature2")

    first, second = map(SignatureState.from_dict, signatures(str(paper), anchors))

    assert ("Nguyễn Văn Mẫu", "intact", "allowed-changes") == (
        first.signer,
        first.integrity,
        first.coverage,
    )
    assert ("Trần Thị Mẫu", "intact", "whole") == (second.signer, second.integrity, second.coverage)


def test_a_page_painted_over_after_signing_is_not_allowed(paper, signer, anchors):
    sign(paper, signer)
    writer = IncrementalPdfFileWriter(io.BytesIO(paper.read_bytes()))
    page = writer.root["/Pages"]["/Kids"][0]
    painted = generic.StreamObject(stream_data=b"1 0 0 rg 0 0 300 420 re f")
    page[generic.pdf_name("/Contents")] = writer.add_object(painted)
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)
    paper.write_bytes(changed.getvalue())

    said = state(paper, anchors)

    assert ("intact", "changed") == (said.integrity, said.coverage)


def test_a_signature_over_a_part_says_so(paper, signer, anchors):
    sign(paper, signer)
    data = paper.read_bytes()
    at = data.index(b"/ByteRange")
    end = data.index(b"]", at)
    first, *rest = data[data.index(b"[", at) + 1 : end].split()
    shorter = b" ".join([first, *rest[:2], str(int(rest[2]) - 9).encode()])
    field = b"[" + shorter.ljust(end - data.index(b"[", at) - 1) + b"]"
    paper.write_bytes(data[: data.index(b"[", at)] + field + data[end + 1 :])

    said = state(paper, anchors)

    # The bytes that are left out were signed, so it is broken as well.
    assert ("broken", "part") == (said.integrity, said.coverage)


def test_a_certificate_that_had_run_out_is_told_from_one_that_ran_out_since(
    paper, authority, anchors, tmp_path
):
    sign(paper, authority.simple(years=(-3, -1)))

    assert "not-valid-then" == state(paper, anchors).trust


@pytest.mark.parametrize(
    ("days", "trust"), [(-10, "revoked"), (10, "trusted")], ids=["before signing", "afterwards"]
)
def test_a_list_of_revoked_certificates_in_the_folder_counts(
    paper, authority, anchors, tmp_path, days, trust
):
    revoked = authority.simple()
    sign(paper, revoked)
    entry = (
        x509.RevokedCertificateBuilder()
        .serial_number(revoked.signing_cert.serial_number)
        .revocation_date(NOW + timedelta(days=days))
        .build()
    )
    listed = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.name)
        .last_update(NOW + timedelta(days=max(days, 0)))
        .next_update(NOW + timedelta(days=40))
        .add_revoked_certificate(entry)
        .sign(authority.key, hashes.SHA256())
    )
    shutil.copytree(anchors, tmp_path / "anchors")
    coded = listed.public_bytes(serialization.Encoding.DER)
    (tmp_path / "anchors" / "ca-mau.crl").write_bytes(coded)

    assert trust == state(paper, str(tmp_path / "anchors")).trust


def test_old_methods_are_weak_not_broken(paper, signer, anchors):
    said = state(sign(paper, signer, md_algorithm="sha1"), anchors)

    assert ("intact", True, "sha1 rsa 2048") == (said.integrity, said.weak, said.algorithm)
    assert said.sentences[-1].startswith("The signature uses a method that is no longer safe")


def test_a_short_key_is_weak(paper, authority, anchors):
    said = state(sign(paper, authority.simple(bits=1024)), anchors)

    assert (True, "sha256 rsa 1024") == (said.weak, said.algorithm)


def test_a_time_stamp_inside_is_told(paper, authority, signer, anchors):
    key, certificate = authority.signer("TSA Mẫu", stamps=True)
    stamper = DummyTimeStamper(certificate, key, fixed_dt=NOW - timedelta(minutes=1))

    said = state(sign(paper, signer, stamper=stamper), anchors)

    assert ("intact", "signature") == (said.integrity, said.kind)
    assert (NOW - timedelta(minutes=1)).isoformat() == said.stamped_at


def test_a_stamp_over_the_whole_file_is_no_signature_of_a_person(paper, authority, anchors):
    key, certificate = authority.signer("TSA Mẫu", stamps=True)
    stamper = DummyTimeStamper(certificate, key, fixed_dt=NOW)
    # In a thread of its own: a browser test of the same process may have left its loop running.
    with ThreadPoolExecutor(1) as apart:
        stamped = apart.submit(
            signers.PdfTimeStamper(stamper).timestamp_pdf,
            IncrementalPdfFileWriter(io.BytesIO(paper.read_bytes())),
            "sha256",
        ).result()
    paper.write_bytes(stamped.getvalue())

    said = state(paper, anchors)

    assert ("timestamp", "TSA Mẫu", "intact", "whole") == (
        said.kind,
        said.signer,
        said.integrity,
        said.coverage,
    )
    assert NOW.isoformat() == said.stamped_at


def test_a_field_nobody_signed_is_no_signature(paper):
    writer = IncrementalPdfFileWriter(io.BytesIO(paper.read_bytes()))
    fields.append_signature_field(writer, fields.SigFieldSpec("Empty"))
    made = io.BytesIO()
    writer.write(made)
    paper.write_bytes(made.getvalue())

    assert [] == signatures(str(paper))


def test_a_signature_that_is_noise_is_unreadable(paper, signer):
    sign(paper, signer)
    data = paper.read_bytes()
    at = data.index(b"/Contents <") + 11
    paper.write_bytes(data[:at] + b"f" * 400 + data[at + 400 :])

    said = state(paper)

    assert ("unreadable", "unknown", "unknown", None) == (
        said.integrity,
        said.coverage,
        said.trust,
        said.signer,
    )


def test_a_paper_without_signatures_has_none(paper):
    assert [] == signatures(str(paper))


def test_codes_nobody_knows_are_not_believed():
    said = SignatureState.from_dict(
        {"field": "F", "integrity": "fine", "coverage": "all", "trust": "sure", "kind": "seal"}
    )

    assert ("unreadable", "unknown", "unknown", "signature") == (
        said.integrity,
        said.coverage,
        said.trust,
        said.kind,
    )


def test_every_code_has_its_sentence():
    assert {"intact", "broken", "unreadable"} == set(INTEGRITY)
    assert {"whole", "allowed-changes", "changed", "part", "unknown"} == set(COVERAGE)
    assert {
        "trusted",
        "unknown-root",
        "not-valid-then",
        "revoked",
        "none-configured",
        "unknown",
    } == set(TRUST)


def test_a_signed_paper_is_let_in_kept_and_copied_with_a_note(
    tmp_path, paper, signer, anchors, sandbox, reader
):
    sign(paper, signer)
    before = paper.read_bytes()
    verdict = reader.inspect(paper)

    with Maker(sandbox, anchors=tmp_path / "none") as maker:
        made = maker.make(
            paper,
            "application/pdf",
            leaves=[Leaf(paper, 1, 0, WORDS, "ocr")],
            out_dir=tmp_path / "out",
            title="-",
            made_at=MADE_AT,
        )

    assert ("accepted", True) == (verdict.outcome, verdict.signed)
    assert ["Nguyễn Văn Mẫu"] == [said.signer for said in made.signatures]
    assert "signature-stays" in [note.code for note in made.notes]
    assert before == paper.read_bytes()
    with pikepdf.open(made.copy) as copy:
        assert "/AcroForm" not in copy.Root


def test_only_a_file_that_may_be_signed_is_looked_into(paper, signer):
    assert not jobs._may_be_signed(str(paper))
    sign(paper, signer)
    assert jobs._may_be_signed(str(paper))
    paper.write_bytes(paper.read_bytes().replace(b"/ByteRange", b"/Byte#52#61nge"))
    assert jobs._may_be_signed(str(paper))
    paper.write_bytes(b"")
    assert not jobs._may_be_signed(str(paper))
