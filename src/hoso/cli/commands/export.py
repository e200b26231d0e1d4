"""``hoso export ID --profile P --to DIR``: a dossier as a package any archive can read."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the command."""
    export = subparsers.add_parser("export", help="export a dossier as a package")
    export.add_argument("id", metavar="ID")
    export.add_argument("--profile", default="bagit", metavar="P")
    export.add_argument("--to", type=Path, required=True, metavar="DIR")
    export.add_argument("--zip", action="store_true", help="one zip file instead of a folder")
    export.add_argument("--sign", action="store_true", help="sign it with the site's key")
    export.add_argument("--as", dest="login", default="", metavar="LOGIN")
    export.add_argument("--json", action="store_true")
    export.set_defaults(with_site=_run)


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import exporting
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.find(args.id, Dossier)
        report = exporting.export(
            desk, dossier, profile=args.profile, to=args.to, zipped=args.zip, sign=args.sign
        )
        out.line(
            {
                "profile": report.profile,
                "path": str(report.path),
                "files": report.files,
                "bytes": report.bytes,
                "sha256": report.sha256,
            }
        )
    return 0
