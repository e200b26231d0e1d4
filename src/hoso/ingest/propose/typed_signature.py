"""The signature of a paper that is plain text: recipients, capacity, name, one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.names import is_name
from hoso.ingest.propose.typed import TypedLine, title_at

__all__ = ["TypedSignature", "find_signature"]

_SIGNED_WITHIN = 45  # lines from the recipients to the signature


@dataclass(frozen=True)
class TypedSignature:
    """Recipients, capacity and name, by the lines they are made of."""

    recipients: tuple[TypedLine, ...]
    capacity: tuple[TypedLine, ...]
    name: TypedLine | None
    own: range


def find_signature(
    lines: Sequence[TypedLine], start: int, data: Classifiers
) -> TypedSignature | None:
    """Return the first signature: by the recipients before it, else by its capacity."""
    anchor = next(
        (
            index
            for index in range(start, len(lines))
            if plain(" ".join(each.text for each in lines[index : index + 2])).startswith(
                data.recipients
            )
        ),
        None,
    )
    if anchor is not None:
        return _signed_below(lines, anchor, data)
    first = start
    while (at := _capacity_at(lines, first, len(lines), data)) is not None:
        capacity, name, end = _signed(lines, at, data)
        if name is not None:
            return TypedSignature((), capacity, name, range(at, end))
        first = max(end, at + 1)
    return None


def _signed_below(
    lines: Sequence[TypedLine], anchor: int, data: Classifiers
) -> TypedSignature | None:
    """Return the signature that follows the recipients, up to the head of an attachment."""
    for index in range(anchor + 1, min(anchor + _SIGNED_WITHIN, len(lines))):
        if title_at(lines, index, data):
            return None
        opens = lines[index].block != lines[index - 1].block
        if _capacity_at(lines, index, index + 1, data) is None and not (
            opens and _name_at(lines, index, data)
        ):
            continue
        capacity, name, end = _signed(lines, index, data)
        recipients = lines[anchor:index]
        if not recipients[0].plain.startswith(data.recipients):
            recipients = [recipients[0].joined(recipients[1:2]), *recipients[2:]]
        return TypedSignature(tuple(recipients), capacity, name, range(anchor, end))
    return None


def _capacity_at(lines: Sequence[TypedLine], start: int, end: int, data: Classifiers) -> int | None:
    for index in range(start, min(end, len(lines))):
        if lines[index].in_capitals and not lines[index].text.startswith(("-", "+")):
            said = " ".join(each.text for each in lines[index : index + 2])
            if data.capacities.match(plain(said)):
                return index
    return None


def _signed(
    lines: Sequence[TypedLine], first: int, data: Classifiers
) -> tuple[tuple[TypedLine, ...], TypedLine | None, int]:
    """Return capacity, name, and where they end."""
    end = first
    capacity: list[TypedLine] = []
    while end < len(lines) and lines[end].in_capitals and end - first < 8:
        if capacity and not data.capacities.match(lines[end].plain):
            capacity[-1] = capacity[-1].joined([lines[end]])
        else:
            capacity.append(lines[end])
        end += 1
    while end < len(lines) and lines[end].text.startswith(("(", "[")):
        end += 1  # (Đã ký)
    found = _name_at(lines, end, data)
    if found is None:
        return tuple(capacity), None, end
    return tuple(capacity), *found


def _name_at(
    lines: Sequence[TypedLine], start: int, data: Classifiers
) -> tuple[TypedLine, int] | None:
    """Return the name that begins here, and where it ends; its line may be broken."""
    for count in (1, 2, 3):
        said = lines[start : start + count]
        if len({each.block for each in said}) != 1:
            return None
        words = " ".join(each.text for each in said).split()
        titles = next((n for n, word in enumerate(words) if not data.titles.match(plain(word))), 0)
        if is_name(words[titles:], data, loose=False) and not _goes_on(lines, start + count, words):
            return said[0].joined(said[1:]), start + count
    return None


def _goes_on(lines: Sequence[TypedLine], index: int, words: Sequence[str]) -> bool:
    """Tell whether the next line of the paragraph is the rest of a name cut in two."""
    if index >= len(lines) or lines[index].block != lines[index - 1].block:
        return False
    rest = lines[index].text.split()
    return len(words) + len(rest) <= 4 and all(word.istitle() for word in rest)
