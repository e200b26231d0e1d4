"""When files are read again, and how far it is (decisions; nothing is read here)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hoso.kernel.clock import civil_day
from hoso.preservation.fixity.model import Ended, Fixity, Risk

__all__ = ["KEY", "Progress", "advance", "begin", "end", "fixity_of", "is_due", "note", "progress"]

KEY = "fixity"


def fixity_of(root: Any) -> Fixity | None:
    """Return what is kept of re-reading; ``None`` where nothing was read yet."""
    found: Fixity | None = root.get(KEY)
    return found


@dataclass(frozen=True)
class Progress:
    """How re-reading stands on a day.

    :ivar overdue: the last round that went through everything began longer ago than the profile's period.
    :ivar failing: why the last attempt to read on failed as a whole, "" where it did not.
    """

    number: int
    began: str
    files: int
    size: int
    wrong: int
    unread: int
    last: Ended | None
    overdue: bool
    failing: str
    failed_at: str
    open_risks: int


def progress(kept: Fixity | None, *, on: date, period: int) -> Progress:
    """Say how re-reading stands.

    :param period: days in which every file must have been read once.
    """
    if kept is None:
        return Progress(0, "", 0, 0, 0, 0, None, False, "", "", 0)
    last = kept.rounds[kept.rounds.maxKey()] if kept.rounds else None
    # What was whole when the last full round began may have changed a day later.
    began = last.began if last else kept.first
    known = date.fromisoformat(civil_day(began)) if began else on
    return Progress(
        number=kept.number,
        began=kept.began,
        files=kept.files,
        size=kept.size,
        wrong=kept.wrong,
        unread=kept.unread,
        last=last,
        overdue=on > known + timedelta(days=period),
        failing=kept.failed_why,
        failed_at=kept.failed_at,
        open_risks=sum(1 for risk in kept.risks.values() if risk.state == "open"),
    )


def is_due(kept: Fixity | None, *, on: date, every: int) -> bool:
    """Say whether a round is under way or is to begin: *every* so many days after the last began."""
    if kept is None or kept.began or not kept.rounds:
        return True
    last = kept.rounds[kept.rounds.maxKey()]
    return on >= date.fromisoformat(civil_day(last.began)) + timedelta(days=every)


def begin(kept: Fixity, *, at: str) -> None:
    """Begin a round."""
    kept.number += 1
    kept.first = kept.first or at
    kept.began, kept.cursor = at, 0
    kept.files = kept.size = kept.wrong = kept.unread = 0


def advance(kept: Fixity, *, cursor: int, files: int, size: int, wrong: int, unread: int) -> None:
    """Note what was read since, up to and with the record *cursor*."""
    kept.cursor = cursor
    kept.files += files
    kept.size += size
    kept.wrong += wrong
    kept.unread += unread
    kept.failed_at = kept.failed_why = ""


def end(kept: Fixity, *, at: str) -> Ended:
    """End a round: everything there was has been read, or stands among the risks."""
    done = Ended(kept.number, kept.began, at, kept.files, kept.size, kept.wrong, kept.unread)
    kept.rounds[kept.number] = done
    kept.began, kept.cursor = "", 0
    return done


def note(
    kept: Fixity,
    record: int,
    rendition: str,
    *,
    kind: str,
    expected: str,
    found: str,
    why: str,
    at: str,
) -> bool:
    """Put a file on the list of risks; say whether that is news."""
    known: Risk | None = kept.risks.get((record, rendition))
    if known is not None and (known.state, known.kind) in {("open", kind), ("lost", kind)}:
        known.seen_at = at
        return False
    kept.risks[record, rendition] = Risk(
        record, rendition, kind, expected=expected, found=found, why=why, at=at
    )
    return True
