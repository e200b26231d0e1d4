"""Papers typed as text: pages, and what is proposed although nothing has a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso.ingest.classifiers import load
from hoso.ingest.pages.typed import LINES, pages_of, readable
from hoso.ingest.propose.plain import propose_plain

CATALOG = Path(__file__).resolve().parents[3] / "catalogs" / "classifiers"

DECISION = """\
ỦY BAN NHÂN
DÂN
TỈNH MẪU

CỘNG HÒA XÃ
HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Số:
14/QĐ-UBND

Thành phố Mẫu
Hai, ngày 08 tháng 11 năm 2021

QUYẾT ĐỊNH

VỀ VIỆC NÂNG BẬC LƯƠNG THƯỜNG XUYÊN ĐỐI VỚI
ÔNG NGUYỄN VĂN MẪU

CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH MẪU

Căn cứ Luật Cán bộ, công chức ngày 24 tháng 6 năm 2025 của Quốc hội
nước Cộng hòa xã hội chủ nghĩa Việt Nam;

Điều 1. Nâng bậc lương.

Nơi
nhận:
- Như Điều 2;
- Lưu: VT.

TM. ỦY BAN
NHÂN DÂN
KT. CHỦ
TỊCH
PHÓ CHỦ TỊCH
Trần
Văn Mẫu

QUY CHẾ

VỀ MỘT VIỆC KHÁC

CHỦ TỊCH
Lê Thị Khác
"""
LETTER = """\
SỞ NỘI VỤ
TỈNH MẪU
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 39/SNV-TCCB
V/v bổ sung
hồ sơ công chức
Mẫu, ngày 03 tháng 12 năm 2025

Kính gửi: Các phòng.
Đề nghị bổ sung hồ sơ trước ngày 15 tháng 12 năm 2025./.

GIÁM ĐỐC
(Đã ký)
Lê Văn Mẫu
"""


def values(text):
    found = propose_plain(pages_of(text), load(CATALOG), latest=2027)
    return {name: proposal.value for name, proposal in found.items() if proposal is not None}


def test_a_head_broken_anywhere_is_read_as_the_paper_would_be():
    assert values(DECISION) == {
        "type": "Quyết định",
        "number": "14",
        "symbol": "QĐ-UBND",
        "date": "2021-11-08",
        "agency": "ỦY BAN NHÂN DÂN TỈNH MẪU",
        "subject": "VỀ VIỆC NÂNG BẬC LƯƠNG THƯỜNG XUYÊN ĐỐI VỚI ÔNG NGUYỄN VĂN MẪU",
        # Not who signed what is attached.
        "signer": "Trần Văn Mẫu",
        "person": "NGUYỄN VĂN MẪU",
    }


def test_a_letter_without_empty_lines_is_read_as_well():
    assert values(LETTER) == {
        "type": "Công văn",
        "number": "39",
        "symbol": "SNV-TCCB",
        "date": "2025-12-03",
        "agency": "SỞ NỘI VỤ TỈNH MẪU",
        "subject": "V/v bổ sung hồ sơ công chức",
        "signer": "Lê Văn Mẫu",
    }


def test_no_proposal_from_text_claims_a_place():
    found = propose_plain(pages_of(DECISION), load(CATALOG), latest=2027)

    assert {None} == {proposal.box for proposal in found.values() if proposal is not None}


@pytest.mark.parametrize("text", ["", "\n\n", "Phần mềm quản lý cán bộ\n\nXin giới thiệu.\n" * 40])
def test_of_what_is_no_paper_nothing_is_proposed(text):
    assert values(text) == {}


def test_pages_end_at_form_feeds_and_where_a_sheet_is_full():
    assert pages_of("một\fhai\f\n") == ["một", "hai"]
    assert [page.count("\n") + 1 for page in pages_of("dòng\n" * 150)] == [LINES, LINES, 31]


def test_a_line_without_end_is_cut_between_words_and_no_word_is_lost():
    text = "hai từ " * 5000

    pages = pages_of(text)

    assert len(pages) > 3
    assert "".join(pages) == text
    assert all(page.endswith(" ") for page in pages)


def test_text_is_composed_and_signs_nobody_sees_are_left_out():
    raw = b"\xef\xbb\xbf" + "quye\u0302\u0301t \u202eđịnh\u200b\x1b".encode()

    assert readable(raw) == "quyết định"


def test_a_text_goes_through_gate_and_readers(reader, tmp_path):
    path = tmp_path / "quyết định.txt"
    path.write_text(DECISION.replace("Điều 1", "\fĐiều 1"), encoding="utf-8")

    verdict = reader.inspect(path)
    reading = reader.read(path, verdict, tmp_path / "out")

    assert (
        verdict.outcome,
        verdict.mime,
        verdict.puid,
        verdict.pages,
    ) == ("accepted", "text/plain", "x-fmt/111", 2)
    assert "Điều 1. Nâng bậc lương." in reading.pages[1].text
    assert tuple(reading.proposals["number"][key] for key in ("value", "box")) == ("14", None)
    assert reading.proposals["signer"]["page"] == 2


def test_labelled_texts_are_read_above_the_floors(shared):
    """The floors of bench/extract.py: 0.95 and 0.95; the subject 0.85, 0.80; the signer 0.95, 0.85."""
    import json
    from itertools import product

    from rapidfuzz import fuzz

    from hoso.ingest.classifiers import plain

    data = load(CATALOG)
    labels = json.loads((shared / "corpus" / "labels.json").read_text(encoding="utf-8"))
    texts = [label for label in labels if label["kind"] == "text"]
    right = dict.fromkeys(("type", "number", "symbol", "date", "subject", "signer"), 0)
    proposed = dict.fromkeys(right, 0)

    for label, name in product(texts, right):
        raw = (shared / "corpus" / label["file"]).read_bytes()
        found = propose_plain(pages_of(readable(raw)), data)[name]
        if found is None:
            continue
        proposed[name] += 1
        if name in {"subject", "signer"}:
            meant = label[name] if name == "subject" else label[name][0]
            right[name] += fuzz.ratio(plain(meant), plain(found.value)) >= 90
        else:
            right[name] += found.value == label[name]

    for name, count in right.items():
        precision, recall = {"subject": (0.85, 0.8), "signer": (0.95, 0.85)}.get(name, (0.95, 0.95))
        assert (name, True, True) == (
            name,
            count >= precision * proposed[name],
            count >= recall * len(texts),
        )
