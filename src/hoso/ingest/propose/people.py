"""The person a paper is about: of the staff, not of those who sign or decide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hoso.ingest.classifiers import Classifiers, plain
from hoso.ingest.propose.lines import Line, Sheet
from hoso.ingest.propose.proposal import Proposal

__all__ = ["read_person"]

_PAGES = 2
_ARTICLE_LINES = 8
_FORMS_OF_ADDRESS = ("ong", "ba", "dong chi", "anh", "chi")
_OF_ONE_PERSON = ("Giấy", "Bằng", "Phiếu", "Chứng chỉ")
_BULLETS = " 0123456789.)-+*/"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)?")


def read_person(
    sheets: Sequence[Sheet],
    subject: Proposal | None,
    signer: Proposal | None,
    data: Classifiers,
    *,
    form: str = "",
) -> Proposal | None:
    """Return the one person the paper is about; None where it is about none or several.

    *form* is the paper's: a certificate names its holder anywhere in the text.
    """
    if not sheets:
        return None
    signed = plain(signer.value) if signer else ""
    if subject is not None:
        named = [name for name in _named(str(subject.value), data) if plain(name) != signed]
        if len({plain(name) for name in named}) == 1:
            return Proposal(
                named[0], 0.97 * subject.confidence, subject.page, subject.box, "person.subject"
            )
        if named:
            return None
    fields = list(_fields(sheets, data))
    if fields:
        name, line = fields[0]
        return Proposal(name, 0.95 * line.confidence, line.page, line.box, "person.field")
    found = [(name, line) for name, line in _first_article(sheets, data) if plain(name) != signed]
    rule, sure = "person.article-1", 0.9
    if not found and form.startswith(_OF_ONE_PERSON):
        found = [(name, line) for line in sheets[0].lines for name in _named(line.text, data)]
        found = [(name, line) for name, line in found if plain(name) != signed]
        rule, sure = "person.text", 0.75
    if found and len({plain(name) for name, _ in found}) == 1:
        name, line = found[0]
        return Proposal(name, sure * line.confidence, line.page, line.box, rule)
    return None


def _fields(sheets: Sequence[Sheet], data: Classifiers) -> Iterator[tuple[str, Line]]:
    """Read the fields of forms: Họ và tên khai sinh: NGUYỄN VĂN MẪU."""
    for sheet in sheets[:_PAGES]:
        lines = sheet.lines
        for index, line in enumerate(lines):
            words = line.plain.lstrip(_BULLETS)
            if not words.startswith(data.person_fields):
                continue
            key = next(each for each in data.person_fields if words.startswith(each))
            at = line.plain.find(key) + len(key)
            rest = line.text[at:] if len(line.plain) == len(line.text) else line.text
            introduced, colon, value = rest.partition(":")
            said = value if colon and len(introduced) < 45 else rest
            name = _leading_name(re.sub(r"\(.*?\)", " ", said), data)
            if name is None and not said.strip(" .:_") and index + 1 < len(lines):
                name = _leading_name(lines[index + 1].text, data)
            if name is not None:
                yield name, line


def _first_article(sheets: Sequence[Sheet], data: Classifiers) -> Iterator[tuple[str, Line]]:
    """Read the names in Article 1, up to Article 2."""
    inside = 0
    previous: Line | None = None
    for sheet in sheets[:_PAGES]:
        for line in sheet.lines:
            if re.match(r"\W{0,2}dieu\s*[1il][.:\s]", line.plain):
                inside, previous = _ARTICLE_LINES, None
            elif re.match(r"\W{0,2}dieu\s*[2-9]", line.plain):
                return
            if inside:
                inside -= 1
                before = previous.text if previous is not None else ""
                for name in _named(f"{before} {line.text}", data):
                    if not before or plain(name) not in plain(before):
                        yield name, line
                previous = line


def _named(text: str, data: Classifiers) -> list[str]:
    """Return the names that stand right after words such as *đối với ông*."""
    text = " ".join(text.split())
    folded = plain(text)
    if len(folded) != len(text):
        return []
    in_capitals = _share_of_capitals(text) > 0.7
    names: list[str] = []
    for found in data.person_before.finditer(folded):
        start = max(0, found.start() - 24)
        if any(never in folded[start : found.end()] for never in data.person_never):
            continue
        name = _leading_name(text[found.end() :], data)
        if name is None or name in names:
            continue
        addressed = found[0].rstrip(" :)").endswith(_FORMS_OF_ADDRESS)
        if in_capitals and not (addressed and _is_plain_name(name, data)):
            # Where all is in capitals any word may look like a name: CHO VĂN THƯ, LƯU TRỮ.
            continue
        if not addressed and not _has_surname(name, data):
            continue
        names.append(name)
    return names


def _share_of_capitals(text: str) -> float:
    letters = [char for char in text if char.isalpha()]
    return sum([char.isupper() for char in letters]) / max(1, len(letters))


def _has_surname(name: str, data: Classifiers) -> bool:
    return name.split(maxsplit=1)[0].lower() in data.marked_surnames


def _is_plain_name(name: str, data: Classifiers) -> bool:
    return len(name.split()) <= 4 and _has_surname(name, data)


def _leading_name(text: str, data: Classifiers) -> str | None:
    """Return the name *text* begins with, in capitals or capitalised."""
    words: list[str] = []
    at = 0
    stripped = text.lstrip(" .:_,-\"'\u201c")
    while len(words) < 6:
        found = _WORD.match(stripped, at)
        if found is None or not found[0][0].isupper():
            break
        if words and words[0].isupper() != found[0].isupper() and len(words[0]) > 1:
            break  # NGUYỄN VĂN MẪU Nam, Nữ
        if words and _ends_name(stripped, at, data, capitals=words[0].isupper()):
            break  # Nguyễn Văn Mẫu Chức vụ: ...; ÔNG NGUYỄN VĂN MẪU GIỮ CHỨC ...
        words.append(found[0])
        at = found.end()
        space = re.match(r"[ \t]+", stripped[at:])
        if space is None:
            break
        at += space.end()
    while words and plain(words[0]) in {"ong", "ba", "dong", "chi", "anh", "co"} and len(words) > 2:
        if plain(words[0]) in data.surnames and plain(words[1]) not in data.surnames:
            break
        words = words[1:]
    if not 2 <= len(words) <= 6 or plain(words[0]) not in data.surnames:
        return None
    if any(len(word) > 9 for word in words):
        return None
    return " ".join(words)


def _ends_name(text: str, at: int, data: Classifiers, *, capitals: bool) -> bool:
    found = data.person_after.match(text.lower(), at)
    # Among small letters a capital means a name: Doãn Thị Nghỉ; chức vụ goes on small.
    return found is not None and (capitals or " " in found[0])
