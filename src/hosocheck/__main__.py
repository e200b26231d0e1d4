"""Judge a package from a shell: ``python -m hosocheck PACKAGE``.

Ends with 0 when nothing is wrong, 1 when something is, 2 when it was asked wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hosocheck.checking import check
from hosocheck.findings import Expected, Verdict
from hosocheck.profiles import PROFILES
from hosocheck.sets import check_together

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m hosocheck", description="Open a package again and believe nothing."
    )
    parser.add_argument(
        "package",
        type=Path,
        nargs="+",
        help="a folder, a bag or a zip; several are judged as one dossier in parts",
    )
    parser.add_argument("--profile", choices=sorted(PROFILES), default="")
    parser.add_argument("--expect", type=Path, help="what the catalogue says, as JSON")
    parser.add_argument(
        "--schemas", type=Path, action="append", default=[], help="a folder of XML schemas"
    )
    parser.add_argument("--json", action="store_true", help="tell it for a machine")
    asked = parser.parse_args(arguments)
    try:
        text = asked.expect.read_text(encoding="utf-8") if asked.expect else ""
        expected = Expected.from_data(json.loads(text)) if text else None
    except (OSError, ValueError) as error:
        parser.error(str(error))
    if expected is not None and len(asked.package) > 1:
        parser.error("--expect is for one package")
    verdicts = [
        check(one, expected=expected, profile=asked.profile, schemas=asked.schemas)
        for one in asked.package
    ]
    together = check_together(verdicts) if len(verdicts) > 1 else ()
    if asked.json:
        told = [one.as_data() for one in verdicts]
        said: Any = told[0]
        if len(told) > 1:
            said = {"packages": told, "together": [one.as_data() for one in together]}
        json.dump(said, sys.stdout, ensure_ascii=False, indent=2, sort_keys=True)
        sys.stdout.write("\n")
    else:
        for verdict in verdicts:
            _tell(verdict)
        for one in together:
            sys.stdout.write(f"{one.level.value:7} {one.rule:12} {one.path}: {one.what}\n")
    return 0 if all(one.is_sound for one in verdicts) and not together else 1


def _tell(verdict: Verdict) -> None:
    for one in (*verdict.findings, *verdict.departures):
        kept = " (the profile departs here)" if one in verdict.departures else ""
        sys.stdout.write(f"{one.level.value:7} {one.rule:12} {one.path}: {one.what}{kept}\n")
    sound = "sound" if verdict.is_sound else "NOT SOUND"
    counted = f"{verdict.files} files, {verdict.bytes} bytes"
    sys.stdout.write(f"{sound}: {verdict.profile}, {counted}\n")


if __name__ == "__main__":
    sys.exit(main())
