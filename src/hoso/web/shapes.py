"""The small values templates are filled with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Badge", "Crumb", "Fact", "Pages", "Step", "pages_of"]


@dataclass(frozen=True)
class Badge:
    """A word in a frame; the tone (good, warn, bad, stamp) only helps."""

    text: str
    tone: str = ""
    title: str = ""


@dataclass(frozen=True)
class Fact:
    """A label and a value."""

    label: str
    text: str = ""
    url: str = ""
    badge: Badge | None = None
    code: bool = False


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page; the last has no address."""

    label: str
    url: str = ""


@dataclass(frozen=True)
class Step:
    """A link to one page of a list, or a gap."""

    number: int = 0
    url: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pages:
    """Where one is in a long list."""

    first: int
    last: int
    total: int
    links: tuple[Step, ...]
    before: str = ""
    after: str = ""


def pages_of(*, page: int, size: int, total: int, url: Callable[[int], str]) -> Pages:
    """Return the links to the pages of a list: first, last, and those near by."""
    count = max(1, -(-total // size))
    page = min(max(1, page), count)
    near = sorted({1, count, *range(max(1, page - 2), min(count, page + 2) + 1)})
    links: list[Step] = []
    for number in near:
        if links and number > links[-1].number + 1:
            links.append(Step(number=number - 1, gap=True))
        links.append(Step(number, url(number), number == page))
    return Pages(
        first=(page - 1) * size + 1 if total else 0,
        last=min(page * size, total),
        total=total,
        links=tuple(links),
        before=url(page - 1) if page > 1 else "",
        after=url(page + 1) if page < count else "",
    )


def page_number(request: Any) -> int:
    """Return the page asked for; 1 where none or nonsense is."""
    asked = request.GET.get("page", "1")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
