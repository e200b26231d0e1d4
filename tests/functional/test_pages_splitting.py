"""Separator sheets, labels, splitting, arranging and the quality gate, as pages without scripts."""

from __future__ import annotations

import gzip
import json

import pypdfium2
import pytest
import zxingcpp

from hoso.app.reading_room import ReadingRoom
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE, HandedIn, Made, begin, hand_in
from hoso.ingest.sheets.codes import Label, Separator, payload, read
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_filed_paper, a_paper, bytes_of

HEAD = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nSố: {}/QĐ-UBND\nQUYẾT ĐỊNH"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63"
    "f80f00010101005bb1eb8e0000000049454e44ae426082"
)


def a_scan(desk, texts, *, words="quét", serial=""):
    """A scan in the tray that was read: a page for each text."""
    document = a_paper(desk, words=words)
    folder = desk.house.spool
    facts = [
        {
            "source": "ocr", "turn": 0, "aspect": 1.4, "leaf": ["original", n, 0],
            "codes": [{"format": "QRCode", "text": payload(Label(serial))}] if serial and n == 1 else [],
            "findings": [{"code": "skewed", "value": 3.25, "box": [0.1, 0.1, 0.9, 0.9]}] if n == 2 else [],
        }
        for n in range(1, len(texts) + 1)
    ]  # fmt: skip

    def packed(value):
        return spool_bytes(gzip.compress(json.dumps(value).encode()), folder)

    made = [
        *(Made(f"page-{n + 1:04d}", spool_bytes(PIXEL, folder), "image/png", "t") for n in range(len(texts))),
        Made("text", spool_bytes("\f".join(texts).encode(), folder), "text/plain", "t"),
        Made("words", packed([[] for _ in texts]), "application/gzip", "t"),
        Made("facts", packed({"pages": facts}), "application/gzip", "t"),
    ]  # fmt: skip
    machine = Desk(desk.house, desk.connection, MACHINE, via="worker")
    begin(machine, document)
    hand_in(
        machine,
        document,
        result=HandedIn(
            mime="application/pdf", puid="", pages=len(texts), sources=("ocr",) * len(texts),
            renditions=made, proposals={}, type_proposal=None, notes=(), reader="t", facts=facts,
        ),
    )  # fmt: skip
    return document


@pytest.fixture
def scan(as_):
    """Address and id of a scan whose third page seems to begin another paper."""
    with as_("officer") as desk:
        made = a_scan(desk, [HEAD.format(14), "Điều 2.", HEAD.format(15), "Nơi nhận"])
        return f"/tray/{made.uid}/", made.id


def form_of(page, ending):
    return next(f for f in page.forms.values() if f.action.rstrip("/").endswith(ending))


def record(site, number, what):
    with site.databases.connection() as connection:
        return what(connection.root()["site"].by_id[number])


# Sheets ---------------------------------------------------------------------------------


def codes_in(answer):
    assert answer.content_type == "application/pdf"
    with pypdfium2.PdfDocument(answer.body) as document:
        pages = [page.render(scale=2).to_pil().convert("L") for page in document]
    return [{read(code.text) for code in zxingcpp.read_barcodes(page)} for page in pages]


def test_a_sheet_for_a_dossier_and_a_kind_is_printed_on_both_sides(browse):
    form = form_of(browse("clerk").get("/intake/sheets?dossier=T-0001"), "/sheets")
    assert form["dossiers"].value == "T-0001"
    form["type"], form["sides"], form["copies"] = "D05", "2", "1"

    assert codes_in(form.submit("")) == [{Separator("T-0001", "D05", 2)}] * 2


def test_plain_sheets_say_only_that_the_next_paper_begins(browse):
    form = form_of(browse("clerk").get("/intake/sheets"), "/sheets")
    form["copies"] = "3"

    assert codes_in(form.submit("")) == [{Separator()}] * 3


def test_all_that_is_wrong_with_sheets_is_told_and_hidden_dossiers_are_not_here(browse):
    form = form_of(browse("clerk").get("/intake/sheets"), "/sheets")
    form["dossiers"], form["copies"] = "T-9 T-0001", "999"

    page = form.submit("", status=422)

    assert "Không có hồ sơ T-9." in page.text
    assert len(page.html.select(".fault")) == 2
    assert form_of(page, "/sheets")["dossiers"].value == "T-9 T-0001"


def test_labels_are_printed_with_codes_of_their_own(browse, site):
    form = form_of(browse("clerk").get("/intake/sheets"), "/labels")
    form["kind"], form["skip"] = "24", "2"

    (found,) = codes_in(form.submit(""))

    assert len(found) == 22
    with site.databases.connection() as connection:
        assert {one.serial for one in found} == set(connection.root()["site"].by_serial)


# Splitting ------------------------------------------------------------------------------


def test_where_another_paper_seems_to_begin_is_ticked_with_the_reason(browse, scan):
    page = browse("clerk").get(scan[0] + "pages")

    ticked = [bool(box.has_attr("checked")) for box in page.html.select("[data-start]")]
    assert ticked == [True, False, True, False]
    assert "15/QĐ-UBND" in page.html.select(".leaf-card")[2].text
    assert "Lệch" in page.html.select(".leaf-card")[1].text


def test_a_scan_is_split_by_hand_and_its_page_leads_to_the_parts(browse, scan, site, as_):
    browser = browse("clerk")
    form = form_of(browser.get(scan[0] + "pages"), "/pages")
    form["start.original.3"] = False
    form["start.original.4"] = True
    form["drop.original.2"] = "blank"

    page = form.submit("do", value="split").follow()

    assert "đang được tạo" in page.text
    assert page.headers["Refresh"] == "3"

    # The bytes of this scan are no PDF: the worker says so, and the scan is whole.
    room = ReadingRoom(site, workers=1)
    try:
        assert room.read(scan[1]) == "waiting"
    finally:
        room.close()
    assert (
        "Bản quét còn nguyên" in browser.get(scan[0] + "pages").html.select_one(".notice.bad").text
    )
    assert record(site, scan[1], lambda d: d.parts) == ()


def test_a_page_nobody_placed_is_told_with_all_that_was_ticked_kept(browse, scan):
    form = form_of(browse("clerk").get(scan[0] + "pages"), "/pages")
    form["start.original.3"] = False

    page = form.submit("do", value="split", status=422)

    assert "Không có gì để tách" in page.text
    assert not form_of(page, "/pages")["start.original.3"].checked


def test_buttons_turn_and_move_pages_without_a_script_and_save_nothing(browse, scan, site):
    browser = browse("clerk")
    page = browser.get(scan[0] + "pages")

    page = form_of(page, "/pages").submit("do", value="earlier:original.2")
    page = form_of(page, "/pages").submit("do", value="right:original.2")

    assert [i["value"] for i in page.html.select("input[name=order]")] == [
        f"original.{n}" for n in (2, 1, 3, 4)
    ]
    assert page.html.select_one(".leaf-card .turned-90") is not None
    assert record(site, scan[1], lambda d: d.leaves) == ()

    page = form_of(page, "/pages").submit("do", value="arrange").follow()
    assert [(leaf.page, leaf.turn) for leaf in record(site, scan[1], lambda d: d.leaves)] == [
        (2, 90), (1, 0), (3, 0), (4, 0),
    ]  # fmt: skip
    assert "bản gốc giữ nguyên" in page.text


def test_papers_begin_where_the_archivist_says(browse, as_):
    with as_("officer") as desk:
        made = a_scan(desk, ["a", "b"], words="x")
        address = f"/tray/{made.uid}/pages"
    browser = browse("clerk")

    page = browser.get(address)
    for what in ("by-blank", "propose", "whole"):
        page = form_of(page, "/pages").submit("do", value=what)
        assert [box.has_attr("checked") for box in page.html.select("[data-start]")] == [
            True,
            False,
        ]


def test_two_who_arrange_one_paper_the_second_is_told(browse, scan):
    browser = browse("clerk")
    form = form_of(browser.get(scan[0] + "pages"), "/pages")
    form_of(browser.get(scan[0] + "pages"), "/pages").submit("do", value="earlier:original.2")
    first = form_of(browser.get(scan[0] + "pages"), "/pages")
    first["drop.original.4"] = "blank"
    first.submit("do", value="arrange", status=303)
    form["drop.original.3"] = "blank"

    assert form.submit("do", value="arrange", expect_errors=True).status_int == 409


# The quality gate -----------------------------------------------------------------------


def test_a_page_is_sent_back_listed_and_scanned_again(browse, scan, site, as_):
    browser = browse("clerk")
    page = browser.get(scan[0] + "pages")
    page = form_of(page, "/pages")
    token = page["csrf_token"].value

    browser.post(scan[0] + "judge", {"csrf_token": token, "judge": "back:2"}, status=303)
    browser.post(scan[0] + "judge", {"csrf_token": token, "judge": "accept:3"}, status=303)

    listed = browser.get("/intake/sent-back").html.select("tbody tr")
    assert len(listed) == 1
    assert "Lệch" in listed[0].text
    assert "Chấp nhận" in browser.get(scan[0] + "pages").html.select(".leaf-card")[2].text

    form = form_of(browser.get(scan[0] + "pages"), "/replace")
    form["page"] = "2"
    form["file"] = ("trang 2.pdf", bytes_of("mới"))
    answer = form.submit("").follow()
    assert "Bản quét mới đã được lưu" in answer.text


@pytest.mark.parametrize(
    ("page", "file", "said"),
    [("9", bytes_of("mới"), "Không có trang 9."), ("1", b"", "Hãy chọn ít nhất một tệp.")],
)
def test_a_new_scan_that_has_no_page_to_go_to_is_not_kept(browse, scan, site, page, file, said):
    form = form_of(browse("clerk").get(scan[0] + "pages"), "/replace")
    form["page"] = page
    if file:
        form["file"] = ("a.pdf", file)

    answer = form.submit("", status=422)

    assert said in answer.text
    with site.databases.connection() as connection:
        assert len(list(connection.root()["site"].tray.values())) == 1


def test_a_second_scan_of_a_paper_is_offered_and_never_taken_by_itself(browse, as_, site):
    with as_("officer") as desk:
        first = a_scan(desk, ["a", "b"], words="x", serial="AAAAAAAAAA")
        second = a_scan(desk, ["c"], words="y", serial="AAAAAAAAAA")
        uids, numbers = (first.uid, second.uid), (first.id, second.id)
    browser = browse("clerk")
    page = browser.get(f"/tray/{uids[1]}/pages")
    assert "AAAAAAAAAA" in page.html.find(id="older").find_parent("section").text

    answer = form_of(page, "/rescan").submit("").follow()

    assert "bản quét trước vẫn được giữ" in answer.text
    assert record(site, numbers[0], lambda d: [leaf.scan for leaf in d.leaves]) == ["rescan-1"]
    assert "Bản quét này đã thành" in browser.get(f"/tray/{uids[1]}/pages").text


def test_the_pages_of_a_filed_paper_are_arranged_by_who_may_describe_it(browse, as_):
    with as_("officer") as desk:
        filed = a_filed_paper(desk, desk.site.dossiers["T-0001"], words="f")
        address = f"/dossiers/T-0001/{filed.uid}/pages"

    assert form_of(browse("clerk").get(address), "/pages")
    assert browse("head").get(address, expect_errors=True).status_int in {403, 404}
    assert browse("employee").get(address, expect_errors=True).status_int in {403, 404}
