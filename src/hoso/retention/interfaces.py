"""What other parts of the house tell retention before something is destroyed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from zope.interface import Attribute, Interface

from hoso.records.model import Reason

__all__ = ["IDisposalObjector", "IHoldsCopies"]


class IDisposalObjector(Interface):
    """Somebody who may have something against the destruction of a dossier.

    Registered as a plug-in by name; asked inside the transaction that destroys, on the object.
    """

    name = Attribute("What it is registered as.")

    def objections(root: Any, dossier: Any, *, on: date) -> Iterable[Reason]:
        """Return the reasons, as sentences; nothing where there is none.

        An example: the archive has not acknowledged a dossier that must be transferred first.
        """


class IHoldsCopies(Interface):
    """Somebody who keeps bytes or words of papers beside the records themselves.

    Registered as a plug-in by name; called inside the transaction that destroys.
    """

    name = Attribute("What it is registered as.")

    def forget(root: Any, dossier: Any, papers: Iterable[Any]) -> Iterable[Any]:
        """Drop whatever is kept of the dossier and its papers; return the blobs dropped.

        Of a single paper that goes the dossier stays, and the paper is out of it already: what is
        kept of the dossier's other papers stays too, and no blob of theirs is returned.
        """
