"""Where passwords and vouchers come from besides this site: a directory, a provider.

Both only say who somebody is.  What that person may do stands in the site's own accounts.
"""

from __future__ import annotations

from dataclasses import dataclass

from hoso.access.sources.directory import Directory
from hoso.access.sources.provider import Provider

__all__ = ["Ways"]


@dataclass(frozen=True)
class Ways:
    """The sources an installation has; ``None`` where it has none of a kind."""

    directory: Directory | None = None
    provider: Provider | None = None
