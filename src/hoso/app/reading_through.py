"""Read packages through that were frozen: every byte, signed, and judged by the second reader.

Every SHA-256 is held against what was filed; then code that did not build the package opens it
and compares it with the catalogue.  The packages of a dossier in parts are judged together, too: at
first, and before the last of them leaves, their master.  Nothing is written beside: the second
reader, too, reads a zip that is nowhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial

from hoso.app.house import House
from hoso.desk import delivered
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER
from hoso.desk.packaging import signer_here
from hoso.preservation import schemas
from hoso.preservation.check import (
    Expected,
    Finding,
    Verdict,
    check,
    check_together,
    described_only,
)
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Export
from hoso.preservation.freeze import (
    FrozenEntry,
    archive_of,
    covering_of,
    entries_of,
    read_through,
)
from hoso.preservation.signing import NotStamped
from hoso.preservation.unwritten import Unwritten
from hoso.preservation.virtual_zip import Damaged
from hoso.records.model import Reason

__all__ = ["Stopped", "block", "never", "prepare", "read_again"]

_MOST_PROBLEMS = 200

Stopped = Callable[[], bool]


def never() -> bool:
    return False


def prepare(house: House, *, stopped: Stopped = never) -> int:
    """Read through what was frozen since; return how many packages are done.

    :raises NotStamped: where the authority gives no time; the package says so and waits.
    """
    with house.databases.connection() as connection:
        waiting = register.unread(connection.root())
    done = 0
    for number in waiting:
        if stopped():
            break
        _prepare(house, number)
        done += 1
    return done


def _prepare(house: House, number: int) -> None:
    """Read a package through, or a master with its parts, and have the second reader judge."""
    with house.databases.connection() as connection:
        root = connection.root()
        export = root[register.KEY].by_id.get(number)
        if export is None or export.state != "frozen":
            return
        members = [(one.id, bool(one.crcs)) for one in register.members(root, export)]
    if not all(_read_and_sealed(house, one) for one, read in members if not read):
        return
    try:
        problems = read_again(house, number)
    except Damaged as error:
        if all(_whole(house, one) for one, _read in members):
            delivered.damaged(house, number, error)
        return
    # What the second reader calls unequal may be one damaged file, which is to be named.
    if problems and not all(_whole(house, one) for one, _read in members):
        return
    settle = partial(block, problems=problems) if problems else delivered.found_equal
    delivered.at_export(house, number, settle, note="package compared")


def _read_and_sealed(house: House, number: int) -> bool:
    """Sign one package and read every file of it; say whether all is as it was filed."""
    try:
        with house.databases.connection() as connection:
            export = connection.root()[register.KEY].by_id[number]
            entries = entries_of(export)
            # First: who waits for an authority does not read the whole package for each try.
            seal = _seal(Desk(house, connection, KEEPER, via="delivery"), export, entries)
            crcs, problems = read_through(entries)
    except NotStamped as error:
        why = Reason("not-stamped", error.text, tuple((k, str(v)) for k, v in error.facts.items()))
        noted = partial(delivered.not_stamped, why=why)
        delivered.at_export(house, number, noted, note="package not signed")
        raise
    deed = (
        partial(block, problems=problems)
        if problems
        else partial(delivered.read_through, crcs=crcs, seal=seal)
    )
    delivered.at_export(house, number, deed, note="package read through")
    return not problems


def _whole(house: House, number: int) -> bool:
    """Read every byte of a package that is not as it should be; say whether its files are.

    One with damaged files is blocked, and they come on the list of risks.
    """
    with house.databases.connection() as connection:
        export = connection.root()[register.KEY].by_id[number]
        _crcs, problems = read_through(entries_of(export), whole=True)
    if problems:
        blocked = partial(block, problems=problems)
        delivered.at_export(house, number, blocked, note="package read through")
    return not problems


def _seal(desk: Desk, export: Export, entries: list[FrozenEntry]) -> bytes:
    """Return the signature of the site; b"" where what it would be over is damaged."""
    try:
        covering = covering_of(entries, export)
    except (OSError, KeyError):  # POSKeyError, a blob that is gone, is a KeyError
        return b""
    if hashlib.sha256(covering).hexdigest() != export.covering256:
        return b""
    return signer_here(desk)(covering)


def block(desk: Desk, export: Export, *, problems: tuple[Reason, ...]) -> None:
    """Keep a package, and those it goes with, from leaving, and say why."""
    delivered.wanting(desk, export, problems)


def read_again(house: House, number: int) -> tuple[Reason, ...]:
    """Have the second reader open a package; return everything in which it is not as it should be.

    A master is judged with its parts, each by itself and all of them together.
    """
    with house.databases.connection() as connection:
        root = connection.root()
        export = root[register.KEY].by_id[number]
        if export.state in register.OVER:
            return (Reason("gone", "The package has ended."),)
        if export.place == (0, 0) or export.is_part:
            return tuple(map(_problem, _verdict_on(house, export).wrong[:_MOST_PROBLEMS]))
        problems: list[Reason] = []
        verdicts = []
        for one in register.members(root, export):
            verdicts.append(_verdict_on(house, one))
            problems += (_problem(found, one.top) for found in verdicts[-1].wrong)
        whole = Expected.from_data(json.loads(export.expected))
        problems += map(_problem, check_together(verdicts, expected=whole))
    return tuple(problems[:_MOST_PROBLEMS])


def _verdict_on(house: House, export: Export) -> Verdict:
    expected = Expected.from_data(json.loads(export.expected))
    is_master = export.place[1] > 0 and not export.is_part
    return check(
        Unwritten(archive_of(export)),
        expected=described_only(expected) if is_master else expected,
        profile=export.profile,
        schemas=[schemas.place(house.home), schemas.OWN],
        now=house.clock.now(),
    )


def _problem(finding: Finding, package: str = "") -> Reason:
    path = f"{package}/{finding.path}" if package else finding.path or "-"
    facts = (("rule", finding.rule), ("path", path), ("what", finding.what))
    return Reason("second-reader", "{rule}: {path} {what}", facts)
