"""A passkey at a real browser: added, used in place of password and code, removed."""

from __future__ import annotations

import re

from browsing import PASSWORD

_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_person_signs_in_by_a_passkey_alone_and_as_the_second_step(browse, office):
    reader = browse()
    page = reader.page
    # A passkey is good for a name, never for a number of the network.
    site = office.url.replace("127.0.0.1", "localhost")
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    told = device.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})

    def password():
        page.get_by_label("Tên tài khoản").fill("khach")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()

    page.goto(f"{site}/sign-in")
    password()
    page.wait_for_url(f"{site}/")
    page.goto(f"{site}/account")
    page.get_by_label("Tên thiết bị").fill("Máy thử")
    page.get_by_role("button", name="Thêm khóa đăng nhập").click()
    page.wait_for_url(re.compile("done=passkey-added"))
    kept = device.send("WebAuthn.getCredentials", told)["credentials"]
    assert [each["rpId"] for each in kept] == ["localhost"]

    for first in (lambda: None, password):
        page.get_by_role("button", name="Đăng xuất").click()
        first()
        page.get_by_role("button", name="Dùng khóa đăng nhập").click()
        page.wait_for_url(f"{site}/")

    page.goto(f"{site}/account")
    page.get_by_role("button", name="Bỏ khóa đăng nhập Máy thử").click()
    page.wait_for_url(re.compile("done=passkey-removed"))
