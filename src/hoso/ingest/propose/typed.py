"""Lines of a paper that is plain text, with the page and the paragraph each belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hoso.ingest.classifiers import Classifiers, plain

__all__ = ["TypedLine", "title_at", "typed_lines"]


@dataclass(frozen=True)
class TypedLine:
    """One line of the text: where it stands, and the paragraph it belongs to."""

    text: str
    page: int
    block: int

    @property
    def plain(self) -> str:
        return plain(self.text)

    @property
    def in_capitals(self) -> bool:
        letters = [char for char in self.text if char.isalpha()]
        return len(letters) > 1 and sum(map(str.isupper, letters)) > 0.7 * len(letters)

    def joined(self, others: Sequence[TypedLine]) -> TypedLine:
        return replace(self, text=" ".join([self.text, *(other.text for other in others)]))


def typed_lines(pages: Sequence[str]) -> list[TypedLine]:
    """Return the lines that say something, paragraphs counted through."""
    lines, block = [], 0
    for number, page in enumerate(pages, 1):
        for line in page.split("\n"):
            # Texts taken from office files: **bold**, a tab between the columns of a table.
            text = " ".join(line.replace("**", "").replace("\t", " | ").split())
            if text:
                lines.append(TypedLine(text, number, block))
            else:
                block += 1
    return lines


def title_at(lines: Sequence[TypedLine], index: int, data: Classifiers) -> TypedLine | None:
    """Return the form's name where it stands alone in one line or in two."""
    line = lines[index]
    if not line.in_capitals:
        return None
    for piece in (line, line.joined(lines[index + 1 : index + 2])):
        name = piece.plain.strip(" .,:")
        if name in data.forms or name.startswith(tuple(data.form_prefixes)):
            return piece
    return None
