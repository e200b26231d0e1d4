"""A directory over the wire: who it knows is who it says, and nothing else is taken for it."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hoso.access.sources.directory import Directory
from hoso.kernel.errors import NotReady
from hoso.testing.directory import LdapServer, serving

LAN = ("lan", "uid=lan,ou=people,dc=mau")
READER = ("", "cn=hoso,dc=mau")


def certificate_for(folder, name):
    """Write a key and a certificate that signs itself, good for one host."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.9"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / f"{name}.key"
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, secret


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    return certificate_for(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
def start(papers):
    """Call it with facts of the server; it gives the server and a directory that asks it."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def begin(*, scheme="ldaps", host="localhost", ca_file=None, bind=False, **facts):
            people = facts.pop("people", {LAN: "mật khẩu của Lan", READER: "đọc"})
            kept = LdapServer(people, *facts.pop("papers", papers), tls=scheme == "ldaps", **facts)
            server = stack.enter_context(serving(kept))
            directory = Directory(
                url=f"{scheme}://{host}:{server.port}",
                base="ou=people,dc=mau",
                bind_dn=READER[1] if bind else "",
                bind_password="đọc" if bind else "",
                ca_file=str(papers[0]) if ca_file is None else ca_file,
                seconds=1,
            )
            return server, directory

        yield begin


@pytest.mark.parametrize("scheme", ["ldaps", "ldap"])
@pytest.mark.parametrize("bind", [False, True])
def test_the_right_password_fits_and_a_wrong_one_does_not(start, scheme, bind):
    _server, directory = start(scheme=scheme, bind=bind)

    assert directory.fits("lan", "mật khẩu của Lan")
    assert not directory.fits("lan", "mật khẩu của lan")
    assert not directory.fits("minh", "mật khẩu của Lan")


def test_without_tls_no_password_is_sent(start):
    server, directory = start(scheme="ldap")
    directory.fits("lan", "mật khẩu của Lan")

    assert server.heard[0] == ("start-tls", True)


def test_an_empty_password_never_binds(start):
    """RFC 4513 section 5.1.2: the server would say yes, and nobody would have proved anything."""
    server, directory = start()

    assert not directory.fits("lan", "")
    assert not directory.fits("", "x")
    assert server.heard == []


@pytest.mark.parametrize("login", ["*", "lan)(uid=*", "l*n", "\\2a", "(|(uid=*))", "lan\x00"])
def test_what_is_typed_is_looked_for_as_it_is_and_never_as_a_pattern(start, login):
    """RFC 4515 section 3: the server sees an equality with the very characters."""
    server, directory = start()

    assert not directory.fits(login, "mật khẩu của Lan")
    assert ("search", (0xA3, login)) in server.heard


def test_two_people_of_one_login_are_nobody(start):
    other = ("lan", "uid=lan,ou=khac,dc=mau")
    _server, directory = start(people={LAN: "một", other: "hai"})

    assert not directory.fits("lan", "một")


def test_a_pointer_to_another_server_is_not_followed(start):
    server, directory = start(people={}, referral=True)

    assert not directory.fits("lan", "mật khẩu của Lan")
    assert [kind for kind, _ in server.heard] == ["bind", "search"]


def test_a_certificate_nobody_vouches_for_is_not_believed(start, tmp_path):
    other = certificate_for(tmp_path, "localhost")
    server, directory = start(papers=other)

    with pytest.raises(NotReady):
        directory.fits("lan", "mật khẩu của Lan")
    assert server.heard == []


def test_a_certificate_of_another_host_is_not_believed(start):
    server, directory = start(host="127.0.0.1")

    with pytest.raises(NotReady):
        directory.fits("lan", "mật khẩu của Lan")
    assert server.heard == []


@pytest.mark.parametrize("facts", [{"hang": True}, {"result": 52}])
def test_a_directory_that_does_not_answer_is_told_as_that(start, facts):
    _server, directory = start(**facts)

    with pytest.raises(NotReady, match="does not answer"):
        directory.fits("lan", "mật khẩu của Lan")


def test_where_nobody_listens_that_is_told(papers):
    directory = Directory(url="ldaps://localhost:1", base="dc=mau", ca_file=str(papers[0]))

    with pytest.raises(NotReady, match="does not answer"):
        directory.fits("lan", "x")


def test_a_reader_whose_password_is_refused_is_trouble_and_no_wrong_password(start):
    _server, directory = start(bind=True, people={LAN: "x", READER: "changed"})

    with pytest.raises(NotReady):
        directory.fits("lan", "x")


def test_the_password_of_the_reader_is_not_shown(papers):
    directory = Directory(url="ldaps://x", base="b", bind_password="rất bí mật")

    assert "rất bí mật" not in repr(directory)
