"""What two validators of others say of our archive packages, side by side.

    make peers-archive && bin/py bench/archive_validators.py

commons-ip judges by E-ARK 2.2.0.  eark-validator 1.1.3 knows 2.1.0, asks the network at import for
vocabularies that it ships itself, can call no SIP valid (its rule SIP14 asks for what the METS schema
forbids), and ends with 0 whatever it finds: so it is started through ``--offline`` below, its JSON
is read, and what no valid SIP 2.2.0 can avoid is listed as expected.  A dossier too large for one
package is judged as its master and its parts.  Prints a table and ends with 1 where anything else is
found.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEER = HERE.parent / "parts" / "peers-archive" / "bin" / "python"

#: Rules that a package of the profile breaks for a reason that stands in docs/formats.md.
EXPECTED = {
    ("commons-ip", "eark-sip-2.2.0"): set(),
    ("commons-ip", "tt05-sip-hoso"): {"CSIP107", "SIP2", "SIP15"},
    ("commons-ip", "tt05-aip-hoso"): {"CSIP1", "CSIP107"},
    # SIP2: it wants the address of the profile without its version.  SIP14: see above.  CSIP12, 13
    # and 16: it asks of the organisation that submits what CSIP asks of the software.
    ("eark-validator", "eark-sip-2.2.0"): {"SIP2", "SIP14", "CSIP12", "CSIP13", "CSIP16"},
    ("commons-ip", "master"): set(),
    ("commons-ip", "part"): set(),
}
# CSIP81 and 82: it asks of the second map, which names the other packages, what CSIP asks of the first.
OF_SEVERAL = EXPECTED["eark-validator", "eark-sip-2.2.0"] | {"CSIP81", "CSIP82"}
EXPECTED["eark-validator", "part"] = OF_SEVERAL
# CSIP103 and 114: it asks for representations always; those of a master are in its parts.
EXPECTED["eark-validator", "master"] = OF_SEVERAL | {"CSIP103", "CSIP114"}


def offline() -> None:
    """Be eark-validator with the network shut: vocabularies come from its own package."""
    import importlib.util
    import urllib.request

    found = importlib.util.find_spec("eark_validator")
    shipped = Path(found.submodule_search_locations[0]) / "ipxml" / "resources" / "vocabs"

    def answer(address, *_args, **_more):
        copy = shipped / str(getattr(address, "full_url", address)).rsplit("/", 1)[-1]
        if copy.is_file():
            return copy.open("rb")
        raise OSError(f"the network is shut: {address}")

    urllib.request.urlopen = answer
    from eark_validator.cli.app import main

    main()


def eark_findings(package: Path) -> dict[str, str]:
    """Return what eark-validator finds: each rule with ERROR, WARNING or INFO; a crash is a rule."""
    done = subprocess.run(
        [PEER, __file__, "--offline", "-s", "V2.1.0", str(package)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    _, _, report = done.stdout.partition("\n")
    try:
        said = json.loads(report)
    except ValueError:
        return {f"crashed: {done.stderr.strip()[-120:]}": "ERROR"}
    messages = list(said["structure"]["messages"])
    for part in ("schema_results", "schematron_results"):
        messages += (said["metadata"] or {}).get(part, {}).get("messages", [])
    found: dict[str, str] = {}
    for one in messages:
        if found.get(one["rule_id"]) != "ERROR":
            found[one["rule_id"]] = one["severity"].upper()
    return found


def eark_validator(package: Path) -> set[str]:
    """Return the rules eark-validator says are broken; a crash is one of them."""
    return {rule for rule, level in eark_findings(package).items() if level == "ERROR"}


def packages(folder: Path) -> dict[str, Path]:
    """Build the packages of the tests; return the folder with the root METS by profile."""
    sys.path.insert(0, str(HERE.parent / "tests" / "unit" / "preservation"))
    from archive_packages import SCHEMAS, a_deposit

    from hoso.preservation.formats.eark import EarkSip
    from hoso.preservation.formats.tt05 import TT05

    found = {}
    for one in (EarkSip(SCHEMAS), TT05(SCHEMAS), TT05(SCHEMAS, kind="AIP")):
        path = one.build(a_deposit(), folder).path
        inside = path / "data"
        found[one.profile] = next(inside.iterdir()) if inside.is_dir() else path
    return found


def in_parts(folder: Path) -> dict[str, Path]:
    """Build a dossier of five papers, two a package; return the folders with the root METS by name."""
    from archive_packages import SCHEMAS
    from large_packages import a_large_one

    from hoso.preservation.formats.eark import EarkSip
    from hoso.preservation.writing import write_layout

    folder = folder / "several"
    scratch = folder / "scratch"
    scratch.mkdir(parents=True)
    found = {}
    divided = EarkSip(SCHEMAS).divided(a_large_one(), scratch, most_files=2, most_octets=4 << 30)
    for package, layout in divided:
        path = write_layout(layout, folder).path
        number = package.part.number
        found[f"part {number}" if number else "master"] = next((path / "data").iterdir())
    return found


def main() -> int:
    from hoso.testing.commons_ip import judge

    right = True
    print(f"{'profile':16} {'validator':15} {'expected':>8} {'s':>6}  rules broken")
    with tempfile.TemporaryDirectory() as folder:
        built = packages(Path(folder))
        several = in_parts(Path(folder))
        built |= several
        started = time.perf_counter()
        said = judge(list(built.values()))
        spent = (time.perf_counter() - started) / len(built)
        rows = [
            (profile, "commons-ip", set(said[path].failed), spent, sorted(said[path].warned))
            for profile, path in built.items()
        ]
        if PEER.exists():
            for profile in ("eark-sip-2.2.0", *several):
                started = time.perf_counter()
                broken = eark_validator(built[profile])
                spent = time.perf_counter() - started
                rows.append((profile, "eark-validator", broken, spent, []))
        else:
            print("eark-validator: NOT RUN; type: make peers-archive")
        for profile, validator, broken, seconds, warned in rows:
            fits = broken == EXPECTED[validator, profile.partition(" ")[0]]
            right &= fits
            listed = " ".join(sorted(broken)) or "none"
            should = f"; SHOULD: {' '.join(warned)}" if warned else ""
            agreed = "yes" if fits else "NO"
            print(f"{profile:16} {validator:15} {agreed:>8} {seconds:6.1f}  {listed}{should}")
    return 0 if right else 1


if __name__ == "__main__":
    if "--offline" in sys.argv:
        sys.argv.remove("--offline")
        offline()
    else:
        sys.exit(main())
