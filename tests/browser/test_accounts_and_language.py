"""An administrator issues an account, two give it a role; its owner begins; the language is switched."""

from __future__ import annotations

LOGIN = "thu.moi"
MINE = "mot cau dai de nho 2026"
GIVE = "Thực hiện ngay: Giao vai trò"


def test_an_account_from_its_first_password_to_a_new_one(browse):
    admin = browse("quantri")
    admin.go("/accounts")
    admin.page.fill("[name=login]", LOGIN)
    admin.page.fill("[name=name]", "Người Mẫu Mới")
    admin.page.select_option("[name=unit]", "so-noi-vu")
    admin.press("Tạo tài khoản")
    admin.page.wait_for_selector("[role=status] code")
    password = admin.page.locator("[role=status] code").inner_text()
    admin.shoot("accounts")

    # A role needs the decision that gives it, and a head who agrees.
    admin.page.get_by_role("link", name=LOGIN, exact=True).click()
    role = admin.page.locator("section[aria-labelledby=grant]")
    role.locator("[name=role]").select_option("clerk")
    role.locator("[name=unit]").select_option("so-giao-duc")
    admin.press("Giao vai trò")
    role.locator("[name=cause][aria-invalid=true]").wait_for()
    role.locator("[name=cause]").fill("15/QĐ-SNV")
    admin.press("Giao vai trò")
    admin.page.wait_for_url("**done=second-asked**")
    admin.shoot("account")
    for who, button in ((browse("thutruong"), "Đồng ý"), (admin, GIVE)):
        who.go("/second")
        who.page.locator("main tbody a[href*='/second/']").first.click()
        who.press(button)
        who.page.wait_for_url("**done=second-**")
    admin.go(f"/accounts/{LOGIN}")
    assert "15/QĐ-SNV" in admin.page.locator("section[aria-labelledby=held]").inner_text()

    owner = browse()
    owner.sign_in(LOGIN, password)
    owner.page.wait_for_url("**/password")
    # Nothing else opens before the own password is chosen.
    owner.go("/dossiers")
    assert owner.page.url.endswith("/password")
    owner.page.fill("[name=old]", password)
    owner.page.fill("[name=new]", "ngan")
    owner.page.fill("[name=again]", "khac")
    owner.page.click("button.main")
    owner.page.wait_for_selector("[aria-invalid=true]")
    owner.shoot("password-refused")
    for name, text in {"old": password, "new": MINE, "again": MINE}.items():
        owner.page.fill(f"[name={name}]", text)
    owner.page.click("button.main")
    owner.page.wait_for_selector(".figures")
    owner.go("/dossiers")
    assert owner.page.locator("td", has_text="M-0030").count() == 1
    assert owner.page.locator("td", has_text="M-0001").count() == 0

    # The account has changed since; its page is loaded again.
    admin.go(f"/accounts/{LOGIN}")
    admin.page.fill("[name=request]", "07/ĐN")
    admin.press("Cấp mật khẩu dùng một lần mới")
    admin.page.wait_for_selector("[role=status] code")
    fresh = admin.page.locator("[role=status] code").inner_text()
    again = browse()
    again.sign_in(LOGIN, MINE)
    again.page.wait_for_selector("#refusal")
    again.sign_in(LOGIN, fresh)
    again.page.wait_for_url("**/password")
    # Who was signed in with the old password is so no longer.
    owner.go("/dossiers")
    assert "/sign-in" in owner.page.url


def test_english_is_one_press_away_and_stays(browse):
    reader = browse("tccb")
    reader.go("/due?on=31/12/2026")
    reader.page.get_by_role("button", name="English").click()
    reader.page.wait_for_selector("html[lang=en]")
    reader.shoot("due-english")
    assert "Due for disposal" in reader.page.locator("h1").inner_text()
    assert "on=31" in reader.page.url
    reader.go("/dossiers/M-0001")
    assert reader.page.locator("html").get_attribute("lang") == "en"
    reader.shoot("dossier-english")
    reader.page.get_by_role("button", name="Tiếng Việt").click()
    reader.page.wait_for_selector("html[lang=vi]")
