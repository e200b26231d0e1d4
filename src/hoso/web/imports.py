"""How pages show a bulk import: its columns, faults, progress and what became of its rows.

No view of its own.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hoso.desk.taking_rows import OUTCOMES
from hoso.ingest.bulk import findings
from hoso.ingest.bulk.fields import FIELDS
from hoso.ingest.bulk.findings import Finding
from hoso.ingest.bulk.mapping import ColumnMap, headings_of
from hoso.ingest.bulk.model import Import
from hoso.ingest.bulk.opened import Opened
from hoso.ingest.bulk.workplace import Workplace
from hoso.web.forms import Choice, Form
from hoso.web.shapes import Fact
from hoso.web.words import IMPORT_FIELDS, IMPORT_STATES, ROW_OUTCOMES, SEVERITIES, badge, say

__all__ = [
    "AT_WORK",
    "SHOWN",
    "checked_of",
    "columns_of",
    "ended_of",
    "facts_of",
    "findings_of",
    "form_of",
    "headings_in",
    "left_out_of",
    "place",
    "progress_of",
    "report_of",
]

#: Findings, and rows left out, that a page shows; the table for download has all.
SHOWN = 200
#: States in which somebody is at work on it.
AT_WORK = ("new", "checking", "running")
_SAMPLES = 3


def place(request: Any, job: Import) -> Workplace:
    return Workplace.of(request.house.path, job.uid)


def facts_of(request: Any, job: Import, opened: Opened | None) -> tuple[Fact, ...]:
    language = request.language
    facts = [
        Fact(language.say("Unit"), job.unit.name),
        Fact(language.say("Folder of the files"), job.folder),
        Fact(language.say("Received at"), f"{language.moment(job.at)} · {job.by}"),
        Fact(language.say("Size"), language.size(job.size)),
    ]
    if job.rows:
        facts.append(Fact(language.say("Rows"), language.number(job.rows)))
    if opened is not None and opened.head.encoding:
        facts.append(Fact(language.say("Encoding"), opened.head.encoding))
    if opened is not None and opened.head.sheet:
        facts.append(Fact(language.say("Sheet"), opened.head.sheet))
    facts.append(Fact("SHA-256", job.sha256, code=True))
    return tuple(facts)


def form_of(request: Any, job: Import, opened: Opened | None) -> Form:
    values = {"revision": str(job.revision)}
    if opened is not None and job.mapping:
        mapping = ColumnMap.from_json(job.mapping)
        values["row"] = str(mapping.row)
        for index, heading in enumerate(headings_in(opened, mapping)):
            values[f"c{index}"] = mapping.columns.get(heading, "")
    choices = (
        Choice("", request.language.say("– leave out –")),
        *(Choice(one.key, say(IMPORT_FIELDS, one.key, request.language)) for one in FIELDS),
    )
    return Form(values, choices=dict.fromkeys((name for name in values if name[0] == "c"), choices))


def headings_in(opened: Opened, mapping: ColumnMap) -> tuple[str, ...]:
    head = opened.head
    return headings_of(head.first, max(mapping.row, 0), columns=head.columns)


def columns_of(request: Any, job: Import, opened: Opened) -> list[dict[str, Any]]:
    mapping = ColumnMap.from_json(job.mapping)
    below = [line for line in opened.head.first if line.number > mapping.row][:_SAMPLES]
    labels = {one.key: say(IMPORT_FIELDS, one.key, request.language) for one in FIELDS}
    return [
        {
            "name": f"c{index}",
            "heading": heading,
            "samples": [line.cells[index] for line in below if any(line.cells[index : index + 1])],
            "field": labels.get(mapping.columns.get(heading, ""), ""),
        }
        for index, heading in enumerate(headings_in(opened, mapping))
    ]


def checked_of(request: Any, job: Import) -> list[dict[str, Any]]:
    if not job.checked:
        return []
    counts = dict(job.checked)
    language = request.language
    words = (
        ("rows", language.say("rows"), ""),
        ("ready", language.say("will be filed"), "good"),
        ("waiting", language.say("will wait in the tray"), "warn"),
        ("left-out", language.say("will be left out"), "bad"),
    )
    return [
        {
            "count": language.number(counts.get(key, 0)),
            "word": word,
            "tone": tone if counts.get(key, 0) else "",
        }
        for key, word, tone in words
    ]


def findings_of(request: Any, job: Import) -> list[dict[str, Any]]:
    found = itertools.islice(findings.read(place(request, job).faults), SHOWN)
    return [_finding(request, one) for one in found]


def _finding(request: Any, one: Finding) -> dict[str, Any]:
    language = request.language
    return {
        "row": language.number(one.row) if one.row else "",
        "column": one.column,
        "value": one.value,
        "severity": badge(SEVERITIES, one.severity, language),
        "said": language.say(one.message, **dict(one.facts)),
    }


def ended_of(request: Any, job: Import) -> list[dict[str, Any]]:
    counts = dict(job.progress.counts)
    language = request.language
    return [
        {
            "count": language.number(counts.get(kind, 0)),
            "word": say(ROW_OUTCOMES, kind, language),
            "tone": ROW_OUTCOMES[kind].tone if counts.get(kind, 0) else "",
        }
        for kind in OUTCOMES
        if job.progress.done
    ]


def left_out_of(request: Any, job: Import) -> list[dict[str, Any]]:
    """Return the first rows somebody must look at."""
    language = request.language
    found: list[dict[str, Any]] = []
    for told in report_of(request, job):
        if told["outcome"] in {"left-out", "elsewhere"}:
            said = [
                language.say(one["message"], **one["facts"])
                for one in told["findings"]
                if one["severity"] == findings.STOP
            ]
            outcome = badge(ROW_OUTCOMES, told["outcome"], language)
            found.append(
                {"row": told["row"], "file": told["file"], "outcome": outcome, "said": said}
            )
        if len(found) == SHOWN:
            break
    return found


def report_of(request: Any, job: Import) -> Iterator[dict[str, Any]]:
    """Yield the lines of the report that were committed."""
    try:
        stream = place(request, job).report.open("rb")
    except FileNotFoundError:
        return
    left = job.progress.report
    with stream:
        for line in stream:
            left -= len(line)
            if left < 0:
                return
            yield json.loads(line)


def progress_of(request: Any, job: Import) -> dict[str, Any]:
    """Return how far an import is: done, left, minutes to go."""
    language = request.language
    total, done_ = job.rows, job.progress.done
    began = datetime.fromisoformat(job.begun_at).timestamp() if job.begun_at else 0.0
    before = job.begun_done
    if job.state == "checking":
        told = place(request, job).said()
        done_, began, before = int(told.get("done", 0)), float(told.get("began", 0.0)), 0
    left = max(total - done_, 0)
    at_work = job.state in AT_WORK
    if job.state == "new":
        said = language.say("The list is being opened.")
    elif at_work:
        spent = max(time.time() - began, 0.0) if began else 0.0
        minutes = round(spent / max(done_ - before, 1) * left / 60)
        said = language.say(
            "{done} rows done, {left} left, about {minutes} minutes to go.",
            done=done_,
            left=left,
            minutes=minutes,
        )
    else:
        said = say(IMPORT_STATES, job.state, language)
    return {
        "left": max(left, 1) if at_work else 0,
        "total": total,
        "done": done_,
        "said": said,
    }
