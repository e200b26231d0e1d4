"""What a handover has to say to a destruction: a dossier on its way is nobody's to destroy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from zope.interface import implementer

from hoso.personnel.model import careers_of
from hoso.records.model import Dossier, Reason
from hoso.retention.interfaces import IDisposalObjector

__all__ = ["HandoverUnderWay"]


@implementer(IDisposalObjector)
class HandoverUnderWay:
    """Objects while a handover of the dossier is not closed: the receiver counts what was listed."""

    name = "handover-under-way"

    def objections(self, root: Any, dossier: Dossier, *, on: date) -> Iterator[Reason]:  # noqa: ARG002
        """Yield the handover that is open."""
        if root.get("personnel") is None:
            return
        known = careers_of(root)
        number = known.under_way.get(dossier.id)
        if number is not None:
            yield Reason(
                "handed-over",
                "The dossier is in the handover {number}, which is not closed.",
                (("number", known.handovers[number].number),),
            )
