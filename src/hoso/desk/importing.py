"""Bulk imports: a list is taken, its columns are settled, its rows become papers.

An import belongs to who began it, and nobody else sees it: its faults quote rows about people
and papers others may not know of.  Taking a row in is receiving and filing, each an act with
its own entry in the journal; the import itself is told when it begins, stops and ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from BTrees.LLBTree import LLTreeSet

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.ingest.bulk.mapping import ColumnMap, mapping_faults
from hoso.ingest.bulk.model import Import, Imports, SavedMapping
from hoso.kernel.errors import Conflict, Fault, Invalid, Missing
from hoso.kernel.text import fold, one_line
from hoso.records.filing import check_revision, touch
from hoso.records.model import Unit
from hoso.storage.blobs import Spooled, blob_of

__all__ = [
    "STATES",
    "advance",
    "begin",
    "check",
    "checked",
    "end",
    "fail",
    "forget_mapping",
    "imports_of",
    "keep_mapping",
    "listing",
    "look",
    "mappings",
    "opened",
    "settle",
    "start",
    "stop",
    "unit_of",
]

#: ``new``: the list is taken, nobody looked into it.  ``open``: its columns are known, a person
#: settles them.  ``checking``: the dry run is under way; afterwards ``open`` again.
#: ``running``, ``stopped``: rows are taken, or were until somebody stopped.  ``done``.
#: ``failed``: it cannot go on; ``problem`` says why.
STATES = ("new", "open", "checking", "running", "stopped", "done", "failed")

_LONGEST_NAME = 100


def imports_of(root: Any) -> Imports:
    """Return the imports kept in the main database."""
    found = root.get("imports")
    if found is None:
        found = root["imports"] = Imports()
    kept: Imports = found
    return kept


def _mine(desk: Desk, unit: Unit, uid: str) -> Import:
    """Return an import by uid; whose it is not learns no more than that there is none."""
    found = _kept(desk, uid)
    if found is None or found.by != desk.identity.login or found.unit is not unit:
        raise Missing
    return found


def _kept(desk: Desk, uid: str) -> Import | None:
    kept = desk.root.get("imports")
    found = kept.imports.get(uid) if kept is not None else None
    return found if isinstance(found, Import) else None


# The list ---------------------------------------------------------------------------------


@act("import.begun", Permission.INTAKE_WORK)
def begin(
    desk: Desk,
    unit: Unit,
    *,
    spooled: Spooled,
    name: bytes,
    folder: str,
    sheet: str = "",
    mapping: ColumnMap | None = None,
    rows: int = 0,
    wanted: bool = False,
) -> Import:
    """Take a list for an import into the tray and dossiers of *unit*; its bytes are kept.

    :param folder: path of the files' folder on this machine.
    :param mapping: which column is what; a command has opened the list and settled it.
    :param wanted: whether the serving process shall open the list; a person settles it then.
    """
    if mapping is not None:
        _refuse_faults(mapping)
    made = Import(unit=unit, by=desk.identity.login, at=desk.now)
    desk.connection.add(made)
    made.list = blob_of(spooled, desk.connection)
    made.list_name, made.sha256, made.size = name, spooled.sha256, spooled.size
    made.folder, made.sheet, made.rows = folder, sheet, rows
    made.changed_at, made.changed_by = desk.now, desk.identity.login
    if mapping is not None:
        made.mapping = mapping.as_json()
        made.state = "new" if wanted else "open"
    imports_of(desk.root).imports[made.uid] = made
    if wanted:
        _want(desk, made, wanted=True)
    desk.say(import_=made.uid, list=made.sha256, size=made.size)
    return made


@act("import.opened", Permission.INTAKE_WORK, told=False)
def opened(desk: Desk, unit: Unit, *, uid: str, rows: int, mapping: ColumnMap) -> None:
    """Note that the list can be read, and which mapping is proposed for it."""
    job = _mine(desk, unit, uid)
    if job.state == "new":
        job.rows, job.mapping, job.state = rows, mapping.as_json(), "open"
        _want(desk, job, wanted=False)
        touch(job, at=desk.now, by=desk.identity.login)


def _refuse_faults(mapping: ColumnMap) -> None:
    faults = mapping_faults(mapping)
    if faults:
        raise Invalid(faults)


@act("import.mapped", Permission.INTAKE_WORK)
def settle(
    desk: Desk,
    unit: Unit,
    *,
    uid: str,
    mapping: ColumnMap,
    revision: int | None,
    rows: int,
    draft: bool = False,
) -> None:
    """Say which column is what; what a dry run found before holds no more.

    :param rows: how many rows stand below the headings.
    :param draft: other headings were looked at, of which nobody has said anything yet: faults
        are told when the import is to run.
    """
    job = _mine(desk, unit, uid)
    check_revision(job, revision)
    if job.state != "open":
        raise Invalid([Fault("mapping", "Columns are settled before the import runs.")])
    if not draft:
        _refuse_faults(mapping)
    job.mapping, job.checked, job.rows = mapping.as_json(), (), rows
    touch(job, at=desk.now, by=desk.identity.login)
    desk.say(import_=uid)


# Its course -------------------------------------------------------------------------------


def _go(desk: Desk, job: Import, state: str, *, out_of: tuple[str, ...], why: str) -> None:
    if job.state not in out_of:
        raise Invalid([Fault("state", why)])
    job.state = state
    touch(job, at=desk.now, by=desk.identity.login)


def _want(desk: Desk, job: Import, *, wanted: bool) -> None:
    """Say whether the serving process shall take the import up."""
    kept = imports_of(desk.root)
    if wanted:
        kept.wanted.add(job.uid)
    elif job.uid in kept.wanted:
        kept.wanted.remove(job.uid)


@act("import.check-asked", Permission.INTAKE_WORK, told=False)
def check(desk: Desk, unit: Unit, *, uid: str, revision: int | None) -> None:
    """Ask for the dry run."""
    job = _mine(desk, unit, uid)
    check_revision(job, revision)
    _go(desk, job, "checking", out_of=("open",), why="There is nothing to check now.")
    _refuse_faults(ColumnMap.from_json(job.mapping))
    job.checked = ()
    _want(desk, job, wanted=True)


@act("import.checked", Permission.INTAKE_WORK, told=False)
def checked(desk: Desk, unit: Unit, *, uid: str, counts: Mapping[str, int]) -> None:
    """Note what the dry run found: how many rows are ready, wait, and are left out."""
    job = _mine(desk, unit, uid)
    _go(desk, job, "open", out_of=("checking",), why="There is nothing to check now.")
    job.checked = tuple(sorted(counts.items()))
    _want(desk, job, wanted=False)


@act("import.started", Permission.INTAKE_WORK)
def start(
    desk: Desk, unit: Unit, *, uid: str, revision: int | None = None, wanted: bool = False
) -> Import:
    """Start the import, or go on behind the last row that is done.

    :param wanted: whether the serving process shall run it; a command runs its own.
    """
    job = _mine(desk, unit, uid)
    check_revision(job, revision)
    why = "This import is over, or is not ready yet."
    _go(desk, job, "running", out_of=("open", "stopped", "running"), why=why)
    _refuse_faults(ColumnMap.from_json(job.mapping))
    job.problem = ("", ())
    _want(desk, job, wanted=wanted)
    job.begun_at, job.begun_done = desk.now, job.progress.done
    desk.say(import_=uid, list=job.sha256, folder=job.folder, behind=job.progress.row)
    return job


@act("import.advanced", Permission.INTAKE_WORK, told=False)
def advance(
    desk: Desk,
    unit: Unit,
    *,
    uid: str,
    since: int,
    row: int,
    ended: Mapping[str, int],
    report: int,
    papers: Iterable[int] = (),
) -> bool:
    """Note that the rows up to *row* are done, in the commit that did them.

    :param since: the last row that was done before; where it is not, somebody else runs this
        import too, and these rows are undone.
    :param ended: how many of them ended how.
    :param papers: ids of the papers they became or met.
    :return: whether to go on.
    """
    job = _mine(desk, unit, uid)
    progress = job.progress
    if progress.row != since:
        raise Conflict(by=job.by, at=progress.at)
    counts = dict(progress.counts)
    for kind, number in ended.items():
        counts[kind] = counts.get(kind, 0) + number
    progress.row, progress.report, progress.at = row, report, desk.now
    progress.done += sum(ended.values())
    progress.counts = tuple(sorted(counts.items()))
    if job.papers is None:
        job.papers = LLTreeSet()
    job.papers.update(papers)
    return job.state == "running"


@act("import.stopped", Permission.INTAKE_WORK)
def stop(desk: Desk, unit: Unit, *, uid: str) -> None:
    """Stop behind the rows in hand; it goes on from there when it is started again."""
    job = _mine(desk, unit, uid)
    _go(desk, job, "stopped", out_of=("running",), why="This import is not running.")
    _want(desk, job, wanted=False)
    desk.say(import_=uid, row=job.progress.row)


@act("import.ended", Permission.INTAKE_WORK)
def end(desk: Desk, unit: Unit, *, uid: str) -> None:
    """Say that every row is done, and how they ended."""
    job = _mine(desk, unit, uid)
    _go(desk, job, "done", out_of=("running", "stopped"), why="This import is not running.")
    job.ended_at = desk.now
    _want(desk, job, wanted=False)
    desk.say(import_=uid, rows=job.progress.done, **dict(job.progress.counts))


@act("import.failed", Permission.INTAKE_WORK)
def fail(desk: Desk, unit: Unit, *, uid: str, why: str, facts: Mapping[str, Any]) -> None:
    """Say that it cannot go on: the list cannot be read, its files are gone.

    Who began it may be the one who may not any more, so the machine says it.
    """
    job = _kept(desk, uid)
    if job is None or job.unit is not unit:
        raise Missing
    # What was taken before stays; a folder that is back lets it go on.
    job.state = "stopped" if job.state == "running" else "failed"
    if job.state == "failed" and job.rows:
        job.state = "open"
    job.problem = (why, tuple(sorted(facts.items())))
    _want(desk, job, wanted=False)
    touch(job, at=desk.now, by=desk.identity.login)
    desk.say(import_=uid, why=why.format_map(dict(facts)))


@act("import.listed", Permission.INTAKE_WORK, told=False)
def listing(desk: Desk, _unit: Unit, *, limit: int = 100) -> list[Import]:
    """Return one's own imports, newest first; of all units, so that none is forgotten."""
    kept = desk.root.get("imports")
    every = kept.imports.values() if kept is not None else ()
    mine = [job for job in every if job.by == desk.identity.login and desk.sees(job.unit)]
    return sorted(mine, key=lambda job: str(job.at), reverse=True)[:limit]


@act("import.looked-at", Permission.INTAKE_WORK, told=False)
def look(desk: Desk, unit: Unit, *, uid: str) -> Import:
    """Return one of one's own imports."""
    return _mine(desk, unit, uid)


# Mappings by name -------------------------------------------------------------------------


def _key(unit: Unit, name: str) -> str:
    return f"{unit.number}:{fold(name)}"


@act("import.mapping-kept", Permission.INTAKE_WORK)
def keep_mapping(desk: Desk, unit: Unit, *, name: str, mapping: ColumnMap) -> None:
    """Keep a mapping under a name, for everybody of the unit; the name's former one goes."""
    name = one_line(name)
    faults = mapping_faults(mapping)
    if not name:
        faults.append(Fault("name", "Give the mapping a name."))
    elif len(name) > _LONGEST_NAME:
        faults.append(Fault("name", "Use at most {most} characters.", {"most": _LONGEST_NAME}))
    if faults:
        raise Invalid(faults)
    made = SavedMapping(name, mapping.as_json(), at=desk.now, by=desk.identity.login)
    imports_of(desk.root).mappings[_key(unit, name)] = made
    desk.say(name=name)


@act("import.mapping-forgotten", Permission.INTAKE_WORK)
def forget_mapping(desk: Desk, unit: Unit, *, name: str) -> None:
    """Forget a mapping; lists imported with it are not touched."""
    if imports_of(desk.root).mappings.pop(_key(unit, name), None) is None:
        raise Missing
    desk.say(name=name)


@act("import.mappings-listed", Permission.INTAKE_WORK, told=False)
def mappings(desk: Desk, unit: Unit) -> dict[str, ColumnMap]:
    """Return the mappings kept for a unit, by name."""
    kept = desk.root.get("imports")
    if kept is None:
        return {}
    found = kept.mappings.values(f"{unit.number}:", f"{unit.number};", excludemax=True)
    return {one.name: ColumnMap.from_json(one.columns) for one in found}


def unit_of(desk: Desk, uid: str) -> Unit:
    """Return the unit of an import, for its acts to be decided on; unknown is ``Missing``."""
    found = _kept(desk, uid)
    if found is None or found.by != desk.identity.login:
        raise Missing
    unit: Unit = found.unit
    return unit
