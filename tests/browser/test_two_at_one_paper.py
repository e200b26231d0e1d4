"""Two people correct one paper at once: the second is told, and nothing is overwritten."""

from __future__ import annotations


def test_the_second_sees_what_the_first_wrote_and_decides(browse, office):
    uid = office.hoso("dossier", "show", "V-2016-02")[0]["documents"][0]["id"]
    first, second = browse("tccb"), browse("luutru")
    for reader in (first, second):
        reader.go(f"/dossiers/V-2016-02/{uid}/edit")
    first.page.fill("[name=signer]", "Người Ký Trước")
    first.press("Lưu")
    first.page.wait_for_selector("[role=status]")

    second.page.fill("[name=signer]", "Người Ký Sau")
    second.press("Lưu")
    second.page.wait_for_selector("#refusal")
    second.shoot("overtaken")
    told = second.page.locator("#refusal").inner_text()
    assert told.startswith("tccb đã thay đổi")
    assert "Người Ký Trước" in second.page.locator("#f-signer-fault").inner_text()
    assert second.page.input_value("[name=signer]") == "Người Ký Sau"

    def signer():
        shown = office.hoso("dossier", "show", "V-2016-02")[0]["documents"]
        return next(paper["signer"] for paper in shown if paper["id"] == uid)

    assert signer() == "Người Ký Trước"
    second.press("Lưu")
    second.page.wait_for_selector("[role=status]")
    assert signer() == "Người Ký Sau"
