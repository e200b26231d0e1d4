"""What became of packages by themselves, told by the house: read through, arrived, not arrived.

Nobody asked for these at that moment, so they are no acts; who ordered a package or had it sent
stands in it.  Each is told in the commit that notes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hoso.desk.desk import Desk
from hoso.desk.interfaces import House
from hoso.desk.lapsing import KEEPER
from hoso.kernel import ids
from hoso.kernel.clock import stamp
from hoso.preservation.delivery import register
from hoso.preservation.delivery.model import Attempt, Export, Sending
from hoso.preservation.fixity import rounds
from hoso.preservation.fixity.model import Fixity
from hoso.preservation.freeze import archive_of, seal_with
from hoso.preservation.virtual_zip import Damaged
from hoso.records.model import Document, Dossier, Reason

__all__ = [
    "at_export",
    "began",
    "damaged",
    "ended",
    "found_equal",
    "is_gone",
    "lapse",
    "not_stamped",
    "placed",
    "read_through",
    "wanting",
]

_VIA = "delivery"
#: Problems that are told in the journal; all are kept with the package.
_TOLD = 5


def at_export(house: House, number: int, work: Callable[[Desk, Export], Any], *, note: str) -> Any:
    """Return what *work* answers at a package, in a transaction of its own; ``None``: it is gone."""

    def attempt(connection: Any) -> Any:
        desk = Desk(house, connection, KEEPER, via=_VIA)
        kept = desk.root.get(register.KEY)
        export = kept.by_id.get(number) if kept is not None else None
        return work(desk, export) if export is not None else None

    return house.databases.attempt(attempt, note=note)


def is_gone(desk: Desk, export: Export) -> str:
    """Return why a package may go nowhere any more, whatever was ordered; "" where it may.

    A dossier in the bin or destroyed, or a paper that has become a secret, is asked on the
    object: orders were given when it was otherwise.
    """
    dossier = desk.site.by_id.get(ids.from_text(export.dossier) or 0)
    if not isinstance(dossier, Dossier):
        return "The dossier is no more."
    for uid in export.papers:
        paper = desk.site.by_id.get(ids.from_text(uid) or 0)
        if not isinstance(paper, Document) or paper.dossier is not dossier:
            return "A paper in it lies in the dossier no more."
        if paper.stub:
            return "A paper in it may be carried by approved means only."
    return ""


def read_through(_desk: Desk, export: Export, *, crcs: bytes, seal: bytes) -> None:
    """Note that every file of a package is what was filed, and seal it."""
    if export.state == "frozen" and not export.crcs:
        export.crcs, export.problems = crcs, ()
        seal_with(export, seal)


def not_stamped(desk: Desk, export: Export, *, why: Reason) -> None:
    """Note that a package waits for the time of its signature; it is tried again by itself.

    What goes with it waits, too.
    """
    for one in register.members(desk.root, export):
        if one.state == "frozen" and one.problems != (why,):
            one.problems = (why,)


def found_equal(desk: Desk, export: Export) -> None:
    """Note that a package is what the catalogue says, as other code read it; so are its parts."""
    if export.state != "frozen":
        return
    for one in register.members(desk.root, export):
        archive = archive_of(one)
        register.found_sound(desk.root, one, size=archive.size, etag=archive.etag, at=desk.now)
        _tell(desk, one, "package.read-through", size=archive.size, etag=archive.etag)


def wanting(desk: Desk, export: Export, problems: tuple[Reason, ...]) -> None:
    """Block a package, and say why; damaged files come on the list of risks.

    What goes with it goes nowhere either: half a dossier is none.
    """
    if export.state in register.OVER:
        return
    for one in register.members(desk.root, export):
        beside = Reason("of-set", "{package} is not as it should be.", (("package", export.top),))
        register.found_wanting(desk.root, one, problems if one is export else (beside,))
    for problem in problems:
        facts = dict(problem.facts)
        if problem.code == "damaged":
            _risk(desk, export, str(facts.get("path", "")), str(facts.get("why", "")))
    said = "; ".join(str(problem) for problem in problems[:_TOLD])
    _tell(desk, export, "package.blocked", outcome="failed", why=said, problems=len(problems))


def damaged(house: House, number: int, error: Damaged) -> None:
    """Block a package of which a file was found damaged while it was given out."""
    facts = (("path", str(error.facts["path"])), ("why", str(error.facts["why"])))
    problem = Reason("damaged", "{path} is not what was filed ({why}).", facts)
    at_export(
        house, number, lambda desk, export: wanting(desk, export, (problem,)), note="damage found"
    )


def _risk(desk: Desk, export: Export, path: str, why: str) -> None:
    """Put the file behind a path on the list of files at risk, which somebody must work off."""
    blob = next((line.blob for line in export.lines.values() if line.path == path), None)
    if blob is None:
        return
    kept = rounds.fixity_of(desk.root)
    if kept is None:
        kept = desk.root[rounds.KEY] = Fixity()
    for uid in export.papers:
        paper = desk.site.by_id.get(ids.from_text(uid) or 0)
        for name, rendition in paper.renditions.items() if isinstance(paper, Document) else ():
            if rendition.blob is blob:
                rounds.note(
                    kept,
                    paper.id,
                    name,
                    kind="changed",
                    expected=rendition.sha256,
                    found="",
                    why=why,
                    at=desk.now,
                )


# Sending -------------------------------------------------------------------------------------


def began(desk: Desk, export: Export, to: str, *, patience: timedelta) -> str | None:
    """Note that a try to bring a package somewhere begins; return where an earlier one left off.

    ``None`` where nothing is to be brought: it was stopped, or may go no more.

    :param patience: after which time it is tried again where the machine ends in the middle.
    """
    sending: Sending | None = export.sendings.get(to)
    if sending is None or sending.state not in {"waiting", "under-way"}:
        return None
    gone = is_gone(desk, export)
    if gone:
        wanting(desk, export, (Reason("gone", gone),))
        return None
    again_at = stamp(desk.house.clock.now() + patience)
    register.under_way(desk.root, export, sending, again_at=again_at)
    return sending.place


def placed(_desk: Desk, export: Export, to: str, place: str) -> None:
    """Keep where a destination said it puts what arrives."""
    export.sendings[to].place = place


def ended(
    desk: Desk,
    export: Export,
    to: str,
    attempt: Attempt,
    *,
    waits: bool = False,
    sha256: str = "",
) -> None:
    """Note how a try ended; where it did not arrive, when it is tried again, or that it is not.

    :param waits: a person must look before it is tried again.
    """
    sending: Sending | None = export.sendings.get(to)
    if sending is None:
        return
    settings = desk.rulebook.profile.settings["packages"]
    again_at = ""
    if attempt.why is not None and not waits and sending.tries + 1 < int(settings["tries"]):
        minutes = min(
            int(settings["first_pause"]) << min(sending.tries, 20), int(settings["longest_pause"])
        )
        again_at = stamp(desk.house.clock.now() + timedelta(minutes=minutes))
    register.tried(desk.root, export, sending, attempt, again_at=again_at, sha256=sha256)
    if attempt.why is None:
        sending.place = ""
        _tell(desk, export, "package.arrived", to=to, sha256=sha256, resumed=attempt.resumed)
    elif sending.state == "stuck":
        _tell(
            desk,
            export,
            "package.stuck",
            outcome="failed",
            to=to,
            tries=sending.tries,
            why=str(attempt.why),
        )


def lapse(desk: Desk, export: Export, *, before: str) -> bool:
    """End a package that nobody fetched or sent in its time; say whether that was so.

    :param before: an instant: packages made before it have had their time.
    """
    together = register.members(desk.root, export)
    ways = {way.state for one in together for way in one.sendings.values()}
    if export.is_part or export.state in register.OVER or export.made_at >= before:
        return False
    if ways & {"waiting", "under-way", "sent"} or "answered" in {one.state for one in together}:
        return False
    for one in together:
        register.end(desk.root, one, "expired", at=desk.now, by=KEEPER.login, why="")
    _tell(desk, export, "package.expired")
    return True


def _tell(desk: Desk, export: Export, verb: str, *, outcome: str = "done", **said: Any) -> None:
    dossier = desk.site.by_id.get(ids.from_text(export.dossier) or 0)
    about = dossier if isinstance(dossier, Dossier) else desk.site
    desk.tell(verb, about, outcome=outcome, package=export.uid, **said)
