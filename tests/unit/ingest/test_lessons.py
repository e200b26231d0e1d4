"""What corrections teach: twice the same and never otherwise, shown with the reading beside it."""

from __future__ import annotations

import pytest

from hoso.ingest.learning.lessons import Correction, Known, agency_key, corrections, suggest

AGENCY = {"value": "SỞ Y TẾ", "confidence": 0.9, "page": 1, "box": None, "rule": "agency"}


def symbol(value):
    return {"value": value, "confidence": 0.95, "page": 1, "box": [0, 0, 1, 1], "rule": "n"}


def known(field, read, writings, *, agency="so y te", id_="L1"):
    return Known(id_, "" if field == "agency" else agency, field, read, writings)


def test_twice_the_same_correction_is_proposed_with_its_mark_and_the_reading():
    lesson = known("symbol", "QD-SYT", {"QĐ-SYT": 2})

    made = suggest([lesson], {"symbol": symbol("QD-SYT"), "agency": AGENCY})

    assert made == {
        "symbol": {
            **symbol("QD-SYT"),
            "value": "QĐ-SYT",
            "rule": "learnt:L1",
            "read": "QD-SYT",
            "times": 2,
        }
    }


@pytest.mark.parametrize(
    "writings",
    [
        {"QĐ-SYT": 1},
        {"QĐ-SYT": 9, "QD-SYT": 1},
        {"QĐ-SYT": 5, "QĐ-SNV": 1},
        {"QD-SYT": 3},
    ],
    ids=["once only", "the reading stood once", "written otherwise once", "never corrected"],
)
def test_what_is_not_certain_is_not_proposed(writings):
    lesson = known("symbol", "QD-SYT", writings)

    assert suggest([lesson], {"symbol": symbol("QD-SYT"), "agency": AGENCY}) == {}


@pytest.mark.parametrize("read", ["QD-SYTT", "qd-syt", "QĐ-SYT"])
def test_another_reading_is_left_alone(read):
    lesson = known("symbol", "QD-SYT", {"QĐ-SYT": 2})

    assert suggest([lesson], {"symbol": symbol(read), "agency": AGENCY}) == {}


def test_a_lesson_of_another_agency_is_left_alone():
    lesson = known("symbol", "QD-SYT", {"QĐ-SYT": 2}, agency="so noi vu")

    assert suggest([lesson], {"symbol": symbol("QD-SYT"), "agency": AGENCY}) == {}


def test_the_agency_as_it_is_corrected_leads_to_its_other_lessons():
    lessons = [
        known("agency", "SỚ Y TÊ TỈNH", {"SỞ Y TẾ": 2}, id_="A"),
        known("symbol", "QD-SYT", {"QĐ-SYT": 2}),
    ]
    read = {"symbol": symbol("QD-SYT"), "agency": {**AGENCY, "value": "SỚ Y TÊ TỈNH"}}

    made = suggest(lessons, read)

    assert [made[name]["value"] for name in ("agency", "symbol")] == ["SỞ Y TẾ", "QĐ-SYT"]


def test_the_nearest_unit_s_lesson_is_asked_first():
    near = known("symbol", "QD", {"QĐ-GẦN": 2}, id_="near")
    far = known("symbol", "QD", {"QĐ-XA": 9}, id_="far")

    made = suggest([near, far], {"symbol": symbol("QD"), "agency": AGENCY})

    assert made["symbol"]["rule"] == "learnt:near"


def test_how_a_subject_begins_is_corrected_and_the_rest_stays():
    lesson = known("title", "Xè việc", {"Về việc": 3})
    read = {"title": symbol("Xè việc tuyển dụng bà Mẫu"), "agency": AGENCY}

    assert suggest([lesson], read)["title"]["value"] == "Về việc tuyển dụng bà Mẫu"


def test_filing_a_paper_teaches_field_by_field():
    read = {"symbol": "QD-SYT", "agency": "SỞ Y TẾ", "signer": "Nguyen Van Mau", "type": "D04"}
    written = {"symbol": "QĐ-SYT", "agency": "SỞ Y TẾ", "signer": "", "type": "D05"}

    assert list(corrections(read, written)) == [
        Correction("type", "D04", "D05"),
        Correction("symbol", "QD-SYT", "QĐ-SYT"),
        Correction("agency", "SỞ Y TẾ", "SỞ Y TẾ"),
    ]


@pytest.mark.parametrize("field", ["person", "number", "date", "level"])
def test_person_number_date_and_level_teach_nothing(field):
    assert list(corrections({field: "1"}, {field: "2"})) == []


@pytest.mark.parametrize(
    ("read", "written", "taught"),
    [
        ("Xè việc nâng lương", "Về việc nâng lương", ("Xè việc", "Về việc")),
        ("V/v nâng lương", "Về việc nâng lương", ("V/v", "Về việc")),
        ("V/v nâng lương", "nâng lương", ("V/v", "")),
        ("Nguyen Van Mau nghỉ", "Nguyễn Văn Mẫu nghỉ", None),
        ("Về việc bà Mau", "Về việc bà Mẫu", ("Về việc", "Về việc")),
        ("V/v nâng lương", "Bà Mẫu nâng lương", None),
    ],
)
def test_of_a_subject_only_its_beginning_is_learnt_so_no_name_is_kept(read, written, taught):
    found = [(c.read, c.written) for c in corrections({"title": read}, {"title": written})]

    assert found == ([taught] if taught else [])


def test_agencies_are_one_without_marks_and_case():
    assert agency_key("SỞ Y TẾ – tỉnh Mẫu") == agency_key("Sở Y tế, Tỉnh Mẫu") == "so y te tinh mau"
