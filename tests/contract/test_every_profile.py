"""Every profile that ships reads clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from hoso.definitions import check, load

HOME = Path(__file__).resolve().parents[2]
PROFILES = sorted(path.name for path in (HOME / "profiles").iterdir() if path.is_dir())


def test_the_promised_profiles_are_there():
    """What must be there: base, the five deployments of the QLCB.VN seed, demo and test."""
    assert set(PROFILES) == {
        "base",
        "demo",
        "district",
        "education-office",
        "health-department",
        "ministry",
        "province",
        "test",
    }


@pytest.mark.parametrize("profile", PROFILES)
def test_a_profile_checks_clean(profile):
    assert [str(finding) for finding in check(HOME, profile)] == []


@pytest.mark.parametrize("profile", sorted(set(PROFILES) - {"base"}))
def test_a_profile_seeds_units_and_somebody_who_keeps_accounts(profile):
    rulebook = load(HOME, profile)

    roles = {grant.role for account in rulebook.profile.accounts for grant in account.roles}
    assert rulebook.profile.units
    assert "account-admin" in roles
