"""What was found on the pictures of pages, as pages show it; for ``splitting/marks.jinja2``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.ingest.model import Judged
from hoso.ingest.splitting.pages import PageFacts
from hoso.web.language import Language
from hoso.web.shapes import Badge
from hoso.web.words import Word

__all__ = ["FINDINGS", "REASONS", "Finding", "Mark", "marks_of", "said_of"]

#: What may be wrong with the picture of a page, by the codes of the readers.
FINDINGS = {
    "blank": Word("Empty page"),
    "skewed": Word("Askew", "warn"),
    "cut-edge": Word("Cut at the edge", "bad"),
    "dark": Word("Too dark or too pale", "warn"),
    "low-resolution": Word("Below 200 dots an inch", "bad"),
    "turned": Word("Lay the wrong way round"),
    "duplicate-page": Word("The same as an earlier page", "warn"),
    "like-neighbour": Word("Much like the page before", "warn"),
    "hard-to-read": Word("Hard to read", "warn"),
    "other": Word("As a person saw it", "warn"),
}
#: Why a page is not shown.
REASONS = {
    "separator": Word("separator sheet"),
    "separator-back": Word("back of a separator sheet"),
    "blank": Word("empty page"),
    "dropped": Word("left out by hand"),
    "rescanned": Word("scanned again"),
    "already-here": Word("here already, as another paper"),
}
_UNITS = {
    "skewed": "{value}°",
    "turned": "{value}°",
    "low-resolution": "{value} dpi",
    "duplicate-page": "{value}",
    "like-neighbour": "{value}",
}


@dataclass(frozen=True)
class Finding:
    """One finding: its badge, and where it is on the page, in fractions, where it has a place."""

    badge: Badge
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Mark:
    """What was found on one page, and what a person said of it.

    :ivar verdict: "", ``accepted`` or ``sent-back``.
    """

    number: int
    findings: tuple[Finding, ...]
    verdict: str = ""
    said: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something was found and nobody has judged it."""
        return bool(self.findings) and not self.verdict


def said_of(code: str, value: Any, language: Language) -> str:
    """Return a finding in words, with what was measured."""
    word = FINDINGS.get(code)
    said = language.say(word.text) if word is not None else code
    shape = _UNITS.get(code)
    if shape is None or value is None or isinstance(value, bool):
        return said
    shown = language.number(round(value, 1)) if isinstance(value, int | float) else str(value)
    return f"{said} ({shape.format(value=shown)})"


def marks_of(
    pages: Sequence[PageFacts], judged: Mapping[int, Judged], language: Language
) -> dict[int, Mark]:
    """Return what was found on each page, by its number as shown."""
    return {page.number: _mark(page, judged.get(page.number), language) for page in pages}


def _mark(page: PageFacts, judged: Judged | None, language: Language) -> Mark:
    findings = tuple(_finding(one, language) for one in page.findings)
    if judged is None:
        return Mark(page.number, findings)
    who = f"{judged.by}, {language.moment(judged.at)}"
    if judged.verdict == "accepted":
        return Mark(page.number, findings, "accepted", language.say("Accepted: {who}", who=who))
    why = ", ".join(said_of(code, None, language) for code in judged.code.split(","))
    said = language.say("Sent back: {why} ({who})", why=why, who=who)
    return Mark(page.number, findings, "sent-back", said)


def _finding(one: Mapping[str, Any], language: Language) -> Finding:
    code = str(one.get("code"))
    word = FINDINGS.get(code)
    box = one.get("box")
    return Finding(
        Badge(said_of(code, one.get("value"), language), word.tone if word else ""),
        (
            (float(box[0]), float(box[1]), float(box[2] - box[0]), float(box[3] - box[1]))
            if box
            else None
        ),
    )
