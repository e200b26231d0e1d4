"""The certificate of a destroyed dossier in words: digests, rule, hands, votes, last backup."""

from __future__ import annotations

from typing import Any

from hoso.retention.disposing.model import Destroyed
from hoso.web import keeping
from hoso.web.disposals import BASES, DUTIES, VOTES, decision_named
from hoso.web.shapes import Fact

__all__ = ["certificate_of"]


def certificate_of(request: Any, gone: Destroyed) -> dict[str, Any]:
    """Return what stays of a destroyed dossier, as the page of its certificate shows it."""
    language, say, frozen = request.language, request.language.say, gone.frozen
    ruling = gone.ruling
    facts = [
        *((Fact(say("Dossier"), gone.of_title),) if gone.of_title else ()),
        Fact(say("Unit"), gone.unit.name),
        Fact(say("Why it was destroyed"), say(BASES[gone.basis].text)),
        Fact(say("Rule"), keeping.rule_label(request, frozen.rule)),
        Fact(say("Instrument"), keeping.instrument(request, frozen.rule)),
        Fact(say("Period"), keeping.period(request, frozen.period)),
        Fact(say("Period over from"), language.date(frozen.expires)),
        Fact(say("Rules as they were (SHA-256)"), frozen.digest, code=True),
    ]
    steps = [
        (say("Proposed by"), gone.proposed_name, gone.proposed_by, gone.proposed_at),
        (say("Decided by"), ruling.name, ruling.by, ruling.at) if ruling is not None else None,
        (say("Put into the bin by"), gone.binned_name, gone.binned_by, gone.binned_at),
        (say("Destroyed by"), gone.destroyed_name, gone.destroyed_by, gone.destroyed_at),
    ]
    known = request.desk.site.by_id.get(gone.of_dossier) if gone.of_dossier else None
    whole = known if known is not None and request.desk.sees(known) else None
    return {
        "is_paper": bool(gone.of_dossier),
        "whole_url": request.resource_path(whole) if whole is not None else "",
        "code": gone.code,
        "title": gone.title,
        "number": gone.list_number,
        "facts": facts,
        "steps": [
            *(
                Fact(step[0], f"{step[1]} ({step[2]}), {language.moment(step[3])}")
                for step in steps
                if step is not None
            ),
            Fact(
                say("Council set up by"),
                decision_named(request, gone.council_number, gone.council_decided),
            ),
            Fact(
                say("Decision to destroy"),
                decision_named(request, ruling.number, ruling.decided)
                if ruling is not None
                else "",
            ),
        ],
        "votes": [
            {
                "name": name,
                "duty": say(DUTIES[duty].text),
                "says": say(VOTES[says].text) if says in VOTES else "–",
                "why": why,
            }
            for name, duty, says, why in gone.votes
        ],
        "papers": [
            {
                "title": one.title or one.type,
                "date": language.date(one.date),
                "size": language.size(one.size),
                "sha256": one.sha256,
            }
            for one in gone.papers
        ],
        "destroyed": language.moment(gone.destroyed_at),
        "files": gone.files,
        "bytes_gone": language.moment(gone.bytes_gone_at),
        "backups_until": language.date(gone.backups_until),
        "keep_until": language.date(gone.keep_until),
        "digest": gone.digest,
    }
