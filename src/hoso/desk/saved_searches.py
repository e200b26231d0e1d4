"""Searches a person keeps by name, and what is new in them since he last looked.

They are private: nobody else lists or opens them, and they hold what was asked, never what was
found but for the ids of papers seen.  What is new is computed at the moment, inside what its
owner may read at the moment; a role that ends takes its news along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from BTrees.OOBTree import OOBTree

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.questions import Question
from hoso.desk.searching import Result, answer, records_of, results_of
from hoso.kernel import ids
from hoso.kernel.clock import civil_day
from hoso.kernel.errors import Fault, Invalid, Missing
from hoso.kernel.text import fold, one_line
from hoso.records.model import Document, Site
from hoso.search.model import SavedSearch, SavedSearches

__all__ = [
    "MOST_NEW",
    "Line",
    "News",
    "alerts",
    "catch_up",
    "drop_all",
    "forget",
    "keep",
    "news",
    "rename",
    "saved",
]

KEY = "saved-searches"
#: Papers remembered as seen; new papers counted at most.
_SEEN, MOST_NEW = 200, 100
_LONGEST_NAME = 100


@dataclass(frozen=True)
class Line:
    """One saved search, and how many papers are new in it now.

    :ivar new: at most ``MOST_NEW``; 0 also where nobody wants to be told.
    :ivar fault: why it cannot be asked any more (a unit was closed, a name changed), or ``None``.
    """

    search: SavedSearch
    question: Question
    new: int = 0
    fault: Invalid | None = None


@dataclass(frozen=True)
class News:
    """What is new in a saved search, the latest filed first."""

    line: Line
    results: tuple[Result, ...]


def question_of(search: SavedSearch) -> Question:
    """Return what a saved search asks."""
    return Question(search.text, MappingProxyType(dict(search.chosen)), search.sort)


def _mine(desk: Desk) -> Any:
    """Return the own searches by key; empty where there are none."""
    kept = desk.root.get(KEY)
    return kept.by_login.get(desk.identity.login, {}) if kept is not None else {}


def _one(desk: Desk, key: str) -> SavedSearch:
    found = _mine(desk).get(key)
    if not isinstance(found, SavedSearch):
        # Another person's, or none: not told apart.
        raise Missing
    return found


def _name(desk: Desk, name: str, *, but: str = "") -> str:
    """Return a name as it is kept; raise ``Invalid`` where it cannot be."""
    name = one_line(name)
    others = (one for key, one in _mine(desk).items() if key != but)
    faults = []
    if not name:
        faults.append(Fault("name", "Give the search a name."))
    elif len(name) > _LONGEST_NAME:
        faults.append(Fault("name", "Use at most {limit} characters.", {"limit": _LONGEST_NAME}))
    elif any(fold(one.name) == fold(name) for one in others):
        faults.append(Fault("name", "You keep a search of this name; choose another name."))
    if faults:
        raise Invalid(faults)
    return name


def _ordered(desk: Desk) -> list[SavedSearch]:
    return sorted(_mine(desk).values(), key=lambda one: fold(one.name))


# What is new --------------------------------------------------------------------------------


def _latest(desk: Desk, question: Question, *, limit: int) -> tuple[list[int], int]:
    """Return ids of the papers found, the latest filed first, and how many there are in all."""
    latest = Question(question.text, question.chosen, "filed")
    _query, page = answer(desk, latest, limit=limit, kinds=frozenset({"document"}))
    return [hit.id for hit in page.hits], page.total


def _fresh(desk: Desk, search: SavedSearch) -> list[Document]:
    """Return the papers that were not there when its owner last looked, the latest first."""
    numbers, _total = _latest(desk, question_of(search), limit=_SEEN + MOST_NEW)
    seen = frozenset(search.seen)
    fresh = (number for number in numbers if number not in seen)
    found = (record for record in records_of(desk, fresh) if _came_since(record, search))
    return [record for record, _ in zip(found, range(MOST_NEW), strict=False)]


def _came_since(document: Document, search: SavedSearch) -> bool:
    if not search.since:
        # All that was there is remembered.
        return True
    return civil_day(document.filed_at) > search.since or document.filed_at > search.looked_at


def _look(desk: Desk, search: SavedSearch) -> None:
    """Remember what is there now."""
    numbers, total = _latest(desk, question_of(search), limit=_SEEN)
    search.seen = tuple(numbers)
    search.since = ""
    if total > len(numbers) and numbers:
        oldest = desk.site.by_id.get(numbers[-1])
        search.since = civil_day(oldest.filed_at) if oldest is not None else ""
    search.looked_at = desk.now


def _lines(desk: Desk, *, only_alerts: bool) -> Iterator[Line]:
    for search in _ordered(desk):
        if not search.alert:
            if not only_alerts:
                yield Line(search, question_of(search))
            continue
        try:
            yield Line(search, question_of(search), len(_fresh(desk, search)))
        except Invalid as fault:
            yield Line(search, question_of(search), fault=fault)


# Acts ---------------------------------------------------------------------------------------


@act("search.kept", Permission.SEARCH)
def keep(
    desk: Desk, _site: Site, *, name: str, question: Question, alert: bool = True
) -> SavedSearch:
    """Keep a question under a name; what it finds now counts as seen."""
    most = int(desk.rulebook.profile.settings["search"]["saved_most"])
    faults: list[Fault] = []
    if len(_mine(desk)) >= most:
        faults.append(
            Fault("name", "You keep {most} searches already; remove one first.", {"most": most})
        )
    if question.is_empty:
        faults.append(Fault("query", "Type what to look for, or choose a filter."))
    if faults:
        raise Invalid(faults)
    chosen = tuple((facet, tuple(keys)) for facet, keys in question.chosen.items())
    search = SavedSearch(
        ids.to_text(ids.new_id()), _name(desk, name), text=question.text, chosen=chosen
    )
    search.sort, search.alert = question.sort, alert
    _look(desk, search)
    kept = desk.root.get(KEY)
    if kept is None:
        kept = desk.root[KEY] = SavedSearches()
    kept.by_login.setdefault(desk.identity.login, OOBTree())[search.key] = search
    desk.say(**question.told(), name=search.name)
    return search


@act("search.renamed", Permission.SEARCH)
def rename(desk: Desk, _site: Site, *, key: str, name: str, alert: bool) -> None:
    """Give a saved search another name, or say whether its news shall be told."""
    search = _one(desk, key)
    search.name, search.alert = _name(desk, name, but=key), alert
    desk.say(name=search.name, alert=alert)


@act("search.forgotten", Permission.SEARCH)
def forget(desk: Desk, _site: Site, *, key: str) -> None:
    """Remove a saved search."""
    desk.say(name=_one(desk, key).name)
    del _mine(desk)[key]


@act("search.kept-listed", Permission.SEARCH, told=False)
def saved(desk: Desk, _site: Site) -> tuple[Line, ...]:
    """Return one's own saved searches by name, with the number of what is new in each."""
    return tuple(_lines(desk, only_alerts=False))


@act("search.alerts-counted", Permission.SEARCH, told=False)
def alerts(desk: Desk, _site: Site) -> tuple[Line, ...]:
    """Return those of one's own saved searches in which something is new."""
    return tuple(line for line in _lines(desk, only_alerts=True) if line.new)


@act("search.news-seen", Permission.SEARCH)
def news(desk: Desk, _site: Site, *, key: str) -> News:
    """Show what is new in a saved search; it stays new until its owner says he has seen it."""
    search = _one(desk, key)
    question = question_of(search)
    found = _fresh(desk, search)
    desk.say(**question.told(), name=search.name, total=len(found))
    return News(Line(search, question, len(found)), results_of(desk, found, text=question.text))


@act("search.news-noted", Permission.SEARCH, told=False)
def catch_up(desk: Desk, _site: Site, *, key: str) -> None:
    """Note that the news of a saved search were seen."""
    _look(desk, _one(desk, key))


def drop_all(root: Any, login: str) -> None:
    """Forget the searches of an account that is removed; who comes after does not see them."""
    kept = root.get(KEY)
    if kept is not None:
        kept.by_login.pop(login, None)
