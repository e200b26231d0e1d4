"""How pages show what the machine read of a paper, and where on its pages it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hoso.desk.hits import Hit
from hoso.desk.learning import form_code, named
from hoso.ingest.model import Reading
from hoso.web.language import Language
from hoso.web.papers import level_badge, type_label
from hoso.web.shapes import Badge

__all__ = ["Box", "Proposed", "boxes_of", "boxes_of_hits", "proposals_of", "shown"]

# From these confidences on a proposal is shown as sure, or as a good guess.
_SURE, _LIKELY = 0.9, 0.7


@dataclass(frozen=True)
class Box:
    """Where on a page a field was read or a word found, in fractions of the page.

    :ivar mark: the name a hit is linked by; "" for a field.
    """

    field: str
    page: int
    x: float
    y: float
    width: float
    height: float
    mark: str = ""


@dataclass(frozen=True)
class Proposed:
    """What the machine read for a field.

    :ivar given: as the form's own control holds it.
    :ivar sure: whether it may stand in the field without being looked at first.
    :ivar likely: whether it may stand in the field at all.
    :ivar original: what was read, where ``given`` is what people made of it before; else "".
    :ivar times: how often they did.
    """

    value: str
    given: str
    page: int
    badge: Badge
    sure: bool = False
    likely: bool = False
    original: str = ""
    times: int = 0


def proposals_of(reading: Reading | None) -> dict[str, dict[str, Any]]:
    """Return what the machine read, by the names of the form's fields."""
    if reading is None:
        return {}
    found: dict[str, Any] = json.loads(reading.proposals) if reading.proposals else {}
    kind = json.loads(reading.type_proposal) if reading.type_proposal else None
    return named(found, kind)


def shown(request: Any, proposals: Mapping[str, Mapping[str, Any]]) -> dict[str, Proposed]:
    """Return proposals as they stand beside the fields."""
    return {
        name: _shown(request, name, proposal)
        for name, proposal in proposals.items()
        if proposal.get("value") not in {None, ""}
    }


def _shown(request: Any, name: str, proposal: Mapping[str, Any]) -> Proposed:
    confidence = float(proposal.get("confidence") or 0)
    return Proposed(
        _value(request, name, proposal),
        _written(request, name, proposal),
        int(proposal.get("page") or 0),
        _confidence(request.language, confidence),
        sure=confidence >= _SURE and "read" not in proposal,
        likely=confidence >= _LIKELY,
        original=_written(request, name, {"value": proposal["read"]}) if "read" in proposal else "",
        times=int(proposal.get("times") or 0),
    )


def _value(request: Any, name: str, proposal: Mapping[str, Any]) -> str:
    value = str(proposal["value"])
    if name == "date":
        return str(request.language.date(value))
    if name == "type":
        return type_label(request, value)
    if name == "section":
        section = request.house.rulebook.sections.get(value)
        return f"{value} – {request.language.label(section.label)}" if section else value
    if name == "form":
        known = request.house.rulebook.forms.get(_written(request, name, proposal))
        return request.language.label(known.label) if known is not None else value
    if name == "level" and value.isdecimal():
        return level_badge(request, int(value)).text
    return value


def _written(request: Any, name: str, proposal: Mapping[str, Any]) -> str:
    """Return a proposal as the form's own control holds it."""
    value = str(proposal["value"])
    if name == "date":
        return str(request.language.date(value))
    if name == "form":
        return form_code(request.house.rulebook, value)
    return value


def _confidence(language: Language, confidence: float) -> Badge:
    share = language.percent(confidence)
    if confidence >= _SURE:
        return Badge(language.say("clearly read"), "good", share)
    if confidence >= _LIKELY:
        return Badge(language.say("compare it with the paper"), "warn", share)
    return Badge(language.say("unsure: decide yourself"), "bad", share)


def boxes_of(proposals: Mapping[str, Mapping[str, Any]]) -> list[Box]:
    """Return where the proposals were read."""
    return list(_boxes(proposals))


def _boxes(proposals: Mapping[str, Mapping[str, Any]]) -> Iterable[Box]:
    for name, proposal in proposals.items():
        box = proposal.get("box")
        if box and proposal.get("page"):
            x0, y0, x1, y1 = (round(float(edge), 4) for edge in box)
            yield Box(name, int(proposal["page"]), x0, y0, round(x1 - x0, 4), round(y1 - y0, 4))


def boxes_of_hits(hits: Iterable[Hit]) -> list[Box]:
    """Return hits as boxes, each with a name to be linked by."""
    boxes = []
    for number, hit in enumerate(hits, start=1):
        x0, y0, x1, y1 = (round(edge, 4) for edge in hit.box)
        size = (round(x1 - x0, 4), round(y1 - y0, 4))
        boxes.append(Box("", hit.page, x0, y0, *size, mark=f"hit-{number}"))
    return boxes
