"""Vietnamese text: normal form, folding, order, tone placement, safe file names.

Every string that enters a record, an index or a query passes ``nfc`` first; tantivy's
tokenizers shred decomposed text (docs/adr/0004).
"""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "fold",
    "folded_words",
    "name_key",
    "nfc",
    "one_line",
    "safe_file_name",
    "shown_name",
    "tone_placed",
    "words",
]

_WORD = re.compile(r"[^\W_]+")
_SPACE = re.compile(r"\s+")
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Zero-width and bidirectional controls change what is shown, not what is meant.
_INVISIBLE = dict.fromkeys(
    [
        *(0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD),
        *(0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
    ]
)


_ANY_INVISIBLE = re.compile(f"[{''.join(map(chr, _INVISIBLE))}]")


def _fold_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = "".join(
            c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c)
        )
        if base and base != chr(code):
            table[code] = base.lower()
    for letter in "đĐðÐ":
        table[ord(letter)] = "d"
    for mark in range(0x300, 0x370):
        table[mark] = None
    return table


_FOLD = _fold_table()


def nfc(text: str) -> str:
    """Return *text* composed (Unicode NFC), without invisible controls."""
    # What is printable has none of them: a list of a million rows passes here ten times a row.
    # A text of many lines is not printable and mostly has none either; looking is ten times as
    # quick as writing it anew.
    if not text.isprintable() and _ANY_INVISIBLE.search(text):
        text = text.translate(_INVISIBLE)
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """Return *text* composed, with every run of white space and controls made one space."""
    text = nfc(text)
    if not text.isprintable():
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    return _SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower-case *text* and take off every Vietnamese mark, đ included.

    Works on composed and decomposed input; for composed input the result has the same
    length as the input, so offsets carry over.
    """
    return text.lower().translate(_FOLD)


def words(text: str) -> list[str]:
    """Split into runs of letters and digits."""
    return _WORD.findall(nfc(text))


def folded_words(text: str) -> list[str]:
    """Split into words without marks."""
    return _WORD.findall(fold(nfc(text)))


_PLACES = {
    "oa": ("òóỏõọ", "àáảãạ"),
    "oe": ("òóỏõọ", "èéẻẽẹ"),
    "uy": ("ùúủũụ", "ỳýỷỹỵ"),
}
_OLD_PLACE = {
    pair[0] + new: old + pair[1]
    for pair, (olds, news) in _PLACES.items()
    for old, new in zip(olds, news, strict=True)
}
_NEW_PLACED = re.compile(rf"(?<![qQ])({'|'.join(_OLD_PLACE)})(?![^\W\d_])")


def tone_placed(text: str) -> str:
    """Write the tone of open oa, oe, uy the old way (hoà to hòa), so both spellings meet."""
    return _NEW_PLACED.sub(lambda found: _OLD_PLACE[found.group(1)], nfc(text).lower())


# The Vietnamese alphabet and the order of tones in a dictionary.
_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}


def _syllable_key(syllable: str) -> tuple[tuple[int, ...], int]:
    tone, letters = 0, []
    for char in unicodedata.normalize("NFD", syllable.lower()):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters))
    return tuple(_LETTERS.get(c, 100 + ord(c)) for c in plain), tone


def name_key(name: str) -> tuple[object, ...]:
    """Key that sorts Vietnamese personal names: given name first, then family and middle."""
    parts = words(name)
    if not parts:
        return ()
    return tuple(_syllable_key(part) for part in (parts[-1], *parts[:-1]))


# Windows opens the device whatever stands behind the name.
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]")


def safe_file_name(text: str, *, limit: int = 80) -> str:
    """Return an ASCII name of at most *limit* characters, safe on every file system."""
    plain = re.sub(r"[^a-z0-9]+", "-", fold(nfc(text))).strip("-")[:limit].strip("-")
    return f"{plain}_" if _DEVICE.fullmatch(plain) else plain or "unnamed"


def shown_name(given: bytes) -> str:
    """Return the name a file came under for people: what is no text, or turns text, is escaped.

    A name with U+202E in it would else be read from the right: fdp.exe as exe.pdf.
    """
    text = unicodedata.normalize("NFC", given.decode("utf-8", "backslashreplace"))
    return "".join(
        char if unicodedata.category(char) not in _UNSHOWN else f"\\u{ord(char):04x}"
        for char in text
    )
