"""``hoso dossier list|show``: what dossiers there are and what is in one."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the commands."""
    dossier = subparsers.add_parser("dossier", help="list dossiers, show one, open one")
    verbs = dossier.add_subparsers(dest="verb", required=True, metavar="VERB")
    listed = verbs.add_parser("list", help="list dossiers in the order of names")
    listed.add_argument("--unit", default="")
    listed.add_argument("--status", default="")
    listed.add_argument("--name", default="")
    listed.set_defaults(with_site=_list)
    show = verbs.add_parser("show", help="show a dossier with its papers")
    show.add_argument("id", metavar="ID")
    show.set_defaults(with_site=_show)
    opened = verbs.add_parser("open", help="open a dossier")
    opened.add_argument("code", metavar="CODE")
    opened.add_argument("--type", dest="type_", required=True)
    opened.add_argument("--name", required=True)
    opened.add_argument("--unit", required=True)
    opened.add_argument("--birth-date", default="")
    opened.set_defaults(with_site=_open)
    for verb in (listed, show, opened):
        verb.add_argument("--as", dest="login", default="", metavar="LOGIN")
        verb.add_argument("--json", action="store_true")


def described(desk: Any, dossier: Any) -> dict[str, Any]:
    """Return a dossier as plain values."""
    from hoso.records.marking import level_of
    from hoso.records.standing import status_at

    standing = status_at(dossier.status_events, desk.today)
    return {
        "id": dossier.uid,
        "code": dossier.code,
        "name": dossier.name,
        "type": dossier.type,
        "birth_date": dossier.birth_date,
        "unit": dossier.unit.key,
        "status": standing.status if standing is not None else None,
        "level": level_of(dossier, desk.today),
    }


def paper(desk: Any, document: Any) -> dict[str, Any]:
    """Return a paper as plain values."""
    from hoso.records.marking import level_of

    return {
        "id": document.uid,
        "type": document.type,
        "form": document.form,
        "title": document.title,
        "number": document.number,
        "symbol": document.symbol,
        "date": document.date,
        "agency": document.agency,
        "signer": document.signer,
        "level": level_of(document, desk.today),
        "secret_until": _secret_until(desk, document),
        "stub": document.stub,
        "state": document.state,
        "compared_at": document.compared_at or None,
        "compared_by": document.compared_by or None,
        "pages": document.pages,
        "mime": document.mime,
        "sha256": document.sha256,
    }


def _secret_until(desk: Any, document: Any) -> str | None:
    """Return the last day of the mark that holds; to who may know of marks."""
    from hoso.access.permissions import Permission
    from hoso.records.marking import in_force

    mark = in_force(document.marks, desk.today)
    known = mark is not None and desk.may(document, Permission.MARK_VIEW)
    return (mark.until or None) if known and mark is not None else None


def _list(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.dossiers import visible_documents
    from hoso.desk.searching import listing

    identity = identity_for(house, args.login)
    house.catch_up()
    offset, size = 0, 200
    while True:
        with at_desk(house, identity) as desk:
            page = listing(
                desk,
                desk.site,
                words=args.name,
                unit=args.unit,
                status=args.status,
                offset=offset,
                limit=size,
            )
            for dossier in page.dossiers:
                known = {
                    **described(desk, dossier),
                    "documents": len(visible_documents(desk, dossier)),
                }
                out.line(known)
        offset += size
        if offset >= page.total or offset > 10_000 - size:
            break
    return 0


def _show(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import dossiers
    from hoso.records.model import Dossier

    with at_desk(house, identity_for(house, args.login)) as desk:
        dossier = desk.find(args.id, Dossier)
        view = dossiers.look(desk, dossier)
        papers = [
            paper(desk, document)
            for section in view.sections
            for kind in section.types
            for document in kind.documents
        ]
        out.line(
            {
                **described(desk, dossier),
                "documents": papers,
                "missing": list(view.completeness.missing),
                "completeness": view.completeness.percent,
                "retention": view.keeping.decision.state if view.keeping else None,
            },
            human="\n".join(
                [f"{dossier.code}  {dossier.name}  {dossier.unit.name}"]
                + [
                    f"  {p['type']:4} {p['date']:10} {p['number']}/{p['symbol']}  {p['title']}"
                    for p in papers
                ]
            ),
        )
    return 0


def _open(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk import dossiers

    with at_desk(house, identity_for(house, args.login)) as desk:
        made = dossiers.open_(
            desk,
            desk.unit(args.unit),
            code=args.code,
            type_=args.type_,
            name=args.name,
            birth_date=args.birth_date,
        )
        line = {**described(desk, made), "documents": 0}
    out.line(line)
    house.catch_up()
    return 0
