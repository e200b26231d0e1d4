"""``hoso import LIST --files DIR``: papers with a list that describes them, row by row.

``--dry-run`` says everything that is wrong, a line each, and writes nothing.  Without it the
rows are taken in order, a line each with what became of it, and a last line with the sum.
Ctrl-C stops behind the rows in hand; ``--resume`` goes on there, after a kill too.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for, unit_for
from hoso.cli.output import Output
from hoso.kernel.errors import HosoError, Missing, NotReady, Unusable

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the command."""
    command = subparsers.add_parser("import", help="take in papers with a list of them")
    command.add_argument("list", type=Path, metavar="LIST", help="CSV or XLSX, a row a paper")
    command.add_argument("--files", type=Path, metavar="DIR", help="folder of the files")
    command.add_argument(
        "--mapping", default="", metavar="FILE|NAME", help="which column is what; default: proposed"
    )
    command.add_argument("--sheet", default="", metavar="NAME", help="sheet of a workbook")
    command.add_argument(
        "--write-mapping", type=Path, metavar="FILE", help="write the mapping there and stop"
    )
    command.add_argument("--keep-mapping", default="", metavar="NAME", help="keep it for the unit")
    command.add_argument("--dry-run", action="store_true", help="say what is wrong, write nothing")
    command.add_argument(
        "--faults", type=Path, metavar="FILE", help="with --dry-run: write them as CSV too"
    )
    command.add_argument(
        "--check-files", action="store_true", help="look into each file before it is taken"
    )
    command.add_argument("--resume", action="store_true", help="go on behind the last row done")
    command.add_argument("--batch", default="", metavar="NUMBER", help="an open batch they are of")
    command.add_argument(
        "--unit", default="", metavar="KEY", help="whose tray (default: one's own)"
    )
    command.add_argument("--as", dest="login", default="", metavar="LOGIN")
    command.add_argument("--json", action="store_true")
    command.set_defaults(with_site=_run)


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.import_lists import opened_list, passing_workplace, spooled_list
    from hoso.ingest.bulk.mapping import settle, to_toml

    identity = identity_for(house, args.login)
    unit = unit_for(house, identity, args.unit)
    if args.files is None and args.write_mapping is None:
        raise Unusable("Name the folder of the files: --files DIR")
    # People's names are looked up in the index.
    house.catch_up()
    spooled = spooled_list(house, args.list)
    try:
        if args.resume:
            return _resumed(args, house, out, identity=identity, unit=unit, sha256=spooled.sha256)
        with passing_workplace(house) as place:
            opened = opened_list(spooled.path, folder=place.rows, sheet=args.sheet)
            mapping = _mapping(args, house, identity=identity, unit=unit, head=opened.head)
            if args.write_mapping is not None:
                args.write_mapping.write_text(to_toml(mapping), encoding="utf-8")
                out.say(f"{args.write_mapping}: correct it and give it with --mapping.")
                return 0
            columns = settle(mapping, opened.head.first, columns=opened.head.columns)
            _say_mapping(out, columns)
            if args.keep_mapping:
                _keep(args, house, identity, unit=unit, mapping=mapping)
            if args.dry_run:
                return _dry(args, house, out, identity=identity, unit=unit, opened=opened,
                            columns=columns, report=place.faults)  # fmt: skip
            uid = _begun(args, house, identity, unit=unit, spooled=spooled, mapping=mapping,
                         rows=opened.head.below(columns.row))  # fmt: skip
            place.rows.rename(_rows_of(house, uid))
        return _taken(args, house, out, identity=identity, unit=unit, uid=uid)
    finally:
        spooled.discard()


def _mapping(args: argparse.Namespace, house: Any, *, identity: Any, unit: str, head: Any) -> Any:
    from hoso.app.import_lists import mapping_of
    from hoso.ingest.bulk.mapping import from_toml, propose

    if not args.mapping:
        return propose(head.first, columns=head.columns)
    if Path(args.mapping).is_file():
        return from_toml(Path(args.mapping).read_text(encoding="utf-8"))
    kept = mapping_of(house, identity, unit=unit, name=args.mapping)
    if kept is None:
        raise Missing(
            "There is no mapping file {name}, and the unit keeps no mapping of that name.",
            name=args.mapping,
        )
    return kept


def _say_mapping(out: Output, columns: Any) -> None:
    said = {columns.heading(index): key for index, key in sorted(columns.places.items())}
    words = ", ".join(f"{heading}: {key}" for heading, key in said.items())
    out.line({"heading_row": columns.row, "mapping": said}, human=f"columns: {words}")


def _keep(args: argparse.Namespace, house: Any, identity: Any, *, unit: str, mapping: Any) -> None:
    from hoso.desk import importing

    with at_desk(house, identity) as desk:
        importing.keep_mapping(desk, desk.unit(unit), name=args.keep_mapping, mapping=mapping)


def _dry(
    args: argparse.Namespace,
    house: Any,
    out: Output,
    *,
    identity: Any,
    unit: str,
    opened: Any,
    columns: Any,
    report: Path,
) -> int:
    from hoso.app.import_check import dry_run
    from hoso.app.import_lists import gate_at
    from hoso.ingest.bulk import findings

    pace = _Pace(out)
    with ExitStack() as stack:
        gate = stack.enter_context(gate_at(house, args.files)) if args.check_files else None
        checked = dry_run(
            house, lambda _connection: identity, unit=unit, opened=opened, columns=columns,
            files=args.files, report=report, gate=gate, progress=pace.say,
        )  # fmt: skip
    out.progress("")
    for one in findings.read(report):
        where = f"row {one.row}" if one.row else "list"
        human = f"{one.severity:5} {where}: {one.column} {one.value!r}: {one}"
        out.line({**one.as_json(), "said": str(one)}, human=human)
    if args.faults is not None:
        headings = ("Row", "Column", "Value", "Severity", "What")
        with args.faults.open("wb") as file:
            file.writelines(findings.as_csv(findings.read(report), headings=headings, say=str))
    if checked is None:
        return 1
    counts = checked.as_counts()
    out.line(counts, human=", ".join(f"{name} {number}" for name, number in counts.items()))
    return 1 if checked.left_out else 0


def _begun(
    args: argparse.Namespace,
    house: Any,
    identity: Any,
    *,
    unit: str,
    spooled: Any,
    mapping: Any,
    rows: int,
) -> str:
    from hoso.desk import importing

    with at_desk(house, identity) as desk:
        job = importing.begin(
            desk,
            desk.unit(unit),
            spooled=spooled,
            name=bytes(args.list.name, "utf-8", "surrogateescape"),
            folder=str(args.files.resolve()),
            sheet=args.sheet,
            mapping=mapping,
            rows=rows,
        )
        return str(job.uid)


def _rows_of(house: Any, uid: str) -> Path:
    from hoso.ingest.bulk.workplace import Workplace

    place = Workplace.of(house.path, uid)
    place.make()
    return place.rows


def _resumed(
    args: argparse.Namespace, house: Any, out: Output, *, identity: Any, unit: str, sha256: str
) -> int:
    from hoso.desk import importing

    folder = str(args.files.resolve())
    with at_desk(house, identity) as desk:
        mine = importing.listing(desk, desk.unit(unit))
        open_ = [
            job
            for job in mine
            if job.unit is desk.unit(unit)
            and job.folder == folder
            and job.state in {"open", "running", "stopped"}
        ]
        same = next((job for job in open_ if job.sha256 == sha256), None)
        other = next((job for job in open_ if job.list_name == args.list.name.encode()), None)
        if same is not None:
            uid = same.uid
        elif other is not None:
            raise NotReady(
                "The list has changed since row {row} of it was taken (its SHA-256 was {before}, "
                "now it is {now}). Import it without --resume: what is here already is found.",
                row=other.progress.row,
                before=other.sha256,
                now=sha256,
            )
        else:
            raise Missing("There is no import of this list and folder to go on with.")
    return _taken(args, house, out, identity=identity, unit=unit, uid=uid)


def _taken(
    args: argparse.Namespace, house: Any, out: Output, *, identity: Any, unit: str, uid: str
) -> int:
    from hoso.app.import_lists import gate_at, rows_of_import
    from hoso.app.importing import Importing
    from hoso.desk import batches, importing
    from hoso.ingest.bulk.mapping import ColumnMap, settle

    with at_desk(house, identity) as desk:
        job = importing.look(desk, desk.unit(unit), uid=uid)
        opened, place = rows_of_import(house, job)
        files, done = Path(job.folder), job.progress.done
        mapping = ColumnMap.from_json(job.mapping)
        columns = settle(mapping, opened.head.first, columns=opened.head.columns)
        batch = batches.find(desk, args.batch).uid if args.batch else ""
        importing.start(desk, desk.unit(unit), uid=uid)
    pace = _Pace(out, done=done, rows=opened.head.below(columns.row))
    state = "running"
    with ExitStack() as stack:
        gate = stack.enter_context(gate_at(house, files)) if args.check_files else None
        stop = stack.enter_context(_until_interrupted(out))
        run = Importing(
            house, lambda _connection: identity, unit=unit, uid=uid, opened=opened,
            columns=columns, files=files, report=place.report, batch=batch, gate=gate,
        )  # fmt: skip
        try:
            state = run.run(on_row=lambda line: _say_row(out, pace, line), stop=stop)
        except HosoError as error:
            with at_desk(house, identity) as desk:
                facts = {key: str(fact) for key, fact in error.facts.items() if key != "entry"}
                importing.fail(desk, desk.unit(unit), uid=uid, why=error.text, facts=facts)
            raise
    out.progress("")
    return _ended(house, out, identity=identity, unit=unit, uid=uid, state=state, place=place)


def _say_row(out: Output, pace: _Pace, line: dict[str, Any]) -> None:
    from hoso.ingest.bulk.findings import Finding

    said = [str(Finding.from_json(one)) for one in line["findings"]]
    where = line["document"] or "-"
    human = f"{line['outcome']:9} {where:13} row {line['row']}: {line['file']} {' '.join(said)}"
    out.line({**line, "said": said}, human=human.rstrip())
    pace.one_more()


def _ended(
    house: Any, out: Output, *, identity: Any, unit: str, uid: str, state: str, place: Any
) -> int:
    from hoso.desk import importing

    with at_desk(house, identity) as desk:
        if state == "running":
            importing.stop(desk, desk.unit(unit), uid=uid)
        job = importing.look(desk, desk.unit(unit), uid=uid)
        counts = dict(job.progress.counts)
        said = {"import": uid, "state": job.state, "row": job.progress.row,
                "rows": job.progress.done, **counts}  # fmt: skip
    if said["state"] == "done":
        place.drop_rows()
    else:
        out.say(f"Stopped behind row {said['row']}. Go on with --resume.")
    house.catch_up()
    out.line(said, human="  ".join(f"{name} {value}" for name, value in said.items()))
    troubled = counts.get("left-out", 0) + counts.get("elsewhere", 0)
    return 1 if troubled or said["state"] != "done" else 0


@contextmanager
def _until_interrupted(out: Output) -> Iterator[threading.Event]:
    """Give an event that the first Ctrl-C sets; the second one interrupts as ever."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def asked(_number: int, _frame: FrameType | None) -> None:
        out.say("Stopping behind the rows in hand.")
        stop.set()
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, asked)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Pace:
    """Says how many rows are done, how many are left, and how many minutes that takes."""

    def __init__(self, out: Output, *, done: int = 0, rows: int = 0) -> None:
        self._out = out
        self._done = self._first = done
        self._rows = rows
        self._began = time.monotonic()

    def one_more(self) -> None:
        self.say(self._done + 1, self._rows)

    def say(self, done: int, rows: int) -> None:
        self._done = done
        spent = time.monotonic() - self._began
        left = max(rows - done, 0)
        minutes = spent / max(done - self._first, 1) * left / 60
        self._out.progress(f"{done} rows done, {left} left, {minutes:.0f} minutes to go")
