"""Collect every sentence a person may read, from code and templates.

Three sources: ``_()`` and ``_n()`` in templates; ``say`` and ``count`` and the word lists
of ``hoso.web``; and whole sentences in the packages below, which reach people as errors,
reasons and explanations.  The test of the catalogs and ``python -m hoso.web.locale.messages``
(which lists what is not yet translated) both read this.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment

from hoso.web.locale.compile import LANGUAGES, catalog

__all__ = ["Message", "collect", "untranslated"]

_SOURCE = Path(__file__).resolve().parents[2]
# Position of the msgid among the positional arguments, by the name that is called.
_CALLS = {
    "Fault": 1, "Invalid": 1, "Missing": 0, "Forbidden": 0,
    "Conflict": 0, "NotReady": 0, "Unusable": 0, "HosoError": 0, "Refused": 0, "Granted": 0,
    "Reason": 1, "NotDelivered": 0, "WaitsForPerson": 0,
}  # fmt: skip
# The same for what only the pages call.
_PAGE_CALLS = {"say": 0, "Word": 0, "Sentence": 0}
# Packages whose whole sentences are meant for people wherever they stand.
_SPEAKING = (
    "access",
    "audit",
    "desk",
    "http",
    "ingest",
    "records",
    "retention",
    "search",
    "stacks",
)
_SENTENCE = re.compile(r"[A-Z{][^\n]* [^\n]*[.?!]")
# What these say is for programmers.
_PRIVATE = {
    "Attribute",
    "ValueError",
    "TypeError",
    "KeyError",
    "RuntimeError",
    "LookupError",
    "AssertionError",
}


@dataclass
class Message:
    """One sentence: its plural, if it counts things, and the places it stands in."""

    plural: str = ""
    places: list[str] = field(default_factory=list)


Found = Iterator[tuple[int, str, str]]


def collect() -> dict[str, Message]:
    """Return every sentence by its msgid."""
    said: dict[str, Message] = {}
    for path in sorted(_SOURCE.rglob("*.py")):
        # What leaves with exports of the journal says all it says in both languages itself.
        if path.name != "hoso_verify_journal.py":
            _note(said, path, _in_code(path))
    for path in sorted(_SOURCE.rglob("*.jinja2")):
        _note(said, path, _in_template(path))
    return said


def untranslated(language: str, said: Iterable[str] | None = None) -> list[str]:
    """Return the msgids, of all that are said, which the catalog does not translate."""
    known = catalog(language)
    wanted = collect() if said is None else said
    return sorted(msgid for msgid in wanted if not _is_full(known.get(msgid)))


def _is_full(message: object) -> bool:
    string = getattr(message, "string", "")
    return all(string) if isinstance(string, tuple) else bool(string)


def _note(said: dict[str, Message], path: Path, found: Found) -> None:
    for line, msgid, plural in found:
        message = said.setdefault(msgid, Message())
        message.plural = message.plural or plural
        message.places.append(f"{path.relative_to(_SOURCE)}:{line}")


def _in_template(path: Path) -> Found:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(path.read_text("utf-8"))
    for line, _function, text in environment.extract_translations(  # type: ignore[attr-defined]
        tree, ("_", "_n")
    ):
        one, many = (text[0], text[1]) if isinstance(text, tuple) else (text, "")
        if one:
            yield line, one, many or ""


def _in_code(path: Path) -> Found:
    tree = ast.parse(path.read_text("utf-8"))
    silent = _silent(tree)
    package = path.relative_to(_SOURCE).parts[0]
    calls = {**_CALLS, **_PAGE_CALLS} if package == "web" else _CALLS
    speaking = package in _SPEAKING
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node, calls)
        elif isinstance(node, ast.ClassDef):
            yield from _in_class(node)
        elif isinstance(node, ast.AnnAssign) and path.name == "permissions.py":
            yield from _in_words(node)
        elif speaking and id(node) not in silent and _is_sentence(node):
            yield node.lineno, node.value, ""  # type: ignore[attr-defined]


def _in_words(node: ast.AnnAssign) -> Found:
    # ``web/permissions.py`` is a table of words by code.
    if isinstance(node.value, ast.Dict):
        for word in node.value.values:
            yield from _text(word)


def _is_sentence(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _SENTENCE.fullmatch(node.value) is not None
    )


def _silent(tree: ast.Module) -> set[int]:
    """Return the strings nobody reads on a page: docstrings and errors for programmers."""
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            silent.add(id(node.value))
        elif isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Call) and getattr(node.func, "id", "") in _PRIVATE
        ):
            silent.update(id(inner) for inner in ast.walk(node))
    return silent


def _in_call(node: ast.Call, calls: dict[str, int]) -> Found:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "count" and "say" in calls and len(node.args) >= 2:
        for (line, one, _), (_line, many, _) in zip(
            _text(node.args[0]), _text(node.args[1]), strict=False
        ):
            yield line, one, many
    elif name in calls:
        if len(node.args) > calls[name]:
            yield from _text(node.args[calls[name]])
        for keyword in node.keywords:
            if keyword.arg == "message":
                yield from _text(keyword.value)
    # What the gate found stands inside its reason: "The file is damaged ({what})."
    for keyword in node.keywords:
        if keyword.arg == "what" and "say" not in calls:
            yield from _text(keyword.value)


def _in_class(node: ast.ClassDef) -> Found:
    # ``message: ClassVar[str] = "…"`` of an error class, and ``message = "…"`` of those below.
    for line in node.body:
        targets: list[ast.expr] = []
        if isinstance(line, ast.AnnAssign):
            targets = [line.target]
        elif isinstance(line, ast.Assign):
            targets = line.targets
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        value = getattr(line, "value", None)
        if "message" in names and isinstance(value, ast.expr):
            yield from _text(value)


def _text(node: ast.expr) -> Found:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.lineno, node.value, ""
    elif isinstance(node, ast.IfExp):
        yield from _text(node.body)
        yield from _text(node.orelse)


if __name__ == "__main__":
    wanting = {language: untranslated(language) for language in LANGUAGES if language != "en"}
    for language, msgids in wanting.items():
        sys.stdout.writelines(f"{language}: {msgid}\n" for msgid in msgids)
    sys.exit(1 if any(wanting.values()) else 0)
