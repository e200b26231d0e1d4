"""What may be proposed for destruction in a unit: dossiers that are due, and single papers.

The calendar finds, the objects decide; what stands against a record is said with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.disposing_asking import against, dossier_around, hints_on
from hoso.desk.keeping import decision_of
from hoso.records.model import Document, Dossier, Reason, Unit
from hoso.records.units import lineage
from hoso.retention import calendar
from hoso.retention.disposing import book
from hoso.retention.parting import class_of_part
from hoso.retention.schedule import Decision

__all__ = ["Candidate", "candidates"]


@dataclass(frozen=True)
class Candidate:
    """A record whose period is over; ``against`` says why it cannot be proposed yet.

    A single paper stands for itself where its own period is over and its dossier's is not.
    """

    record: Dossier | Document
    decision: Decision
    hints: tuple[Reason, ...]
    against: tuple[Reason, ...]

    @property
    def dossier(self) -> Dossier:
        """The dossier, or that of the paper."""
        found = dossier_around(self.record)
        if found is None:
            raise ValueError(f"{self.record!r} lies in no dossier")
        return found

    @property
    def is_paper(self) -> bool:
        """Whether it is a single paper, whose dossier stays."""
        return isinstance(self.record, Document)

    @property
    def code(self) -> str:
        """What it is called on a list: the code, or ``<code of the dossier>/<uid>``."""
        whole = self.dossier
        return whole.code if whole is self.record else f"{whole.code}/{self.record.uid}"

    @property
    def title(self) -> str:
        return (
            self.record.title or self.record.type
            if isinstance(self.record, Document)
            else self.record.name
        )


@act("disposal.candidates-listed", Permission.DISPOSAL_PROPOSE, told=False)
def candidates(desk: Desk, unit: Unit, *, limit: int = 500) -> list[Candidate]:
    """Return what is due of a unit and below: dossiers, longest over first, then single papers.

    Costs by what is due.  What is held or in use is among them, with the reason.
    """
    return list(islice(chain(_due(desk, unit), _due_parts(desk, unit)), limit))


def _due(desk: Desk, unit: Unit) -> Iterator[Candidate]:
    for number in calendar.due_by(desk.root["retention-calendar"], desk.today):
        yield from _candidate(desk, unit, desk.site.by_id.get(number))


def _due_parts(desk: Desk, unit: Unit) -> Iterator[Candidate]:
    """Yield papers whose own period is over, of dossiers whose period is not."""
    known = book.book_if_any(desk.root)
    for number in calendar.parts_due_by(desk.root["retention-calendar"], desk.today):
        dossier = desk.site.by_id.get(number)
        if not isinstance(dossier, Dossier) or unit not in lineage(dossier.unit):
            continue
        if known is not None and number in known.on_list:
            # It goes or stays with its dossier, about which somebody decides.
            continue
        for paper in dossier.values():
            if class_of_part(desk.rulebook, dossier.type, paper.type):
                yield from _candidate(desk, unit, paper)


def _candidate(desk: Desk, unit: Unit, record: Any) -> Iterator[Candidate]:
    known = book.book_if_any(desk.root)
    if not isinstance(record, Dossier | Document) or (
        known is not None and record.id in known.on_list
    ):
        return
    dossier = dossier_around(record)
    if dossier is None or unit not in lineage(dossier.unit):
        return
    if not desk.may(record, Permission.DISPOSAL_PROPOSE):
        return
    decision = decision_of(desk.root, desk.rulebook, record, on=desk.today)
    # The calendar finds, the object decides: what is not due now is no candidate.
    if (decision.without_holds or decision).state != "due":
        return
    said = against(desk, record, basis="expired", unit=unit, decision=decision)
    yield Candidate(record, decision, hints_on(desk, record, basis="expired"), said)
