"""What other packages may use of ``personnel`` beside its functions: nothing yet is plugged in.

Facts are kept under ``root["personnel"]`` (``model.Careers``) and keyed by the id of a dossier;
the dossier itself carries only its standings (``status_events``), as before.
"""

from __future__ import annotations

from zope.interface import Attribute, Interface

__all__ = ["ILeaving"]


class ILeaving(Interface):
    """One recorded leaving, undone or not."""

    id = Attribute("Number of the record, drawn at random.")
    dossier = Attribute("Id of the person's dossier.")
    kind = Attribute("Key of catalogs/leaving.toml.")
    effective = Attribute("Partial date from which the person has left.")
    undone_at = Attribute("When it was corrected; '' while it stands.")
