"""Know which kinds of paper a dossier keeps without reading the papers.

A period rests on the classes of what lies in a dossier, and on the date of a paper where a rule
counts from it.  Both are kept here, by a listener of every change (``desk.keeping.reschedule``),
so that judging a dossier costs the same with five papers and nearly so with five thousand.

An index: it finds and counts.  Whoever destroys asks the papers themselves
(``desk.keeping.decision_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hoso.retention.model import Contents

__all__ = ["dossier_of", "forget", "kinds_of", "lay_down", "put", "take_out"]


def put(contents: Contents, paper: int, *, dossier: int, type_: str, date: str) -> set[int]:
    """Note what lies where; return the dossiers for which that makes a difference."""
    now = (dossier, type_, date)
    if contents.papers.get(paper) == now:
        return set()
    touched = take_out(contents, paper) | {dossier}
    contents.papers[paper] = now
    contents.kinds.insert((*now, paper))
    return touched


def take_out(contents: Contents, paper: int) -> set[int]:
    """Forget a paper, which need not be there; return the dossier it lay in."""
    before = contents.papers.pop(paper, None)
    if before is None:
        return set()
    contents.kinds.remove((*before, paper))
    return {before[0]}


def dossier_of(contents: Contents, paper: int) -> int:
    """Return the dossier a paper was last noted in, 0 for none."""
    known = contents.papers.get(paper)
    return known[0] if known is not None else 0


def kinds_of(contents: Contents, dossier: int) -> Iterator[tuple[str, str]]:
    """Yield (type, date) of what a dossier keeps, each pair once."""
    before: tuple[str, str] | None = None
    for _, type_, date, _ in contents.kinds.keys((dossier,), (dossier + 1,)):
        if (type_, date) != before:
            before = (type_, date)
            yield before


def lay_down(contents: Contents, dossier: int, papers: Iterable[tuple[int, str, str]]) -> bool:
    """Write anew what lies in a dossier; return whether anything was noted wrongly.

    :param papers: (id, type, date) of what is in it.
    """
    wanted = {paper: (dossier, type_, date) for paper, type_, date in papers}
    noted = [line[3] for line in contents.kinds.keys((dossier,), (dossier + 1,))]
    wrong = False
    for paper in noted:
        if paper not in wanted:
            wrong = True
            take_out(contents, paper)
    for paper, (_, type_, date) in wanted.items():
        wrong = bool(put(contents, paper, dossier=dossier, type_=type_, date=date)) or wrong
    return wrong


def forget(contents: Contents, dossier: int) -> None:
    """Forget a dossier and all that lay in it."""
    lay_down(contents, dossier, ())
