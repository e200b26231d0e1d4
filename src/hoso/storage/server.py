"""The ZEO server of a site's databases, for installations of several processes."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ZEO.runzeo import ZEOOptions, ZEOServer

__all__ = ["serve_databases"]


def serve_databases(conf: Path, site: Path) -> None:
    """Serve until stopped by a signal; *conf* sees ``$SITE`` as the other confs do."""
    site.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = f"%define SITE {site.resolve()}\n" + conf.read_text(encoding="utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as resolved:
        resolved.write(text)
        resolved.flush()
        options = ZEOOptions()
        options.realize(["-C", resolved.name])
        ZEOServer(options).main()
