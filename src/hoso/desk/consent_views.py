"""Consents as those see them whom they concern; how the days of one are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hoso.access import consents
from hoso.access.agreed.model import Consent
from hoso.access.permissions import Permission
from hoso.desk.desk import Desk
from hoso.kernel import ids
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault
from hoso.records.model import Document, Dossier

__all__ = ["ConsentView", "day_of", "period", "view_of"]


@dataclass(frozen=True)
class ConsentView:
    """A consent with where it stands today, as somebody who may know of it sees it.

    ``dossier`` is what it opens, ``None`` where nothing yet, or not for this reader;
    ``papers`` are those it is narrowed to, as far as the reader may know of them.
    """

    consent: Consent
    state: str
    dossier: Dossier | None = None
    papers: tuple[Document, ...] = ()
    matches: tuple[Dossier, ...] = ()
    may_end: bool = False


def view_of(desk: Desk, consent: Consent, *, matched: tuple[Dossier, ...] = ()) -> ConsentView:
    state = consents.state_on(consent, desk.today)
    dossier: Dossier | None = None
    papers: tuple[Document, ...] = ()
    if consent.decided is not None:
        record = desk.site.by_id.get(ids.from_text(consent.decided.dossier) or 0)
        numbers = (ids.from_text(uid) or 0 for uid in consent.decided.papers)
        seen = (desk.site.by_id.get(number) for number in numbers)
        papers = tuple(one for one in seen if isinstance(one, Document) and desk.sees(one))
        if isinstance(record, Dossier) and desk.sees(record):
            dossier = record
    may_end = (
        consent.state == "given"
        and state in {"coming", "in-force"}
        and dossier is not None
        and desk.may(dossier, Permission.CONSENT_DECIDE)
    )
    return ConsentView(consent, state, dossier, papers, matched, may_end)


def _longest_days(desk: Desk) -> int:
    return int(desk.rulebook.profile.settings["consents"]["longest_days"])


def day_of(field: str, text: str, faults: list[Fault]) -> date | None:
    try:
        found = parse_typed(text).exact
    except ValueError:
        found = None
    if found is None:
        faults.append(Fault(field, "Write the day as 05/09/2024."))
    return found


def period(desk: Desk, first: str, last: str, faults: list[Fault]) -> tuple[str, str]:
    """Return both ends of a period as ISO days; what is wrong is added to the faults."""
    begins, ends = day_of("valid_from", first, faults), day_of("valid_to", last, faults)
    if begins is None or ends is None:
        return "", ""
    if ends < begins:
        faults.append(Fault("valid_to", "The period ends before it begins."))
    elif ends < desk.today:
        faults.append(Fault("valid_to", "The period is over already."))
    elif ends - begins >= timedelta(days=_longest_days(desk)):
        faults.append(
            Fault("valid_to", "Ask for {days} days at most.", {"days": _longest_days(desk)})
        )
    return begins.isoformat(), ends.isoformat()
