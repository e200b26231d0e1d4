"""What stands against destroying a record, asked on the object of the moment (pure).

Asked when a record comes onto a list, at the approval, in the transaction that puts it into
the bin, and once more in the one that destroys it.  All that stands against it is said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from hoso.kernel.clock import civil_day
from hoso.records.model import Reason
from hoso.retention.disposing.freezing import Contents
from hoso.retention.disposing.model import Frozen
from hoso.retention.schedule import Decision

__all__ = ["BASES", "Asked", "Part", "hints", "objections"]

#: Why a record is proposed: its period is over; a copy of what is kept elsewhere; its period is
#: over and somebody proposes it by hand ("hết giá trị").
BASES = ("expired", "duplicate", "worthless")


@dataclass(frozen=True)
class Asked:
    """What is known of a record at the moment of asking.

    :ivar decision: how long it is kept, as of today, with the holds on it.
    :ivar frozen: the decision it was proposed under; ``None`` where it is being proposed.
    :ivar lent: who has paper of it.
    :ivar working: how many of its papers are being read again.
    :ivar lonely: how many of its papers have no twin of the same bytes that stays.
    :ivar others: what other parts of the house say against it.
    :ivar part: what must be known of a single paper; ``None`` of a dossier.
    :ivar parts_out: how many single papers of a dossier are on a list of their own, or binned.
    """

    basis: str
    decision: Decision
    contents: Contents
    frozen: Frozen | None
    on: date
    is_walled: bool = False
    is_of_list_unit: bool = True
    lent: tuple[str, ...] = ()
    working: int = 0
    lonely: int = 0
    others: tuple[Reason, ...] = ()
    part: Part | None = None
    parts_out: int = 0


@dataclass(frozen=True)
class Part:
    """What must be known of a single paper that shall go before its dossier.

    :ivar has_own_period: whether its class has a period apart from the file's.
    :ivar is_rested_on: whether a standing of the person rests on it.
    :ivar listed_with: the number of the list its whole dossier is on, or "".
    """

    has_own_period: bool
    is_rested_on: bool = False
    listed_with: str = ""


def objections(asked: Asked) -> tuple[Reason, ...]:
    """Return everything that stands against destroying a record now; nothing: it may go."""
    return (
        *_held(asked),
        *_kept(asked),
        *_changed(asked),
        *_in_use(asked),
        *_of_parts(asked),
        *asked.others,
    )


def _held(asked: Asked) -> Iterator[Reason]:
    for hold in asked.decision.holds:
        yield Reason(
            "held",
            "Held by {authority}: {reason}; since {since}.",
            (
                ("authority", hold.authority),
                ("reason", hold.reason),
                ("since", civil_day(hold.placed_at)),
            ),
        )


def _kept(asked: Asked) -> Iterator[Reason]:
    if asked.basis == "duplicate":
        if asked.part is not None:
            yield Reason(
                "duplicate-paper",
                "A single paper goes by its own period only. One that is filed twice is withdrawn, "
                "or goes as a duplicate with its whole dossier.",
            )
        elif asked.lonely or not asked.contents.count:
            yield Reason(
                "no-twin",
                "{count} of its papers are kept nowhere else with the same bytes; it is no duplicate.",
                (("count", asked.lonely),),
            )
        return
    decision = asked.decision.without_holds or asked.decision
    # No date is never "over": only what is due may go (the index is not asked).
    if decision.state != "due" or decision.due is None or decision.due > asked.on:
        yield Reason(
            "not-due",
            "Its period is not over: {state}, {until}.",
            (
                ("state", decision.state),
                ("until", decision.expires.isoformat() if decision.expires else "-"),
            ),
        )
    frozen = asked.frozen
    if frozen is not None and (
        frozen.state not in {"due", "held"}
        or not frozen.expires
        or frozen.expires > asked.on.isoformat()
    ):
        yield Reason(
            "not-due-then",
            "Under the rule it was proposed by, {rule}, it is not due.",
            (("rule", frozen.rule or "-"),),
        )


def _changed(asked: Asked) -> Iterator[Reason]:
    frozen, now = asked.frozen, asked.contents
    if frozen is None:
        return
    if frozen.record_state != "open" and now.state == "open":
        yield Reason("reopened", "The dossier was opened again after it came onto the list.")
    elif frozen.record_state != now.state:
        yield Reason(
            "other-state",
            "The dossier is {now} now; it was {then} when it came onto the list.",
            (("now", now.state), ("then", frozen.record_state)),
        )
    if frozen.standing != now.standing:
        yield Reason("other-standing", "Its standing was changed after it came onto the list.")
    if frozen.papers != now.papers and asked.part is not None:
        yield Reason(
            "other-paper",
            "The paper is not what the council saw: its bytes, its type, its date, its state or its "
            "dossier is another.",
        )
    elif frozen.papers != now.papers:
        yield Reason(
            "other-papers",
            "Its papers are others than the council saw: there are {now}, there were {then}.",
            (("now", now.count), ("then", frozen.paper_count)),
        )


def _in_use(asked: Asked) -> Iterator[Reason]:
    if not asked.is_of_list_unit:
        yield Reason("moved", "Neither the unit of the list nor one below it keeps the dossier.")
    if asked.is_walled:
        yield Reason("walled", "There is a wall round the dossier; take it down first.")
    for who in asked.lent:
        yield Reason(
            "lent", "Paper of it is lent to {who}; it must be back first.", (("who", who),)
        )
    if asked.working:
        yield Reason(
            "being-read",
            "{count} of its papers are being read; try again when that is done.",
            (("count", asked.working),),
        )


def _of_parts(asked: Asked) -> Iterator[Reason]:
    part = asked.part
    if asked.parts_out:
        yield Reason(
            "parts-out",
            "{count} of its papers are on a disposal list of their own, or in the bin. Settle that "
            "first.",
            (("count", asked.parts_out),),
        )
    if part is None:
        return
    if not part.has_own_period:
        yield Reason(
            "no-own-period",
            "The paper has no period of its own: it is kept, or goes, with its dossier.",
        )
    if part.is_rested_on:
        yield Reason("rested-on", "A status of the person rests on this paper.")
    if part.listed_with:
        yield Reason(
            "with-dossier",
            "Its whole dossier is on the list {number}; the paper goes or stays with it.",
            (("number", part.listed_with),),
        )


def hints(
    *, secret: int, withdrawn: int, uncompared: int, without_bytes: int, elsewhere: int = 0
) -> tuple[Reason, ...]:
    """Return what a reviewer should look at before saying "destroy"."""
    said = (
        ("secret", "{count} of its papers bear or bore a mark of secrecy.", secret),
        ("withdrawn", "{count} of its papers were withdrawn.", withdrawn),
        ("uncompared", "{count} of its papers were never compared with the sheets.", uncompared),
        ("no-bytes", "{count} of its papers are kept as a description only.", without_bytes),
        (
            "elsewhere",
            "{count} of its papers are filed in other dossiers too; those stay.",
            elsewhere,
        ),
    )
    return tuple(Reason(code, text, (("count", n),)) for code, text, n in said if n)
