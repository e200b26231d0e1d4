"""``hoso search QUERY --as LOGIN``: what an account may find."""

from __future__ import annotations

import argparse
from typing import Any

from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output
from hoso.kernel.text import shown_name

__all__ = ["add"]


def add(subparsers: Any) -> None:
    """Declare the command."""
    search = subparsers.add_parser("search", help="search as an account")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--as", dest="login", required=True, metavar="LOGIN")
    search.add_argument("--limit", type=int, default=20, metavar="N")
    search.add_argument("--sort", choices=("relevance", "date"), default="relevance")
    search.add_argument("--json", action="store_true")
    search.set_defaults(with_site=_run)


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.searching import search
    from hoso.records.marking import level_of

    identity = identity_for(house, args.login)
    house.catch_up()
    with at_desk(house, identity) as desk:
        found = search(desk, desk.site, text=args.query, sort=args.sort, limit=args.limit)
        for result in found.results:
            document = result.document
            dossier = document.dossier
            unit = dossier.unit if dossier is not None else document.unit
            label = house.rulebook.forms.get(document.form)
            snippet = "".join(f"[{text}]" if hit else text for text, hit in result.parts)
            title = document.title or shown_name(document.given_name)
            out.line(
                {
                    "id": document.uid,
                    "dossier": dossier.code if dossier is not None else None,
                    "title": title,
                    "type": label.label.vi if label is not None else None,
                    "component": document.type or None,
                    "number": document.number or None,
                    "symbol": document.symbol or None,
                    "date": document.date or None,
                    "unit": unit.key if unit is not None else None,
                    "level": level_of(document, desk.today),
                    "state": document.state,
                    "score": round(result.score, 3),
                    "snippet": snippet,
                    "pages": list(result.pages),
                },
                human=f"{document.uid}  {dossier.code if dossier else '-':10} {title}\n    {snippet}",
            )
        facets = {
            facet.name: {choice.key: choice.count for choice in facet.choices}
            for facet in found.facets
        }
        out.line(
            {"total": found.total, "facets": facets, "ms": round(found.ms, 3)},
            human=f"{found.total} found in {found.ms:.1f} ms",
        )
    return 0
