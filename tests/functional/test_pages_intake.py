"""Files come in, are compared with what was read, and are filed."""

from __future__ import annotations

import json

import pytest

from hoso.testing.things import a_waiting_paper, bytes_of

PROPOSALS = {
    "number": {"value": "14", "confidence": 0.98, "page": 1, "box": [0.1, 0.2, 0.3, 0.25], "rule": "n"},
    "symbol": {"value": "QĐ-M", "confidence": 0.97, "page": 1, "box": None, "rule": "n"},
    "date": {"value": "2019-03-15", "confidence": 0.75, "page": 1, "box": None, "rule": "d"},
    "subject": {"value": "Nâng bậc lương", "confidence": 0.5, "page": 1, "box": None, "rule": "s"},
    "type": {"value": "QUYẾT ĐỊNH", "confidence": 0.99, "page": 1, "box": None, "rule": "t"},
}  # fmt: skip


@pytest.fixture
def waiting(as_, follow):
    """Address of a paper that waits, with proposals."""
    with as_("officer") as desk:
        paper = a_waiting_paper(desk, words="Quyết định số 14/QĐ-M", proposals=PROPOSALS)
        address = f"/tray/{paper.uid}/"
    follow()
    return address


def filing(page):
    return next(f for f in page.forms.values() if f.action.partition("?")[0].endswith("/file"))


def sending(page):
    return next(f for f in page.forms.values() if "files" in f.fields)


def test_files_are_counted_in_and_each_has_its_receipt(browse):
    browser = browse("clerk")
    token = sending(browser.get("/intake"))["csrf_token"].value
    files = [("files", f"quyết định {n}.pdf", bytes_of(str(n))) for n in (1, 2, 1)]

    page = browser.post("/intake", {"csrf_token": token, "unit": "nhanh"}, upload_files=files)

    receipt = page.html.find(id="receipt").find_parent("section")
    outcomes = [badge.text for badge in receipt.select("tbody .badge")]
    # The third has the same bytes as the first: one paper, and it is said.
    assert outcomes == ["Đã nhận", "Đã nhận", "Đã có sẵn"]
    assert "3 tệp đã gửi" in receipt.text
    assert len(page.html.find(id="queue").find_parent("section").select("tbody tr")) == 2


def test_the_script_s_way_of_sending_gets_the_same_answer_as_json(browse):
    browser = browse("clerk")
    token = sending(browser.get("/intake"))["csrf_token"].value

    answer = browser.post(
        "/intake",
        {"csrf_token": token, "unit": "nhanh"},
        upload_files=[("files", "a.pdf", bytes_of("a"))],
        headers={"Accept": "application/json"},
    )

    assert [(line["outcome"], line["good"]) for line in answer.json] == [("Đã nhận", True)]


def test_sending_nothing_is_told_beside_the_field(browse):
    page = sending(browse("clerk").get("/intake")).submit(status=422)

    assert "Hãy chọn ít nhất một tệp." in page.html.select_one(".drop").text


def test_proposals_stand_in_the_fields_with_their_confidence_and_place(browse, waiting):
    page = browse("officer").get(waiting)
    form = filing(page)

    # What is read unsurely stands beside the field, never in it.
    assert [form[name].value for name in ("number", "symbol", "date", "title", "form")] == [
        "14",
        "QĐ-M",
        "15/03/2019",
        "",
        "QĐ",
    ]
    said = {
        name: page.html.select_one(f'[data-proposed="{name}"] .sureness').text
        for name in ("number", "date", "title")
    }
    assert said == {"number": "đọc rõ", "date": "nên đối chiếu", "title": "chưa chắc: hãy tự xem"}
    assert "Nâng bậc lương" in page.html.select_one('[data-proposed="title"] .read-here').text
    assert page.html.select_one('[data-proposed="title"]')["data-state"] == "open"
    box = page.html.select_one('rect[data-field="number"]')
    assert [box[edge] for edge in ("x", "y", "width", "height")] == ["0.1", "0.2", "0.2", "0.05"]


def test_filing_tells_all_faults_at_once_and_keeps_what_was_typed(browse, waiting):
    form = filing(browse("officer").get(waiting))
    form["dossier"], form["type"], form["title"], form["date"] = "T-9999", "", "", "31/02/2019"
    form["signer"] = "Ông Ký"

    page = form.submit(status=422)

    assert {"dossier", "type", "title", "date"} == {
        tag["name"] for tag in page.html.select("[aria-invalid=true]")
    }
    kept = filing(page)
    assert [kept[name].value for name in ("dossier", "date", "signer", "number")] == [
        "T-9999",
        "31/02/2019",
        "Ông Ký",
        "14",
    ]


def test_a_paper_is_filed_and_leaves_the_tray(browse, waiting):
    browser = browse("officer")
    form = filing(browser.get(waiting))
    form["dossier"], form["type"], form["title"] = "T-0001", "D05", "Nâng bậc lương"

    page = form.submit(status=303).follow()
    tray = browser.get("/intake?unit=goc")

    assert page.request.path.startswith("/dossiers/T-0001/")
    assert "Đã lưu tài liệu vào hồ sơ." in page.html.find(role="status").text
    assert "Khay trống." in tray
    browser.get(waiting, status=404)


def test_two_people_filing_one_paper_the_second_is_told(browse, waiting):
    one, other = (filing(browse(login).get(waiting)) for login in ("officer", "clerk"))
    for form in (one, other):
        form["dossier"], form["type"], form["title"] = "T-0001", "D05", "Nâng bậc lương"

    one.submit(status=303)
    answer = other.submit(status=404)

    assert answer.status_int == 404


def test_setting_aside_needs_a_reason_and_release_brings_it_back(browse, waiting):
    browser = browse("officer")
    aside = next(
        f for f in browser.get(waiting).forms.values() if f.action.rstrip("/").endswith("set-aside")
    )
    refused = aside.submit(status=422)
    aside["why"] = "Mờ quá, quét lại"
    tray = aside.submit(status=303).follow()
    page = browser.get(waiting)
    release = next(f for f in page.forms.values() if f.action.rstrip("/").endswith("release"))
    release["why"] = "Đọc được"
    back = release.submit(status=303).follow()

    assert refused.html.select_one("[aria-invalid]")["name"] == "why"
    assert "Mờ quá, quét lại" in tray.html.find(id="quarantine").find_parent("section").text
    assert "mau.pdf" in back.html.find(id="queue").find_parent("section").text


def test_progress_is_told_to_a_page_that_stays_open(browse, waiting):
    told = json.loads(browse("officer").get("/intake/progress").body)

    assert {name: told[name] for name in ("left", "said")} == {
        "left": 0,
        "said": "Đã đọc hết tài liệu.",
    }


def test_the_chooser_suggests_dossiers_by_name_without_marks(browse, waiting):
    found = browse("officer").get("/intake/dossiers?q=nguyen+van").json

    assert [(one["value"], one["label"]) for one in found] == [("T-0001", "Nguyễn Văn Mẫu")]


def test_a_paper_in_another_unit_s_tray_is_not_there(browse, as_):
    with as_("officer") as desk:
        paper = a_waiting_paper(desk, unit="goc", words="ở gốc")
        address = f"/tray/{paper.uid}/"

    browse("clerk").get(address, status=404)
