"""What is wrong with the definitions: file, line, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hoso.kernel.errors import Fault, Invalid

__all__ = ["DefinitionFaults", "Finding"]


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One fault: the file under the home, the line, and a sentence that says what to do."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class DefinitionFaults(Invalid):
    """Definitions that cannot be used; carries every finding at once."""

    message = "The definitions have {count} faults; correct them and start again."

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        faults = [
            Fault(f"{finding.file}:{finding.line}", "{problem}", {"problem": finding.message})
            for finding in self.findings
        ]
        super().__init__(faults, count=len(faults))
