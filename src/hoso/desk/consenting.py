"""Decide on written consent: what a request may mean, give it, refuse it, end it early.

The head who keeps the dossier decides, never the asker and never the person it is about.  What
is given becomes grants of the role ``consented`` that end by themselves; nothing is ever opened
that was not asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

from hoso.access import consents, grants
from hoso.access.accounts import accounts_of, identity_of, same_person
from hoso.access.agreed.model import Consent, Decided
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.consent_views import ConsentView, day_of, period, view_of
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.desk.searching import dossiers_named
from hoso.kernel import ids
from hoso.kernel.errors import Conflict, Fault, Forbidden, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records.events import DocumentChanged, Moved
from hoso.records.model import Document, Dossier, Grant, Site, Unit
from hoso.records.units import lineage

__all__ = [
    "CONSENTED",
    "attach_scan",
    "clearance_of",
    "end",
    "give",
    "matches",
    "pending",
    "refuse",
    "to_decide",
]

#: The role that a written consent gives; what it may do stands in the matrix.
CONSENTED = "consented"


def matches(desk: Desk, consent: Consent) -> tuple[Dossier, ...]:
    """Return the dossiers a request may mean, of those this head decides on."""
    typed = one_line(consent.what)
    exact = desk.site.dossiers.get(typed) or desk.site.dossiers.get(typed.upper())
    found = (exact,) if isinstance(exact, Dossier) else dossiers_named(desk, typed, limit=20)
    return tuple(one for one in found if desk.may(one, Permission.CONSENT_DECIDE))


def _addressed(desk: Desk, consent: Consent) -> bool:
    """Say whether the body a request is addressed to is one this head decides for."""
    unit = desk.site.unit_by_number.get(consent.unit) if consent.unit else None
    held = desk.house.policy.units_of(desk.identity, Permission.CONSENT_DECIDE, on=desk.today)
    return isinstance(unit, Unit) and bool(held & {0, *(step.number for step in lineage(unit))})


def _concerns(desk: Desk, consent: Consent) -> ConsentView | None:
    """Return a request as this head sees it; ``None`` where it is not for him."""
    if same_person(desk.root, desk.identity.login, consent.asked_by):
        return None
    matched = matches(desk, consent)
    if not matched and not _addressed(desk, consent):
        return None
    return view_of(desk, consent, matched=matched)


@act("consent.pending-listed", Permission.CONSENT_DECIDE, told=False)
def pending(desk: Desk, _site: Site) -> list[ConsentView]:
    """Return the requests this head may decide on, the oldest first."""
    waiting = [
        one
        for one in consents.undecided(desk.root)
        if consents.state_on(one, desk.today) == "asked"
    ]
    found = (_concerns(desk, one) for one in sorted(waiting, key=lambda one: one.asked_at))
    return [view for view in found if view is not None]


def to_decide(desk: Desk, uid: str) -> ConsentView:
    """Return a request that is for this head to decide; ``Missing`` where it is not."""
    view = _concerns(desk, consents.consent_of(desk.root, uid))
    if view is None or not desk.may(desk.site, Permission.CONSENT_DECIDE):
        raise Missing
    return view


def _check_head(desk: Desk, consent: Consent, dossier: Dossier) -> None:
    if same_person(desk.root, desk.identity.login, consent.asked_by):
        raise Forbidden(reason="Who asks does not decide: another head must.")
    if desk.identity.own_dossier == dossier.id:
        raise Forbidden(reason="This dossier is about you: another head decides.")


def _narrowed(
    desk: Desk,
    dossier: Dossier,
    consent: Consent,
    sections: Sequence[str],
    papers: Sequence[str],
    faults: list[Fault],
) -> tuple[Document, ...]:
    """Return the papers a consent is narrowed to; none means the whole dossier."""
    known, law = {one.uid: one for one in dossier.values() if desk.sees(one)}, desk.rulebook

    def section_of(paper: Document) -> str:
        type_ = law.document_types.get(paper.type)
        return type_.section if type_ is not None else ""

    beyond = [letter for letter in sections if consent.sections and letter not in consent.sections]
    if beyond:
        faults.append(
            Fault("sections", "Section {letter} was not asked for.", {"letter": beyond[0]})
        )
    chosen = {uid: known[uid] for uid in papers if uid in known}
    if len(chosen) < len(set(papers)):
        faults.append(Fault("papers", "A paper named here is not in this dossier."))
    # As the papers lie today: what is filed later was not before the head when he decided.
    within = sections or (consent.sections if not papers else ())
    chosen |= {uid: one for uid, one in known.items() if section_of(one) in within}
    if consent.sections and any(section_of(one) not in consent.sections for one in chosen.values()):
        faults.append(Fault("papers", "A paper named here lies in a section not asked for."))
    if within and not chosen:
        faults.append(Fault("sections", "There is no paper in what was chosen."))
    if not within and not papers and consent.papers:
        faults.append(
            Fault("papers", "Only some papers were asked for: choose which of them to open.")
        )
    return tuple(chosen.values())


@act("consent.given", Permission.CONSENT_DECIDE)
def give(
    desk: Desk,
    dossier: Dossier,
    *,
    consent: str,
    number: str,
    decided_on: str,
    valid_from: str,
    valid_to: str,
    scan: str = "",
    sections: Sequence[str] = (),
    papers: Sequence[str] = (),
    note: str = "",
) -> Consent:
    """Let the asker read a dossier, or part of it, on a written consent; all faults at once.

    :param number: number of the consent document, *decided_on* its day.
    :param scan: uid of its scan; it may be attached later, and until then is shown as missing.
    """
    found = to_decide(desk, consent).consent
    _check_head(desk, found, dossier)
    faults: list[Fault] = []
    number = statement("number", number, faults, wanting="State the number of the consent.")
    day = day_of("decided_on", decided_on, faults)
    if day is not None and day > desk.today:
        faults.append(Fault("decided_on", "The document is dated in the future."))
    first, last = period(desk, valid_from, valid_to, faults)
    if first and first < found.valid_from:
        faults.append(Fault("valid_from", "No earlier day than was asked for."))
    if last and last > found.valid_to:
        faults.append(Fault("valid_to", "No later day than was asked for."))
    scan = _scan(desk, scan, faults)
    chosen = _narrowed(desk, dossier, found, sections, papers, faults)
    account = accounts_of(desk.root).by_login.get(found.asked_by)
    if account is None or account.locked:
        faults.append(Fault("consent", "The account of who asked is shut."))
    if faults:
        raise Invalid(faults)
    decided = Decided(
        number,
        day.isoformat() if day is not None else "",
        scan,
        dossier.uid,
        tuple(paper.uid for paper in chosen),
        first,
        last,
    )
    consents.give(
        desk.root,
        found,
        decided,
        dossier=dossier.id,
        by=desk.identity.login,
        at=desk.now,
        note=one_line(note),
    )
    principal, when = grants.principal_of(found.asked_by), _when(desk)
    grant = Grant(principal, CONSENTED, first, last, found.cause)
    for record in chosen or (dossier,):
        grants.give(desk.root, record, grant, **when)
    desk.notify([DocumentChanged(paper) for paper in chosen] or [Moved(dossier)])
    desk.say(
        consent=consent,
        number=found.number,
        to=found.asked_by,
        document=number,
        papers=len(chosen),
        valid_from=first,
        valid_to=last,
    )
    return found


def _when(desk: Desk) -> dict[str, str]:
    return {"at": desk.now, "by": desk.identity.login}


def _scan(desk: Desk, uid: str, faults: list[Fault]) -> str:
    if not one_line(uid):
        return ""
    try:
        found = desk.find(one_line(uid), Document)
    except Missing:
        faults.append(Fault("scan", "There is no paper {uid} that you may see.", {"uid": uid}))
        return ""
    return str(found.uid)


@act("consent.scan-attached", Permission.CONSENT_DECIDE)
def attach_scan(desk: Desk, dossier: Dossier, *, consent: str, scan: str) -> None:
    """Say which paper is the scan of the consent document."""
    found = _of(desk, dossier, consent)
    faults: list[Fault] = []
    uid = _scan(desk, scan, faults)
    if not uid and not faults:
        faults.append(Fault("scan", "Write the id of the scanned paper."))
    if faults:
        raise Invalid(faults)
    consents.attach_scan(found, uid)
    desk.say(consent=consent, number=found.number, scan=uid)


def _of(desk: Desk, dossier: Dossier, uid: str) -> Consent:
    found = consents.consent_of(desk.root, uid)
    if found.decided is None or found.decided.dossier != dossier.uid:
        raise Missing
    return found


@act("consent.refused", Permission.CONSENT_DECIDE)
def refuse(desk: Desk, _site: Site, *, consent: str, note: str) -> None:
    """Refuse a request, with the reason the asker is told."""
    found = to_decide(desk, consent).consent
    if found.state != "asked":
        raise Conflict(by=found.decided_by, at=found.decided_at)
    if not one_line(note):
        raise Invalid([Fault("note", "State why you refuse: the asker is told.")])
    consents.refuse(desk.root, found, by=desk.identity.login, at=desk.now, note=one_line(note))
    desk.say(consent=consent, number=found.number, why=note)


@act("consent.ended", Permission.CONSENT_DECIDE)
def end(desk: Desk, dossier: Dossier, *, consent: str, why: str) -> None:
    """End a consent before its time: what it opened is shut at once, and nothing else is."""
    found = _of(desk, dossier, consent)
    if not one_line(why):
        raise Invalid([Fault("why", "State why the consent ends early.")])
    consents.end(found, by=desk.identity.login, at=desk.now, why=one_line(why))
    given: dict[str, str] = {
        "principal": grants.principal_of(found.asked_by),
        "cause": found.cause,
        **_when(desk),
    }
    if grants.take(desk.root, dossier, **given):
        desk.notify([Moved(dossier, tightens=True)])
    for uid in found.decided.papers if found.decided is not None else ():
        paper = desk.site.by_id.get(ids.from_text(uid) or 0)
        if paper is not None and grants.take(desk.root, paper, **given):
            desk.notify([DocumentChanged(paper, tightens=True)])
    desk.say(consent=consent, number=found.number, why=why, to=found.asked_by)


def clearance_of(desk: Desk, consent: Consent) -> int | None:
    """Return the level the asker is cleared to, for the head to see what stays closed."""
    account = accounts_of(desk.root).by_login.get(consent.asked_by)
    return identity_of(account).clearance if account is not None else None
