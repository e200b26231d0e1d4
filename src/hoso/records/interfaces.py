"""The public contract of a record.

Everything above ``records`` may rely on these attributes and on nothing else; the classes
that keep them are in ``model.py``.
"""

from __future__ import annotations

from zope.interface import Attribute, Interface

__all__ = ["IDocument", "IDossier", "IRecord", "IRendition", "ISite", "IUnit"]


class IRecord(Interface):
    """Anything with an id that a person may be allowed or refused."""

    id = Attribute("Positive 62-bit number, drawn at random, for ever.")
    uid = Attribute("The same as 13 characters, in addresses and in the journal.")
    __name__ = Attribute("Name under its parent.")
    __parent__ = Attribute("The container it hangs in, or None.")


class ISite(Interface):
    """The root of one deployment: ``units``, ``dossiers``, ``tray``."""

    profile = Attribute("Key of the profile this site was created with.")
    units = Attribute("Folder of the topmost units.")
    dossiers = Attribute("Folder of all dossiers by code.")
    tray = Attribute("Folder of documents that are not filed yet, by uid.")
    by_id = Attribute("LOBTree: id to record.")
    by_digest = Attribute("OLBTree: SHA-256 of an original (further ones: with uid) to the id.")


class IUnit(IRecord):
    """An organisational unit."""

    key = Attribute("Key in the profile, unique in the site.")
    name = Attribute("Name in Vietnamese.")
    kind = Attribute("Term of the value list org-unit-type.")
    number = Attribute("Small integer, given once, used by the index.")


class IDossier(IRecord):
    """The dossier of a person or of a matter."""

    code = Attribute("Dossier number; the last part of its address, for ever.")
    type = Attribute("Key of a dossier type.")
    name = Attribute("The person's full name, or the title of the matter.")
    unit = Attribute("The unit that keeps it.")
    level = Attribute("Confidentiality level, 0 to 4; 1 is the floor (TT 07/2019 art. 9).")
    status_events = Attribute("Changes of standing, in the order they were recorded.")
    ended = Attribute("Partial date the work of a case file ended, or ''.")
    revision = Attribute("Counts changes; a writer states the one it saw.")


class IDocument(IRecord):
    """One paper."""

    type = Attribute("Key of a document type (A01 to M04, K..), '' until known.")
    form = Attribute("Code of the administrative form (value list document-form), or ''.")
    title = Attribute("Subject (trích yếu).")
    level = Attribute("Confidentiality level, 0 to 4.")
    state = Attribute("State in the workflow ``document``.")
    dossier = Attribute("The dossier it is filed in, or None.")
    unit = Attribute("The unit in whose tray it came in.")
    renditions = Attribute("OOBTree: name to IRendition; 'original' is written once.")


class IRendition(Interface):
    """One form of a document's bytes."""

    name = Attribute("original, text, words, page-0001, …")
    blob = Attribute("The bytes.")
    mime = Attribute("Media type.")
    size = Attribute("Bytes.")
    sha256 = Attribute("SHA-256 of the bytes, hexadecimal.")
    made_by = Attribute("The tool and its version; for an original, who handed it in.")
