"""Read packages through that were frozen, and bring them where they were ordered to go.

One thread of the server.  A package is first read whole (every SHA-256 against what was filed),
signed, and opened by the second reader, which compares it with the catalogue; before it leaves,
the second reader opens it again.  The packages of a dossier in parts are judged together, too: at
first, and before the last of them leaves, their master.  What did not arrive is tried again with growing pauses, until a
person must look.  Nothing is written beside: the second reader, too, reads a zip that is nowhere.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from hoso.app.house import House
from hoso.desk import delivered
from hoso.desk.desk import Desk
from hoso.desk.lapsing import KEEPER
from hoso.desk.packaging import signer_here
from hoso.kernel.clock import stamp
from hoso.kernel.errors import HosoError
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
from hoso.preservation.delivery.model import Attempt, Export
from hoso.preservation.delivery.transport import (
    Delivered,
    Interrupted,
    NotDelivered,
    Parcel,
)
from hoso.preservation.delivery.ways import way_to
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

__all__ = ["Deliverer", "deliver_due", "expire", "prepare", "read_again"]

log = logging.getLogger(__name__)

#: Seconds between two looks at whether something is to be done: a look costs a read.
PAUSE = 3.0
#: After which time a try counts as broken off where the machine ended in the middle.
_PATIENCE = timedelta(minutes=2)
#: Seconds to leave an authority alone that gave no time stamp.
_AUTHORITY = 60.0
_MOST_PROBLEMS = 200

Stopped = Callable[[], bool]


def _never() -> bool:
    return False


# Reading through -----------------------------------------------------------------------------


def prepare(house: House, *, stopped: Stopped = _never) -> int:
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
    settle = partial(_block, problems=problems) if problems else delivered.found_equal
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
        partial(_block, problems=problems)
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
        blocked = partial(_block, problems=problems)
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


def _block(desk: Desk, export: Export, *, problems: tuple[Reason, ...]) -> None:
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


# Bringing ------------------------------------------------------------------------------------


def deliver_due(house: House, *, stopped: Stopped = _never) -> int:
    """Try once to bring everything whose time has come; return how many tries there were."""
    with house.databases.connection() as connection:
        waiting = register.due(connection.root(), stamp(house.clock.now()))
    tries = 0
    for number, name in waiting:
        if stopped():
            break
        place = delivered.at_export(
            house, number, partial(delivered.began, to=name, patience=_PATIENCE), note="sending"
        )
        if place is not None:
            _try(house, number, name, place, stopped)
            tries += 1
    return tries


def _try(house: House, number: int, name: str, place: str, stopped: Stopped) -> None:
    began, moved, done = stamp(house.clock.now()), [0], None
    why: NotDelivered | None = None
    try:
        problems = read_again(house, number)
        if problems:
            blocked = partial(_block, problems=problems)
            delivered.at_export(house, number, blocked, note="package compared")
            return
        done = _bring(house, number, name, place, stopped, moved.append)
    except Damaged as error:
        delivered.damaged(house, number, error)
        return
    except Interrupted as error:
        why = error
    except NotDelivered as error:
        why = error
    facts = tuple((key, _plain(value)) for key, value in why.facts.items()) if why else ()
    attempt = Attempt(
        began,
        stamp(house.clock.now()),
        done.resumed if done else 0,
        max(moved),
        Reason("not-delivered", why.text, facts) if why else None,
    )
    deed = partial(
        delivered.ended,
        to=name,
        attempt=attempt,
        waits=bool(why and why.waits),
        sha256=done.sha256 if done else "",
    )
    delivered.at_export(house, number, deed, note="sent" if done else "not sent")


def _plain(value: Any) -> str | int:
    return value if isinstance(value, int) else str(value)


def _bring(
    house: House,
    number: int,
    name: str,
    place: str,
    stopped: Stopped,
    moved: Callable[[int], None],
) -> Delivered:
    destination = next((one for one in house.destinations if one.name == name), None)
    if destination is None:
        raise _Unknown(name=name)

    def placed(where: str) -> None:
        note = partial(delivered.placed, to=name, place=where)
        delivered.at_export(house, number, note, note="where it is put")

    with house.databases.connection() as connection:
        export = connection.root()[register.KEY].by_id[number]
        if export.state not in register.GIVEN:
            raise _Over
        archive = archive_of(export)
        beside = (
            {}
            if export.sealed_as or not export.seal
            else {f"{export.top}.{export.covering}.p7s": export.seal}
        )
        parcel = Parcel(
            f"{export.top}.zip",
            archive,
            beside=beside,
            stop=stopped,
            moved=moved,
            place=place,
            placed=placed,
        )
        return way_to(destination)(parcel)


class _Over(NotDelivered):
    message = "The package has ended meanwhile."
    waits = True


class _Unknown(NotDelivered):
    message = (
        "There is no destination {name} in the settings any more. Write it there again, or stop "
        "sending."
    )
    waits = True


def expire(house: House) -> int:
    """End packages that nobody fetched or sent in the days of the profile; return how many."""
    days = int(house.rulebook.profile.settings["packages"]["days_kept"])
    before = stamp(house.clock.now() - timedelta(days=days))
    with house.databases.connection() as connection:
        old = [
            export.id
            for export in register.newest(connection.root(), before=before)
            if export.state not in register.OVER
        ]
    lapse = partial(delivered.lapse, before=before)
    return sum(
        bool(delivered.at_export(house, number, lapse, note="package expired")) for number in old
    )


class Deliverer:
    """Prepares and brings packages in a thread of the server."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._stop = threading.Event()
        self._day: date | None = None
        self._ask_from = 0.0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="deliverer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop behind the piece in hand."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=60)

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self.once()

    def once(self) -> None:
        """Do what is to be done now; what fails as a whole is told and tried again."""
        troubles = [self._tried(step) for step in (self._prepare, self._deliver, self._expire)]
        told = next(filter(None, troubles), "")
        if told:
            self._house.troubles["packages"] = told
        elif time.monotonic() >= self._ask_from:
            self._house.troubles.pop("packages", None)

    def _tried(self, step: Callable[[], None]) -> str:
        """Do one step; return why it failed as a whole, "" where it did not."""
        try:
            step()
        except HosoError as error:
            return str(error)
        except Exception as error:
            # The rim of a thread that must not end: it is tried again at the next round.
            log.exception("packages could not be brought on")
            return f"{type(error).__name__}: {error}"
        return ""

    def _prepare(self) -> None:
        if time.monotonic() < self._ask_from:
            return
        try:
            prepare(self._house, stopped=self._stop.is_set)
        except NotStamped:
            # What is ready goes out meanwhile.
            self._ask_from = time.monotonic() + _AUTHORITY
            raise

    def _deliver(self) -> None:
        deliver_due(self._house, stopped=self._stop.is_set)

    def _expire(self) -> None:
        today = self._house.clock.today()
        if today != self._day:
            expire(self._house)
            self._day = today
