"""The journal: sifted, of a record; its days on paper; its proof; its export."""

from __future__ import annotations

from datetime import date
from typing import Any

from pyramid.response import FileIter, Response

from hoso.access.permissions import Permission
from hoso.audit.entry import Written
from hoso.audit.hoso_verify_journal import sentence
from hoso.desk import day_heads, journal, journal_export
from hoso.desk.journal import JournalPage, Sieve
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import nfc
from hoso.web.forms import Choice, Form, typed
from hoso.web.layout import offers
from hoso.web.shapes import Crumb, Fact
from hoso.web.words import OUTCOMES, VERBS, Word, badge, say

__all__ = ["includeme"]

_NAMES = ("day", "until", "actor", "verb", "outcome", "of")
_TOLD = ("done", "refused", "failed")
# What others said of the head of a day (``audit.model.Ledger.said``).
_SAID = {"signature": Word("Signed", "good"), "timestamp": Word("Time-stamped", "good")}
_BY = "by"
_MONTH = 31  # days on a page
_REASON = "reason."


def read(request: Any) -> Any:
    """Show a period of the journal, sifted, or what was done to one record."""
    language, desk = request.language, request.desk
    asked = {name: nfc(request.GET.get(name, "")).strip() for name in _NAMES}
    after = request.GET.get("after", "")
    only_of = asked["of"] and not any(asked[name] for name in _NAMES if name != "of")
    if not only_of and not asked["day"]:
        asked["day"] = language.date(desk.today)
    form = Form(asked, choices=_choices(request))
    title, page = language.say("Journal"), JournalPage((), "")
    if only_of:
        record = desk.find(asked["of"])
        page = journal.of_uid(desk, desk.site, uid=record.uid, after=after)
        title = language.say("Journal of {record}", record=asked["of"])
    else:
        try:
            sieve = _sieve(request, asked)
            page = journal.sift(desk, desk.site, sieve=sieve, after=after)
            title = _title(language, sieve)
        except Invalid as error:
            form = form.refuse(asked, _by_field(error), language)
    query = {name: value for name, value in asked.items() if value}
    return {
        "crumbs": (Crumb(language.say("Journal")),),
        "title": title,
        "journal_url": request.route_path("journal"),
        "verify_url": _if(request, Permission.JOURNAL_VERIFY, "journal-verify"),
        "days_url": _if(request, Permission.JOURNAL_VERIFY, "journal-days"),
        "export_url": _if(request, Permission.JOURNAL_EXPORT, "journal-export"),
        "filters": form,
        "entries": [_entry(request, written) for written in page.entries],
        "more_url": request.route_path("journal", _query={**query, "after": page.after})
        if page.after
        else "",
    }


def _by_field(error: Invalid) -> Invalid:
    """Return the error with the names its fields have on this page."""
    here = {"first": "day", "last": "until"}
    faults = [Fault(here.get(f.field, f.field), f.message, f.facts) for f in error.faults]
    return Invalid(faults)


def _if(request: Any, permission: Permission, route: str) -> str:
    return request.route_path(route) if offers(request, permission) else ""


def _choices(request: Any) -> dict[str, tuple[Choice, ...]]:
    language = request.language
    every = Choice("", language.say("All"))
    verbs = sorted((say(VERBS, verb, language), verb) for verb in VERBS)
    return {
        "verb": (every, *(Choice(verb, label) for label, verb in verbs)),
        "outcome": (every, *(Choice(one, say(OUTCOMES, one, language)) for one in _TOLD)),
    }


def _title(language: Any, sieve: Sieve) -> str:
    if sieve.first == sieve.last:
        return str(language.say("Journal of {day}", day=language.date(sieve.first)))
    return str(language.say("Journal from {first} to {last}", first=sieve.first, last=sieve.last))


def _sieve(request: Any, asked: dict[str, str]) -> Sieve:
    first, last = _period(asked, "day", "until")
    record = request.desk.find(asked["of"]).uid if asked["of"] else ""
    return Sieve(first, last, asked["actor"], asked["verb"], asked["outcome"], record)


def _period(asked: dict[str, str], begin: str, end: str) -> tuple[date, date]:
    days: dict[str, date | None] = {}
    for name in (begin, end):
        try:
            days[name] = parse_typed(asked[name]).exact if asked[name] else None
        except ValueError:
            days[name] = None
    faults = [
        Fault(name, "Write the day as 05/09/2024.")
        for name in (begin, end)
        if days[name] is None and (asked[name] or name == begin)
    ]
    first, last = days[begin], days[end] or days[begin]
    if faults or first is None or last is None:
        raise Invalid(faults)
    return first, last


def _entry(request: Any, written: Written) -> dict[str, Any]:
    language, entry = request.language, written.entry
    record = entry.record or entry.dossier
    facts = {
        key.removeprefix(_REASON): value
        for key, value in entry.details.items()
        if key.startswith(_REASON)
    }
    return {
        "at": language.moment(entry.at),
        "actor": entry.actor,
        "name": entry.details.get(_BY, ""),
        "verb": entry.verb,
        "said": say(VERBS, entry.verb, language),
        "outcome": badge(OUTCOMES, entry.outcome, language),
        "record": record,
        "url": request.route_path("journal", _query={"of": record}) if record else "",
        "reason": language.say(entry.reason, **facts),
        "details": [
            (key, value)
            for key, value in entry.details.items()
            if value not in {"", None} and key != _BY and not key.startswith(_REASON)
        ],
    }


def verify(request: Any) -> Any:
    """Compute the whole journal again and say whether it holds."""
    proof = journal.verify(request.desk, request.desk.site)
    language = request.language
    return {
        "crumbs": (
            Crumb(language.say("Journal"), request.route_path("journal")),
            Crumb(language.say("Verify the seals")),
        ),
        "sound": proof.is_whole,
        "sealed": proof.heads > 0,
        "findings": [
            (finding.place, sentence(finding, language.code)) for finding in proof.findings
        ],
        "facts": (
            Fact(language.say("Entries"), language.number(proof.entries)),
            Fact(language.say("Bundles"), language.number(proof.bundles)),
            Fact(language.say("Days closed"), language.number(proof.heads)),
            Fact(language.say("In no bundle yet"), language.number(proof.loose)),
            Fact(language.say("Last digest"), proof.last[1], code=True),
        ),
    }


def days(request: Any) -> Any:
    """List the days that are closed, each with its digest."""
    language = request.language
    before = request.GET.get("before", "")
    found = day_heads.heads(request.desk, request.desk.site, before=before, limit=_MONTH)
    oldest = found[-1].day if found else ""
    return {
        "crumbs": (
            Crumb(language.say("Journal"), request.route_path("journal")),
            Crumb(language.say("Days closed")),
        ),
        "days": [
            {
                "day": language.date(head.day),
                "groups": head.groups,
                "entries": language.number(head.entries),
                "bundles": language.number(head.bundles),
                "at": language.moment(head.at),
                "said": [say(_SAID, kind, language) for kind in head.said],
                "url": request.route_path("journal-day-sheet", day=head.day),
            }
            for head in found
        ],
        "more_url": request.route_path("journal-days", _query={"before": oldest})
        if len(found) == _MONTH
        else "",
    }


def sheet(request: Any) -> Response:
    """Send the head of a day as one page to be printed."""
    language, day = request.language, request.matchdict["day"]
    site = request.house.rulebook.profile.title

    def words(head: day_heads.DayHead) -> dict[str, Any]:
        return {
            "language": language.code,
            "site": language.label(site),
            "title": language.say("Head of the journal's day {day}", day=language.date(head.day)),
            "facts": [
                (language.say("Day (UTC)"), head.day),
                (language.say("Entries"), language.number(head.entries)),
                (language.say("Bundles"), language.number(head.bundles)),
                (language.say("Closed at"), language.moment(head.at)),
            ],
            "digest_label": language.say("SHA-256 of the head of the day"),
            "lines": [
                language.say(
                    "Keep this sheet where nobody who runs the machine can change it. With it, "
                    "hoso_verify_journal.py finds out if the journal was ever made anew."
                )
            ],
            "hands": [language.say("Printed by"), language.say("Kept by")],
        }

    content = day_heads.print_head(request.desk, request.desk.site, day=day, words=words)
    response = Response(content, content_type="application/pdf")
    response.content_disposition = f'attachment; filename="journal-{day}.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def export(request: Any) -> Any:
    """Offer to export the journal; make the package where the form is sent."""
    language, desk = request.language, request.desk
    made = None
    form = Form({"first": language.date(desk.today), "last": language.date(desk.today)})
    if request.method == "POST":
        asked = typed(request, ("first", "last", "actor", "of"))
        form = Form(asked)
        try:
            first, last = _period(asked, "first", "last")
            record = desk.find(asked["of"]).uid if asked["of"] else ""
            made = journal_export.export(
                desk, desk.site, first=first, last=last, record=record, actor=asked["actor"]
            )
        except Invalid as error:
            request.response.status_int = 422
            form = form.refuse(asked, error, language)
    return {
        "crumbs": (
            Crumb(language.say("Journal"), request.route_path("journal")),
            Crumb(language.say("Export the journal")),
        ),
        "form": form,
        "export_url": request.route_path("journal-export"),
        "package_url": request.route_path("journal-package", name=made.name) if made else "",
        "facts": _facts(language, made) if made else (),
    }


def _facts(language: Any, made: journal_export.JournalExport) -> tuple[Fact, ...]:
    return (
        Fact(language.say("File name"), made.name, code=True),
        Fact(language.say("Entries"), language.number(made.entries)),
        Fact(language.say("Withheld, by their digest only"), language.number(made.withheld)),
        Fact(language.say("Size"), language.size(made.size)),
        Fact(language.say("SHA-256 of the file"), made.sha256, code=True),
    )


def package(request: Any) -> Response:
    """Send a package; where it was cut off, it goes on (RFC 9110 section 14)."""
    path = journal_export.fetch(request.desk, request.desk.site, name=request.matchdict["name"])
    response = Response(content_type="application/zip", conditional_response=True)
    response.app_iter = FileIter(path.open("rb"))
    response.content_length = path.stat().st_size
    response.accept_ranges = "bytes"
    response.etag = path.stem
    response.content_disposition = f'attachment; filename="{path.name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


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
    config.add_act_view(
        day_heads.heads, days, route_name="journal-days", renderer="journal/days.jinja2"
    )
    config.add_act_view(day_heads.print_head, sheet, route_name="journal-day-sheet")
    config.add_act_view(
        journal_export.export,
        export,
        route_name="journal-export",
        renderer="journal/export.jinja2",
    )
    config.add_act_view(journal_export.fetch, package, route_name="journal-package")
