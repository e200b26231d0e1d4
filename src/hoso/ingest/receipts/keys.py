"""The key a site signs receipts with: its own, or the one an administrator gave it.

A key made here has a certificate that names the site and is signed by itself: it proves that
two receipts come from one site and that nothing in them was changed, not who runs the site.
An agency that has a certificate (PKCS #12) names it in the settings.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from asn1crypto.keys import PrivateKeyInfo
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from hoso.ingest.receipts.place import KeyPlace
from hoso.kernel.errors import NotReady

__all__ = ["signer_of"]

_FILE = "receipts.pem"
#: As long as the papers of a batch are likely to be asked about; then a new key is made.
_YEARS = 20
_BITS = 3072  # NIST SP 800-57: good beyond 2030


def signer_of(place: KeyPlace) -> SimpleSigner:
    """Return what signs; make the site's own key where there is none yet."""
    if place.given is not None:
        return _given(place.given, place.password)
    path = place.folder / _FILE
    if not path.exists():
        _make(path, place.name)
    return _own(path)


def _given(path: Path, password: Path | None) -> SimpleSigner:
    try:
        secret = password.read_bytes().strip() if password is not None else None
        signer = SimpleSigner.load_pkcs12(str(path), passphrase=secret)
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error
    if signer is None:
        raise _unusable(path, "")
    return signer


def _unusable(path: Path, error: object) -> NotReady:
    return NotReady(
        "The key for signing receipts cannot be used ({path}). Tell your administrator: {why}",
        path=str(path),
        why=str(error) or "no PKCS #12, or another password",
    )


def _own(path: Path) -> SimpleSigner:
    try:
        found = {name: body for name, _, body in pem.unarmor(path.read_bytes(), multiple=True)}
        certificate = asn1_x509.Certificate.load(found["CERTIFICATE"])
        key = PrivateKeyInfo.load(found["PRIVATE KEY"])
    except (OSError, ValueError, KeyError) as error:
        raise _unusable(path, error) from error
    store = SimpleCertificateStore()
    store.register(certificate)
    return SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=store)


def _make(path: Path, name: str) -> None:
    """Write a new key; two who do it at once end up with one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(_pair(name))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(made, path)
        except FileExistsError:
            return
    finally:
        made.unlink()


def _pair(name: str) -> bytes:
    """Return a new key and its certificate as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    # X.520: a common name has at most 64 characters.
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    # The machine's clock: whoever validates the signature asks his.
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=366 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
