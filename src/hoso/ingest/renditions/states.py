"""What is said of one electronic signature in a PDF: codes for programs, sentences for people.

Sentences are gettext msgids.  A state is of the day it was looked at: certificates run out and
are revoked, and nobody is asked over the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any

__all__ = ["COVERAGE", "INTEGRITY", "TRUST", "WEAK", "SignatureState"]

INTEGRITY: Mapping[str, str] = MappingProxyType(
    {
        "intact": "What was signed has not been changed.",
        "broken": "What was signed has been changed: the signature is not valid.",
        "unreadable": "The signature cannot be read.",
    }
)
COVERAGE: Mapping[str, str] = MappingProxyType(
    {
        "whole": "The signature covers the whole file.",
        "allowed-changes": (
            "Something was added after this signature that it allows: "
            "further signatures, fields filled in, or proofs of validity."
        ),
        "changed": "Something was added after this signature that it does not allow.",
        "part": "The signature covers only a part of the file.",
        "unknown": "What the signature covers is not known.",
    }
)
TRUST: Mapping[str, str] = MappingProxyType(
    {
        "trusted": "The certificate comes from an authority trusted here.",
        "unknown-root": "The certificate comes from no authority trusted here.",
        "not-valid-then": "The certificate was not valid when the paper was signed.",
        "revoked": "The certificate had been revoked when the paper was signed.",
        "none-configured": "No trusted authorities are set up here; the signer is not checked.",
        "unknown": "The certificate cannot be read.",
    }
)
WEAK = "The signature uses a method that is no longer safe ({algorithm})."


@dataclass(frozen=True)
class SignatureState:
    """One signature: where, by whom, when by the signer's own clock, and what it is worth.

    *signed_at* is an ISO instant or None: claimed, not proved.  *stamped_at* is the time that a
    time stamp inside gives, whoever made it; None where there is none.  *kind* is
    ``signature``, or ``timestamp`` where the whole file is stamped.
    """

    field: str
    signer: str | None
    issuer: str | None
    signed_at: str | None
    integrity: str
    coverage: str
    trust: str
    algorithm: str | None = None
    weak: bool = False
    stamped_at: str | None = None
    kind: str = "signature"

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a person is told, as msgids; the last may need ``algorithm``."""
        said = [INTEGRITY[self.integrity], COVERAGE[self.coverage], TRUST[self.trust]]
        return (*said, WEAK) if self.weak else tuple(said)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> SignatureState:
        """Read back what ``as_dict`` wrote; a code nobody knows is unknown, not believed."""

        def known(key: str, among: Mapping[str, str], otherwise: str) -> str:
            said = str(data.get(key))
            return said if said in among else otherwise

        def text(key: str) -> str | None:
            return str(data[key]) if data.get(key) is not None else None

        return cls(
            str(data["field"]),
            text("signer"),
            text("issuer"),
            text("signed_at"),
            known("integrity", INTEGRITY, "unreadable"),
            known("coverage", COVERAGE, "unknown"),
            known("trust", TRUST, "unknown"),
            text("algorithm"),
            bool(data.get("weak")),
            text("stamped_at"),
            "timestamp" if data.get("kind") == "timestamp" else "signature",
        )
