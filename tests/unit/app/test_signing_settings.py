"""Which key receipts are signed with: the site's own, or the one the settings name."""

from __future__ import annotations

from hoso.app.settings import read_settings


def test_a_site_signs_with_its_own_key_unless_the_settings_name_another(site, tmp_path):
    assert read_settings().signing_key is None
    assert site.signing.folder == site.path / "keys"
    assert (site.signing.given, site.signing.password) == (None, None)
    assert site.signing.name == site.rulebook.profile.title.vi

    named = tmp_path / "hoso.ini"
    named.write_text("[hoso]\nsigning-key = keys/agency.p12\nsigning-password = /run/password\n")
    settings = read_settings(named)

    # Seen from the settings file, wherever the command is called from.
    assert settings.signing_key == tmp_path / "keys" / "agency.p12"
    assert str(settings.signing_password) == "/run/password"
