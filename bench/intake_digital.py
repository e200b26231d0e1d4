"""Reading born-digital papers, beside pdfminer.six reading everything of the same files.

``bin/py bench/intake_digital.py [--quick] [--papers N] [--rounds N]``

*pdfminer* is ``pdfminer.high_level.extract_pages`` with its own layout analysis over every page,
in one warm process.  *ours* is the whole reading as the intake does it, through the sandbox: the
check of the file, the text layer with boxes and fonts of every page, the proposals; processor
time is that of this process and of its children together.  The two take turns, so that what else
the machine does falls on both.  Papers: the demo's that are set in type, and the corpus's own
PDFs (beside the clone or in HOSO_SHARED).  Target: at least 8 times as many pages a second.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox
from machine import CORES, HOME, children_cpu, cpu_of, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

TARGET = 8.0


@dataclass
class Spent:
    """Pages read, and the seconds they took."""

    pages: int = 0
    wall: float = 0.0
    cpu: float = 0.0

    def add(self, pages: int, wall: float, cpu: float) -> None:
        self.pages, self.wall, self.cpu = self.pages + pages, self.wall + wall, self.cpu + cpu


def main() -> None:
    """Make the papers, read them both ways by turns, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--papers", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="30 papers, one round")
    asked = parser.parse_args()
    if asked.quick:
        asked.papers, asked.rounds = 30, 1
    shared = Path(os.environ.get("HOSO_SHARED", HOME.parent / "shared"))
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        sets = {"papers of the demo": demo_papers(Path(name), asked.papers)}
        corpus = sorted((shared / "corpus" / "synthetic").glob("*.pdf"))
        if corpus:
            sets["papers of the corpus"] = corpus
        else:
            print(f"NOT RUN: no corpus in {shared}; set HOSO_SHARED", file=sys.stderr)
        for title, files in sets.items():
            compare(title, files, asked.rounds)
    print(machine())


def compare(title: str, files: Sequence[Path], rounds: int) -> float:
    """Print both, and return the ratio of pages a processor second."""
    theirs, ours = Spent(), Spent()
    with Sandbox(workers=CORES) as sandbox:
        sandbox.warm()
        reader = Reader(sandbox, HOME / "catalogs" / "classifiers", HOME / "parts" / "tessdata")
        pdfminer(files[:2])
        read(reader, files[:6])
        for _ in range(rounds):
            theirs.add(*pdfminer(files))
            ours.add(*read(reader, files))
    rows = [
        (
            name,
            f"{spent.pages / spent.wall:.1f}",
            f"{spent.pages / spent.cpu:.1f}",
            f"{1000 * spent.wall / spent.pages:.1f}",
            f"{1000 * spent.cpu / spent.pages:.1f}",
        )
        for name, spent in (("pdfminer.six, extract_pages", theirs), ("ours, whole reading", ours))
    ]
    heads = ("", "pages/s", "pages/cpu s", "wall ms/page", "cpu ms/page")
    table(f"{title}: {len(files)} files, {ours.pages // rounds} pages", heads, rows)
    ratio = (theirs.cpu / theirs.pages) / (ours.cpu / ours.pages)
    wall = (theirs.wall / theirs.pages) / (ours.wall / ours.pages)
    for what, found in (("pages a second", wall), ("pages a processor second", ratio)):
        said = "reached" if found >= TARGET else "NOT REACHED"
        print(f"{what}: {found:.2f} times pdfminer's (target at least {TARGET:g}: {said})")
    return ratio


def demo_papers(folder: Path, count: int) -> list[Path]:
    """Set *count* papers of the demo in type."""
    from hoso.demo.papers import Press
    from hoso.demo.plan import make_plan
    from hoso.demo.stock import load_stock

    folder.mkdir(exist_ok=True)
    stock = load_stock(HOME / "profiles" / "demo")
    press = Press(stock)
    made = []
    chosen = (paper for paper in make_plan(stock).papers if not paper.scan_as)
    for paper in islice(chosen, count):
        path = folder / f"{paper.index:04d}.pdf"
        path.write_bytes(press.render(paper))
        made.append(path)
    return made


def pdfminer(files: Sequence[Path]) -> tuple[int, float, float]:
    """Return pages, wall and processor seconds of pdfminer.six laying out every page."""
    from pdfminer.high_level import extract_pages

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    wall, cpu = time.perf_counter(), time.process_time()
    pages = sum(1 for path in files for _ in extract_pages(str(path)))
    return pages, time.perf_counter() - wall, time.process_time() - cpu


def read(reader: Reader, files: Sequence[Path]) -> tuple[int, float, float]:
    """Return pages, wall and processor seconds of our reading, two files at once."""

    def one(path: Path) -> int:
        with tempfile.TemporaryDirectory(prefix="hoso-bench-") as out:
            return len(reader.read(path, reader.inspect(path), Path(out) / "out").pages)

    wall, cpu = time.perf_counter(), family_cpu()
    with ThreadPoolExecutor(CORES) as threads:
        pages = sum(threads.map(one, files))
    return pages, time.perf_counter() - wall, family_cpu() - cpu


def family_cpu() -> float:
    """Return the processor seconds of this process and of its children, ended and living."""
    living = 0.0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[1]) == os.getpid():
                living += cpu_of(int(status.parent.name))
        except OSError:
            continue
    return time.process_time() + children_cpu() + living


if __name__ == "__main__":
    main()
