"""Say which papers of a file go by a period of their own, and until when (pure).

A file that mixes papers of several periods takes the longest (TT 09/2011/TT-BNV art. 3), and its
papers stay together.  Where one item of the table itself parts a file into a, b, ..., each with a
period, the catalogue says so (``RetentionClass.part_of``): such a paper may be destroyed before
its dossier.  Never out of the dossier of a person, which is kept whole; and never while the file
around it is permanent or not known, since what is not known may be permanent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from hoso.kernel.dates import PartialDate
from hoso.retention.explaining import Step
from hoso.retention.facts import Facts
from hoso.retention.laws import Book
from hoso.retention.schedule import Decision, decide

__all__ = ["class_of_part", "decide_part", "first_due"]


def class_of_part(law: Book, dossier_type: str, type_: str) -> str:
    """Return the class of a paper that has a period of its own in such a dossier; else ""."""
    around, kind = law.dossier_types.get(dossier_type), law.document_types.get(type_)
    if around is None or kind is None:
        return ""
    known = law.retention_classes.get(kind.retention)
    return kind.retention if known is not None and around.retention in known.part_of else ""


def decide_part(law: Book, facts: Facts, *, whole: Decision, on: date) -> Decision:
    """Return what holds for a paper with a period of its own.

    :param facts: of the paper, with its own class.
    :param whole: what holds for the dossier it lies in, under the holds on the paper.
    """
    if (whole.without_holds or whole).state in {"permanent", "unknown"}:
        return whole
    own = decide(law, facts, on=on)
    apart = Step(
        "By the item itself these papers have a period apart from the rest of their file: {label}.",
        {"label": law.retention_classes[facts.retention_class].label},
    )
    return _explained(own, apart)


def _explained(own: Decision, apart: Step) -> Decision:
    step = own.explanation
    without = own.without_holds
    return replace(
        own,
        explanation=replace(step, children=(*step.children, apart)),
        without_holds=_explained(without, apart) if without is not None else None,
    )


def first_due(
    law: Book,
    dossier_type: str,
    kinds: Iterable[tuple[str, str]],
    *,
    facts: Facts,
    whole: Decision,
    on: date,
) -> date | None:
    """Return the first day on which a paper of a dossier may go before the dossier itself.

    :param kinds: (type, date) of what lies in it.
    :param facts: of the dossier.
    """
    around = law.dossier_types.get(dossier_type)
    if around is None or not any(
        around.retention in one.part_of for one in law.retention_classes.values()
    ):
        return None
    days: dict[tuple[str, str], date | None] = {}
    for type_, written in kinds:
        class_ = class_of_part(law, dossier_type, type_)
        dated = written if class_ and _counts_from_paper(law, class_) else ""
        if class_ and (class_, dated) not in days:
            said = replace(
                facts,
                retention_class=class_,
                document_date=PartialDate.parse(dated) if dated else None,
            )
            own = decide_part(law, said, whole=whole, on=on)
            days[class_, dated] = (own.without_holds or own).due
    found = min((day for day in days.values() if day is not None), default=None)
    due = (whole.without_holds or whole).due
    return None if found is None or (due is not None and due <= found) else found


def _counts_from_paper(law: Book, class_: str) -> bool:
    rules = law.retention_classes[class_].rules
    return any(law.retention_rules[rule].trigger == "document-dated" for rule in rules)
