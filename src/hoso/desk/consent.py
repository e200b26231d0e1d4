"""Written consent: ask to read somebody's dossier, see what became of it and who was let in.

Who asks types a code or a name and is told "sent", whatever there is: whether such a dossier
exists is for the head who decides to know (``desk.consenting``).  The level of a record still
rules: no consent gives clearance.  (QĐ 14/QĐ-THLT art. 7.2; QĐ 1666/QĐ-BGDĐT art. 7.2.)
"""

from __future__ import annotations

from collections.abc import Sequence

from hoso.access import consents
from hoso.access.agreed.model import Consent
from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.consent_views import ConsentView, period, view_of
from hoso.desk.consenting import to_decide
from hoso.desk.describing import statement
from hoso.desk.desk import Desk
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import one_line
from hoso.records.model import Dossier, Site

__all__ = [
    "AT_ONCE",
    "PURPOSES",
    "ask",
    "look",
    "mine",
    "of_dossier",
    "opened_to",
    "withdraw",
]

PURPOSES = "access-request-purpose"
#: Most lines of a list, and most requests one person may have undecided: nobody tries names.
MOST, AT_ONCE = 200, 20


@act("consent.asked", Permission.CONSENT_ASK)
def ask(
    desk: Desk,
    _site: Site,
    *,
    what: str,
    purpose: str,
    reason: str,
    authority: str,
    valid_from: str,
    valid_to: str,
    unit: str = "",
    sections: Sequence[str] = (),
    papers: str = "",
) -> Consent:
    """Ask for consent to read a dossier; the answer is the same whether there is one or not.

    :param what: the dossier's code or the person's name, as one knows it.
    :param authority: the letter of introduction, or the unit and its request (number, date).
    :param unit: key of the body addressed, "" for whoever keeps the dossier.
    :param sections: letters of the sections, none for the whole dossier; *papers* names some.
    """
    faults: list[Fault] = []
    what = statement("what", what, faults, wanting="State the dossier's code or the full name.")
    reason = statement("reason", reason, faults, wanting="State what it is needed for.")
    authority = statement(
        "authority",
        authority,
        faults,
        wanting="State the letter of introduction or the request: body, number, date.",
    )
    if purpose not in desk.rulebook.vocabularies[PURPOSES].terms:
        faults.append(Fault("purpose", "Choose the purpose from the list."))
    unknown = [letter for letter in sections if letter not in desk.rulebook.sections]
    if unknown:
        faults.append(Fault("sections", "There is no section {letter}.", {"letter": unknown[0]}))
    body = desk.site.unit_by_key.get(unit) if unit else None
    if unit and body is None:
        faults.append(Fault("unit", "Choose the body from the list."))
    first, last = period(desk, valid_from, valid_to, faults)
    login = desk.identity.login
    waiting = sum(
        1
        for one in consents.of_asker(desk.root, login, limit=MOST)
        if consents.state_on(one, desk.today) == "asked"
    )
    if waiting >= AT_ONCE:
        faults.append(
            Fault(
                "what",
                "{most} of your requests wait for an answer; take one back first.",
                {"most": AT_ONCE},
            )
        )
    if faults:
        raise Invalid(faults)
    consent = Consent(
        consents.number_for(desk.root, login, year=desk.today.year),
        what=what,
        sections=tuple(sections),
        papers=one_line(papers)[:500],
        purpose=purpose,
        reason=reason,
        authority=authority,
        unit=body.number if body is not None else 0,
        valid_from=first,
        valid_to=last,
        by=login,
        at=desk.now,
    )
    consents.put(desk.root, consent)
    desk.say(consent=consent.uid, number=consent.number, what=what, purpose=purpose)
    return consent


@act("consent.own-listed", Permission.CONSENT_ASK, told=False)
def mine(desk: Desk, _site: Site) -> list[ConsentView]:
    """Return what one asked for, the last first, with what became of it."""
    found = consents.of_asker(desk.root, desk.identity.login, limit=MOST)
    return [view_of(desk, consent) for consent in found]


@act("consent.withdrawn", Permission.CONSENT_ASK)
def withdraw(desk: Desk, _site: Site, *, consent: str) -> None:
    """Take one's own request back before it is decided."""
    found = consents.consent_of(desk.root, consent)
    if found.asked_by != desk.identity.login:
        raise Missing
    consents.withdraw(desk.root, found, at=desk.now)
    desk.say(consent=consent, number=found.number)


def look(desk: Desk, uid: str) -> ConsentView:
    """Return a consent to whoever it concerns: asker, deciding head, reader of the dossier's.

    ``Missing`` for everybody else.
    """
    consent = consents.consent_of(desk.root, uid)
    if consent.asked_by == desk.identity.login:
        return view_of(desk, consent)
    if consent.state == "asked":
        return to_decide(desk, uid)
    view = view_of(desk, consent)
    if view.dossier is not None and any(
        desk.may(view.dossier, permission)
        for permission in (
            Permission.CONSENT_VIEW,
            Permission.CONSENT_DECIDE,
            Permission.READERS_VIEW,
        )
    ):
        return view
    if consent.decided_by == desk.identity.login:
        return view
    raise Missing


# Who was let in ----------------------------------------------------------------------------


@act("consent.listed", Permission.CONSENT_VIEW, told=False)
def of_dossier(desk: Desk, dossier: Dossier) -> list[ConsentView]:
    """Return the consents that open a dossier or did, the last first."""
    return [view_of(desk, one) for one in consents.of_dossier(desk.root, dossier.id)]


@act("consent.readers-listed", Permission.READERS_VIEW, told=False)
def opened_to(desk: Desk, dossier: Dossier) -> list[ConsentView]:
    """Return the same to the person the dossier is about, and to the auditor."""
    return [view_of(desk, one) for one in consents.of_dossier(desk.root, dossier.id)]
