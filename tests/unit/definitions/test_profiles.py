"""The deployments: each loads, and they differ where the bodies they were made after differ."""

from __future__ import annotations

import pytest

from hoso.definitions.loader import DefinitionFiles
from hoso.definitions.profiles import profile_names

DEPLOYMENTS = ("ministry", "province", "district", "health-department", "education-office")
ALL = ("base", *DEPLOYMENTS, "demo", "test")


def test_there_are_the_base_five_deployments_demo_and_test(repository):
    assert sorted(ALL) == profile_names(DefinitionFiles(repository))


@pytest.mark.parametrize("name", ALL)
def test_every_profile_loads(rulebook_of, name):
    rulebook = rulebook_of(name)

    assert name == rulebook.profile.key
    assert {"document", "dossier", "change"} == set(rulebook.workflows)


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("base", ("base",)),
        ("district", ("base", "district")),
        ("demo", ("base", "province", "demo")),
    ],
)
def test_the_chain_runs_from_the_base_to_the_profile(rulebook_of, name, chain):
    assert chain == rulebook_of(name).profile.chain


@pytest.mark.parametrize(
    ("name", "deadline", "amount", "unit", "start"),
    [
        # QĐ 1666/QĐ-BGDĐT art. 10.1c, 10.2b, 11.1, 11.2
        ("ministry", "new-dossier", "15", "working-day", "recruitment-decided"),
        ("ministry", "own-decision", "7", "working-day", "document-effective"),
        ("ministry", "other-decision", "10", "working-day", "document-received"),
        ("ministry", "transfer", "10", "working-day", "transfer-effective"),
        ("ministry", "status-change", "10", "working-day", "status-effective"),
        # QĐ 14/QĐ-THLT, regulation, art. 8.1, 8.2a, 12.1a
        ("education-office", "new-dossier", "60", "day", "recruitment-decided"),
        ("education-office", "own-decision", "15", "day", "document-effective"),
        ("district", "report-first", "06-15", "yearly-by", ""),
        ("district", "report-second", "12-01", "yearly-by", ""),
        ("province", "new-dossier", "60", "day", "recruitment-decided"),
        ("health-department", "new-dossier", "60", "day", "recruitment-decided"),
        # TT 06/2025/TT-BNV; Law 33/2024/QH15
        ("province", "destruction", "15", "day", "destruction-decided"),
        ("province", "current-archives", "1", "year", "work-ended"),
    ],
)
def test_deadlines_are_those_of_the_body(rulebook_of, name, deadline, amount, unit, start):
    found = rulebook_of(name).deadlines[deadline]

    assert (amount, unit, start) == (found.amount, found.unit, found.counted_from)


@pytest.mark.parametrize(
    ("name", "approvers"),
    [
        # QĐ 1666/QĐ-BGDĐT art. 6: the head of unit, then the personnel department.
        ("ministry", ["unit-head", "records-officer"]),
        ("province", ["unit-head", "records-officer"]),
        ("district", ["unit-head", "records-officer"]),
        ("health-department", ["unit-head", "records-officer"]),
        # QĐ 14/QĐ-THLT art. 13: the principal keeps the dossiers.
        ("education-office", ["unit-head"]),
    ],
)
def test_a_change_is_approved_by_those_the_body_names(rulebook_of, name, approvers):
    workflow = rulebook_of(name).workflows["change"]
    state, asked = workflow.initial, []
    while not workflow.states[state].final:
        step = workflow.leading_from(state)[0]
        asked += [role for role in step.by if role != "subject"]
        state = step.to

    assert approvers == asked


@pytest.mark.parametrize(
    ("name", "role", "title"),
    [
        ("ministry", "records-officer", "Công chức Vụ Tổ chức cán bộ"),
        ("district", "records-officer", "Công chức Phòng Nội vụ"),
        ("education-office", "unit-head", "Hiệu trưởng"),
        ("health-department", "unit-head", "Giám đốc đơn vị"),
        ("base", "unit-head", "Thủ trưởng đơn vị"),
    ],
)
def test_roles_are_called_as_they_are_there(rulebook_of, name, role, title):
    assert title == rulebook_of(name).roles.labels[role].vi


@pytest.mark.parametrize(
    ("name", "units"),
    [
        ("ministry", ("vu-tccb",)),
        ("province", ()),
        ("education-office", ("phong-gddt",)),
    ],
)
def test_accounts_are_administered_where_the_body_says(rulebook_of, name, units):
    """One administrator for all schools; elsewhere one in each unit, or the department."""
    assert units == rulebook_of(name).profile.settings["accounts"]["administered_at"]


def test_a_school_s_officer_may_change_a_standing_and_a_ministry_s_may_not(rulebook_of):
    """QĐ 14/QĐ-THLT art. 3: the assigned person changes standings; QĐ 1666 art. 11.2."""
    assert "dossier:status" in rulebook_of("education-office").roles.permissions_of("clerk")
    assert "dossier:status" not in rulebook_of("ministry").roles.permissions_of("clerk")
    # That somebody leaves is a standing too, recorded by an act of its own.
    assert "career:record" in rulebook_of("education-office").roles.permissions_of("clerk")
    assert "career:record" not in rulebook_of("ministry").roles.permissions_of("clerk")


@pytest.mark.parametrize("name", ALL)
def test_every_permission_is_held_by_somebody(rulebook_of, name):
    roles = rulebook_of(name).roles

    assert len(roles.permissions) == 59
    assert [one for one in roles.permissions if not roles.holders_of(one)] == []


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (
            "subject",
            {"dossier:view", "document:view", "document:read", "search:run", "readers:view"},
        ),
        ("consented", {"dossier:view", "document:view", "document:read", "search:run"}),
        (
            "account-admin",
            {
                "account:view",
                "account:manage",
                "account:roles",
                "presence:view",
                "session:manage",
                "unit:view",
            },
        ),
        ("reader-machine", {"intake:work"}),
        ("keeper-machine", {"mark:view", "fixity:view", "fixity:work"}),
        (
            "operator",
            {
                "site:admin",
                "journal:verify",
                "presence:view",
                "unit:view",
                "fixity:view",
                "fixity:work",
            },
        ),
        ("nobody", set()),
    ],
)
def test_narrow_roles_may_do_this_and_nothing_else(rulebook_of, name, role, allowed):
    assert allowed == rulebook_of(name).roles.permissions_of(role)


@pytest.mark.parametrize("name", ALL)
def test_an_auditor_sees_what_was_done_and_reads_no_paper(rulebook_of, name):
    held = rulebook_of(name).roles.permissions_of("auditor")

    assert {"document:view", "retention:view", "journal:view", "journal:verify"} <= held
    assert not held & {"document:read", "document:download", "search:run", "document:edit"}


@pytest.mark.parametrize("name", ALL)
def test_who_proposes_destruction_does_not_decide_it(rulebook_of, name):
    roles = rulebook_of(name).roles

    proposing, deciding = roles.holders_of("disposal:propose"), roles.holders_of("disposal:approve")

    assert not set(proposing) & set(deciding)


@pytest.mark.parametrize("name", [*DEPLOYMENTS, "demo", "test"])
def test_units_are_one_tree(rulebook_of, name):
    units = rulebook_of(name).profile.units

    assert sum(unit.parent is None for unit in units) == 1
    assert all("Mẫu" in units[0].name or "Mẫu" in unit.name for unit in units)


def test_the_demo_has_twelve_units_in_three_levels(rulebook_of):
    units = {unit.key: unit for unit in rulebook_of("demo").profile.units}

    def depth(key: str) -> int:
        parent = units[key].parent
        return 1 if parent is None else 1 + depth(parent)

    assert len(units) == 12
    assert {1, 2, 3} == {depth(key) for key in units}


def test_the_demo_has_an_account_for_each_journey(rulebook_of):
    accounts = {one.login: one for one in rulebook_of("demo").profile.accounts}

    roles = {login: [grant.role for grant in one.roles] for login, one in accounts.items()}

    assert roles == {
        "luutru": ["archivist"],
        "canbo": ["clerk"],
        "thutruong": ["unit-head"],
        "tccb": ["records-officer"],
        "giamdoc": ["unit-head"],
        "phogiamdoc": ["unit-head"],
        "kiemtra": ["auditor"],
        "quantri": ["account-admin"],
        "nhanvien": [],
        "khach": [],
        "vanhanh": ["operator"],
    }
    assert accounts["nhanvien"].person
    assert accounts["khach"].person is None


def test_an_administrator_has_no_clearance(rulebook_of):
    for name in (*DEPLOYMENTS, "demo", "test"):
        for account in rulebook_of(name).profile.accounts:
            if {"account-admin", "operator"} & {grant.role for grant in account.roles}:
                assert account.clearance == 0, (name, account.login)


def test_a_paper_is_withdrawn_and_never_deleted(rulebook_of):
    workflow = rulebook_of("base").workflows["document"]

    assert {"refused"} == {key for key, state in workflow.states.items() if state.final}
    assert [step.key for step in workflow.leading_from("withdrawn")] == ["restore"]


def test_a_dossier_is_destroyed_only_by_four_eyes_off_hold_and_after_its_period(rulebook_of):
    steps = rulebook_of("base").workflows["dossier"].transitions
    destroying = [step for step in steps if step.to == "destroyed"]

    assert [step.guards for step in destroying] == [("four-eyes", "not-on-hold", "period-over")]
    assert [step.permission for step in destroying] == ["disposal:approve"]
