"""What a person must look at: the state of each field beside its page, and its strip (pure).

``open`` wants a person: nothing stands there, or what was read is too unsure to stand there;
``look`` stands there and wants a glance; ``sure`` was read clearly; "" is nobody's reading.
A script leads from one ``open`` or ``look`` to the next; without one the words say the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from hoso.desk.on_page import Place
from hoso.web.forms import Form
from hoso.web.readings import Box, Proposed
from hoso.web.strips import Strip, strip_of

__all__ = ["Slot", "filled", "slots_of"]


@dataclass(frozen=True)
class Slot:
    """How one field stands.

    :ivar by_hand: it stands on the page in handwriting, which nobody read.
    :ivar strip: the place on the page, enlarged, where there is a picture.
    """

    state: str = ""
    by_hand: bool = False
    strip: Strip | None = None


def filled(proposals: Mapping[str, Proposed]) -> dict[str, str]:
    """Return what may stand in the fields: what was read at least likely."""
    return {name: one.given for name, one in proposals.items() if one.likely}


def slots_of(
    form: Form,
    proposals: Mapping[str, Proposed],
    *,
    names: Collection[str],
    required: Collection[str],
    places: Mapping[str, Place],
    boxes: Collection[Box],
    images: Mapping[int, str],
    glance: Collection[str] = (),
) -> dict[str, Slot]:
    """Return the state and the strip of each field.

    :param glance: fields that want a glance though something stands in them.
    :param places: by field, where something is written by hand.
    :param images: addresses of the pages' pictures by number.
    """
    read_at = {box.field: box for box in boxes}
    return {
        name: Slot(
            _state(form, name, proposals.get(name), required=required, by_hand=name in places)
            or ("look" if name in glance and form.value(name) else ""),
            by_hand=name in places,
            strip=_strip(read_at.get(name), places.get(name), images),
        )
        for name in names
    }


def _state(
    form: Form, name: str, proposal: Proposed | None, *, required: Collection[str], by_hand: bool
) -> str:
    value = form.value(name)
    if form.faults_of(name):
        return "open"
    if by_hand and (not value or name == "date"):
        return "open"
    if not value:
        return "open" if name in required or proposal is not None else ""
    if proposal is None or proposal.given != value:
        return ""
    return "sure" if proposal.sure else "look"


def _strip(box: Box | None, place: Place | None, images: Mapping[int, str]) -> Strip | None:
    if place is not None:
        return strip_of(place.box, page=place.page, images=images)
    if box is not None:
        edges = (box.x, box.y, box.x + box.width, box.y + box.height)
        return strip_of(edges, page=box.page, images=images)
    return None
