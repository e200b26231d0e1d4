"""``hoso extract FILE...``: identification, text and proposals of files, without a database.

Nothing is kept: page files live in a temporary folder until the line is printed.  One JSON
object a line, in the order of the arguments, as each file ends.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hoso.cli.output import Output

if TYPE_CHECKING:
    from hoso.ingest.reading import Reader, Reading, Verdict

__all__ = ["add", "described", "run"]

_WORKERS = 2


def add(subparsers: Any) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "extract", help="say what files are and what is written on them, without a site"
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="PDF, TIFF, JPEG or PNG")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, out: Output) -> int:
    """Read each file and print its line; 1 when any was refused or quarantined."""
    # Half a second of imports that no other command needs.
    from hoso.ingest.reading import Reader, default_classifiers, default_model
    from hoso.ingest.sandbox import Sandbox

    all_accepted = True
    with (
        Sandbox(workers=_WORKERS) as sandbox,
        tempfile.TemporaryDirectory(prefix="hoso-extract-") as folder,
        ThreadPoolExecutor(_WORKERS) as threads,
    ):
        sandbox.warm()
        reader = Reader(sandbox, default_classifiers(), default_model())
        jobs = [
            threads.submit(_read, reader, path, Path(folder) / str(number))
            for number, path in enumerate(args.files)
        ]
        try:
            for number, (path, job) in enumerate(zip(args.files, jobs, strict=True), 1):
                out.progress(f"{number}/{len(jobs)} {shown(path)}")
                verdict, reading = job.result()
                all_accepted = all_accepted and verdict.outcome == "accepted"
                said = described(path, verdict, reading)
                out.line(said, human=_for_people(said))
        finally:
            for job in jobs:
                job.cancel()
    out.progress("")
    return 0 if all_accepted else 1


def _read(reader: Reader, path: str, folder: Path) -> tuple[Verdict, Reading | None]:
    verdict = reader.inspect(path)
    if verdict.outcome != "accepted":
        return verdict, None
    folder.mkdir()
    with tempfile.TemporaryDirectory(dir=folder) as pages:
        return verdict, reader.read(path, verdict, Path(pages))


def described(path: str, verdict: Verdict, reading: Reading | None) -> dict[str, Any]:
    """Return what the command prints of one file."""
    from hoso.ingest.propose.proposal import FIELDS

    notes = [str(each) for each in verdict.notes]
    if reading is not None:
        notes += [f"{page.number}: {note}" for page in reading.pages for note in page.notes]
        notes += reading.notes
    return {
        "path": shown(path),
        "mime": verdict.mime,
        "puid": verdict.puid,
        "pages": verdict.pages,
        "sha256": verdict.sha256,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "text": reading.text if reading is not None else "",
        "proposals": dict(reading.proposals) if reading is not None else dict.fromkeys(FIELDS),
        "notes": notes,
    }


def shown(path: str) -> str:
    """Return a name as text that can be printed; bytes that are no UTF-8 become escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _for_people(said: dict[str, Any]) -> str:
    lines = [f"{said['path']!r}: {said['outcome']}"]
    lines[0] += f", {said['mime']}" if said["mime"] else ""
    lines[0] += f", {said['pages']} pages" if said["pages"] else ""
    if said["reason"]:
        lines.append(f"    {said['reason']}")
    for name, proposal in said["proposals"].items():
        if proposal is not None:
            lines.append(f"    {name:8} {proposal['value']}  ({proposal['confidence']:.2f})")
    return "\n".join(lines)


def main() -> int:
    """Run the command alone, for work on it."""
    parser = argparse.ArgumentParser(prog="hoso")
    add(parser.add_subparsers(required=True))
    args = parser.parse_args(["extract", *sys.argv[1:]])
    return run(args, Output(as_json=args.json))


if __name__ == "__main__":
    raise SystemExit(main())
