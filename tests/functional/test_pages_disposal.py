"""Pages of disposal: proposal, council, votes, decision, days that are left, bin, certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hoso.app import executing as job
from hoso.desk import disposing
from hoso.desk.holding import place_hold
from hoso.testing.disposals import (
    COUNCIL,
    DECISION,
    a_due_dossier,
    a_second_head,
    approved_list,
    carried_out,
    reviewed_list,
)
from hoso.testing.things import a_dossier, a_filed_paper


@pytest.fixture
def due(as_):
    """Two dossiers that are due, and a fourth person for a council."""
    with as_("archivist") as desk:
        a_second_head(desk)
        for code in ("H-1", "H-2"):
            a_due_dossier(desk, code)


def form_of(page, deed):
    """Return the form with the button that does this."""
    return next(
        form
        for form in page.forms.values()
        if any(one.value_if_submitted() == deed for one in form.fields.get("do", ()))
    )


def sweep_of(page):
    return next(form for form in page.forms.values() if "records" in form.fields)


def sent(form, deed, **how):
    return form.submit("do", value=deed, **how)


def states(as_, number):
    with as_("auditor") as desk:
        return [line.state for line in disposing.find(desk, number).lines.values()]


def test_a_sweep_a_council_and_its_votes(browse, due, as_):
    archivist = browse("archivist")
    form = sweep_of(archivist.get("/disposals/new?unit=nhanh"))
    ticks = form.fields["records"]
    assert {(one._value, one.checked) for one in ticks} == {("H-1", True), ("H-2", True)}
    # Everything that is wanting is said at once; a code nobody has, too.
    form["codes"] = "H-9"
    refused = form.submit(status=422)
    assert refused.text.count('class="fault"') == 2
    assert "H-9" in refused.text
    form = sweep_of(refused)
    form["codes"] = ""
    form["title"], form["explanation"] = "Bài thi cũ", "Rà soát năm 2026"
    page = form.submit(status=303).follow()
    number = page.request.path.rpartition("/")[2]

    form = form_of(page, "council")
    form["number"] = "5/QĐ"
    form["duty-archivist"], form["duty-head"] = "secretary", "chair"
    refused = sent(form, "council", status=422)
    form = form_of(refused, "council")
    for login, duty in COUNCIL:
        form[f"duty-{login}"] = duty
    page = sent(form, "council", status=303).follow()
    assert "Danh mục và bản thuyết minh" in page.text

    officer = browse("officer")
    form = form_of(officer.get(f"/disposals/{number}"), "vote")
    form["vote-1"], form["vote-2"] = "destroy", "keep"
    refused = sent(form, "vote", status=422)
    assert "Hãy nêu lý do giữ" in refused.text
    form = form_of(refused, "vote")
    assert (form["vote-1"].value, form["vote-2"].value) == ("destroy", "keep")
    form["why-2"] = "Cần để đối chiếu"
    page = sent(form, "vote", status=303).follow()
    assert "Cần để đối chiếu" in page.text
    # Only the chair and the secretary close the review.
    assert 'value="close-review"' not in page.text
    assert states(as_, number) == ["proposed", "proposed"]


def test_the_head_may_keep_everything(browse, due, site, as_):
    number = reviewed_list(site, ["H-1", "H-2"])
    page = browse("head").get(f"/disposals/{number}")
    refused = sent(form_of(page, "approve"), "approve", status=422)
    assert refused.text.count('class="fault"') == 1
    form = form_of(refused, "refuse")
    form["note"] = "Còn cần cho việc tra cứu"

    page = sent(form, "refuse", status=303).follow()

    assert "Còn cần cho việc tra cứu" in page.text
    assert states(as_, number) == ["kept", "kept"]


def test_the_days_are_counted_down_and_over_is_over(browse, due, site, clock):
    number = approved_list(site, ["H-1"])
    officer = browse("officer")
    # Ten days of grace, but no longer than the fifteen of the decision.
    for days, said, in_bin in (
        (0, "Còn 15 ngày", 10),
        (14, "Còn 1 ngày", 1),
        (1, "Hôm nay là ngày cuối", 0),
    ):
        clock.advance(timedelta(days=days))
        officer = browse("officer")
        page = officer.get(f"/disposals/{number}")
        assert said in page.text
        assert said in officer.get("/disposals").text
        assert 'value="execute"' in page.text
        assert f"nằm trong thùng chờ hủy {in_bin} ngày" in " ".join(page.text.split())
    clock.advance(timedelta(days=1))
    page = browse("officer").get(f"/disposals/{number}")
    assert "Quá thời hạn của quyết định" in page.text
    assert 'value="execute"' not in page.text


def test_what_is_in_the_bin_comes_back_with_a_reason(browse, due, site, as_):
    number = approved_list(site, ["H-1", "H-2"])
    officer = browse("officer")
    form = form_of(officer.get(f"/disposals/{number}"), "execute")
    assert "2 hồ sơ với 4 tài liệu" in officer.get(f"/disposals/{number}").text
    form["number"] = DECISION
    sent(form, "execute", status=303)
    job.carry_out(site)
    page = officer.get(f"/disposals/{number}")
    form = form_of(page, "restore")
    assert "Hãy nêu lý do giữ lại hồ sơ" in sent(form, "restore", status=422).text
    form["why"] = "Tìm thấy khiếu nại"

    page = sent(form, "restore", status=303).follow()

    assert "Tìm thấy khiếu nại" in page.text
    assert states(as_, number) == ["restored", "binned"]
    officer.get("/dossiers/H-1", status=200)
    officer.get("/dossiers/H-2", status=404)


def test_what_is_destroyed_has_its_certificate_and_its_file(browse, due, site, clock):
    number = approved_list(site, ["H-1"])
    carried_out(site, number)
    clock.advance(timedelta(days=10))
    job.destroy_due(site)
    job.remove_files(site)
    auditor = browse("auditor")

    page = auditor.get(f"/disposals/{number}")
    shown = page.click(href="/destroyed/")
    paper = page.click(href="/papers/08-certificate")
    file = page.click(href=r"/file\.zip")

    assert "Đã hủy" in page.text
    assert "Kỳ thi H-1" in shown.text
    assert shown.text.count("SHA-256 <code>") == 2
    assert "10/06/2026" in shown.text
    assert (paper.content_type, paper.body[:5]) == ("application/pdf", b"%PDF-")
    assert (file.content_type, file.body[:4]) == ("application/zip", b"PK\x03\x04")
    assert "attachment" in file.content_disposition
    for address in (
        f"/disposals/{number}",
        f"/disposals/{number}/file.zip",
        shown.request.path,
    ):
        browse("clerk").get(address, status="4*")
        browse("nobody").get(address, status="4*")


def test_a_dossier_is_taken_off_the_list_with_a_reason(browse, due, as_):
    with as_("archivist") as desk:
        number = disposing.propose(
            desk, desk.unit("nhanh"), title="Thi", explanation="Rà soát", codes=["H-1", "H-2"]
        ).number
    form = form_of(browse("archivist").get(f"/disposals/{number}"), "drop")
    form["why"] = "Còn dùng"

    page = sent(form, "drop", status=303).follow()

    assert "Còn dùng" in page.text
    assert states(as_, number) == ["dropped", "proposed"]


def test_a_single_paper_is_swept_stopped_closed_and_destroyed_at_its_address(
    browse, due, site, as_, clock
):
    with as_("archivist") as desk:
        facts = {"type_": "exam-results", "state": "closed", "ended": "2012", "birth_date": ""}
        dossier = a_dossier(desk, code="E-1", name="Kỳ thi E-1", **facts)
        a_filed_paper(desk, dossier, words="Trúng tuyển", type_="K02")
        papers = [
            a_filed_paper(desk, dossier, words=f"Bài {n}", type_="K01", title=f"Bài {n}").uid
            for n in (1, 2)
        ]
    page = browse("archivist").get("/disposals/new?unit=nhanh")
    assert "2 văn bản đơn lẻ" in page.text
    assert page.text.count("Hồ sơ vẫn được giữ: Kỳ thi E-1") == 2
    form = sweep_of(page)
    assert {one._value for one in form.fields["records"]} >= {f"E-1/{uid}" for uid in papers}
    number = approved_list(site, papers)
    with as_("archivist") as desk:
        held = desk.find(papers[1])
        place_hold(desk, held, reason="Tòa án yêu cầu", authority="12/CV-TA")
    carried_out(site, number)
    clock.advance(timedelta(days=10))
    assert job.destroy_due(site) == 1

    officer = browse("officer")
    page = officer.get(f"/disposals/{number}")
    assert page.text.count("Văn bản đơn lẻ") == 2
    form = form_of(page, "close")
    assert "Hãy ghi lý do kết thúc danh mục" in sent(form, "close", status=422).text
    form["why"] = "Tòa còn thụ lý"
    page = sent(form, "close", status=303).follow()

    assert states(as_, number) == ["destroyed", "blocked"]
    assert 'value="close"' not in page.text
    gone = browse("auditor").get(f"/dossiers/E-1/{papers[0]}", status=410)
    assert "hồ sơ chứa văn bản vẫn được giữ" in gone.text
    assert "/dossiers/E-1" in gone.text
    browse("clerk").get(f"/dossiers/E-1/{papers[0]}", status=404)
    browse("archivist").get(f"/dossiers/E-1/{papers[1]}", status=200)
    stays = browse("auditor").get("/dossiers/E-1/", status=200)
    assert "Văn bản bị hủy ngày 12/03/2026" in stays.text
    assert f"/destroyed/{papers[0]}" in stays.text
