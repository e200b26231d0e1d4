"""The rulebook as delivered, held against the law and against figures counted by hand."""

from __future__ import annotations

import csv
import itertools
import os
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from hoso.access.permissions import Permission
from hoso.definitions import Text, load
from hoso.kernel.errors import Missing

# NĐ 30/2020/NĐ-CP art. 7: the forms of administrative documents, in its order, with the
# abbreviations of its annex III (a letter and a courtesy letter have none).
FORMS = """
Nghị quyết NQ|Quyết định QĐ|Chỉ thị CT|Quy chế QC|Quy định QyĐ|Thông cáo TC|Thông báo TB
Hướng dẫn HD|Chương trình CTr|Kế hoạch KH|Phương án PA|Đề án ĐA|Dự án DA|Báo cáo BC
Biên bản BB|Tờ trình TTr|Hợp đồng HĐ|Công văn -|Công điện CĐ|Bản ghi nhớ GN|Bản thỏa thuận TTh
Giấy ủy quyền GUQ|Giấy mời GM|Giấy giới thiệu GGT|Giấy nghỉ phép NP|Phiếu gửi PG
Phiếu chuyển PC|Phiếu báo PB|Thư công -
"""
# The personnel items of TT 09/2011/TT-BNV: years, 0 for ever.
TABLE_2011 = {
    "09-045": 0, "09-046": 0, "09-047": 20, "09-048": 70, "09-049a": 20, "09-049b": 5,
    "09-050": 70, "09-051": 70, "09-052": 0, "09-053": 70, "09-054": 0, "09-056": 10,
    "09-057": 20, "09-059": 10, "09-064a": 0, "09-064b": 20, "09-065": 5, "09-070": 20,
    "09-KTa": 0, "09-KTb": 20, "09-KTc": 10, "09-KNa": 0, "09-KNb": 15,
}  # fmt: skip
# What was read of TT 10/2022/TT-BNV; everything else of it is a guess.
READ_2022 = {"10-QHa": 5, "10-QHb": 10, "10-DL": 20}
COMPONENTS = {"A": 4, "B": 5, "C": 2, "D": 8, "E": 3, "F": 2, "G": 3, "H": 2, "I": 3, "M": 4}


def test_there_are_29_forms_of_administrative_documents(rulebook):
    wanted = [one.rsplit(" ", 1) for one in FORMS.strip().replace("\n", "|").split("|")]

    found = sorted(
        (term for term in rulebook.forms.values() if term.extra["group"] == "administrative"),
        key=lambda term: int(term.extra["order"]),
    )

    assert len(found) == 29
    assert [(name, "" if short == "-" else short) for name, short in wanted] == [
        (term.label.vi, term.extra["abbreviation"]) for term in found
    ]


def test_forms_carry_the_codes_of_archival_packages(rulebook):
    """TT 05/2025/TT-BNV: submission 15, slips 17 to 19, minutes 20, contract 21, letter 22."""
    codes = {code: term.extra["archival_type"] for code, term in rulebook.forms.items()}

    assert {code: codes[code] for code in ("NQ", "QĐ", "TTr", "PB", "BB", "HĐ")} == {
        "NQ": "01",
        "QĐ": "02",
        "TTr": "15",
        "PB": "19",
        "BB": "20",
        "HĐ": "21",
    }
    assert (codes["CV"], codes["TCG"], codes["TT"]) == ("22", "29", "32")


def test_forms_that_differ_by_a_bar_are_two(rulebook):
    assert (
        rulebook.forms["HĐ"].label.vi,
        rulebook.forms["HD"].label.vi,
    ) == ("Hợp đồng", "Hướng dẫn")


@pytest.mark.parametrize(
    "name", ["Nghị định", "Thông tư", "Luật", "Kết luận", "Điều lệ", "Sơ yếu lý lịch", "Thư mời"]
)
def test_forms_of_other_papers_are_there(rulebook, name):
    assert name in {term.label.vi for term in rulebook.forms.values()}


def test_no_two_forms_have_one_name(rulebook):
    names = [term.label.vi for term in rulebook.forms.values()]

    assert len(names) == len(set(names))


def test_the_components_of_a_dossier_are_36(rulebook):
    counts = dict.fromkeys(COMPONENTS, 0)
    for one in rulebook.document_types.values():
        if one.section != "K":
            counts[one.section] += 1

    assert counts == COMPONENTS
    assert sum(counts.values()) == 36


def test_the_original_dossier_of_a_public_employee_holds_what_the_circular_names(rulebook):
    """TT 07/2019/TT-BNV: CV booklet, CV, birth, judicial record, health, degrees."""
    required = rulebook.dossier_types["VC"].required["recruitment"]

    assert {"A01", "A02", "B01", "B02", "B03", "C01"} <= set(required)


def test_a_civil_servant_needs_no_judicial_record(rulebook):
    assert "B02" not in rulebook.dossier_types["CC"].required["recruitment"]


def test_papers_of_a_person_s_dossier_are_never_kept_shorter_than_the_dossier(rulebook):
    """No paper is split off the original dossier by age."""
    classes = {one.retention for one in rulebook.document_types.values() if one.section not in "KM"}

    assert {"original-dossier"} == classes


def test_who_denounced_is_not_shown_to_the_person(rulebook):
    closed = {key for key, one in rulebook.document_types.items() if "subject" in one.closed_to}

    assert {"G02", "G03"} == closed


def test_political_protection_is_confidential(rulebook):
    levels = {key: one.level for key, one in rulebook.document_types.items() if one.level > 1}

    assert levels == {"G03": 2, "K23": 2}


def test_phrases_tell_the_raise_from_the_batch(rulebook):
    assert "nâng bậc lương" in rulebook.document_types["D05"].phrases
    assert "nâng lương thường xuyên" in rulebook.document_types["D05"].phrases
    assert "nâng bậc lương" not in rulebook.document_types["K06"].phrases


def test_every_kind_of_paper_has_words_that_betray_it(rulebook):
    assert [key for key, one in rulebook.document_types.items() if len(one.phrases) < 3] == []


def test_no_phrase_betrays_two_kinds_of_paper(rulebook):
    seen: dict[str, str] = {}
    twice = []
    for key, one in rulebook.document_types.items():
        for phrase in one.phrases:
            if phrase in seen:
                twice.append((phrase, seen[phrase], key))
            seen[phrase] = key

    assert twice == []


def test_state_secrets_have_the_stamps_and_terms_of_the_law(rulebook):
    """Law 29/2018/QH14 art. 8 and 19."""
    law = rulebook.secrecy_law("2024-01-15")
    found = [(one.stamp, law.years.get(n)) for n, one in sorted(rulebook.levels.items())]

    assert found == [("", None), ("", None), ("MẬT", 10), ("TỐI MẬT", 20), ("TUYỆT MẬT", 30)]


@pytest.mark.parametrize(
    ("day", "instrument", "verified"),
    [
        ("2026-02-28", "29/2018/QH14", True),
        ("2026-03-01", "117/2025/QH15", False),
    ],
)
def test_the_law_of_the_day_governs_a_secret(rulebook, day, instrument, verified):
    """Law 117/2025/QH15 is in force from 1 March 2026; nobody has read its terms."""
    law = rulebook.secrecy_law(day)

    assert (law.instrument, law.is_verified) == (instrument, verified)


def test_of_a_day_before_every_law_nothing_is_said(rulebook):
    assert rulebook.secrecy_law("1999-12-31") is None


def test_the_table_of_2011_is_as_read(rulebook):
    found = {
        key: rule.years or 0
        for key, rule in rulebook.retention_rules.items()
        if rule.instrument == "09/2011/TT-BNV" and rule.confidence == "V"
    }

    assert found == TABLE_2011


def test_only_three_items_of_the_table_of_2022_were_read(rulebook):
    rules = [
        rule for rule in rulebook.retention_rules.values() if rule.instrument == "10/2022/TT-BNV"
    ]

    assert {rule.key: rule.years for rule in rules if rule.confidence == "V"} == READ_2022
    assert {"?"} == {rule.confidence for rule in rules if rule.key not in READ_2022}


def test_a_guess_is_never_shorter_than_what_it_repeats(rulebook):
    """But the original dossier, for ever before: 70 years is a floor that makes nothing due."""
    shorter = [
        rule.key
        for rule in rulebook.retention_rules.values()
        if rule.repeats
        and (rule.years or 1000) < (rulebook.retention_rules[rule.repeats].years or 1000)
    ]

    assert shorter == ["10-GOC"]


@pytest.mark.parametrize(
    ("retention_class", "ended", "rule", "years"),
    [
        ("exam-papers", "2018-12-31", "09-049b", 5),
        ("succession-ballots", "2024-06-30", "10-QHa", 5),
        ("succession-ballots", "2019-06-30", "09-047", 20),
        ("succession-papers", "2022-12-31", "09-047", 20),
        ("succession-papers", "2023-02-14", "09-047", 20),
        ("succession-papers", "2023-02-15", "10-QHb", 10),
        ("original-dossier", "1995-03-01", "09-052", None),
        ("casual-contracts", "2015-12-31", "09-065", 5),
        ("pay-raise-batches", "2001-12-01", "09-070", 20),
        ("organisation-rules", "2024-01-01", "10-DL", 20),
    ],
)
def test_the_rule_is_that_of_the_day_the_work_ended(rulebook, retention_class, ended, rule, years):
    """TT 10/2022/TT-BNV in force on 15/02/2023; before, TT 09/2011/TT-BNV without a floor."""
    found = rulebook.rule_for(retention_class, ended)

    assert (rule, years) == (found.key, found.years)


def test_an_unknown_retention_class_names_those_there_are(rulebook):
    with pytest.raises(Missing, match="original-dossier"):
        rulebook.rule_for("original", "2020-01-01")


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        ("NGHI_HUU", True), ("THOI_VIEC", True), ("BUOC_TV", True), ("BO_VIEC", True),
        ("TU_TRAN", True), ("MSLD", True), ("HET_HD", True), ("CHUYEN_DI", False),
        ("BIET_PHAI", False), ("DANG_CT", False), ("LUU_TRU", False),
    ],
)  # fmt: skip
def test_leaving_public_service_starts_the_period_and_a_transfer_does_not(rulebook, status, ends):
    assert ends == (status in rulebook.triggers["employment-ended"].statuses)


@pytest.mark.parametrize(
    ("vocabulary", "terms"),
    [
        ("ethnicity", 56), ("religion", 18), ("province", 34), ("salary-scale", 158),
        ("salary-group", 16), ("rank", 160), ("dossier-status", 24), ("archival-document-type", 32),
        ("military-rank", 17), ("family-relation", 40), ("award-form", 29), ("discipline-form", 22),
        ("form-2c-field", 62), ("permission", 59), ("role", 11),
    ],
)  # fmt: skip
def test_value_lists_have_their_length(rulebook, vocabulary, terms):
    assert terms == len(rulebook.vocabularies[vocabulary].terms)


@pytest.mark.parametrize(
    ("vocabulary", "code", "label"),
    [
        ("ethnicity", "01", "Kinh"),
        ("ethnicity", "24", "Thổ"),
        ("ethnicity", "54", "Rơ-măm"),
        ("religion", "00", "Không"),
        ("religion", "16", "Cơ Đốc Phục Lâm"),
        ("rank", "01.003", "Chuyên viên"),
        ("rank", "V.07.03.29", "Giáo viên tiểu học hạng III"),
        ("marital-status", "3", "Góa"),
        ("form-2c-field", "28", None),
        ("archival-document-type", "31", "Bản vẽ kỹ thuật"),
        ("copy-type", "TrS", "Trích sao"),
        ("dossier-status", "TU_TRAN", "Từ trần"),
    ],
)
def test_terms_are_labelled_as_the_law_has_them(rulebook, vocabulary, code, label):
    term = rulebook.vocabularies[vocabulary].terms[code]

    assert label is None or term.label.vi.startswith(label)


def test_salary_steps_rise_by_a_constant(rulebook):
    """NĐ 204/2004/NĐ-CP tables 1 to 4: 0.60, 0.36, 0.34, 0.33, 0.31, 0.20 and 0.18."""
    rise = {"CGCC": "0.60", "A3": "0.36", "A2": "0.34", "A1": "0.33", "A0": "0.31", "B": "0.20"}
    steps: dict[str, list[Decimal]] = {}
    for term in rulebook.vocabularies["salary-scale"].terms.values():
        steps.setdefault(term.extra["group"], []).append(Decimal(term.extra["coefficient"]))

    for group, values in steps.items():
        wanted = Decimal(rise.get(group, rise.get(group.split(".")[0], "0.18")))
        assert {wanted} == {b - a for a, b in itertools.pairwise(values)}, group


def test_retirement_ages_follow_the_roadmap(rulebook):
    """NĐ 135/2020/NĐ-CP art. 4: men 60y3m in 2021, +3 months to 62; women 55y4m, +4 to 60."""
    for term in rulebook.vocabularies["retirement-age-roadmap"].terms.values():
        extra = {key: term.extra[key] for key in ("sex", "year", "age_years", "age_months")}
        years = int(extra["year"]) - 2021
        months = (
            min(60 * 12 + 3 + 3 * years, 62 * 12)
            if extra["sex"] == "M"
            else min(55 * 12 + 4 + 4 * years, 60 * 12)
        )
        assert months == int(extra["age_years"]) * 12 + int(extra["age_months"]), extra


@pytest.mark.parametrize(
    ("vocabulary", "code", "last", "next_"),
    [
        ("contract-type", "HD68", "2023-02-21", "2023-02-22"),
        ("discipline-form", "CC_GC", "2025-06-30", "2025-07-01"),
        ("org-unit-type", "UBND_H", "2025-06-30", "2025-07-01"),
        ("base-salary", "2019-07-01", "2023-06-30", "2023-07-01"),
    ],
)
def test_terms_end_when_the_law_ended_them(rulebook, vocabulary, code, last, next_):
    term = rulebook.vocabularies[vocabulary].terms[code]

    assert term.valid_on(last)
    assert not term.valid_on(next_)


def test_base_salaries_follow_each_other_without_a_gap(rulebook):
    terms = list(rulebook.vocabularies["base-salary"].terms.values())

    for day in ("2016-05-01", "2017-06-30", "2017-07-01", "2023-06-30", "2024-07-01", "2030-01-01"):
        assert sum(term.valid_on(day) for term in terms) == 1, day


def test_the_permissions_are_those_of_the_code(rulebook):
    assert {str(one) for one in Permission} == set(rulebook.vocabularies["permission"].terms)


def test_a_label_falls_back_to_vietnamese():
    assert (
        Text("Mật").in_("en"),
        Text("Mật", "Secret").in_("vi"),
        Text("Mật", "Secret").in_("en"),
    ) == ("Mật", "Mật", "Secret")


def test_the_fingerprint_stands_for_every_file_and_only_those_read(home, tmp_path):
    elsewhere = load(shutil.copytree(home, tmp_path / "elsewhere"), "test").digest
    before = load(home, "test").digest
    (home / "profiles/ministry/settings.toml").write_text("", encoding="utf-8")
    other_profile = load(home, "test").digest
    path = home / "catalogs/triggers.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n# read again\n", encoding="utf-8")
    changed = load(home, "test").digest

    assert before == other_profile == elsewhere
    assert changed != before
    assert len(changed) == 64


def test_a_rulebook_cannot_be_changed(rulebook):
    with pytest.raises(TypeError):
        rulebook.document_types["D05"] = None
    with pytest.raises(AttributeError):
        rulebook.document_types["D05"].level = 4
    with pytest.raises(TypeError):
        rulebook.profile.settings["accounts"]["first_password_days"] = 500


def _gathered() -> Path | None:
    place = Path(os.environ.get("HOSO_SHARED") or Path(__file__).resolve().parents[4] / "shared")
    folder = place / "domain" / "vocabularies"
    return folder if folder.is_dir() else None


@pytest.mark.skipif(_gathered() is None, reason="DID NOT RUN: the gathered vocabularies are absent")
def test_every_gathered_code_is_in_our_lists(rulebook):
    """The lists gathered for the project: no row was lost on the way into our form."""
    elsewhere = {
        "document_type": set(rulebook.forms),
        "dossier_component": set(rulebook.document_types),
        "retention_schedule": set(rulebook.retention_rules),
        "confidentiality_level": {str(number) for number in rulebook.levels},
    }
    renamed = {
        "form_2c_bnv_2008_field": "form-2c-field",
        "form_cv_supplement_field": "form-supplement-field",
    }
    # Codes of ours, put into English; and deadlines, which are each profile's.
    left_out = {"allowance_calc_method", "deadline_rule"}
    folder = _gathered()
    assert folder is not None
    for path in sorted(folder.glob("*.csv")):
        if path.stem in left_out:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            codes = {row["code"] for row in csv.DictReader(file)}
        key = renamed.get(path.stem, path.stem.replace("_", "-"))
        ours = elsewhere.get(path.stem) or set(rulebook.vocabularies[key].terms)
        assert codes <= ours, path.stem
