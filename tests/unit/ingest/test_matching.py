"""Whose dossier a paper belongs in: what a clerk would say who has the paper and the card index."""

from __future__ import annotations

from hoso.ingest.propose.matching import Candidate, codes_in, rank

THU = Candidate("M-0001", "Nguyễn Thị Ngọc Thu", "1980-09-12", "Sở Nội vụ", ("079180001234",))
OTHER_THU = Candidate("M-0777", "Nguyễn Thị Ngọc Thu", "1991-02-03", "Sở Y tế")
THUY = Candidate("M-0002", "Nguyễn Thị Ngọc Thử", "1985-01-01")
SIGNER = Candidate("M-0003", "Trần Văn Ký", "1970-05-05")


def about(name: str, signer: str = "") -> dict[str, dict[str, object] | None]:
    return {"person": {"value": name}, "signer": {"value": signer} if signer else None}


def said(matches):
    return [(match.candidate.code, match.reasons, match.ambiguous) for match in matches]


def test_the_name_finds_its_dossier_without_tone_marks_and_in_capitals():
    found = rank("", about("NGUYEN THI NGOC THU"), [THU, SIGNER])

    assert said(found) == [("M-0001", ("name",), False)]


def test_two_people_of_one_name_are_both_returned():
    found = rank("về việc nâng lương", about("Nguyễn Thị Ngọc Thu"), [OTHER_THU, THU])

    assert [match.candidate.code for match in found] == ["M-0001", "M-0777"]
    assert all(match.ambiguous for match in found)


def test_marks_alone_do_not_choose_for_recognition_loses_them():
    found = rank("", about("Nguyễn Thị Ngọc Thu"), [THUY, THU])

    assert [match.candidate.code for match in found] == ["M-0001", "M-0002"]
    assert all(match.ambiguous for match in found)


def test_the_day_of_birth_tells_two_of_one_name_apart():
    text = "bà Nguyễn Thị Ngọc Thu, sinh ngày 03 tháng 02 năm 1991, chuyên viên"

    found = rank(text, about("Nguyễn Thị Ngọc Thu"), [THU, OTHER_THU])

    assert said(found) == [
        ("M-0777", ("name", "birth", "same-marks"), False),
        ("M-0001", ("name", "other-birth", "same-marks"), True),
    ]


def test_a_year_of_birth_is_enough_where_no_more_is_known():
    by_year = Candidate("M-0004", "Nguyễn Thị Ngọc Thu", "1991")

    found = rank("sinh ngày 03/02/1991", about("Nguyễn Thị Ngọc Thu"), [THU, by_year])

    assert (found[0].candidate.code, found[0].ambiguous) == ("M-0004", False)


def test_the_unit_does_not_tell_two_of_one_name_apart():
    found = rank("Sở Y tế gửi Sở Y tế", about("Nguyễn Thị Ngọc Thu"), [THU, OTHER_THU])

    assert [match.candidate.code for match in found] == ["M-0777", "M-0001"]
    assert all(match.ambiguous for match in found)


def test_the_code_on_the_paper_comes_first():
    found = rank("Hồ sơ số M-0777", {"person": None}, [THU, OTHER_THU])

    assert said(found) == [("M-0777", ("code",), False)]


def test_the_number_of_an_identity_card_is_as_good():
    found = rank("CCCD số 079180001234", about("Nguyễn Thị Ngọc Thu"), [OTHER_THU, THU])

    assert said(found)[0] == ("M-0001", ("number", "name", "same-marks"), False)


def test_a_code_of_one_and_the_name_of_another_leave_it_open():
    found = rank("Hồ sơ M-0003", about("Nguyễn Thị Ngọc Thu"), [THU, SIGNER])

    assert [match.candidate.code for match in found] == ["M-0003", "M-0001"]
    assert all(match.ambiguous for match in found)


def test_who_signs_is_not_whom_it_is_about():
    text = "GIÁM ĐỐC Trần Văn Ký"

    assert rank(text, {"person": None, "signer": {"value": "Trần Văn Ký"}}, [SIGNER]) == ()


def test_a_name_in_the_text_counts_less_than_the_one_it_is_about():
    text = "nâng lương cho bà Nguyễn Thị Ngọc Thu và ông Trần Văn Ký"

    found = rank(text, about("Nguyễn Thị Ngọc Thu"), [SIGNER, THU])

    assert [match.reasons[0] for match in found] == ["name", "name-in-text"]


def test_a_day_of_birth_alone_is_nobodys():
    assert rank("sinh ngày 12/09/1980", {"person": None}, [THU]) == ()


def test_the_limit_does_not_cut_people_of_one_name_apart():
    many = [Candidate(f"M-{number:04d}", "Nguyễn Thị Ngọc Thu") for number in range(10, 18)]

    assert len(rank("", about("Nguyễn Thị Ngọc Thu"), many, limit=3)) == 8


def test_codes_are_found_to_look_candidates_up_by():
    assert codes_in("Hồ sơ m-0001, CCCD 079180001234, ngày 12/09/1980, Điều 3.") == (
        "M-0001",
        "079180001234",
    )
