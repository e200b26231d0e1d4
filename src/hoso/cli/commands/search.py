"""``hoso search QUERY --as LOGIN``: what an account may find, shown or taken out as a list."""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hoso.access.identity import Identity
from hoso.cli.acting import at_desk
from hoso.cli.identity import identity_for
from hoso.cli.output import Output
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import shown_name

__all__ = ["add"]

#: Facets a command line may narrow by, each as ``--NAME VALUE`` any number of times.
_FILTERS = (
    *("type", "section", "form", "year", "agency", "unit", "dossier", "level", "status"),
    *("retention", "standing"),
)
_SORTS = ("relevance", "date", "date-asc", "name", "name-desc", "filed", "filed-asc")


def add(subparsers: Any) -> None:
    """Declare the command."""
    search = subparsers.add_parser(
        "search",
        help="search as an account",
        description="Search as an account may. QUERY is what the search box of the pages takes; "
        "filters may stand in it or as options, each any number of times.",
    )
    search.add_argument("query", metavar="QUERY", help='words and filters; "" with options alone')
    search.add_argument("--as", dest="login", required=True, metavar="LOGIN")
    search.add_argument("--limit", type=int, default=20, metavar="N")
    search.add_argument("--offset", type=int, default=0, metavar="N")
    search.add_argument("--sort", choices=_SORTS, default="relevance")
    for name in _FILTERS:
        search.add_argument(f"--{name}", action="append", default=[], metavar="KEY")
    search.add_argument(
        "--to", type=Path, metavar="FILE", help="take the list out: FILE.csv or FILE.xlsx"
    )
    search.add_argument("--purpose", default="", metavar="CODE", help="what the list is for")
    search.add_argument("--note", default="", metavar="TEXT", help="more on what it is for")
    search.add_argument(
        "--below", default="", metavar="UNIT", help="the unit whose list it is; the topmost else"
    )
    search.add_argument("--json", action="store_true")
    search.set_defaults(with_site=_run)


def _chosen(args: argparse.Namespace) -> dict[str, list[str]]:
    return {name: getattr(args, name) for name in _FILTERS if getattr(args, name)}


def _run(args: argparse.Namespace, house: Any, out: Output) -> int:
    from hoso.desk.searching import search

    identity = identity_for(house, args.login)
    house.catch_up()
    if args.to is not None:
        return _take_out(args, house, identity, out)
    with at_desk(house, identity) as desk:
        found = search(
            desk,
            desk.site,
            text=args.query,
            chosen=_chosen(args),
            sort=args.sort,
            limit=args.limit,
            offset=args.offset,
        )
        for result in found.results:
            _tell(house, result, out)
        facets = {
            facet.name: {choice.key: choice.count for choice in facet.choices}
            for facet in found.facets
        }
        out.line(
            {"total": found.total, "facets": facets, "ms": round(found.ms, 3)},
            human=f"{found.total} found in {found.ms:.1f} ms",
        )
    return 0


def _tell(house: Any, result: Any, out: Output) -> None:
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
            "level": result.level,
            "state": document.state,
            "score": round(result.score, 3),
            "snippet": snippet,
            "pages": list(result.pages),
        },
        human=f"{document.uid}  {dossier.code if dossier else '-':10} {title}\n    {snippet}",
    )


def _take_out(args: argparse.Namespace, house: Any, identity: Identity, out: Output) -> int:
    """Write the list into a new file, which is there only when the journal has its entry."""
    from hoso.desk import list_export
    from hoso.desk.questions import Question

    if args.to.exists():
        raise Invalid([Fault("to", "{path} is there already.", {"path": str(args.to)})])
    question = Question.of(args.query, _chosen(args), sort=args.sort)
    with at_desk(house, identity) as desk:
        tops = list_export.units_of(desk)
        unit = desk.unit(args.below) if args.below else next(iter(tops), desk.site)
        table = list_export.export(
            desk,
            unit,
            query=list_export.as_text(question),
            kind=args.to.suffix.removeprefix(".").lower(),
            purpose=args.purpose,
            note=args.note,
            headings=_headings(),
        )
    shutil.move(table.path, args.to)
    said = {"file": str(args.to), "rows": table.rows, "found": table.found, "sha256": table.sha256}
    out.line(said, human=f"{args.to}: {table.rows} lines, SHA-256 {table.sha256}")
    return 0


def _headings() -> Mapping[str, str]:
    """Return the headings of a list in Vietnamese, as the pages write them."""
    from hoso.web.language import Language
    from hoso.web.words import LIST_HEADINGS

    vietnamese = Language("vi")
    return {name: vietnamese.say(word.text) for name, word in LIST_HEADINGS.items()}
