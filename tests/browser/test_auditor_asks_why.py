"""An auditor asks what is due and why, reads no page, and verifies the journal."""

from __future__ import annotations

from datetime import date

ON = "31/12/2026"


def shown(day):
    """Write a day as pages do."""
    return date.fromisoformat(day).strftime("%d/%m/%Y") if day else ""


def test_the_due_list_is_the_command_line_s(browse, office):
    reader = browse("kiemtra")
    reader.go(f"/due?on={ON}")
    reader.shoot("due")
    lines = office.hoso("retention", "due", "--on", "2026-12-31", "--as", "kiemtra")

    rows = reader.page.locator("tbody tr")
    table = [
        (
            row.locator("th .small").inner_text(),
            row.locator("[data-label='Đến hạn']").inner_text(),
            row.locator(".badge").inner_text(),
        )
        for row in rows.all()
    ]
    words = {"due": "Đến hạn", "held": "Đang tạm giữ", "unknown": "Chưa rõ ngày"}
    assert [(line["code"], shown(line["due"]), words[line["state"]]) for line in lines] == table
    # By TT 10/2022/TT-BNV: hand-made cases of the demo, one of each kind.
    assert {"V-2015-01": "due", "V-2016-02": "held", "V-2013-02": "unknown"}.items() <= {
        line["code"]: line["state"] for line in lines
    }.items()


def test_why_tells_rule_law_event_and_dates_in_vietnamese(browse, office):
    reader = browse("kiemtra")
    reader.go(f"/due?on={ON}")
    reader.page.locator("tr", has_text="V-2015-01").get_by_role("link", name="Vì sao").click()
    reader.page.wait_for_selector("ul.why")
    reader.shoot("why")
    line = office.hoso("retention", "why", "V-2015-01", "--on", "2026-12-31", "--as", "kiemtra")[0]

    facts = reader.facts("main")
    told = reader.page.locator("ul.why").first.inner_text()
    assert facts["Được xét hủy từ"] == shown(line["due"])
    assert facts["Tính từ"] == shown(line["from"])
    assert line["rule"] in facts["Quy tắc"]
    assert facts["Văn bản"].startswith(line["instrument"])
    assert facts["Sự kiện"]
    assert [step for step in _steps(line["explanation"]) if step not in told] == []
    # The contract ended on 31/08/2015; five years from the end of that year (TT 09/2011, 65).
    assert "31/12/2015" in told
    assert facts["Được xét hủy từ"] == "01/01/2021"


def _steps(step):
    yield step["text"]
    for below in step["because"]:
        yield from _steps(below)


def test_the_auditor_knows_of_a_paper_but_reads_none(browse, office):
    uid = office.hoso("dossier", "show", "M-0013")[0]["documents"][0]["id"]
    reader = browse("kiemtra")

    assert reader.go(f"/dossiers/M-0013/{uid}/") == 200
    reader.shoot("document-not-read")
    assert reader.page.locator(".paper img, .read").count() == 0
    assert "không được đọc" in reader.page.locator("main").inner_text()
    for part in ("page/page-0001", "original"):
        assert reader.go(f"/dossiers/M-0013/{uid}/{part}") in {403, 404}
    office.hoso("search", "nghỉ hưu", "--as", "kiemtra", status=1)


def test_the_journal_of_a_dossier_and_its_proof(browse, office):
    reader = browse("kiemtra")
    reader.go("/journal?of=M-0030")
    reader.shoot("journal")
    said = office.hoso("journal", "show", "M-0030")
    told = sorted(
        span.get_attribute("title")
        for span in reader.page.locator("tbody td:nth-child(3) span[title]").all()
    )
    # Looking it up by command is journalled too, on the copy that was asked.
    assert sorted(line["verb"] for line in said) == told
    assert "retention.hold-placed" in told

    reader.go("/journal")
    reader.press("Đối chiếu niêm phong")
    reader.page.wait_for_selector(".notice.good")
    reader.shoot("journal-verified")
    facts = reader.facts("main")
    proof = office.hoso("journal", "verify")[-1]
    assert int(facts["Số mục nhật ký"].replace(".", "")) <= proof["entries"]
    # Asking is journalled too, so some entries may have gone into a bundle since.
    assert int(facts["Số tập"].replace(".", "")) <= proof["bundles"]
    assert str(proof["seals"]) == facts["Chốt nhật ký ngày"]
