"""The paper store on its pages: without scripts, by hand and by scanner."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pypdfium2
import pytest
import zxingcpp

from hoso.desk import arranging, lending, shelving, stocktaking
from hoso.testing.things import a_dossier, a_filed_paper

SAID = {
    "borrower": "Trần Văn Mẫu",
    "organisation": "Thanh tra huyện",
    "purpose": "Xác minh bằng cấp",
    "authority": "CV 12/CV-TTr ngày 27/02/2026",
}


@pytest.fixture
def store(as_):
    """A store, a shelf, two boxes; T-0001 and T-0002 in H1, T-0003 in H2; uids by number."""
    with as_("archivist") as desk:
        goc, nhanh = desk.unit("goc"), desk.unit("nhanh")
        arranging.add(desk, goc, code="K1", kind="store", label="Kho lưu trữ")
        arranging.add(desk, goc, code="G1", kind="shelf", label="Giá 1", parent="K1")
        for code in ("H1", "H2"):
            arranging.add(desk, nhanh, code=code, kind="box", label=f"Hộp {code}", parent="G1")
        for code in ("T-0002", "T-0003"):
            a_dossier(desk, code=code)
        for code, box in (("T-0001", "H1"), ("T-0002", "H1"), ("T-0003", "H2")):
            shelving.move(desk, desk.find(code), place=box)
        return {code: desk.find(code).uid for code in ("T-0001", "T-0002", "T-0003")}


def form_of(page, do):
    """Return the form of a page whose button does *do*."""
    return next(form for form in page.forms.values() if f'name="do" value="{do}"' in form.text)


def send(page, do, **values):
    form = form_of(page, do)
    for name, value in values.items():
        form[name] = value
    return form.submit("do", value=do, expect_errors=True)


def faults(page):
    return [tag.text for tag in page.html.select(".fault")]


def text_of(page):
    return " ".join(page.html.find("main").get_text(" ").split())


def test_a_store_is_built_from_its_page(browse):
    browser = browse("officer")
    form = browser.get("/paper").forms
    first = next(f for f in form.values() if "label" in f.fields)
    first["code"], first["label"], first["unit"] = "kho.1", "Kho lưu trữ cơ quan", "goc"
    place = first.submit(status=303).follow()
    assert "Kho lưu trữ cơ quan" in place.html.title.text

    inner = send(place, "add", code="kho.1.g1", label="Giá số 1", kind="shelf").follow()
    box = send(inner, "add", code="kho.1.g1.h1", label="Hộp 1", kind="box").follow()

    crumbs = [a.text.strip() for a in box.html.select(".crumbs li")]
    assert crumbs == ["Kho giấy", "KHO.1", "KHO.1.G1", "KHO.1.G1.H1"]


def test_all_that_is_wrong_with_a_place_stands_beside_its_field(browse, store):
    page = browse("officer").get("/paper/places/G1")

    again = send(page, "add", code="h1", label="", kind="store")

    assert again.status_int == 422
    assert len(faults(again)) == 3
    assert form_of(again, "add")["code"].value == "h1"


def test_a_scanned_label_puts_a_dossier_into_the_box(browse, store):
    page = browse("clerk").get("/paper/places/H2")

    after = send(page, "put", text=f"hoso:dossier:{store['T-0001']}", position="5").follow()

    assert "T-0001" in text_of(after)
    wrong = send(after, "put", text="T-0002", position="5")
    assert wrong.status_int == 422
    assert "Vị trí 5" in faults(wrong)[0]
    unknown = send(after, "put", text="8934563138165")
    assert unknown.status_int == 422
    assert "8934563138165" in faults(unknown)[0]


def test_the_dossier_page_says_where_the_paper_is(browse, store):
    page = browse("clerk").get("/dossiers/T-0002/")
    section = page.html.select_one("section[aria-labelledby=paper-where]")

    # Store and shelf belong to the archive, which this reader does not see: codes only.
    assert "K1 › G1 › H1 – Hộp H1 · vị trí 2" in " ".join(section.text.split())
    assert [a["href"] for a in section.select("p a")] == ["/paper/places/H1"]


def test_a_dossier_without_a_place_says_so(browse, as_):
    page = browse("clerk").get("/dossiers/T-0001/")

    assert "Chưa ai ghi" in page.html.select_one("section[aria-labelledby=paper-where]").text


def test_a_dossier_is_lent_taken_back_and_both_are_remembered(browse, store, clock):
    browser = browse("archivist")
    page = browser.get(f"/paper/records/{store['T-0001']}")
    empty = send(page, "lend", borrower="", due="mai")
    assert empty.status_int == 422
    assert len(faults(empty)) == 5

    slip = send(page, "lend", **SAID, due="").follow()
    assert "16/03/2026" in text_of(slip)
    assert "Kho lưu trữ › G1 – Giá 1 › H1 – Hộp H1" in text_of(slip)
    second = send(page, "lend", **SAID)
    assert second.status_int == 409

    clock.advance(timedelta(days=20))
    browser = browse("archivist")
    late = browser.get("/paper/loans?late=1")
    assert "trễ 6 ngày" in text_of(late)

    again = browser.get(f"/paper/records/{store['T-0001']}")
    assert send(again, "extend", authority="", due="01/01/2026").status_int == 422
    longer = send(again, "extend", authority="CV 20/CV-M", due="30/03/2026").follow()
    assert "16/03/2026 – CV 20/CV-M" in text_of(longer)
    assert "Không có gì quá hạn" in text_of(browser.get("/paper/loans?late=1"))
    assert "Cho mượn hồ sơ này" not in text_of(again)
    back = send(again, "return", condition="Đủ 45 tờ, nguyên vẹn").follow()
    assert "Đủ 45 tờ, nguyên vẹn" in text_of(back)
    assert "Không có gì" in text_of(browser.get("/paper/loans"))
    twice = send(again, "return", condition="Đủ")
    assert twice.status_int == 409


def test_two_who_move_one_dossier_are_told_of_each_other(browse, store):
    browser = browse("clerk")
    first = browser.get(f"/paper/records/{store['T-0001']}")
    second = browser.get(f"/paper/records/{store['T-0001']}")
    send(first, "move", place="H2").follow()

    told = send(second, "move", place="H2", why="Nhầm hộp")

    assert told.status_int == 409
    assert "clerk" in told.html.select_one("#move-refusal").text
    assert form_of(told, "move")["why"].value == "Nhầm hộp"


def test_a_stock_take_by_scanner_goes_from_field_to_field(browse, store, as_):
    browser = browse("clerk")
    page = browser.get("/paper/places/H1")
    start = next(f for f in page.forms.values() if f.action == "/paper/counts")
    count = start.submit(status=303).follow()
    for label in ("hoso:place:H1", f"hoso:dossier:{store['T-0001']}", "T-0003"):
        answer = send(count, "scan", text=label)
        # With a fragment in the address a browser would not focus the field.
        assert "#" not in answer.location
        count = answer.follow()
    assert count.html.find("input", attrs={"name": "text"}).has_attr("autofocus")
    unknown = send(count, "scan", text="8934563138165")
    assert unknown.status_int == 200
    marked = send(unknown, "scan", text="hóo:place:H1")
    assert "tiếng Anh" in faults(marked)[0]

    page = browser.get(count.request.path)
    table = page.html.select_one("section[aria-labelledby=mismatch]")
    rows = [
        [" ".join(c.text.split()) for c in tr.select("td, th")] for tr in table.select("tbody tr")
    ]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("Thiếu", "H1", "–"),  # T-0002
        ("Thuộc chỗ khác", "H2", "H1"),  # T-0003
        ("Nhãn lạ", "–", "H1"),
        ("Nhãn lạ", "–", "H1"),
    ]

    refused = send(page, "close", conclusion="", witness="")
    assert refused.status_int == 422
    closed = send(page, "close", conclusion="Tìm T-0002", witness="Lê Thị Mẫu").follow()
    assert "Tìm T-0002" in text_of(closed)
    assert not closed.html.find("input", attrs={"name": "text"})
    late = send(page, "scan", text="T-0002")
    assert late.status_int == 409


def test_a_list_from_the_scanner_and_the_table_to_take_away(browse, store, as_):
    with as_("archivist") as desk:
        desk.find("T-0002").name = '=HYPERLINK("x")'
    browser = browse("archivist")
    form = next(f for f in browser.get("/paper/counts").forms.values() if "place" in f.fields)
    form["place"] = "hoso:place:G1"
    count = form.submit().follow()
    upload = form_of(count, "upload")
    upload["file"] = ("scan.txt", "﻿H1\r\nT-0001\r\n\r\nT-0002\r\n".encode())
    after = upload.submit("do", value="upload")
    assert "3 nhãn" in text_of(after)

    rows = list(
        csv.reader(
            io.StringIO(browser.get(f"{count.request.path}/table.csv").text.lstrip("\ufeff"))
        )
    )
    assert {(row[0], row[3]) for row in rows[1:]} == {
        ("Đúng chỗ", store["T-0001"]),
        ("Đúng chỗ", store["T-0002"]),
        ("Đúng chỗ", "H1"),
        ("Thiếu", "H2"),
        ("Thiếu", store["T-0003"]),
    }
    assert all(not cell.startswith("=") for row in rows for cell in row)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"", b"\n\n"], ids=["bytes", "none", "blank"])
def test_a_list_that_is_none_is_refused_at_its_field(browse, store, content):
    browser = browse("archivist")
    form = next(f for f in browser.get("/paper/counts").forms.values() if "place" in f.fields)
    form["place"] = "H1"
    upload = form_of(form.submit().follow(), "upload")
    if content:
        upload["file"] = ("scan.txt", content)

    assert upload.submit("do", value="upload", expect_errors=True).status_int == 422


def test_a_list_longer_than_two_megabytes_is_not_read():
    from hoso.kernel.errors import Invalid
    from hoso.web.views.stocktaking import texts_of

    with pytest.raises(Invalid):
        texts_of(io.BytesIO(b"x\n" * 1_100_000))
    assert texts_of(io.BytesIO("\ufeffa\r\nb".encode())) == ["a", "b"]


def test_labels_come_as_a_pdf_whose_codes_can_be_read(browse, store):
    browser = browse("clerk")
    page = browser.get("/paper/places/H1")
    form = next(f for f in page.forms.values() if "layout" in f.fields)
    form["what"], form["start"] = "all", "3"
    answer = form.submit()

    assert answer.content_type == "application/pdf"
    document = pypdfium2.PdfDocument(answer.body)
    picture = document[0].render(scale=2).to_pil().convert("L")
    document.close()
    read = {one.text for one in zxingcpp.read_barcodes(picture)}
    assert read == {
        "hoso:place:H1", f"hoso:dossier:{store['T-0001']}", f"hoso:dossier:{store['T-0002']}",
    }  # fmt: skip
    wrong = browser.get("/paper/labels?of=H1&layout=x&start=0&what=y", status=422)
    assert faults(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "/paper/places/KHONG", "/paper/records/0000000000000", "/paper/records/x",
        "/paper/counts/0000000000000", "/paper/counts/x/table.csv",
        "/paper/records/{T-0001}/loans/x", "/paper/labels?of=KHONG", "/paper/labels",
    ],
)  # fmt: skip
def test_what_is_not_there_answers_404(browse, store, address):
    browse("archivist").get(address.format(**store), status=404)


@pytest.mark.parametrize(
    "address", ["/paper/places/K1", "/paper/places/G1", "/paper/records/{T-0900}"]
)
def test_what_is_another_units_answers_as_what_is_not_there(browse, store, as_, address):
    with as_("archivist") as desk:
        store["T-0900"] = a_dossier(desk, code="T-0900", unit="ben").uid

    browse("clerk").get(address.format(**store), status=404)


def test_who_has_no_business_at_the_store_is_not_shown_the_way(browse, store):
    for login in ("employee", "admin", "nobody"):
        browser = browse(login)
        assert "/paper" not in [a["href"] for a in browser.get("/about").html.select(".nav a")]
        assert browser.get("/paper", expect_errors=True).status_int == 403


def test_an_auditor_sees_the_store_and_is_offered_nothing(browse, store):
    browser = browse("auditor")
    for address in ("/paper", "/paper/places/H1", f"/paper/records/{store['T-0001']}"):
        page = browser.get(address)
        assert page.status_int == 200
        assert not page.html.select("main button[name=do]")


def test_a_scanned_label_leads_to_its_page(browse, store, as_):
    with as_("archivist") as desk:
        paper = a_filed_paper(desk, desk.find("T-0001"))
        uid = paper.uid
    browser = browse("archivist")
    for address, text, to in (
        ("/paper", "hoso:place:H1", "/paper/places/H1"),
        ("/paper", f"hoso:document:{uid}", f"/paper/records/{uid}"),
        ("/paper/loans", "T-0001", f"/paper/records/{store['T-0001']}"),
    ):
        answer = browser.get(address, {"text": text}, status=303)
        assert answer.location.endswith(to)
    for address in ("/paper", "/paper/loans"):
        assert "8934563138165" in faults(browser.get(address, {"text": "8934563138165"}))[0]


def test_a_document_without_a_place_lies_in_its_dossier(browse, store, as_):
    with as_("archivist") as desk:
        uid = a_filed_paper(desk, desk.find("T-0001")).uid
    browser = browse("archivist")
    own = browser.get(f"/dossiers/T-0001/{uid}/")
    section = own.html.select_one("section[aria-labelledby=paper-where]")
    where = " ".join(section.get_text(" ").split())
    assert where.endswith("H1 – Hộp H1 · vị trí 1 Nằm trong hồ sơ của nó.")
    page = browser.get(f"/paper/records/{uid}")
    assert "Nằm trong hồ sơ" in text_of(page)

    apart = send(page, "move", place="H2", why="Khổ lớn").follow()
    assert "H2 – Hộp H2" in text_of(apart)
    back = send(apart, "move", place="").follow()
    assert "Nằm trong hồ sơ" in text_of(back)


def test_the_loan_of_a_paper_of_another_record_is_not_shown(browse, store, as_):
    with as_("archivist") as desk:
        loan = lending.lend(desk, desk.find("T-0001"), **SAID).uid
    browser = browse("archivist")

    browser.get(f"/paper/records/{store['T-0001']}/loans/{loan}", status=200)
    browser.get(f"/paper/records/{store['T-0002']}/loans/{loan}", status=404)


@pytest.fixture
def furnished(store, as_):
    """The store with a loan, a stock-take and a paper: addresses of every page of it."""
    with as_("officer") as desk:
        loan = lending.lend(desk, desk.find("T-0001"), **SAID)
        count = stocktaking.open_(desk, shelving.place_named(desk, "G1"))
        stocktaking.scan(desk, count, texts=["H1", "T-0002", "T-0001", "T-0003", "8934563138165"])
        closed = stocktaking.open_(desk, shelving.place_named(desk, "H2"))
        stocktaking.close(desk, closed, conclusion="Đủ", witness="Lê Mẫu")
        uid = store["T-0001"]
        return {
            "tree": "/paper",
            "store": "/paper/places/K1",
            "box": "/paper/places/H1",
            "out": f"/paper/records/{uid}",
            "in": f"/paper/records/{store['T-0002']}",
            "slip": f"/paper/records/{uid}/loans/{loan.uid}",
            "loans": "/paper/loans",
            "late": "/paper/loans?late=1",
            "counts": "/paper/counts",
            "count": f"/paper/counts/{count.uid}",
            "closed": f"/paper/counts/{closed.uid}",
            "labels": "/paper/labels?of=H1&layout=x",
        }


def test_every_page_of_the_store_keeps_the_rules_of_all_pages(browse, furnished):
    from test_pages_everywhere import RULES

    browser = browse("officer")
    wrong = {}
    for name, address in furnished.items():
        answer = browser.get(address, expect_errors=True)
        assert answer.status_int == (422 if name == "labels" else 200)
        wrong |= {(name, r.__doc__): said for r in RULES if (said := r(answer, answer.html))}

    assert wrong == {}


def test_a_long_stock_take_is_compared_when_asked_and_the_next_label_does_not_wait(
    browse, store, clock
):
    browser = browse("archivist")
    form = next(f for f in browser.get("/paper/counts").forms.values() if "place" in f.fields)
    form["place"] = "G1"
    upload = form_of(form.submit().follow(), "upload")
    upload["file"] = ("scan.txt", "".join(f"X{n}\n" for n in range(600)).encode())
    page = upload.submit("do", value="upload")
    assert page.html.select(".figures") == []
    clock.advance(timedelta(seconds=1))
    page = send(page, "scan", text="T-0003").follow()
    assert "Đúng chỗ" in text_of(page)

    whole = browser.get(page.html.find("a", href=lambda to: to and "list=whole" in to)["href"])
    assert [b.text for b in whole.html.select(".figures b")] == ["2", "0", "0", "600", "0", "1"]
    assert len(whole.html.select("section[aria-labelledby=mismatch] tbody tr")) == 500
    assert "cắt bớt" in text_of(whole)
