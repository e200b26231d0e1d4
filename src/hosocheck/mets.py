"""One METS file as the rules see it: who it is, what it refers to, and where that lies."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

from hosocheck.reading import Reading
from hosocheck.safe_xml import Element, local, parsed

__all__ = [
    "CSIP",
    "METS",
    "SIP",
    "XLINK",
    "Mets",
    "Reference",
    "children",
    "is_later",
    "is_time",
    "read_mets",
]

METS = "{http://www.loc.gov/METS/}"
CSIP = "{https://DILCIS.eu/XML/METS/CSIPExtensionMETS}"
SIP = "{https://DILCIS.eu/XML/METS/SIPExtensionMETS}"
XLINK = "{http://www.w3.org/1999/xlink}"
XML_ID = re.compile(r"[A-Za-z_\u0080-\U0010ffff][\w.\-\u00b7]*")
# xs:dateTime (XML Schema part 2, 3.2.7); the zone may be missing.
_TIME = re.compile(
    r"(-?\d{4,})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(\.\d+)?(Z|[+-](0\d|1[0-4]):[0-5]\d)?"
)


@dataclass(frozen=True)
class Reference:
    """A file that a METS points to; ``path`` is inside the package, empty where it is not."""

    path: str
    element: Element = field(repr=False)
    kind: str = "file"


@dataclass
class Mets:
    """A METS file; ``base`` is its folder inside the package, with a slash unless empty."""

    path: str
    base: str
    name: str
    root: Element
    is_root: bool
    ids: dict[str, Element] = field(default_factory=dict)
    references: list[Reference] = field(default_factory=list)

    def within(self, href: str) -> str:
        """Return the package path a link means, or nothing if it leads outside."""
        parts = urlsplit(href)
        if parts.scheme not in {"", "file"} or parts.netloc or not parts.path:
            return ""
        path = unquote(parts.path)
        if path.startswith("/") or "\\" in path:
            return ""
        whole = posixpath.normpath(self.base + path)
        return "" if whole.startswith("../") or whole in {"..", "."} else whole


def read_mets(reading: Reading, path: str, *, base: str, name: str, is_root: bool) -> Mets | None:
    """Read a METS and tell what makes it unreadable: its root, ids that are double or dangle."""
    root = parsed(reading, path, "CSIP0")
    if root is None:
        return None
    if root.tag != f"{METS}mets":
        reading.error("CSIP0", path, "is not a METS file")
        return None
    mets = Mets(path, base, name, root, is_root)
    seen: Counter[str] = Counter()
    for element in root.iter():
        found = element.get("ID") if isinstance(element.tag, str) else None
        if found is None:
            continue
        seen[found] += 1
        mets.ids[found] = element
        if not XML_ID.fullmatch(found):
            reading.error("OWN-ID", path, f"has an ID that XML does not allow: {found[:60]!r}")
    for found, times in seen.items():
        if times > 1:
            reading.error("OWN-ID", path, f"gives the ID {found} {times} times")
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        for attribute in ("DMDID", "ADMID", "FILEID"):
            for wanted in (element.get(attribute) or "").split():
                if wanted not in mets.ids:
                    reading.error(
                        "OWN-REF", path, f"{local(element)} refers to {wanted}, which is nowhere"
                    )
    return mets


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Yield the descendants along a path of METS names."""
    if element is None:
        return
    head, *rest = names
    for child in element:
        if child.tag == METS + head:
            if rest:
                yield from children(child, *rest)
            else:
                yield child


def is_time(text: str | None) -> bool:
    found = _TIME.fullmatch(text or "")
    if found is None:
        return False
    year, month, day = int(found[1]), int(found[2]), int(found[3])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day <= (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def is_later(text: str, than: datetime) -> bool:
    """Return whether an xs:dateTime is after a moment, in whichever zone it was meant.

    One without a zone is taken for the earliest moment it can be: the zone of +14 hours.
    """
    found = _TIME.fullmatch(text)
    if found is None or not is_time(text):
        return False
    if not 1 <= int(found[1]) <= 9998:
        return int(found[1]) > 0
    zone = found[6] or "+14:00"
    moment = datetime.fromisoformat(text[:19] + ("+00:00" if zone == "Z" else zone))
    return moment > than
