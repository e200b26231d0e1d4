"""``hoso package freeze|list|download|deliver|receipt``: packages on their way to an archive."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add_leaving"]


def add_leaving(verbs: Any) -> None:
    """Declare the verbs below ``hoso package``."""
    freeze = _verb(verbs, "freeze", "freeze a package of a dossier and read it through", _freeze)
    freeze.add_argument("dossier", metavar="DOSSIER")
    freeze.add_argument("--profile", default="bagit", metavar="P")
    freeze.add_argument("--reason", required=True, metavar="WHY")
    listed = _verb(verbs, "list", "packages, the newest first", _list)
    listed.add_argument("--dossier", default="", metavar="DOSSIER")
    fetched = _verb(verbs, "download", "write the bytes of a package to a file", _download)
    fetched.add_argument("package", metavar="UID")
    fetched.add_argument("--to", type=Path, required=True, metavar="FILE")
    sent = _verb(verbs, "deliver", "send a package, or try again what is due", _deliver)
    sent.add_argument("package", nargs="?", default="", metavar="UID")
    sent.add_argument("--to", default="", metavar="NAME", help="a destination of the settings")
    receipt = _verb(verbs, "receipt", "take the archive's signed receipt in", _receipt)
    receipt.add_argument("package", metavar="UID")
    receipt.add_argument("receipt", type=Path, metavar="FILE")
    receipt.add_argument("signature", type=Path, metavar="P7S")


def _verb(verbs: Any, name: str, said: str, deed: Any) -> Any:
    parser = verbs.add_parser(name, help=said)
    parser.add_argument("--as", dest="login", default="", metavar="LOGIN")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(with_site=deed)
    return parser


def _line(export: Any) -> dict[str, Any]:
    return {
        "package": export.uid,
        "part": export.part,
        "dossier": export.code,
        "profile": export.profile,
        "state": export.state,
        "files": export.files,
        "bytes": export.octets,
        "made": export.made_at,
        "sha512": export.covering512,
        "problems": "; ".join(map(str, export.problems[:5])),
        "sent": ", ".join(f"{name}: {one.state}" for name, one in export.sendings.items()),
    }


def _show(args: argparse.Namespace, house: Any, out: Output, uid: str) -> str:
    """Print one package as it is now, with those it goes with; return its state."""
    from hoso.desk import archive_standing, delivering

    with at_desk(house, identity_for(house, args.login)) as desk:
        export, dossier = delivering.find(desk, uid)
        foreseen = archive_standing.foreseen(desk, dossier, export)
        more = {"when_accepted": str(foreseen)} if foreseen is not None else {}
        for one in delivering.look(desk, dossier, export=uid).together:
            out.line({**_line(one), **more})
        return str(export.state)


def _freeze(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.app.delivering import prepare
    from hoso.desk import delivering
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.find(args.dossier, Dossier)
        export = delivering.freeze(desk, dossier, profile=args.profile, reason=args.reason)
        uid = export.uid
    if house.databases.are_ours_alone:
        prepare(house)
    return 1 if _show(args, house, out, uid) == "blocked" else 0


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import delivering
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        if args.dossier:
            found = delivering.of_dossier(desk, desk.find(args.dossier, Dossier))
        else:
            found = delivering.listing(desk, desk.site)
        for one in (one for view in found for one in view.together):
            out.line(_line(one))
    return 0


def _download(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import delivered, delivering
    from hoso.preservation.freeze import archive_of
    from hoso.preservation.virtual_zip import Damaged

    with at_desk(house, identity_for(house, args.login)) as desk:
        export, dossier = delivering.find(desk, args.package)
        delivering.download(desk, dossier, export=args.package)
        number = export.id
    part = args.to.with_name(f"{args.to.name}.part")
    try:
        with house.databases.connection() as connection, part.open("wb") as written:
            for piece in archive_of(connection.root()["exports"].by_id[number]).stream():
                written.write(piece)
        part.rename(args.to)
    except Damaged as error:
        delivered.damaged(house, number, error)
        raise
    finally:
        part.unlink(missing_ok=True)
    out.line({"package": args.package, "path": str(args.to), "bytes": args.to.stat().st_size})
    return 0


def _deliver(args: argparse.Namespace, house: Any, out: Output) -> int:
    """Order it where a package is named; where nobody else serves the site, try what is due now."""
    from hoso.app.delivering import deliver_due, prepare
    from hoso.desk import delivering

    if args.package:
        with at_desk(house, identity_for(house, args.login)) as desk:
            export, dossier = delivering.find(desk, args.package)
            known = export.sendings.get(args.to)
            if known is not None and known.state in {"stuck", "waiting"}:
                delivering.again(desk, dossier, export=args.package, to=args.to)
            else:
                delivering.send(desk, dossier, export=args.package, to=args.to)
    tries = 0
    if house.databases.are_ours_alone:
        prepare(house)
        tries = deliver_due(house)
    if not args.package:
        out.line({"tries": tries})
        return 0
    _show(args, house, out, args.package)
    return 0


def _receipt(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import archive_receipts, delivering
    from hoso.records.standing import status_at

    content, signature = args.receipt.read_bytes(), args.signature.read_bytes()
    with at_desk(house, identity_for(house, args.login)) as desk:
        _export, dossier = delivering.find(desk, args.package)
        taken = archive_receipts.take(
            desk, dossier, export=args.package, content=content, signature=signature
        )
        standing = status_at(dossier.status_events, desk.today)
        out.line(
            {
                "package": args.package,
                "outcome": taken.outcome,
                "archive": taken.archive,
                "aip": taken.aip,
                "signer": taken.signer,
                "status": standing.status if standing is not None else None,
            }
        )
    return 0
