"""What a person may write on a document: read from a form, checked all at once (pure)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hoso.definitions.rulebook import Rulebook
from hoso.kernel.dates import parse_typed
from hoso.kernel.errors import Fault, Invalid
from hoso.kernel.text import one_line

__all__ = ["description", "level_floor", "statement"]

#: Most characters of a reason: it is kept with the record and in the journal for ever.
LONGEST_STATEMENT = 1000
_LINES = ("title", "number", "symbol", "agency", "signer", "person")
_LONGEST = {"title": 500, "number": 20, "symbol": 60, "agency": 200, "signer": 100, "person": 100}


def statement(field: str, text: str, faults: list[Fault], *, wanting: str) -> str:
    """Return a reason or the number of a decision as one line; it must be there.

    :param wanting: what to tell who left it empty.
    """
    line = one_line(text)
    if not line:
        faults.append(Fault(field, wanting))
    elif len(line) > LONGEST_STATEMENT:
        faults.append(Fault(field, "Use at most {most} characters.", {"most": LONGEST_STATEMENT}))
    return line


def level_floor(rulebook: Rulebook, type_: str) -> int:
    """Return the least level papers of a type may have; a paper may be raised above it."""
    known = rulebook.document_types.get(type_)
    return known.level if known is not None else 0


def description(
    rulebook: Rulebook,
    typed: Mapping[str, Any],
    *,
    clearance: int,
    complete: bool,
    dossier_type: str = "",
    level: int = 0,
    decided: bool = False,
) -> dict[str, Any]:
    """Turn typed text into the values of a document; raise with every fault.

    :param complete: whether what filing needs must be there (type and title).
    :param clearance: nobody marks a paper above what he is cleared for, since he could not
        see it afterwards.
    :param level: the level a complete description has where none is typed; that of its type
        is the least.
    :param decided: whether its secrecy was decided on: then the least level of its type is what
        the decision left, not what the catalog supposes.
    """
    faults: list[Fault] = []
    values: dict[str, Any] = {}
    for name in _LINES:
        if name in typed:
            line = one_line(str(typed[name]))
            if len(line) > _LONGEST[name]:
                faults.append(
                    Fault(name, "Use at most {most} characters.", {"most": _LONGEST[name]})
                )
            values[name] = line
    if "type" in typed:
        values["type"] = _type(rulebook, one_line(str(typed["type"])), dossier_type, faults)
    if "form" in typed:
        values["form"] = _form(rulebook, one_line(str(typed["form"])), faults)
    if "date" in typed:
        values["date"] = _date(one_line(str(typed["date"])), faults)
    if "level" in typed and str(typed["level"]).strip():
        supposed = "" if decided else values.get("type", "")
        values["level"] = _level(rulebook, str(typed["level"]), supposed, clearance, faults)
    elif complete:
        supposed = "" if decided else values.get("type", "")
        least = max(level, level_floor(rulebook, supposed))
        values["level"] = _level(rulebook, str(least), "", clearance, faults)
    if complete:
        if not values.get("type"):
            faults.append(Fault("type", "Choose what kind of paper this is."))
        if not values.get("title"):
            faults.append(Fault("title", "State the subject of the paper."))
    if faults:
        raise Invalid(_once(faults))
    return values


def _once(faults: list[Fault]) -> list[Fault]:
    seen: set[str] = set()
    return [f for f in faults if not (f.field in seen or seen.add(f.field))]  # type: ignore[func-returns-value]


def _type(rulebook: Rulebook, key: str, dossier_type: str, faults: list[Fault]) -> str:
    known = rulebook.document_types.get(key)
    if key and known is None:
        faults.append(Fault("type", "There is no document type {key}.", {"key": key}))
    elif known is not None and dossier_type:
        kind = rulebook.dossier_types.get(dossier_type)
        # A person's dossier takes every statutory component (staff under contract are rated
        # too), but not the papers of case files, which have periods of their own.
        if kind is not None and kind.personal and known.section == "K":
            faults.append(
                Fault(
                    "type",
                    "{label} belongs in a case file, not in a person's dossier.",
                    {"label": known.label.vi},
                )
            )
    return key


def _form(rulebook: Rulebook, code: str, faults: list[Fault]) -> str:
    terms = rulebook.vocabularies["document-form"].terms
    if not code or code in terms:
        return code
    # Proposals and imports say the name, "Quyết định"; forms say the code.
    for known, term in terms.items():
        if code.casefold() in {term.label.vi.casefold(), term.label.en.casefold()}:
            return known
    faults.append(Fault("form", "There is no form of paper {form}.", {"form": code}))
    return code


def _date(text: str, faults: list[Fault]) -> str:
    if not text:
        return ""
    try:
        return str(parse_typed(text))
    except ValueError:
        faults.append(
            Fault(
                "date",
                "Write the date as 05/09/2024, or 09/2024, or 2024; leave it empty "
                "where the paper has none.",
            )
        )
        return text


def _level(rulebook: Rulebook, text: str, type_: str, clearance: int, faults: list[Fault]) -> int:
    try:
        level = int(text)
    except ValueError:
        level = -1
    if not 0 <= level <= 4:
        faults.append(Fault("level", "Choose a level from 0 to 4."))
    elif level < level_floor(rulebook, type_):
        faults.append(
            Fault(
                "level",
                "Papers of this type are at level {floor} at least.",
                {"floor": level_floor(rulebook, type_)},
            )
        )
    elif level > clearance:
        faults.append(
            Fault(
                "level",
                "You are cleared to level {clearance}; hand this paper to who is cleared for it.",
                {"clearance": clearance},
            )
        )
    return level
