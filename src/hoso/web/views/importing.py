"""Bulk import: send a list, settle its columns, see every fault, start, stop, go on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.response import Response

from hoso.access.permissions import Permission
from hoso.desk import importing, intake, units
from hoso.ingest.bulk import findings
from hoso.ingest.bulk.findings import Finding
from hoso.ingest.bulk.folder import folders_at
from hoso.ingest.bulk.mapping import ColumnMap, propose
from hoso.ingest.bulk.model import Import
from hoso.ingest.bulk.opened import opened_before
from hoso.kernel.errors import Invalid
from hoso.kernel.text import shown_name
from hoso.records.model import Unit
from hoso.web import imports
from hoso.web.forms import Choice, Form, revision_of, typed, whole_number
from hoso.web.layout import done
from hoso.web.shapes import Crumb
from hoso.web.words import IMPORT_STATES, badge

__all__ = ["includeme"]


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
        "name": _name(request, job),
        "unit": job.unit.name,
        "at": language.moment(job.at),
        "state": badge(IMPORT_STATES, job.state, language),
        "rows": language.number(job.rows),
        "done": language.number(job.progress.done),
    }


def _name(request: Any, job: Import) -> str:
    """Return what a list was called, or that it was let go of."""
    if not job.list_name:
        return str(request.language.say("(the list was let go of: it named what is destroyed)"))
    return shown_name(job.list_name)


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


def look(request: Any) -> Any:
    """Show one import: its columns while they are settled, its faults, how far it is."""
    return _page(request)


def _page(request: Any, *, form: Form | None = None) -> dict[str, Any]:
    language = request.language
    job, _unit = _job(request)
    opened = opened_before(imports.place(request, job).rows)
    uid = job.uid
    name = _name(request, job)
    settled = bool(job.mapping) and job.state != "new"
    return {
        "crumbs": (Crumb(language.say("Bulk import"), request.route_path("imports")), Crumb(name)),
        "name": name,
        "state": badge(IMPORT_STATES, job.state, language),
        "state_key": job.state,
        "facts": imports.facts_of(request, job, opened),
        "problem": language.say(job.problem[0], **dict(job.problem[1])) if job.problem[0] else "",
        "columns": imports.columns_of(request, job, opened)
        if opened is not None and settled
        else [],
        "may_settle": job.state == "open",
        "form": form or imports.form_of(request, job, opened),
        "checked": imports.checked_of(request, job),
        "findings": imports.findings_of(request, job) if job.checked or job.problem[0] else [],
        "progress": imports.progress_of(request, job),
        "at_work": job.state in imports.AT_WORK,
        "ended": imports.ended_of(request, job),
        "left_out": imports.left_out_of(request, job) if job.progress.done else [],
        "shown": imports.SHOWN,
        "page_url": request.route_path("import", uid=uid),
        "columns_url": request.route_path("import-columns", uid=uid),
        "check_url": request.route_path("import-check", uid=uid),
        "start_url": request.route_path("import-start", uid=uid),
        "stop_url": request.route_path("import-stop", uid=uid),
        "faults_url": request.route_path("import-faults", uid=uid),
        "report_url": request.route_path("import-report", uid=uid),
        "progress_url": request.route_path("import-progress", uid=uid),
    }


def progress(request: Any) -> Any:
    """Tell a page that stays open how far the import is."""
    job, _unit = _job(request)
    return imports.progress_of(request, job)


def settle(request: Any) -> Any:
    """Keep what a person says the columns are; a mapping of that name for other lists too."""
    job, unit = _job(request)
    opened = opened_before(imports.place(request, job).rows)
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
            headings = imports.headings_in(opened, before)
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
    form = imports.form_of(request, job, opened_before(imports.place(request, job).rows))
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
    return _table(request, findings.read(imports.place(request, job).faults), name="faults")


def report(request: Any) -> Any:
    """Send what was said of rows that were not filed as a table."""
    job, _unit = _job(request)
    every = (
        Finding.from_json(one)
        for told in imports.report_of(request, job)
        for one in told["findings"]
    )
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
