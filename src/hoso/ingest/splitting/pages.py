"""What is known of one page of a scan, as splitting looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hoso.ingest.sheets.codes import Label, Separator, read

__all__ = ["KEPT", "PageFacts", "facts_kept", "page_facts"]

#: What of a finished page is kept beside its text and words, for splitting and for people.
#: ``leaf`` says which page of which scan it is, and how far that was turned to be read.
KEPT = (
    "source", "findings", "codes", "print", "dpi", "confidence", "turn", "aspect", "notes", "leaf",
)  # fmt: skip


@dataclass(frozen=True)
class PageFacts:
    """One page, numbered from 1: its text and what was found on its picture.

    ``findings`` are {"code", "value", "box"}; ``print`` is "" where the page has none.
    """

    number: int
    text: str = ""
    source: str = ""
    findings: tuple[Mapping[str, Any], ...] = ()
    codes: tuple[str, ...] = ()
    print: str = ""
    turn: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on the page; a code is something."""
        return not self.codes and any(one.get("code") == "blank" for one in self.findings)

    @property
    def separator(self) -> Separator | None:
        """What our separator sheet on this page says, if it is one."""
        return next((one for one in map(read, self.codes) if isinstance(one, Separator)), None)

    @property
    def serials(self) -> tuple[str, ...]:
        """The serial codes on the page, each once."""
        found = (one.serial for one in map(read, self.codes) if isinstance(one, Label))
        return tuple(dict.fromkeys(found))


def facts_kept(page: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a finished page (``pages.files.finished_page``)."""
    return {key: page.get(key) for key in KEPT}


def page_facts(
    pages: Iterable[Mapping[str, Any]], texts: Sequence[str] = ()
) -> tuple[PageFacts, ...]:
    """Read pages as they were kept; *texts* are their texts, in the same order."""
    return tuple(
        PageFacts(
            number=number,
            text=texts[number - 1] if number <= len(texts) else "",
            source=str(page.get("source") or ""),
            findings=tuple(page.get("findings") or ()),
            codes=tuple(str(code.get("text", "")) for code in page.get("codes") or ()),
            print=str(page.get("print") or ""),
            turn=int(page.get("turn") or 0),
        )
        for number, page in enumerate(pages, 1)
    )
