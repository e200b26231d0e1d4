"""Put right what recognition got wrong and the language itself shows to be wrong.

More than half of what is misread are marks: tô chức, chỉ tiết, QUYÉT ĐỊNH.  The rules here
change marks by evidence from the neighbours only, never letters, figures, abbreviations or
foreign words:

``pair``      a syllable that makes no known pair with either neighbour, while exactly one
              other syllable of the same plain letters does, becomes that one; where the
              engine is sure, or the word may be a name or stands anywhere, it must make a
              pair with both;
``syllable``  letters that cannot stand together in Vietnamese (đuợc, nguòi) become the one
              known syllable of the same plain letters;
``speck``     a sign that stands for dust: alone and doubted, or stuck to a word or between
              two that belong together;
``joined``    a number's symbol read as two words (91/2017/NĐ- CP);
``letter``    a look-alike from another alphabet (Ð for Đ, a fraction bar for a stroke), a
              capital within a small word (tẾ).

The known pairs are those of the phrases in ``vocabulary.txt`` (``vocabulary``).  Every change is
told beside the words, with what was read, so that nothing is lost and a person can see it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from hoso.ingest.pages.syllables import folded, is_syllable, key_of, written_like
from hoso.ingest.pages.vocabulary import Vocabulary
from hoso.ingest.pages.words import Word

__all__ = ["Change", "respelt"]

#: What was changed: place among the words afterwards, what was read, by which rule.
Change = tuple[int, str, str]

_SURE = 96.2  # of 100, where the best words have 97.2; half of all words are surer
_SURE_OF_COMMON = 85.0  # of the small words that stand anywhere
_BEFORE_NAMES = frozenset(map(key_of, ("thị", "văn")))  # what follows is a given name
_SPECK = 70.0  # below that a lone sign is dust
_ALWAYS_SPECK = frozenset("'’‘`´^ˆ˜~_¸¨·¬|‹›«»†‡¿¡ˇ")
_LONE_LETTER = 40.0
_LEADING = ".,:;_~`^'’"
_TRAILING = "-_~`^¬¸"
_CORE = re.compile(r"([\W_]*)([^\W\d_]+)([\W_]*)")
_STUCK = re.compile(r"([^\W\d_]{2,7})[.,:;'’~_\-]{1,2}([^\W\d_]{2,7})(\W*)")
_BROKEN_SYMBOL = re.compile(r"\d+[A-Z]?/(?:\d{4}/)?[A-ZĐ]{2,}-")
_REST_OF_SYMBOL = re.compile(r"[A-ZĐ][A-Za-zĐđ]*[.,;:]?")
_GAP = 0.02  # of the width of the page: further apart, two parts are two words
_LOOK_ALIKE = str.maketrans({"Ð": "Đ", "ð": "đ", "⁄": "/", "∕": "/"})
_ODD = frozenset("Ðð⁄∕")
_NUMBER = re.compile(r"(\d/(?:\d{4}/)?)([QN])[DÐ](?=-)")


def respelt(words: Sequence[Word], known: Vocabulary) -> tuple[list[Word], list[Change]]:
    """Return the words put right, and every change; the given words are left alone."""
    if not known.pairs:
        return list(words), []
    items = [_Item(list(word)) for word in words]
    for item in items:
        _letters(item)
    items = _joined(items)
    items = [piece for item in items for piece in _parted(item, known)]
    items = _dusted(items, known)
    if _by_pair(items, known):
        # A word put right may show the one before it to be wrong.
        _by_pair(items, known)
    _by_syllable(items, known)
    kept = [item for item in items if not item.dropped]
    places = {id(item): place for place, item in enumerate(kept)}
    changes: list[Change] = []
    at = 0
    for item in items:
        at = places.get(id(item), at)
        changes += [(at, read, rule) for read, rule in item.changes]
    return [item.word for item in kept], changes


class _Item:
    """A word on its way: what it is now, and what was done to it."""

    __slots__ = ("_key", "_parts", "changes", "dropped", "sure", "text", "word")

    def __init__(self, word: Word) -> None:
        self.word = word
        self.text = str(word[0])
        self.sure = float(word[1])
        self.changes: list[tuple[str, str]] = []
        self.dropped = False
        self._parts: tuple[str, str, str] | None = None
        self._key: str | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """What stands before the letters, the letters, what stands behind; only when asked."""
        if self._parts is None:
            found = _CORE.fullmatch(self.text)
            self._parts = (found[1], found[2], found[3]) if found else ("", "", "")
        return self._parts

    @property
    def core(self) -> str:
        return self.parts[1]

    @property
    def key(self) -> str:
        if self._key is None:
            core = self.parts[1]
            self._key = key_of(core) if core else ""
        return self._key

    @property
    def is_title(self) -> bool:
        """Tell whether it begins with a capital alone, as names do."""
        return self.core[:1].isupper() and not self.core[1:].isupper()

    def becomes(self, text: str, rule: str) -> None:
        """Take *text* for what was read."""
        if text != self.text:
            self.changes.append((self.text, rule))
            self.word[0] = self.text = text
            self._parts = self._key = None

    def respell(self, written: str, rule: str) -> None:
        """Take *written* for the letters in the middle."""
        before, core, behind = self.parts
        self.becomes(before + written_like(written, core) + behind, rule)

    def drop(self) -> None:
        """Take the word for dust."""
        self.changes.append((self.text, "speck"))
        self.dropped = True


def _letters(item: _Item) -> None:
    text = item.text
    if not _ODD.isdisjoint(text):
        text = text.translate(_LOOK_ALIKE)
    if "/" in text:
        text = _NUMBER.sub(r"\1\2Đ", text)
    item.becomes(text, "letter")
    core = item.core
    if core[:1].islower() and not core.islower() and is_syllable(core):
        before, _, behind = item.parts
        item.becomes(before + core.lower() + behind, "letter")


def _joined(items: list[_Item]) -> list[_Item]:
    """Put together the symbols of numbers that were read as two words."""
    kept: list[_Item] = []
    for item in items:
        last = kept[-1] if kept else None
        if (
            last is not None
            and last.word[3] == item.word[3]
            and last.text.endswith("-")
            and _BROKEN_SYMBOL.fullmatch(last.text)
            and _REST_OF_SYMBOL.fullmatch(item.text)
            and item.word[2][0] - last.word[2][2] < _GAP
        ):
            read = f"{last.text} {item.text}"
            one, other = last.word[2], item.word[2]
            box = [min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), 0.0]
            box[3] = max(one[3], other[3])
            sure = min(last.sure, item.sure)
            joined = _Item([last.text + item.text, sure, box, *last.word[3:]])
            joined.changes = [*last.changes, *item.changes, (read, "joined")]
            kept[-1] = joined
        else:
            kept.append(item)
    return kept


def _parted(item: _Item, known: Vocabulary) -> list[_Item]:
    """Part two syllables that dust holds together, where they are known to go together."""
    found = _STUCK.fullmatch(item.text) if item.sure < _SURE else None
    if found is None:
        return [item]
    one, other, behind = found.groups()
    if (key_of(one), key_of(other)) not in known.pairs:
        return [item]
    x0, y0, x1, y1 = item.word[2]
    cut = x0 + (x1 - x0) * (len(one) + 0.5) / len(item.text)
    start = x0 + (x1 - x0) * (len(item.text) - len(other + behind)) / len(item.text)
    line = item.word[3]
    first = _Item([one, item.sure, [x0, y0, round(cut, 4), y1], line])
    second = _Item([other + behind, item.sure, [round(start, 4), y0, x1, y1], line])
    first.changes = [*item.changes, (item.text, "speck")]
    return [first, second]


def _dusted(items: list[_Item], known: Vocabulary) -> list[_Item]:
    """Drop signs that are dust, and take them off words; what is dropped is only marked."""
    for place, item in enumerate(items):
        if item.sure >= _SURE and item.text[:1] not in _ALWAYS_SPECK:
            continue
        if not any(map(str.isalnum, item.text)):
            if _is_dust(item):
                item.drop()
        elif len(item.text) == 1 and item.text.isalpha() and item.sure < _LONE_LETTER:
            item.drop()
        elif item.core and item.sure < _SURE:
            after = items[place + 1] if place + 1 < len(items) else None
            item.becomes(_without_dust(item, after, known), "speck")
    return items


def _without_dust(item: _Item, after: _Item | None, known: Vocabulary) -> str:
    """Return a word without what is stuck to it and means nothing there."""
    before, core, behind = item.parts
    if item.key in known.written:
        before = before.lstrip(_LEADING)
    if not core.isupper():  # I- and II- are headings
        behind = behind.rstrip(_TRAILING)
    if after is not None and behind and not behind.strip(".:"):
        # A full stop within a word of two syllables is none.
        alike = after.core[:1].islower() or (core.isupper() and after.core.isupper())
        if alike and not after.parts[0] and (item.key, after.key) in known.pairs:
            behind = ""
    return before + core + behind


def _is_dust(item: _Item) -> bool:
    text = item.text
    if all(sign in _ALWAYS_SPECK for sign in text):
        return True
    if text in {".", ","}:
        return item.sure < _SURE
    return item.sure < _SPECK


def _by_pair(items: list[_Item], known: Vocabulary) -> bool:
    """Give syllables the marks their neighbours ask for; tell whether there was one."""
    changed = False
    standing = [item for item in items if not item.dropped]
    keys = ["", *(item.key for item in standing), ""]
    for place, item in enumerate(standing):
        # The words before are put right by now, those behind are not.
        left, key, right = keys[place], keys[place + 1], keys[place + 2]
        if (left, key) in known.pairs or (key, right) in known.pairs:
            continue
        if len(item.core) < 2 or left in _BEFORE_NAMES:
            continue
        others = [other for other in known.by_letters.get(folded(key), ()) if other != key]
        if not others:
            continue
        found = sorted((known.fits(left, other, right), other) for other in others)
        fits, best = found[-1]
        beside = standing[max(0, place - 1) : place + 2]
        doubtful = (
            item.sure >= _SURE
            or (key in known.anywhere and item.sure >= _SURE_OF_COMMON)
            or (item.is_title and any(each.is_title for each in beside if each is not item))
        )
        if fits < (2 if doubtful else 1) or (len(found) > 1 and found[-2][0] == fits):
            continue
        item.respell(known.written[best], "pair")
        keys[place + 1] = item.key
        changed = True
    return changed


def _by_syllable(items: list[_Item], known: Vocabulary) -> None:
    for item in items:
        if item.dropped or item.sure >= _SURE or len(item.core) < 2 or item.core.isascii():
            continue
        if is_syllable(item.core):
            continue
        found = known.by_letters.get(folded(item.key), ())
        if len(found) > 1:
            tone = _tone(item.key)
            found = tuple(key for key in found if _tone(key) == tone)
        if len(found) == 1:
            item.respell(known.written[found[0]], "syllable")


def _tone(key: str) -> str:
    return key.lstrip("abcdefghijklmnopqrstuvwxyzăâđêôơư")
