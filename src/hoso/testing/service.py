"""How people stand and where their dossiers are kept: by the acts that say so."""

from __future__ import annotations

from hoso.desk import account_events, dossiers, leaving
from hoso.desk.desk import Desk
from hoso.records import filing
from hoso.records.events import Moved
from hoso.records.model import Dossier

__all__ = ["let_keep", "let_stand"]


def let_stand(
    desk: Desk, dossier: Dossier, *, status: str, effective: str, evidence: str = ""
) -> None:
    """Record a standing by the act it belongs to: a leaving, or a change within service."""
    way = next((one for one in desk.rulebook.leaving.values() if one.status == status), None)
    if way is None:
        dossiers.change_status(
            desk,
            dossier,
            status=status,
            effective=effective,
            evidence=evidence,
            revision=dossier.revision,
        )
        return
    typed = {
        "kind": way.key,
        "effective": effective,
        "evidence": evidence,
        "decision": "" if evidence else "1/QĐ-M",
        "reason": way.reasons[0],
    }
    leaving.record(desk, dossier, typed=typed, revision=dossier.revision)


def let_keep(desk: Desk, dossier: Dossier, unit: str) -> None:
    """Let another unit keep a dossier, as the last step of a handover does, without its papers."""
    filing.transfer(dossier, desk.site.unit_by_key[unit], at=desk.now, by=desk.identity.login)
    desk.notify([Moved(dossier, tightens=True)])
    account_events.follow(desk, dossier)
