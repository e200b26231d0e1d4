"""One tree of errors; each has a kind, a message key and the facts it rests on.

The message is made at the edge, in the reader's language, from ``message`` (a gettext
msgid with ``{name}`` placeholders) and ``facts``.  ``hoso.http.errors`` gives each kind
an HTTP status and ``hoso.cli`` an exit code.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar

__all__ = [
    "Conflict",
    "Fault",
    "Forbidden",
    "HosoError",
    "Invalid",
    "Missing",
    "NotReady",
    "TooMany",
    "Unusable",
]


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing wrong with one field: what, and what to do next."""

    field: str
    message: str
    facts: Mapping[str, Any] = dataclasses.field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        return f"{self.field}: {self.message.format_map(_Lenient(self.facts))}"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class HosoError(Exception):
    """Base of all errors that are meant for a person."""

    kind: ClassVar[str] = "internal"
    message: ClassVar[str] = "Something went wrong; nothing was changed."

    def __init__(self, message: str | None = None, **facts: Any) -> None:
        self.text = message or type(self).message
        self.facts = facts
        super().__init__(self.text)

    def __str__(self) -> str:
        return self.text.format_map(_Lenient(self.facts))


class Invalid(HosoError):
    """Input with faults; carries all of them at once."""

    kind = "invalid"
    message = "Some fields need correction."

    def __init__(
        self, faults: Iterable[Fault] = (), message: str | None = None, **facts: Any
    ) -> None:
        self.faults = tuple(faults)
        super().__init__(message, **facts)

    def __str__(self) -> str:
        said = super().__str__()
        return "; ".join([said, *map(str, self.faults)]) if self.faults else said


class Missing(HosoError):
    """No such thing, or not for this reader: the two are never told apart."""

    kind = "missing"
    message = "Not found."


class Forbidden(HosoError):
    """The reader may see the thing but may not do this to it."""

    kind = "forbidden"
    message = "You may not do this: {reason}"


class Conflict(HosoError):
    """Somebody else changed the thing first; nothing was overwritten."""

    kind = "conflict"
    message = "This was changed by {by} at {at}. Look at the new state and decide again."


class NotReady(HosoError):
    """Not an answer yet: the index is behind, a database is in use, a step is undone."""

    kind = "not-ready"
    message = "Not ready yet."


class TooMany(HosoError):
    """Asked too often; ``seconds`` says when to come back."""

    kind = "too-many"
    message = "That was too much at once. Go on in {seconds} seconds."


class Unusable(HosoError):
    """Bytes that cannot be taken in or read back."""

    kind = "unusable"
    message = "The file cannot be used: {reason}"
