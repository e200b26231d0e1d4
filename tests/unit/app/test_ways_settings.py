"""Directory and provider in the settings: what cannot work is said when the site opens."""

from __future__ import annotations

import pytest

from hoso.app.settings import read_settings
from hoso.kernel.errors import NotReady


@pytest.fixture
def ini(tmp_path):
    """Call it with sections for a settings file; secrets lie beside it."""
    secret = tmp_path / "secret"
    secret.write_text("rất bí mật\n", encoding="utf-8")
    secret.chmod(0o600)
    (tmp_path / "open").write_text("x", encoding="utf-8")
    (tmp_path / "open").chmod(0o644)

    def write(text):
        path = tmp_path / "hoso.ini"
        path.write_text(f"[hoso]\nzodb = zodb.conf\n{text}", encoding="utf-8")
        return read_settings(path)

    return write


LDAP = "[ldap]\nurl = ldaps://ldap.mau\nbase = dc=mau\nbind-dn = cn=hoso\n"
OIDC = "[oidc]\nissuer = https://idp.mau\nclient-id = hoso\n"


def test_both_are_read_and_their_secrets_shown_nowhere(ini):
    found = ini(
        "address = https://hoso.mau/\n"
        f"{LDAP}bind-password-file = secret\n{OIDC}client-secret-file = secret\nname = Tỉnh\n"
    )

    assert found.address == "https://hoso.mau"
    assert (found.ways.directory.url, found.ways.provider.name) == ("ldaps://ldap.mau", "Tỉnh")
    assert found.ways.directory.bind_password == "rất bí mật"
    assert "bí mật" not in repr(found)


def test_without_sections_there_are_none(ini):
    found = ini("")

    assert (found.ways.directory, found.ways.provider) == (None, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ldap]\nurl = ldaps://x\n", "the section \\[ldap\\] has base, url"),
        (f"{LDAP}colour = red\n", "the section"),
        ("[ldap]\nurl = http://x\nbase = b\n", "ldaps://host"),
        ("[ldap]\nurl = ldaps://x\nbase = b\nattribute = uid)(x\n", "no name"),
        (f"{LDAP}bind-password-file = nowhere\n", "cannot be read"),
        (f"{LDAP}bind-password-file = open\n", "chmod 600"),
        (f"{LDAP}ca-file = nowhere\n", "is not there"),
        (
            "[oidc]\nissuer = http://idp.mau\nclient-id = a\nclient-secret-file = secret\n",
            "https://",
        ),
        (f"{OIDC}\n", "client-secret-file"),
    ],
    ids=lambda text: text.strip().splitlines()[-1],
)
def test_what_cannot_work_is_said_at_once(ini, text, says):
    with pytest.raises(NotReady, match=says):
        ini(text)
