"""What stands on the list of a handover and on its signed answer, in words.

Both are papers of the office: they are in Vietnamese whatever language their maker reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from hoso.desk.handover_papers import Tells
from hoso.personnel.handover import DossierLine
from hoso.personnel.model import Handover
from hoso.web.language import Language
from hoso.web.words import Word

__all__ = ["LANGUAGE", "STATES", "STEPS", "reason", "teller"]

LANGUAGE = Language("vi")

STATES = {
    "sent": Word("Sent, not signed for", "warn"),
    "disputed": Word("In dispute", "bad"),
    "refused": Word("Refused, gone back"),
    "recalled": Word("Called back"),
    "received": Word("Received and signed for", "good"),
}

STEPS = {
    "sent": Word("List signed and sent"),
    "disputed": Word("Disputed"),
    "answered": Word("Dispute answered"),
    "refused": Word("Refused"),
    "recalled": Word("Called back"),
    "received": Word("Received and signed for"),
}


def reason() -> str:
    """Say what the signature is for."""
    return LANGUAGE.say("Handover of dossiers")


def teller(house: Any) -> Tells:
    """Return what says a handover of this site in words."""
    return partial(_told, house)


def _told(
    house: Any, handover: Handover, lines: Sequence[DossierLine], *, key: str
) -> dict[str, Any]:
    say = LANGUAGE.say
    received = handover.state == "received"
    return {
        "language": LANGUAGE.code,
        "site": LANGUAGE.label(house.rulebook.profile.title),
        "unit": _unit(house, handover.target or handover.source if received else handover.source),
        "heading": say("Minutes of receipt of dossiers")
        if received
        else say("List of dossiers handed over"),
        "number": handover.number,
        "made": say("Made at {at}", at=LANGUAGE.moment(house.clock.now())),
        "facts": [(label, value) for label, value in _facts(house, handover, lines) if value],
        "heads": [
            say("No."),
            say("Dossier"),
            say("Type"),
            say("Number"),
            say("Date"),
            say("Paper"),
            say("Number of pages"),
            say("SHA-256"),
        ],
        "rows": list(_rows(lines)),
        "closing": [
            say("SHA-256 of the list: {digest}", digest=handover.manifest),
            *(
                [say("SHA-256 of the answer: {digest}", digest=handover.answer)]
                if handover.answer
                else []
            ),
            say("Fingerprint of the certificate (SHA-256): {key}", key=key),
        ],
        "hands": [say("Handed over by"), say("Received by")],
        "page": say("page"),
    }


def _unit(house: Any, key: str) -> str:
    known = {seed.key: seed.name for seed in house.rulebook.profile.units}
    return str(known.get(key, key))


def _facts(
    house: Any, handover: Handover, lines: Sequence[DossierLine]
) -> Iterator[tuple[str, str]]:
    say, number = LANGUAGE.say, LANGUAGE.number
    yield say("Sending unit"), f"{_unit(house, handover.source)} ({handover.sent_by})"
    yield say("Handed over to"), handover.agency or _unit(house, handover.target)
    yield say("Number of the decision"), handover.decision
    yield say("Number of the sealed envelope"), handover.envelope
    yield say("Sent"), LANGUAGE.moment(handover.sent_at)
    yield say("To be signed for by"), LANGUAGE.date(handover.due)
    yield say("Dossiers"), number(len(lines))
    yield say("Papers"), number(sum(len(line.papers) for line in lines))
    yield say("Number of pages"), number(sum(line.pages for line in lines))
    for one in handover.counted:
        yield (
            say("Counted in {code}", code=one.dossier),
            " – ".join(part for part in (number(one.papers), one.note) if part),
        )


def _rows(lines: Sequence[DossierLine]) -> Iterator[list[str]]:
    count = 0
    for line in lines:
        head = f"{line.code} {line.name}"
        if not line.papers:
            yield ["–", head, line.type, "", "", LANGUAGE.say("no paper is filed"), "0", ""]
        for paper in line.papers:
            count += 1
            yield [
                LANGUAGE.number(count),
                head,
                paper.type,
                paper.number,
                LANGUAGE.date(paper.date),
                paper.title,
                LANGUAGE.number(paper.pages),
                paper.sha256,
            ]
