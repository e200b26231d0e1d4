"""An archive that answers, and what packages of a site are, for the tests of this folder."""

from __future__ import annotations

import json
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from hoso.preservation.freeze import archive_of
from hoso.testing.sites import NOW


def content_of(house, uid):
    with house.databases.connection() as connection:
        found = next(one for one in connection.root()["exports"].by_id.values() if one.uid == uid)
        return b"".join(archive_of(found).stream())


def seen(house, uid, fact):
    with house.databases.connection() as connection:
        export = next(one for one in connection.root()["exports"].by_id.values() if one.uid == uid)
        return fact(export)


def signer_for(house):
    """Make an archive known to the site; return what signs as it does."""
    certificate, key = an_archive()
    house.archive_certificates.mkdir()
    encoded = certificate.public_bytes(serialization.Encoding.PEM)
    (house.archive_certificates / "kho.pem").write_bytes(encoded)

    def sign(content):
        options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(certificate, key, hashes.SHA256())
        return builder.sign(serialization.Encoding.DER, options)

    return sign


def an_archive():
    """Return a certificate an archive might have, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Lưu trữ lịch sử tỉnh Mẫu")])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def answer(house, uid, **more):
    facts = seen(
        house, uid, lambda one: (one.identifier, one.covering512, f"{one.octets}.{one.files}")
    )
    objid, digest, oxum = facts
    said = {
        "format": "hoso-receipt-1",
        "objid": objid,
        "tagmanifest-sha512": digest,
        "payload-oxum": oxum,
        "received": "2026-03-02T09:30:00+07:00",
        "outcome": "accepted",
        "rules": [],
        "aip": "H49.64.33.2001.160",
        "archive": "Lưu trữ lịch sử tỉnh Mẫu",
        "signer": "Lê Thị Mẫu",
    }
    return json.dumps({**said, **more}).encode()
