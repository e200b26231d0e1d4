"""CSIP80 to CSIP119: the structural map, and whether it names what lies in the package."""

from __future__ import annotations

from collections.abc import Sequence

from hosocheck.mets import METS, XLINK, Mets, children
from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, local

__all__ = ["check_map"]

_ADMINISTRATIVE = {"amdSec", "techMD", "rightsMD", "sourceMD", "digiprovMD"}


def check_map(reading: Reading, mets: Mets) -> None:
    maps = list(children(mets.root, "structMap"))
    if not maps:
        reading.error("CSIP80", mets.path, "has no structMap")
        return
    ours = [one for one in maps if one.get("LABEL") == "CSIP"]
    if len(ours) != 1:
        for rule in ("CSIP80", "CSIP82"):
            reading.error(rule, mets.path, f"has {len(ours)} maps with the label CSIP")
    chart = (ours or maps)[0]
    if chart.get("TYPE") != "PHYSICAL":
        reading.error("CSIP81", mets.path, "has a map that is not of the type PHYSICAL")
    if not chart.get("ID"):
        reading.error("CSIP83", mets.path, "has a map without an ID")
    mains = list(children(chart, "div"))
    if len(mains) != 1:
        reading.error("CSIP84", mets.path, f"has a map with {len(mains)} main divisions")
        return
    main = mains[0]
    if not main.get("ID"):
        reading.error("CSIP85", mets.path, "has a main division without an ID")
    label, known = main.get("LABEL"), mets.root.get("OBJID")
    if not label:
        reading.error("CSIP86", mets.path, "has a main division without a LABEL")
    elif known and label != known:
        reading.error("CSIP86", mets.path, f"has a main division {label[:80]!r}, and is {known}")
    divisions = list(children(main, "div"))
    _metadata(reading, mets, main, divisions)
    groups = {
        group.get("USE") or "": group.get("ID") or "" for group in mets.root.iter(f"{METS}fileGrp")
    }
    _named(reading, mets, divisions, groups, "Documentation", (93, 94, 95, 96, 116))
    _named(reading, mets, divisions, groups, "Schemas", (97, 98, 99, 100, 118))
    _content(reading, mets, divisions, groups)
    _folders(reading, mets, divisions)
    if mets.is_root:
        _representations(reading, mets, divisions, groups)


def _labelled(divisions: Sequence[Element], label: str) -> list[Element]:
    return [one for one in divisions if one.get("LABEL") == label]


def _metadata(reading: Reading, mets: Mets, main: Element, divisions: Sequence[Element]) -> None:
    found = _labelled(divisions, "Metadata")
    if len(found) != 1:
        for rule in ("CSIP88", "CSIP90"):
            reading.error(
                rule, mets.path, f"has {len(found)} divisions Metadata; there must be one"
            )
    for one in found:
        if not one.get("ID"):
            reading.error("CSIP89", mets.path, "has a division Metadata without an ID")
    # What is superseded need not be in the map.
    for names, attribute, rule in (
        (("amdSec", "digiprovMD"), "ADMID", "CSIP91"),
        (("amdSec", "rightsMD"), "ADMID", "CSIP91"),
        (("dmdSec",), "DMDID", "CSIP92"),
    ):
        named = {
            word
            for element in main.iter(f"{METS}div", f"{METS}fptr")
            for word in (element.get(attribute) or "").split()
        }
        sections = {
            one.get("ID"): (one.getparent() if attribute == "ADMID" else None)
            for one in children(mets.root, *names)
            if one.get("STATUS") != "SUPERSEDED" and one.get("ID")
        }
        missing = [
            key
            for key, parent in sections.items()
            if key not in named and (parent is None or parent.get("ID") not in named)
        ]
        if missing:
            reading.error(rule, mets.path, f"has metadata that its map does not name: {missing[0]}")
        kinds = _ADMINISTRATIVE if attribute == "ADMID" else {"dmdSec"}
        astray = [key for key in named if key not in mets.ids or local(mets.ids[key]) not in kinds]
        if found and astray:
            reading.error(
                rule, mets.path, f"has a map that takes for metadata what is none: {min(astray)}"
            )


def _named(
    reading: Reading,
    mets: Mets,
    divisions: Sequence[Element],
    groups: dict[str, str],
    label: str,
    numbers: tuple[int, int, int, int, int],
) -> None:
    """Check the division of one group of files: there once, with an ID, pointing to the group."""
    division, identified, labelled, pointing, target = (f"CSIP{number}" for number in numbers)
    found = _labelled(divisions, label)
    wanted = {key for use, key in groups.items() if use == label or use.startswith(f"{label}/")}
    if len(found) > 1:
        for rule in (division, labelled):
            reading.error(rule, mets.path, f"has {len(found)} divisions {label}")
    if wanted and not found:
        for rule in (labelled, pointing, target):
            reading.error(
                rule, mets.path, f"has files of the group {label} and no division for them"
            )
    if not found and (wanted or mets.is_root):
        reading.warn(division, mets.path, f"has no division {label}")
    for one in found:
        if not one.get("ID"):
            reading.error(identified, mets.path, f"has a division {label} without an ID")
    pointers = {one.get("FILEID") or "" for division in found for one in children(division, "fptr")}
    if found and not pointers:
        reading.warn(pointing, mets.path, f"has a division {label} that names no files")
    if found and (wanted - pointers or "" in pointers or not pointers):
        reading.error(target, mets.path, f"has a division {label} that does not name its group")


def _content(
    reading: Reading, mets: Mets, divisions: Sequence[Element], groups: dict[str, str]
) -> None:
    """CSIP101 to 104 and 119: the division Representations, and groups without a METS of theirs."""
    found = _labelled(divisions, "Representations")
    inside = {one.get("LABEL") or "" for one in divisions}
    wanted = {
        key
        for use, key in groups.items()
        if use == "Representations" or (use.startswith("Representations/") and use not in inside)
    }
    if len(found) > 1:
        for rule in ("CSIP101", "CSIP103"):
            reading.error(rule, mets.path, f"has {len(found)} divisions Representations")
    if wanted and not found:
        reading.warn("CSIP101", mets.path, "has no division Representations")
        for rule in ("CSIP103", "CSIP104", "CSIP119"):
            reading.error(rule, mets.path, "has representations and no division for them")
    for one in found:
        if not one.get("ID"):
            reading.error("CSIP102", mets.path, "has a division Representations without an ID")
    pointers = {one.get("FILEID") or "" for one in (p for d in found for p in children(d, "fptr"))}
    if found and not pointers and not any(True for d in found for _ in children(d, "mptr")):
        for rule in ("CSIP104", "CSIP119"):
            reading.error(rule, mets.path, "has a division Representations that names no files")
    elif found and wanted and wanted - pointers and pointers:
        for rule in ("CSIP104", "CSIP119"):
            reading.error(rule, mets.path, "has a group of representations its map does not name")


def _folders(reading: Reading, mets: Mets, divisions: Sequence[Element]) -> None:
    """A division is named after a folder that is there (CSIP107)."""
    folders = {one.casefold() for one in reading.folders}
    for one in divisions:
        label = one.get("LABEL") or ""
        if label in {"Metadata", "Documentation", "Schemas", "Representations"}:
            continue
        if not label or f"{mets.base}{label}".casefold().rstrip("/") not in folders:
            reading.error("CSIP107", mets.path, f"has a division {label!r}, which is no folder")


def _representations(
    reading: Reading, mets: Mets, divisions: Sequence[Element], groups: dict[str, str]
) -> None:
    """CSIP105 to 112: every representation with a METS has a division that leads to it."""
    prefix = f"{mets.base}representations/"
    there = {
        name
        for name in reading.sizes
        if name.startswith(prefix)
        and name.endswith("/METS.xml")
        and name.count("/") == prefix.count("/") + 1
    }
    led: list[str] = []
    for one in divisions:
        label = one.get("LABEL") or ""
        links = list(children(one, "mptr"))
        if not label.startswith("Representations/") and not links:
            continue
        if not one.get("ID"):
            reading.error("CSIP106", mets.path, f"has a division {label} without an ID")
        if len(links) != 1:
            reading.error("CSIP109", mets.path, f"has a division {label} with {len(links)} mptr")
        led += [_pointer(reading, mets, link, label, groups) for link in links]
    for name in sorted(there - set(led)):
        for rule in ("CSIP105", "CSIP107", "CSIP109"):
            reading.error(rule, mets.path, f"has no division for {name}")
    for name in sorted({one for one in led if one and led.count(one) > 1}):
        reading.error("CSIP105", mets.path, f"has two divisions for {name}")


def _pointer(
    reading: Reading, mets: Mets, link: Element, label: str, groups: dict[str, str]
) -> str:
    title = link.get(f"{XLINK}title") or ""
    if not title:
        reading.error("CSIP108", mets.path, f"has a division {label} whose mptr has no title")
    elif title not in set(groups.values()):
        reading.error(
            "CSIP108", mets.path, f"has an mptr whose title is no group of files: {title}"
        )
    if link.get(f"{XLINK}type") != "simple":
        reading.error("CSIP111", mets.path, f"has a division {label} whose mptr is not simple")
    if link.get("LOCTYPE") != "URL":
        reading.error("CSIP112", mets.path, f"has a division {label} whose mptr is no URL")
    path = mets.within(link.get(f"{XLINK}href") or "")
    if not path or path not in reading.sizes:
        for rule in ("CSIP105", "CSIP107", "CSIP110"):
            reading.error(rule, mets.path, f"has a division {label} that leads to no METS")
        return ""
    if label.startswith("Representations/"):
        meant = f"{mets.base}{label}/METS.xml".casefold()
        if path.casefold() != meant:
            reading.error("CSIP110", mets.path, f"has a division {label} that leads to {path}")
    return path
