"""Deeds that wait for a second person, in words: the record, the words of the act, the people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther

from hoso.access.accounts import accounts_of
from hoso.access.agreed.model import Permit
from hoso.desk import list_export
from hoso.desk.permits import PermitView
from hoso.kernel import ids
from hoso.records.model import Document, Dossier, Unit
from hoso.web import papers, questions
from hoso.web.layout import done
from hoso.web.shapes import Fact
from hoso.web.words import Word

__all__ = ["after", "page_of", "person_named", "record_named", "words_shown"]

#: What the words of acts are called; a word without a name here is shown under its own.
_WORDS = {
    "hold": Word("Hold"),
    "reason": Word("Reason"),
    "login": Word("Account"),
    "role": Word("Role"),
    "cause": Word("By the decision"),
    "decision": Word("By the decision"),
    "clearance": Word("Clearance"),
    "valid_from": Word("From"),
    "valid_to": Word("Until"),
    "text": Word("What was searched for"),
    "query": Word("What was searched for"),
    "chosen": Word("Filters"),
    "sort": Word("Order"),
    "form": Word("Format"),
    "format": Word("Format"),
    "purpose": Word("Purpose"),
    "kind": Word("File"),
    "note": Word("What it is needed for"),
    "export": Word("Package"),
    "to": Word("Destination"),
    "rows": Word("Lines"),
    "total": Word("Lines"),
}


def person_named(request: Any, login: str) -> str:
    """Return a person's name with the login; the login alone where the account is no more."""
    account = accounts_of(request.desk.root).by_login.get(login)
    return f"{account.name} ({login})" if account is not None else login


def record_named(request: Any, record: Any) -> tuple[str, str]:
    """Return how a record is called and where it is; both "" where it is not to be seen."""
    if isinstance(record, Dossier):
        return f"{record.code} – {record.name}", request.resource_path(record)
    if isinstance(record, Document):
        return papers.title_of(record, request.language), request.resource_path(record)
    if isinstance(record, Unit):
        return record.name, request.resource_path(record)
    return ("", "") if record is None else (request.language.say("The whole site"), "")


def words_shown(request: Any, permit: Permit) -> Iterator[Fact]:
    """Yield the words a deed was agreed to with; empty ones say nothing."""
    language = request.language
    for name, value in permit.words:
        if value in ("", None):
            continue
        known = _WORDS.get(name)
        yield Fact(
            language.say(known.text) if known is not None else name,
            _shown(request, name, str(value)),
        )


def _shown(request: Any, name: str, value: str) -> str:
    if name == "query":
        asked = questions.hidden(list_export.from_text(value))
        return " · ".join(text if field == "q" else f"{field}: {text}" for field, text in asked)
    if name == "purpose":
        known = list_export.purposes(request.house.rulebook)
        return str(request.language.label(known[value].label)) if value in known else value
    if name == "role":
        labels = request.house.rulebook.roles.labels
        return str(request.language.label(labels[value])) if value in labels else value
    if name == "login":
        return person_named(request, value)
    if name in {"valid_from", "valid_to"}:
        return str(request.language.date(value))
    if name == "hold":
        kept = request.desk.root["retention-holds"].by_id.get(ids.from_text(value) or 0)
        return f"{kept.reason} – {kept.authority}" if kept is not None else value
    return value


def page_of(request: Any, view: PermitView) -> str:
    """Return the page that carries a deed out itself, since its answer is a file; "" for others."""
    words = dict(view.permit.words)
    if view.permit.verb != "search.exported" or not isinstance(view.record, Unit):
        return ""
    asked = questions.hidden(list_export.from_text(str(words.pop("query"))))
    query = [*asked, ("unit", view.record.key), *words.items()]
    return str(request.route_path("search-export", _query=query))


def after(request: Any, view: PermitView, _answer: Any) -> Any:
    """Return where to go when a deed was carried out: to its record, or to the list."""
    _name, url = record_named(request, view.record)
    return HTTPSeeOther(done(url or request.route_path("permits"), "second-done"))
