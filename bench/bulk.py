"""Show that a bulk import needs no more memory for a longer list, and how fast it is.

``bin/py bench/bulk.py [--quick] [--rows N ...] [--xlsx N ...] [--import N]``

Makes a site of the profile ``test`` with 1,000 dossiers, a folder with a file for each row (hard
links to twenty papers, so that a million take no room) and lists of growing length; one row in
fifty has a fault.  Each dry run is a process of its own: printed are its largest resident
memory, that of the child that opened the list, and rows a second over opening and checking.
The import of real rows is measured at 2,000.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hoso.app.house import found_site, open_house
from hoso.app.import_check import dry_run
from hoso.app.import_lists import opened_list
from hoso.app.importing import Importing
from hoso.app.seeding import INSTALLER, seed
from hoso.desk import importing
from hoso.desk.desk import Desk
from hoso.ingest.bulk.mapping import propose, settle
from hoso.storage.blobs import spool_bytes
from hoso.testing.things import a_dossier, bytes_of
from machine import HOME, environment, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))

DOSSIERS = 1_000
HEADINGS = ("STT", "Tên tệp", "Số hồ sơ", "Họ và tên", "Thành phần", "Số, ký hiệu",
            "Ngày ban hành", "Cơ quan ban hành", "Trích yếu", "Người ký", "Độ mật")  # fmt: skip


def main() -> int:
    """Measure each length in a process of its own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--xlsx", type=int, nargs="*", default=[10_000, 100_000])
    parser.add_argument("--import", type=int, default=2_000, dest="real")
    parser.add_argument("--quick", action="store_true", help="a tenth of it")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(_measured(Path(asked.one[0]), asked.one[1])))
        return 0
    share = 10 if asked.quick else 1
    with tempfile.TemporaryDirectory(prefix="hoso-bench-") as name:
        base = Path(name)
        _make_site(base / "site")
        # By length: the folder grows with the lists, so that every file in it is on the list.
        runs = sorted(
            [
                *((n // share, "csv") for n in asked.rows),
                *((n // share, "xlsx") for n in asked.xlsx),
            ]
        )
        rows = []
        there = 0
        for count, kind in runs:
            _make_files(base / "papers", there, count)
            there = max(there, count)
            _make_list(base / f"list.{kind}", count)
            found = _in_a_process(base, kind)
            rows.append(
                (f"{kind} {count:,}", f"{(base / f'list.{kind}').stat().st_size / 1e6:.1f}",
                 f"{found['opening']:.1f}", f"{found['checking']:.1f}",
                 f"{count / (found['opening'] + found['checking']):,.0f}",
                 f"{found['resident'] / 1024:.0f}", f"{found['child'] / 1024:.0f}",
                 f"{found['left_out']:,}", f"{found['findings'] / 1e6:.1f}")
            )  # fmt: skip
        heads = ("dry run", "list MB", "opening s", "checking s", "rows/s", "resident MB",
                 "child MB", "left out", "faults MB")  # fmt: skip
        table("A list is checked", heads, rows)
        if asked.real:
            _take(base, asked.real // share)
    print(machine())
    return 0


def _make_site(path: Path) -> None:
    with found_site(path, "test") as house:
        seed(house, passwords={"clerk": "mat-khau-do-dac-2026"})

        def fill(connection: object) -> None:
            desk = Desk(house, connection, INSTALLER, via="bench")
            for n in range(DOSSIERS):
                a_dossier(desk, code=f"T-{n:04d}", name=f"Nguyễn Văn Mẫu {n}")

        house.databases.attempt(fill, note="bench")
        house.catch_up()


def _paths(count: int) -> Iterator[str]:
    for n in range(count):
        yield f"hop-{n // 1000:04d}/scan-{n % 1000:03d}.pdf"


def _make_files(folder: Path, there: int, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for n, path in enumerate(_paths(count)):
        if n < there:
            continue
        # ext4 allows 65,000 links of a file.
        paper = folder.parent / f"paper-{n // 60_000}.pdf"
        if not paper.exists():
            paper.write_bytes(bytes_of(str(n // 60_000)))
        (folder / path).parent.mkdir(exist_ok=True)
        os.link(paper, folder / path)


def _rows(count: int) -> Iterator[tuple[str, ...]]:
    for n, path in enumerate(_paths(count)):
        dossier = f"T-{n * DOSSIERS // count:04d}"
        date = "31/02/2019" if n % 50 == 7 else f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/20{n % 24:02d}"
        yield (
            str(n + 1), path, dossier, "", "D05", f"{n % 900}/QĐ-SNV", date, "Sở Nội vụ",
            f"Quyết định số {n} về việc nâng bậc lương thường xuyên", "Trần Thị Ký", "Thường",
        )  # fmt: skip


def _make_list(path: Path, count: int) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(HEADINGS)
            writer.writerows(_rows(count))
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS)
    for row in _rows(count):
        sheet.append(row)
    book.save(path)


def _in_a_process(base: Path, kind: str) -> dict[str, float]:
    words = [sys.executable, str(Path(__file__).resolve()), "--one", str(base), kind]
    done = subprocess.run(words, env=environment(), check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measured(base: Path, kind: str) -> dict[str, float]:
    """Open and check one list in this process."""
    with open_house(base / "site") as house, tempfile.TemporaryDirectory(dir=base) as work:
        began = time.perf_counter()
        opened = opened_list(base / f"list.{kind}", folder=Path(work) / "rows")
        opening = time.perf_counter() - began
        columns = settle(
            propose(opened.head.first, columns=opened.head.columns),
            opened.head.first,
            columns=opened.head.columns,
        )
        began = time.perf_counter()
        report = Path(work) / "faults.jsonl"
        checked = dry_run(
            house, lambda _connection: INSTALLER, unit="nhanh", opened=opened, columns=columns,
            files=base / "papers", report=report,
        )  # fmt: skip
        checking = time.perf_counter() - began
        return {
            "opening": opening,
            "checking": checking,
            "resident": _largest(),
            "child": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
            "left_out": checked.left_out if checked is not None else 0,
            "findings": report.stat().st_size,
        }


def _largest() -> int:
    """Return the most memory this process had at once, in KiB.

    Not ``ru_maxrss``: that begins with what the process was forked from had.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def _take(base: Path, count: int) -> None:
    """Take rows for real; each file has bytes of its own."""
    papers = base / "real"
    papers.mkdir()
    for n, path in enumerate(_paths(count)):
        (papers / path).parent.mkdir(exist_ok=True)
        (papers / path).write_bytes(bytes_of(f"real {n}"))
    _make_list(base / "real.csv", count)
    with open_house(base / "site") as house:
        opened = opened_list(base / "real.csv", folder=base / "real-rows")
        mapping = propose(opened.head.first, columns=opened.head.columns)
        columns = settle(mapping, opened.head.first, columns=opened.head.columns)

        def begin(connection: object) -> str:
            desk = Desk(house, connection, INSTALLER, via="bench")
            job = importing.begin(
                desk, desk.unit("nhanh"), spooled=spool_bytes(b"list", house.spool),
                name=b"real.csv", folder=str(papers), mapping=mapping, rows=count,
            )  # fmt: skip
            importing.start(desk, desk.unit("nhanh"), uid=job.uid)
            return str(job.uid)

        uid = house.databases.attempt(begin)
        rows = []
        for turn in ("new", "again"):
            run = Importing(
                house, lambda _connection: INSTALLER, unit="nhanh", uid=uid, opened=opened,
                columns=columns, files=papers, report=base / f"{turn}.jsonl",
            )  # fmt: skip
            began = time.perf_counter()
            run.run()
            took = time.perf_counter() - began
            rows.append((turn, f"{count:,}", f"{took:.1f}", f"{count / took:,.0f}"))
            uid = house.databases.attempt(begin)
        table("Rows are taken", ("", "rows", "s", "rows/s"), rows)


if __name__ == "__main__":
    sys.exit(main())
