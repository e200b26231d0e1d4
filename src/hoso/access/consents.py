"""Written consents: requests to read a dossier, and what became of them.

Facts only.  Who may ask and decide, and the grants a consent leads to, are the desk's; here is
what no channel may bend: a request is decided once, and a consent ends once.  (QĐ 14/QĐ-THLT
art. 7.2, QĐ 1666/QĐ-BGDĐT art. 7.2: only who has written consent may study a dossier.)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hoso.access.agreed.model import Consent, Consents, Decided
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Missing

__all__ = [
    "attach_scan",
    "consent_behind",
    "consent_of",
    "end",
    "give",
    "number_for",
    "of_asker",
    "of_dossier",
    "put",
    "refuse",
    "state_on",
    "undecided",
    "withdraw",
]

KEY = "consents"
_LAST = "\U0010ffff"
_CAUSE = "consent:"


def _kept(root: Any) -> Consents | None:
    found: Consents | None = root.get(KEY)
    return found


def number_for(root: Any, login: str, *, year: int) -> str:
    """Return the number the next request of an account gets: its own count, and nobody else's.

    One count for all would tell everybody how often others ask.
    """
    kept = _kept(root)
    asked = kept.by_asker.keys((login, str(year)), (login, str(year + 1))) if kept else ()
    return f"{year}/{login}/{len(list(asked)) + 1:03d}"


def put(root: Any, consent: Consent) -> Consent:
    """Keep a request that was just made."""
    kept = _kept(root)
    if kept is None:
        kept = root[KEY] = Consents()
    while consent.id in kept.by_id:
        consent.id = ids.new_id()
    kept.by_id[consent.id] = consent
    kept.asked.insert(consent.id)
    kept.by_asker.insert((consent.asked_by, consent.asked_at, consent.id))
    return consent


def consent_of(root: Any, uid: str) -> Consent:
    """Return a consent by uid; ``Missing`` where there is none."""
    kept, number = _kept(root), ids.from_text(uid)
    found: Consent | None = kept.by_id.get(number) if kept is not None and number else None
    if found is None:
        raise Missing
    return found


def consent_behind(root: Any, cause: str) -> Consent | None:
    """Return the consent a grant was given by; ``None`` where it was something else."""
    if not cause.startswith(_CAUSE):
        return None
    try:
        return consent_of(root, cause.removeprefix(_CAUSE))
    except Missing:
        return None


def undecided(root: Any) -> Iterator[Consent]:
    """Yield the requests nobody decided on yet."""
    kept = _kept(root)
    for number in kept.asked if kept is not None else ():
        yield kept.by_id[number]  # type: ignore[union-attr]


def of_asker(root: Any, login: str, *, limit: int) -> list[Consent]:
    """Return what an account asked for, the last first."""
    kept = _kept(root)
    if kept is None:
        return []
    found = list(kept.by_asker.keys((login, ""), (login, _LAST)))
    return [kept.by_id[number] for _login, _at, number in found[: -limit - 1 : -1]]


def of_dossier(root: Any, dossier: int) -> list[Consent]:
    """Return the consents that open a dossier or did, the last decided first."""
    kept = _kept(root)
    if kept is None:
        return []
    keys = kept.by_dossier.keys((dossier, ""), (dossier, _LAST))
    return [kept.by_id[number] for _dossier, _at, number in keys][::-1]


def state_on(consent: Consent, on: date) -> str:
    """Return where a consent stands on a day.

    ``asked``, ``refused``, ``withdrawn``, ``ended``, ``lapsed`` (nobody decided before the
    period asked for was over), ``coming``, ``in-force`` or ``over``.
    """
    day = on.isoformat()
    if consent.state == "asked":
        return "lapsed" if consent.valid_to < day else "asked"
    if consent.state != "given" or consent.decided is None:
        return str(consent.state)
    if day < consent.decided.valid_from:
        return "coming"
    return "in-force" if day <= consent.decided.valid_to else "over"


def _decide(root: Any, consent: Consent, state: str, *, by: str, at: str, note: str) -> None:
    if consent.state != "asked":
        raise Conflict(by=consent.decided_by or consent.asked_by, at=consent.decided_at or "?")
    consent.state = state
    consent.decided_by, consent.decided_at, consent.note = by, at, note
    root[KEY].asked.remove(consent.id)


def give(
    root: Any, consent: Consent, decided: Decided, *, dossier: int, by: str, at: str, note: str
) -> None:
    """Write down that a consent was given, and what it opens."""
    _decide(root, consent, "given", by=by, at=at, note=note)
    consent.decided = decided
    root[KEY].by_dossier.insert((dossier, at, consent.id))


def refuse(root: Any, consent: Consent, *, by: str, at: str, note: str) -> None:
    """Write down that a request was refused, with the reason."""
    _decide(root, consent, "refused", by=by, at=at, note=note)


def withdraw(root: Any, consent: Consent, *, at: str) -> None:
    """Write down that the asker took the request back before anybody decided."""
    _decide(root, consent, "withdrawn", by=consent.asked_by, at=at, note="")


def end(consent: Consent, *, by: str, at: str, why: str) -> None:
    """Write down that a consent ended before its time."""
    if consent.state != "given":
        raise Conflict(by=consent.ended_by or "?", at=consent.ended_at or "?")
    consent.state = "ended"
    consent.ended_by, consent.ended_at, consent.ended_why = by, at, why


def attach_scan(consent: Consent, scan: str) -> None:
    """Say which paper is the scan of the consent document; what was said before is replaced."""
    if consent.decided is None:
        raise Missing
    consent.decided = consent.decided._replace(scan=scan)
