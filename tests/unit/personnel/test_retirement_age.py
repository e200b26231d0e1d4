"""When somebody reaches the age of retirement: the bands of NĐ 135/2020/NĐ-CP, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from hoso.definitions import load
from hoso.kernel.dates import PartialDate
from hoso.personnel.retirement_age import Month, births_of, retirement, roadmap_of


@pytest.fixture(scope="module")
def roadmap(home):
    terms = load(home, "test").vocabularies["retirement-age-roadmap"].terms
    return roadmap_of(terms.values())


# First and last month of birth of each band, the age, and the month it is reached in.
BANDS = [
    ("M", "1960-01", "60y0m", "2020-01"), ("M", "1960-12", "60y0m", "2020-12"),
    ("M", "1961-01", "60y3m", "2021-04"), ("M", "1961-09", "60y3m", "2021-12"),
    ("M", "1961-10", "60y6m", "2022-04"), ("M", "1962-06", "60y6m", "2022-12"),
    ("M", "1962-07", "60y9m", "2023-04"), ("M", "1963-03", "60y9m", "2023-12"),
    ("M", "1963-04", "61y0m", "2024-04"), ("M", "1963-12", "61y0m", "2024-12"),
    ("M", "1964-01", "61y3m", "2025-04"), ("M", "1964-09", "61y3m", "2025-12"),
    ("M", "1964-10", "61y6m", "2026-04"), ("M", "1965-06", "61y6m", "2026-12"),
    ("M", "1965-07", "61y9m", "2027-04"), ("M", "1966-03", "61y9m", "2027-12"),
    ("M", "1966-04", "62y0m", "2028-04"), ("M", "1990-08", "62y0m", "2052-08"),
    ("F", "1965-01", "55y0m", "2020-01"), ("F", "1965-12", "55y0m", "2020-12"),
    ("F", "1966-01", "55y4m", "2021-05"), ("F", "1966-08", "55y4m", "2021-12"),
    ("F", "1966-09", "55y8m", "2022-05"), ("F", "1967-04", "55y8m", "2022-12"),
    ("F", "1967-05", "56y0m", "2023-05"), ("F", "1967-12", "56y0m", "2023-12"),
    ("F", "1968-01", "56y4m", "2024-05"), ("F", "1968-08", "56y4m", "2024-12"),
    ("F", "1968-09", "56y8m", "2025-05"), ("F", "1969-04", "56y8m", "2025-12"),
    ("F", "1969-05", "57y0m", "2026-05"), ("F", "1969-12", "57y0m", "2026-12"),
    ("F", "1970-01", "57y4m", "2027-05"), ("F", "1970-08", "57y4m", "2027-12"),
    ("F", "1970-09", "57y8m", "2028-05"), ("F", "1971-04", "57y8m", "2028-12"),
    ("F", "1971-05", "58y0m", "2029-05"), ("F", "1971-12", "58y0m", "2029-12"),
    ("F", "1972-01", "58y4m", "2030-05"), ("F", "1972-08", "58y4m", "2030-12"),
    ("F", "1972-09", "58y8m", "2031-05"), ("F", "1973-04", "58y8m", "2031-12"),
    ("F", "1973-05", "59y0m", "2032-05"), ("F", "1973-12", "59y0m", "2032-12"),
    ("F", "1974-01", "59y4m", "2033-05"), ("F", "1974-08", "59y4m", "2033-12"),
    ("F", "1974-09", "59y8m", "2034-05"), ("F", "1975-04", "59y8m", "2034-12"),
    ("F", "1975-05", "60y0m", "2035-05"), ("F", "1990-01", "60y0m", "2050-01"),
]  # fmt: skip


@pytest.mark.parametrize(("sex", "born", "age", "month"), BANDS)
def test_each_band_of_births_retires_at_its_age(roadmap, sex, born, age, month):
    found = retirement(PartialDate.parse(born), sex, roadmap=roadmap)

    years, months = found.age
    assert (f"{years}y{months}m", str(found.month)) == (age, month)


@pytest.mark.parametrize(("sex", "born", "_age", "month"), BANDS)
def test_a_month_knows_whose_births_reach_the_age_in_it(roadmap, sex, born, _age, month):
    assert Month.parse(born) in births_of(Month.parse(month), sex, roadmap=roadmap)


@pytest.mark.parametrize(
    ("sex", "month"), [("M", "2021-01"), ("M", "2024-03"), ("F", "2026-04"), ("F", "2035-01")]
)
def test_nobody_reaches_it_in_the_first_months_of_a_year_that_asks_for_more(roadmap, sex, month):
    assert births_of(Month.parse(month), sex, roadmap=roadmap) == []


def test_service_ends_with_the_last_day_of_the_month(roadmap):
    """NĐ 135/2020 Đ.3: the pension begins on the first of the next."""
    assert retirement(PartialDate(1965, 6, 1), "M", roadmap=roadmap).day == date(2026, 12, 31)
    assert retirement(PartialDate(1966, 12, 31), "M", roadmap=roadmap).day == date(2028, 12, 31)
    # 2028 is a leap year; 62 years after February 1966 would be before the roadmap's end.
    assert retirement(PartialDate(1972, 2, 29), "M", roadmap=roadmap).day == date(2034, 2, 28)


def test_of_a_birth_known_to_the_year_the_first_of_january_counts_and_it_is_said(roadmap):
    found = retirement(PartialDate(1964), "M", roadmap=roadmap)

    assert (str(found.month), found.assumed) == ("2025-04", True)


@pytest.mark.parametrize(
    ("sex", "born", "month"),
    [
        # Phụ lục II of the decree: men of 01/1966 at 55y3m in 04/2021; women of 01/1971 at 50y4m.
        ("M", "1966-01", "2021-04"), ("M", "1966-10", "2022-04"),
        ("F", "1971-01", "2021-05"), ("F", "1971-09", "2022-05"),
    ],
)  # fmt: skip
def test_five_years_earlier_follow_the_roadmap_of_their_own_year(roadmap, sex, born, month):
    found = retirement(PartialDate.parse(born), sex, roadmap=roadmap, earlier=60)

    assert str(found.month) == month


def test_a_longer_service_is_counted_from_the_age_of_the_roadmap(roadmap):
    found = retirement(PartialDate(1964, 10), "M", roadmap=roadmap, later=60)

    assert str(found.month) == "2031-04"
