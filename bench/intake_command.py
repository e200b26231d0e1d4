"""Taking in born-digital PDFs, beside pdfminer.six's own time on the same files.

``bin/py bench/intake_command.py [--quick] [--papers N]``

The papers are the demo's: one to three pages, set in type, no scans.  *pdfminer* is the sum of
``pdfminer.high_level.extract_text`` over the files in one warm process.  *intake* is the whole
command, ``bin/hoso intake FOLDER --json`` into a fresh site of the profile ``test``: start,
check, text, pictures of the pages, proposals, storage, index.  The wall ratio divides
pdfminer's time by the cores; target at most 1.3.  *cores* for the processor ratio is one.
"""

from __future__ import annotations

import argparse
import collections
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from intake_digital import demo_papers
from machine import CORES, HOME, children_cpu, machine, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))


def main() -> None:
    """Make the papers, read them both ways, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=300)
    parser.add_argument("--quick", action="store_true", help="40 papers")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        folder = Path(name)
        papers = demo_papers(folder / "papers", 40 if asked.quick else asked.papers)
        wall, cpu = _pdfminer(papers)
        lines, first, whole, used = _intake(folder, folder / "papers")
    print(f"{len(papers)} papers; outcomes: {dict(collections.Counter(lines))}")
    rows = [
        ("pdfminer.six, one process", f"{wall:.2f}", f"{cpu:.2f}", ""),
        ("hoso intake", f"{whole:.2f}", f"{used:.2f}", f"{first:.2f}"),
    ]
    table("Intake of born-digital PDFs", ("", "wall s", "cpu s", "first line s"), rows)
    target(f"wall: intake to pdfminer over {CORES} cores", whole / (wall / CORES), 1.3)
    print(f"cpu: intake to pdfminer: {used / cpu:.2f}")
    print(machine())


def _pdfminer(papers: list[Path]) -> tuple[float, float]:
    from pdfminer.high_level import extract_text

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    extract_text(str(papers[0]))  # imports and tables
    wall, cpu = time.perf_counter(), time.process_time()
    for path in papers:
        extract_text(str(path))
    return time.perf_counter() - wall, time.process_time() - cpu


def _intake(folder: Path, papers: Path) -> tuple[list[str], float, float, float]:
    """Return the outcomes, seconds to the first line, wall seconds, processor seconds."""
    from hoso.app.house import found_site
    from hoso.app.seeding import seed

    with found_site(folder / "site", "test") as house:
        seed(house)
        house.catch_up()
    before, began, first = children_cpu(), time.perf_counter(), 0.0
    command = [str(HOME / "bin" / "hoso"), "--site", str(folder / "site"), "intake", "--json"]
    process = subprocess.Popen([*command, str(papers)], stdout=subprocess.PIPE, text=True)
    outcomes = []
    with process:
        for line in process.stdout or ():
            first = first or time.perf_counter() - began
            outcomes.append(json.loads(line)["outcome"])
    return outcomes, first, time.perf_counter() - began, children_cpu() - before


if __name__ == "__main__":
    main()
