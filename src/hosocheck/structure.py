"""The folders of a package (CSIPSTR), and files that nothing names."""

from __future__ import annotations

from collections.abc import Iterable

from hosocheck.mets import Mets
from hosocheck.reading import Reading

__all__ = ["check_references", "check_structure"]


def check_structure(reading: Reading, base: str) -> None:
    """Check the folders a package must and should have (E-ARK CSIP 2.2.0 section 4)."""
    names = reading.sizes
    if f"{base}METS.xml" not in names:
        reading.error("CSIPSTR4", f"{base}METS.xml", "is missing")

    def has(folder: str) -> bool:
        return any(name.startswith(f"{base}{folder}/") for name in names)

    for folder, rule in (
        ("metadata", "CSIPSTR5"),
        ("metadata/preservation", "CSIPSTR6"),
        ("metadata/descriptive", "CSIPSTR7"),
        ("representations", "CSIPSTR9"),
        ("schemas", "CSIPSTR15"),
        ("documentation", "CSIPSTR16"),
    ):
        if not has(folder):
            reading.warn(rule, f"{base}{folder}", "should be there and is not")
    inside = f"{base}representations/"
    stray = [n for n in names if n.startswith(inside) and "/" not in n[len(inside) :]]
    for name in stray:
        reading.warn("CSIPSTR10", name, "lies beside the representations, in none of them")
    for one in sorted({n[len(inside) :].partition("/")[0] for n in names if n.startswith(inside)}):
        if f"{inside}{one}" in stray:
            continue
        if not has(f"representations/{one}/data"):
            reading.warn("CSIPSTR11", f"{inside}{one}", "should have a folder data")
        if f"{inside}{one}/METS.xml" not in names:
            reading.warn("CSIPSTR12", f"{inside}{one}", "should have a METS of its own")
        if not has(f"representations/{one}/metadata"):
            reading.warn("CSIPSTR13", f"{inside}{one}", "should have a folder metadata")


def check_references(reading: Reading, base: str, all_mets: Iterable[Mets], *, own: bool) -> None:
    """Every file of a package is named by one METS, hidden files too."""
    named: dict[str, str] = {f"{base}METS.xml": ""}
    for mets in all_mets:
        for one in mets.references:
            if not one.path:
                continue
            if one.path in named and named[one.path] == mets.path:
                reading.error("OWN-TWICE", one.path, f"is named twice in {mets.path}")
            named.setdefault(one.path, mets.path)
    for name in reading.sizes:
        if not name.startswith(base) or name in named:
            continue
        if own or "/data/" in name:
            reading.error("OWN-UNNAMED", name, "is in the package and no METS names it")
        else:
            reading.warn("OWN-UNNAMED", name, "is in the package and no METS names it")
    for name in reading.sizes:
        if own and name.startswith(base) and not name.isascii():
            reading.error("OWN-NAME", name, "is not plain ASCII; some archives cannot hold it")
