"""The permission table: every act and every page, for every role, in every situation.

``bin/py -m hoso.testing.permission_table`` asks the system itself and writes the table to
``tests/contract/permission_table.txt``, for people to read; a test fails while the two differ.
"""

from __future__ import annotations

import inspect
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hoso.access.permissions import Permission
from hoso.app.house import House
from hoso.app.settings import home
from hoso.desk.act import ACTS, Act, refused
from hoso.desk.desk import Desk
from hoso.desk.reading import MACHINE
from hoso.kernel.clock import FrozenClock
from hoso.kernel.errors import Forbidden, Missing
from hoso.testing.modules import every_module
from hoso.testing.permission_addresses import KINDS, Addresses
from hoso.testing.permission_doors import Doors
from hoso.testing.permission_stage import Example, Reader, Stage, set_stage
from hoso.testing.sites import NOW, Prepared, sitting

__all__ = ["PLACE", "Asked", "act_blocks", "main", "table_of"]

PLACE = Path("tests") / "contract" / "permission_table.txt"

_HEAD = """\
Who may do what, and what everybody else is told
================================================

Asked of the system itself by  bin/py -m hoso.testing.permission_table  and written down; do not
edit. A test fails while this file and the system differ: look at what changed, then make it anew.

  yes      may do it                      no    may not, and is told so: he may know of the record
  -        nothing is there for him       2nd   may do it; where the case asks for two persons,
  sign in  is led to the sign-in page             with the permit of another

A reader stands at one unit, with his role there; "operator" and "reader-machine" hold theirs for
the whole site, "subject" is the person the record is about, "consented" holds his role by grants
on records alone, "member" is signed in and holds nothing. All are cleared to level 2, the machine
to 4. Records are in that unit ("own unit"), below, above or beside it; where nothing else is said,
in that unit. An unknown uid is answered as what stands under "-" is.
"""


@dataclass(frozen=True)
class Asked:
    """What all readers are told of one permission on one record."""

    kind: str
    situation: str
    answers: tuple[str, ...]


def act_blocks(desk: Desk, stage: Stage) -> dict[tuple[Permission, str, str], list[Asked]]:
    """Return the answers for each (permission, that of a second person or , kind)."""
    every_module()
    blocks: dict[tuple[Permission, str, str], list[Asked]] = {}
    for act in ACTS.values():
        for kind in _kinds_of(act):
            block = (act.permission, _second(act), kind)
            if block not in blocks:
                blocks[block] = [_asked(desk, stage, act, kind, one) for one in stage.records[kind]]
    return blocks


def _second(act: Act) -> str:
    """Return what a second person must hold, where one is asked for; else ""."""
    second = getattr(act, "second", None)
    return str(second.permission) if second is not None else ""


def _kinds_of(act: Act) -> tuple[str, ...]:
    record = list(inspect.signature(act.function).parameters.values())[1]
    said = str(record.annotation)
    found: list[str] = []
    for name in re.split(r"\s*\|\s*", said):
        if name not in KINDS:
            raise LookupError(
                f"{act.verb} is about a {name}: add an example of it to permission_stage and its "
                "name to KINDS of permission_addresses"
            )
        found += KINDS[name]
    return tuple(dict.fromkeys(found))


def _asked(desk: Desk, stage: Stage, act: Act, kind: str, example: Example) -> Asked:
    told = []
    for reader in stage.readers:
        there = Desk(desk.house, desk.connection, stage.as_of(reader, example), via="test")
        decision = there.decide(example.record, act.permission)
        if decision:
            told.append("2nd" if _second(act) else "yes")
            continue
        error = refused(there, act.verb, example.record, decision)
        told.append({Forbidden: "no", Missing: "-"}[type(error)])
    return Asked(kind, example.situation, tuple(told))


# Pages ---------------------------------------------------------------------------------------


def _people(stage: Stage) -> list[Reader]:
    """Return who can sit at a browser or hold an access key."""
    return [reader for reader in stage.readers if reader.identity is not MACHINE]


def _page_lines(house: House, stage: Stage) -> Iterator[str]:
    doors = Doors(house)
    logins = [reader.identity.login for reader in _people(stage)]
    doors.sign_in(*logins[1:])
    addresses = Addresses(stage)
    for door in sorted(doors.all(), key=lambda door: (door.permission, door.place, door.title)):
        yield ""
        yield f"{door.title}   [{door.permission}]"
        rows: dict[tuple[str, ...], list[str]] = {}
        for situation, address in addresses.of(door):
            told = tuple(doors.answer(door, address, login=login) for login in logins)
            rows.setdefault(told, []).append(situation)
        yield from _rows(rows)


# The file ------------------------------------------------------------------------------------


def _rows(rows: Mapping[tuple[str, ...], Iterable[str]]) -> Iterator[str]:
    for answers, situations in rows.items():
        said = "; ".join(one for one in situations if one)
        yield f"{_line(answers)}  {said}".rstrip()


def _line(cells: Iterable[str]) -> str:
    return "  " + " ".join(f"{cell:<8.8}" for cell in cells)


def table_of(house: House) -> str:
    """Make the stage in *house* and return the whole table."""
    with sitting(house, "officer") as desk:
        stage = set_stage(desk)
        desk.connection.transaction_manager.commit()
        desk.connection.transaction_manager.begin()
        house.follower.catch_up()
        lines = [_HEAD, *_act_lines(desk, stage)]
        lines += ["", "", "Pages and addresses", "===================", ""]
        lines += _wrapped_columns(_people(stage))
        lines += _page_lines(house, stage)
    return "\n".join(lines) + "\n"


def _wrapped_columns(readers: Iterable[Reader]) -> list[str]:
    titles = [reader.title.split("-") for reader in readers]
    return [
        _line(title[0] for title in titles).rstrip(),
        _line("-".join(["", *title[1:]]) for title in titles).rstrip(),
    ]


def _act_lines(desk: Desk, stage: Stage) -> Iterator[str]:
    yield "Acts"
    yield "===="
    yield ""
    yield from _wrapped_columns(stage.readers)
    blocks = act_blocks(desk, stage)
    for permission, second, kind in sorted(blocks):
        verbs = sorted(
            verb
            for verb, act in ACTS.items()
            if act.permission == permission and _second(act) == second and kind in _kinds_of(act)
        )
        yield ""
        yield f"{permission} on a {kind}{f', agreed to by one with {second}' if second else ''}"
        yield from (f"    {verb}" for verb in verbs)
        rows: dict[tuple[str, ...], list[str]] = {}
        for asked in blocks[permission, second, kind]:
            rows.setdefault(asked.answers, []).append(asked.situation)
        yield from _rows(rows)


def main() -> int:
    """Write the table."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = Prepared(Path(folder) / "prepared")
        house = prepared.copy(Path(folder) / "site", FrozenClock(NOW))
        try:
            made = table_of(house)
        finally:
            house.close()
    (home() / PLACE).write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
