"""What can happen to a record; listeners run in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["DocumentChanged", "DossierChanged", "Moved", "RecordEvent"]


@dataclass(frozen=True)
class RecordEvent:
    """Something happened to *record*.

    :ivar tightens: whether somebody may have lost sight of it.
    """

    record: Any
    tightens: bool = False


class DocumentChanged(RecordEvent):
    """A document was received, read, filed, described, withdrawn."""


class DossierChanged(RecordEvent):
    """A dossier was opened, described, closed, or its standing changed."""


class Moved(DossierChanged):
    """A dossier changed custody or was walled: what leans on its lineage changes too."""
