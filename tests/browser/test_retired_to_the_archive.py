"""From a retirement to the archive's receipt: four people and an archive, each with their own eyes.

The officer records the retirement, the head sees what the dossier still lacks, the archivist has a
package frozen and signed and saves it, the archive opens it with programs of others and signs a
receipt, the auditor reads who did what.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import bagit
import pytest
from asn1crypto import cms
from browsing import Reader
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from pyhanko.sign.validation import async_validate_detached_cms
from pyhanko_certvalidator import ValidationContext

from hoso.app.delivering import prepare
from hoso.testing.answering import answered
from hoso.testing.passwords import PASSWORD
from hoso.testing.sites import CODE, NOW
from hoso.testing.things import a_filed_paper

REASON = "Thỏa thuận nộp lưu 03/2026"


@pytest.fixture
def house(site, as_):
    """The site with two papers in the dossier of the person who retires."""
    with as_("officer") as desk:
        dossier = desk.find(CODE)
        a_filed_paper(desk, dossier, words="một", date="2024-09-05")
        a_filed_paper(desk, dossier, words="hai", title="Quyết định nghỉ hưu", type_="D08")
    return site


@pytest.fixture
def served(house):
    """The address of the site, answered from a thread of this process."""
    with answered(house) as place:
        yield place


@pytest.fixture
def visit(chromium, served, tmp_path):
    """Call it with a login for somebody signed in at a window of their own."""
    opened = []

    def open_window(login):
        size = {"width": 1366, "height": 768}
        context = chromium.new_context(viewport=size, locale="vi-VN")
        context.set_default_timeout(30_000)
        reader = Reader(context, served, tmp_path)
        opened.append(reader)
        reader.sign_in(login, PASSWORD)
        reader.page.wait_for_url(lambda url: "sign-in" not in url)
        return reader

    yield open_window
    faults = [fault for reader in opened for fault in reader.faults]
    for reader in opened:
        reader.context.close()
    assert faults == []


class Archive:
    """An archive elsewhere: it has a certificate, and programs that are not ours."""

    def __init__(self, certificates):
        self._key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lưu trữ lịch sử tỉnh Mẫu")])
        usage = dict.fromkeys(
            (
                *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"),
                *("crl_sign", "encipher_only", "decipher_only"),
            ),
            False,
        )
        self._certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(NOW + timedelta(days=30))
            .add_extension(
                x509.KeyUsage(digital_signature=True, content_commitment=True, **usage),
                critical=True,
            )
            .sign(self._key, hashes.SHA256())
        )
        certificates.mkdir()
        (certificates / "kho.pem").write_bytes(
            self._certificate.public_bytes(serialization.Encoding.PEM)
        )

    def take(self, package, folder):
        """Open a package, prove it, and return the receipt and its signature."""
        with zipfile.ZipFile(package) as found:
            assert found.testzip() is None
            found.extractall(folder)
        (top,) = folder.iterdir()
        bag = bagit.Bag(str(top))
        assert bag.validate()
        covering = (top / "tagmanifest-sha256.txt").read_bytes()
        assert _is_signed(covering, (top / "tagmanifest-sha256.txt.p7s").read_bytes())
        said = {
            "format": "hoso-receipt-1",
            "objid": bag.info["External-Identifier"],
            "tagmanifest-sha512": hashlib.sha512(covering).hexdigest(),
            "payload-oxum": bag.info["Payload-Oxum"],
            "received": "2026-03-02T09:00:00+07:00",
            "outcome": "accepted",
            "rules": [],
            "aip": "H49.64.33.2026.17",
            "archive": "Lưu trữ lịch sử tỉnh Mẫu",
            "signer": "Lê Thị Mẫu",
        }
        content = json.dumps(said).encode()
        options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(self._certificate, self._key, hashes.SHA256())
        return content, builder.sign(serialization.Encoding.DER, options)


def _is_signed(content, signature):
    signed = cms.ContentInfo.load(signature)["content"]
    judged = async_validate_detached_cms(content, signed, ValidationContext(trust_roots=[]))
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, judged).result().intact


def test_a_retired_person_s_dossier_reaches_the_archive_and_the_receipt_comes_back(
    house, visit, tmp_path, entries
):
    archive = Archive(house.archive_certificates)

    officer = visit("officer")
    page = officer.page
    officer.go(f"/dossiers/{CODE}/leaving")
    page.select_option("#f-kind", "retirement")
    page.fill("#f-effective", "01/03/2026")
    page.fill("#f-decision", "12/QĐ-UBND")
    page.select_option("#f-form", "DUNG_TUOI")
    page.get_by_role("button", name="Xem trước").click()
    page.wait_for_selector("#preview")
    page.get_by_role("button", name="Ghi nhận", exact=True).click()
    page.wait_for_selector(".notice.good")

    head = visit("head")
    head.go("/left")
    assert CODE in "".join(head.texts("main"))
    head.go(f"/dossiers/{CODE}/why")
    assert "01/03/2026" in "".join(head.texts("ul.why"))

    archivist = visit("archivist")
    page = archivist.page
    archivist.go(f"/dossiers/{CODE}/packages")
    page.select_option("#f-profile", "eark-sip-2.2.0")
    page.fill("#f-reason", REASON)
    page.locator("section[aria-labelledby=freeze] button.main").click()
    page.wait_for_url("**/packages/*")
    address = page.url.removeprefix(archivist.url).partition("?")[0]
    prepare(house)
    archivist.go(address)
    with page.expect_download() as saved:
        page.locator("a[download]").click()
    saved.value.save_as(tmp_path / "package.zip")

    receipt, signature = archive.take(tmp_path / "package.zip", tmp_path / "unpacked")
    (tmp_path / "receipt.json").write_bytes(receipt)
    (tmp_path / "receipt.p7s").write_bytes(signature)
    page.set_input_files("#f-content", tmp_path / "receipt.json")
    page.set_input_files("#f-signature", tmp_path / "receipt.p7s")
    page.locator("button[value=receipt]").click()
    page.wait_for_selector(".notice.good")
    assert "H49.64.33.2026.17" in "".join(archivist.texts("main"))

    auditor = visit("auditor")
    auditor.go(f"/journal?of={CODE}")
    told = "".join(auditor.texts("main tbody"))
    assert all(login in told for login in ("officer", "head", "archivist"))
    # The clock stands: what was done at one moment has no order.
    done = {(entry.actor, entry.verb) for entry in entries() if entry.outcome == "done"}
    assert done >= {
        ("officer", "career.left-recorded"),
        ("archivist", "package.frozen"),
        ("archivist", "package.downloaded"),
        ("archivist", "package.receipt-taken"),
    }
