"""What a row of a list means here: whose dossier, which kind of paper, what is wrong with it.

The rules of a description are ``describing``'s and those of filing ``intake``'s; here a list's
words (a kind of paper by its name, a person by name and birth date) become what these take.
Two people of one name are never chosen between: their row's paper waits for a person.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.access.permissions import Permission
from hoso.definitions.rulebook import Rulebook
from hoso.desk.act import act
from hoso.desk.describing import description
from hoso.desk.desk import Desk
from hoso.desk.searching import dossiers_named
from hoso.desk.shelving import place_named
from hoso.ingest.bulk.findings import NOTE, STOP, WAIT, Finding
from hoso.ingest.bulk.mapping import Columns
from hoso.ingest.bulk.rows import Row
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Invalid, Missing
from hoso.kernel.text import fold
from hoso.records.model import Dossier, Unit

__all__ = ["Judge", "Judged", "judge"]

#: What of a row goes into the description of its paper.
DESCRIBED = (
    "type", "form", "title", "number", "symbol", "date", "agency", "signer", "person", "level",
)  # fmt: skip
_NAMES_KEPT = 2_000
_NAMESAKES = 50


@dataclass(frozen=True)
class Judged:
    """A row with what it means.

    :ivar dossier: code of the dossier it belongs in, "" where nobody can say yet.
    :ivar typed: the description, as a person would type it.
    :ivar place: code of the box or folder the paper lies in, "" where none is stated.
    """

    row: Row
    dossier: str
    typed: Mapping[str, str]
    place: str
    findings: tuple[Finding, ...]

    @property
    def is_stopped(self) -> bool:
        """Whether the row is not taken."""
        return any(one.severity == STOP for one in self.findings)

    @property
    def is_complete(self) -> bool:
        """Whether its paper can be filed without a person."""
        return not any(one.severity != NOTE for one in self.findings)


@dataclass
class _Case:
    """One row under judgement: what is found is added as it is met."""

    row: Row
    columns: Columns
    findings: list[Finding] = field(default_factory=list)

    def say(self, name: str, severity: str, message: str, /, **facts: Any) -> None:
        at = self.columns.of_field
        index = at.get(name)
        if index is None and name in {"number", "symbol"}:
            index = at.get("reference")
        column = self.columns.heading(index) if index is not None else ""
        value = self.row.get(name)
        found = Finding(self.row.number, column, name, value, severity, message, facts)
        self.findings.append(found)


class Judge:
    """What the rows of one list are held against; keeps what rows near each other share."""

    def __init__(self, rulebook: Rulebook, columns: Columns) -> None:
        self.columns = columns
        self._personal = {key for key, type_ in rulebook.dossier_types.items() if type_.personal}
        self._tables = {
            "type": _by_name((t.key, t.label) for t in rulebook.document_types.values()),
            "form": _by_name((code, term.label) for code, term in rulebook.forms.items()),
            "level": _levels(rulebook),
        }
        self._named: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        self._open_to: dict[str, Dossier | None] = {}

    def begin(self) -> None:
        """Forget what was asked of records: another look at the database begins."""
        self._open_to.clear()

    def judge(self, desk: Desk, row: Row) -> Judged:
        """Say what a row means to who sits at *desk*, and everything that is wrong with it."""
        case = _Case(row, self.columns, list(row.findings))
        target = self._dossier(desk, case)
        typed = {name: self._known(name, row.said[name]) for name in DESCRIBED if name in row.said}
        self._describe(desk, case, typed, target)
        place = self._place(desk, case)
        code = target.code if target is not None else ""
        return Judged(row, code, MappingProxyType(typed), place, tuple(case.findings))

    def _known(self, name: str, text: str) -> str:
        """Return the key of what a list calls by its name; what is unknown as it stands."""
        table = self._tables.get(name)
        return table.get(fold(text), text) if table is not None and text else text

    def _describe(
        self, desk: Desk, case: _Case, typed: Mapping[str, str], target: Dossier | None
    ) -> None:
        for name, wanting in (
            (
                "type",
                "The row does not say what kind of paper it is; the paper will wait in the tray.",
            ),
            ("title", "The row has no subject; the paper will wait in the tray."),
        ):
            if not typed.get(name):
                case.say(name, WAIT, wanting)
        complete = bool(typed.get("type") and typed.get("title"))
        try:
            description(
                desk.rulebook,
                typed,
                clearance=desk.identity.clearance,
                complete=complete,
                dossier_type=target.type if target is not None else "",
                level=1,
            )
        except Invalid as error:
            for fault in error.faults:
                case.say(fault.field, STOP, fault.message, **fault.facts)

    def _dossier(self, desk: Desk, case: _Case) -> Dossier | None:
        code, name = case.row.get("dossier"), case.row.get("person")
        born = _birth_date(case)
        if not code:
            return self._by_name(desk, case, name, born=born)
        target = self._may_file_into(desk, code)
        if target is None:
            case.say("dossier", STOP, "There is no dossier {code} you may file into.", code=code)
            return None
        if target.state != "open":
            case.say("dossier", STOP, "The dossier {code} is closed.", code=code)
        if target.type in self._personal:
            if name and fold(name).split() != fold(target.name).split():
                case.say(
                    "person", STOP,
                    "The dossier {code} is of {name}. Correct its number or the name.",
                    code=code, name=target.name,
                )  # fmt: skip
            if born and not _may_be(born, target.birth_date):
                case.say(
                    "birth_date", STOP,
                    "In the dossier {code} the date of birth is {date}. Correct the one that is "
                    "wrong.",
                    code=code, date=target.birth_date,
                )  # fmt: skip
        return target

    def _may_file_into(self, desk: Desk, code: str) -> Dossier | None:
        """Return a dossier by code; rows of one dossier stand together, so it is asked once."""
        if code not in self._open_to:
            found = desk.site.dossiers.get(code)
            open_to = found is not None and desk.may(found, Permission.INTAKE_FILE)
            self._open_to[code] = found if open_to else None
        return self._open_to[code]

    def _by_name(self, desk: Desk, case: _Case, name: str, *, born: str) -> Dossier | None:
        if not name:
            case.say("dossier", WAIT, "The row names no dossier; the paper will wait in the tray.")
            return None
        found = [d for d in self._people(desk, name) if desk.may(d, Permission.INTAKE_FILE)]
        meant = [d for d in found if _may_be(born, d.birth_date)]
        if len(meant) == 1:
            if meant[0].state != "open":
                case.say("person", STOP, "The dossier {code} is closed.", code=meant[0].code)
            return meant[0]
        codes = ", ".join(sorted(d.code for d in meant or found)[:5])
        if meant:
            case.say(
                "person", WAIT,
                "Several people are called so ({codes}); the paper will wait in the tray. State "
                "the dossier number.",
                codes=codes,
            )  # fmt: skip
        elif found:
            case.say(
                "birth_date", STOP,
                "Nobody of this name was born then (of this name: {codes}). Correct the date, or "
                "state the dossier number.",
                codes=codes,
            )  # fmt: skip
        else:
            case.say(
                "person", STOP,
                "There is no dossier of a person of this name you may file into. Open one first, "
                "or state the dossier number.",
            )  # fmt: skip
        return None

    def _people(self, desk: Desk, name: str) -> Sequence[Dossier]:
        """Return the dossiers of a name; the last names asked for are remembered."""
        key = fold(name)
        numbers = self._named.get(key)
        if numbers is None:
            numbers = tuple(d.id for d in dossiers_named(desk, name, limit=_NAMESAKES))
            self._named[key] = numbers
            if len(self._named) > _NAMES_KEPT:
                self._named.popitem(last=False)
        records = (desk.site.by_id.get(number) for number in numbers)
        return [one for one in records if isinstance(one, Dossier) and desk.sees(one)]

    def _place(self, desk: Desk, case: _Case) -> str:
        code, position = case.row.get("box"), case.row.get("position")
        if position and not code:
            case.say("position", NOTE, "A position without a box says nothing; it is left out.")
        if not code:
            return ""
        try:
            place = place_named(desk, code)
        except Missing:
            place = None
        if place is None or not desk.may(place, Permission.PAPER_MOVE):
            case.say("box", STOP, "There is no place {code} you may put papers in.", code=code)
            return ""
        if position and not position.isdecimal():
            case.say("position", STOP, "A position is a whole number.")
        return place.code


def _by_name(known: Iterable[tuple[str, Any]]) -> dict[str, str]:
    """Return folded name to key; a name of two keys leads to neither."""
    table: dict[str, str] = {}
    keys = set()
    for key, label in known:
        keys.add(fold(key))
        for name in {fold(label.vi), fold(label.en)} - {""}:
            table[name] = "" if table.get(name, key) != key else key
        table[fold(key)] = key
    return {name: key for name, key in table.items() if key or name in keys}


def _levels(rulebook: Rulebook) -> dict[str, str]:
    table: dict[str, str] = {}
    for number, level in rulebook.levels.items():
        for name in (level.label.vi, level.label.en, level.stamp, level.key):
            if name:
                table.setdefault(fold(name), str(number))
    return table


def _birth_date(case: _Case) -> str:
    text = case.row.get("birth_date")
    if not text:
        return ""
    try:
        return str(parse_typed(text))
    except ValueError:
        case.say(
            "birth_date", STOP,
            "Write the date of birth as 05/09/1984, or 09/1984, or 1984; leave it empty where "
            "nobody knows it.",
        )  # fmt: skip
        return ""


def _may_be(one: str, other: str) -> bool:
    """Say whether two partial dates may be of one day; what is not known may be any."""
    return one.startswith(other) or other.startswith(one)


@act("import.judged", Permission.INTAKE_WORK, told=False)
def judge(desk: Desk, _unit: Unit, *, rows: Iterable[Row], by: Judge) -> list[Judged]:
    """Say what rows of a list mean, and everything that is wrong with them; changes nothing."""
    by.begin()
    return [by.judge(desk, row) for row in rows]
