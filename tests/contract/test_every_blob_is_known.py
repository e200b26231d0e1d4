"""Who makes blobs is known to what reads every file again; a new holder is added there first."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "hoso"

#: Modules that make blobs, and what holds them in ``hoso.desk.every_file``.
MAKERS = {
    "desk/disposal_papers.py": "DisposalList",
    "desk/every_file.py": "mends those of all",
    "desk/handover_papers.py": "Handover",
    "desk/importing.py": "Import",
    "desk/receipts.py": "Batch",
    "desk/taking_packages.py": "TakenPackage",
    "preservation/freeze.py": "Export",
    "records/filing.py": "Document",
}


def calls(name):
    """Modules in which something of this name is called or handed on, but where it is made."""
    for path in sorted(SOURCE.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        # Parsing every module of the house would take longer than all else here.
        tree = ast.parse(source if name in source else "")
        if any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree)):
            yield path.relative_to(SOURCE).as_posix()


def test_blobs_are_made_in_one_place():
    assert list(calls("Blob")) == ["storage/blobs.py"]


def test_whoever_has_blobs_made_is_read_again():
    """Red? Add what holds your blobs to ``hoso.desk.every_file`` and to ``test_every_file``."""
    assert set(calls("blob_of")) == set(MAKERS)


def test_every_holder_of_the_table_is_one():
    source = (SOURCE / "desk" / "every_file.py").read_text(encoding="utf-8")
    [line] = [line for line in source.splitlines() if line.startswith("Holder = ")]
    kinds = {one.strip() for one in line.removeprefix("Holder = ").split("|")}

    assert kinds == {kind for kind in MAKERS.values() if kind.isidentifier()}
