"""Let two fuzzers loose on what parses foreign bytes; print what they found.

``bin/py bench/fuzz.py [files|parsers|all] [--seconds N] [--seed N] [--quick]``

*files*: hypothesis draws accidents on good files of every kind and takes them the way every
file goes (gate, pages, recognition, proposals, in the sandbox).  *parsers*: atheris, guided by
coverage, feeds our own parsers in a process of their own.  Ten minutes each by default.  What
breaks is written beside the output as a file to try again; ends with status 1.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from machine import HOME, machine, table

os.environ.setdefault("HOSO_HOME", str(HOME))


def main() -> int:
    """Fuzz; report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", nargs="?", default="all", choices=("files", "parsers", "all"))
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="ten seconds each")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    seconds = 10 if asked.quick else asked.seconds
    if asked.inside:
        return _atheris(seconds, asked.seed)
    wrong = 0
    if asked.what in {"files", "all"}:
        wrong += _files(seconds, asked.seed)
    if asked.what in {"parsers", "all"}:
        wrong += _parsers(seconds, asked.seed)
    print(machine())
    return int(bool(wrong))


def _files(seconds: float, seed: int) -> int:
    """Draw accidents with hypothesis until the time is up."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from hoso.ingest.reading import Reader, default_classifiers, default_model
    from hoso.ingest.sandbox import Sandbox
    from hoso.testing.fuzz import FileTarget, mutated, seeds

    good = list(seeds().values())
    which = range(len(good))
    until = time.monotonic() + seconds
    rounds = broken = 0
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="hoso-fuzz-") as name, Sandbox(workers=1) as sandbox:
        reader = Reader(sandbox, default_classifiers(), default_model())
        target = FileTarget(reader, Path(name))
        while time.monotonic() < until:
            rounds += 1

            @seeded(seed * 100_000 + rounds)
            @settings(
                max_examples=20,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            )
            @given(st.sampled_from(which), st.sampled_from(which), st.integers(0, 1 << 32))
            def one(file: int, other: int, accident: int) -> None:
                nonlocal slowest, broken
                content = mutated(random.Random(accident), good[file], good[other])
                began = time.monotonic()
                try:
                    target.take(content)
                except AssertionError as why:
                    broken += 1
                    kept = Path(tempfile.mkdtemp(prefix="hoso-broke-")) / "file"
                    kept.write_bytes(content)
                    print(f"WRONG: {why} ({kept})")
                slowest = max(slowest, time.monotonic() - began)

            one()
        for content in good:
            if target.take(content) != "accepted":
                broken += 1
                print("WRONG: a good file is not accepted afterwards")
    # Of the largest child that has ended; all have.
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    outcomes = ", ".join(f"{n} {what}" for what, n in sorted(target.outcomes.items()))
    rows = [
        ("files", sum(target.outcomes.values())),
        ("outcomes", outcomes),
        ("wrong", broken),
        ("slowest, s", f"{slowest:.1f}"),
        ("most memory of a child, MB", largest),
    ]
    table(f"Files with accidents, {seconds:.0f} s", ("", ""), rows)
    return broken


def _parsers(seconds: float, seed: int) -> int:
    """Run atheris in a process of its own; it ends with what it found."""
    with tempfile.TemporaryDirectory(prefix="hoso-fuzz-") as name:
        done = subprocess.run(
            [
                sys.executable,
                str(Path(__file__).resolve()),
                "--inside",
                f"--seconds={seconds}",
                f"--seed={seed}",
            ],
            cwd=name,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        lines = done.stderr.splitlines()
        runs = next((line for line in reversed(lines) if line.startswith("Done ")), "")
        if done.returncode:
            kept = [path.read_bytes() for path in Path(name).glob("*-*")]
            print("\n".join(lines[-40:]))
            print(f"WRONG: {kept}")
    rows = [
        ("runs", runs.removeprefix("Done ").partition(" runs")[0] or "?"),
        ("status", done.returncode),
    ]
    table(f"Parsers, guided by coverage, {seconds:.0f} s", ("", ""), rows)
    return done.returncode


def _atheris(seconds: float, seed: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["hoso"]):
        from hoso.testing.fuzz import PARSERS, parse_any, seeds
    corpus = Path("corpus")
    corpus.mkdir(exist_ok=True)
    said = (
        *seeds().values(),
        b'14/Q\xc4\x90-PNV n\xc4\x83m:2019 "hai ch\xe1\xbb\xaf"',
        b"31/12/2019",
        b'[columns]\nA = "b"',
    )
    for which in range(len(PARSERS)):
        for number, content in enumerate(said):
            (corpus / f"{which}-{number}").write_bytes(bytes([which]) + content)
    flags = [
        f"-max_total_time={seconds:.0f}",
        f"-seed={seed}",
        "-timeout=10",
        "-max_len=20000",
        "-rss_limit_mb=1500",
    ]
    atheris.Setup([sys.argv[0], *flags, str(corpus)], parse_any)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
