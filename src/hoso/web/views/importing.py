"""Bulk import: send a list, settle its columns, see every fault, start, stop, go on."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import importing, intake, units
from hoso.desk.taking_rows import OUTCOMES
from hoso.ingest.bulk import findings
from hoso.ingest.bulk.fields import FIELDS
from hoso.ingest.bulk.findings import Finding
from hoso.ingest.bulk.folder import folders_at
from hoso.ingest.bulk.mapping import ColumnMap, headings_of, propose
from hoso.ingest.bulk.model import Import
from hoso.ingest.bulk.opened import Opened, opened_before
from hoso.ingest.bulk.workplace import Workplace
from hoso.kernel.errors import Invalid
from hoso.kernel.text import shown_name
from hoso.records.model import Unit
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.shapes import Crumb, Fact
from hoso.web.words import IMPORT_FIELDS, IMPORT_STATES, ROW_OUTCOMES, SEVERITIES, badge, say

__all__ = ["includeme"]

#: Findings, and rows left out, that a page shows; the table for download has all.
SHOWN = 200
_SAMPLES = 3
_AT_WORK = ("new", "checking", "running")


def _root(request: Any, unit: Unit) -> Path:
    """Return where the files of a unit's imports are laid on the server."""
    path: Path = request.house.path / "import" / unit.key
    return path


def _mine(request: Any) -> list[Unit]:
    return units.choices(request.desk, Permission.INTAKE_WORK)


def overview(request: Any) -> Any:
    """Show the form for a list, and one's own imports."""
    return _overview(request)


def _overview(request: Any, *, form: Form | None = None) -> dict[str, Any]:
    language = request.language
    mine = _mine(request)
    jobs = importing.listing(request.desk, mine[0]) if mine else []
    folders = tuple(_folders(request, mine))
    mappings = (
        Choice("", language.say("– proposed from the headings –")),
        *_mappings(request, mine),
    )
    shown = form or Form()
    return {
        "crumbs": (Crumb(language.say("Bulk import")),),
        "form": Form(
            shown.values, shown.faults, shown.message, {"folder": folders, "mapping": mappings}
        ),
        "begin_url": request.route_path("imports"),
        "places": [str(_root(request, unit)) for unit in mine[:5]],
        "has_folders": bool(folders),
        "imports": [_line(request, job) for job in jobs],
    }


def _folders(request: Any, mine: list[Unit]) -> Iterator[Choice]:
    for unit in mine:
        root = _root(request, unit)
        if root.is_dir():
            yield Choice(f"{unit.key}/", request.language.say("All files of the unit"), unit.name)
            for name in folders_at(root):
                yield Choice(f"{unit.key}/{name}", name, unit.name)


def _mappings(request: Any, mine: list[Unit]) -> Iterator[Choice]:
    for unit in mine:
        for name in importing.mappings(request.desk, unit):
            yield Choice(f"{unit.key}/{name}", name, unit.name)


def _line(request: Any, job: Import) -> dict[str, Any]:
    language = request.language
    return {
        "url": request.route_path("import", uid=job.uid),
        "name": shown_name(job.list_name),
        "unit": job.unit.name,
        "at": language.moment(job.at),
        "state": badge(IMPORT_STATES, job.state, language),
        "rows": language.number(job.rows),
        "done": language.number(job.progress.done),
    }


def begin(request: Any) -> Any:
    """Take a list; it is opened behind the page."""
    language = request.language
    values = typed(request, ("folder", "mapping", "sheet"))
    sent = request.POST.get("list")
    faults: dict[str, tuple[str, ...]] = {}
    if not getattr(sent, "file", None):
        faults["list"] = (language.say("Choose the list."),)
    folder = next(
        (c for c in _folders(request, _mine(request)) if c.value == values["folder"]), None
    )
    if folder is None:
        faults["folder"] = (language.say("Choose the folder of the files."),)
    if faults or folder is None or sent is None:
        request.response.status_int = 422
        said = language.say("Some fields need correction.")
        return _overview(request, form=Form(values, faults, said))
    key, _, below = folder.value.partition("/")
    unit = request.desk.unit(key)
    of_unit, _, name = values["mapping"].partition("/")
    mapping = (
        importing.mappings(request.desk, request.desk.unit(of_unit)).get(name) if name else None
    )
    try:
        # A request that met another writer comes again with what is left of its body.
        sent.file.seek(0)
        spooled = intake.spool_in(request.desk, sent.file)
        request.add_finished_callback(lambda _request: spooled.discard())
        job = importing.begin(
            request.desk,
            unit,
            spooled=spooled,
            name=os.fsencode(str(sent.filename)),
            folder=str(_root(request, unit) / below),
            sheet=values["sheet"],
            mapping=mapping,
            wanted=True,
        )
    except Invalid as error:
        request.response.status_int = 422
        return _overview(request, form=Form().refuse(values, error, language))
    return HTTPSeeOther(request.route_path("import", uid=job.uid))


# One import -------------------------------------------------------------------------------


def _job(request: Any) -> tuple[Import, Unit]:
    uid = request.matchdict["uid"]
    unit = importing.unit_of(request.desk, uid)
    return importing.look(request.desk, unit, uid=uid), unit


def _place(request: Any, job: Import) -> Workplace:
    return Workplace.of(request.house.path, job.uid)


def look(request: Any) -> Any:
    """Show one import: its columns while they are settled, its faults, how far it is."""
    return _page(request)


def _page(request: Any, *, form: Form | None = None) -> dict[str, Any]:
    language = request.language
    job, _unit = _job(request)
    opened = opened_before(_place(request, job).rows)
    uid = job.uid
    name = shown_name(job.list_name)
    settled = bool(job.mapping) and job.state != "new"
    return {
        "crumbs": (Crumb(language.say("Bulk import"), request.route_path("imports")), Crumb(name)),
        "name": name,
        "state": badge(IMPORT_STATES, job.state, language),
        "state_key": job.state,
        "facts": _facts(request, job, opened),
        "problem": language.say(job.problem[0], **dict(job.problem[1])) if job.problem[0] else "",
        "columns": _columns(request, job, opened) if opened is not None and settled else [],
        "may_settle": job.state == "open",
        "form": form or _form(request, job, opened),
        "checked": _checked(request, job),
        "findings": _findings(request, job) if job.checked or job.problem[0] else [],
        "progress": _progress(request, job),
        "at_work": job.state in _AT_WORK,
        "ended": _ended(request, job),
        "left_out": _left_out(request, job) if job.progress.done else [],
        "shown": SHOWN,
        "page_url": request.route_path("import", uid=uid),
        "columns_url": request.route_path("import-columns", uid=uid),
        "check_url": request.route_path("import-check", uid=uid),
        "start_url": request.route_path("import-start", uid=uid),
        "stop_url": request.route_path("import-stop", uid=uid),
        "faults_url": request.route_path("import-faults", uid=uid),
        "report_url": request.route_path("import-report", uid=uid),
        "progress_url": request.route_path("import-progress", uid=uid),
    }


def _facts(request: Any, job: Import, opened: Opened | None) -> tuple[Fact, ...]:
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


def _form(request: Any, job: Import, opened: Opened | None) -> Form:
    values = {"revision": str(job.revision)}
    if opened is not None and job.mapping:
        mapping = ColumnMap.from_json(job.mapping)
        values["row"] = str(mapping.row)
        for index, heading in enumerate(_headings(opened, mapping)):
            values[f"c{index}"] = mapping.columns.get(heading, "")
    choices = (
        Choice("", request.language.say("– leave out –")),
        *(Choice(one.key, say(IMPORT_FIELDS, one.key, request.language)) for one in FIELDS),
    )
    return Form(values, choices=dict.fromkeys((name for name in values if name[0] == "c"), choices))


def _headings(opened: Opened, mapping: ColumnMap) -> tuple[str, ...]:
    head = opened.head
    return headings_of(head.first, max(mapping.row, 0), columns=head.columns)


def _columns(request: Any, job: Import, opened: Opened) -> list[dict[str, Any]]:
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
        for index, heading in enumerate(_headings(opened, mapping))
    ]


def _checked(request: Any, job: Import) -> list[dict[str, Any]]:
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


def _findings(request: Any, job: Import) -> list[dict[str, Any]]:
    found = itertools.islice(findings.read(_place(request, job).faults), SHOWN)
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


def _ended(request: Any, job: Import) -> list[dict[str, Any]]:
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


def _left_out(request: Any, job: Import) -> list[dict[str, Any]]:
    """Return the first rows somebody must look at."""
    language = request.language
    found: list[dict[str, Any]] = []
    for told in _report(request, job):
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


def _report(request: Any, job: Import) -> Iterator[dict[str, Any]]:
    """Yield the lines of the report that were committed."""
    try:
        stream = _place(request, job).report.open("rb")
    except FileNotFoundError:
        return
    left = job.progress.report
    with stream:
        for line in stream:
            left -= len(line)
            if left < 0:
                return
            yield json.loads(line)


def _progress(request: Any, job: Import) -> dict[str, Any]:
    """Return how far an import is: done, left, minutes to go."""
    language = request.language
    total, done_ = job.rows, job.progress.done
    began = datetime.fromisoformat(job.begun_at).timestamp() if job.begun_at else 0.0
    before = job.begun_done
    if job.state == "checking":
        told = _place(request, job).said()
        done_, began, before = int(told.get("done", 0)), float(told.get("began", 0.0)), 0
    left = max(total - done_, 0)
    at_work = job.state in _AT_WORK
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


def progress(request: Any) -> Any:
    """Tell a page that stays open how far the import is."""
    job, _unit = _job(request)
    return _progress(request, job)


def settle(request: Any) -> Any:
    """Keep what a person says the columns are; a mapping of that name for other lists too."""
    job, unit = _job(request)
    opened = opened_before(_place(request, job).rows)
    values = {key: str(value) for key, value in request.POST.items() if isinstance(value, str)}
    try:
        if opened is None:
            raise Invalid(message="The list is not open yet. Wait a moment and look again.")
        before = ColumnMap.from_json(job.mapping)
        row = whole_number(values.get("row", ""))
        draft = row != max(before.row, 0)
        if draft:
            # Other headings: what stood beside the old ones says nothing of these.
            mapping = propose(opened.head.first, columns=opened.head.columns, row=max(row, 0))
        else:
            headings = _headings(opened, before)
            chosen = {h: values.get(f"c{index}", "") for index, h in enumerate(headings)}
            mapping = ColumnMap(chosen, max(before.row, 0))
        importing.settle(
            request.desk,
            unit,
            uid=job.uid,
            mapping=mapping,
            revision=revision_of(request),
            rows=opened.head.below(mapping.row),
            draft=draft,
        )
        if values.get("keep", "").strip():
            importing.keep_mapping(request.desk, unit, name=values["keep"], mapping=mapping)
    except Invalid as error:
        return _refused(request, values, error)
    return HTTPSeeOther(done(request.route_path("import", uid=job.uid), "saved"))


def _refused(request: Any, values: dict[str, str], error: Invalid) -> dict[str, Any]:
    request.response.status_int = 422
    job, _unit = _job(request)
    form = _form(request, job, opened_before(_place(request, job).rows))
    kept = {key: value for key, value in values.items() if key in form.values}
    refused = form.refuse({**kept, "revision": str(job.revision)}, error, request.language)
    said = "; ".join(text for texts in refused.faults.values() for text in texts)
    return _page(request, form=Form(refused.values, {}, said or refused.message, refused.choices))


def check(request: Any) -> Any:
    """Ask for the dry run."""
    return _asked(request, importing.check)


def start(request: Any) -> Any:
    """Start, or go on behind the last row."""
    return _asked(request, importing.start, wanted=True)


def stop(request: Any) -> Any:
    """Stop behind the rows in hand."""
    job, unit = _job(request)
    importing.stop(request.desk, unit, uid=job.uid)
    return HTTPSeeOther(request.route_path("import", uid=job.uid))


def _asked(request: Any, act: Any, **words: Any) -> Any:
    job, unit = _job(request)
    try:
        act(request.desk, unit, uid=job.uid, revision=revision_of(request), **words)
    except Invalid as error:
        return _refused(request, {}, error)
    return HTTPSeeOther(request.route_path("import", uid=job.uid))


# Tables to take away ----------------------------------------------------------------------


def faults(request: Any) -> Any:
    """Send everything the dry run found as a table."""
    job, _unit = _job(request)
    return _table(request, findings.read(_place(request, job).faults), name="faults")


def report(request: Any) -> Any:
    """Send what was said of rows that were not filed as a table."""
    job, _unit = _job(request)
    every = (Finding.from_json(one) for told in _report(request, job) for one in told["findings"])
    return _table(request, every, name="report")


def _table(request: Any, found: Iterator[Finding], *, name: str) -> Response:
    language = request.language
    headings = (
        language.say("Row"),
        language.say("Column"),
        language.say("Value"),
        language.say("Consequence"),
        language.say("What is wrong, and what to do"),
    )
    response = Response(content_type="text/csv", charset="utf-8")
    response.app_iter = findings.as_csv(
        found, headings=headings, say=lambda one: language.say(one.message, **dict(one.facts))
    )
    response.content_disposition = f'attachment; filename="{name}.csv"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def includeme(config: Any) -> None:
    sheet = {"route_name": "imports", "renderer": "importing/overview.jinja2"}
    config.add_act_view(importing.listing, overview, request_method="GET", **sheet)
    config.add_act_view(importing.begin, begin, request_method="POST", **sheet)
    page = "importing/import.jinja2"
    config.add_act_view(
        importing.look, look, route_name="import", request_method="GET", renderer=page
    )
    for name, act, view in (
        ("columns", importing.settle, settle),
        ("check", importing.check, check),
        ("start", importing.start, start),
        ("stop", importing.stop, stop),
    ):
        config.add_act_view(
            act, view, route_name=f"import-{name}", request_method="POST", renderer=page
        )
    config.add_act_view(importing.look, progress, route_name="import-progress", renderer="json")
    config.add_act_view(importing.look, faults, route_name="import-faults", request_method="GET")
    config.add_act_view(importing.look, report, route_name="import-report", request_method="GET")
