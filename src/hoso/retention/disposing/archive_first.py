"""Which records an archive must have taken over before they are destroyed (pure).

What is permanent goes to the historical archive (Luật Lưu trữ 33/2024/QH15); a catalogue may say
the same of other classes (``RetentionClass.transfer_first``).
"""

from __future__ import annotations

from collections.abc import Iterable

from hoso.retention.laws import Book
from hoso.retention.schedule import Decision

__all__ = ["goes_first_to_archive"]


def goes_first_to_archive(
    law: Book, dossier_type: str, types: Iterable[str], *, decision: Decision
) -> bool:
    """Say whether an archive must take a record over first.

    :param types: of its papers; one that must go takes the others with it.
    """
    if (decision.without_holds or decision).state == "permanent":
        return True
    kinds = [law.dossier_types.get(dossier_type), *map(law.document_types.get, set(types))]
    classes = {kind.retention for kind in kinds if kind is not None}
    return any(law.retention_classes[one].transfer_first for one in classes if one)
