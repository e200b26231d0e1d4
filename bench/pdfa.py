"""Make a preservation copy of every paper of a folder and have veraPDF judge all of them.

    bin/py bench/pdfa.py [FOLDER] [--quick] [--keep DIR]

Every accepted PDF and picture is read (recognition takes minutes; ``--quick`` leaves it out, so
scans have no words), copied as two-layer PDF/A-2b, and judged in one go by veraPDF's engine,
which nothing of the copy is made with.  Then the words in each copy, as PDFium finds them, are
set beside those that were read.  Prints how pages were made, processor time and bytes, and every
clause that fails; ends with status 1 where there is one.  Last, a file of 500 pages: time and
memory of the process that copies it.  The corpus lies beside the clone or in HOSO_SHARED.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.ingest.pages.layer import open_page, read_layer_words
from hoso.ingest.reading import Reader, Verdict, default_classifiers, default_model
from hoso.ingest.renditions.copy import make_copy
from hoso.ingest.renditions.leaves import Leaf
from hoso.ingest.sandbox import Sandbox
from hoso.testing.pdfa import judge
from machine import HOME, environment, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
MANY = 500
_ENOUGH = 0.95


def main() -> int:
    """Read, copy, judge."""
    shared = Path(os.environ.get("HOSO_SHARED", HOME.parent / "shared"))
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=shared / "corpus")
    parser.add_argument("--quick", action="store_true", help="do not read scans")
    parser.add_argument("--keep", type=Path, help="leave the copies here")
    parser.add_argument("--many", nargs=2, metavar=("SCAN", "COPY"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.many:
        return _copy_many(*map(Path, asked.many))
    files = sorted(path for path in asked.folder.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name, Sandbox(workers=2) as sandbox:
        out = asked.keep or Path(name)
        out.mkdir(parents=True, exist_ok=True)
        reader = Reader(sandbox, default_classifiers(), default_model())
        papers = {path: verdict for path in files if (verdict := _fit(reader, path)) is not None}
        if not papers:
            print(f"no papers in {asked.folder}; set HOSO_SHARED", file=sys.stderr)
            return 1
        copies, wrong = _copied(reader, papers, out, quick=asked.quick)
        began = time.monotonic()
        verdicts = judge(copies)
        failing = {path: clauses for path, clauses in verdicts.items() if clauses}
        print(f"\nveraPDF takes {len(copies) - len(failing)} of {len(copies)} for PDF/A-2b"
              f" ({time.monotonic() - began:.0f} s)")  # fmt: skip
        for path, clauses in failing.items():
            print(f"    {path.name}: {', '.join(clauses)}")
        for each in wrong:
            print(f"    {each}")
        _many(out, papers)
    print(f"\n{machine()}")
    return 1 if failing or wrong else 0


def _fit(reader: Reader, path: Path) -> Verdict | None:
    verdict = reader.inspect(path, digest=False)
    pictured = (verdict.mime or "").startswith(("application/pdf", "image/"))
    return verdict if verdict.outcome == "accepted" and pictured else None


def _copied(
    reader: Reader, papers: dict[Path, Verdict], out: Path, *, quick: bool
) -> tuple[list[Path], list[str]]:
    """Copy every paper; return the copies, and what is not as it should be."""
    copies, wrong = [], []
    methods: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    spent, before, after, words, found = 0.0, 0, 0, 0, 0
    slowest = (0.0, "")
    for number, (path, verdict) in enumerate(papers.items()):
        leaves = _leaves(reader, path, verdict, out / f"read-{number:03d}", quick=quick)
        copy = out / f"{number:03d}-{path.name}.pdf"
        began = time.process_time()
        try:
            done = make_copy(leaves, copy, title=path.stem, made_at=MADE_AT)
        except Exception as why:  # noqa: BLE001 -- a bench goes on and tells
            wrong.append(f"{path.name}: no copy: {type(why).__name__}: {why}")
            continue
        took = time.process_time() - began
        copies.append(copy)
        methods.update(done.methods)
        notes.update(str(note) for note in done.notes)
        spent += took
        slowest = max(slowest, (took / done.pages, path.name))
        before, after = before + path.stat().st_size, after + copy.stat().st_size
        words += sum(len(leaf.words) for leaf in leaves)
        same, lacking = _found(copy, leaves, done.methods)
        found += same
        wrong += [f"{path.name}: {each}" for each in lacking]
    pages = methods.total()
    rows = [
        ("papers", len(copies)),
        ("pages", pages),
        *((f"  {method}", count) for method, count in sorted(methods.items())),
        ("processor, s a page", f"{spent / max(pages, 1):.3f}"),
        (f"  slowest: {slowest[1]}", f"{slowest[0]:.3f}"),
        ("bytes of the originals", f"{before:,}"),
        ("bytes of the copies", f"{after:,}"),
        ("words read", f"{words:,}"),
        ("  found in the copies", f"{found:,}"),
    ]
    table("Copies", ("", ""), rows)
    for note, count in notes.most_common():
        print(f"    {count} times: {note}")
    return copies, wrong


def _leaves(reader: Reader, path: Path, verdict: Verdict, out: Path, *, quick: bool) -> list[Leaf]:
    total = verdict.pages or 1
    if quick:
        return [Leaf(path, number) for number in range(1, total + 1)]
    reading = reader.read(path, verdict, out)
    return [Leaf(path, page.number, page.turn, page.words, page.source) for page in reading.pages]


def _found(copy: Path, leaves: list[Leaf], methods: tuple[str, ...]) -> tuple[int, list[str]]:
    """Return how many words PDFium finds as they were read; and pages that lack many.

    Words of converted pages are the pages' own.  A few differ by nature: where recognition
    took a stamp for words that lie across two lines, every reader has its own idea.
    """
    total, lacking = 0, []
    for number, (leaf, method) in enumerate(zip(leaves, methods, strict=True), 1):
        wanted = Counter(word[0] for word in leaf.words)
        if method == "converted":
            total += wanted.total()
            continue
        with open_page(str(copy), number) as page:
            found = Counter(word[0] for word in read_layer_words(page).words)
        same = (wanted & found).total()
        total += same
        if same < _ENOUGH * wanted.total():
            lacking.append(f"page {number}: {same} of {wanted.total()} words are found")
    return total, lacking


# --- a large file ----------------------------------------------------------------------------


def _many(out: Path, papers: dict[Path, Verdict]) -> None:
    """Copy a file of many pages in a process of its own, once from a PDF and once from pictures."""
    rows = []
    for kind in (".pdf", ".jpg"):
        fitting = [path for path in papers if path.suffix.lower() == kind]
        if not fitting:
            continue
        largest = max(fitting, key=lambda path: path.stat().st_size)
        done = subprocess.run(
            [sys.executable, __file__, "--many", largest, out / f"many{kind}.pdf"],
            check=True,
            capture_output=True,
            env=environment(),
        )
        figures = json.loads(done.stdout)
        rows.append((f"{MANY} pages of {largest.name}", *figures))
    heads = ("", "processor, s a page", "memory, MiB", "MB")
    table("A large paper", heads, rows)


def _copy_many(scan: Path, copy: Path) -> int:
    total = 1
    if scan.suffix == ".pdf":
        import pikepdf

        with pikepdf.open(scan) as document:
            total = len(document.pages)
    line = [[f"từ{at}", 90.0, [at / 12, 0.1, at / 12 + 0.07, 0.12], 0] for at in range(12)]
    words = [[text, sure, box, row] for row in range(30) for text, sure, box, _ in line]
    leaves = [Leaf(scan, 1 + at % total, 0, words, "ocr") for at in range(MANY)]
    began = time.process_time()
    make_copy(leaves, copy, title="-", made_at=MADE_AT)
    took = (time.process_time() - began) / MANY
    # Not ru_maxrss: that begins with what the parent had.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([f"{took:.4f}", f"{peak:.0f}", f"{copy.stat().st_size / 1e6:.0f}"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
