"""What the channels over HTTP share of Pyramid: identity, tree, errors, downloads."""

from __future__ import annotations

from typing import Any

__all__ = ["includeme"]


def includeme(config: Any) -> None:
    """Set up transactions, identity and the directives; pages come from ``hoso.web``."""
    config.include("hoso.http.redaction")
    config.include("hoso.http.transactions")
    config.include("hoso.http.security")
    config.include("hoso.http.directives")
    config.include("hoso.http.hardening")
    config.include("hoso.http.rates")
    config.include("hoso.http.once")
