"""Judge a package from a shell: ``python -m hosocheck PACKAGE``.

Ends with 0 when nothing is wrong, 1 when something is, 2 when it was asked wrongly.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from hosocheck.checking import check
from hosocheck.findings import Expected
from hosocheck.profiles import PROFILES

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m hosocheck", description="Open a package again and believe nothing."
    )
    parser.add_argument("package", type=Path, help="a folder, a bag or a zip")
    parser.add_argument("--profile", choices=sorted(PROFILES), default="")
    parser.add_argument("--expect", type=Path, help="what the catalogue says, as JSON")
    parser.add_argument(
        "--schemas", type=Path, action="append", default=[], help="a folder of XML schemas"
    )
    parser.add_argument("--json", action="store_true", help="tell it for a machine")
    asked = parser.parse_args(arguments)
    try:
        said = asked.expect.read_text(encoding="utf-8") if asked.expect else ""
        expected = Expected.from_data(json.loads(said)) if said else None
    except (OSError, ValueError) as error:
        parser.error(str(error))
    verdict = check(asked.package, expected=expected, profile=asked.profile, schemas=asked.schemas)
    if asked.json:
        json.dump(verdict.as_data(), sys.stdout, ensure_ascii=False, indent=2, sort_keys=True)
        sys.stdout.write("\n")
    else:
        for one in (*verdict.findings, *verdict.departures):
            kept = " (the profile departs here)" if one in verdict.departures else ""
            sys.stdout.write(f"{one.level.value:7} {one.rule:12} {one.path}: {one.what}{kept}\n")
        sound = "sound" if verdict.is_sound else "NOT SOUND"
        counted = f"{verdict.files} files, {verdict.bytes} bytes"
        sys.stdout.write(f"{sound}: {verdict.profile}, {counted}\n")
    return 0 if verdict.is_sound else 1


if __name__ == "__main__":
    sys.exit(main())
