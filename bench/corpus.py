"""Take the whole corpus in and look every file up again.

    bin/py bench/corpus.py [FOLDER] [--keep DIR]

Runs ``hoso intake`` on every file (scans are recognised: this takes minutes), then looks each
paper up with ``hoso search`` by words of its own text, where it has none by its file's name.
Prints the outcomes, the time, and whatever is refused or not found; ends with status 1 where
there is any.  The corpus lies beside the clone or in HOSO_SHARED.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.testing.command_line import a_phrase, found, hoso, take_in
from machine import HOME, children_cpu, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

LOGIN = "archivist"


def main() -> int:
    """Take in, count, look up."""
    shared = Path(os.environ.get("HOSO_SHARED", HOME.parent / "shared"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "corpus")
    parser.add_argument("--keep", type=Path, help="make the site here and leave it")
    asked = parser.parse_args()
    files = sorted(path for path in asked.folder.rglob("*") if path.is_file())
    if not files:
        print(f"no files in {asked.folder}; set HOSO_SHARED", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        site = asked.keep or Path(name) / "site"
        _make_site(site)
        began, used = time.monotonic(), children_cpu()
        lines = take_in(site, [asked.folder], login=LOGIN)
        took, used = time.monotonic() - began, children_cpu() - used
        wrong = _wrong(site, files, lines)
    outcomes = Counter(line["outcome"] for line in lines)
    rows = [
        ("files", len(files)),
        *sorted(outcomes.items()),
        ("pages with proposals of a form", sum(_has(line, "type") for line in lines)),
        ("wall, s", f"{took:.0f}"),
        ("processor of the readers, s", f"{used:.0f}"),
        ("refused, lost or not found", len(wrong)),
    ]
    table(f"{asked.folder} taken in", ("", ""), rows)
    for each in wrong:
        print(f"    {each}")
    print(machine())
    return int(bool(wrong))


def _has(line: dict[str, object], field: str) -> bool:
    proposals = line["proposals"]
    return isinstance(proposals, dict) and proposals.get(field) is not None


def _make_site(path: Path) -> None:
    from hoso.testing.sites import Prepared

    Prepared(path)


def _wrong(site: Path, files: list[Path], lines: list[dict[str, object]]) -> list[str]:
    """Say what was refused, does not add up, or cannot be found."""
    from hoso.app.house import open_house
    from hoso.desk.documents import text_of
    from hoso.kernel import ids
    from hoso.records.model import Document

    wrong = []
    paths = [str(line["path"]) for line in lines]
    if sorted(paths) != sorted(map(str, files)):
        wrong.append(f"{len(files)} files, {len(paths)} lines")
    queries = {}
    with open_house(site) as house, house.databases.connection() as connection:
        known = connection.root()["site"].by_id
        kept = sum(isinstance(one, Document) for one in known.values())
        for line in lines:
            if line["outcome"] not in {"filed", "waiting", "quarantined", "duplicate"}:
                wrong.append(f"{line['path']}: {line['outcome']}: {line['reason']}")
                continue
            document = known[ids.from_text(str(line["document"]))]
            text = text_of(document) if document.pages else ""
            queries[str(line["path"])] = (
                document.uid,
                a_phrase(text) or document.given_name.decode("utf-8", "replace"),
            )
    duplicates = sum(line["outcome"] == "duplicate" for line in lines)
    if kept + duplicates != len(files):
        wrong.append(f"{len(files)} files, {kept} documents, {duplicates} duplicates")
    for path, (uid, query) in queries.items():
        if uid not in found(site, query, login=LOGIN):
            wrong.append(f"{path}: not found by {query}")
    status, _ = hoso(site, "index", "verify")
    if status:
        wrong.append("index verify finds differences")
    return wrong


if __name__ == "__main__":
    raise SystemExit(main())
