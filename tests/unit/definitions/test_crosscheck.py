"""Planted faults: each is found, in its file and line, and says what to do."""

from __future__ import annotations

import pytest

from hoso.definitions import DefinitionFaults, check, load
from hoso.kernel.errors import Missing

D05 = "catalogs/document-types/D05.toml"
VC = "catalogs/dossier-types/VC.toml"
OLD = "catalogs/retention/tt-09-2011-tt-bnv.toml"
NEW = "catalogs/retention/tt-10-2022-tt-bnv.toml"
CLASSES = "catalogs/retention-classes.toml"
TRIGGERS = "catalogs/triggers.toml"
LEVELS = "catalogs/levels.toml"
ROLES = "profiles/base/roles.csv"
DEADLINES = "profiles/base/deadlines.csv"
CHANGE = "profiles/base/workflows/change.toml"
DOCUMENT = "profiles/base/workflows/document.toml"
UNITS = "profiles/test/units.toml"
ACCOUNTS = "profiles/test/accounts.toml"
SETTINGS = "profiles/test/settings.toml"
BASE = "profiles/base/settings.toml"
GENDER = "catalogs/value-lists/gender.csv"
REGISTER = "catalogs/value-lists.toml"

# name: file, text, what it becomes, text of the line that is named, part of the message
PLANTED = {
    # --- references
    "a document type of no section": (
        D05, 'section = "D"', 'section = "Z"', 'section = "Z"', "no section 'Z'"),
    "a document type in another section than its key": (
        D05, 'section = "D"', 'section = "E"', 'section = "E"', "stands in section D"),
    "a document type of no level": (
        D05, "level = 0", "level = 7", "level = 7", "no level 7"),
    "a document type without a retention rule": (
        D05, '"original-dossier"', '"original-dosier"', "original-dosier",
        "did you mean 'original-dossier'"),
    "a document type for a dossier type that is not there": (
        D05, '"NLD"]', '"NDL"]', '"NDL"', "no dossier type 'NDL'; did you mean 'NLD'"),
    "a form that is not in the list": (
        D05, 'symbols = ["QĐ"]', 'symbols = ["QD"]', '"QD"', "no document form 'QD'"),
    "a field of an unknown value list": (
        D05, '"salary-raise-form"', '"salary-raise"', '"salary-raise"', "no value list"),
    "a choice without a value list": (
        D05, 'type = "choice"\nvocabulary = "rank"', 'type = "choice" # rank', "# rank",
        "A choice needs a vocabulary"),
    "two fields of one name": (
        D05, 'name = "step"', 'name = "rank"', None, "The field 'rank' is there twice"),
    "a phrase said twice": (
        D05, '"xếp lương",', '"Nâng bậc lương",', "phrases = [", "is there twice"),
    "a role that may never see a type and is no role": (
        "catalogs/document-types/G03.toml", '["subject"]', '["employee"]', "employee",
        "no role 'employee'"),
    "a dossier that requires a paper that is not there": (
        VC, '"M01"]', '"M09"]', '"M09"', "no document type 'M09'"),
    "a dossier that requires a paper of others": (
        VC, '"M01"]', '"A03"]', '"A03"', "A03 is for CC only"),
    "a part of a file that is no class": (
        CLASSES, 'part_of = ["exam-results"]', 'part_of = ["exam-result"]', "exam-result",
        "no retention class 'exam-result'; did you mean 'exam-results'"),
    "a part of the dossier of a person": (
        CLASSES, 'part_of = ["exam-results"]', 'part_of = ["original-dossier"]',
        "original-dossier", "The dossier of a person is kept whole"),
    "a status after the archive's receipt that is none": (
        BASE, 'accepted_status = "NOP_LS"', 'accepted_status = "NOP_LSS"', "accepted_status",
        "no status 'NOP_LSS'; did you mean 'NOP_LS'"),
    "a dossier type without a retention rule": (
        VC, 'retention = "original-dossier"', 'retention = "dossiers"', '"dossiers"',
        "no retention class 'dossiers'"),
    "a stage with a deadline that no profile has": (
        VC, '"new-dossier"', '"new-dosier"', '"new-dosier"', "no deadline 'new-dosier'"),
    "a person's dossier that is open": (
        VC, "level = 1", "level = 0", "level = 0", "at level 1 at least"),
    "a rule of an unknown instrument": (
        OLD, 'instrument = "09/2011/TT-BNV"', 'instrument = "9/2011/TT-BNV"', "instrument = ",
        "did you mean '09/2011/TT-BNV'"),
    "a rule with an unknown trigger": (
        OLD, 'trigger = "contract-ended"', 'trigger = "contract-end"', '"contract-end"',
        "no trigger 'contract-end'"),
    "a period that does not parse": (
        OLD, 'item = "49b"\nperiod = "P5Y"', 'item = "49b"\nperiod = "5 năm"', '"5 năm"',
        "no period"),
    "a rule that nothing follows": (
        CLASSES, 'rules = ["09-065", "10-VV"]', 'rules = ["09-KNb", "10-VV"]',
        None, "'09-065' is in no retention class"),
    "a class of a rule that is not there": (
        CLASSES, '"10-VV"', '"10-XX"', '"10-XX"', "no rule '10-XX'"),
    "a class that nothing uses": (
        CLASSES, "[casual-contracts]", "[casual-contract]", "[casual-contract]",
        "used by no record type"),
    "a gap between two tables": (
        NEW, ('item = "nhóm 3, quy hoạch a"\nperiod = "P5Y"\ntrigger = "work-ended"\n'
        'valid_from = "2023-02-15"'),
        ('item = "nhóm 3, quy hoạch a"\nperiod = "P5Y"\ntrigger = "work-ended"\n'
        'valid_from = "2023-03-01"'),
        None, "No rule from 2023-02-15 until 2023-03-01"),
    "two tables in force together": (
        NEW, ('item = "nhóm 3, quy hoạch a"\nperiod = "P5Y"\ntrigger = "work-ended"\n'
        'valid_from = "2023-02-15"'),
        ('item = "nhóm 3, quy hoạch a"\nperiod = "P5Y"\ntrigger = "work-ended"\n'
        'valid_from = "2023-01-01"'),
        None, "Two rules from 2023-01-01 until 2023-02-14"),
    "a class that ends with an old table": (
        CLASSES, 'rules = ["09-065", "10-VV"]', 'rules = ["09-065"]', 'rules = ["09-065"]',
        "after 2023-02-14 has no rule"),
    "a class that begins with the new table": (
        CLASSES, 'rules = ["09-065", "10-VV"]', 'rules = ["10-VV"]', 'rules = ["10-VV"]',
        "before 2023-02-15 has no rule"),
    "a guess that is marked as read": (
        NEW, 'confidence = "?"\nrepeats = "09-065"', 'confidence = "V"\nrepeats = "09-065"',
        None, "its mark is ?"),
    "a rule that ends before it begins": (
        NEW, 'valid_from = "2023-02-15"', 'valid_from = "2023-02-15"\nvalid_to = "2023-01-01"',
        'valid_to = "2023-01-01"', "ends before it begins"),
    "a date that is none": (
        NEW, 'valid_from = "2023-02-15"', 'valid_from = "2023-02-30"', "2023-02-30",
        "must be a date"),
    "a trigger of an unknown status": (
        TRIGGERS, '"NGHI_HUU"', '"NGHI-HUU"', '"NGHI-HUU"', "did you mean 'NGHI_HUU'"),
    "a transfer that is taken for the end of service": (
        TRIGGERS, '"MSLD",', '"MSLD",\n  "CHUYEN_DI",', '"CHUYEN_DI"', "does not end service"),
    "a sixth level": (
        LEVELS, "number = 4", "number = 5", None, "0, 1, 2, 3 and 4"),
    "a level told twice": (
        LEVELS, "number = 4", "number = 3", None, "a level 3 already"),
    "a section told twice": (
        "catalogs/sections.toml", 'key = "B"', 'key = "A"', None, "a section A already"),
    "an index whose text is counted as a facet": (
        "catalogs/indexes/text.toml", "facet = false", "facet = true", "facet = true",
        "A facet counts numbers"),
    # --- shapes
    "an unknown key": (
        D05, "repeatable = true", 'repeatable = true\nphrase = "x"', 'phrase = "x"',
        "Unknown key 'phrase' in a document type; did you mean 'phrases'"),
    "a key that is missing": (
        D05, 'retention = "original-dossier"\n', "", 1, "'retention' is missing"),
    "a flag that is a text": (
        D05, "repeatable = true", 'repeatable = "yes"', "repeatable", "must be true or false"),
    "a label without Vietnamese": (
        D05, 'label = { vi = "Quyết định nâng bậc lương, phụ cấp", en', "label = { en",
        "label = { en", "must be { vi"),
    "an unknown type of field": (
        D05, 'type = "decimal"', 'type = "number"', 'type = "number"', "cannot be a 'type'"),
    "a file named otherwise than its key": (
        D05, 'key = "D05"', 'key = "D50"', 'key = "D50"', "make them the same"),
    "a key written twice": (
        D05, "level = 0", "level = 0\nlevel = 1", "level = 1", "not TOML"),
    "a table of an unknown kind": (
        CLASSES, "[casual-contracts]", 'note = "x"\n[casual-contracts]', None,
        "Unknown key 'note'"),
    # --- value lists
    "a code told twice": (
        GENDER, "2,Nữ", "1,Nữ", "1,Nữ", "is in line 2 already"),
    "a column that is missing": (
        GENDER, "valid_from,", "", 1, "Columns are missing: valid_from"),
    "a row that is too long": (
        GENDER, "2,Nữ,", "2,Nữ,,", "2,Nữ,,", "The row has 8 cells, the first line 7"),
    "a confidence that is none": (
        GENDER, "2,Nữ,Female,,,mã của hoso; 2C-BNV/2008 mục 3,K",
        "2,Nữ,Female,,,mã của hoso; 2C-BNV/2008 mục 3,X", "2,Nữ", "none of V, K, ?"),
    "a row without a source": (
        GENDER, "2,Nữ,Female,,,mã của hoso; 2C-BNV/2008 mục 3,K", "2,Nữ,Female,,,,K", "2,Nữ",
        "needs a code, a Vietnamese label and a source"),
    "a row that ends before it begins": (
        GENDER, "2,Nữ,Female,,,", "2,Nữ,Female,2020,2019,", "2,Nữ", "ends before it begins"),
    "a date in a list that is none": (
        GENDER, "2,Nữ,Female,,,", "2,Nữ,Female,01/07/2025,,", "2,Nữ", "is not a date"),
    "a cell that holds a quote": (
        GENDER, "2,Nữ,", '2,"Nữ"x,', '2,"Nữ"x', "not CSV"),
    "a term of another list that is not there": (
        "catalogs/value-lists/rank.csv", ",A3.1,civil-servant,administration",
        ",A3.9,civil-servant,administration", "A3.9", "is not in the value list 'salary-group'"),
    "a list that is not named": (
        REGISTER, "[gender]", "[genders]", None, "The list is not named"),
    "a name without a list": (
        REGISTER, "[gender]", "[genders]", "[genders]", "There is no catalogs/value-lists/genders"),
    "a reference to no list": (
        REGISTER, 'group = "salary-group"', 'group = "salary-groups"', None,
        "no value list 'salary-groups'"),
    "a reference from no column": (
        REGISTER, "{ group =", "{ groups =", None, "no column 'groups'"),
    "decomposed Vietnamese": (
        GENDER, "2,Nữ", "2,Nu\u031b\u0303", 3, "decomposed"),
    "a character nobody sees": (
        GENDER, "2,Nữ", "2,N\u200bữ", 3, "U+200B"),
    # --- roles
    "an unknown permission": (
        ROLES, "dossier:open,", "dossier:opens,", "dossier:opens", "no permission 'dossier:opens'"),
    "a permission without a row": (
        ROLES, "dossier:open,", "dossier:opens,", 1, "'dossier:open' has no row"),
    "a permission that nobody holds": (
        ROLES, "site:admin,,,,,,,,,A,", "site:admin,,,,,,,,,,", "site:admin", "Nobody holds"),
    "a permission told twice": (
        ROLES, "dossier:open,", "dossier:list,A,,,,,,,,,,\ndossier:open,", "dossier:list,A,,,,,,,,,,",
        "has a row already"),
    "a cell that is neither A nor empty": (
        ROLES, "dossier:open,A", "dossier:open,x", "dossier:open", "write A or nothing"),
    "an unknown role": (
        ROLES, "archivist", "archiver", 1, "did you mean 'archivist'"),
    "an administrator who reads": (
        ROLES, "document:read,A,A,A,A,,A,A,,,", "document:read,A,A,A,A,,A,A,A,,", "document:read",
        "'account-admin' may never hold 'document:read'"),
    "one who proposes and approves": (
        ROLES, "disposal:approve,,A,,,,,,,,", "disposal:approve,,A,,A,,,,,,", "disposal:approve",
        "which stand apart"),
    # --- deadlines
    "a deadline of no number": (
        DEADLINES, "managing body,15,", "managing body,fifteen,", "fifteen", "is no number of days"),
    "a deadline in an unknown unit": (
        DEADLINES, ",30,day,", ",30,days,", ",30,days,", "did you mean 'day'"),
    "a deadline counted from nothing": (
        DEADLINES, "transfer-effective", "transfer", "day,transfer,", "Nothing is counted from"),
    "a deadline on a day there is not": (
        DEADLINES, "06-15,yearly-by", "15-06,yearly-by", "15-06", "write MM-DD"),
    "a deadline of nobody": (
        DEADLINES, "work-ended,clerk", "work-ended,clerks", ",clerks,",
        "no role 'clerks'"),
    "a deadline told twice": (
        DEADLINES, "own-decision,", "new-dossier,", None, "'new-dossier' is there twice"),
    # --- workflows
    "a state nothing leads to": (
        CHANGE, 'to = "returned"', 'to = "submitted"', 'key = "returned"', "cannot be reached"),
    "a state nothing leads out of": (
        CHANGE, 'from = ["returned"]', 'from = ["draft"]', 'key = "returned"', "No step leads out"),
    "a step to no state": (
        CHANGE, 'to = "in-use"', 'to = "inuse"', 'to = "inuse"', "did you mean 'in-use'"),
    "a step from no state": (
        CHANGE, 'from = ["confirmed"]', 'from = ["confirm"]', 'from = ["confirm"]',
        "no state 'confirm'"),
    "a step out of a final state": (
        CHANGE, 'from = ["confirmed"]', 'from = ["confirmed", "in-use"]', '"in-use"]', "is final"),
    "a workflow that begins nowhere": (
        CHANGE, 'initial = "draft"', 'initial = "new"', 'initial = "new"', "no state 'new'"),
    "a step of an unknown permission": (
        CHANGE, 'permission = "dossier:edit"', 'permission = "change:approve"', "change:approve",
        "no permission 'change:approve'"),
    "a step with an unknown guard": (
        CHANGE, '["reason-given"]', '["reason"]', '["reason"]', "no guard 'reason'"),
    "a step of one who may not take it": (
        CHANGE, 'by = ["records-officer"]', 'by = ["auditor"]', '["auditor"]',
        "who does not hold 'dossier:edit'"),
    "a step of an unknown role": (
        CHANGE, 'by = ["records-officer"]', 'by = ["boss"]', '"boss"', "no role 'boss'"),
    "a state told twice": (
        CHANGE, 'key = "returned"', 'key = "draft"', None, "'draft' is there twice"),
    "a step told twice": (
        DOCUMENT, 'key = "restore"', 'key = "withdraw"', None, "'withdraw' is there twice"),
    # --- units, accounts, settings
    "a unit told twice": (
        UNITS, 'key = "ben"', 'key = "la"', 'key = "la"', "a unit 'la' already"),
    "a unit under one that is not there": (
        UNITS, 'parent = "nhanh"', 'parent = "canh"', 'parent = "canh"', "does not stand above"),
    "a unit of no kind": (
        UNITS, 'type = "PHONG"', 'type = "BAN"', 'type = "BAN"', "no kind of unit 'BAN'"),
    "an account at no unit": (
        ACCOUNTS, 'role = "clerk", unit = "nhanh"', 'role = "clerk", unit = "canh"', '"canh"',
        "no unit 'canh'"),
    "an account of no role": (
        ACCOUNTS, 'role = "clerk"', 'role = "clark"', '"clark"', "did you mean 'clerk'"),
    "a person in a machine's role": (
        ACCOUNTS, 'role = "clerk"', 'role = "reader-machine"', '"reader-machine"', "for machines"),
    "an account told twice": (
        ACCOUNTS, 'login = "head"', 'login = "clerk"', None, "'clerk' is there twice"),
    "a login with a blank": (
        ACCOUNTS, 'login = "head"', 'login = "the head"', '"the head"', "no login"),
    "a clearance above all": (
        ACCOUNTS, "clearance = 4", "clearance = 5", "clearance = 5", "0 to 4"),
    "an administrator elsewhere than the settings say": (
        ACCOUNTS, 'role = "account-admin", unit = "goc"', 'role = "account-admin", unit = "ben"',
        "account-admin", "administered at goc"),
    "a setting the base does not have": (
        SETTINGS, "administered_at", "administered_by", "administered_by",
        "Unknown setting 'administered_by'; did you mean 'administered_at'"),
    "a setting of another type": (
        SETTINGS, '["goc"]', '"goc"', "administered_at", "must be a list"),
    "a setting that changes nothing": (
        SETTINGS, 'administered_at = ["goc"]', "first_password_days = 5", "first_password_days",
        "has this value already"),
    "an administrator's unit that is not there": (
        SETTINGS, '["goc"]', '["gốc"]', "gốc", "no unit 'gốc'"),
    "a day off that is no day": (
        BASE, '"04-30"', '"04-31"', "04-31", "'04-31' is no day; write MM-DD"),
    "a day off of one year that is no day": (
        BASE, '"2026-02-16"', '"2026-02-30"', '"2026-02-30"', "is no day; write YYYY-MM-DD"),
    "a loan of no days": (
        BASE, "loan_days = 10", "loan_days = 0", "loan_days", "one working day at least"),
    "a consent of no days": (
        BASE, "longest_days = 365", "longest_days = 0", "longest_days", "one day or more"),
    "packages that are given up at once": (
        BASE, "days_kept = 90", "days_kept = 0", "days_kept", "days_kept of [packages] is 1 or more"),
    "a package that is never tried": (
        BASE, "tries = 12", "tries = 0", "tries", "tries of [packages] is 1 or more"),
    "an archive that takes no file": (
        BASE, "segment_files = 10000", "segment_files = 0", "segment_files", "is 1 or more"),
    "an archive that takes no byte": (
        BASE, "segment_bytes = 4294967296", "segment_bytes = -1", "segment_bytes", "is 1 or more"),
    "fewer files alone than none": (
        BASE, "files_alone = 500", "files_alone = -1", "files_alone", "is 0 or more"),
    "a pause that grows shorter": (
        BASE, "longest_pause = 360", "longest_pause = 0", "longest_pause", "no shorter than the first"),
    "a day that runs out before it begins": (
        BASE, "soon_days = 10", "soon_days = -1", "soon_days", "soon_days of [deadlines] is 0 or more"),
    "a retirement that is nobody's task": (
        BASE, 'responsible = "records-officer"', 'responsible = "record-officer"', "record-officer",
        "did you mean 'records-officer'"),
    "a notice that is no status": (
        BASE, 'notified = "CHO_HUU"', 'notified = "CHO_HU"', "CHO_HU", "did you mean 'CHO_HUU'"),
    "a list of fewer lines with two than alone": (
        BASE, "export_rows_most = 10000", "export_rows_most = 100", "export_rows_most", "write 500 or more"),
    "a second factor for a role that is none": (
        SETTINGS, "second_factor_for = []", 'second_factor_for = ["operater"]', "operater",
        "no role 'operater'"),
    "a session that rests for a moment": (
        BASE, "idle_minutes = 60", "idle_minutes = 1", "idle_minutes", "5 or more"),
    "a deadline that changes nothing": (
        "profiles/test/deadlines.csv",
        ("new-dossier,Lập hồ sơ mới,Open a dossier,15,working-day,recruitment-decided,clerk,"
        "thử nghiệm,K"),
        ("report-second,Báo cáo đợt 2,Second report,12-01,yearly-by,,unit-head,"
        "QĐ 14/QĐ-THLT Quy chế Đ.12.1a,V"), "report-second", "changes nothing"),
    "a name that changes nothing": (
        "profiles/test/profile.toml", 'vi = "Trưởng đơn vị thử", en = "Test head"',
        'vi = "Thủ trưởng đơn vị", en = "Head of unit"', "unit-head", "is called so already"),
    "a name of no role": (
        "profiles/test/profile.toml", "unit-head =", "unit-chief =", "unit-chief", "no role"),
    "a profile that extends nothing there is": (
        "profiles/test/profile.toml", 'extends = "base"', 'extends = "basis"', "extends",
        "did you mean 'base'"),
    "profiles that extend each other": (
        "profiles/base/profile.toml", "title =", 'extends = "test"\ntitle =', None,
        "in a circle: "),
}  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "message"), PLANTED.values(), ids=PLANTED.keys()
)
def test_a_planted_fault_is_found_in_its_line(home, spoil, file, old, new, line, message):
    spoil(file, old, new)

    findings = check(home, "test")

    said = [one for one in findings if message in one.message]
    assert said, [str(one) for one in findings]
    if line is not None:
        lines = (home / file).read_text(encoding="utf-8").splitlines()
        expected = (
            {line}
            if isinstance(line, int)
            else {number for number, text in enumerate(lines, start=1) if line in text}
        )
        places = {(one.file, one.line) for one in said}
        assert places & {(file, number) for number in expected}, [str(one) for one in findings]


def test_what_is_delivered_has_no_fault(repository):
    findings = check(repository)

    assert [str(one) for one in findings] == []


def test_a_start_tells_every_fault_at_once(home, spoil):
    spoil(D05, "level = 0", "level = 7")
    spoil(ROLES, "archivist", "archiver")

    with pytest.raises(DefinitionFaults) as caught:
        load(home, "test")

    files = {fault.field.split(":")[0] for fault in caught.value.faults}
    assert {D05, ROLES} <= files
    assert "did you mean 'archivist'" in str(caught.value)


def test_a_message_with_braces_is_told_as_it_is(home, spoil):
    spoil(D05, 'label = { vi = "Quyết định nâng bậc lương, phụ cấp", en', "label = { en")

    with pytest.raises(DefinitionFaults, match=r'\{ vi = "…", en = "…" \}'):
        load(home, "test")


def test_a_row_that_overrides_with_the_same_is_found(home, spoil):
    row = "dossier:status,A,,A,,,,,,,,\n"
    same = "dossier:status,,,A,,,,,,,,\n"
    spoil("profiles/education-office/roles.csv", row, same)

    findings = check(home, "education-office")

    assert [one.message for one in findings] == [
        "The row of 'dossier:status' changes nothing; take it out."
    ]


def test_a_workflow_that_overrides_with_the_same_is_found(home):
    base = (home / CHANGE).read_text(encoding="utf-8")
    (home / "profiles/education-office/workflows/change.toml").write_text(base, encoding="utf-8")

    findings = check(home, "education-office")

    assert [one.message for one in findings] == [
        "The workflow 'change' changes nothing; delete it."
    ]


def test_units_that_override_with_the_same_are_found(home):
    province = (home / "profiles/province/units.toml").read_bytes()
    (home / "profiles/demo/units.toml").write_bytes(province)

    findings = check(home, "demo")

    assert any("says the same as profiles/province/units.toml" in one.message for one in findings)


def test_a_role_missing_in_an_override_is_found(home):
    path = home / "profiles/education-office/roles.csv"
    path.write_text("permission,clerk\ndossier:status,A\n", encoding="utf-8")

    findings = check(home, "education-office")

    assert [(one.file, one.line) for one in findings] == [
        ("profiles/education-office/roles.csv", 1)
    ]


def test_a_file_that_is_not_utf_8_is_found(home):
    path = home / GENDER
    path.write_bytes(path.read_bytes().replace("Nữ".encode(), b"N\xcc\xff"))

    findings = check(home, "test")

    assert (GENDER, 3, "The file is not UTF-8; save it again as UTF-8.") in {
        (one.file, one.line, one.message) for one in findings
    }


def test_a_spreadsheet_s_byte_order_mark_does_no_harm(home):
    path = home / GENDER
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert check(home, "test") == []


def test_a_file_that_nobody_would_read_is_found(home):
    (home / "catalogs/document-types/D09.tml").write_text("", encoding="utf-8")
    (home / "catalogs/document-types/.swap").write_text("", encoding="utf-8")

    findings = check(home, "test")

    assert [(one.file, one.line) for one in findings] == [("catalogs/document-types/D09.tml", 1)]


def test_a_file_that_is_missing_is_told_with_what_rested_on_it(home):
    (home / LEVELS).unlink()

    findings = check(home, "test")

    assert (findings[0].file, findings[0].line) == (LEVELS, 1) or any(
        one.file == LEVELS and "put it back" in one.message for one in findings
    )


def test_a_home_without_profiles_says_so(tmp_path):
    findings = check(tmp_path)

    assert any(one.file == "profiles" for one in findings)


def test_an_unknown_profile_names_those_there_are(repository):
    with pytest.raises(Missing, match="education-office, health-department"):
        load(repository, "../etc")


def test_findings_stand_in_the_order_of_files_and_lines(home, spoil):
    spoil(UNITS, 'key = "ben"', 'key = "la"')
    spoil(UNITS, 'type = "PHONG"', 'type = "BAN"')
    spoil(D05, "level = 0", "level = 7")

    findings = check(home, "test")

    assert findings == sorted(findings)
    assert len(findings) == 3
