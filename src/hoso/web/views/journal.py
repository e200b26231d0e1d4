"""The journal: of a day, of a record."""

from __future__ import annotations

from typing import Any

from hoso.access.permissions import Permission
from hoso.audit.entry import Written
from hoso.desk import journal
from hoso.desk.journal import JournalPage
from hoso.kernel.dates import parse_typed
from hoso.web.forms import Form
from hoso.web.layout import offers
from hoso.web.shapes import Crumb, Fact
from hoso.web.words import OUTCOMES, VERBS, badge, say

__all__ = ["includeme"]


def read(request: Any) -> Any:
    """Show a day of the journal, or what was done to one record."""
    language = request.language
    of = request.GET.get("of", "").strip()
    after = request.GET.get("after", "")
    typed_day = request.GET.get("day", "").strip() or language.date(request.desk.today)
    form = Form({"day": "" if of else typed_day, "of": of})
    title = language.say("Journal")
    page = JournalPage((), "")
    if of:
        record = request.desk.find(of)
        page = journal.of_uid(request.desk, request.desk.site, uid=record.uid, after=after)
        title = language.say("Journal of {record}", record=of)
    else:
        try:
            day = parse_typed(typed_day).exact
        except ValueError:
            day = None
        if day is None:
            fault = language.say("Write the day as 05/09/2024.")
            form = Form(form.values, {"day": (fault,)}, fault)
        else:
            page = journal.of_day(request.desk, request.desk.site, day=day.isoformat(), after=after)
            title = language.say("Journal of {day}", day=language.date(day))
    query = {name: value for name, value in form.values.items() if value}
    return {
        "crumbs": (Crumb(language.say("Journal")),),
        "title": title,
        "journal_url": request.route_path("journal"),
        "verify_url": request.route_path("journal-verify")
        if offers(request, Permission.JOURNAL_VERIFY)
        else "",
        "filters": form,
        "entries": [_entry(request, written) for written in page.entries],
        "more_url": request.route_path("journal", _query={**query, "after": page.after})
        if page.after
        else "",
    }


def _entry(request: Any, written: Written) -> dict[str, Any]:
    language, entry = request.language, written.entry
    record = entry.record or entry.dossier
    return {
        "at": language.moment(entry.at),
        "actor": entry.actor,
        "verb": entry.verb,
        "said": say(VERBS, entry.verb, language),
        "outcome": badge(OUTCOMES, entry.outcome, language),
        "record": record,
        "url": request.route_path("journal", _query={"of": record}) if record else "",
        "reason": language.say(entry.reason),
        "details": [
            (key, value) for key, value in entry.details.items() if value not in {"", None}
        ],
    }


def verify(request: Any) -> Any:
    """Compute the whole chain again and say whether it holds."""
    proof = journal.verify(request.desk, request.desk.site)
    language, difference = request.language, proof.difference
    return {
        "crumbs": (
            Crumb(language.say("Journal"), request.route_path("journal")),
            Crumb(language.say("Verify the seals")),
        ),
        "sound": difference is None,
        "sealed": proof.heads > 0,
        "difference": str(difference) if difference is not None else "",
        "facts": (
            Fact(language.say("Entries"), language.number(proof.entries)),
            Fact(language.say("Seals"), language.number(proof.heads)),
        ),
    }


def includeme(config: Any) -> None:
    config.add_act_view(
        journal.verify,
        verify,
        route_name="journal-verify",
        request_method="POST",
        renderer="journal/verify.jinja2",
    )
    config.add_act_view(
        journal.of_day, read, route_name="journal", renderer="journal/journal.jinja2"
    )
