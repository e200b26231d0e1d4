"""The destruction file of a list: made step by step, kept, read again by other programs."""

from __future__ import annotations

import functools
import hashlib
import io
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import bagit
import pytest
from pdfminer.high_level import extract_text
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from hoso.app import executing as job
from hoso.audit.journal import read
from hoso.desk import disposal_papers, disposing, disposing_review, holding
from hoso.kernel.clock import FrozenClock
from hoso.kernel.errors import Forbidden, Missing
from hoso.storage.databases import journal_connection
from hoso.testing.disposals import (
    COUNCIL,
    DECISION,
    a_due_dossier,
    a_second_head,
    carried_out,
    reviewed_list,
)
from hoso.testing.sites import NOW, sitting
from hoso.testing.things import a_dossier, a_filed_paper

NAMES = [
    "01-listing",
    "02-council",
    "03-minutes",
    "04-submission",
    "05-decision",
    "06-hand-over",
    "07-destruction",
    "08-certificate",
]


@pytest.fixture(scope="module")
def done(prepared, tmp_path_factory):
    """A house, and the number of its list: H-1 is destroyed, H-2 was held after the decision."""
    clock = FrozenClock(NOW)
    house = prepared.copy(tmp_path_factory.mktemp("disposal") / "site", clock)
    with sitting(house, "archivist") as desk:
        a_second_head(desk)
        for code in ("H-1", "H-2"):
            a_due_dossier(desk, code)
    number = reviewed_list(house, ["H-1", "H-2"])
    with sitting(house, "boss") as desk:
        disposing_review.approve(
            desk,
            disposing.find(desk, number),
            number=DECISION,
            decided="02/03/2026",
            signer="Chủ Mẫu",
            revision=None,
        )
    with sitting(house, "officer") as desk:
        held = desk.site.dossiers["H-2"]
        holding.place_hold(desk, held, reason="Vụ án 5/2026", authority="Tòa án tỉnh Mẫu")
    carried_out(house, number)
    clock.advance(timedelta(days=10))
    assert job.destroy_due(house) == 1
    yield house, number
    house.close()


@pytest.fixture(scope="module")
def papers(done):
    """The bytes of every paper by its name."""
    house, number = done
    with sitting(house, "auditor") as desk:
        found = disposing.find(desk, number).renditions.items()
        return {name: bytes_in(one) for name, one in found}


def bytes_in(rendition):
    with rendition.blob.open("r") as stream:
        return stream.read()


@functools.cache
def said(content):
    """Return the words of a paper without blanks; lines break where they must."""
    return re.sub(r"[\s\u200b]", "", extract_text(io.BytesIO(content)))


def solid(words):
    return words.replace(" ", "")


def test_every_step_leaves_its_paper_and_its_digest_in_the_journal(done, papers):
    house, _number = done
    with house.databases.connection() as connection:
        written = read(journal_connection(connection).root(), limit=10_000)
        told = {
            one.entry.details["paper"]: one.entry.details["sha256"]
            for one in written
            if one.entry.verb == "disposal.paper-written"
        }

    assert list(papers) == NAMES
    assert told == {name: hashlib.sha256(body).hexdigest() for name, body in papers.items()}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("01-listing", ("H-1", "Kỳ thi H-2", "mục 49b", "01/01/2018", "Hết thời hạn lưu trữ")),
        ("01-listing", ("31/12/2012", "5 năm")),
        ("02-council", ("Số: 5/QĐ", "Chủ tịch Hội đồng", "Thư ký Hội đồng")),
        ("03-minutes", ("Hội đồng đề nghị hủy 2 hồ sơ, giữ lại 0 hồ sơ.",)),
        ("04-submission", ("Rà soát", "Số hồ sơ đã xem xét: 2.")),
        # Fifteen days from 02/03/2026 (TT 06/2025/TT-BNV): facts' case counts the same way.
        ("05-decision", ("Số: 9/QĐ", "15 ngày", "chậm nhất ngày 17 tháng 3 năm 2026")),
        ("06-hand-over", ("Bên nhận (người thực hiện hủy): Tổ Mẫu", "2 hồ sơ, gồm 4 tài liệu")),
        ("07-destruction", ("1. Hồ sơ đã hủy: 1", "2. Hồ sơ không hủy: 1", "Tòa án tỉnh Mẫu")),
        # Ninety days of backups from 12/03/2026; twenty years from the end of the year.
        ("08-certificate", ("ngày 10 tháng 6 năm 2026", "ngày 31 tháng 12 năm 2046", "Tổ Mẫu")),
    ],
)
def test_the_papers_say_what_was_done(papers, name, words):
    assert [one for one in words if solid(one) not in said(papers[name])] == []


def test_the_certificate_lists_every_destroyed_file_by_its_digest_and_is_signed(papers):
    told = said(papers["08-certificate"])
    # The builder's papers are these bytes; nothing of the product is asked.
    for number in (1, 2):
        body = b"%PDF-1.7\n% " + f"Bài thi H-1 {number}".encode() + b"\n%%EOF\n"
        assert hashlib.sha256(body).hexdigest() in told
    # One signature for the whole file: what was written before is named by its digest.
    assert [
        name for name in NAMES[:-1] if hashlib.sha256(papers[name]).hexdigest() not in told
    ] == []
    (signature,) = PdfFileReader(io.BytesIO(papers["08-certificate"])).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    # In a thread of its own: a browser that ran before may have left a loop in this one.
    with ThreadPoolExecutor(1) as apart:
        status = apart.submit(validate_pdf_signature, signature, trusted).result()
    assert (status.intact, status.valid) == (True, True)
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE


def test_the_file_is_a_bag_of_the_same_bytes_whenever_it_is_taken(done, papers, tmp_path):
    house, number = done
    with sitting(house, "auditor") as desk:
        name, content = disposal_papers.take_file(desk, disposing.find(desk, number))
    with sitting(house, "auditor") as desk:
        again = disposal_papers.take_file(desk, disposing.find(desk, number))

    assert (name, content) == again
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    assert bagit.Bag(str(top)).validate()
    inside = {path.stem: path.read_bytes() for path in (top / "data").iterdir()}
    assert inside == papers


def test_who_may_not_see_disposals_takes_nothing(done):
    house, number = done
    with pytest.raises(Missing), sitting(house, "clerk") as desk:
        disposing.find(desk, number)
    with sitting(house, "auditor") as desk:
        list_id = disposing.find(desk, number).id
    with pytest.raises((Forbidden, Missing)), sitting(house, "clerk") as desk:
        list_ = desk.root["disposals"].lists[list_id]
        disposal_papers.take_paper(desk, list_, name="01-listing")


def test_a_step_done_again_adds_a_paper_and_changes_none(as_, site):
    with as_("archivist") as desk:
        a_second_head(desk)
        a_due_dossier(desk, "H-3")
        list_ = disposing.propose(
            desk, desk.unit("nhanh"), title="Thi", explanation="Rà soát", codes=["H-3"]
        )
        digests = []
        for number in ("5/QĐ", "6/QĐ"):
            disposing_review.name_council(
                desk, list_, number=number, decided="02/03/2026", members=COUNCIL, revision=None
            )
            digests.append(list_.renditions["02-council"].sha256)

        assert digests[0] == digests[1]
        assert list(list_.renditions) == [
            "01-listing",
            "01-listing-2",
            "02-council",
            "02-council-2",
        ]
        assert [called for called, _ in disposal_papers.papers_of(list_)][3] == (
            "Quyết định thành lập Hội đồng xét hủy (lần 2)"
        )


def test_a_single_paper_is_named_with_its_dossier_and_counted_as_no_file(as_, site):
    with as_("archivist") as desk:
        a_second_head(desk)
        a_due_dossier(desk, "H-4")
        facts = {"type_": "exam-results", "state": "closed", "ended": "2012", "birth_date": ""}
        dossier = a_dossier(desk, code="E-1", name="Kỳ thi năm 2012", **facts)
        paper = a_filed_paper(desk, dossier, words="Bài", type_="K01", title="Bài số phách 7")
        list_ = disposing.propose(
            desk,
            desk.unit("nhanh"),
            title="Thi",
            explanation="Rà soát",
            codes=["H-4", paper.uid],
        )
        disposing_review.name_council(
            desk, list_, number="5/QĐ", decided="02/03/2026", members=COUNCIL, revision=None
        )
        with list_.renditions["01-listing"].blob.open("r") as stream:
            listing = said(stream.read())

    for words in (
        f"E-1/{paper.uid}",
        "Bài số phách 7 (thuộc hồ sơ “Kỳ thi năm 2012”)",
        "Danh mục có 2 hồ sơ, tài liệu đơn lẻ, gồm 3 tài liệu.",
    ):
        assert solid(words) in listing
