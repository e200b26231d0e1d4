"""Print labels for places and dossiers: whose labels, and what may stand on the outside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hoso.access.permissions import Permission
from hoso.desk.act import act
from hoso.desk.desk import Desk
from hoso.desk.shelving import canonical, visible, way_to
from hoso.kernel.errors import Fault, Invalid
from hoso.records.marking import level_of
from hoso.records.model import Document, Dossier
from hoso.stacks.labels import Label, sheet
from hoso.stacks.model import Place
from hoso.stacks.places import subtree

__all__ = ["WHAT", "Labelled", "print_labels"]

#: Whose labels: the place's own, those of the places in it, of the papers in it, all of them.
WHAT = ("own", "places", "papers", "all")
#: From this level on the outside says a number and nothing of the person (TT 07/2019/TT-BNV).
_UNNAMED = 2


@dataclass(frozen=True)
class Labelled:
    """Sheets of labels as a PDF, and how many there are on them."""

    pdf: bytes
    count: int


@act("paper.labels-printed", Permission.PAPER_VIEW)
def print_labels(
    desk: Desk,
    thing: Place | Dossier | Document,
    *,
    layout: str,
    say: Callable[[str], str],
    what: str = "own",
    start: int = 1,
) -> Labelled:
    """Return sheets of labels for a place, what is in it, or a record.

    :param what: one of ``WHAT``; a record has its own label only.
    :param say: puts the few words on a label into the reader's language.
    """
    faults = []
    if what not in WHAT:
        faults.append(Fault("what", "Choose whose labels to print."))
    if faults:
        raise Invalid(faults)
    labels = [_label(desk, one, say) for one in _things(desk, thing, what)]
    pdf = sheet(labels, layout=layout, start=start, title=say("Labels"))
    desk.say(count=len(labels), what=what, of=canonical(thing))
    return Labelled(pdf, len(labels))


def _things(
    desk: Desk, thing: Place | Dossier | Document, what: str
) -> Iterator[Place | Dossier | Document]:
    if not isinstance(thing, Place):
        if visible(desk, thing):
            yield thing
        return
    for place in subtree(thing):
        if not desk.sees(place):
            continue
        own = place is thing
        if what == "all" or (what == "own" and own) or (what == "places" and not own):
            yield place
        if what in {"papers", "all"}:
            for number in place.contents.values():
                record = desk.site.by_id.get(number)
                if visible(desk, record):
                    yield record


_KINDS = {"store": "Store", "shelf": "Shelf", "box": "Box", "folder": "Folder"}


def _label(desk: Desk, thing: Place | Dossier | Document, say: Callable[[str], str]) -> Label:
    if isinstance(thing, Place):
        way = " › ".join(
            s.place.label if s.seen else s.place.code for s in way_to(desk, thing)[:-1]
        )
        lines = tuple(line for line in (way, thing.unit.name) if line)
        return Label(canonical(thing), say(_KINDS[thing.kind]), thing.code, thing.label, lines)
    dossier = thing.dossier if isinstance(thing, Document) else thing
    if dossier is None:
        raise ValueError(thing)
    level = max(level_of(thing, desk.today), level_of(dossier, desk.today))
    level_name = desk.rulebook.levels[level].label.vi if level >= _UNNAMED else ""
    born = dossier.birth_date[:4]
    named = f"{dossier.name} ({born})" if born else dossier.name
    title = "" if level >= _UNNAMED else named
    if isinstance(thing, Document):
        number = "/".join(part for part in (thing.number, thing.symbol) if part)
        lines = tuple(line for line in (dossier.code, number, level_name) if line)
        return Label(canonical(thing), say("Paper"), thing.type or "–", title, lines)
    lines = tuple(line for line in (dossier.unit.name, level_name) if line)
    return Label(canonical(thing), say("Dossier"), dossier.code, title, lines)
