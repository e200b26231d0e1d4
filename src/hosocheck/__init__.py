"""The second reader: opens a package for an archive again and believes nothing it says.

A package of its own, which needs the standard library and lxml: it shares no line with what
builds packages, so that a fault of the builder cannot hide in its judge.  It reads a folder,
a bag (RFC 8493) or a zip without unpacking, hashes every byte, and judges it by the rules of
BagIt 1.0, E-ARK CSIP and SIP 2.2.0, PREMIS 3 and the Vietnamese profiles of TT 05/2025/TT-BNV,
and against what a catalogue says should be in it.

From a shell: ``python -m hosocheck PACKAGE``; of a dossier in parts, all of its packages.
"""

from __future__ import annotations

from hosocheck.checking import check
from hosocheck.findings import Expected, Finding, Level, Member, Paper, Verdict
from hosocheck.limits import Limits
from hosocheck.profiles import PROFILES
from hosocheck.sets import check_together
from hosocheck.sources import Openable

__all__ = [
    "PROFILES",
    "Expected",
    "Finding",
    "Level",
    "Limits",
    "Member",
    "Openable",
    "Paper",
    "Verdict",
    "check",
    "check_together",
]
