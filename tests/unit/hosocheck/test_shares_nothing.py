"""The second reader shares no line with the builder, and the builder none with it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import hosocheck

SOURCE = Path(hosocheck.__file__).parent
HOUSE = SOURCE.parent / "hoso"
# The doors through which the house asks the second reader; nothing that builds is among them.
DOORS = {"preservation/check.py", "preservation/taking/unpacking.py"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def test_the_second_reader_needs_the_standard_library_and_lxml_and_nothing_else():
    allowed = {*sys.stdlib_module_names, "lxml", "hosocheck"}

    assert {} == {
        path.name: strange
        for path in sorted(SOURCE.rglob("*.py"))
        if (strange := imported(path) - allowed)
    }


def test_only_its_doors_in_the_house_lead_to_the_second_reader():
    asking = {
        path.relative_to(HOUSE).as_posix()
        for path in HOUSE.rglob("*.py")
        if "hosocheck" in path.read_text(encoding="utf-8") and "hosocheck" in imported(path)
    }

    assert asking == DOORS


def test_it_starts_without_the_house():
    program = "import sys, hosocheck; print(any(m.split('.')[0] == 'hoso' for m in sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "False"
