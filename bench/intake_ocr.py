"""The path of a scan, beside the recognition engine's own time, two workers, and OCRmyPDF.

``bin/py bench/intake_ocr.py [--quick] [--pages N] [--no-peer]``

*engine* is ``Recognize()`` alone on the picture our path hands it.  *path* is all that happens
to a page until it can be found and shown: check of the file, picture, skew, condition, codes,
words, spelling, preview; *copy* is the two-layer PDF/A-2b made of it afterwards.  All three take
turns page by page in one process, so that what else the machine does falls on each; processor
seconds.  Then the same files through the sandbox with one and with two workers (wall seconds:
only a machine that does nothing else shows what two are worth), the most memory a worker held,
and OCRmyPDF with the same model on the same pages where ``make peers`` has fetched it.  The
scans lie beside the clone or in HOSO_SHARED.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.ingest.reading import Reader
from hoso.ingest.sandbox import Sandbox
from intake_digital import family_cpu
from machine import HOME, children_cpu, machine, table, target

os.environ.setdefault("HOSO_HOME", str(HOME))

MODEL = HOME / "parts" / "tessdata"
CLASSIFIERS = HOME / "catalogs" / "classifiers"
PEER = HOME / "parts" / "peers" / "bin" / "ocrmypdf"
MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
SINGLE = 1.15
TWO_WORKERS = 1.8
OVER_PEER = 1.5
MEMORY = 300


@dataclass
class Spent:
    """Processor seconds by step, over some pages."""

    pages: int = 0
    engine: float = 0.0
    gate: float = 0.0
    path: float = 0.0
    copy: float = 0.0
    steps: Counter[str] = field(default_factory=Counter)


def main() -> None:
    """Measure all of it on a sample of the scans, or on all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--pages", type=int, default=0, help="so many pages, all where 0")
    parser.add_argument("--quick", action="store_true", help="twelve pages")
    parser.add_argument("--no-peer", action="store_true", help="without OCRmyPDF")
    asked = parser.parse_args()
    scans = chosen(scans_in(), 12 if asked.quick else asked.pages)
    if not scans:
        print("NOT RUN: no scans; set HOSO_SHARED", file=sys.stderr)
        return
    spent = cost(scans)
    ours = (spent.gate + spent.path + spent.copy) / spent.pages
    workers(scans)
    if not asked.no_peer:
        peer(scans, ours)
    print(machine())


def scans_in() -> list[Path]:
    """Return the scans of the corpus."""
    shared = Path(os.environ.get("HOSO_SHARED", HOME.parent / "shared"))
    return sorted((shared / "corpus" / "scans").glob("*.pdf"))


def chosen(scans: Sequence[Path], pages: int) -> list[tuple[Path, int]]:
    """Return (file, pages) of all scans, or of some spread over them with about *pages* pages."""
    import pypdfium2

    counted = []
    for path in scans:
        with pypdfium2.PdfDocument(path) as document:
            counted.append((path, len(document)))
    if not pages:
        return counted
    kept, total = [], 0
    for path, count in sorted(counted, key=lambda each: each[0].name[::-1]):
        if total + count <= pages:
            kept.append((path, count))
            total += count
    return kept


# --- beside the engine -----------------------------------------------------------------------


def cost(scans: Sequence[tuple[Path, int]]) -> Spent:
    """Print what the path costs beside the engine's own time."""
    from hoso.ingest.gate import inspect
    from hoso.ingest.pages.files import page_file
    from hoso.ingest.pages.work import recognise

    spent = Spent()
    slowest: list[tuple[float, str]] = []
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        out = Path(name)
        first = str(scans[0][0])
        inspect(first)
        recognise(first, "application/pdf", 1, name, str(MODEL), [], str(CLASSIFIERS))
        _copied(scans[0][0], [1], out)
        for path, pages in scans:
            began = time.process_time()
            inspect(str(path))
            spent.gate += time.process_time() - began
            for number in range(1, pages + 1):
                engine = engine_alone(path, number)
                page_file(out, number).unlink(missing_ok=True)
                began = time.process_time()
                recognise(
                    str(path), "application/pdf", number, name, str(MODEL), [], str(CLASSIFIERS)
                )
                took = time.process_time() - began
                # The engine once before and once after: a busy machine slows both.
                engine = (engine + engine_alone(path, number)) / 2
                spent.engine += engine
                spent.path += took
                spent.pages += 1
                slowest.append((took / max(engine, 0.01), f"{path.name} {number}"))
            began = time.process_time()
            _copied(path, range(1, pages + 1), out)
            spent.copy += time.process_time() - began
        for path, pages in scans[:: max(1, len(scans) // 6)]:
            for number in range(1, pages + 1):
                _steps(path, number, out, spent.steps)
    rows = [
        (name, f"{1000 * seconds / spent.pages:.1f}", f"{seconds / spent.engine:.3f}")
        for name, seconds in (
            ("engine alone", spent.engine),
            ("gate", spent.gate),
            ("picture to preview, words included", spent.path),
            ("PDF/A-2b copy", spent.copy),
        )
    ]
    table(f"Scans: {len(scans)} files, {spent.pages} pages", ("", "cpu ms/page", "to engine"), rows)
    measured = spent.steps.pop("pages")
    print("of that, ms a page: " + ", ".join(
        f"{name} {1000 * seconds / measured:.1f}" for name, seconds in spent.steps.items()
    ))  # fmt: skip
    print("most beside the engine: " + ", ".join(
        f"{which} {ratio:.2f}" for ratio, which in sorted(slowest, reverse=True)[:5]
    ))  # fmt: skip
    target("path to engine", (spent.gate + spent.path) / spent.engine, SINGLE)
    whole = spent.gate + spent.path + spent.copy
    target("path with the copy to engine", whole / spent.engine, SINGLE)
    return spent


def engine_alone(
    path: Path, number: int, *, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the seconds of the engine, by *clock*, on the picture our path hands it."""
    from hoso.ingest.pages.ink import prepared, skew
    from hoso.ingest.pages.ocr import engine
    from hoso.ingest.pages.raster import page_raster

    raster = page_raster(str(path), "application/pdf", number)
    grey = prepared(raster.grey, skew(raster.grey)).grey
    api = engine(str(MODEL))
    api.SetImageBytes(grey.tobytes(), grey.width, grey.height, 1, grey.width)
    api.SetSourceResolution(raster.fine)
    began = clock()
    api.Recognize()
    took = clock() - began
    api.Clear()
    return took


def _copied(path: Path, numbers: Sequence[int], out: Path) -> None:
    """Make the copy as the second stage does, of the pages as they were read."""
    import json

    from hoso.ingest.pages.files import page_file
    from hoso.ingest.renditions.copy import make_copy
    from hoso.ingest.renditions.leaves import Leaf

    leaves = []
    for number in numbers:
        facts = json.loads(page_file(out, number).read_text(encoding="utf-8"))
        leaves.append(Leaf(path, number, facts["turn"], facts["words"], facts["source"]))
    make_copy(leaves, out / "copy.pdf", title=path.stem, made_at=MADE_AT)


def _steps(path: Path, number: int, out: Path, steps: Counter[str]) -> None:
    """Add to *steps* what each step of a page costs by itself, the engine left out."""
    import numpy as np

    from hoso.ingest.pages import codes, condition, ink, limits, ocr, raster, spelling, vocabulary

    clock = time.process_time

    def note(name: str, since: float) -> float:
        steps[name] += clock() - since
        return clock()

    since = clock()
    picture = raster.page_raster(str(path), "application/pdf", number)
    grey = picture.grey
    since = note("picture", since)
    angle = ink.skew(grey)
    since = note("skew", since)
    sheet, marked = condition.sheet_of(grey), ink.contrast(np.asarray(grey))
    condition.find(sheet, limits.Limits(), angle=angle, dpi=picture.dpi, contrast=marked)
    condition.print_of(sheet, angle)
    since = note("condition and print", since)
    codes.codes_on(grey, sheet, marked)
    since = note("codes", since)
    ink.prepared(grey, angle)
    since = note("making fit", since)
    raster.save_preview(picture.picture, out / "preview.webp")
    note("preview", since)
    words, _ = ocr.recognised(grey, str(MODEL), dpi=picture.fine, angle=angle)
    since = clock()
    spelling.respelt(words, vocabulary.vocabulary_in(str(CLASSIFIERS)))
    note("spelling", since)
    steps["pages"] += 1


# --- workers ---------------------------------------------------------------------------------


def workers(scans: Sequence[tuple[Path, int]]) -> None:
    """Print what two workers are worth, and the most memory one held."""
    pages = sum(count for _, count in scans)
    rows, walls = [], []
    most = 0
    for count in (1, 2):
        wall, cpu, held = _through(scans, count)
        walls.append(wall)
        most = max(most, held)
        rows.append((count, f"{wall:.1f}", f"{pages / wall:.2f}", f"{cpu / pages:.2f}", held >> 20))
    heads = ("workers", "wall s", "pages/s", "cpu s/page", "most memory, MB")
    table(f"The same through the sandbox, proposals included: {pages} pages", heads, rows)
    print(f"two workers to one: {walls[0] / walls[1]:.2f} (target at least {TWO_WORKERS}, "
          "on a machine that does nothing else)")  # fmt: skip
    target("memory of a worker, MB", most / (1 << 20), MEMORY)


def _through(scans: Sequence[tuple[Path, int]], count: int) -> tuple[float, float, int]:
    """Return wall and processor seconds of reading all scans, and the most memory of a child."""
    with Sandbox(workers=count) as sandbox:
        sandbox.warm()
        reader = Reader(sandbox, CLASSIFIERS, MODEL)

        def read(path: Path) -> None:
            with tempfile.TemporaryDirectory(prefix="hoso-bench-") as out:
                reader.read(path, reader.inspect(path), Path(out) / "out")

        with ThreadPoolExecutor(count) as threads:
            list(threads.map(read, [scans[0][0]] * count))  # engines are loaded
            began, used = time.perf_counter(), family_cpu()
            list(threads.map(read, [path for path, _ in scans]))
            wall, cpu = time.perf_counter() - began, family_cpu() - used
        return wall, cpu, max(_held())


def _held() -> list[int]:
    """Return the most memory each living child held at any time, in bytes."""
    held = [0]
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            facts = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue
        if int(facts["PPid"]) == os.getpid() and "VmHWM" in facts:
            held.append(int(facts["VmHWM"].split()[0]) << 10)
    return held


# --- the peer --------------------------------------------------------------------------------


def peer(scans: Sequence[tuple[Path, int]], ours: float) -> None:
    """Print OCRmyPDF's processor seconds on the same pages; *ours* are those of our whole path."""
    if not PEER.exists():
        print(f"NOT RUN: OCRmyPDF; no {PEER.relative_to(HOME)}: make peers", file=sys.stderr)
        return
    import pikepdf

    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        together = Path(name) / "together.pdf"
        with pikepdf.new() as made:
            # Pages with text of their own it would refuse or skip; sources stay open until save.
            sources = [pikepdf.open(path) for path, _ in scans if not _has_text(path)]
            for source in sources:
                made.pages.extend(source.pages)
            pages = len(made.pages)
            made.save(together)
        command = [
            *(str(PEER), "--quiet", "--language", "vie", "--jobs", "1"),
            *("--output-type", "pdfa", "--pdfa-backend", "internal"),
            *(str(together), str(Path(name) / "out.pdf")),
        ]
        began, used = time.perf_counter(), children_cpu()
        done = subprocess.run(
            command, env=_peer_environment(), capture_output=True, text=True, check=False
        )
        wall, cpu = time.perf_counter() - began, children_cpu() - used
    if done.returncode:
        print(f"NOT RUN: OCRmyPDF ended with {done.returncode}: {done.stderr[-400:]}")
        return
    rows = [
        ("OCRmyPDF, one job", f"{cpu / pages:.2f}", f"{pages / cpu:.2f}", f"{wall / pages:.2f}"),
        ("ours with the copy", f"{ours:.2f}", f"{1 / ours:.2f}", ""),
    ]
    heads = ("", "cpu s/page", "pages/cpu s", "wall s/page")
    table(f"Scan to two-layer PDF/A-2b: {pages} pages", heads, rows)
    ratio = cpu / pages / ours
    said = "reached" if ratio >= OVER_PEER else "NOT REACHED"
    print(f"pages a processor second: {ratio:.2f} times OCRmyPDF's "
          f"(target at least {OVER_PEER}: {said})")  # fmt: skip


def _has_text(path: Path) -> bool:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        return any(page.get_textpage().count_chars() for page in document)


def _peer_environment() -> dict[str, str]:
    """Return the environment of the peer: its own programs and model (ours), one thread."""
    environment = {
        **os.environ,
        "PATH": f"{PEER.parent}:{os.environ.get('PATH', os.defpath)}",
        "OMP_THREAD_LIMIT": "1",
    }
    for name in ("PYTHONPATH", "TESSDATA_PREFIX"):
        environment.pop(name, None)
    return environment


if __name__ == "__main__":
    main()
