"""Only one place takes records out of the tree, and only one removes their bytes.

Read from the source, as an auditor would: every call that could lose a record or an original is
listed here with its reason, and a new one fails until somebody has looked at it.
"""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import hoso

SOURCE = Path(hoso.__file__).parent

#: What drops a record from the tree or forgets where it is, and why it may.
RECORDS = {
    "records/destroying.py": "the one place that destroys",
    "records/filing.py": "files a paper from the tray into a dossier, and back: it is kept",
}
#: What lets go of renditions, and why it may.
RENDITIONS = {
    "desk/parts.py": "a part that is joined again: its pages are in the scan, which stays",
    "desk/setting_aside.py": "what the gate refused at the door: it never became a record",
    "desk/page_order.py": "what was made of pages that are read anew; scans stay",
    "desk/reading.py": "what was read before, when it is read again; scans stay",
    "records/sealing.py": "puts them behind the seal, whole",
}
#: What touches the files of blobs.
FILES = {
    "storage/shredding.py": "the one place that removes them",
}


#: The nodes that a question below is about; all others are left aside, once.
ASKED = (
    ast.Delete, ast.Call, ast.Assign, ast.Attribute, ast.Name, ast.ImportFrom,
)  # fmt: skip


@functools.cache
def modules():
    """Return each module's name with the nodes of its tree that a question is about."""
    read = []
    for path in sorted(SOURCE.rglob("*.py")):
        name = str(path.relative_to(SOURCE))
        if not name.startswith(("testing/", "demo/")):
            tree = ast.parse(path.read_text("utf-8"))
            read.append((name, [node for node in ast.walk(tree) if isinstance(node, ASKED)]))
    return read


def attribute(node):
    """Return the names of ``a.b.c`` from the outside in, as far as they are attributes."""
    names = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            node = node.value
    return names


def drops(tree, *wanted):
    """Yield where something is taken out of one of the named attributes."""
    for node in tree:
        if isinstance(node, ast.Delete):
            targets = [target.value for target in node.targets if isinstance(target, ast.Subscript)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            taking = node.func.attr in {"remove", "pop", "clear", "popitem"}
            targets = [node.func.value] if taking else []
        else:
            continue
        for target in targets:
            names = attribute(target)
            if names and names[0] in wanted:
                yield node.lineno


def test_one_place_takes_records_out_of_the_tree():
    found = {
        name
        for name, tree in modules()
        for _ in drops(tree, "dossiers", "tray", "_children")
        if not name.startswith("kernel/")
    }
    sites = {
        name
        for name, tree in modules()
        for node in tree
        if isinstance(node, ast.Delete)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and attribute(target.value)[:2] in (["by_id"], ["by_id", "site"])
        and "site" in ast.unparse(target)
    }

    assert found | sites == set(RECORDS)


def test_originals_are_let_go_of_nowhere_else():
    found = {name for name, tree in modules() for _ in drops(tree, "renditions", "sealed")}
    emptied = {
        name
        for name, tree in modules()
        for node in tree
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Attribute) and t.attr == "renditions" for t in node.targets)
        and not (isinstance(node.targets[0].value, ast.Name) and node.targets[0].value.id == "self")
    }

    assert found | emptied == set(RENDITIONS)


def test_one_place_removes_the_files_of_blobs_and_packs():
    wanted = {"fshelper", "remove_committed", "remove_committed_dir", "getPathForOID"}
    found = {
        name
        for name, tree in modules()
        for node in tree
        if (isinstance(node, ast.Attribute) and node.attr in wanted)
        or (isinstance(node, ast.Name) and node.id in wanted)
        or (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "pack"
            and "main" in attribute(node.func)
        )
    }

    assert found == set(FILES)


def test_one_act_puts_into_the_bin_and_one_destroys():
    """The acts, by what they call: nobody else reaches the functions that destroy."""
    wanted = {"into_bin": set(), "destroy": set(), "take_out": set(), "shred": set()}
    homes = {"into_bin": "disposing_traces", "destroy": "disposing_traces",
             "take_out": "records.destroying", "shred": "storage.shredding"}  # fmt: skip
    for name, tree in modules():
        for node in tree:
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if alias.name in wanted and (node.module or "").endswith(homes[alias.name]):
                        wanted[alias.name].add(name)

    assert wanted == {
        "into_bin": {"desk/disposing_executing.py"},
        "destroy": {"desk/disposing_executing.py"},
        "take_out": {"desk/disposing_traces.py"},
        # The other lets go of lists of imports that name what was destroyed.
        "shred": {"app/executing.py", "app/letting_go.py"},
    }
