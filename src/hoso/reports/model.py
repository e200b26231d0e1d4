"""What is kept of looking through all dossiers for what each lacks.

``missing`` leads from a dossier's id to the keys of the types of paper it must hold and does not;
``began`` is the day of the look under way, ``as_of`` that of the last one that went through.
``cursor`` is the code of the last dossier looked at.
"""

from __future__ import annotations

from BTrees.LOBTree import LOBTree
from persistent import Persistent

__all__ = ["Lacking"]


class Lacking(Persistent):
    """The dossiers that lack a component they must have, as last looked at."""

    began: str = ""
    as_of: str = ""
    cursor: str = ""
    done: int = 0

    def __init__(self) -> None:
        self.missing: LOBTree = LOBTree()

    def __repr__(self) -> str:
        return f"<Lacking, {len(self.missing)} dossiers as of {self.as_of or 'never'}>"
