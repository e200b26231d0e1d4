"""Tell whether a media type is one that IANA knows (RFC 6838)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

__all__ = ["is_media_type"]

_NAME = re.compile(r"([a-z]+)/([A-Za-z0-9][A-Za-z0-9!#$&\-^_.+]{0,126})(;.*)?")
# Trees that anybody may register in, and names of before there were trees.
_OTHER_TREES = ("vnd.", "prs.", "x.", "x-")
# Common names of long before the register, or kept in it without a template.
_MORE = frozenset(
    {"audio/wav", "audio/mpeg", "image/bmp", "image/gif", "image/jpeg", "text/html", "text/plain"}
    | {"application/javascript", "application/rtf", "application/xhtml+xml", "text/rtf"}
    | {"image/svg+xml", "text/javascript", "video/mpeg", "message/rfc822", "text/richtext"}
)


@cache
def _registered() -> dict[str, frozenset[str]]:
    lines = Path(__file__).with_name("media_types.txt").read_text(encoding="ascii").splitlines()
    kinds = (line.split() for line in lines if not line.startswith("#"))
    return {top: frozenset(names) for top, *names in kinds}


def is_media_type(text: str) -> bool:
    """Tell whether *text* is registered, or in a tree that needs no standard."""
    found = _NAME.fullmatch(text)
    if found is None or found[1] not in _registered():
        return False
    name = found[2].lower()
    return (
        name.startswith(_OTHER_TREES)
        or name in _registered()[found[1]]
        or f"{found[1]}/{name}" in _MORE
    )
