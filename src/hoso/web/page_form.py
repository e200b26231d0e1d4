"""The form of a paper's pages: their order, turns, which are dropped, where a paper begins (pure).

Every button posts the whole form, so that nothing depends on a script: the rows come back as
they were ticked, with the one thing done that the button is for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from hoso.ingest.splitting.cuts import Cut
from hoso.ingest.splitting.pages import PageFacts
from hoso.ingest.splitting.plan import Part, Plan
from hoso.ingest.splitting.separators import by_separators
from hoso.records.model import Dropped, Leaf

__all__ = ["Row", "arrangement", "done_to", "plan_of", "posted", "rows_of", "started"]

_TURNS = {"left": 270, "right": 90, "half": 180}


@dataclass(frozen=True)
class Row:
    """One page of one scan: turned how far, whether a paper begins with it, why it is dropped.

    :ivar shown: its number as it is shown now, 0 where it is not shown.
    """

    scan: str
    page: int
    turn: int = 0
    start: bool = False
    drop: str = ""
    shown: int = 0

    @property
    def key(self) -> str:
        return f"{self.scan}.{self.page}"


def rows_of(leaves: Sequence[Leaf], gone: Iterable[Dropped]) -> list[Row]:
    """Return the pages as they stand now; those that are not shown come last."""
    shown = [
        Row(leaf.scan, leaf.page, leaf.turn, shown=number) for number, leaf in enumerate(leaves, 1)
    ]
    return [*shown, *(Row(one.scan, one.page, drop=one.why) for one in gone)]


def started(
    rows: Sequence[Row], cuts: Iterable[Cut], pages: Sequence[PageFacts], *, blank: bool = False
) -> list[Row]:
    """Return the rows with papers beginning where they seem to; separators are dropped.

    :param blank: whether empty pages are dropped too.
    """
    begin = {cut.page for cut in cuts}
    known = {page.number: page for page in pages}
    found = []
    for row in rows:
        page = known.get(row.shown)
        drop = row.drop
        if page is not None and page.separator is not None:
            drop = "separator"
        elif page is not None and blank and page.is_blank:
            drop = "blank"
        found.append(replace(row, start=row.shown in begin, drop=drop))
    return found


def posted(values: Mapping[str, str], order: Sequence[str], known: Sequence[Row]) -> list[Row]:
    """Return the rows as they were sent; a page that was not sent stays where it is.

    *values* are the fields ``turn.<key>``, ``start.<key>`` and ``drop.<key>``.
    """
    by_key = {row.key: row for row in known}
    keys = [key for key in dict.fromkeys(order) if key in by_key]
    keys += [row.key for row in known if row.key not in set(keys)]
    rows = []
    for key in keys:
        turn = values.get(f"turn.{key}", "")
        rows.append(
            replace(
                by_key[key],
                turn=int(turn) if turn in {"0", "90", "180", "270"} else by_key[key].turn,
                start=bool(values.get(f"start.{key}")),
                drop=values.get(f"drop.{key}", by_key[key].drop),
            )
        )
    return rows


def done_to(rows: Sequence[Row], what: str, key: str) -> list[Row]:
    """Return the rows with one page turned (left, right, half) or moved (earlier, later)."""
    found = list(rows)
    place = next((at for at, row in enumerate(found) if row.key == key), None)
    if place is None:
        return found
    if what in _TURNS:
        found[place] = replace(found[place], turn=(found[place].turn + _TURNS[what]) % 360)
    to = place + {"earlier": -1, "later": 1}.get(what, 0)
    if to != place and 0 <= to < len(found):
        # Where a paper begins stays a place in the pile, not a page.
        one, other = found[place], found[to]
        found[place] = replace(other, start=one.start)
        found[to] = replace(one, start=other.start)
    return found


def arrangement(
    rows: Iterable[Row],
) -> tuple[tuple[Leaf, ...], dict[tuple[str, int], str]]:
    """Return what the rows show, and what they drop with the reason."""
    leaves, dropped = [], {}
    for row in rows:
        if row.drop:
            dropped[row.scan, row.page] = row.drop
        else:
            leaves.append(Leaf(row.scan, row.page, row.turn))
    return tuple(leaves), dropped


def plan_of(rows: Iterable[Row], pages: Sequence[PageFacts]) -> Plan:
    """Return the parts the rows make; what separator sheets say of them is kept."""
    said = by_separators(pages)
    of_sheets = {part.pages[0]: part for part in said.parts} if said is not None else {}
    known = {page.number: page for page in pages}
    parts: list[list[Row]] = []
    apart: dict[int, str] = {}
    fresh = True
    for row in rows:
        fresh = fresh or row.start
        if row.drop:
            apart[row.page] = row.drop if row.drop in {"separator", "blank"} else "dropped"
        elif fresh:
            parts.append([row])
            fresh = False
        else:
            parts[-1].append(row)
    return Plan(tuple(_part(part, known, of_sheets) for part in parts), apart)


def _part(
    rows: Sequence[Row], known: Mapping[int, PageFacts], of_sheets: Mapping[int, Part]
) -> Part:
    sheet = of_sheets.get(rows[0].shown)
    serials = (one for row in rows if row.shown in known for one in known[row.shown].serials)
    return Part(
        tuple(row.page for row in rows),
        dossier=sheet.dossier if sheet else "",
        type=sheet.type if sheet else "",
        serial=next(serials, ""),
        turns=tuple(row.turn for row in rows) if any(row.turn for row in rows) else (),
    )
