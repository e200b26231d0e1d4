"""What a form shows: values, choices, and every fault beside its field.

A refused form is shown again with all that was typed and all that is wrong, at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from hoso.kernel.errors import Conflict, Invalid
from hoso.kernel.text import nfc
from hoso.web.language import Language

__all__ = ["Choice", "Form", "revision_of", "text_of", "typed", "whole_number"]

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Choice:
    """One line of a list to choose from."""

    value: str
    label: str
    group: str = ""


@dataclass(frozen=True)
class Form:
    """Values as text by field name, and the faults found in them."""

    values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    message: str = ""
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=lambda: _NOTHING)

    @property
    def refused(self) -> bool:
        """Whether something must be corrected."""
        return bool(self.faults or self.message)

    def value(self, name: str) -> str:
        """Return the text of a field; empty where there is none."""
        return self.values.get(name, "")

    def faults_of(self, name: str) -> tuple[str, ...]:
        """Return what is wrong with a field."""
        return self.faults.get(name, ())

    def options(self, name: str) -> tuple[Choice, ...]:
        """Return the lines a field offers."""
        return self.choices.get(name, ())

    def refuse(self, typed_values: Mapping[str, str], error: Invalid, language: Language) -> Form:
        """Return this form with what was typed kept and every fault told."""
        faults: dict[str, tuple[str, ...]] = {}
        for fault in error.faults:
            faults[fault.field] = (*faults.get(fault.field, ()), language.error(fault))
        return Form({**self.values, **typed_values}, faults, language.error(error), self.choices)

    def overtaken(
        self, typed_values: Mapping[str, str], error: Conflict, language: Language
    ) -> Form:
        """Return this form, made of what stands there now, with what was typed kept.

        Beside each field that differs stands what it says now, so that the second writer
        decides field by field; sending it again says that he has seen it.
        """
        faults = {
            name: (language.say("Now it says: {value}", value=self.value(name) or "–"),)
            for name, value in typed_values.items()
            if value != self.value(name)
        }
        return Form(
            {**self.values, **typed_values, "revision": self.value("revision")},
            faults,
            language.error(error),
            self.choices,
        )


def typed(request: Any, names: Iterable[str]) -> dict[str, str]:
    """Return the named fields of a posted form, composed (NFC) and without outer blanks."""
    return {name: nfc(_text(request.POST.get(name))).strip() for name in names}


def revision_of(request: Any) -> int:
    """Return the revision the form was made of; -1, which no record has, where none is said."""
    return whole_number(_text(request.POST.get("revision")))


def whole_number(text: str) -> int:
    """Return the number of up to nine digits that *text* is; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def text_of(request: Any, name: str) -> str:
    """Return a field as it was sent; a password is not composed nor trimmed."""
    return _text(request.POST.get(name))


def _text(value: Any) -> str:
    # A file sent under a text field's name is no text; the field then counts as empty.
    return value if isinstance(value, str) else ""
