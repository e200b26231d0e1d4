"""Four people bring one dossier to the destruction file; another one a court stops in time."""

from __future__ import annotations

import io
import re
import zipfile

from browsing import OUTLINE

SIZES = ((1366, 768), (1920, 1080), (400, 800))
GOES, STAYS = "V-2001-01", "V-2012-01"
COUNCIL = {
    "phogiamdoc": "chair",
    "luutru": "secretary",
    "giamdoc": "unit",
    "tccb": "expert",
}
DECISION = "15/QĐ-SNV"


def look(reader, name):
    wrong = []
    for width, height in SIZES:
        reader.page.set_viewport_size({"width": width, "height": height})
        wrong += [f"{width}: {fault}" for fault in reader.page.evaluate(OUTLINE)]
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    reader.shoot(f"disposal-{name}")
    assert wrong == []


def line(reader, code):
    return reader.page.locator("tr[id^=line-]", has_text=code)


def propose(reader):
    reader.go("/disposals")
    reader.page.get_by_role("link", name="Lập danh mục xét hủy").click()
    reader.page.select_option("#sweep-unit", "so-noi-vu")
    reader.press("Tìm hồ sơ đến hạn")
    for box in reader.page.locator("[name=records]:not([disabled])").all():
        box.set_checked(box.get_attribute("value") in {GOES, STAYS})
    look(reader, "new")
    # All that is wanting is said at once, and what was ticked stays ticked.
    reader.press("Đề nghị xét hủy")
    assert reader.page.locator(".field .fault").count() == 2
    reader.page.fill("#f-title", "Hồ sơ hết thời hạn năm 2026")
    reader.page.fill("#f-explanation", "Đã hết thời hạn, không còn giá trị tra cứu.")
    reader.press("Đề nghị xét hủy")
    return reader.page.url.removeprefix(reader.url).partition("?")[0]


def set_up(reader):
    reader.page.fill("#council-number", "12/QĐ-SNV")
    reader.page.select_option("#f-duty-luutru", "secretary")
    reader.press("Thành lập hội đồng")
    assert reader.page.locator(".fault").count() == 3
    for login, duty in COUNCIL.items():
        reader.page.select_option(f"#f-duty-{login}", duty)
    look(reader, "proposed")
    reader.press("Thành lập hội đồng")


def vote(reader, address):
    reader.go(address)
    for row in reader.page.locator("tr:has([form=votes])").all():
        row.get_by_label("Hủy", exact=True).check()
    reader.press("Gửi biểu quyết")


def hold(reader):
    reader.go(f"/dossiers/{STAYS}/")
    form = reader.page.locator("form[action$='/hold']")
    form.evaluate("form => form.closest('details').open = true")
    form.locator("[name=authority]").fill("Tòa án nhân dân tỉnh Mẫu")
    form.locator("[name=reason]").fill("Vụ án số 5/2026")
    form.get_by_role("button").click()


def test_four_people_bring_a_dossier_to_the_destruction_file_and_a_court_stops_the_other(
    browse, office
):
    archivist = browse("luutru")
    address = propose(archivist)
    set_up(archivist)

    chair, head, officer = browse("phogiamdoc"), browse("giamdoc"), browse("tccb")
    for member in (chair, head, officer):
        vote(member, address)
    # The others have voted since: who closes the review has seen all votes.
    chair.go(address)
    look(chair, "voted")
    chair.press("Kết thúc xét hủy")

    head.go(address)
    look(head, "to-decide")
    head.page.fill("#approve-number", DECISION)
    head.page.locator("button[value=approve]").click()
    assert "Còn 15 ngày" in head.page.locator(".titleline").inner_text()
    # Who decided does not carry it out.
    assert head.page.locator("button[value=execute]").count() == 0

    hold(officer)

    officer.go(address)
    officer.page.fill("#execute-number", "16/QĐ-SNV")
    officer.page.locator("button[value=execute]").click()
    assert officer.page.locator("#execute-number[aria-invalid]").count() == 1
    look(officer, "to-carry-out")
    officer.page.fill("#execute-number", DECISION)
    officer.page.locator("button[value=execute]").click()
    for _ in range(200):
        officer.go(address)
        if "Trong thùng chờ hủy" in officer.page.locator(".titleline").inner_text():
            break
        officer.page.wait_for_timeout(100)
    look(officer, "in-the-bin")

    assert "Trong thùng chờ hủy" in line(officer, GOES).inner_text()
    stopped = line(officer, STAYS).inner_text()
    assert "Bị chặn" in stopped
    assert "Tòa án nhân dân tỉnh Mẫu" in stopped
    assert officer.go(f"/dossiers/{GOES}/") in {404, 410}
    assert officer.go(f"/dossiers/{STAYS}/") == 200

    officer.go(address)
    with officer.page.expect_download() as waiting:
        officer.page.get_by_role("link", name="Lấy tất cả thành một gói (ZIP)").click()
    content = waiting.value.path().read_bytes()
    names = sorted(zipfile.ZipFile(io.BytesIO(content)).namelist())
    papers = [name.rpartition("/")[2] for name in names if name.endswith(".pdf")]
    assert papers == [
        "01-listing.pdf",
        "02-council.pdf",
        "03-minutes.pdf",
        "04-submission.pdf",
        "05-decision.pdf",
        "06-hand-over.pdf",
    ]
    assert re.fullmatch(r"/disposals/XH-\d{4}-so-noi-vu-01", address)
