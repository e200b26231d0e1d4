"""Who reaches the age of retirement when: people by month of birth, and the list by month.

People in service are kept by sex and month of birth, which are facts; when that reaches the age is
computed by the roadmap in force, so that a new roadmap needs no new index.  The cost is that of
whom is listed, not of all who serve.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from BTrees.LLBTree import LLTreeSet

from hoso.kernel.dates import PartialDate
from hoso.personnel.model import AgeStated, Careers
from hoso.personnel.retirement_age import Moment, Month, Roadmap, births_of, retirement

__all__ = ["SEXES", "UNKNOWN", "birth_key", "born_before", "moment_of", "note_birth", "reaching"]

#: Where the sex or the birth date is not known.
UNKNOWN = "?"
SEXES = {"1": "M", "2": "F"}


@dataclass(frozen=True)
class Reaching:
    """Somebody who reaches the age: the id of the dossier, and when."""

    dossier: int
    moment: Moment


def birth_key(birth_date: str, gender: str) -> str:
    """Return the key under which somebody is kept; the year alone counts as its January."""
    sex = SEXES.get(gender, "")
    if not sex or not birth_date:
        return UNKNOWN
    born = PartialDate.parse(birth_date)
    return f"{sex}-{Month(born.year, born.month or 1)}"


def note_birth(known: Careers, number: int, key: str) -> None:
    """Keep a person under a key; under none, "", where nobody in service is meant."""
    before = known.born_of.get(number, "")
    if before == key:
        return
    if before:
        kept = known.born[before]
        kept.remove(number)
        if not kept:
            del known.born[before]
    if not key:
        del known.born_of[number]
        return
    if key not in known.born:
        known.born[key] = LLTreeSet()
    known.born[key].insert(number)
    known.born_of[number] = key


def moment_of(
    birth_date: str, gender: str, *, roadmap: Roadmap, stated: AgeStated | None = None
) -> Moment | None:
    """Return when somebody reaches the age; ``None`` where that cannot be said."""
    sex = SEXES.get(gender, "")
    if not sex or not birth_date:
        return None
    months = stated.months if stated is not None else 0
    return retirement(
        PartialDate.parse(birth_date),
        sex,
        roadmap=roadmap,
        earlier=max(0, -months),
        later=max(0, months),
    )


def reaching(known: Careers, first: Month, last: Month, *, roadmap: Roadmap) -> Iterator[int]:
    """Yield the people who may reach the age in a period; whoever calls asks each of them again.

    Those of whom a lower or higher age is stated come too, whenever they were born.
    """
    yield from known.ages
    month = first
    while month <= last:
        for sex in sorted(roadmap.ages):
            for born in births_of(month, sex, roadmap=roadmap):
                for number in known.born.get(f"{sex}-{born}", ()):
                    if number not in known.ages:
                        yield number
        month = month.later(1)


def born_before(known: Careers, on: date, *, roadmap: Roadmap) -> Iterator[int]:
    """Yield people in service who have passed the age of the common roadmap before a month."""
    this = Month.of(on)
    for sex in sorted(roadmap.ages):
        # Nobody born later than this has it: the least age anybody was ever asked for.
        latest = this.later(-min(roadmap.months_in(sex, 0), *roadmap.ages[sex].values()))
        for key, numbers in known.born.items(f"{sex}-0001-01", f"{sex}-{latest}"):
            born = PartialDate.parse(key.removeprefix(f"{sex}-"))
            if retirement(born, sex, roadmap=roadmap).month < this:
                yield from numbers
