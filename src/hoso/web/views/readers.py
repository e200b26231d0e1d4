"""Who read a dossier: the register, and the table of it."""

from __future__ import annotations

import csv
import io
from typing import Any

from pyramid.response import Response

from hoso.desk import reading_register
from hoso.desk.reading_register import Reading
from hoso.ingest.bulk.findings import harmless
from hoso.records.model import Dossier
from hoso.web.shapes import Crumb
from hoso.web.words import OUTCOMES, VERBS, Word, badge, say

__all__ = ["includeme"]

_HEADS = (
    Word("When"),
    Word("Who"),
    Word("What"),
    Word("Paper"),
    Word("Content"),
    Word("By what right"),
    Word("Purpose"),
)


def register(dossier: Dossier, request: Any) -> Any:
    """Show who read a dossier, newest first."""
    language = request.language
    page = reading_register.readers(request.desk, dossier, after=request.GET.get("after", ""))
    here = request.resource_path(dossier)
    return {
        "crumbs": (
            Crumb(dossier.code, here),
            Crumb(language.say("Who read it")),
        ),
        "title": language.say("Who read dossier {code}", code=dossier.code),
        "heads": [language.say(head.text) for head in _HEADS],
        "lines": [_line(request, line) for line in page.lines],
        "table_url": request.resource_path(dossier, "readers.csv"),
        "more_url": request.resource_path(dossier, "readers", query={"after": page.after})
        if page.after
        else "",
    }


def _line(request: Any, line: Reading) -> dict[str, Any]:
    language = request.language
    by_office = language.say("by office")
    right = line.cause or by_office
    if line.consent is not None:
        decided = line.consent.decided
        number = decided.number if decided is not None else line.consent.number
        right = language.say("written consent {number}", number=number)
    return {
        "at": language.moment(line.at),
        "login": line.login,
        "name": line.name,
        "verb": say(VERBS, line.verb, language),
        "outcome": badge(OUTCOMES, line.outcome, language) if line.outcome != "done" else None,
        "paper": line.paper.title if line.paper is not None else "",
        "content": language.say("pages shown") if line.content else language.say("list only"),
        "right": right,
        "purpose": line.consent.purpose if line.consent is not None else "",
    }


def table(dossier: Dossier, request: Any) -> Response:
    """Send the register as a table (CSV, UTF-8 with a mark, so that Excel reads it right)."""
    lines = reading_register.exported(request.desk, dossier)
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow([request.language.say(head.text) for head in _HEADS])
    for line in lines:
        shown = _line(request, line)
        who = f"{shown['name']} ({shown['login']})" if shown["name"] else shown["login"]
        cells = ("at", who, "verb", "paper", "content", "right", "purpose")
        rows.writerow([harmless(cell if cell is who else shown[cell]) for cell in cells])
    response = Response(("\ufeff" + out.getvalue()).encode(), content_type="text/csv")
    response.charset = "utf-8"
    response.content_disposition = 'attachment; filename="readers.csv"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    config.add_act_view(
        reading_register.readers,
        register,
        context=Dossier,
        name="readers",
        renderer="journal/readers.jinja2",
    )
    config.add_act_view(reading_register.exported, table, context=Dossier, name="readers.csv")
