"""A box is declared, its files are sent, the equation is read, the batch is closed."""

from __future__ import annotations

import pytest

from hoso.desk import batches, intake
from hoso.testing.things import bytes_of, spooled

DECLARED = {"title": "Hộp 3, năm 2019", "sheets": "4", "dpi": "300", "colour": "COLOUR"}


@pytest.fixture
def batch(as_):
    """Address of an open batch of four declared pages: three files, one not read."""
    with as_("clerk") as desk:
        made = batches.open_(desk, desk.unit("nhanh"), typed=DECLARED)
        for number, (state, pages) in enumerate(
            (("waiting", 2), ("quarantined", 0), ("reading", 0))
        ):
            got = intake.receive(
                desk,
                made.unit,
                spooled=spooled(desk, str(number)),
                name=f"tờ {number}.pdf".encode(),
                batch=made,
            )
            got.document.state, got.document.pages = state, pages
        return f"/batches/{made.uid}/"


def form_for(page, ending):
    return next(f for f in page.forms.values() if f.action.rstrip("/").endswith(ending))


def cells(page, label):
    row = next(r for r in page.html.select(".ledger tr") if r.find("th").text.strip() == label)
    return [cell.text.strip() for cell in row.select("td")]


def test_a_box_is_declared_and_shown(browse):
    browser = browse("clerk")
    form = browser.get("/batches").click("Mở đợt số hóa").forms
    form = next(f for f in form.values() if "sheets" in f.fields)
    for name, value in DECLARED.items():
        form[name] = value
    form["sides"] = "2"
    form["model"] = "Máy quét Mẫu"

    page = form.submit(status=303).follow()

    assert "2026-nhanh-001" in page.html.h1.text
    assert "Đã mở đợt số hóa." in page.html.find(role="status").text
    declared = page.html.find(id="declared").find_parent("section").text
    for said in ("4 tờ, hai mặt", "300 dpi · Màu · Máy quét Mẫu", "Cán Mẫu"):
        assert said in declared
    figures = [b.text for b in page.html.select(".figures b")]
    assert figures == ["8", "0", "0", "0"]
    assert page.html.select_one(".verdict b").text == "thiếu 8 trang"
    assert "2026-nhanh-001" in browser.get("/batches")
    # One scanner keeps one name.
    assert browser.get("/batches/new").html.select_one("#scanners option")["value"] == (
        "Máy quét Mẫu"
    )


def test_what_is_wrong_with_a_declaration_stands_beside_its_fields(browse):
    page = browse("clerk").get("/batches/new")
    form = next(f for f in page.forms.values() if "sheets" in f.fields)
    form["sheets"], form["into"], form["title"] = "nhiều", "T-9999", "giữ lại"

    refused = form.submit(status=422)

    assert {"sheets", "into"} == {tag["name"] for tag in refused.html.select("[aria-invalid=true]")}
    kept = next(f for f in refused.forms.values() if "sheets" in f.fields)
    assert kept["title"].value == "giữ lại"


def test_the_equation_says_where_every_file_and_page_is(browse, batch):
    page = browse("clerk").get(batch)

    assert cells(page, "Chờ kiểm tra") == ["1", "0", "2"]
    assert cells(page, "Bị cách ly") == ["1", "0", "0"]
    assert cells(page, "Cộng, theo số đã nhận") == ["3", "0", "2"]
    # What nobody could count is a question, not a nought.
    assert cells(page, "Chưa biết số trang") == ["2", "", "?"]
    assert "thiếu 2 trang · còn 2 tệp chưa biết số trang" in page.html.select_one(".verdict").text


def test_every_number_leads_to_its_files(browse, batch):
    browser = browse("clerk")
    page = browser.get(batch)
    for link in page.html.select(".ledger td a"):
        listed = browser.get(link["href"].partition("#")[0])
        rows = listed.html.select("#list tbody tr")
        asked = link["href"].partition("show=")[2].partition("#")[0]
        row = next(r for r in page.html.select(".ledger tr") if f"show={asked}" in str(r))
        assert len(rows) == int(row.select_one("td").text)


def test_a_paper_leads_back_to_the_batch_it_came_with(browse, batch):
    browser = browse("clerk")
    waiting = browser.get(f"{batch}?show=waiting").html.select_one("#list tbody a")["href"]

    link = browser.get(waiting).html.find("a", string="2026-nhanh-001")

    assert link["href"] == batch


def test_files_are_sent_without_scripts_and_each_is_told_apart(browse, batch):
    browser = browse("clerk")
    token = form_for(browser.get(batch), "/files")["csrf_token"].value
    files = [
        ("files", "mới.pdf", bytes_of("mới")),
        ("files", "tờ 0.pdf", bytes_of("0")),
        ("files", "khác tên.pdf", bytes_of("0")),
    ]

    page = browser.post(f"{batch}files", {"csrf_token": token}, upload_files=files)

    sent = page.html.find(id="sent").find_parent("section")
    assert [one.text for one in sent.select("tbody .badge")] == [
        "Đã nhận",
        "Đã có trong đợt này",
        "Đã có sẵn",
    ]
    assert cells(page, "Cộng, theo số đã nhận")[0] == "5"
    assert cells(page, "Gửi lại lần nữa, không đếm thêm")[0] == "1"


def test_a_file_that_is_too_large_is_written_down(browse, batch, site):
    import dataclasses

    site.settings = dataclasses.replace(site.settings, upload_limit=10)
    browser = browse("clerk")
    token = form_for(browser.get(batch), "/files")["csrf_token"].value

    page = browser.post(
        f"{batch}files", {"csrf_token": token}, upload_files=[("files", "to.pdf", b"x" * 11)]
    )

    assert cells(page, "Bị từ chối") == ["1", "0", "0"]
    listed = browser.get(f"{batch}?show=refused").html.select_one("#list tbody tr").text
    assert "to.pdf" in listed
    assert "MB" in listed


def test_sending_nothing_is_told_beside_the_field(browse, batch):
    page = form_for(browse("clerk").get(batch), "/files").submit(status=422)

    assert "Hãy chọn ít nhất một tệp." in page.html.select_one(".drop").text


def test_a_page_that_stays_open_hears_that_something_changed(browse, batch, as_):
    browser = browse("clerk")
    before = browser.get(f"{batch}now").json
    assert browser.get(batch).html.select_one("[data-batch]")["data-mark"] == before["mark"]
    with as_("clerk") as desk:
        paper = next(p for p in desk.site.tray.values() if p.state == "reading")
        paper.state, paper.pages = "waiting", 2

    after = browser.get(f"{batch}now").json

    assert (before["left"], after["left"]) == (1, 0)
    assert before["mark"] != after["mark"]


def test_a_batch_is_closed_with_its_explanation_and_opened_again(browse, batch, as_):
    browser = browse("clerk")
    reading = form_for(browser.get(batch), "/close").submit(status=422)
    assert "Còn 1 tài liệu của đợt này đang được đọc." in reading
    with as_("clerk") as desk:
        for paper in desk.site.tray.values():
            paper.state = "waiting" if paper.state == "reading" else paper.state

    unexplained = form_for(browser.get(batch), "/close").submit(status=422)
    assert "vì sao số trang khai và số trang quét khác nhau" in unexplained
    form = form_for(unexplained, "/close")
    form["because"] = "Hai tờ là bìa hồ sơ"
    page = form.submit(status=303).follow()

    assert "Hai tờ là bìa hồ sơ" in page.html.find(id="declared").find_parent("section").text
    assert page.html.find(id="send") is None
    form = form_for(page, "/reopen")
    form["why"] = "Còn một tờ"
    assert form.submit(status=303).follow().html.find(id="send") is not None


def test_the_receipt_is_made_and_taken_away(browse, batch, as_):
    with as_("clerk") as desk:
        for paper in desk.site.tray.values():
            paper.state = "waiting"
        made = batches.find(desk, "2026-nhanh-001")
        batches.close(desk, made, because="Hai tờ là bìa", revision=None)
    browser = browse("clerk")
    assert browser.get(f"{batch}receipt", status=404)

    page = form_for(browser.get(batch), "/receipt").submit(status=303).follow()

    assert "Đã lập và ký biên nhận." in page.html.find(role="status").text
    link = page.html.find(id="receipt").find_parent("section").select_one("a")
    saved = browser.get(link["href"])
    assert saved.content_type == "application/pdf"
    assert saved.body.startswith(b"%PDF-1.7")
    assert "attachment" in saved.headers["Content-Disposition"]
    assert browser.get(f"{batch}receipt").body == saved.body
    assert browser.get(f"{batch}receipt/receipt-2", status=404)


def test_there_is_no_receipt_of_an_open_batch(browse, batch):
    browser = browse("clerk")
    token = form_for(browser.get(batch), "/files")["csrf_token"].value

    page = browser.post(f"{batch}receipt", {"csrf_token": token}, status=422)

    assert "Hãy đóng đợt trước." in page


def test_a_declaration_is_corrected_beside_what_somebody_else_wrote(browse, batch, as_):
    browser = browse("clerk")
    form = form_for(browser.get(batch), "/correct")
    with as_("clerk") as desk:
        made = batches.find(desk, "2026-nhanh-001")
        batches.correct(desk, made, typed={**DECLARED, "sheets": "9"}, revision=None)
    form["sheets"] = "2"

    overtaken = form.submit(status=409)

    form = form_for(overtaken, "/correct")
    assert "Hiện đang ghi: 9" in overtaken or "9" in overtaken.html.select_one(".fault").text
    page = form.submit(status=303).follow()
    assert "2 tờ, một mặt" in page


@pytest.mark.parametrize("who", ["head", "auditor", "employee", "nobody", "admin"])
def test_who_works_at_no_tray_sees_no_batch(browse, batch, who):
    browser = browse(who)

    assert browser.get(batch, status=404).html.h1
    assert browser.get("/batches", status=403)


def test_a_batch_of_another_unit_is_not_there(browse, as_):
    with as_("officer") as desk:
        made = batches.open_(desk, desk.unit("ben"), typed=DECLARED)
        address = f"/batches/{made.uid}/"

    browse("clerk").get(address, status=404)
    browse("clerk").get(f"{address}now", status=404)


def test_a_paper_above_ones_clearance_keeps_its_title_to_itself(browse, batch, as_):
    with as_("clerk") as desk:
        paper = next(p for p in desk.site.tray.values() if p.state == "waiting")
        paper.title, paper.level = "Việc kín", 3

    page = browse("clerk").get(batch)

    assert cells(page, "Chờ kiểm tra") == ["1", "0", "2"]
    assert "Việc kín" not in page
    assert "bạn không được xem" in page.html.find(id="list").text
