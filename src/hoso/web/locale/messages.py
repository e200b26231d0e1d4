"""Collect every sentence a person may read, from code and templates.

Three sources: ``_()`` and ``_n()`` in templates; ``say``, ``count`` and the word lists of
``hoso.web``; and the messages of ``kernel.errors`` wherever one is raised or made.  The
test of the catalogs and ``python -m hoso.web.locale.messages`` (which lists what is not yet
translated) both read this.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment

from hoso.web.locale.compile import LANGUAGES, catalog

__all__ = ["Said", "collect", "untranslated"]

Said = dict[str, list[str]]

_SOURCE = Path(__file__).resolve().parents[2]
# Position of the msgid among the positional arguments, by the name that is called.
_CALLS = {
    "say": 0, "Words": 0, "Fault": 1, "Invalid": 1, "Missing": 0, "Forbidden": 0,
    "Conflict": 0, "NotReady": 0, "Unusable": 0, "HosoError": 0, "Refused": 0,
}  # fmt: skip
_COUNTED = {"count"}
_KEYWORD = "message"


def collect() -> Said:
    """Return every msgid with the places it stands in; plural forms under the singular."""
    said: Said = {}
    for path in sorted(_SOURCE.rglob("*.py")):
        _note(said, path, _in_code(path))
    for path in sorted(_SOURCE.rglob("*.jinja2")):
        _note(said, path, _in_template(path))
    return said


def untranslated(language: str) -> list[str]:
    """Return the msgids that the catalog of *language* does not translate."""
    known = catalog(language)
    return sorted(
        msgid for msgid in collect() if not (known.get(msgid) and _full(known.get(msgid).string))
    )


def _note(said: Said, path: Path, found: Iterator[tuple[int, str]]) -> None:
    for line, msgid in found:
        said.setdefault(msgid, []).append(f"{path.relative_to(_SOURCE)}:{line}")


def _full(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def _in_template(path: Path) -> Iterator[tuple[int, str]]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    tree = environment.parse(path.read_text("utf-8"))
    for line, _function, text in environment.extract_translations(tree, ("_", "_n")):
        yield line, next(part for part in text if part) if isinstance(text, tuple) else text


def _in_code(path: Path) -> Iterator[tuple[int, str]]:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.ClassDef):
            yield from _in_class(node)


def _in_call(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in _COUNTED and len(node.args) == 3:
        yield from _text(node.args[0])
    elif name in _CALLS:
        if len(node.args) > _CALLS[name]:
            yield from _text(node.args[_CALLS[name]])
        for keyword in node.keywords:
            if keyword.arg == _KEYWORD:
                yield from _text(keyword.value)


def _in_class(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    # ``message: ClassVar[str] = "…"`` of an error class.
    for line in node.body:
        target = line.target if isinstance(line, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == _KEYWORD and line.value is not None:
            yield from _text(line.value)


def _text(node: ast.expr) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.lineno, node.value
    elif isinstance(node, ast.IfExp):
        yield from _text(node.body)
        yield from _text(node.orelse)


if __name__ == "__main__":
    wanting = {language: untranslated(language) for language in LANGUAGES if language != "en"}
    for language, msgids in wanting.items():
        sys.stdout.writelines(f"{language}: {msgid}\n" for msgid in msgids)
    sys.exit(1 if any(wanting.values()) else 0)
