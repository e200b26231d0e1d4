"""Packages are signed so that OpenSSL, which shares nothing with us, says so; time-stamped too."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from archive_packages import SCHEMAS, a_deposit
from asn1crypto import cms, tsp

from hoso.ingest.receipts.keys import signer_of
from hoso.ingest.receipts.place import KeyPlace
from hoso.preservation.formats.bagging import SIGNATURE
from hoso.preservation.formats.bagit import BagIt
from hoso.preservation.formats.tt05 import TT05
from hoso.preservation.signing import beside, sign, signed, stamper_at
from hoso.preservation.writing import scratch_in, write_layout

OPENSSL = shutil.which("openssl")
with_openssl = pytest.mark.skipif(OPENSSL is None, reason="NOT RUN: no openssl")


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """The signer of an invented agency."""
    return signer_of(KeyPlace(tmp_path_factory.mktemp("keys"), "Sở Nội vụ tỉnh Mẫu"))


def verified(signature: Path, content: Path) -> bool:
    done = subprocess.run(
        [OPENSSL, "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content",
         content, "-noverify", "-purpose", "any", "-out", "/dev/null"],
        capture_output=True,
        check=False,
    )  # fmt: skip
    return done.returncode == 0


@with_openssl
def test_the_signature_in_a_bag_is_over_its_tag_manifest_and_leaves_the_bag_valid(keys, tmp_path):
    import bagit

    with scratch_in(tmp_path) as scratch:
        plain = BagIt().layout(a_deposit(), scratch)
        one = signed(plain, lambda content: sign(content, keys))
        folder = write_layout(one, tmp_path).path

    assert verified(folder / SIGNATURE, folder / "tagmanifest-sha256.txt")
    assert not verified(folder / SIGNATURE, folder / "manifest-sha256.txt")
    bagit.Bag(str(folder)).validate()
    # What can be made again stays what it is.
    assert {entry.path for entry in one.entries} - {entry.path for entry in plain.entries} == {
        SIGNATURE
    }
    said = cms.ContentInfo.load((folder / SIGNATURE).read_bytes())["content"]
    assert said["encap_content_info"]["content"].native is None
    attributes = {one["type"].native for one in said["signer_infos"][0]["signed_attrs"]}
    # ETSI EN 319 122-1 table 1: a baseline signature names its certificate.
    assert "signing_certificate_v2" in attributes


@with_openssl
def test_a_package_of_the_circular_is_signed_beside_itself(keys, tmp_path):
    with scratch_in(tmp_path) as scratch:
        layout = TT05(SCHEMAS).layout(a_deposit(), scratch)
        assert layout == signed(layout, lambda content: sign(content, keys))
        path = write_layout(layout, tmp_path).path
        name, content = beside(layout, lambda content: sign(content, keys))
    signature = tmp_path / name
    signature.write_bytes(content)

    assert signature.name == f"{path.name}.METS.xml.p7s"
    assert verified(signature, path / "METS.xml")


class _Authority(BaseHTTPRequestHandler):
    """A time-stamp authority that is OpenSSL behind HTTP."""

    folder: Path

    def do_POST(self):
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        (self.folder / "asked.tsq").write_bytes(asked)
        subprocess.run(
            [OPENSSL, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-out",
             "answer.tsr"],
            cwd=self.folder,
            check=True,
            capture_output=True,
        )  # fmt: skip
        answer = (self.folder / "answer.tsr").read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


_CONFIG = """
[tsa]
default_tsa = one
[one]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ordering = no
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(tmp_path):
    """The address of an authority on this machine."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    (folder / "tsa.cnf").write_text(_CONFIG)
    (folder / "serial").write_text("01")
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out",
         "tsa.pem", "-days", "2", "-subj", "/CN=TSA",
         "-addext", "extendedKeyUsage=critical,timeStamping"],
        cwd=folder,
        check=True,
        capture_output=True,
    )  # fmt: skip
    server = HTTPServer(("127.0.0.1", 0), type("Here", (_Authority,), {"folder": folder}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@with_openssl
def test_the_time_of_a_signature_is_that_of_an_authority(keys, authority):
    content = b"0" * 64 + b"  manifest-sha256.txt\n"

    signature = sign(content, keys, stamper=stamper_at(authority))

    signer = cms.ContentInfo.load(signature)["content"]["signer_infos"][0]
    (token,) = [
        one["values"][0]
        for one in signer["unsigned_attrs"]
        if one["type"].native == "signature_time_stamp_token"
    ]
    stamped = token["content"]["encap_content_info"]["content"].parsed
    assert isinstance(stamped, tsp.TSTInfo)
    # RFC 3161: what is stamped is the signature itself.
    digest = hashlib.sha256(signer["signature"].native).digest()
    assert digest == stamped["message_imprint"]["hashed_message"].native
